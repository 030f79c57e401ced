"""How far predicted ratings are from the ratings people gave, in the unit of the ratings.

All pairs count alike, so a user who rates much weighs much. The one number that comes closest
to a set of ratings is their mean under RMSE and their median under MAE: the two can put the
same models in another order.
"""

from __future__ import annotations

import numpy as np

__all__ = ["mae", "rmse"]


def rmse(predicted: np.ndarray, actual: np.ndarray) -> float:
    """Return the root of the mean squared error, from 0 (exact) upwards; never below the MAE.

    RMSE = square root of the mean of (predicted - actual)^2.
    Ties need no rule. Empty case: nan.

    Args:
        predicted: [n] float, in the unit of the ratings.
        actual: [n] float, what was given, in the same order.

    Raises:
        ValueError: the two are not [n] of one length, or a rating is nan or infinite.

    Example:
        >>> rmse(np.array([3.0, 4.0]), np.array([4.0, 5.0]))
        1.0
    """
    errors = _errors(predicted, actual)
    return float(np.sqrt((errors**2).mean())) if len(errors) else float("nan")


def mae(predicted: np.ndarray, actual: np.ndarray) -> float:
    """Return the mean distance from the ratings that were given, from 0 (exact) upwards.

    MAE = mean of |predicted - actual|.
    Ties need no rule. Empty case: nan. Arguments and errors as in `rmse`.

    Example:
        >>> mae(np.array([3.0, 4.0]), np.array([3.0, 5.0]))
        0.5
    """
    errors = _errors(predicted, actual)
    return float(np.abs(errors).mean()) if len(errors) else float("nan")


def _errors(predicted: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Return [n]: predicted - actual."""
    predicted = np.asarray(predicted, dtype=np.float64)
    actual = np.asarray(actual, dtype=np.float64)
    if predicted.ndim != 1 or predicted.shape != actual.shape:  # [n] - [n, 1] would be [n, n]
        raise ValueError(
            "predicted and actual must be [n], one of each per rating, got shapes "
            f"{predicted.shape} and {actual.shape}; select the same rows of both"
        )
    for name, values in (("predicted", predicted), ("actual", actual)):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            row = wrong[0]
            raise ValueError(
                f"row {row}: an error needs two finite ratings, {name} is {values[row]}; leave "
                "the row out of both, or look for nan in what the model learned"
            )
    return predicted - actual
