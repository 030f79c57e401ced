"""How well a model answers yes or no: does yes stand above no, and is its 70 % a 70 %?

A judgement is one answer of one user: yes (1 or True) or no (0 or False). All arrays are [n],
one value per judgement, in any order. AUC and GAUC see only the order of the scores; log loss
and calibration see probabilities. **Empty case**: a measure of no judgements is nan, and so is
the AUC of judgements that are all yes or all no.

Sources: James Hanley and Barbara McNeil (1982), The Meaning and Use of the Area under a Receiver
Operating Characteristic (ROC) Curve, Radiology 143(1). Han Zhu et al. (2017), Optimized Cost per
Click in Taobao Display Advertising, KDD. Chuan Guo et al. (2017), On Calibration of Modern
Neural Networks, ICML, section 2.

**Departures**: Zhu et al. group by user and place on the page, this module by user. Guo et al.
put into bins how sure a model is of the class it names, this module the probability of yes;
their bins hold the right edge, these the left one, so that 0 has a bin.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = [
    "Calibration",
    "GroupedAUC",
    "auc",
    "auc_per_user",
    "calibration",
    "calibration_error",
    "gauc",
    "log_loss",
]

_LEAST = 1e-15  # an answer called impossible costs 34.5, not infinity


class GroupedAUC(NamedTuple):
    """The AUC within users, how many it speaks of, and how many have none."""

    value: float
    n_users: int  # with a yes and a no
    n_left_out: int  # whose judgements are all yes or all no


class Calibration(NamedTuple):
    """A reliability table: one row per bin of predicted probability."""

    lower_edge: np.ndarray  # [n_bins]; a bin holds it, and reaches up to the next
    mean_probability: np.ndarray  # [n_bins], what was predicted; nan where a bin is empty
    share_of_yes: np.ndarray  # [n_bins], what came; nan where a bin is empty
    n_judgements: np.ndarray  # [n_bins] int


def auc(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return the chance that a yes scores above a no, all judgements pooled; 0.5 is chance.

    AUC = (pairs of a yes and a no in which the yes scores higher) / (all such pairs), the area
    under the ROC curve. Pairs of two users count too: knowing who says yes often raises it,
    without any taste. `gauc` does not see that.
    Ties count one half, unlike the ranks of `ranks_of_targets`. Empty case: nan where all
    judgements are yes, all are no, or there are none.

    Args:
        scores: [n] float, higher is better; may be infinite.
        labels: [n] 0 or 1, or bool.

    Returns:
        From 0 (every no above every yes) to 1.

    Raises:
        ValueError: lengths differ, a score is nan, or a label is neither 0 nor 1.

    Example:
        >>> auc(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 1, 0, 0]))  # 3 pairs and a tie of 4
        0.875
    """
    scores, labels = _checked_scores(scores, labels)
    return float(_auc_by_group(scores, labels, np.zeros(len(scores), dtype=np.int64), 1)[0])


def auc_per_user(scores: np.ndarray, labels: np.ndarray, users: np.ndarray) -> np.ndarray:
    """Return [n_users]: the AUC of each user's own judgements, in the order of np.unique(users).

    A user whose judgements are all yes or all no has nan. That depends on labels only, so two
    models have the same users left to compare.

    Args:
        scores: [n] float, higher is better; may be infinite.
        labels: [n] 0 or 1, or bool.
        users: [n] who judged, `user_index` or any ids.

    Raises:
        ValueError: lengths differ, a score is nan, or a label is neither 0 nor 1.

    Example:
        >>> auc_per_user(np.array([0.2, 0.9, 0.7]), np.array([1, 0, 1]), np.array([5, 5, 8]))
        array([ 0., nan])
    """
    return _auc_and_count(scores, labels, users)[0]


