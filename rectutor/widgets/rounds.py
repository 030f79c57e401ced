"""Rounds of the guessing game: one person each, drawn from held-out cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rectutor.schema import PAD
from rectutor.widgets.view import plain

__all__ = ["Round", "check_same_models", "cleaned", "draw_rounds"]


class Round(NamedTuple):
    """One person, some films that might come next, and what each model chose."""

    history: tuple[str, ...]  # titles, oldest first
    options: tuple[str, ...]  # 2 to 6 titles
    answer: int  # the option that the person watched
    choices: dict[str, int]  # model name to option


def draw_rounds(
    history: np.ndarray,
    targets: np.ndarray,
    titles: Sequence[str],
    scores: Mapping[str, np.ndarray],
    rng: np.random.Generator,
    *,
    n_rounds: int = 10,
    n_options: int = 4,
    n_history: int = 6,
) -> list[Round]:
    """Make rounds out of held-out cases: the true film among films the person has not seen.

    Wrong options are drawn evenly from the unseen films, so popularity is a real opponent; each
    model's choice is its highest score among the options, the first of them on a tie.

    Args:
        history: [B, T] item indices, oldest first, PAD on the left.
        targets: [B] item index of each person's next film.
        titles: [N + 1] by item index; [0] is padding.
        scores: for each model [B, N + 1], higher is better.
        rng: draws the people, the wrong options and their order.
        n_rounds: how many people, at most B.
        n_options: how many films to choose from, the true one among them, 2..6.
        n_history: how many of the last films are told.

    Raises:
        ValueError: there are fewer people than rounds, or too few unseen films for the options.
    """
    if n_rounds > len(targets):
        raise ValueError(f"draw_rounds needs {n_rounds} people or more, got {len(targets)}")
    rows = rng.choice(len(targets), size=n_rounds, replace=False)
    rounds = []
    for row in rows:
        seen = history[row][history[row] != PAD]
        unseen = np.setdiff1d(np.arange(1, len(titles)), [*seen, targets[row]])
        if len(unseen) < n_options - 1:
            raise ValueError(
                f"row {row}: {n_options - 1} unseen films are needed, {len(unseen)} are left; "
                "use fewer options"
            )
        wrong = rng.choice(unseen, size=n_options - 1, replace=False)
        items = rng.permutation([targets[row], *wrong])
        rounds.append(
            Round(
                tuple(str(titles[item]) for item in seen[-n_history:]),
                tuple(str(titles[item]) for item in items),
                int(np.flatnonzero(items == targets[row])[0]),
                {name: int(np.argmax(values[row][items])) for name, values in scores.items()},
            )
        )
    return rounds


def cleaned(one: Round, number: int) -> Round:
    """Check round `number` and make its titles safe to print."""
    n = len(one.options)
    if not 2 <= n <= 6:
        raise ValueError(f"round {number} needs 2..6 options, got {n}")
    for who, option in {"the answer": one.answer, **one.choices}.items():
        if not 0 <= option < n:
            raise ValueError(f"round {number}: {who} must be an option 0..{n - 1}, got {option}")
    return Round(
        tuple(map(plain, one.history)),
        tuple(map(plain, one.options)),
        int(one.answer),
        {plain(name): int(option) for name, option in one.choices.items()},
    )


def check_same_models(rounds: tuple[Round, ...]) -> None:
    """Check that every round asks the same models.

    Raises:
        ValueError: a round has other models than the first.
    """
    for number, one in enumerate(rounds, 1):
        if list(one.choices) != list(rounds[0].choices):
            raise ValueError(
                f"round {number} has the models {list(one.choices)}, round 1 has "
                f"{list(rounds[0].choices)}; every round needs the same, in the same order"
            )
