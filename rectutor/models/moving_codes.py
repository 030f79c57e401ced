"""Codes that the recommender's loss moves: which item has which code is learned as well.

The idea of differentiable semantic ids (Fu et al., 2026): a code is a choice, and a choice has no
gradient; so it is drawn by Gumbel-softmax (Jang, Gu and Poole, "Categorical Reparameterization with
Gumbel-Softmax", ICLR 2017). Forward, an item has exactly one code a level; backward, the gradient
passes as if it had a bit of every code, and an item that follows items of another code is drawn to
what is predicted there.

Departures:
    - The recommender is VQ-Rec here, which scores items, not a generator that writes codes.
    - A choice is a free number for each item and code that starts at the codes that are given, not
      a function of the item's text: a new item has no choice yet that could be moved. An item of
      the catalogue that nobody has chosen does move: the loss is over all items, so it is a wrong
      answer at every step, and is pushed away from codes that are predicted often.
    - All levels move from the first step on, with one temperature.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.models.vqrec import CodeSums, VQRec

__all__ = ["ChosenSums", "MovingCodes"]


class ChosenSums(CodeSums):
    """Item vectors as sums of code vectors, where the codes are chosen.

    Args:
        codes: [N, L] int, the choice to begin with.
        width: D.

    Raises:
        ValueError: as for `CodeSums`.
    """

    temperature = 1.0
    start_share = 0.9  # how often an item's own code is drawn at first
    noise: Tensor  # [N, L, K] float32, what was drawn for this step

    def __init__(self, codes: np.ndarray, width: int) -> None:
        super().__init__(codes, width)
        K = self.entries.shape[1]
        odds = self.start_share / (1 - self.start_share) * max(K - 1, 1)
        leads = np.log(odds) * F.one_hot(self.codes, K).float()
        self.leads = nn.Parameter(leads)  # [N, L, K]
        self.register_buffer("noise", torch.zeros_like(leads), persistent=False)

    def draw(self) -> None:
        """Draw the noise of a step, once, so that an item is the same in history and as target."""
        self.noise = -torch.empty_like(self.leads).exponential_().log()

    @property
    def weight(self) -> Tensor:
        """Return every item's vector [N + 1, D]: of drawn codes in training, else of the best."""
        leads = (self.leads + self.noise if self.training else self.leads) / self.temperature
        shares = leads.softmax(dim=2)
        chosen = F.one_hot(leads.argmax(dim=2), leads.shape[2]).float()
        hard = shares + (chosen - shares).detach()  # forward one code, backward all
        sums = hard.flatten(1) @ self.entries.flatten(0, 1)  # [N, D]
        return F.pad(sums, (0, 0, 1, 0))


class MovingCodes(VQRec):
    """VQ-Rec whose items may change their codes while it is trained.

    Args:
        codes: [N, L] int, to begin with.
        config: sizes of the SASRec; its n_items is N.
        seed: of the weights.

    Raises:
        ValueError: as for `VQRec`.
    """

    items: ChosenSums

    def sums(self, codes: np.ndarray, width: int) -> ChosenSums:
        """Make the table of item vectors."""
        return ChosenSums(codes, width)

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the loss of one batch under codes that are drawn for it."""
        self.items.draw()
        return super().loss(*batch)

    @torch.inference_mode()
    def codes(self) -> np.ndarray:
        """Return the codes that items have now, [N, L] int64."""
        found: np.ndarray = self.items.leads.argmax(dim=2).numpy()
        return found
