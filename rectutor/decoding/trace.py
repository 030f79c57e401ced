"""What a beam search did, step by step, so that it can be looked at afterwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.trie import Trie

__all__ = ["Beams", "Step", "cut_off"]


class Step(NamedTuple):
    """One position of the id: from V beginnings to W longer ones, for each of B questions."""

    log_p: np.ndarray  # [B, V, K] float32, what the model says of each code after each beginning
    parents: np.ndarray  # [B, W] int64, which of the V each new beam goes on from
    codes: np.ndarray  # [B, W] int64, the code that it adds
    nodes: np.ndarray  # [B, W] int64, where it stands in the trie; -1 where there is no such id
    scores: np.ndarray  # [B, W] float32, log-probability so far; -inf where there is no beam


class Beams(NamedTuple):
    """What came out, best first, and how."""

    items: np.ndarray  # [B, W] int64 item index; 0 where a beam is no item
    scores: np.ndarray  # [B, W] float32 log-probability; -inf where there is no beam
    steps: tuple[Step, ...]  # L of them

    def written(self) -> np.ndarray:
        """Return the codes of every beam, [B, W, L]."""
        at = np.broadcast_to(np.arange(self.items.shape[1]), self.items.shape)
        columns = []
        for step in reversed(self.steps):
            columns.append(np.take_along_axis(step.codes, at, axis=1))
            at = np.take_along_axis(step.parents, at, axis=1)
        return np.stack(columns[::-1], axis=2)


def cut_off(trie: Trie, beams: Beams, level: int) -> np.ndarray:
    """Return the probability that each beginning gave to codes that no item has there.

    Args:
        trie: of the search.
        beams: from a search.
        level: 0..L-1.

    Returns:
        [B, V] float64, 0 to 1; nan where there was no beam, 1 where no item begins like that.
    """
    log_p = beams.steps[level].log_p  # [B, V, K]
    if level == 0:
        nodes = np.zeros(log_p.shape[:2], dtype=np.int64)
        is_there = np.ones(nodes.shape, dtype=bool)
    else:
        before = beams.steps[level - 1]
        nodes, is_there = before.nodes, before.scores > -np.inf
    mask = trie.legal_mask(level, np.maximum(nodes, 0).ravel()).reshape(log_p.shape)
    kept = np.where(mask & (nodes >= 0)[:, :, None], np.exp(log_p.astype(np.float64)), 0.0)
    return np.where(is_there, np.clip(1 - kept.sum(axis=2), 0, 1), np.nan)
