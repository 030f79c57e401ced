"""VQ-Rec: an item's vector is the sum of the vectors of its codes, so items share what is learned.

Hou, He, McAuley and Zhao, "Learning Vector-Quantized Item Representation for Transferable
Sequential Recommenders", WWW 2023, sections 2.2 and 2.3. Texts become product codes once; which
item has which code stays fixed, and what is learned is a vector for each code. No item has a number
of its own: two items with the same codes get the same score, and an item that nobody has chosen has
a vector, since others have its codes.

Departures:
    - One training on one catalogue, by full cross-entropy over its items. The paper pretrains on
      several by contrast, with hard negatives whose codes are partly drawn by lot, and then learns
      a permutation of codes for a new catalogue; neither is here.
    - Code vectors are added; the authors' code takes their mean, which is the sum by a constant.
    - Scores are plain dot products, as in SASRec here; the authors' code can compare by cosine
      over a temperature. LayerNorm stands before attention and feed-forward layer.
    - Sizes come from the table that is given: 8 codes of 16 in the lesson, 32 of 256 in the
      authors' settings.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import Events, seeded

__all__ = ["CodeSums", "VQRec"]


class CodeSums(nn.Module):
    """Item vectors as sums of code vectors, to be used where an `nn.Embedding` of items stands.

    Args:
        codes: [N, L] int, 0..K-1; row i belongs to item index i + 1. Level l has its own vectors.
        width: D.

    Raises:
        ValueError: the codes are no table of whole numbers from 0 on.
    """

    codes: Tensor  # [N, L] int64

    def __init__(self, codes: np.ndarray, width: int) -> None:
        super().__init__()
        if codes.ndim != 2 or not np.issubdtype(codes.dtype, np.integer) or codes.min() < 0:
            raise ValueError(
                f"codes must be whole numbers from 0 on, [N, L], got {codes.dtype} "
                f"{list(codes.shape)} from {codes.min()} on; a table of another form comes through "
                "rectutor.data.codes"
            )
        self.register_buffer("codes", torch.from_numpy(codes.astype(np.int64)))
        L, K = codes.shape[1], int(codes.max()) + 1
        self.entries = nn.Parameter(0.1 * L**-0.5 * torch.randn(L, K, width))

    @property
    def weight(self) -> Tensor:
        """Return every item's vector [N + 1, D]; row 0, padding, is zero."""
        L, K, _ = self.entries.shape
        rows = self.codes + K * torch.arange(L)  # [N, L], rows of one long table
        sums = F.embedding_bag(rows, self.entries.flatten(0, 1), mode="sum")  # [N, D]
        return F.pad(sums, (0, 0, 1, 0))

    def forward(self, items: Tensor) -> Tensor:
        """Return the vectors [..., D] of items [...], 0 for padding."""
        return F.embedding(items, self.weight)


class VQRec(SASRec):
    """A SASRec that knows items by their codes alone.

    Args:
        codes: [N, L] int; see `CodeSums`.
        config: sizes of the SASRec; its n_items is N.
        seed: of the weights.

    Raises:
        ValueError: there are not as many codes as items, or they are no whole numbers.
    """

    items: CodeSums  # type: ignore[assignment]

    def __init__(self, codes: np.ndarray, config: SASRecConfig, seed: int = 0) -> None:
        super().__init__(config, seed)
        if len(codes) != config.n_items:
            raise ValueError(
                f"codes must have a row for each of the {config.n_items} items, got {len(codes)}"
            )
        with seeded(seed + 1):
            table = self.sums(codes, config.width)
        self.items = table  # SASRec calls it, and reads its weight
        self.bias.requires_grad_(False)  # it would be a number of each item's own
        self.name = "VQ-Rec"

    def sums(self, codes: np.ndarray, width: int) -> CodeSums:
        """Make the table of item vectors."""
        return CodeSums(codes, width)

    def with_codes(self, codes: np.ndarray) -> VQRec:
        """Return a copy of this model, weights and all, over another catalogue.

        Args:
            codes: [N', L] of the other items, in the same codebooks.

        Raises:
            ValueError: a code has no vector here, or there is another number of levels.
        """
        L, K, _ = self.items.entries.shape
        if codes.ndim != 2 or codes.shape[1] != L or not 0 <= codes.min() <= codes.max() < K:
            raise ValueError(
                f"codes must be [N, {L}] from 0 to {K - 1}, as this model learned them, got "
                f"{list(codes.shape)} from {codes.min()} to {codes.max()}; write the items in the "
                "codebooks of its own catalogue"
            )
        other = VQRec(codes, replace(self.config, n_items=len(codes)))
        own = {k: v for k, v in self.state_dict().items() if not k.startswith(("bias", "items"))}
        other.load_state_dict(own, strict=False)
        with torch.no_grad():
            other.items.entries = nn.Parameter(self.items.entries.clone())
        return other.eval()

    def prepare(self, train: Events) -> None:
        """Count nothing: how popular an item is has to be said by its codes."""
