"""Three ways to plan: along one chain, along the best branch of a tree, or with all branches known.

- **Chain of thought**: one path; each step sees the path so far.
- **Tree of thoughts** (Yao et al., 2023): several thoughts at each step, the best is kept; what
  was learned on a branch that was left is not looked at again.
- **Self-inspiring** (Wang et al., "RecMind", 2024): as the tree, but each step sees
  every state that was explored, also of branches that were left.

The three differ in one thing: **what the next step sees**. The model that proposes, the tools and
the limits are the same.

**Departures.** A state is one call and what it brought. Branches are judged by a function that is
given (the paper asks the language model), so that no difference comes from the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from rectutor.agents.react import INSTRUCTIONS, items_named
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Answer, Observation, Step, Trace, messages_of
from rectutor.chat import ChatError, ChatModel, Reply, ToolCall, Usage, system

__all__ = ["WAYS", "Limits", "Planned", "State", "Way", "plan"]

Way: TypeAlias = Literal["chain", "tree", "self-inspiring"]
WAYS: tuple[Way, ...] = ("chain", "tree", "self-inspiring")


class State(NamedTuple):
    """One explored thought: a call, and what it brought."""

    call: ToolCall
    seen: Observation
    usage: Usage = Usage()  # of the turn that proposed it


class Limits(NamedTuple):
    """How far to search."""

    n_branches: int = 2  # thoughts at each step; a chain has one
    n_steps: int = 4  # length of a path
    n_calls: int = 8  # of tools, all branches together


class Planned(NamedTuple):
    """What came out of a search."""

    trace: Trace  # the branch that went on, or all; an answer has not seen its own level's thoughts
    explored: tuple[State, ...]  # every state, in the order of exploration
    usage: Usage  # of all turns, also of branches that were left


def plan(
    model: ChatModel,
    toolbox: Toolbox,
    request: str,
    way: Way,
    worth: Callable[[Observation], float],
    limits: Limits | None = None,
) -> Planned:
    """Search for an answer.

    At each step the model proposes calls, one for each branch, and all are run; the best goes on.
    An answer in place of a call ends the search.

    Args:
        model: proposes calls, and answers when it has seen enough.
        toolbox: what it may call.
        request: what the person wants.
        way: what each step sees.
        worth: how promising an observation looks; higher is better, of equal ones the first.
        limits: how far to search.

    Raises:
        ValueError: `way` is not one of `WAYS`.
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, got {way!r}")
    limits = limits or Limits()
    n_branches = 1 if way == "chain" else limits.n_branches
    path: list[State] = []  # the branch that goes on
    explored: list[State] = []  # all branches
    known = explored if way == "self-inspiring" else path
    usage, last = Usage(), None  # of all turns; what ended the search
    while last is None and len(path) < limits.n_steps:
        level: list[State] = []
        for _ in range(n_branches):
            reply = _proposed(model, toolbox, request, known, [state.call for state in level])
            usage = usage if isinstance(reply, ChatError) else usage.plus(reply.usage)
            if isinstance(reply, ChatError) or not reply.calls:
                last = reply
                break
            if len(explored) + len(level) >= limits.n_calls:  # it might still have answered
                break
            level.append(State(reply.calls[0], toolbox.run(reply.calls[0]), reply.usage))
        if not level:
            break
        explored.extend(level)
        path.append(max(level, key=lambda state: worth(state.seen)))
    return Planned(_trace(way, request, known, last), tuple(explored), usage)


def _proposed(
    model: ChatModel,
    toolbox: Toolbox,
    request: str,
    known: Sequence[State],
    tried: Sequence[ToolCall],
) -> Reply | ChatError:
    """Ask for the next thought, another than those that this step has tried."""
    others = "; ".join(f"{call.name} {call.arguments}" for call in tried)
    more = f" Propose something else than: {others}." if others else ""
    turns = [system(INSTRUCTIONS + more), *messages_of(request, _steps(known))]
    try:
        return model.chat(turns, toolbox.schemas)
    except ChatError as error:
        return error


def _steps(known: Sequence[State]) -> list[Step]:
    """Write states as steps."""
    pairs = ((Step(state.call, state.usage), Step(state.seen)) for state in known)
    return [step for pair in pairs for step in pair]


def _trace(way: Way, request: str, known: Sequence[State], last: Reply | ChatError | None) -> Trace:
    """Write down the branch that went on, or all, and how the search ended."""
    steps = _steps(known)
    if isinstance(last, ChatError):
        return Trace(way, request, tuple(steps), "model", str(last))
    if last is None:
        return Trace(way, request, tuple(steps), "steps", "no answer within steps and calls")
    answer = Step(Answer(last.text, items_named(last.text)), last.usage)
    return Trace(way, request, (*steps, answer))
