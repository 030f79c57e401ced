"""Ranking a list of candidates by a language model: does the place on the list decide?

Hou et al., "Large Language Models are Zero-Shot Rankers for Recommender Systems", ECIR 2024,
sections 3.2 and 3.3: candidates are shown in several orders, how often each place wins is counted,
and the ranks of all orders are averaged ("bootstrapping"); the history is shuffled to see whether
its order is read at all.

**Departures.** Candidates are scored by the probability that the answer begins with "1." and their
title, so that every candidate has a score whatever the model would write. Long titles are less
probable: scores are compared between orders of one list, never between models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.analysis.prompt_effects import jaccard_of_top, kendall_tau
from rectutor.prompts.ranking import Conventions, ranking_prompt
from rectutor.schema import PAD, LanguageModel, Split

__all__ = [
    "Blindness",
    "ListCase",
    "draw_orders",
    "hits",
    "list_cases",
    "listwise_scores",
    "mean_rank_scores",
    "order_blindness",
    "pick_rate_by_slot",
]

_TOLD = 6  # titles of a history
_TOP = 10  # candidates whose agreement is measured


class ListCase(NamedTuple):
    """One person's history and candidates, as titles."""

    history: Sequence[str]  # oldest first
    candidates: Sequence[str]  # C of them
    target: int  # which of them came next


class Blindness(NamedTuple):
    """What happens to rankings when a history is turned round."""

    kendall_tau: float  # mean over people; 1: nothing changes
    same_first: float  # share of people with the same first choice
    jaccard: float  # mean over people, of the ten ranked first; 1: the same ten
    per_person: np.ndarray  # [B] Kendall's tau


def list_cases(
    split: Split, titles: Sequence[str], n: int, n_candidates: int = 20, seed: int = 0
) -> list[ListCase]:
    """Draw people with their held-out item among unseen ones, in random order.

    Args:
        split: its test cases are used.
        titles: N + 1, by item index; all different.
        n: people, at most as many as are tested.
        n_candidates: C, the held-out one among them.
        seed: of people, candidates and order.

    Raises:
        ValueError: there are fewer people than n.
    """
    B = len(split.test.targets)
    if not 1 <= n <= B:
        raise ValueError(f"n must be 1..{B}, the people who are tested, got {n}")
    rng = np.random.default_rng(seed)
    cases = []
    for row in rng.choice(B, size=n, replace=False):
        seen = split.test.queries.history[row]
        seen, target = seen[seen != PAD], int(split.test.targets[row, 0])
        unseen = np.setdiff1d(np.arange(1, split.n_items + 1), [*seen, target])
        shown = rng.permutation([target, *rng.choice(unseen, n_candidates - 1, replace=False)])
        names = [titles[item] for item in shown]
        history = [titles[item] for item in seen[-_TOLD:]]
        cases.append(ListCase(history, names, int(np.flatnonzero(shown == target)[0])))
    return cases


def hits(scores: np.ndarray, cases: Sequence[ListCase], k: int = 5) -> np.ndarray:
    """Return [B] whether the held-out candidate is among the k best; ties count against it.

    Args:
        scores: [B, C], higher is better.
        cases: B of them.
        k: 1..C; a random order has k/C.
    """
    targets = np.array([case.target for case in cases])
    own = np.take_along_axis(scores, targets[:, None], axis=1)
    return ((scores >= own).sum(axis=1) <= k).astype(float)


def draw_orders(n_orders: int, n_cases: int, n_candidates: int, seed: int = 0) -> np.ndarray:
    """Draw [S, B, C] orders in which lists are shown: which candidate stands in each place."""
    rng = np.random.default_rng(seed)
    plain = np.broadcast_to(np.arange(n_candidates), (n_orders, n_cases, n_candidates))
    return rng.permuted(plain, axis=-1)


def listwise_scores(
    model: LanguageModel,
    cases: Sequence[ListCase],
    orders: np.ndarray,
    conventions: Conventions | None = None,
) -> np.ndarray:
    """Score every candidate of every case under every order of its list.

    Args:
        model: any.
        cases: B of them, C candidates each.
        orders: [S, B, C] from `draw_orders`.
        conventions: of the prompt; all four by default.

    Returns:
        [S, B, C] log-probabilities; the last axis is the candidate, wherever it stood.

    Raises:
        ValueError: the orders do not fit the cases.
    """
    S, B, C = orders.shape
    if [len(case.candidates) for case in cases] != [C] * B:
        raise ValueError(f"orders are for {B} lists of {C} candidates, got {_sizes(cases)}")
    prompts, asked = [], []
    for order in orders:
        for case, row in zip(cases, order, strict=True):
            shown = [case.candidates[place] for place in row]
            prompts.append(ranking_prompt(case.history, shown, conventions or Conventions()))
            asked.append([f"\n1. {title}" for title in case.candidates])
    return np.array(model.score(prompts, asked), dtype=np.float64).reshape(S, B, C)


def pick_rate_by_slot(scores: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Return [C]: how often the candidate in each place of the list was ranked first.

    Without position bias each is 1/C, whatever people like, since each candidate stands in each
    place equally often. Of equal scores the one that stands higher on the list wins.

    Args:
        scores: [S, B, C] by candidate.
        orders: [S, B, C] which candidate stood in each place.
    """
    in_place = np.take_along_axis(scores, orders, axis=-1)  # [S, B, C] by place
    C = scores.shape[-1]
    return np.bincount(in_place.argmax(axis=-1).ravel(), minlength=C) / in_place[..., 0].size


def mean_rank_scores(scores: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Average each candidate's rank over the orders; [B, C], higher is better.

    Rank is read from the list as it was shown: of equal scores the higher place is better. With
    enough orders a bias of the place, the same for every candidate, is gone.

    Args:
        scores: [S, B, C] by candidate.
        orders: [S, B, C].
    """
    in_place = np.take_along_axis(scores, orders, axis=-1)
    best_first = np.argsort(-in_place, axis=-1, kind="stable")  # places
    ranked = np.take_along_axis(orders, best_first, axis=-1)  # candidates, best first
    return -np.argsort(ranked, axis=-1).mean(axis=0)


def order_blindness(
    model: LanguageModel, cases: Sequence[ListCase], orders: np.ndarray
) -> Blindness:
    """Turn every history round, oldest for newest, and compare the rankings.

    The prompt no longer says which title is the newest, so nothing but the order tells.

    Args:
        model: any.
        cases: B of them.
        orders: [S, B, C]; the first is used.
    """
    silent = Conventions(says_order=False)
    turned = [case._replace(history=list(case.history)[::-1]) for case in cases]
    one, other = (
        listwise_scores(model, own, orders[:1], silent)[0] for own in (cases, turned)
    )  # [B, C]
    tau = kendall_tau(one, other)
    same = (one.argmax(axis=-1) == other.argmax(axis=-1)).mean()
    shared = jaccard_of_top(one, other, k=min(_TOP, one.shape[1]))
    return Blindness(float(np.nanmean(tau)), float(same), float(shared.mean()), tau)


def _sizes(cases: Sequence[ListCase]) -> str:
    return f"{len(cases)} lists of {sorted({len(case.candidates) for case in cases})}"
