"""What a language model has learned before any tuning: surprise, and answers to a quiz."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rectutor.schema import LanguageModel

__all__ = ["right_answers", "unigram_perplexity"]


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
    """Let a model choose among the choices of a quiz: the one it finds most probable.

    Args:
        model: any language model; it sees the question, and scores each choice behind a space.
        questions: from `quiz`.

    Returns:
        [n] bool, True where the most probable choice is right; a tie counts as wrong.
    """
    choices = list(questions["choices"])
    spoken = [[f" {choice}" for choice in row] for row in choices]
    scores = model.score(list(questions["question"]), spoken)
    right = [row.index(answer) for row, answer in zip(choices, questions["answer"], strict=True)]
    return np.array(
        [own[at] > np.delete(own, at).max() for own, at in zip(scores, right, strict=True)]
    )
