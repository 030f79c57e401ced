"""Questions that are judged: the likes they tell of, and what answers to them are worth.

Whoever answers, a tuned decoder, counts, or a recommender of the next item, is asked the same
questions and measured alike, so that rows of different records can be compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rectutor.data.events import histories_before
from rectutor.data.judgements import Judgements
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.judgement import auc, auc_per_user, gauc, log_loss
from rectutor.training.taste import Taste

__all__ = ["N_PEOPLE", "judged_row", "likes_in", "next_item_scores"]

N_PEOPLE = 250  # whose questions are judged, the same in all records of tuning


def likes_in(asked: Judgements) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all ratings that questions tell of, with their answers, each once.

    Returns:
        user_index, item_index [m] int64 and is_liked [m] bool.

    Example:
        >>> one = Judgements(*map(np.array, ([3], [[1, 2]], [[4, 0]], [5], [True])))
        >>> [column.tolist() for column in likes_in(one)]
        [[3, 3, 3, 3], [1, 2, 4, 5], [True, True, False, True]]
    """
    told = np.concatenate([asked.liked, asked.disliked, asked.item_index[:, None]], axis=1)
    is_liked = np.zeros(told.shape, dtype=bool)
    is_liked[:, : asked.liked.shape[1]] = True
    is_liked[:, -1] = asked.is_liked
    users = np.repeat(asked.user_index, told.shape[1])
    rows = np.stack([users, told.ravel(), is_liked.ravel()])[:, told.ravel() > 0]
    users, items, likes = np.unique(rows, axis=1)
    return users, items, likes.astype(bool)


def next_item_scores(model: Any, taste: Taste) -> np.ndarray:
    """Return how a recommender of the next item scores what each judged question asks about.

    Args:
        model: a `schema.Scorer` that knows the same items.
        taste: its judged questions; the whole history before each is known to the model.
    """
    events, asked = taste.events, taste.judged
    n_items = int(events.item_index.max()) + 1
    key = events.user_index * n_items + events.item_index
    order = np.argsort(key)
    wanted = asked.user_index * n_items + asked.item_index
    places = order[np.searchsorted(key[order], wanted)]  # [n] in the events
    queries = histories_before(events, asked.user_index, places, events.timestamp[places])
    scores: np.ndarray = model.score(queries, asked.item_index[:, None])[:, 0]
    return scores


def judged_row(odds: np.ndarray, asked: Judgements, is_probable: bool = True) -> dict[str, float]:
    """Measure the answers to questions.

    Args:
        odds: [n] log-odds of a yes, or any scores.
        asked: the questions.
        is_probable: whether they are log-odds; else there is no log loss.

    Returns:
        AUC; within (AUC within people, each weighted by questions), value, low and high (its
        plain mean over people and 95 % bootstrap interval); log_loss, nan without probabilities.
    """
    each = auc_per_user(odds, asked.is_liked, asked.user_index)
    value, low, high = mean_interval(each[~np.isnan(each)], seed=0)
    loss = log_loss(1 / (1 + np.exp(-odds)), asked.is_liked) if is_probable else np.nan
    return {
        "AUC": auc(odds, asked.is_liked),
        "within": gauc(odds, asked.is_liked, asked.user_index).value,
        "value": value,
        "low": low,
        "high": high,
        "log_loss": loss,
    }
