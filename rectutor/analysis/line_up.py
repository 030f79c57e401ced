"""Six agents that answer one person's request with ten films, each run written as a trace.

**How lists are filled.** An agent's list is what it named, in its order, without what the person
has seen; where it is shorter than ten, the plain score's films follow. That is the same for all.
`ReAct` names what its calls listed, since the tiny model's one sentence holds five films at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_rec import chat_rec
from rectutor.agents.chooser import Chooser
from rectutor.agents.dialogue import Act, Round, Said, converse, leak_in
from rectutor.agents.errands import filters_in, for_request
from rectutor.agents.film_tools import FilmTools, listed
from rectutor.agents.filters import Filters, year_range
from rectutor.agents.macrs import MACRS, Profile
from rectutor.agents.react import react
from rectutor.agents.rec_mind import rec_mind
from rectutor.agents.seekers import FilmSeeker
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tool_rec import Surrogate, tool_rec
from rectutor.agents.tools import Found, Tool, Toolbox, tool
from rectutor.agents.trace import Answer, Observation, Step, Trace
from rectutor.chat import ChatModel, ToolCall
from rectutor.data.triples import load_triples
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.tiny import TinyChat
from rectutor.schema import Queries, Scorer, Split
from rectutor.training.assets import fit_or_load
from rectutor.training.judges import shipped_judge
from rectutor.training.recipes import split_of, text_vectors

__all__ = ["Asked", "Shop", "by_names", "line_up", "plain_ranking"]

K, N_RETRIEVED, N_TOLD, N_ASKS = 10, 20, 10, 2


class Asked(NamedTuple):
    """One person and one request."""

    row: int  # of the test part
    query: Queries  # of that person alone
    request: str
    target: int  # the held-out film
    filters: Filters  # what the request truly says


class Shop(NamedTuple):
    """What all agents share."""

    split: Split
    items: pd.DataFrame  # in the order of item indices
    catalogue: Catalogue
    linker: Linker
    films: FilmTools
    scorer: Scorer  # the ranking of all agents
    judge: Scorer  # orders candidates for Chat-Rec
    tiny: ChatModel

    @classmethod
    def shipped(cls) -> Shop:
        """Open the shop of the shipped films."""
        split = split_of("films")
        items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
        catalogue = Catalogue(items)
        films = FilmTools(catalogue, load_triples("films"), text_vectors("films", split))
        scorer, judge = fit_or_load("sasrec-films"), shipped_judge(split, load("films").items)
        tiny = TinyChat(items)
        return cls(split, items, catalogue, Linker(items), films, scorer, judge, tiny)

    def session(self, query: Queries) -> SessionTools:
        """Open one person's session."""
        return SessionTools(self.catalogue, {self.scorer.name: self.scorer}, query)


def line_up(shop: Shop, seed: int = 0) -> dict[str, Callable[[Asked], Trace]]:
    """Return the six agents by name; the answer of each trace holds ten films.

    Args:
        shop: what they share.
        seed: of the seeker that MACRS talks to.
    """
    return {
        "plain score": lambda one: plain_ranking(shop, one),
        "ReAct": lambda one: _react(shop, one),
        "Chat-Rec": lambda one: _chat_rec(shop, one),
        "ToolRec": lambda one: _tool_rec(shop, one),
        "RecMind": lambda one: _rec_mind(shop, one),
        "MACRS": lambda one: _macrs(shop, one, seed),
    }


def plain_ranking(shop: Shop, one: Asked, among: Sequence[int] | None = None) -> Trace:
    """Rank by the score alone, without a model.

    Args:
        shop: whose ranking.
        one: who asks; the words are not read.
        among: films to rank, all by default.
    """
    session = shop.session(one.query)
    everything = range(1, shop.catalogue.n_items + 1)
    items = session.ranked(shop.scorer.name, everything if among is None else among)[:K]
    steps = _call(shop, ToolCall("recommend", {}), items)
    return _answered(Trace("plain score", one.request, steps), "", items, session)


def by_names(shop: Shop, one: Asked) -> Trace:
    """Make one call for what the names in the request ask for, without a model."""
    session = shop.session(one.query)
    call = ToolCall("recommend", filters_in(shop.linker.link(one.request)))
    found = Toolbox([_recommend(session)]).run(call)
    trace = Trace("one filtered call", one.request, (Step(call), Step(found)))
    return _answered(trace, "", found.items, session)


def _react(shop: Shop, one: Asked) -> Trace:
    """Let the tiny model choose calls."""
    session = shop.session(one.query)
    others = (tool(session.history), tool(session.evidence))
    box = Toolbox([*shop.films.tools, _recommend(session), *others])
    trace = react(shop.tiny, box, one.request)
    named = [item for seen in trace.observations for item in seen.items]
    return _answered(trace, "", named, session)


