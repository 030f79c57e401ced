"""Find the best of many items without scoring them all: a walk over a graph of items.

Hou et al., "Generating Long Semantic IDs in Parallel for Recommendation" (RPG), KDD 2025, section
3.3. Codes without an order could be put into one, and a beam could follow a trie. But they are
named at once, each without a look at the others: a good beginning says little about the rest, and M
steps would be back. So whole items are scored. Items with like codes get like scores: good items
are near good items.

**Departures.**
    - Items that a person has seen are scored and walked over; they are dropped in the end, and the
      walk keeps correspondingly more.
    - An item is scored once, however often the walk meets it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.schema import PAD

__all__ = ["Walked", "agreement", "item_graph", "item_scores", "walk"]

_ROWS_AT_ONCE = 1024


class Walked(NamedTuple):
    """What a walk found."""

    items: Tensor  # [B, W] item indices, best first, PAD where fewer were found
    scores: Tensor  # [B, W] float32, -inf at PAD
    n_visited: Tensor  # [B] int64, different items that were scored, seen ones included


def item_scores(log_probabilities: Tensor, codes: Tensor) -> Tensor:
    """Add up what an item's codes get, for each item: one gather over [N + 1, M].

    Args:
        log_probabilities: [B, M, K].
        codes: [N + 1, M] int64, row 0 is padding.

    Returns:
        [B, N + 1] float32; column 0 means nothing.
    """
    _, M, K = log_probabilities.shape
    places = codes + K * torch.arange(M)  # [N + 1, M], rows of [M * K, B]
    by_code = log_probabilities.flatten(1).T.contiguous()
    return F.embedding_bag(places, by_code, mode="sum").T.contiguous()


@torch.inference_mode()
def item_graph(vectors: Tensor, codes: Tensor, n_neighbours: int) -> Tensor:
    """Join each item to those whose codes have the most similar vectors, summed over sub-codes.

    Args:
        vectors: [M, K, D] of each code; only directions are used.
        codes: [N + 1, M] int64, row 0 is padding.
        n_neighbours: 1..N-1.

    Returns:
        [N + 1, n_neighbours] item indices, nearest first; row 0 is PAD.

    Raises:
        ValueError: there are not so many other items.
    """
    N, M = len(codes) - 1, codes.shape[1]
    if not 1 <= n_neighbours < N:
        raise ValueError(f"n_neighbours must be 1..{N - 1} for {N} items, got {n_neighbours}")
    about = F.normalize(vectors, dim=-1)[torch.arange(M), codes[1:]].flatten(1)  # [N, M * D]
    graph = torch.full((N + 1, n_neighbours), PAD)
    for start in range(0, N, _ROWS_AT_ONCE):
        likeness = about[start : start + _ROWS_AT_ONCE] @ about.T  # [rows, N]
        rows = torch.arange(len(likeness))
        likeness[rows, start + rows] = -torch.inf  # nobody is their own neighbour
        graph[start + 1 : start + 1 + len(rows)] = likeness.topk(n_neighbours).indices + 1
    return graph


@torch.inference_mode()
def walk(
    log_probabilities: Tensor,
    codes: Tensor,
    graph: Tensor,
    starts: Tensor,
    n_rounds: int,
    seen: Tensor,
) -> Walked:
    """Keep the best items met so far, score their neighbours, and so on.

    Args:
        log_probabilities: [B, M, K] of each question.
        codes: [N + 1, M].
        graph: [N + 1, n] from `item_graph`.
        starts: [B, W] item indices; W is also how many are kept.
        n_rounds: 0 scores the starts alone.
        seen: [B, T] items that are not returned, PAD anywhere.

    Returns:
        The W best unseen items that were met, and how many were scored (see `Walked`).
    """
    B, W = starts.shape
    is_met = torch.zeros(B, len(codes), dtype=torch.bool)
    is_met[:, PAD] = True
    is_seen = torch.zeros_like(is_met).scatter_(1, seen, True)
    room = min(W + int(is_seen[:, 1:].sum(dim=1).max()), len(codes) - 1)
    kept = torch.full((B, room), PAD)
    scores = torch.full((B, room), -torch.inf)
    ahead = starts
    for _ in range(n_rounds + 1):
        kept, scores = _best_of(log_probabilities, codes, (kept, scores, ahead, is_met), is_seen)
        is_kept = (~is_seen.gather(1, kept)).cumsum(dim=1) <= W  # unseen ones, W at most
        ahead = graph[torch.where(is_kept, kept, PAD)].flatten(1)  # [B, room * n]
    scores = scores.masked_fill(is_seen.gather(1, kept), -torch.inf)
    scores, order = scores.sort(dim=1, descending=True, stable=True)
    items = kept.gather(1, order).masked_fill(scores == -torch.inf, PAD)
    return Walked(items[:, :W], scores[:, :W], is_met[:, 1:].sum(dim=1))


def _best_of(
    log_probabilities: Tensor, codes: Tensor, state: tuple[Tensor, ...], is_seen: Tensor
) -> tuple[Tensor, Tensor]:
    """Score what lies ahead and was not met before; return the best of it and of what was kept.

    Args:
        log_probabilities: [B, M, K].
        codes: [N + 1, M].
        state: kept [B, room], their scores [B, room], items ahead [B, n], and is_met [B, N + 1],
            in which the items ahead are marked here, in place.
        is_seen: [B, N + 1].

    Returns:
        Items and their scores, [B, room] each, best first.
    """
    kept, scores, ahead, is_met = state
    ordered = ahead.sort(dim=1).values
    is_new = ~is_met.gather(1, ordered)
    is_new[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    is_met.scatter_(1, ordered, True)
    n_most = int(is_new.sum(dim=1).max())
    fresh = ordered.masked_fill(~is_new, PAD).sort(dim=1, descending=True).values[:, :n_most]
    own = codes[fresh].transpose(1, 2)  # [B, M, n]
    gained = log_probabilities.gather(2, own).sum(dim=1).masked_fill(fresh == PAD, -torch.inf)
    everything = torch.cat([kept, fresh], dim=1)
    scores, order = torch.cat([scores, gained], dim=1).topk(kept.shape[1], dim=1)
    return everything.gather(1, order), scores


def agreement(found: Tensor, exact: Tensor) -> Tensor:
    """Return the share of the exact lists that a walk found too, [B] in 0..1.

    Args:
        found: [B, W] item indices, PAD where there are fewer.
        exact: [B, k] item indices, the best of all.

    Example:
        >>> agreement(torch.tensor([[4, 7, 0]]), torch.tensor([[7, 9]]))
        tensor([0.5000])
    """
    return (exact[:, :, None] == found[:, None]).any(dim=2).float().mean(dim=1)
