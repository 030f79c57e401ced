"""The same questions searched again and again: wider, at other temperatures, without a trie.

The score of a beginning does not depend on the width, yet whether it is kept does: to see what a
wider beam would have found, it has to be run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rectutor.decoding.beam import Writer, beam_search, exact_scores
from rectutor.decoding.trace import Beams
from rectutor.trie import Trie

__all__ = ["Sweep", "Tempered", "sweep"]


class Tempered:
    """A writer with flatter or steeper probabilities: logarithms over T, summing to one again.

    Args:
        writer: gives the probabilities.
        temperature: T; above 1 is flatter, below 1 steeper, 1 changes nothing.

    Raises:
        ValueError: the temperature is not above 0.
    """

    def __init__(self, writer: Writer, temperature: float) -> None:
        if not temperature > 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")
        self.writer, self.temperature = writer, temperature

    def first(self) -> Tensor:
        """Return log-probabilities of the first code, [B, 1, K]."""
        return self._again(self.writer.first())

    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Write one code more, [B, W] each; return log-probabilities of the next, [B, W, K]."""
        return self._again(self.writer.then(parents, codes))

    def _again(self, log_p: Tensor) -> Tensor:
        if self.temperature == 1:
            return log_p
        return (log_p / self.temperature).log_softmax(dim=-1)


class Sweep(NamedTuple):
    """Searches of the same B questions."""

    beams: dict[tuple[int, float, bool], Beams]  # by width, temperature, held to the trie or not
    exact: dict[float, np.ndarray]  # by temperature, [B, N + 1] log-probability of every item
    full: Beams | None = None  # at temperature 1, with a beam for each item: nothing is dropped


@torch.inference_mode()
def sweep(
    trie: Trie,
    write: Callable[[], Writer],
    widths: Sequence[int],
    temperatures: Sequence[float] = (1.0,),
    seen: np.ndarray | None = None,
    is_brief: bool = False,
) -> Sweep:
    """Search with every width at every temperature, held and free, and score all items exactly.

    Args:
        trie: of all ids.
        write: makes a writer at work on the B questions, anew for each search.
        widths: W of each search.
        temperatures: T of `Tempered`.
        seen: [B, T] items that must not come out, PAD elsewhere; exact scores have them, too.
        is_brief: leave out exact scores, the full search, and beams that are not held.
    """
    beams = {
        (width, T, is_held): beam_search(trie, Tempered(write(), T), width, seen, is_held)
        for width in widths
        for T in temperatures
        for is_held in ([True] if is_brief else [True, False])
    }
    if is_brief:
        return Sweep(beams, {})
    exact = {T: exact_scores(trie, Tempered(write(), T)) for T in temperatures}
    return Sweep(beams, exact, beam_search(trie, write(), len(trie.codes[-1]), seen))
