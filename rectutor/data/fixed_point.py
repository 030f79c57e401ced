"""Arithmetic that comes out the same on every machine.

`exp`, `log`, matrix products and SIMD sums differ between processors in the last digit, and one
digit is enough to send a simulated person to another film. So the simulator keeps every taste
and utility as an integer number of 1/256, takes `exp` and `ln` from tables computed in decimal
arithmetic, and uses floats only where IEEE 754 fixes the result: conversion, division, square
root, rounding, and sums of whole numbers below 2**53.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import lru_cache

import numpy as np

__all__ = [
    "ONE",
    "exact_product",
    "exp_table",
    "ln_on_grid",
    "normal_on_grid",
    "on_grid",
    "scaled",
    "standardise",
    "weights_of",
]

ONE = 256  # grid steps in 1.0
_WEIGHT_OF_BEST = 1 << 32  # integer weight of the most likely choice
_REACH = 22 * ONE  # utilities further than this below the best one get weight 0
_DIGITS = Context(prec=40)


def on_grid(x: float | np.ndarray) -> np.ndarray:
    """Round to the grid: 1.0 becomes 256."""
    return np.rint(np.asarray(x, dtype=np.float64) * ONE).astype(np.int64)


def scaled(weight: int, values: np.ndarray) -> np.ndarray:
    """Multiply two grid numbers; the result is a grid number, rounded half up."""
    return (weight * values + ONE // 2) >> 8


@lru_cache(maxsize=16)
def exp_table(first: int, last: int, step: int, scale: int) -> np.ndarray:
    """Tabulate `scale * exp(i / step)` for i = first..last, rounded to whole numbers.

    Returns:
        [last - first + 1] int64, read-only.
    """
    with localcontext(_DIGITS):
        value, ratio = scale * (Decimal(first) / step).exp(), (Decimal(1) / step).exp()
        rows = []
        for _ in range(first, last + 1):
            rows.append(int(value.to_integral_value()))
            value *= ratio  # 40 digits: thousands of products leave more than 30 of them right
    table = np.array(rows, dtype=np.int64)
    table.setflags(write=False)
    return table


def ln_on_grid(numbers: np.ndarray) -> np.ndarray:
    """Take natural logarithms of whole numbers of 1 or more.

    Returns:
        [...] int64 grid numbers: ln(1) is 0, ln(2) is 177.
    """
    distinct, place = np.unique(numbers, return_inverse=True)
    with localcontext(_DIGITS):
        logs = [int((ONE * Decimal(int(n)).ln()).to_integral_value()) for n in distinct]
    return np.array(logs, dtype=np.int64)[place].reshape(np.shape(numbers))


def weights_of(utilities: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Turn utilities into choice weights: `exp(utility - best)`, as integers.

    Args:
        utilities: [B, N] int32, grid numbers between -2**22 and 2**22.
        allowed: [B, N] bool; what is not allowed gets weight 0.

    Returns:
        [B, N] int64; the best allowed choice has 2**32, and rows sum to less than 2**53.
    """
    lowest = np.int32(-(1 << 24))
    x = np.where(allowed, utilities, lowest)
    x -= x.max(axis=-1, keepdims=True) - _REACH
    np.maximum(x, 0, out=x)
    return _weight_table().take(x)


@lru_cache(maxsize=1)
def _weight_table() -> np.ndarray:
    """Tabulate the weight at 0.._REACH steps above the point where weights end."""
    table = exp_table(-_REACH, 0, ONE, _WEIGHT_OF_BEST).copy()
    table[0] = 0
    return table


def exact_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply integer matrices by the fast float routine, which is exact below 2**53.

    Args:
        a: [U, F] int.
        b: [F, N] int.

    Returns:
        [U, N] int64.

    Raises:
        OverflowError: a sum could reach 2**53, where floats stop being whole numbers.
    """
    largest = float(np.abs(a).max(initial=0)) * float(np.abs(b).max(initial=0)) * a.shape[1]
    if largest >= 2.0**53:
        raise OverflowError(
            f"exact_product needs sums below 2**53, these may reach {largest:.3g}; "
            "use a coarser grid or fewer features"
        )
    return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.int64)


def standardise(values: np.ndarray) -> np.ndarray:
    """Give each row mean 0 and standard deviation 1, on the grid.

    Args:
        values: [U, N] int; a row that is all alike becomes zeros.

    Returns:
        [U, N] int32 grid numbers.
    """
    n = values.shape[1]
    total = values.sum(axis=1, keepdims=True)
    spread = n * (values * values).sum(axis=1, keepdims=True) - total * total  # n**2 variance
    deviation = np.sqrt(np.maximum(spread, 1).astype(np.float64))
    return np.rint((n * values - total) * ONE / deviation).astype(np.int32)


def normal_on_grid(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw normal numbers of standard deviation 1 and round them to the grid."""
    return on_grid(rng.standard_normal(shape))
