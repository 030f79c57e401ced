"""The exercises of lesson 05."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "beam_names", "number_items", "word_numbers"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "05",
        "Two items' names begin with the same token. What does the model get from that, and when "
        "does it harm?",
        "What follows one is learned for both; it harms where they have nothing else in common.",
    ),
    (
        "04",
        "Why can a model of text name an item that nobody has chosen, and a model of ids cannot?",
        "Its vector is computed from words, not learned from choices.",
    ),
    (
        "03",
        "A score rises when the data is prepared anew, with the same model. What do you check?",
        "Whether anything made from held-out events got into what the model sees.",
    ),
]

_Names = dict[str, tuple[str, ...]]
_Next = dict[tuple[str, ...], dict[str, float]]


def _beam_names(names: _Names, log_p: _Next, n_beams: int) -> list[str]:
    """Keep the best beginnings of names that exist, level by level."""
    beams: list[tuple[tuple[str, ...], float]] = [((), 0.0)]
    for length in range(1, 1 + len(next(iter(names.values())))):
        begun = {name[:length] for name in names.values()}
        longer = [
            ((*beam, token), score + value)
            for beam, score in beams
            for token, value in log_p[beam].items()
            if (*beam, token) in begun
        ]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    items = {name: item for item, name in names.items()}
    return [items[beam] for beam, _ in beams]


def _trees(rng: np.random.Generator) -> list[tuple[_Names, _Next, int]]:
    """Draw names of two and three tokens; tokens that lead nowhere are often the likeliest."""
    cases = []
    for n_items, length, width in ((9, 2, 3), (12, 3, 2), (6, 2, 6), (8, 3, 1)):
        alphabet = [f"{letter}" for letter in "abcd"]
        every = sorted({tuple(rng.choice(alphabet, size=length)) for _ in range(4 * n_items)})
        picked = rng.permutation(len(every))[:n_items]
        names = {f"item {i}": tuple(map(str, every[row])) for i, row in enumerate(picked)}
        begun = {name[:k] for name in names.values() for k in range(length)}
        log_p = {
            beginning: dict(
                zip(alphabet, np.log(rng.dirichlet([0.7] * 4)).round(4).tolist(), strict=True)
            )
            for beginning in sorted(begun)
        }
        cases.append((names, log_p, width))
    return cases


beam_names = Exercise(
    name="beam_names",
    reference=_beam_names,
    cases=_trees,
    hints=(
        "A beam is a beginning and its score, the sum of the log-probabilities of its tokens. "
        "Start with the empty beginning and score 0.",
        "At each step make every beam longer by every token, keep only beginnings of names that "
        "exist, sort by score, cut to n_beams. After the last step a beam is a whole name.",
        "`begun = {name[:length] for name in names.values()}` at each length; keep "
        "`(*beam, token)` if it is in `begun`; its score is `score + log_p[beam][token]`.",
    ),
)


def _word_numbers(n_tokens: list[int]) -> list[int]:
    """Number each token by its word, counted back from the newest, which is 1."""
    n = len(n_tokens)
    return [n - word for word, many in enumerate(n_tokens) for _ in range(many)]


def _sentences(rng: np.random.Generator) -> list[tuple[list[int]]]:
    return [([2, 1, 3],), ([1],), (rng.integers(1, 5, size=6).tolist(),), ([3, 3, 3, 3],)]


word_numbers = Exercise(
    name="word_numbers",
    reference=_word_numbers,
    cases=_sentences,
    hints=(
        "The last item is number 1, the one before is number 2. Every token of an item gets the "
        "item's number.",
        "Item i of n (from 0) has number n - i. Repeat it as many times as the item has tokens.",
        "`[n - i for i, many in enumerate(n_tokens) for _ in range(many)]`.",
    ),
)


def _number_items(histories: list[list[str]]) -> dict[str, int]:
    """Number items from 0 in the order in which they first appear, person by person."""
    order = dict.fromkeys(item for history in histories for item in history)
    return {item: number for number, item in enumerate(order)}


def _people(rng: np.random.Generator) -> list[tuple[list[list[str]]]]:
    """Draw histories whose items come back; the alphabet says nothing about the order."""
    films = np.array(["Up", "Big", "Jaws", "Heat", "Alien", "Fargo", "Rocky", "Psycho"])
    cases = [([["Jaws", "Alien"], ["Alien", "Big", "Jaws"], ["Up"]],)]
    for n_people in (3, 5):
        drawn = [rng.permutation(films)[: rng.integers(1, 5)].tolist() for _ in range(n_people)]
        cases.append((drawn,))
    return cases


number_items = Exercise(
    name="number_items",
    reference=_number_items,
    cases=_people,
    hints=(
        "Go through the people in order, and through each history in order. An item that you have "
        "met before keeps its number.",
        "A new item gets the number of items met so far. The first one is 0.",
        "For each item: `if item not in numbers: numbers[item] = len(numbers)`.",
    ),
)