def _chat_rec(shop: Shop, one: Asked) -> Trace:
    """Retrieve twenty, and let the tuned judge order them."""
    session = shop.session(one.query)
    items = session.ranked(shop.scorer.name, range(1, shop.catalogue.n_items + 1))[:N_RETRIEVED]
    history = [int(item) for item in session.seen[-N_TOLD:]]
    model = Chooser(shop.judge, one.query, K)
    chosen = chat_rec(model, shop.catalogue, history, items, one.request)
    steps = (*_call(shop, ToolCall("recommend", {}), items), Step(Answer(""), chosen.usage))
    trace = Trace(f"Chat-Rec, {model.name}", one.request, steps)
    return _answered(trace, chosen.text, chosen.items, session)


def _tool_rec(shop: Shop, one: Asked) -> Trace:
    """Let the surrogate ask for what the lists lack."""
    session = shop.session(one.query)
    seen = "\n".join(shop.catalogue.name(int(item)) for item in session.seen[-N_TOLD:])
    box = Toolbox([_recommend(session)])
    toured = tool_rec(Surrogate(shop.catalogue), box, seen, ToolCall("recommend", {}))
    return _answered(toured.trace._replace(request=one.request), "", toured.items, session)


def _rec_mind(shop: Shop, one: Asked) -> Trace:
    """Plan, self-inspiring, by the rule that reads names."""
    session = shop.session(one.query)
    trace = rec_mind(for_request(shop.linker), Toolbox([_recommend(session)]), one.request)
    return _answered(trace, "", trace.answer.items if trace.answer else (), session)


def _macrs(shop: Shop, one: Asked, seed: int) -> Trace:
    """Ask a simulated seeker twice at most, then recommend.

    Raises:
        ValueError: the seeker gave the film away.
    """
    session = shop.session(one.query)
    scores = session.scores[shop.scorer.name].copy()
    scores[session.seen] = -np.inf
    advisor = MACRS(shop.catalogue, scores, _asks_first, K)
    facts = tuple(filters_in(shop.linker.link(one.request)).items())
    seeker = _Asker(shop.catalogue, one, facts, np.random.default_rng([seed, one.row]))
    talk = converse(advisor, seeker, N_ASKS + 1)
    if (leak := leak_in(talk, one.target, shop.catalogue)) is not None:
        raise ValueError(f"the seeker gave film {one.target} away, saying {leak!r}")
    steps = [step for own in talk.rounds for step in _told(own)]
    last = talk.rounds[-1].act
    return _answered(Trace(advisor.name, one.request, tuple(steps)), last.text, last.items, session)


class _Asker(FilmSeeker):
    """A seeker who opens with a request, of which so many facts are understood."""

    def __init__(
        self,
        catalogue: Catalogue,
        one: Asked,
        facts: tuple[tuple[str, str], ...],
        rng: np.random.Generator,
    ) -> None:
        super().__init__(catalogue, one.target, rng)
        self._opening, self.told = Said(one.request, facts), list(facts)

    def opening(self) -> Said:
        """Begin with the request."""
        return self._opening


def _asks_first(profile: Profile, proposals: Sequence[Act]) -> int:
    """Plan: ask while it helps, twice at most, then recommend, whatever is left."""
    can_ask = bool(proposals[0].field) and len(profile.candidates) > K
    return 0 if can_ask and len(profile.asked) < N_ASKS else 1


def _told(own: Round) -> list[Step]:
    """Write a question and its answer as a call and what it brought; a list is the answer."""
    if own.act.kind != "ask":
        return []
    call = ToolCall("ask", {"about": own.act.field})
    return [Step(call), Step(Observation(own.said.text))]


def _recommend(session: SessionTools) -> Tool:
    """Return the tool `recommend` with lists of ten."""

    def run(**asked: str) -> Found:
        name = asked.pop("method", None) or next(iter(session.scores))
        first, last = year_range(asked.pop("years", None))
        having = session.catalogue.having(Filters(**asked, from_year=first, to_year=last))
        return listed(session.catalogue, session.ranked(name, having), K)

    return Tool(tool(session.recommend).schema, run)


def _call(shop: Shop, call: ToolCall, items: Sequence[int]) -> tuple[Step, ...]:
    """Write a call and the films that it brought."""
    found = listed(shop.catalogue, items, len(items))
    return Step(call), Step(Observation(found.text, items=found.items))


def _answered(trace: Trace, text: str, named: Sequence[int], session: SessionTools) -> Trace:
    """End a trace with a list of ten, filled up by the plain score."""
    everything = range(1, session.catalogue.n_items + 1)
    plain = session.ranked(next(iter(session.scores)), everything)[: 2 * K]
    seen = {int(item) for item in session.seen}
    items = [item for item in dict.fromkeys([*named, *plain]) if item not in seen][:K]
    steps, last = trace.steps, Step(Answer(""))
    if trace.answer is not None:
        steps, last = steps[:-1], steps[-1]
    own = trace.answer.text if trace.answer is not None else ""
    words = text or own or ", ".join(session.catalogue.name(item) for item in items)
    return trace._replace(steps=(*steps, last._replace(what=Answer(words, tuple(items)))))
