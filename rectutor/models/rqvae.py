"""RQ-VAE: an autoencoder whose middle is a sum of code entries; the codes are the semantic id.

Rajput et al., "Recommender Systems with Generative Retrieval" (TIGER), NeurIPS 2023, section 3.1,
after Lee et al., "Autoregressive Image Generation using Residual Quantization", CVPR 2022. The loss
is the paper's: squared error of the reconstruction, and for each level the squared distance between
what was left over and its entry, once moving the entry and once, weighed by beta, the encoder.
k-means places the first entries, as in the paper.

Departures:
    - Vectors are standardised before they are encoded, unless the config says not to.
    - An entry that no item has moves to what some item has left over (`revive`), after every epoch.
    - An entropy term may spread the use of entries; its weight is 0 by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rectutor.models.kmeans import kmeans, nearest_centres
from rectutor.schema import seeded

__all__ = ["RQVAE", "Losses", "Quantised", "RQVAEConfig"]


@dataclass(frozen=True)
class RQVAEConfig:
    """Sizes of an RQ-VAE; 150 epochs on 1,100 items take some ten seconds."""

    n_inputs: int  # E, of an item's vector
    width: int = 32  # D, of the middle
    inner: int = 128  # of encoder and decoder
    n_levels: int = 3  # L
    codebook_size: int = 64  # K
    commitment: float = 0.25  # beta, 0 or more
    entropy_weight: float = 0.0  # 0 or more, pays for an even use of entries
    is_standardised: bool = True  # inputs get mean 0 and spread 1


class Quantised(NamedTuple):
    """A batch in codes."""

    codes: Tensor  # [B, L] int64
    left: Tensor  # [B, L, D], what each level had to describe
    entries: Tensor  # [B, L, D], by what it was described


class Losses(NamedTuple):
    """What a batch is trained on."""

    reconstruction: Tensor  # scalar
    levels: Tensor  # [L]
    more: Tensor  # scalar, what else is paid for, weighed

    @property
    def total(self) -> Tensor:
        """Return the sum of all parts."""
        return self.reconstruction + self.levels.sum() + self.more


class RQVAE(nn.Module):
    """Encoder, codebooks and decoder.

    Args:
        config: sizes.
        seed: of the weights.
    """

    name = "RQ-VAE"
    mean: Tensor  # [E], of the items it was started on
    spread: Tensor  # [E]
    is_ready: Tensor  # bool, whether the entries have been placed

    def __init__(self, config: RQVAEConfig, seed: int = 0) -> None:
        super().__init__()
        E, D = config.n_inputs, config.width
        with seeded(seed):
            self.encoder = _mlp(E, config.inner, D)
            self.decoder = _mlp(D, config.inner, E)
            shape = (config.n_levels, config.codebook_size, D)
            self.codebooks = nn.Parameter(0.1 * torch.randn(shape))
        self.register_buffer("mean", torch.zeros(E))
        self.register_buffer("spread", torch.ones(E))
        self.register_buffer("is_ready", torch.tensor(False))
        self.config = config

    @torch.no_grad()
    def start(self, items: Tensor, rng: np.random.Generator | None) -> None:
        """Measure mean and spread of all items [N, E], and place the entries by k-means.

        Args:
            items: the whole catalogue.
            rng: of k-means; None leaves the entries where they were drawn.

        Raises:
            ValueError: there are fewer items than entries in a codebook.
        """
        if self.config.is_standardised:
            self.mean.copy_(items.mean(dim=0))
            self.spread.copy_(items.std(dim=0).clamp(min=1e-6))
        if rng is not None:
            left = self.encode(items).numpy().copy()
            for level in range(self.config.n_levels):
                found = kmeans(left, self.config.codebook_size, rng)
                self.codebooks[level] = torch.from_numpy(found.centres)
                left -= found.centres[found.nearest]
        self.is_ready.fill_(True)

    def encode(self, items: Tensor) -> Tensor:
        """Bring vectors [B, E] into the middle, [B, D]."""
        middle: Tensor = self.encoder((items - self.mean) / self.spread)
        return middle

    def quantise(self, middle: Tensor) -> Quantised:
        """Describe vectors [B, D] level by level by the nearest entry to what is left."""
        left, codes, lefts, entries = middle, [], [], []
        for codebook in self.codebooks:
            nearest = nearest_centres(left.detach().numpy(), codebook.detach().numpy())
            codes.append(torch.from_numpy(nearest))
            lefts.append(left)
            entries.append(codebook[codes[-1]])
            left = left - entries[-1].detach()
        return Quantised(*(torch.stack(own, dim=1) for own in (codes, lefts, entries)))

    def losses(self, items: Tensor, rows: Tensor | None = None) -> Losses:
        """Return the parts of the loss of a batch.

        The decoder reads the sum of entries; its gradient goes to the encoder as if nothing had
        been quantised (straight through).

        Args:
            items: [B, E].
            rows: [B] int, which items of the catalogue they are; for models that know more of them.
        """
        middle = self.encode(items)
        found = self.quantise(middle)
        said = middle + (found.entries.sum(dim=1) - middle).detach()
        wanted = (items - self.mean) / self.spread
        reconstruction = (self.decoder(said) - wanted).pow(2).sum(dim=1).mean()
        to_entry = (found.left.detach() - found.entries).pow(2).sum(dim=2).mean(dim=0)  # [L]
        to_left = (found.left - found.entries.detach()).pow(2).sum(dim=2).mean(dim=0)
        levels = to_entry + self.config.commitment * to_left
        return Losses(reconstruction, levels, self._more(found, rows))

    def _more(self, found: Quantised, rows: Tensor | None) -> Tensor:
        """Return what is paid for beside the paper's loss."""
        weight = self.config.entropy_weight
        return weight * self._unevenness(found.left) if weight else torch.zeros(())

    def _unevenness(self, left: Tensor) -> Tensor:
        """Return log K less the entropy of the mean soft choice, summed over levels; 0 is even."""
        total = torch.zeros(())
        for level, codebook in enumerate(self.codebooks):
            gaps = torch.cdist(left[:, level], codebook).pow(2)  # [B, K]
            shares = (-gaps).softmax(dim=1).mean(dim=0)
            total = total + (shares * (shares * len(shares)).clamp(min=1e-9).log()).sum()
        return total

    @torch.no_grad()
    def revive(self, items: Tensor, rng: np.random.Generator) -> int:
        """Move entries that no item has to what drawn items have left over; return how many."""
        found = self.quantise(self.encode(items))
        n_moved = 0
        for level in range(self.config.n_levels):
            used = torch.bincount(found.codes[:, level], minlength=self.config.codebook_size)
            dead = torch.nonzero(used == 0).flatten()
            rows = torch.from_numpy(rng.integers(0, len(items), len(dead)))
            self.codebooks[level, dead] = found.left[rows, level]
            n_moved += len(dead)
        return n_moved

    @torch.inference_mode()
    def codes_of(self, items: Tensor) -> np.ndarray:
        """Write items [N, E] in codes, [N, L]; they need not be those it was trained on."""
        codes: np.ndarray = self.quantise(self.encode(items)).codes.numpy()
        return codes

    @torch.inference_mode()
    def reconstruct(self, codes: np.ndarray) -> np.ndarray:
        """Return the vectors [N, E] that codes [N, n] on the first n levels stand for."""
        n = codes.shape[1]
        entries = self.codebooks[torch.arange(n), torch.from_numpy(codes)]  # [N, n, D]
        items: np.ndarray = (self.decoder(entries.sum(dim=1)) * self.spread + self.mean).numpy()
        return items


def _mlp(n_in: int, inner: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(n_in, inner), nn.ReLU(), nn.Linear(inner, n_out))
