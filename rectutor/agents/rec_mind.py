"""RecMind: one agent, five tasks, with a planner, a personal memory and tools.

Wang et al., "RecMind: Large Language Model Powered Agent For Recommendation", Findings of NAACL
2024. The planner searches along a chain, a tree, or self-inspiring (`planning`); the personal
memory holds what this person rated and wrote (`memory`); tools look into the database
(`mind_tools`).

**Departures.** The planner is any chat model; what ships is a rule for each task
(`rec_mind_rules`), where the paper prompts a large language model. The database is the project's
own, and there is no search in the web. A recommender is one of the tools.
"""

from __future__ import annotations

from rectutor.agents.planning import Limits, Planned, Way, plan
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Observation, Trace
from rectutor.chat import ChatModel, Usage

__all__ = ["rec_mind", "searched"]

_LONGEST = 10  # films in a list


def rec_mind(
    model: ChatModel,
    toolbox: Toolbox,
    request: str,
    way: Way = "self-inspiring",
    limits: Limits | None = None,
) -> Trace:
    """Answer one request, of whichever task.

    Args:
        model: the planner.
        toolbox: what it may call, such as `MindTools` and `SessionTools` have.
        request: what is asked, in words.
        way: of planning.
        limits: how far to search.

    Returns:
        See `planning.Planned`; the tokens of branches that were left are counted
        to the last step.
    """
    return searched(model, toolbox, request, way, limits).trace


def searched(
    model: ChatModel,
    toolbox: Toolbox,
    request: str,
    way: Way = "self-inspiring",
    limits: Limits | None = None,
) -> Planned:
    """Answer as `rec_mind`, and keep every branch that was explored."""
    done = plan(model, toolbox, request, way, _worth, limits)
    steps = list(done.trace.steps)
    if steps:
        left = [a - b for a, b in zip(done.usage, done.trace.usage, strict=True)]
        steps[-1] = steps[-1]._replace(usage=steps[-1].usage.plus(Usage(*left)))
    name = f"RecMind, {way}, {model.name}"
    return done._replace(trace=done.trace._replace(agent=name, steps=tuple(steps)))


def _worth(seen: Observation) -> float:
    """Judge an observation: nothing for a refusal, else one, and a little more for films in it."""
    return 0.0 if seen.is_refusal else 1.0 + min(len(seen.items), _LONGEST) / 100
