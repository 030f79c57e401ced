"""The exercises of lesson 11."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "may_follow", "snap", "weigh"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "11",
        "A model writes along the trie of all titles and never names what does not exist. Which "
        "number still tells whether it has learned anything?",
        "Its hits, beside those of random weights along the same trie, which are all valid and at "
        "chance.",
    ),
    (
        "09",
        "A title and a semantic id both name an item by several tokens. What does a semantic id "
        "promise that a title does not?",
        "The same number of tokens for each item, and a first token that alike items share.",
    ),
    (
        "03",
        "Gamma was chosen on validation, and its hits were read on test. What would go wrong "
        "otherwise?",
        "The best of several settings is partly the luckiest, so its score on the same people "
        "would be too high.",
    ),
]

_WORDS = ("alien", "aliens", "heat", "up", "big", "jaws", "babe", "fargo", "speed", "seven")


def _edits(one: str, other: str) -> int:
    """Count letters to be put in, taken out or exchanged, row by row."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        below = [i]
        for j, theirs in enumerate(other, start=1):
            below.append(min(row[j] + 1, below[j - 1] + 1, row[j - 1] + (letter != theirs)))
        row = below
    return row[-1]


def _snap(text: str, titles: list[str], within: float) -> int:
    """Find the title with the fewest edits as a share of the longer one; -1 where none is near."""
    shares = [_edits(text, title) / max(len(text), len(title)) for title in titles]
    best = min(range(len(titles)), key=lambda i: shares[i])
    return best if shares[best] <= within else -1


def _texts(rng: np.random.Generator) -> list[tuple[str, list[str], float]]:
    """Misspell titles by a few edits; in the first cases shares and counts disagree, or all tie."""
    cases = [
        ("abcdef", ["abcdexyz", "ab"], 1.0),  # 3 edits of 8 letters, 4 of 6
        ("bcd", ["b", "abcdxx"], 1.0),  # 2 of 3, 3 of 6: fewer edits, but a larger share
        ("cat", ["car", "cap"], 0.4),  # a tie
        ("cat", ["dog", "cow"], 0.5),  # nobody
        ("abcd", ["ab"], 0.5),  # as far as allowed
    ]
    for _ in range(6):
        titles = rng.permutation(_WORDS)[:5].tolist()
        letters = list(titles[int(rng.integers(5))])
        for _ in range(int(rng.integers(1, 4))):
            place = int(rng.integers(len(letters)))
            kind = int(rng.integers(3))
            new = "abcdefghijklmnopqrstuvwxyz"[int(rng.integers(26))]
            letters[place : place + (kind > 0)] = [new] if kind < 2 else []
            letters = letters or [new]
        cases.append(("".join(letters), titles, (0.2, 0.4, 0.6)[int(rng.integers(3))]))
    return cases


snap = Exercise(
    name="snap",
    reference=_snap,
    cases=_texts,
    hints=(
        "Two steps: count the edits between the text and one title; then take the title with the "
        "smallest share of edits, if it is small enough.",
        "Edits: a table with a row for each letter of the text. The first row is 0, 1, 2, ... Each "
        "cell is the least of the one above + 1, the one to the left + 1, and the one above to the "
        "left + 1 where the letters differ, + 0 where they agree.",
        "`row[-1]` of the last row are the edits. Divide by `max(len(text), len(title))`; "
        "`shares.index(min(shares))` takes the first of equal ones; -1 if that is above `within`.",
    ),
)


def _weigh(distances: list[float], popularity: list[float], gamma: float) -> list[float]:
    """Rescale both to 0..1, and divide."""

    def rescaled(values: list[float]) -> list[float]:
        low, high = min(values), max(values)
        return [(value - low) / (high - low) for value in values]

    pairs = zip(rescaled(distances), rescaled(popularity), strict=True)
    return [d / (1 + p) ** gamma for d, p in pairs]


def _measured(rng: np.random.Generator) -> list[tuple[list[float], list[float], float]]:
    cases: list[tuple[list[float], list[float], float]] = [
        ([1.0, 5.0, 4.0], [0.0, 90.0, 0.0], 1.0),
        ([2.0, 4.0, 3.0], [10.0, 20.0, 30.0], 0.0),
    ]
    for n, gamma in ((4, 0.5), (6, 2.0), (5, 10.0)):
        distances = rng.uniform(3, 20, size=n).round(1).tolist()
        counts = [float(x) for x in rng.permutation(50)[:n]]
        cases.append((distances, counts, gamma))
    return cases


weigh = Exercise(
    name="weigh",
    reference=_weigh,
    cases=_measured,
    hints=(
        "Bring both lists to 0..1 first: (value - smallest) / (largest - smallest).",
        "Then each distance is divided by (1 + popularity) to the power gamma.",
        "`[d / (1 + p) ** gamma for d, p in zip(distances, popularity)]`, both rescaled.",
    ),
)


def _may_follow(written: list[str], titles: list[list[str]]) -> list[str]:
    """List the tokens behind a beginning, each once, in alphabetical order."""
    n = len(written)
    return sorted({title[n] for title in titles if title[:n] == written and len(title) > n})


def _beginnings(rng: np.random.Generator) -> list[tuple[list[str], list[list[str]]]]:
    """Draw titles of few words, and beginnings: none, one of theirs, a whole title, nobody's."""
    two = [
        ["a", "b", "a", ";"],
        ["c", "b", "c", ";"],
    ]  # what follows b depends on what is before it
    cases = [(["a", "b"], two)]
    for n_titles in (4, 6, 8):
        drawn = rng.integers(0, 3, size=(n_titles, 3))
        lengths = rng.integers(1, 4, size=n_titles)
        titles = [
            [*("abc"[place] for place in row[:length]), ";"]
            for row, length in zip(drawn, lengths, strict=True)
        ]
        own = titles[int(rng.integers(n_titles))]
        for written in ([], own[:1], own[:-1], own, ["c", "x"]):
            cases.append((list(written), titles))
    return cases


may_follow = Exercise(
    name="may_follow",
    reference=_may_follow,
    cases=_beginnings,
    hints=(
        "A token may follow when some title begins with what is written, and then has that token.",
        "Compare `title[:len(written)]` with `written`; the next token is `title[len(written)]`, "
        "if there is one.",
        "Collect them in a set, so that each is there once, and sort it.",
    ),
)
