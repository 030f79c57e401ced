"""A recommender behind a counter is copied by asking it questions: data-free model extraction.

Yue et al., "Black-Box Attacks on Sequential Recommenders via Data-Free Model Extraction", RecSys
2021. The box gives lists of items, nothing else. Who copies it makes up histories, either by lot or
by going on from the box's own answers: the first item by lot, each next one drawn from the list
that the box gave, all its places alike. A model of one's own then learns the lists: each item in
them has to score above the next one, and above an item drawn by lot, each time by a margin.

**Departures.** A question is one history, so that a budget counts lists that were given; the
authors' code counts made-up people. Every position of a history teaches, where theirs takes the
last.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.metrics.ranking import top_k
from rectutor.schema import PAD, Queries, seeded

__all__ = [
    "Answers",
    "Box",
    "ask_by_lot",
    "ask_onwards",
    "fit_clone",
    "list_loss",
    "overlap_per_person",
]


class Answers(NamedTuple):
    """What was asked of a box, and what it gave: n made-up people, T questions each."""

    history: np.ndarray  # [n, T] items; question t of a row is history[:t + 1]
    lists: np.ndarray  # [n, T, k] items, best first


class Box:
    """A recommender that gives lists and counts them.

    Args:
        model: a `schema.Scorer`; nobody outside sees its scores.
        k: length of the lists.
        budget: lists that it gives in all; None gives any number.
        n_drawn_from: a defence: the k items are drawn, and put in order, by lot among so many
            best. k or more; None gives the k best in their order.
        seed: of that draw.
    """

    def __init__(
        self,
        model: Any,
        k: int,
        budget: int | None = None,
        n_drawn_from: int | None = None,
        seed: int = 0,
    ) -> None:
        self._model, self.k, self.budget, self.n_given = model, k, budget, 0
        self._n_drawn_from, self._rng = n_drawn_from or k, np.random.default_rng(seed)
        if self._n_drawn_from < k:
            raise ValueError(
                f"n_drawn_from must be k or more, got {n_drawn_from} for lists of {k}; leave it "
                "out to give the best ones"
            )

    def ask(self, history: np.ndarray) -> np.ndarray:
        """Return [B, k] unseen items for histories [B, T], PAD on the left, oldest first.

        Raises:
            RuntimeError: the budget does not hold so many lists; none is given.
        """
        if self.budget is not None and self.n_given + len(history) > self.budget:
            raise RuntimeError(
                f"the box gives {self.budget} lists in all, {self.n_given} are given and "
                f"{len(history)} more were asked for; ask for fewer"
            )
        self.n_given += len(history)
        none = np.zeros_like(history)
        users, now = np.zeros(len(history), dtype=np.int64), np.zeros(len(history), dtype=np.int64)
        scores = self._model.score(Queries(users, history, none.astype(np.float32), none, now))
        scores[np.arange(len(history))[:, None], history] = -np.inf  # PAD among them
        best = top_k(scores, self._n_drawn_from)
        if self._n_drawn_from > self.k:
            best = self._rng.permuted(best, axis=1)[:, : self.k]
        return best


def ask_by_lot(
    box: Box, n_items: int, n_people: int, length: int, rng: np.random.Generator
) -> Answers:
    """Ask about histories of different items drawn by lot; n_people x length lists are given."""
    history = np.stack([1 + rng.permutation(n_items)[:length] for _ in range(n_people)])
    lists = [box.ask(history[:, : t + 1]) for t in range(length)]
    return Answers(history, np.stack(lists, axis=1))


def ask_onwards(
    box: Box, n_items: int, n_people: int, length: int, rng: np.random.Generator
) -> Answers:
    """Ask about histories that go on from the box's own answers; n_people x length lists."""
    history = rng.integers(1, n_items + 1, size=(n_people, 1))
    lists: list[np.ndarray] = []
    for _ in range(length):
        lists.append(box.ask(history))
        drawn = rng.integers(0, box.k, size=(n_people, 1))
        chosen = np.take_along_axis(lists[-1], drawn, axis=1)
        history = np.concatenate([history, chosen], axis=1)
    return Answers(history[:, :-1], np.stack(lists, axis=1))


def list_loss(listed: Tensor, drawn: Tensor, margin: float = 0.5) -> Tensor:
    """Return how far scores are from the order of a list: the mean of two hinges.

    Args:
        listed: [n, k] scores of the items of each list, in its order.
        drawn: [n, k] scores of items drawn by lot.
        margin: by which each item has to be ahead of the next, and of the one that was drawn.

    Example:
        >>> scores = torch.tensor([[2.0, 1.0, 0.75]])
        >>> round(float(list_loss(scores, torch.zeros(1, 3))), 3)  # (0 + 0.25) / 2 + 0
        0.125
    """
    order = F.relu(margin - (listed[:, :-1] - listed[:, 1:])).mean()
    return order + F.relu(margin - (listed - drawn)).mean()


def fit_clone(
    clone: Any,
    answers: Answers,
    *,
    n_steps: int = 300,
    batch_size: int = 32,
    learning_rate: float = 3e-3,
    seed: int = 0,
) -> list[float]:
    """Train a `models.sequence.SequenceModel` on what a box gave; return the losses.

    Args:
        clone: changed in place; it may be of another kind and size than the model in the box.
        answers: from `ask_by_lot` or `ask_onwards`.
        n_steps: of Adam.
        batch_size: rows of a step.
        learning_rate: of Adam.
        seed: of rows, of items drawn by lot, and of dropout.
    """
    rng, losses = np.random.default_rng(seed), []
    optimiser = torch.optim.Adam(clone.parameters(), lr=learning_rate)
    history, lists = map(torch.from_numpy, answers)
    n, _, k = lists.shape
    with seeded(seed):
        clone.train()
        for _ in range(n_steps):
            rows = torch.from_numpy(rng.integers(0, n, size=min(batch_size, n)))
            hidden = clone.encode(history[rows]).flatten(0, 1)  # [B * T, D]
            asked = lists[rows].flatten(0, 1)  # [B * T, k]
            drawn = torch.from_numpy(rng.integers(1, clone.n_items + 1, size=tuple(asked.shape)))
            both = torch.cat([asked, drawn], dim=1)  # [B * T, 2 k]
            scores = (clone.items(both) @ hidden[:, :, None])[:, :, 0] + clone.bias[both]
            loss = list_loss(scores[:, :k], scores[:, k:])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
    clone.eval()
    return losses


def overlap_per_person(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the share of each list [B, k] that stands in the other one, too: agreement@k, [B].

    Padding agrees with nothing.

    Example:
        >>> overlap_per_person(np.array([[1, 2, 3, 4]]), np.array([[4, 9, 1, 8]])).tolist()
        [0.5]
    """
    is_shared = (one[:, :, None] == other[:, None, :]) & (one[:, :, None] != PAD)
    shared: np.ndarray = is_shared.any(axis=2).mean(axis=1)
    return shared
