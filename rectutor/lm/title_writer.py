"""A decoder writes the next title token by token: as a `decoding.beam.Writer`, free or held.

Each history is read once, however many beams go on from it. A beam that has written the end of a
title is over: from there on it writes 0, for certain, so that titles of all lengths fill the same
number of places.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import Rows
from rectutor.lm.transformer import Reading

__all__ = ["TitleWriter"]


class TitleWriter:
    """A decoder at work on B histories; what it writes are numbers of its vocabulary.

    Args:
        model: a decoder of transformers.
        rows: the histories, padded on the left.
        ends: [V] bool, the tokens that end a title.
    """

    def __init__(self, model: CausalLM, rows: Rows, ends: np.ndarray) -> None:
        self._model, self._rows, self._ends = model, rows, torch.from_numpy(ends)
        self._reading: Reading | None = None
        self._row = torch.arange(len(rows.tokens))[:, None]  # [B, V] of the reading; -1: over

    @torch.inference_mode()
    def first(self) -> Tensor:
        """Read the histories, and return log-probabilities of the first token, [B, 1, V]."""
        self._model.model.eval()
        self._reading, logits = self._model.read(self._rows.tokens, self._rows.is_real)
        return self._known(logits.float().log_softmax(dim=1))[:, None]

    @torch.inference_mode()
    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Write one token more in each beam, and return what may follow it, [B, W, V].

        Args:
            parents: [B, W], which beam of the last call each beam goes on from.
            codes: [B, W], the token that it adds.

        Raises:
            RuntimeError: nothing was asked for first.
        """
        if self._reading is None:
            raise RuntimeError("then() goes on from first(), which was not called; call it first")
        row = torch.gather(self._row, 1, parents)  # [B, W]
        alive = (row >= 0) & ~self._ends[codes]
        log_p = torch.full((*codes.shape, len(self._ends)), -torch.inf)
        log_p[:, :, 0] = 0.0  # of what is over
        self._row = torch.full_like(row, -1)
        if alive.any():
            reading = self._reading.take(row[alive])
            tokens = codes[alive][:, None]
            is_real = torch.ones_like(tokens)
            logits = self._model.extend(reading, tokens, is_real)[:, 0]  # [R, V]
            log_p[alive] = self._known(logits.float().log_softmax(dim=1))
            self._row[alive] = torch.arange(len(tokens))
            self._reading = reading._replace(is_real=torch.cat([reading.is_real, is_real], dim=1))
        return log_p

    def _known(self, log_p: Tensor) -> Tensor:
        """Leave out outputs that no entry of the vocabulary stands for."""
        return log_p[:, : len(self._ends)]
