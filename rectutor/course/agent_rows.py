"""The agents of the leaderboard, all over the candidates of one retriever.

Who stands here depends on the data. Chat-Rec needs a judge that was tuned on ratings, RecMind needs
ratings; ToolRec and the feedback loop need genres. ReAct plays with the tiny chat model on the
films alone: its weights and the names that it can link are of that catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.rerankers import (
    by_chat_rec,
    by_feedback_loop,
    by_react,
    by_rec_mind,
    by_tool_rec,
)
from rectutor.agents.reranking import Agent, Reranking
from rectutor.analysis.rec_mind_people import centred, film_means
from rectutor.data.describe import by_index, describe
from rectutor.lm.chat.tiny import TinyChat
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.schema import Scorer, Split

__all__ = ["BY_RULE", "agents"]

BY_RULE = ("RecMind", "ToolRec", "Feedback loop")  # agents without weights of their own


def agents(
    split: Split,
    items: pd.DataFrame,
    find: Callable[[], Scorer],
    judge: Callable[[], Scorer] | None,
    has_tiny: bool,
) -> Iterator[tuple[str, Callable[[], Reranking]]]:
    """List the agents that these data allow, by name.

    Args:
        split: decides the order of the items.
        items: the table that describes them; without title and year there is no agent.
        find: gives the retriever, when an agent is made.
        judge: gives what orders candidates for Chat-Rec; None: no Chat-Rec.
        has_tiny: these are the items that the tiny chat model was tuned for.
    """
    if not {"title", "year"} <= set(items):
        return

    @cache
    def catalogue() -> Catalogue:
        return Catalogue(_in_order(split, items))

    ways: list[tuple[str, Callable[[], Agent]]] = []
    if judge is not None:
        ways.append(("Chat-Rec (TALLRec)", lambda: by_chat_rec(judge(), catalogue())))
    if has_tiny:
        tiny = cache(lambda: TinyChat(_in_order(split, items)))
        ways.append(("ReAct (tiny)", lambda: by_react(tiny(), find(), catalogue())))
    if (split.train.rating > 0).all():
        told = partial(_told, split, items)
        ways.append(("RecMind", lambda: by_rec_mind(find(), catalogue(), *told())))
    if "genres" in items:
        ways.append(("ToolRec", lambda: by_tool_rec(catalogue())))
        ways.append(("Feedback loop", lambda: by_feedback_loop(catalogue())))
    for name, make in ways:
        yield name, partial(_made, name, find, make)


def _made(name: str, find: Callable[[], Scorer], make: Callable[[], Agent]) -> Reranking:
    return Reranking(name, find(), make())


def _told(split: Split, items: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors [N + 1, D] of what describes the items, and their mean stars [N + 1]."""
    told = by_index(describe(items), items, split.item_ids)
    return centred(item_vectors(text_encoder(), told)), film_means(split)


def _in_order(split: Split, items: pd.DataFrame) -> pd.DataFrame:
    """Put the table into the order of item indices."""
    return items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
