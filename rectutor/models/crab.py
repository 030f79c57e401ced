"""CRAB in miniature: split first codes that lists show too often, and tune with a penalty.

Fan et al., "CRAB" (2026): popular codes of a trained model are split after training, and the model
is regularised along the tree of codes, so that exposure is less concentrated.

**Departures.** We know the method from a short description, not from the paper. How many codes are
split (the most exposed twentieth), into how many (two, by k-means of their items' vectors), what
the penalty is (the squared distance of the halves of a code from their mean) and where it acts (the
vectors of the first code, on the way in and on the way out) are our reading of it.
"""

from __future__ import annotations

import copy
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rectutor.models.kmeans import kmeans
from rectutor.models.tiger import TIGER
from rectutor.schema import Events

__all__ = ["CRAB", "SplitCodes", "code_exposure", "most_exposed", "split_codes"]

_NEVER = -20.0  # output bias of a code that no item has on that level


class SplitCodes(NamedTuple):
    """Codes after a split, and where their first codes come from."""

    codes: np.ndarray  # [N, L] int64
    parents: np.ndarray  # [K'] int64, the first code that each new one was; itself if not split


def code_exposure(shown: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Add up how often the items of each first code were shown, [K] int64.

    Args:
        shown: [N] in how many lists each item stands.
        codes: [N, L].

    Example:
        >>> code_exposure(np.array([3, 0, 5]), np.array([[1, 0], [0, 0], [1, 1]]))
        array([0, 8])
    """
    total: np.ndarray = np.bincount(codes[:, 0], weights=shown).astype(np.int64)
    return total


def most_exposed(exposure: np.ndarray, share: float = 0.05) -> np.ndarray:
    """Return the codes with the most exposure, the first of them first.

    Args:
        exposure: [K].
        share: of the K codes, rounded up.

    Raises:
        ValueError: the share is not in 0..1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be in 0..1, got {share}")
    n = int(np.ceil(share * len(exposure)))
    return np.argsort(-exposure, kind="stable")[:n]


def split_codes(
    codes: np.ndarray, vectors: np.ndarray, hot: np.ndarray, seed: int = 0
) -> SplitCodes:
    """Split first codes in two, by k-means of their items' vectors.

    The half that holds the first of the items keeps the code, the other gets a new one; later codes
    stay, so no two items come to share an id. A code of a single item cannot be split.

    Args:
        codes: [N, L] int, no two rows alike.
        vectors: [N, D] of the items.
        hot: first codes to split.
        seed: of k-means.
    """
    rng = np.random.default_rng(seed)
    split, parents = codes.copy(), list(range(int(codes[:, 0].max()) + 1))
    for code in hot.tolist():
        members = np.flatnonzero(codes[:, 0] == code)
        if len(members) < 2:
            continue
        half = kmeans(vectors[members], 2, rng).nearest
        split[members[half != half[0]], 0] = len(parents)
        parents.append(code)
    return SplitCodes(split, np.array(parents))


class CRAB(TIGER):
    """A trained TIGER whose first codes were split, to be tuned by `fit`.

    It begins where the model stands: the halves of a code begin alike, and share its probability in
    proportion to how often their items were chosen.

    Args:
        model: trained; it is not changed.
        made: from its codes.
        counts: [N + 1] interactions of each item in training; row 0 is padding.
        penalty: of the squared distances of the halves from their mean, 0 or more.

    Raises:
        ValueError: the penalty is negative, or `made` has other items than the model.
    """

    name = "TIGER (split codes)"

    def __init__(
        self, model: TIGER, made: SplitCodes, counts: np.ndarray, penalty: float = 0.0
    ) -> None:
        if penalty < 0:
            raise ValueError(f"penalty must be 0 or more, got {penalty}")
        if len(made.codes) != len(model.codes) - 1:
            raise ValueError(
                f"made must hold the model's {len(model.codes) - 1} items, got {len(made.codes)}"
            )
        super().__init__(made.codes, model.config)
        self.penalty, self.parents = penalty, torch.from_numpy(made.parents)
        old, own = model.state_dict(), self.state_dict()
        state = {name: value for name, value in copy.deepcopy(old).items() if name in own}
        share = np.log(_shares(made, counts[1:]))
        state["codes"] = own["codes"]
        for name in ("vectors", "outputs", "bias"):
            state[name] = self._grown(old[name], own[name], _NEVER if name == "bias" else 0.0)
        state["bias"][0, : len(share)] += torch.from_numpy(share).float()
        self.load_state_dict(state)

    def prepare(self, train: Events) -> None:
        """Leave the output bias as it is: the model has been trained."""

    def loss(self, *batch: Tensor) -> Tensor:
        """Return the surprise of the ids, and the penalty."""
        return super().loss(*batch) + self.penalty * self.tree_penalty()

    def tree_penalty(self) -> Tensor:
        """Return how far the halves of split codes stand from their mean, squared, summed."""
        families, n = np.unique(self.parents.numpy(), return_counts=True)
        total = torch.zeros(())
        for family in families[n > 1]:
            rows = torch.nonzero(self.parents == int(family))[:, 0]
            for table in (self.vectors[0, rows], self.outputs[0, rows]):
                total = total + (table - table.mean(dim=0)).pow(2).sum()
        return total

    def _grown(self, old: Tensor, own: Tensor, empty: float) -> Tensor:
        """Copy a table of codes [L, K, ...] into a larger one; first codes from their parents."""
        table = torch.full_like(own, empty)
        table[:, : old.shape[1]] = old[:, : own.shape[1]]
        table[0, : len(self.parents)] = old[0, self.parents]
        return table


def _shares(made: SplitCodes, counts: np.ndarray) -> np.ndarray:
    """Return what share of its parent's interactions each first code has, [K'], above 0.

    Each first code is given one interaction more than it has, so that none has a share of 0.
    """
    of_code = np.bincount(made.codes[:, 0], weights=counts, minlength=len(made.parents)) + 1.0
    of_parent = np.bincount(made.parents, weights=of_code)
    shares: np.ndarray = of_code / of_parent[made.parents]
    return shares
