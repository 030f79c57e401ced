"""Five agents that order one person's candidates, for `reranking.Reranking`.

- `by_chat_rec`: a scorer that speaks (`chooser`) orders the prompt's candidates.
- `by_tool_rec`: a surrogate of the person calls for genres that it misses (`tool_rec`).
- `by_react`: a chat model with the person's tools and a fixed request (`react`). The request says
  nothing about the person, so an agent that understands it can only hand on what the recommender
  listed: what it costs is what an agent costs where there is nothing to find out.
- `by_rec_mind`: a planner by rule looks into two rankings, by the recommender and by likeness to
  what the person rated well, and joins them (`rec_mind`).
- `by_feedback_loop`: two agents exchange offers and reasons (`feedback`).

**Departures.** All are held to the same candidates, so that their orders can be compared; the
papers let ToolRec, ReAct and RecMind look through everything. RecMind's memory of reviews is left
empty: this task of its rule does not ask it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_rec import chat_rec
from rectutor.agents.chooser import Chooser
from rectutor.agents.feedback import feedback_rounds
from rectutor.agents.feedback_agents import SHARPNESS, Answering, FactTable, Offering
from rectutor.agents.film_tools import listed
from rectutor.agents.filters import Filters
from rectutor.agents.memory import Memory
from rectutor.agents.mind_tools import MindTools
from rectutor.agents.react import react
from rectutor.agents.rec_agent import SimulatedUser
from rectutor.agents.rec_mind import rec_mind
from rectutor.agents.rec_mind_rules import RULES, requests_of
from rectutor.agents.reranking import Agent, Ordered
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tool_rec import Surrogate, tool_rec
from rectutor.agents.tools import Found, Tool, Toolbox, tool
from rectutor.chat import ChatModel, ToolCall
from rectutor.schema import PAD, Queries, Scorer

__all__ = [
    "REQUEST",
    "among",
    "by_chat_rec",
    "by_feedback_loop",
    "by_react",
    "by_rec_mind",
    "by_tool_rec",
]

REQUEST = "What should I watch next?"


def by_chat_rec(judge: Scorer, catalogue: Catalogue) -> Agent:
    """Let a scorer order the candidates of a prompt.

    Args:
        judge: orders candidates, such as a tuned language model.
        catalogue: of the items.
    """

    def agent(query: Queries, candidates: tuple[int, ...]) -> Ordered:
        chosen = chat_rec(Chooser(judge, query), catalogue, _seen(query), candidates)
        return Ordered(chosen.items[: chosen.n_named], 1, 0)

    return agent


def by_tool_rec(catalogue: Catalogue, n_rounds: int = 4) -> Agent:
    """Let a surrogate of the person call for what it misses.

    Args:
        catalogue: of the items.
        n_rounds: lists at most.
    """
    surrogate = Surrogate(catalogue)

    def agent(query: Queries, candidates: tuple[int, ...]) -> Ordered:
        profile = "\n".join(catalogue.name(item) for item in _seen(query))
        toolbox = Toolbox([among(catalogue, candidates)])
        toured = tool_rec(surrogate, toolbox, profile, ToolCall("recommend", {}), n_rounds)
        n_lists = len(toured.lists)
        is_content = toured.trace.stop == "answered"
        return Ordered(toured.items, n_lists - 1 + is_content, n_lists)

    return agent


def by_react(
    model: ChatModel, recommender: Scorer, catalogue: Catalogue, request: str = REQUEST
) -> Agent:
    """Let a chat model answer a request with the tools of the person's session.

    Args:
        model: takes the turns.
        recommender: the one behind the tools.
        catalogue: of the items.
        request: the same for everybody.
    """

    def agent(query: Queries, candidates: tuple[int, ...]) -> Ordered:
        session = SessionTools(catalogue, {recommender.name: recommender}, query)
        trace = react(model, Toolbox(session.tools), request)
        turns = [step for step in trace.steps if step.ms and step.kind != "observation"]
        return Ordered(trace.answer.items if trace.answer else (), len(turns), len(trace.calls))

    return agent


def by_rec_mind(
    recommender: Scorer, catalogue: Catalogue, vectors: np.ndarray, stars: np.ndarray
) -> Agent:
    """Let a planner look into two rankings of the candidates, and join them.

    Args:
        recommender: makes the first.
        catalogue: of the items.
        vectors: [N + 1, D] of the items, for the second: likeness to what was rated well.
        stars: [N + 1] mean stars of each item, nan where nobody rated it.
    """

    def agent(query: Queries, candidates: tuple[int, ...]) -> Ordered:
        session = SessionTools(catalogue, {recommender.name: recommender}, query)
        rated = np.full(catalogue.n_items + 1, np.nan)
        is_rated = query.ratings[0] > 0
        rated[query.history[0][is_rated]] = query.ratings[0][is_rated]
        nothing = Memory(os.devnull, "", lambda texts: np.zeros((len(texts), 1)))
        mind = MindTools(session, stars, vectors, nothing, int(query.now[0]), rated)
        toolbox = Toolbox([tool(mind.best_next), tool(mind.best_remembered)])
        shown = "\n".join(catalogue.name(item) for item in candidates)
        asked = requests_of("", shown, "")["direct"]
        trace = rec_mind(RULES["direct"], toolbox, asked, "chain")
        named = trace.answer.items if trace.answer else ()
        return Ordered(named, len(trace.calls) + bool(trace.answer), len(trace.calls))

    return agent


def by_feedback_loop(catalogue: Catalogue, seed: int = 0, n_rounds: int = 4) -> Agent:
    """Let two agents exchange offers and reasons.

    Args:
        catalogue: of the items.
        seed: of the user agent's noise, together with the user's number.
        n_rounds: offers at most.
    """
    table = FactTable(catalogue)
    offers = Offering(table)

    def agent(query: Queries, candidates: tuple[int, ...]) -> Ordered:
        seen = _seen(query)
        rng = np.random.default_rng([seed, int(query.user_index[0])])
        person = SimulatedUser(table.features, np.array(seen), rng, sharpness=SHARPNESS)
        agents = (offers, Answering(person, table))
        looped = feedback_rounds(agents, catalogue, seen, candidates, n_rounds)
        return Ordered(looped.orders[-1], looped.n_calls, 0)

    return agent


def among(catalogue: Catalogue, candidates: Sequence[int]) -> Tool:
    """Make a recommender that can be asked for a genre, and that knows the candidates only.

    Args:
        catalogue: of the items.
        candidates: item indices, best first.
    """

    def recommend(genre: str | None = None) -> Found:
        """Rank this person's candidates, all of them or those of one genre.

        Args:
            genre: such as Comedy.
        """
        having = set(catalogue.having(Filters(genre)))
        return listed(catalogue, [item for item in candidates if item in having])

    return tool(recommend)


def _seen(query: Queries) -> list[int]:
    return [int(item) for item in query.history[0] if item != PAD]
