"""Beam search over the trie of semantic ids, for any model that foretells the next code.

Rajput et al., "Recommender Systems with Generative Retrieval" (TIGER), NeurIPS 2023, section 3.2,
write the id of the next item code by code and keep the W best beginnings. `exact_scores` keeps all
of them: it says what a beam of any width would like to find.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from rectutor.decoding.trace import Beams, Step
from rectutor.trie import Trie

__all__ = ["Writer", "beam_search", "exact_scores"]


class Writer(Protocol):
    """A model at work on B questions; it remembers what it has written for each of its beams."""

    def first(self) -> Tensor:
        """Return log-probabilities of the first code, [B, 1, K]."""
        ...

    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Write one code more, and return log-probabilities of the code after it.

        Args:
            parents: [B, W], which of the beams of the last call each beam goes on from.
            codes: [B, W], what it adds to that.

        Returns:
            [B, W, K].
        """
        ...


@torch.inference_mode()
def beam_search(
    trie: Trie,
    writer: Writer,
    n_beams: int,
    seen: np.ndarray | None = None,
    is_held: bool = True,
) -> Beams:
    """Keep the best beginnings, code by code.

    With as many beams as items it finds the order of `exact_scores`, ties apart. A beginning whose
    items have all been seen is given up at once, so that no beam is spent on it.

    Args:
        trie: of all ids.
        writer: gives the log-probabilities; it is used up.
        n_beams: W.
        seen: [B, T] items that must not come out, PAD elsewhere.
        is_held: allow codes that lead to an item only. Otherwise beams go where they want, and
            what is no item comes out as 0.

    Returns:
        The W best for each question, or all where there are fewer ways to write, and every step.

    Raises:
        ValueError: n_beams is below 1, or the writer's codes are not those of the trie.
    """
    if n_beams < 1:
        raise ValueError(f"n_beams must be 1 or more, got {n_beams}")
    log_p = _begun(trie, writer)  # [B, V, K] from here on; V is 1 at first
    scores = torch.zeros(log_p.shape[:2])
    nodes = np.zeros(log_p.shape[:2], dtype=np.int64)
    spent = None if seen is None else _all_seen(trie, seen)
    steps: list[Step] = []
    for level in range(trie.n_levels):
        if steps:
            log_p = writer.then(*map(torch.from_numpy, (steps[-1].parents, steps[-1].codes)))
        V, K = log_p.shape[1:]
        total = scores[:, :, None] + log_p
        if is_held:
            is_legal = trie.legal_mask(level, np.maximum(nodes, 0).ravel()).reshape(total.shape)
            total.masked_fill_(~torch.from_numpy(is_legal), -torch.inf)
        if spent is not None:
            total.masked_fill_(_leads_to(trie, level, nodes, spent[level]), -torch.inf)
        scores, place = total.flatten(1).topk(min(n_beams, V * K))
        parents, codes = (place // K).numpy(), (place % K).numpy()
        nodes = trie.child(level, np.take_along_axis(nodes, parents, axis=1), codes)
        nodes = np.where(scores.numpy() > -np.inf, nodes, -1)
        steps.append(Step(log_p.numpy(), parents, codes, nodes, scores.numpy()))
    return Beams(trie.item_of(nodes), scores.numpy(), tuple(steps))


@torch.inference_mode()
def exact_scores(trie: Trie, writer: Writer) -> np.ndarray:
    """Return the log-probability of every item's id, [B, N + 1] float32; column 0 is -inf.

    Every beginning is written once; its memory grows with the number of items.

    Args:
        trie: of all ids.
        writer: gives the log-probabilities; it is used up.

    Raises:
        ValueError: the writer's codes are not those of the trie.
    """
    log_p = _begun(trie, writer)
    scores = torch.zeros(log_p.shape[:2])  # [B, n_l] of each node
    for level in range(trie.n_levels):
        parents, children = trie.legal(level, np.arange(len(trie.starts[level]) - 1))
        owner = torch.from_numpy(parents)
        codes = torch.from_numpy(trie.codes[level][children].astype(np.int64))
        scores = scores[:, owner] + log_p[:, owner, codes]
        if level < trie.n_levels - 1:
            B = len(scores)
            log_p = writer.then(owner.expand(B, -1), codes.expand(B, -1))
    out = np.full((len(scores), scores.shape[1] + 1), -np.inf, dtype=np.float32)
    out[:, trie.item_of(np.arange(scores.shape[1]))] = scores.numpy()
    return out


def _begun(trie: Trie, writer: Writer) -> Tensor:
    """Ask for the first probabilities, and see that they are of the trie's codes."""
    log_p = writer.first()
    if log_p.shape[2] != trie.codebook_size:
        raise ValueError(
            f"the writer must foretell the {trie.codebook_size} codes of the trie, got "
            f"{log_p.shape[2]}; build the trie with `codebook_size={log_p.shape[2]}`"
        )
    return log_p


def _all_seen(trie: Trie, seen: np.ndarray) -> list[np.ndarray]:
    """Tell of each node of levels 1..L whether all of its items are in `seen`, [B, n_l] each."""
    marks = np.zeros((len(seen), len(trie.codes[-1]) + 1), dtype=bool)
    marks[np.arange(len(seen))[:, None], seen] = True
    levels = [marks[:, trie.item_of(np.arange(len(trie.codes[-1])))]]
    for starts in reversed(trie.starts[1:]):
        levels.append(np.logical_and.reduceat(levels[-1], starts[:-1].astype(np.intp), axis=1))
    return levels[::-1]


def _leads_to(trie: Trie, level: int, nodes: np.ndarray, marked: np.ndarray) -> Tensor:
    """Tell which codes lead from `nodes` [B, V] to a node that is marked for its question.

    Args:
        trie: of the search.
        level: of the nodes.
        nodes: -1 where there is none.
        marked: [B, n] bool, nodes of the next level.

    Returns:
        [B, V, K] bool.
    """
    alive = np.flatnonzero(nodes.ravel() >= 0)
    owner, children = trie.legal(level, nodes.ravel()[alive])
    place = alive[owner]  # in B * V
    leads = np.zeros((nodes.size, trie.codebook_size), dtype=bool)
    leads[place, trie.codes[level][children]] = marked[place // nodes.shape[1], children]
    return torch.from_numpy(leads.reshape(*nodes.shape, trie.codebook_size))