def gauc(scores: np.ndarray, labels: np.ndarray, users: np.ndarray) -> GroupedAUC:
    """Return the mean of `auc_per_user`, each user weighted by the number of judgements.

    GAUC = sum of n_u * AUC_u / sum of n_u, over users u with a yes and a no among n_u judgements.
    Ties count one half. Empty case: users without an AUC are left out and counted; nan when
    nobody is left. Arguments and errors as in `auc_per_user`.

    Example:
        >>> gauc(np.array([0.2, 0.9, 0.7]), np.array([1, 0, 1]), np.array([5, 5, 8]))
        GroupedAUC(value=0.0, n_users=1, n_left_out=1)
    """
    values, n_judgements = _auc_and_count(scores, labels, users)
    has_both = ~np.isnan(values)
    n_users = int(has_both.sum())
    total = (values * n_judgements)[has_both].sum()
    value = float(total / n_judgements[has_both].sum()) if n_users else float("nan")
    return GroupedAUC(value, n_users, len(values) - n_users)


def log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean surprise at the answers that came, in nats, from 0 upwards.

    Log loss = mean of -ln q, where q is the probability given to the answer that came, p for yes
    and 1 - p for no; q below 1e-15 counts as 1e-15. So a single answer called impossible adds
    34.5 / n. Always saying 0.5 costs ln 2 = 0.693.
    Ties need no rule. Empty case: nan.

    Args:
        probabilities: [n] of a yes, 0 to 1.
        labels: [n] 0 or 1, or bool.

    Raises:
        ValueError: lengths differ, a probability is outside 0..1 or nan, or a label is neither 0
            nor 1.

    Example:
        >>> round(log_loss(np.array([0.8, 0.4]), np.array([1, 0])), 4)  # -(ln 0.8 + ln 0.6) / 2
        0.367
    """
    probabilities, labels = _checked_probabilities(probabilities, labels)
    given = np.where(labels, probabilities, 1 - probabilities)
    surprise = np.log(1 / np.maximum(given, _LEAST))
    return float(surprise.mean()) if len(surprise) else float("nan")


def calibration(probabilities: np.ndarray, labels: np.ndarray, n_bins: int = 10) -> Calibration:
    """Compare predicted probabilities with what came, in bins of equal width.

    Bin b of 0..n_bins - 1 holds b / n_bins <= p < (b + 1) / n_bins; the last one holds p = 1 too.
    Ties need no rule. Empty case: a bin without judgements is nan.

    Args:
        probabilities: [n] of a yes, 0 to 1.
        labels: [n] 0 or 1, or bool.
        n_bins: 1 or more.

    Raises:
        ValueError: as in `log_loss`, or n_bins is below 1.

    Example:
        >>> table = calibration(np.array([0.1, 0.3, 0.9]), np.array([0, 1, 1]), n_bins=2)
        >>> table.share_of_yes.tolist(), table.n_judgements.tolist()
        ([0.5, 1.0], [2, 1])
    """
    if n_bins < 1:
        raise ValueError(f"calibration needs n_bins of 1 or more, got {n_bins}")
    probabilities, labels = _checked_probabilities(probabilities, labels)
    lower_edge = np.arange(n_bins) / n_bins  # 3 / 10 is the written 0.3, np.linspace's is above
    row = np.searchsorted(lower_edge, probabilities, side="right") - 1  # [n]
    n_judgements = np.bincount(row, minlength=n_bins)
    divisor = np.where(n_judgements > 0, n_judgements, np.nan)
    return Calibration(
        lower_edge,
        np.bincount(row, weights=probabilities, minlength=n_bins) / divisor,
        np.bincount(row, weights=labels, minlength=n_bins) / divisor,
        n_judgements,
    )


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, n_bins: int = 10) -> float:
    """Return the expected calibration error: how far a bin's promise is from what came, 0 to 1.

    ECE = sum over bins of (n_b / n) * |share of yes - mean probability|, bins as in `calibration`.
    Always saying the overall share of yes has error 0 and helps nobody. Cutting every bin in two
    never lowers the error, so name n_bins with it.
    Ties need no rule. Empty case: nan. Arguments and errors as in `calibration`.

    Example:
        >>> round(calibration_error(np.array([0.6, 0.8]), np.array([1, 1]), n_bins=1), 4)
        0.3
    """
    table = calibration(probabilities, labels, n_bins)
    n = table.n_judgements.sum()
    gaps = np.abs(table.share_of_yes - table.mean_probability)
    return float(np.nansum(table.n_judgements * gaps) / n) if n else float("nan")


def _auc_and_count(
    scores: np.ndarray, labels: np.ndarray, users: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return [n_users] AUC and [n_users] number of judgements, in the order of np.unique."""
    scores, labels = _checked_scores(scores, labels)
    users = np.asarray(users)
    _check_shapes("scores and users", scores, users)
    _, group, n_judgements = np.unique(users, return_inverse=True, return_counts=True)
    return _auc_by_group(scores, labels, group, len(n_judgements)), n_judgements


