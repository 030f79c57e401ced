"""Commit to an answer before it is revealed, and see how well you knew what you knew.

A prediction is kept in the kernel. When the environment variable `RECTUTOR_JOURNAL` names a
file, it is also kept there, so that it outlives a restart; otherwise nothing is written.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from rectutor import files
from rectutor.course.show import words

__all__ = ["JOURNAL", "SURE", "Prediction", "calibration", "commit", "forget", "predict", "reveal"]

JOURNAL = "RECTUTOR_JOURNAL"
SURE = 0.8  # from this confidence on, the learner "was sure"


class Prediction(NamedTuple):
    """What a learner said before the reveal."""

    answer: Any
    confidence: float  # 0 to 1
    because: str
    right: bool | None = None  # None until it is revealed


_made: dict[str, Prediction] = {}


def predict(key: str, answer: Any, confidence: float = 0.7, because: str = "") -> None:
    """Commit to an answer, and print it back; see `commit`."""
    print(commit(key, answer, confidence, because))


def commit(key: str, answer: Any, confidence: float = 0.7, because: str = "") -> str:
    """Commit to an answer, and return it as a sentence.

    An answer of None means "not yet": the committed notebooks are run that way. Once an answer
    is revealed, the first prediction stands.

    Args:
        key: the name that the `reveal` below uses.
        answer: a number, a word, or True and False.
        confidence: how sure you are, 0 to 1.
        because: your reason, in your own words.

    Raises:
        ValueError: the confidence lies outside 0 to 1.
    """
    made = _load()
    if answer is None or answer is ...:
        open_yet = "no prediction yet. Write your answer in place of None, run the cell again."
        return f"{key}: {_said(made[key]) if key in made else open_yet}"
    if not 0 <= confidence <= 1:
        raise ValueError(f"confidence lies between 0 and 1, got {confidence}; 0.7 means 70 % sure")
    if key in made and made[key].right is not None:
        return f"{key}: you have seen the answer; it stands that {_said(made[key])}"
    made[key] = Prediction(answer, confidence, because)
    _save()
    return f"{key}: {_said(made[key])}"


def reveal(key: str, truth: Any, within: float = 0.0, unit: str = "") -> None:
    """Print the prediction beside what was measured.

    Without a prediction the measured answer stays closed, and the text says what to run.

    Args:
        key: the name used in `predict` or `ask`.
        truth: the measured answer; a number, a word, or True and False.
        within: how far a number may be off and still count as right.
        unit: written after numbers, for instance "HR@10".
    """
    made = _load()
    if key not in made:
        print(
            f"{key}: nothing to compare with yet. Answer the question with the key {key!r} above "
            "(form or predict), then run this cell again."
        )
        return
    right, verdict = _judge(made[key].answer, truth, within)
    made[key] = made[key]._replace(right=right)
    _save()
    print(f"{key}: {_said(made[key])}")
    print(f"Measured: {words(truth)}{unit and ' ' + unit}. {verdict}")


def calibration() -> None:
    """Print how sure the learner was, and how often right, over all revealed predictions."""
    judged = [p for p in _load().values() if p.right is not None]
    if not judged:
        print("No prediction has been revealed yet, so there is nothing to add up.")
        return
    sure = [p for p in judged if p.confidence >= SURE]
    stated = sum(p.confidence for p in judged) / len(judged)
    share = sum(bool(p.right) for p in judged) / len(judged)
    print(
        f"{len(judged)} predictions, {sum(bool(p.right) for p in judged)} right. "
        f"You were sure (80 % or more) of {len(sure)}, and right in "
        f"{sum(bool(p.right) for p in sure)} of them."
    )
    gap = stated - share
    leaning = "surer than right" if gap > 0.1 else "right more often than sure"
    leaning = "about as sure as right" if abs(gap) <= 0.1 else leaning
    print(f"Stated on average {stated:.0%}, right {share:.0%}: {leaning}.")


def forget() -> None:
    """Drop every prediction, to begin a lesson afresh."""
    _made.clear()
    _save()


def _said(prediction: Prediction) -> str:
    reason = f", because {prediction.because}" if prediction.because else ""
    return f"you said {words(prediction.answer)} ({prediction.confidence:.0%} sure{reason})."


def _judge(answer: Any, truth: Any, within: float) -> tuple[bool, str]:
    """Compare as numbers where both are numbers, else as words, whatever their case."""
    try:
        if words(truth) in ("yes", "no"):
            raise ValueError("a claim, not a number")
        distance = abs(float(answer) - float(truth))
    except (TypeError, ValueError):
        right = words(answer).strip().casefold() == words(truth).strip().casefold()
        return right, "Right." if right else "Not what you said: ask why before you read on."
    if distance <= within + 1e-12:  # 0.55 - 0.5 is a little more than 0.05
        return True, f"Right, {words(distance)} off." if distance else "Right."
    return False, f"{words(distance)} off: ask why before you read on."


def _load() -> dict[str, Prediction]:
    """Return the predictions of this kernel, after reading the journal into an empty one."""
    path = os.environ.get(JOURNAL)
    if path and not _made and Path(path).exists():
        stored = json.loads(Path(path).read_text(encoding="utf-8"))
        _made.update({key: Prediction(*fields) for key, fields in stored.items()})
    return _made


def _save() -> None:
    if path := os.environ.get(JOURNAL):
        with files.write_atomically(path) as draft:
            draft.write_text(json.dumps(_made, indent=1, default=words), encoding="utf-8")
