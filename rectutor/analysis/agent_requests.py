"""How often the tiny agent chooses the right calls: seen wordings, new combinations, new wordings.

`python -m rectutor.analysis.agent_requests` asks it, its parts, a set of keyword rules and chance
300 test requests of each kind, and records

- `agent_requests`: the share of requests whose calls are all right with all arguments (exact), the
  mean F1 of calls, and the share whose tools are right whatever their arguments; with 95 %
  bootstrap intervals over requests;
- `agent_confusion`: for requests in new wordings, which tool was called where another was meant.

Names are new in all three kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias, get_args

import numpy as np
import pandas as pd

from rectutor.analysis.agent_baselines import by_chance, by_head, by_keywords
from rectutor.analysis.records import write_record
from rectutor.chat import ToolCall
from rectutor.data.requests import SCHEMAS, Request, Twist, requests
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linked, Linker
from rectutor.lm.chat.tiny import shipped_writer
from rectutor.lm.chat.writer import CallWriter
from rectutor.metrics.bootstrap import mean_interval
from rectutor.training.shipped_agent import right, today

__all__ = ["NO_CALL", "askers", "call_f1", "confusion", "measured", "same_tools"]

N_REQUESTS, SEED = 300, 0
NO_CALL = "(no call)"
Calls: TypeAlias = tuple[ToolCall, ...]
Asker: TypeAlias = Callable[[Sequence[Linked]], list[Calls]]


def call_f1(said: Sequence[ToolCall], wanted: Sequence[ToolCall]) -> float:
    """Return F1 of calls, each right only with all its arguments; 0 where nothing is said.

    Example:
        >>> one, other = ToolCall("history", {}), ToolCall("facts", {"name": "Heat"})
        >>> call_f1([one], [one, other])
        0.6666666666666666
    """
    ours, truth = (
        Counter((call.name, tuple(sorted(call.arguments.items()))) for call in calls)
        for calls in (said, wanted)
    )
    return 2 * (ours & truth).total() / max(1, ours.total() + truth.total())


def same_tools(said: Sequence[ToolCall], wanted: Sequence[ToolCall]) -> bool:
    """Tell whether calls name the same tools, whatever their arguments and order."""
    return Counter(call.name for call in said) == Counter(call.name for call in wanted)


def confusion(said: Sequence[Calls], asked: Sequence[Request]) -> pd.DataFrame:
    """Count which tool was called where which was meant.

    Tools that were both meant and called in a request are paired first; what is left is paired in
    its order, and with `NO_CALL` where one side has none left.

    Returns:
        Columns meant, called, n.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for calls, request in zip(said, asked, strict=True):
        meant, called = (Counter(own.name for own in each) for each in (request.calls, calls))
        for tool, n in (meant & called).items():
            counts[tool, tool] += n
        rest = [list((one - other).elements()) for one, other in ((meant, called), (called, meant))]
        for n in range(max(map(len, rest))):
            left, right_one = (own[n] if n < len(own) else NO_CALL for own in rest)
            counts[left, right_one] += 1
    rows = [(*pair, n) for pair, n in sorted(counts.items())]
    return pd.DataFrame(rows, columns=["meant", "called", "n"])


def askers(writer: CallWriter) -> dict[str, Asker]:
    """Return who is asked, by name: the agent, its parts, keywords, chance."""
    alone = CallWriter(writer.lm, writer.encoder, writer.head, 0.0)
    rng = np.random.default_rng(SEED)
    return {
        "tiny agent": lambda texts: writer.calls(texts, SCHEMAS),
        "decoder alone": lambda texts: alone.calls(texts, SCHEMAS),
        "encoder head alone": lambda texts: by_head(writer, texts, SCHEMAS),
        "keywords": lambda texts: [by_keywords(own, SCHEMAS) for own in texts],
        "chance": lambda texts: [by_chance(own, SCHEMAS, rng) for own in texts],
    }


def measured(said: Sequence[Calls], asked: Sequence[Request]) -> dict[str, float]:
    """Return exact, call F1 and tools right, each with its interval, over requests."""
    pairs = list(zip(said, asked, strict=True))
    values = {
        "exact": [float(right(calls, own)) for calls, own in pairs],
        "call F1": [call_f1(calls, own.calls) for calls, own in pairs],
        "tools": [float(same_tools(calls, own.calls)) for calls, own in pairs],
    }
    found: dict[str, float] = {}
    for name, own in values.items():
        mean, low, high = mean_interval(np.array(own), SEED)
        found |= {name: mean, f"{name} low": low, f"{name} high": high}
    return found


def main() -> None:
    """Ask, measure, and record."""
    items = load("films").items
    linker, who = Linker(items), askers(shipped_writer())
    rows, table = [], pd.DataFrame()
    for twist in get_args(Twist):
        asked = requests(items, "test", twist, N_REQUESTS, SEED)
        texts = [linker.link(own.text) for own in asked]
        for name, ask in who.items():
            said = ask(texts)
            rows.append({"set": twist, "who": name, "n": len(asked)} | measured(said, asked))
            print(f"{twist}, {name}: exact {rows[-1]['exact']:.3f}", flush=True)
            if twist == "wordings" and name == "tiny agent":
                table = confusion(said, asked)
    command = "python -m rectutor.analysis.agent_requests"
    write_record("agent_requests", pd.DataFrame(rows), command, today())
    write_record("agent_confusion", table, command, today())


if __name__ == "__main__":
    main()
