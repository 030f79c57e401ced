"""Change a list without training: take popularity off the scores, or draw instead of ranking.

`less_popular` divides the probability of an item by a power of how often it was chosen, as logit
adjustment does for rare classes: Menon et al., "Long-tail learning via logit adjustment", ICLR
2021, section 4.2. There the weight is 1 and the aim is balanced accuracy; here it is a knob.

`drawn` turns a ranking into a draw without repetition: noise of Gumbel is added to the
log-probabilities, and the best k are a sample of k (Kool, van Hoof and Welling, "Stochastic Beams
and Where to Find Them", ICML 2019, section 2.3).
"""

from __future__ import annotations

import numpy as np

__all__ = ["drawn", "less_popular"]


def less_popular(scores: np.ndarray, counts: np.ndarray, weight: float) -> np.ndarray:
    """Return score - weight * log(1 + count); the order of log-probabilities over popularity.

    Args:
        scores: [B, N + 1] float, logarithms of probabilities, up to a constant for each row. With
            other scores the weight means something else for each model.
        counts: [N + 1] interactions of each item in training, 0 or more.
        weight: 0 changes nothing; 1 takes popularity off once.

    Raises:
        ValueError: there is not one count for each column.

    Example:
        >>> less_popular(np.log([[0.8, 0.2]]), np.array([7, 0]), weight=1.0).argmax()
        np.int64(1)
    """
    if counts.shape != scores.shape[1:]:
        raise ValueError(
            f"less_popular needs one count a column, got {counts.shape} for scores "
            f"{scores.shape}; column 0 is padding"
        )
    adjusted: np.ndarray = scores - weight * np.log1p(counts).astype(scores.dtype)
    return adjusted


def drawn(scores: np.ndarray, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """Return scores whose best k are k items drawn one after another, without repetition.

    Each is drawn in proportion to exp(score / temperature) among those that are left. The result is
    always a new array: it can be masked in place without a change of `scores`.

    Args:
        scores: [B, C] float; -inf is never drawn.
        temperature: 0 ranks instead of drawing; the higher, the more even the draw.
        rng: draws the noise.

    Raises:
        ValueError: the temperature is below 0.
    """
    if temperature < 0:
        raise ValueError(f"temperature must be 0 or more, got {temperature}")
    if temperature == 0:
        return scores.copy()
    noise: np.ndarray = scores / temperature + rng.gumbel(size=scores.shape)
    return noise
