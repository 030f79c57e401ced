"""Five families of tasks as pairs of texts, what is asked and what is answered.

Geng et al., "Recommendation as Language Processing (RLP): A Unified Pretrain, Personalized Prompt &
Predict Paradigm (P5)", RecSys 2022, section 3: rating, sequential, explanation, review and direct
recommendation become wordings with gaps, and one encoder-decoder learns all of them. Wordings that
it was never trained on show whether it has learned the task or the sentence.

**Departures.** All wordings are ours, and shorter. One wording of each family is held out, always
of the kind of question that its family begins with. People have an id string and no name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rectutor.prompts.p5_wordings import HELD_OUT_WORDINGS, WORDINGS
from rectutor.prompts.template import Template, check_template
from rectutor.prompts.titles import one_line

__all__ = ["FAMILIES", "FIELDS", "TASKS", "Pair", "Task", "tasks"]

FAMILIES = ("rating", "sequential", "explanation", "review", "direct")
# What the gaps stand for. Where the answer is yes or no, {item}, {title} and {stars} are those
# that are asked about, true or not.
FIELDS = {
    "user": "the id string of the person",
    "item": "the id string of the item",
    "title": "the title of the same item",
    "history": "id strings of the person's items, oldest first, joined",
    "candidates": "id strings to choose from, joined",
    "stars": "a rating, as a number",
    "feature": "what an explanation should speak of: heists, war, a director",
    "review": "what the person wrote about the item",
    "explanation": "why the person likes or dislikes the item",
    "summary": "the review in a few words",
    "answer": "yes or no",
}


class Pair(NamedTuple):
    """What the model reads and what it should write."""

    source: str
    target: str


@dataclass(frozen=True)
class Task:
    """One wording of one family.

    Args:
        family: one of `FAMILIES`.
        name: unlike that of any other task.
        source: what is asked, with gaps named as in `FIELDS`.
        target: what is answered, likewise.
        is_held_out: whether it is kept for judging, never trained on.

    Raises:
        ValueError: the family or a gap is unknown.
    """

    family: str
    name: str
    source: Template
    target: Template
    is_held_out: bool = False

    def __post_init__(self) -> None:
        _check_family(self.family)
        for template in (self.source, self.target):
            check_template(template.text, (), FIELDS)

    def fill(self, values: Mapping[str, str]) -> Pair:
        """Put values into both texts, each on one line; values of other gaps are not used.

        Args:
            values: by the names of `FIELDS`; those of this task must be there.

        Raises:
            TypeError: a value that is used is not a string.
            ValueError: a value that is used is missing or blank.

        Example:
            >>> values = {"user": "user_7", "item": "item_31", "title": "Up", "stars": "4.5"}
            >>> TASKS[0].fill(values)
            Pair(source='How many stars will user_7 give item_31?', target='4.5')
        """
        return Pair(_filled(self.source, values), _filled(self.target, values))


def tasks(family: str | None = None, held_out: bool = False) -> tuple[Task, ...]:
    """List the wordings to train on, or those to judge by.

    Args:
        family: one of `FAMILIES`, or None for all of them.
        held_out: False lists those to train on, True those that are kept back.

    Raises:
        ValueError: the family is unknown.

    Example:
        >>> [task.name for task in tasks("review", held_out=True)]
        ['review-held-out']
    """
    if family is not None:
        _check_family(family)
    return tuple(
        task for task in TASKS if family in (None, task.family) and task.is_held_out == held_out
    )


def _check_family(family: str) -> None:
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")


def _filled(template: Template, values: Mapping[str, str]) -> str:
    given = {name: values[name] for name in template.fields if name in values}
    for name, value in given.items():
        if isinstance(value, str):
            given[name] = one_line(value)
        if given[name] == "":
            raise ValueError(
                f"task {template.name!r} needs text for {{{name}}}, got {value!r}; "
                "leave this case out, or say what is missing"
            )
    return template.fill(**given)


def _made(family: str, name: str, texts: Sequence[str], is_held_out: bool = False) -> Task:
    name = f"{family}-{name}"
    source, target = (Template(name, text) for text in texts)
    return Task(family, name, source, target, is_held_out)


TASKS = tuple(
    task
    for family in FAMILIES
    for task in (
        *(_made(family, name, texts) for name, *texts in WORDINGS[family]),
        _made(family, "held-out", HELD_OUT_WORDINGS[family], True),
    )
)
