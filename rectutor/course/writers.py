"""Models of the leaderboard that write ids or titles, and what their ids are made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data.describe import FIELDS, by_index, describe
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder
from rectutor.models.bigrec import BIGRec, BIGRecConfig, TitleBeam
from rectutor.models.crab import CRAB
from rectutor.models.rpg import RPG
from rectutor.models.tiger import TIGER
from rectutor.schema import Split
from rectutor.training.crab_recipe import CRAB_FILMS, rebalanced
from rectutor.training.rpg_recipe import RPG_FILMS, long_ids
from rectutor.training.semantic_ids import side_by_side, unique_ids
from rectutor.training.shipped_titles import load_titles
from rectutor.training.tiger_recipe import TIGER_FILMS
from rectutor.training.titles import titles_of

__all__ = ["crab_of", "rpg_of", "shipped_titles", "tiger_of", "vectors_of"]


def vectors_of(
    find: Callable[[], tuple[Any, float]], split: Split, items: pd.DataFrame
) -> tuple[np.ndarray, float]:
    """Put what is told of items beside what a SASRec has learned.

    Args:
        find: gives a trained SASRec and its seconds.
        split: decides the order of the items.
        items: the table that describes them; without a column that can be told, behaviour is all.

    Returns:
        [N, D], and the processor seconds, those of the SASRec included.
    """
    sasrec, seconds = find()
    started = time.process_time()
    kinds = [sasrec.items.weight.detach().numpy()[1:]]
    if any(field in items for field in FIELDS):
        texts = by_index(describe(items), items, split.item_ids)
        kinds.insert(0, item_vectors(text_encoder(), texts)[1:])
    return side_by_side(*kinds), seconds + time.process_time() - started


def tiger_of(vectors: np.ndarray, seed: int) -> tuple[TIGER, dict[str, Any]]:
    """Write items [N, D] in two codes; return a new TIGER and the knobs of the shipped one."""
    return TIGER(unique_ids(vectors, seed=seed), TIGER_FILMS.config, seed), TIGER_FILMS.knobs


def crab_of(
    split: Split, known: Callable[[], tuple[np.ndarray, float]], tiger: TIGER, seed: int
) -> tuple[CRAB, dict[str, Any]]:
    """Split the codes that a trained TIGER shows most; return it untuned, and the knobs of tuning.

    Args:
        split: whose lists for validation tell which codes those are.
        known: gives the vectors [N, D] that the ids were made from, and their seconds.
        tiger: trained on `split`; it is not changed.
        seed: of k-means.
    """
    recipe = CRAB_FILMS
    model = rebalanced(tiger, split, known()[0], recipe.share, recipe.penalty, seed)
    return model, recipe.knobs


def rpg_of(vectors: np.ndarray, seed: int) -> tuple[RPG, dict[str, Any]]:
    """Write items [N, D] in 16 sub-codes; return a new RPG and the knobs of the shipped one."""
    return RPG(long_ids(vectors, seed=seed), RPG_FILMS.config, seed), RPG_FILMS.knobs


def shipped_titles(finds: type, split: Split) -> BIGRec | TitleBeam:
    """Return the shipped decoder that writes titles, behind one of two ways to find films.

    Args:
        finds: `BIGRec`, the nearest of what was written freely, or `TitleBeam`, along the trie.
        split: of films.
    """
    writes = BIGRec(load_titles(), titles_of("films", split), config=BIGRecConfig(own="last"))
    return writes if finds is BIGRec else TitleBeam(writes)