def _auc_by_group(
    scores: np.ndarray, labels: np.ndarray, group: np.ndarray, n_groups: int
) -> np.ndarray:
    """Return [n_groups]; the yes ranks exceed 1 + 2 + ... by the number of pairs they lose."""
    n_yes = np.bincount(group, weights=labels, minlength=n_groups)
    n_no = np.bincount(group, weights=~labels, minlength=n_groups)
    ranks = labels * _ranks_within_groups(scores, group)
    lost = np.bincount(group, weights=ranks, minlength=n_groups) - n_yes * (n_yes + 1) / 2
    pairs = n_yes * n_no
    return (pairs - lost) / np.where(pairs > 0, pairs, np.nan)


def _ranks_within_groups(scores: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return [n] ranks among the scores of one's group, 1 is best; equals share their mean."""
    order = np.lexsort((-scores, group))  # group by group, best first
    ordered, ordered_group = scores[order], group[order]
    is_first = np.ones(len(scores), dtype=bool)  # of a run of equal scores in one group
    is_first[1:] = (ordered[1:] != ordered[:-1]) | (ordered_group[1:] != ordered_group[:-1])
    bounds = np.append(np.flatnonzero(is_first), len(scores))  # run i is bounds[i]:bounds[i + 1]
    middle = (bounds[:-1] + 1 + bounds[1:]) / 2  # [n_runs], mean place when counted from 1
    places = np.empty(len(scores))
    places[order] = middle[np.cumsum(is_first) - 1]
    return places - np.searchsorted(ordered_group, group)  # less the places of earlier groups


def _checked_scores(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scores = np.asarray(scores, dtype=np.float64)
    labels = np.asarray(labels)
    _check_shapes("scores and labels", scores, labels)
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores))[0])
        raise ValueError(
            f"row {row}: a score is nan, so nothing can be ordered; look for nan in what the "
            "model learned"
        )
    return scores, _yes(labels)


def _checked_probabilities(
    probabilities: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    probabilities = np.asarray(probabilities, dtype=np.float64)
    labels = np.asarray(labels)
    _check_shapes("probabilities and labels", probabilities, labels)
    wrong = np.flatnonzero(~((probabilities >= 0) & (probabilities <= 1)))  # nan is neither
    if len(wrong):
        row = wrong[0]
        raise ValueError(
            f"row {row}: a probability must be in 0..1, got {probabilities[row]}; put raw scores "
            "through a sigmoid first"
        )
    return probabilities, _yes(labels)


def _check_shapes(names: str, first: np.ndarray, second: np.ndarray) -> None:
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"{names} must be [n], one of each per judgement, got shapes {first.shape} and "
            f"{second.shape}; select the same rows of both"
        )


def _yes(labels: np.ndarray) -> np.ndarray:
    """Return [n] bool, True where the answer was yes."""
    wrong = np.flatnonzero((labels != 0) & (labels != 1))
    if len(wrong):
        row = wrong[0]
        raise ValueError(
            f"row {row}: a label must be 0 or 1, or bool, got {labels[row]}; turn ratings into "
            "yes and no first, for instance `rating >= 4`"
        )
    return labels == 1
