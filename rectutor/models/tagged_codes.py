"""Tagged codes: an RQ-VAE whose first levels are also trained to tell an item's tags.

HiD-VAE in miniature: Fang et al., "HiD-VAE: Interpretable Generative Recommendation via
Hierarchical and Disentangled Semantic IDs", 2025. Level 1 answers for the broad tag of an item,
such as its genre, level 2, together with level 1, for a finer one, such as its theme: so a code
reads as a concept. A second term pushes items apart that share all their codes.

**Departures.** A tag is told by one linear layer from the sum of entries so far; there is no
contrast between entries and texts of tags. Two items that share all codes pay for how far the
cosine of their middles is above `margin`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.models.rqvae import RQVAE, Quantised, RQVAEConfig
from rectutor.schema import seeded

__all__ = ["TaggedConfig", "TaggedRQVAE"]


@dataclass(frozen=True)
class TaggedConfig(RQVAEConfig):
    """Sizes and weights; the reconstruction is a sum over E numbers, so a tag needs a large one."""

    tag_weight: float = 10.0  # 0 or more, of the loss of each level's tag
    unique_weight: float = 10.0  # 0 or more, of the cosine of items that share all codes


class TaggedRQVAE(RQVAE):
    """Encoder, codebooks, decoder, and a reader of tags for each of the first levels.

    Args:
        config: sizes.
        tags: [N, n] int, n up to L, row i belongs to item index i + 1: column l is what level l + 1
            answers for, 0 or more; -1 where it is not known.
        seed: of the weights.

    Raises:
        ValueError: there are more columns than levels, or tags are no whole numbers from -1 on.
    """

    name = "RQ-VAE with tags"
    margin = 0.5
    config: TaggedConfig
    tags: Tensor  # [N, n]

    def __init__(self, config: TaggedConfig, tags: np.ndarray, seed: int = 0) -> None:
        super().__init__(config, seed)
        is_whole = tags.ndim == 2 and np.issubdtype(tags.dtype, np.integer)
        if not is_whole or not 1 <= tags.shape[1] <= config.n_levels or tags.min() < -1:
            raise ValueError(
                f"tags must be whole numbers from -1 on, [N, n] with n of 1..{config.n_levels}, a "
                f"column for a level, got {tags.dtype} {list(tags.shape)}"
            )
        with seeded(seed + 1):
            sizes = [max(int(column.max()), 0) + 1 for column in tags.T]
            self.readers = nn.ModuleList(nn.Linear(config.width, size) for size in sizes)
        self.register_buffer("tags", torch.from_numpy(tags.astype(np.int64)), persistent=False)

    def _more(self, found: Quantised, rows: Tensor | None) -> Tensor:
        if rows is None or int(rows.max()) >= len(self.tags):
            raise ValueError(
                f"losses needs `rows`, which of the {len(self.tags)} items with tags a batch holds"
            )
        middle = found.left[:, 0]
        of_tags = self.config.tag_weight * self.tag_losses(found, self.tags[rows]).sum()
        of_twins = self.config.unique_weight * self._likeness_of_twins(middle, found.codes)
        return super()._more(found, rows) + of_tags + of_twins

    def tag_losses(self, found: Quantised, tags: Tensor) -> Tensor:
        """Return the cross-entropy of each level's tag [n], over items whose tag is known.

        Its gradient moves the entries, and goes straight through to the encoder.

        Args:
            found: B items in codes.
            tags: [B, n].
        """
        middle = found.left[:, 0]
        said = found.entries.cumsum(dim=1) + (middle - middle.detach())[:, None]  # [B, L, D]
        losses = []
        for level, reader in enumerate(self.readers):
            is_known = tags[:, level] >= 0
            told = reader(said[is_known, level])
            total = F.cross_entropy(told, tags[is_known, level], reduction="sum")
            losses.append(total / is_known.sum().clamp(min=1))
        return torch.stack(losses)

    def _likeness_of_twins(self, middle: Tensor, codes: Tensor) -> Tensor:
        """Return by how much the cosine of items with the same codes is above the margin, mean."""
        is_same = (codes[:, None] == codes).all(dim=2)
        one, other = torch.nonzero(is_same.triu(diagonal=1)).T
        if not len(one):
            return torch.zeros(())
        cosines = F.cosine_similarity(middle[one], middle[other])
        return (cosines - self.margin).clamp(min=0).mean()

    @torch.inference_mode()
    def tags_of(self, codes: np.ndarray) -> np.ndarray:
        """Read codes as tags: the most likely one of each level that answers for some.

        Args:
            codes: [N, m], of the first m levels.

        Returns:
            [N, min(n, m)] int64.
        """
        m = codes.shape[1]
        said = self.codebooks[torch.arange(m), torch.from_numpy(codes)].cumsum(dim=1)  # [N, m, D]
        read = [reader(said[:, level]) for level, reader in enumerate(list(self.readers)[:m])]
        found: np.ndarray = torch.stack([one.argmax(dim=1) for one in read], dim=1).numpy()
        return found
