"""Is attention importance? Delete one film from a history and see what the held-out film loses.

The idea of asking by deletion is that of Jain and Wallace, "Attention is not Explanation", NAACL
2019, section 4 (leave-one-out importance), here for a model of histories.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
import torch

from rectutor.analysis.histories import without
from rectutor.schema import PAD, Cases, Queries

__all__ = [
    "Reader",
    "attention_paid",
    "compare_deletions",
    "deletion_effects",
    "log_probability",
    "telling_people",
]


class Reader(Protocol):
    """A scorer that can show its attention, such as SASRec."""

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates (see `schema.Scorer`)."""
        ...

    def attention(self, queries: Queries) -> torch.Tensor:
        """Return every attention weight: [n_blocks, B, H, T, T], rows sum to 1."""
        ...


def log_probability(model: Reader, queries: Queries, targets: np.ndarray) -> np.ndarray:
    """Return the log of the softmax probability of each target among all items.

    Args:
        model: anything that scores.
        queries: B questions.
        targets: [B] item indices.

    Returns:
        [B] float64, at most 0, in nats: 0.69 less is half the probability.
    """
    scores = model.score(queries).astype(np.float64)
    scores[:, PAD] = -np.inf
    highest = scores.max(axis=1)
    total = np.log(np.exp(scores - highest[:, None]).sum(axis=1)) + highest
    result: np.ndarray = scores[np.arange(len(scores)), targets] - total
    return result


def deletion_effects(model: Reader, cases: Cases) -> np.ndarray:
    """Delete each film of each history in turn.

    Args:
        model: anything that scores.
        cases: B questions with one held-out item each.

    Returns:
        [B, T] float64, the log probability of the held-out item without that film, minus the
        one with it: negative where the film had helped. nan at padding.
    """
    queries, targets = cases.queries, cases.targets[:, 0]
    B, T = queries.history.shape
    whole = log_probability(model, queries, targets)
    effects = np.full((B, T), np.nan)
    for t in range(T):
        rows = np.flatnonzero(queries.history[:, t] != PAD)
        if len(rows):
            shorter = without(queries.take(rows), np.full(len(rows), t))
            effects[rows, t] = log_probability(model, shorter, targets[rows]) - whole[rows]
    return effects


def attention_paid(
    model: Reader, queries: Queries, block: int | None = None, head: int | None = None
) -> np.ndarray:
    """Say how much the newest position looks at each film.

    Args:
        model: one that shows its attention.
        queries: B questions.
        block: 0 is the first; None takes the mean over blocks.
        head: 0 is the first; None takes the mean over heads.

    Returns:
        [B, T] float64, rows sum to 1; nan at padding.
    """
    maps = model.attention(queries)[..., -1, :].numpy().astype(np.float64)  # [n_blocks, B, H, T']
    chosen = maps.mean(axis=0) if block is None else maps[block]  # [B, H, T']
    looks = chosen.mean(axis=1) if head is None else chosen[:, head]  # [B, T'], T' <= T
    B, T = queries.history.shape
    paid = np.full((B, T), np.nan)
    paid[:, T - looks.shape[1] :] = looks
    paid[queries.history == PAD] = np.nan
    return paid


def compare_deletions(paid: np.ndarray, effects: np.ndarray, seed: int) -> pd.DataFrame:
    """Compare deleting the most attended film with deleting others, person by person.

    Args:
        paid: [B, T] from `attention_paid`.
        effects: [B, T] from `deletion_effects`; at least one film in each row.
        seed: of the film that is drawn at random.

    Returns:
        A row for each person. How far the log probability moves (size of the change) when the
        film is deleted that is: `most_attended`, `newest`, `at_random`, `most_influential` (the
        one whose deletion moves it most). `agrees`: the most attended film is the most
        influential. `by_chance`: how often a film drawn at random would be.
    """
    moved = np.abs(effects)
    n_films = (~np.isnan(moved)).sum(axis=1)
    B, T = np.arange(len(moved)), moved.shape[1]
    attended, influential = np.nanargmax(paid, axis=1), np.nanargmax(moved, axis=1)
    drawn = T - 1 - np.random.default_rng(seed).integers(0, n_films)
    return pd.DataFrame(
        {
            "most_attended": moved[B, attended],
            "newest": moved[:, -1],
            "at_random": moved[B, drawn],
            "most_influential": moved[B, influential],
            "agrees": attended == influential,
            "by_chance": 1 / n_films,
        }
    )


def telling_people(
    paid: np.ndarray, effects: np.ndarray, n: int = 5, among: np.ndarray | None = None
) -> np.ndarray:
    """Choose people to look at: attention misleads most for the first, and is right for the last.

    Args:
        paid: [B, T] from `attention_paid`.
        effects: [B, T] from `deletion_effects`.
        n: how many people, 2 or more.
        among: [B] bool, from whom the misled are chosen; None: from all.

    Returns:
        [n] rows, people with full histories only.

    Raises:
        ValueError: too few people have full histories, or in none of them the two agree.
    """
    moved = np.abs(effects)
    full = np.flatnonzero(~np.isnan(moved).any(axis=1))
    attended, influential = (np.argmax(values[full], axis=1) for values in (paid, moved))
    agrees = full[attended == influential]
    gap = moved[full, influential] - moved[full, attended]
    order = full[np.argsort(-gap, kind="stable")]
    astray = (order if among is None else order[among[order]])[: n - 1]
    if len(astray) < n - 1 or not len(agrees):
        raise ValueError(
            f"telling_people needs {n} people with full histories, one of them with attention "
            f"that is right; got {len(full)} with full histories, {len(agrees)} of these"
        )
    return np.append(astray, agrees[0])
