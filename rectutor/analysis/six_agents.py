"""Six agents, the same people, one request each: what each finds, and what it costs.

`python -m rectutor.analysis.six_agents` asks for each of 200 people of `films` a request in words
that truly describes the held-out film, and lets six agents answer with ten films (`line_up`). All
rank by the same SASRec. Two rows stand beside them: one filtered call for the names in the request,
and the bound, the ranking among films that have what the request truly says.

Who reads the words differs, and is said in the table: the plain score, Chat-Rec (its chooser knows
the history alone) and ToolRec (its surrogate looks at lists) are deaf to them. Requests are worded
as the tiny agent was trained (record `six_agents`) and as it was not (`six_agents_new_words`).
Milliseconds are of one thread's computing on this machine, the median over people; tokens of rules
are those that a language model in their place would read and write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import naming
from rectutor.agents.filters import Filters, year_range
from rectutor.agents.trace import Trace
from rectutor.analysis.line_up import Asked, Shop, by_names, line_up, plain_ranking
from rectutor.analysis.records import write_record
from rectutor.data.request_clauses import ClauseDraw
from rectutor.data.request_held_out import TEST
from rectutor.data.request_wordings import TRAIN, Wordings
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.schema import Split
from rectutor.training.fingerprint import fingerprint

__all__ = ["CODE", "NAME", "NEW_WORDS", "READS", "Asked", "asked", "line_up", "rows_of"]

NAME, NEW_WORDS = "six_agents", "six_agents_new_words"
N_PEOPLE, SEED, K = 200, 0, 10
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.chat_rec",
    "rectutor.agents.chooser",
    "rectutor.agents.dialogue",
    "rectutor.agents.errands",
    "rectutor.agents.film_tools",
    "rectutor.agents.filters",
    "rectutor.agents.macrs",
    "rectutor.agents.planning",
    "rectutor.agents.react",
    "rectutor.agents.rec_mind",
    "rectutor.agents.seekers",
    "rectutor.agents.session_tools",
    "rectutor.agents.tool_rec",
    "rectutor.agents.tools",
    "rectutor.analysis.line_up",
    "rectutor.analysis.six_agents",
    "rectutor.data.request_clauses",
    "rectutor.data.request_held_out",
    "rectutor.data.request_wordings",
    "rectutor.lm.chat.clauses",
    "rectutor.lm.chat.evidence",
    "rectutor.lm.chat.linking",
    "rectutor.lm.chat.notation",
    "rectutor.lm.chat.tiny",
    "rectutor.lm.chat.writer",
)
# What each agent hears of the request.
READS = {
    "plain score": "nothing",
    "ReAct": "the words, by a tiny model",
    "Chat-Rec": "nothing",
    "ToolRec": "nothing",
    "RecMind": "the names in it",
    "MACRS": "the names in it, and up to two answers more",
    "one filtered call": "the names in it",
    "bound": "what it truly says",
}


def asked(
    split: Split,
    items: pd.DataFrame,
    catalogue: Catalogue,
    n: int,
    seed: int,
    wordings: Wordings = TRAIN,
) -> list[Asked]:
    """Draw people, and word for each a request that truly describes the held-out film.

    A request names a genre, and a stretch of years or a theme, in wordings that the tiny agent was
    trained on (a genre with a country never occurs there). One that names the film is not used,
    nor is a film that has no genre or theme.

    Args:
        split: of the world; its test part is asked about.
        items: in the order of item indices.
        catalogue: of them.
        n: people, fewer where the test part has not so many.
        seed: of people and words.
        wordings: how it is said; those of `request_held_out` the tiny agent has never seen.
    """
    found: list[Asked] = []
    for row in np.random.default_rng(seed).permutation(len(split.test.targets)):
        film = int(split.test.targets[row, 0])
        about = items.iloc[film - 1]
        if not about["genres"] or not about["themes"]:
            continue
        rng = np.random.default_rng([seed, int(row)])
        draw = ClauseDraw(items, [film - 1], set(), wordings, rng)
        clause = draw.clause("recommend", ["genre", ("years", "theme")[int(rng.integers(2))]])
        if naming(catalogue, film).search(clause.text):
            continue
        meant = clause.call.arguments
        years = year_range(meant.get("years"))
        filters = Filters(meant["genre"], meant.get("theme"), None, None, *years)
        query = split.test.queries.take(np.array([row]))
        found.append(Asked(int(row), query, clause.text, film, filters))
        if len(found) == n:
            break
    return found


class Result(NamedTuple):
    """What one agent did for one person."""

    hit: float
    calls: int
    turns: int
    tokens: int
    ms: float


def _result(agent: Callable[[Asked], Trace], one: Asked) -> Result:
    """Ask, and count."""
    began = time.process_time()
    trace = agent(one)
    ms = 1000 * (time.process_time() - began)
    named = trace.answer.items[:K] if trace.answer else ()
    turns = sum(step.usage.total > 0 for step in trace.steps)
    return Result(float(one.target in named), len(trace.calls), turns, trace.usage.total, ms)


def rows_of(
    agents: Mapping[str, Callable[[Asked], Trace]], people: Sequence[Asked]
) -> Iterator[dict[str, Any]]:
    """Ask every agent for everybody, with intervals over people; the first is compared with.

    Args:
        agents: by name.
        people: who asks.
    """
    first = None
    for name, agent in agents.items():
        agent(people[0])  # what is done once is not timed
        results = pd.DataFrame([_result(agent, one) for one in people])
        hits = results["hit"].to_numpy()
        first = hits if first is None else first
        ahead = paired_difference(hits, first, SEED)
        mean, low, high = mean_interval(hits, SEED)
        yield {
            "agent": name,
            "reads": READS.get(name, ""),
            "HR@10": mean,
            "low": low,
            "high": high,
            "ahead of plain": ahead.mean,
            "ahead, low": ahead.low,
            "ahead, high": ahead.high,
            "calls": results["calls"].mean(),
            "turns": results["turns"].mean(),
            "tokens": results["tokens"].mean(),
            "ms": results["ms"].median(),
            "people": len(people),
        }


def main() -> None:
    """Ask all, in wordings seen and never seen, and write the records."""
    shop = Shop.shipped()
    agents = {
        **line_up(shop, SEED),
        "one filtered call": lambda one: by_names(shop, one),
        "bound": lambda one: plain_ranking(shop, one, shop.catalogue.having(one.filters)),
    }
    for name, wordings in {NAME: TRAIN, NEW_WORDS: TEST}.items():
        people = asked(shop.split, shop.items, shop.catalogue, N_PEOPLE, SEED, wordings)
        table = pd.DataFrame(rows_of(agents, people))
        print(table.round(3).to_string(index=False))
        command = f"python -m rectutor.analysis.{NAME}"
        print(write_record(name, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
