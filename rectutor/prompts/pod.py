"""Learned vectors in the place of words: POD's prompts, written as words that nobody uses.

Li, Zhang and Chen, "Prompt Distillation for Efficient LLM-based Recommendation", CIKM 2023,
section 3: a wording says only which task it is, so a few vectors can say it. In training they stand
in front of the wording; later they stand alone with what the wording's gaps held.

A made-up word such as `rating_1` has a token of its own, and its vector is what is learned.

**Departures.** Half of the training is on the vectors with the gaps alone, in the paper a share of
it. The rating and the review family have vectors too.
"""

from __future__ import annotations

from rectutor.prompts.p5 import FAMILIES, Task, tasks
from rectutor.prompts.template import Template

__all__ = ["bare_tasks", "distilling_tasks", "vectors_of", "with_vectors"]

_GAPS = {  # what is left of a family's first wording without its words
    "rating": "{user} {item}",
    "sequential": "{user} {history}",
    "explanation": "{user} {item}",
    "review": "{review}",
    "direct": "{user} {candidates}",
}


def vectors_of(family: str, n: int = 3) -> str:
    """Return the words whose vectors stand for a family.

    Example:
        >>> vectors_of("rating")
        'rating_1 rating_2 rating_3'
    """
    return " ".join(f"{family}_{place}" for place in range(1, n + 1))


def with_vectors(task: Task, n: int = 3) -> Task:
    """Put a family's vectors in front of a wording."""
    name = f"{task.name}-vectors"
    text = f"{vectors_of(task.family, n)} {task.source.text}"
    return Task(task.family, name, Template(name, text), task.target, task.is_held_out)


def bare_tasks(n: int = 3) -> tuple[Task, ...]:
    """Return one task for each family: its vectors and its gaps, no word.

    Example:
        >>> bare_tasks()[1].source.text
        'sequential_1 sequential_2 sequential_3 {user} {history}'
    """
    return tuple(_bare(family, n) for family in FAMILIES)


def distilling_tasks(n: int = 3) -> list[Task]:
    """Return what is trained on: every wording with vectors in front, and as often the bare one."""
    bare = {task.family: task for task in bare_tasks(n)}
    return [one for task in tasks() for one in (with_vectors(task, n), bare[task.family])]


def _bare(family: str, n: int) -> Task:
    name = f"{family}-bare"
    source = Template(name, f"{vectors_of(family, n)} {_GAPS[family]}")
    return Task(family, name, source, tasks(family)[0].target)
