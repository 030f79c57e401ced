"""Beams that follow only the names of items that exist.

A name is a row of tokens. All beginnings of names make up a tree; a beam may go on only to a child.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from rectutor.schema import PAD

__all__ = ["NameTree", "beam_search", "exact_scores"]

# (which question each beam belongs to [R], what it has written [R, l]) -> log-probabilities of the
# next token [R, V + 1]; column 0 is padding
Step: TypeAlias = Callable[[Tensor, Tensor], Tensor]


class NameTree:
    """The beginnings of all names, level by level, as arrays.

    Args:
        codes: [N + 1, L] tokens 1..V; row 0 is padding.

    Raises:
        ValueError: two items have one name; names them.
    """

    def __init__(self, codes: np.ndarray) -> None:
        names, n_items = codes[1:], len(codes) - 1
        self.length = codes.shape[1]  # L
        self.n_tokens = int(codes.max())  # V, the highest token of any name
        self.beginnings: list[np.ndarray] = [np.zeros((1, 0), dtype=np.int64)]  # [n_l, l]
        self.children: list[Tensor] = []  # [n_l, V + 1], the number of a child or -1
        parent = np.zeros(n_items, dtype=np.int64)
        for level in range(self.length):
            key = parent * (self.n_tokens + 1) + names[:, level]
            kinds, child = np.unique(key, return_inverse=True)
            table = np.full((len(self.beginnings[level]), self.n_tokens + 1), -1)
            table[kinds // (self.n_tokens + 1), kinds % (self.n_tokens + 1)] = np.arange(len(kinds))
            self.children.append(torch.from_numpy(table))
            one = np.zeros(len(kinds), dtype=np.int64)
            one[child] = np.arange(n_items)
            self.beginnings.append(names[one, : level + 1])
            parent = child.ravel()
        if len(kinds) < n_items:
            twice = np.flatnonzero(np.bincount(parent) > 1)[0]
            items = np.flatnonzero(parent == twice) + 1
            raise ValueError(
                f"every item needs a name of its own, items {items.tolist()} share "
                f"{names[items[0] - 1].tolist()}; add a number at the end"
            )
        self.items = torch.zeros(n_items, dtype=torch.long)  # item index of each whole name
        self.items[torch.from_numpy(parent)] = torch.arange(1, n_items + 1)


def beam_search(
    tree: NameTree, step: Step, seen: np.ndarray, n_beams: int
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the best beginnings, level by level.

    Args:
        tree: of the names.
        step: gives the log-probabilities of what follows.
        seen: [B, T] items that must not come out, PAD elsewhere.
        n_beams: W.

    Returns:
        Items [B, W], best first, PAD where there are fewer, and log-probabilities [B, W], -inf
        there.
    """
    B = len(seen)
    scores = torch.zeros(B, 1)
    nodes = torch.zeros(B, 1, dtype=torch.long)
    written = torch.zeros(B, 1, 0, dtype=torch.long)
    for level in range(tree.length):
        W = scores.shape[1]
        rows = torch.arange(B).repeat_interleave(W)
        log_p = step(rows, written.flatten(0, 1)).view(B, W, -1)  # [B, W, V + 1]
        child = tree.children[level][nodes]  # [B, W, V + 1]
        total = (scores[:, :, None] + log_p).masked_fill(child < 0, -torch.inf)
        if level == tree.length - 1:
            total = total.masked_fill(_is_seen(tree, child, seen), -torch.inf)
        best, place = total.flatten(1).topk(min(n_beams, total[0].numel()))
        beam, token = place // total.shape[2], place % total.shape[2]
        nodes = child.flatten(1).gather(1, place).clamp(min=0)
        old = written.gather(1, beam[:, :, None].expand(-1, -1, level))
        written, scores = torch.cat([old, token[:, :, None]], dim=2), best
    items = tree.items[nodes].masked_fill(scores == -torch.inf, PAD)
    missing = n_beams - items.shape[1]
    return (
        np.pad(items.numpy(), ((0, 0), (0, max(0, missing)))),
        np.pad(scores.numpy(), ((0, 0), (0, max(0, missing))), constant_values=-np.inf),
    )


def exact_scores(tree: NameTree, step: Step) -> np.ndarray:
    """Return the log-probability [N + 1] of every name for one question; [0] is -inf."""
    scores = torch.zeros(1)  # of each beginning
    for level in range(tree.length):
        written = torch.from_numpy(tree.beginnings[level])
        log_p = step(torch.zeros(len(written), dtype=torch.long), written)  # [n_l, V + 1]
        child = tree.children[level]
        parent, token = torch.nonzero(child >= 0, as_tuple=True)
        longer = torch.empty(len(parent))
        longer[child[parent, token]] = scores[parent] + log_p[parent, token]
        scores = longer
    out = np.full(len(tree.items) + 1, -np.inf, dtype=np.float32)
    out[tree.items.numpy()] = scores.numpy()
    return out


def _is_seen(tree: NameTree, child: Tensor, seen: np.ndarray) -> Tensor:
    """Tell which last steps [B, W, V + 1] lead to an item in `seen`."""
    marks = torch.zeros(len(seen), len(tree.items) + 1, dtype=torch.bool)
    marks[torch.arange(len(seen))[:, None], torch.from_numpy(seen)] = True
    items = tree.items[child.clamp(min=0)].flatten(1)  # [B, W * (V + 1)]
    return marks.gather(1, items).view(child.shape)
