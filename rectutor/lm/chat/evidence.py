"""What the frozen text encoder makes of a clause: a linear head over its vector.

It tells which tool a clause asks for, or that it is no clause, or more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rectutor.lm.chat.notation import SIGNS
from rectutor.lm.encoder import TextEncoder

__all__ = ["LABELS", "Head"]

LABELS = tuple(SIGNS)


class Head(NamedTuple):
    """A linear layer over unit vectors."""

    weight: np.ndarray  # [labels, E] float32
    bias: np.ndarray  # [labels] float32

    def log_p(self, vectors: np.ndarray) -> np.ndarray:
        """Return log-probabilities [B, labels] for vectors [B, E].

        Example:
            >>> head = Head(np.zeros((9, 4)), np.zeros(9))
            >>> np.exp(head.log_p(np.ones((1, 4)))).round(2).tolist()[0][:2]
            [0.11, 0.11]
        """
        logits = vectors @ self.weight.T + self.bias
        logits = logits - logits.max(axis=1, keepdims=True)
        log_p: np.ndarray = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return log_p

    def read(self, encoder: TextEncoder, texts: Sequence[str]) -> np.ndarray:
        """Return log-probabilities [B, labels] for texts."""
        return self.log_p(encoder.embed(texts))
