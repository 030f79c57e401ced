"""A quiz on facts that the corpus teaches, in wordings that the corpus does not have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rectutor.data.phrases import decade_of, genre_label, medium_of
from rectutor.data.worlds import load
from rectutor.lm.item_texts import one_of
from rectutor.lm.sources import labels
from rectutor.lm.wordings import QUIZ, tidy

__all__ = ["all_questions", "quiz"]

_CHOICES = 4
_TRIES = 20  # for one question


def quiz(items: pd.DataFrame, rng: np.random.Generator, n_questions: int = 200) -> pd.DataFrame:
    """Ask for the director (author), the decade and one genre of films (books).

    The four choices are drawn first, all values alike, then which of them is right, then an item
    for which exactly that one is right. So whoever knows how common each answer is, but no item,
    is right about one time in four. Titles that two items of the table share are not asked about.

    Args:
        items: films or books as `load` gives them.
        rng: decides items, choices and wordings.
        n_questions: of each kind, 1 or more; fewer come out where the table is too small.

    Returns:
        question, neutral (the same about "this film"), answer, choices (a tuple of four texts,
        the answer among them) and kind ("creator", "decade" or "genre"); no item is asked about
        twice in one kind.

    Raises:
        ValueError: n_questions is below 1.
    """
    if n_questions < 1:
        raise ValueError(f"quiz needs n_questions of 1 or more, got {n_questions}; ask for some")
    medium = medium_of(items)
    items = items.assign(label=labels(items))[~items["title"].duplicated(keep=False)]
    answers = {
        "creator": list(items[medium.creators]),
        "decade": [(f"The {decade_of(year)}",) for year in items["year"]],
        "genre": [tuple(genre_label(g).capitalize() for g in row) for row in items["genres"]],
    }
    rows = []
    for kind, wordings in QUIZ.items():
        for place, answer, choices in _drawn(answers[kind], n_questions, rng):
            label = items["label"].iloc[place]
            words, slots = one_of(wordings, rng), medium._asdict()
            asked, neutral = (
                tidy(words.format(title=title, **slots)) for title in (label, f"this {medium.film}")
            )
            rows.append((asked, neutral, answer, choices, kind))
    return pd.DataFrame(rows, columns=["question", "neutral", "answer", "choices", "kind"])


def all_questions(n_questions: int = 200, seed: int = 0) -> pd.DataFrame:
    """Ask about films and then about books, up to n_questions of each kind and world."""
    rng = np.random.default_rng(seed)
    asked = [quiz(load(world).items, rng, n_questions) for world in ("films", "books")]
    return pd.concat(asked, ignore_index=True)


def _drawn(
    answers: list[tuple[str, ...]], n_questions: int, rng: np.random.Generator
) -> list[tuple[int, str, tuple[str, ...]]]:
    """Draw (place of the item, answer, choices); each item at most once."""
    left: dict[str, list[int]] = {value: [] for row in answers for value in row}
    for place in rng.permutation(len(answers)).tolist():
        for value in answers[place]:
            left[value].append(place)
    drawn: list[tuple[int, str, tuple[str, ...]]] = []
    for _ in range(_TRIES * n_questions):
        values = sorted(value for value, places in left.items() if places)
        if len(values) < _CHOICES or len(drawn) == n_questions:
            break
        choices = tuple(values[n] for n in rng.permutation(len(values))[:_CHOICES])
        answer = one_of(choices, rng)
        fits = [p for p in left[answer] if len(set(answers[p]) & set(choices)) == 1]
        if fits:
            drawn.append((fits[0], answer, choices))
            for value in answers[fits[0]]:
                left[value].remove(fits[0])
    return drawn
