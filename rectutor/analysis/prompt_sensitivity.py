"""The answers of the prompt-sensitivity lab: recorded once, and read as a cache keyed by content.

`python -m rectutor.analysis.prompt_sensitivity` asks three models 400 questions, one of each
person: 200 in every cell of a grid of prompts, 200 fresh ones in one column of it. The models are
the shipped decoder as it is, tuned on one template, and tuned on sixteen. Lesson 06 reads the
record; each row carries a key made from its prompts, so an answer to another prompt than today's
is noticed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.prompt_grid import (
    Cell,
    ask_cells,
    factorial,
    key_of_cell,
)
from rectutor.analysis.records import Record, read_record, write_record
from rectutor.data.judgements import Judgements
from rectutor.prompts.yes_no import LABEL_WORDS, TALLREC, YES_NO
from rectutor.schema import LanguageModel
from rectutor.training.adapters import load_tuned
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import Taste, decoder, taste_of

__all__ = [
    "FACTORS",
    "MODELS",
    "NAME",
    "PARTS",
    "Lab",
    "lab_models",
    "lab_questions",
    "packed",
    "read_lab",
    "record_rows",
    "unpacked",
]

NAME = "prompt_sensitivity"
MODELS = ("frozen", "tuned on 1 template", "tuned on 16 templates")
ORDERS, LENGTHS = ("oldest-first", "newest-first"), (4, 1)
_LABELS = (LABEL_WORDS[0], LABEL_WORDS[3])  # Yes/No, good/bad
_CONTROLS = (LABEL_WORDS[0], LABEL_WORDS[1], LABEL_WORDS[2], LABEL_WORDS[4], LABEL_WORDS[5])
_PER_SET = 200
_CODE = (
    "rectutor.analysis.prompt_grid",
    "rectutor.data.judgements",
    "rectutor.prompts.yes_no_wordings",
    "rectutor.training.taste",
)
_STEP = 1000  # log-odds are kept in thousandths
PARTS: Mapping[str, Sequence[Cell]] = {
    "grid": factorial(YES_NO, _LABELS, ORDERS, LENGTHS),
    "shuffles": [Cell(TALLREC, shuffle=i) for i in range(1, len(YES_NO) + 1)],
    "label words": [Cell(TALLREC, labels) for labels in _CONTROLS],
    "fresh": [Cell(template) for template in YES_NO],
}
FACTORS: Mapping[str, int] = {
    "template": len(YES_NO),
    "label words": len(_LABELS),
    "order": len(ORDERS),
    "history length": len(LENGTHS),
}


class Lab(NamedTuple):
    """Recorded answers, with the questions that they answer."""

    asked: Judgements  # one question of each of 200 people
    fresh: Judgements  # of 200 others, for the part "fresh"
    titles: Sequence[str]  # N + 1, by item index
    answers: Mapping[str, Mapping[str, np.ndarray]]  # model -> part -> log-odds [G, 200]
    said: str  # where they come from

    def grid(self, model: str) -> np.ndarray:
        """Return [template, label words, order, length, question]."""
        return self.answers[model]["grid"].reshape(*FACTORS.values(), -1)


def lab_questions(taste: Taste, n: int = _PER_SET, seed: int = 6) -> tuple[Judgements, Judgements]:
    """Draw two sets of n people and one question of each, half of them liked.

    Args:
        taste: from `taste_of`.
        n: people in each set, an even number.
        seed: of the people and of the questions.

    Raises:
        ValueError: n is odd, or there are fewer people.
    """
    rng = np.random.default_rng(seed)
    people = rng.permutation(np.unique(taste.judged.user_index))
    if n % 2 or 2 * n > len(people):
        raise ValueError(f"n must be even and at most {len(people) // 2}, got {n}")
    rows = []
    for place, person in enumerate(people[: 2 * n]):
        own = taste.judged.user_index == person
        rows.append(int(rng.choice(np.flatnonzero(own & (taste.judged.is_liked == place % 2)))))
    return taste.judged.take(np.array(rows[:n])), taste.judged.take(np.array(rows[n:]))


def lab_models() -> dict[str, LanguageModel]:
    """Return the three models of the lab: the shipped decoder, and its two shipped tunings."""
    one, many = (load_tuned(name) for name in ("tallrec-films", "tallrec-many-films"))
    return dict(zip(MODELS, (decoder(), one, many), strict=True))


def record_rows(
    name: str, model: LanguageModel, taste: Taste, progress: bool = True
) -> list[dict[str, object]]:
    """Ask one model everything; one row a cell.

    Args:
        name: what the rows call the model.
        model: any.
        taste: from `taste_of`.
        progress: show bars.
    """
    first, fresh = lab_questions(taste)
    rows: list[dict[str, object]] = []
    for part, cells in PARTS.items():
        asked = fresh if part == "fresh" else first
        answers = ask_cells(model, asked, taste.titles, cells, progress=progress)
        for cell, own in zip(cells, answers, strict=True):
            key = key_of_cell(asked, taste.titles, cell)
            row = {"model": name, "part": part, "cell": cell.said(), "key": key}
            rows.append({**row, "log_odds": packed(own)})
    return rows


def packed(log_odds: np.ndarray) -> str:
    """Write log-odds as letters: base64 of their thousandths, int16, lowest byte first.

    Example:
        >>> unpacked(packed(np.array([0.5, -40.0]))).tolist()
        [0.5, -32.768]
    """
    whole = np.clip(np.round(log_odds * _STEP), -32768, 32767).astype("<i2")
    return base64.b64encode(whole.tobytes()).decode()


def unpacked(letters: str) -> np.ndarray:
    """Read what `packed` wrote, [n]."""
    return np.frombuffer(base64.b64decode(letters), dtype="<i2") / _STEP


def read_lab(record: Record | None = None) -> Lab:
    """Read the recorded answers, and check that they answer today's prompts.

    Args:
        record: the shipped one by default.

    Raises:
        ValueError: a cell's prompts have changed since it was recorded.
    """
    record = record or read_record(NAME)
    taste = taste_of("films")
    first, fresh = lab_questions(taste)
    answers: dict[str, dict[str, np.ndarray]] = {}
    for part, cells in PARTS.items():
        asked = fresh if part == "fresh" else first
        keys = {cell.said(): key_of_cell(asked, taste.titles, cell) for cell in cells}
        rows = record.table[record.table["part"] == part]
        for model, own in rows.groupby("model", sort=False):
            kept = dict(zip(own["key"], own["log_odds"], strict=True))
            for said, key in keys.items():
                if key not in kept:
                    raise ValueError(
                        f"{NAME} has no answers of {model!r} to today's prompts of {said!r}; "
                        f"make it again: `{record.command}`"
                    )
            answers.setdefault(str(model), {})[part] = np.array(
                [unpacked(kept[key]) for key in keys.values()]
            )
    return Lab(first, fresh, taste.titles, answers, record.said())


def main() -> None:
    """Ask all three models, and record what they say."""
    taste = taste_of("films")
    rows = []
    for name, model in lab_models().items():
        rows += record_rows(name, model, taste)
    command = "python -m rectutor.analysis.prompt_sensitivity"
    print(write_record(NAME, pd.DataFrame(rows), command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
