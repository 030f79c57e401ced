"""One question put in many ways: what a model answers in every cell of a grid of prompts.

A cell is a template, two label words, an order of the history and how much of it is told. Prompts
that come out alike are scored once: label words that a template does not name cost nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import product
from typing import NamedTuple

import numpy as np

from rectutor.data.judgements import Judgements
from rectutor.lm.yes_no import prompts_of
from rectutor.prompts.template import Template
from rectutor.prompts.yes_no import LABEL_WORDS, LabelWords
from rectutor.schema import LanguageModel
from rectutor.training.bar import progress_bar

__all__ = [
    "Cell",
    "ask_cells",
    "content_key",
    "factorial",
    "key_of_cell",
    "prompts_of_cell",
    "shuffled",
]

_WHOLE = 8  # prompts that go into a key in full


class Cell(NamedTuple):
    """One way to put a yes/no question."""

    template: Template
    labels: LabelWords = LABEL_WORDS[0]
    order: str = "oldest-first"
    n_history: int = 4  # titles told of each list
    shuffle: int = 0  # above 0: a seed; the titles of each list stand in an order without meaning

    def said(self) -> str:
        """Name the cell in words."""
        order = f"shuffle {self.shuffle}" if self.shuffle else self.order.replace("-", " ")
        words = f"{self.labels.positive}/{self.labels.negative}"
        return f"{self.template.name}, {words}, {order}, {self.n_history} told"


def factorial(
    templates: Sequence[Template],
    labels: Sequence[LabelWords],
    orders: Sequence[str],
    lengths: Sequence[int],
) -> list[Cell]:
    """Return every mixture, the last factor running fastest.

    Example:
        >>> one = [Template("plain", "{title}?")]
        >>> [cell.n_history for cell in factorial(one, LABEL_WORDS[:1], ["newest-first"], [4, 2])]
        [4, 2]
    """
    return [Cell(*levels) for levels in product(templates, labels, orders, lengths)]


def shuffled(asked: Judgements, seed: int) -> Judgements:
    """Put each question's liked titles, and its disliked ones, in a random order."""
    rng = np.random.default_rng(seed)
    return asked._replace(
        liked=rng.permuted(asked.liked, axis=1), disliked=rng.permuted(asked.disliked, axis=1)
    )


def prompts_of_cell(asked: Judgements, titles: Sequence[str], cell: Cell) -> list[str]:
    """Write each question as the cell has it."""
    told = shuffled(asked, cell.shuffle) if cell.shuffle else asked
    return prompts_of(
        told,
        titles,
        cell.template,
        labels=cell.labels,
        order=cell.order,
        n_history=cell.n_history,
    )


def content_key(prompts: Sequence[str], labels: LabelWords) -> str:
    """Return 12 letters that change with any letter of the prompts or of the label words.

    Example:
        >>> content_key(["Up?"], LABEL_WORDS[0]) == content_key(["Up?"], LABEL_WORDS[4])
        False
    """
    digest = sha256()
    for text in (*labels.continuations, *prompts):
        digest.update(f"{len(text)} {text}".encode())
    return digest.hexdigest()[:12]


def key_of_cell(asked: Judgements, titles: Sequence[str], cell: Cell) -> str:
    """Return the `content_key` of a cell, quickly: eight whole prompts, and every title told.

    It changes with the wording, the label words, and any title of any question.
    """
    few = prompts_of_cell(asked.take(slice(0, _WHOLE)), titles, cell)
    told = np.c_[asked.liked, asked.disliked, asked.item_index]
    names = [titles[item] for item in told.ravel().tolist()]
    return content_key([*few, str(cell[2:]), *names], cell.labels)


def ask_cells(
    model: LanguageModel,
    asked: Judgements,
    titles: Sequence[str],
    cells: Sequence[Cell],
    *,
    progress: bool = True,
    on_cell: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Ask every question in every cell.

    Args:
        model: any.
        asked: n questions.
        titles: N + 1, by item index.
        cells: G of them; those that differ in label words alone share what they can.
        progress: show a bar.
        on_cell: called with the number of cells that are done.

    Returns:
        [G, n] log-odds of the positive word against the negative one.
    """
    written = [prompts_of_cell(asked, titles, cell) for cell in cells]
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, texts in enumerate(written):
        groups.setdefault(tuple(texts), []).append(place)
    answers = np.zeros((len(cells), len(asked.item_index)))
    with progress_bar("asking", len(groups), 0, progress) as bar:
        for done, (prompts, places) in enumerate(groups.items(), 1):
            words = [word for place in places for word in cells[place].labels.continuations]
            unique = list(dict.fromkeys(words))
            scores = np.array(model.score(list(prompts), [unique] * len(prompts)))  # [n, words]
            for place in places:
                yes, no = (unique.index(word) for word in cells[place].labels.continuations)
                answers[place] = scores[:, yes] - scores[:, no]
            bar.update()
            if on_cell:
                on_cell(done)
    return answers
