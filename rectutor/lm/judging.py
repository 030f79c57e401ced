"""What a language model has learned before any tuning: surprise, and answers to a quiz."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rectutor.schema import LanguageModel

__all__ = ["right_answers", "right_by_kind", "unigram_perplexity"]


def unigram_perplexity(
    documents: Sequence[np.ndarray], held_out: Sequence[np.ndarray], n_entries: int
) -> float:
    """Return the perplexity of a model that knows how common each token is, and nothing else.

    Args:
        documents: tokens [n] of each text it counts; every entry is counted once more.
        held_out: tokens [n] of each text it is judged on.
        n_entries: V.

    Example:
        >>> round(unigram_perplexity([np.array([0, 0, 1])], [np.array([0, 1])], 2), 3)
        2.041
    """
    counts = np.bincount(np.concatenate(documents), minlength=n_entries) + 1.0
    surprise = -np.log(counts / counts.sum())
    return math.exp(float(surprise[np.concatenate(held_out)].mean()))


def right_answers(model: LanguageModel, questions: pd.DataFrame) -> np.ndarray:
    """Let a model choose among the choices of a quiz: the one that the title speaks for most.

    A choice counts by how much more probable it is than after the same question about "this film",
    so that no choice wins by being a common word (Zhao et al., "Calibrate Before Use", ICML 2021,
    section 5, with a difference of log-probabilities).

    Args:
        model: any language model; it sees the question, and scores each choice behind a space.
        questions: from `quiz`.

    Returns:
        [n] bool, True where the best choice is right; a tie counts as wrong.
    """
    spoken = [[f" {choice}" for choice in row] for row in questions["choices"]]
    asked, neutral = (model.score(list(questions[c]), spoken) for c in ("question", "neutral"))
    right = [
        row.index(answer)
        for row, answer in zip(questions["choices"], questions["answer"], strict=True)
    ]
    gains = [one - other for one, other in zip(asked, neutral, strict=True)]
    return np.array([g[at] > np.delete(g, at).max() for g, at in zip(gains, right, strict=True)])


def right_by_kind(model: LanguageModel, questions: pd.DataFrame) -> dict[str, float]:
    """Return the share of right answers for each kind of question; chance is 0.25."""
    is_right = right_answers(model, questions)
    kinds = questions["kind"].to_numpy()
    return {kind: round(float(is_right[kinds == kind].mean()), 3) for kind in pd.unique(kinds)}
