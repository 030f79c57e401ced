"""The exercises of lesson 14b."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["EXAMPLE", "QUESTIONS", "best_question", "first_leak", "kl_with_floor"]

# a talk in the format of ReDial, made up for this lesson
EXAMPLE: dict[str, Any] = {
    "conversationId": "0",
    "initiatorWorkerId": 1,
    "respondentWorkerId": 2,
    "messages": [
        {"senderWorkerId": 1, "text": "I liked @11 and @22. What else is there?"},
        {"senderWorkerId": 2, "text": "Do you know @33?"},
        {"senderWorkerId": 1, "text": "Yes. I want something old."},
        {"senderWorkerId": 2, "text": "Then @44. Or see @22 once more!"},
    ],
    "movieMentions": {
        "11": "Heat (1995)",
        "22": "Collateral (2004)",
        "33": "Ronin (1998)",
        "44": "Rififi (1955)",
    },
    "initiatorQuestions": {
        "11": {"suggested": 0, "seen": 1, "liked": 1},
        "22": {"suggested": 0, "seen": 1, "liked": 1},
        "33": {"suggested": 1, "seen": 1, "liked": 1},
        "44": {"suggested": 1, "seen": 0, "liked": 2},
    },
    "respondentQuestions": {},
}

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "14b",
        "Switching a part off makes an advisor faster in a simulation. What else than the part "
        "may the result depend on?",
        "The simulated seekers: whether they answer, whether they say what is wrong with a list, "
        "what they know. Change one of these and measure again before you blame the part.",
    ),
    (
        "14b",
        "Simulated and real choices have a KL near its floor. What do you still not know?",
        "Whether the same people choose the same films. The floor says only that the shares of "
        "the bins cannot be told apart with so many events; choosing by lot may reach it.",
    ),
    (
        "14b",
        "A recommender has recall@10 of 0.12 on conversations. What must you ask?",
        "Whether films that had been mentioned before count. Naming them again scores without "
        "recommending anything.",
    ),
    (
        "03",
        "Two recalls have intervals that overlap a little. May you call them different?",
        "Not from that. Compare them on the same cases, in pairs, and look at the interval of the "
        "difference.",
    ),
]

_Film = dict[str, list[str]]


def _best_question(films: list[_Film], asked: list[str]) -> str:
    """Return the field whose value is least certain among films; "" if every one is certain."""
    best, most = "", 1e-9
    for field in films[0]:
        mass: dict[str, float] = {}
        for film in films:
            for value in film[field]:
                mass[value] = mass.get(value, 0.0) + 1 / len(film[field])
        p = np.array(list(mass.values())) / sum(mass.values())
        entropy = float(-(p * np.log2(p)).sum())
        if field not in asked and entropy > most:
            best, most = field, entropy
    return best


def _film_lists(rng: np.random.Generator) -> list[tuple[list[_Film], list[str]]]:
    """Draw films so that each shortcut is wrong somewhere.

    In the third case the field with most values divides worst; in the fourth, values that stand
    together in one film decide.
    """
    names = ["Drama", "Comedy", "Crime", "War", "Western", "Horror"]
    genres = rng.permutation(names).tolist()
    eight = [
        {"genre": [genres[n % 3]], "decade": [f"19{8 + n % 2}0s"], "country": ["USA"]}
        for n in range(8)
    ]
    uneven = [{"genre": [genres[max(0, n - 9)]], "decade": [f"{n % 4 + 5}0s"]} for n in range(12)]
    together = [
        {"genre": genres[:4] if n == 0 else [genres[0]], "decade": ["90s" if n < 2 else "80s"]}
        for n in range(8)
    ]
    alike = [{"genre": [genres[0]], "decade": ["90s"]} for _ in range(3)]
    pairs = [
        {"genre": [genres[0], genres[1 + n % 2]], "decade": [f"{5 + (n > 4) + (n > 6)}0s"]}
        for n in range(8)
    ]
    cases = [eight, uneven, together, pairs, alike]
    return [*((films, []) for films in cases), (eight, ["genre"])]


best_question = Exercise(
    name="best_question",
    reference=_best_question,
    cases=_film_lists,
    hints=(
        "For each field, give every film a weight of 1 and share it equally among the film's "
        "values. Divide by the number of films: that is p.",
        "The entropy of a field is -sum of p log2 p. Leave out what was asked. If nothing is above "
        '0, return "".',
        "`for value in film[field]: mass[value] = mass.get(value, 0) + 1 / len(film[field])`, then "
        "`p = np.array(list(mass.values())) / len(films)` and `-(p * np.log2(p)).sum()`.",
    ),
)


def _first_leak(sayings: list[str], number: int, title: str) -> int:
    """Return the place of the first saying that names the film; -1 if none does."""
    flags = re.IGNORECASE if len(title) > 4 else re.NOFLAG
    pattern = re.compile(rf"\[{number}\]|(?<!\w){re.escape(title)}(?!\w)", flags)
    return next((place for place, text in enumerate(sayings) if pattern.search(text)), -1)


def _talks(rng: np.random.Generator) -> list[tuple[list[str], int, str]]:
    """Draw sayings: whole titles, parts of words, short titles, numbers, signs in titles."""
    number = int(rng.integers(10, 99))
    return [
        (["A thriller.", "Like COLLATERAL, say."], number, "Collateral"),
        (["A collateralised loan.", "No."], number, "Collateral"),
        (["What is up with it?", "As Up was."], number, "Up"),
        (["Cheer up.", f"No, {number} of them.", f"It is [{number}]."], number, "Heat"),
        (["Where is the airplane", "Airplane! of course"], number, "Airplane!"),
        (["No.", "None of them."], number, "Heat"),
    ]


first_leak = Exercise(
    name="first_leak",
    reference=_first_leak,
    cases=_talks,
    hints=(
        "A title counts as a whole word or words, whatever its case. A number counts in square "
        "brackets only.",
        "Escape the title, since it may hold signs. `(?<!\\w)` and `(?!\\w)` say that no letter "
        "stands before or after it. A title of four letters or fewer must have its own case.",
        'The pattern is `rf"\\[{number}\\]|(?<!\\w){re.escape(title)}(?!\\w)"`, with '
        "`re.IGNORECASE` if the title is longer than 4 letters, else `re.NOFLAG`.",
    ),
)


def _kl_with_floor(
    real: list[int], simulated: list[int], draws: list[list[int]], pseudo: float
) -> list[float]:
    """Return KL of real from simulated, and the 95th percentile of KL of real from draws."""

    def kl(other: list[int]) -> float:
        p, q = np.array(real) + pseudo, np.array(other) + pseudo
        p, q = p / p.sum(), q / q.sum()
        return float((p * np.log(p / q)).sum())

    return [kl(simulated), float(np.quantile([kl(draw) for draw in draws], 0.95))]


def _counts(
    rng: np.random.Generator,
) -> list[tuple[list[int], list[int], list[list[int]], float]]:
    """Draw counts with empty bins, and what a perfect simulator would have made of them."""
    cases = []
    for n_bins, n_events, pseudo in ((4, 60, 0.5), (8, 100, 0.5), (5, 80, 1.0)):
        real = rng.multinomial(n_events, rng.dirichlet(np.ones(n_bins)))
        real[0] += 3
        simulated = rng.permutation(real)
        simulated[-1] = 0
        draws = rng.multinomial(simulated.sum(), real / real.sum(), size=40)
        cases.append((real.tolist(), simulated.tolist(), draws.tolist(), pseudo))
    return cases


kl_with_floor = Exercise(
    name="kl_with_floor",
    reference=_kl_with_floor,
    cases=_counts,
    hints=(
        "Write KL first: add `pseudo` to every bin of both, make shares, sum p log(p / q) with the "
        "natural logarithm. p is what was real.",
        "The floor asks how large KL gets by luck: KL of `real` from each draw, then the 95th "
        "percentile.",
        "`p = np.array(real) + pseudo; p = p / p.sum()`, q alike; `(p * np.log(p / q)).sum()`; "
        "`np.quantile([kl(draw) for draw in draws], 0.95)`.",
    ),
)
