"""What a P5 of five families says to some people, and what is true, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rectutor.analysis.p5_families import asking, expected_stars
from rectutor.models.p5_families import P5Families
from rectutor.models.p5_questions import Asked
from rectutor.prompts.p5 import Task
from rectutor.schema import Queries

__all__ = ["Said", "said_to", "told_of", "true_answers"]

Said = tuple[str, str, bool]  # question, answer, whether it is right
_TOLD = 3  # of a history and of candidates, as many are written out
_CLOSE = 0.5  # stars, that a prediction may be off


def said_to(
    model: P5Families, wordings: Sequence[Task], asked: Asked, queries: Queries
) -> list[list[Said]]:
    """Ask people in several wordings of one family.

    A rating is right within half a star, a next item among the first ten, an explanation whose
    first clause is true, and everything else if it is the same.

    Args:
        model: trained.
        wordings: of one family.
        asked: of n people.
        queries: the same people, for what comes next.

    Returns:
        For each person what is said to each wording.
    """
    columns = [_said(model, task, asked, queries) for task in wordings]
    return [list(row) for row in zip(*columns, strict=True)]


def true_answers(model: P5Families, asked: Asked) -> dict[str, list[str]]:
    """Return by family what is true of each person."""
    items = [model.titles[item - 1] for item in asked.item]
    vocabulary = model.vocabulary
    return {
        "rating": [f"{half / 2:g}" for half in asked.half_stars],
        "sequential": items,
        "explanation": [vocabulary.said(row) for row in asked.explanation.tolist()],
        "review": [vocabulary.said(row) for row in asked.summary.tolist()],
        "direct": items,
    }


def told_of(model: P5Families, asked: Asked, row: int) -> dict[str, str]:
    """Return one person's values for the gaps of wordings, with titles in place of names."""
    title = model.titles[asked.item[row] - 1]
    history = [model.titles[item - 1] for item in asked.history[row] if item]
    return {
        "user": f"person {asked.user[row] + 1}",
        "item": title,
        "title": title,
        "history": _few(history[-_TOLD:], len(history)),
        "candidates": _few(
            [model.titles[item - 1] for item in asked.candidates[row][:_TOLD]],
            asked.candidates.shape[1],
        ),
        "stars": f"{asked.half_stars[row] / 2:g}",
        "review": model.vocabulary.said(asked.review[row].tolist()),
    }


def _said(model: P5Families, task: Task, asked: Asked, queries: Queries) -> list[Said]:
    """Ask in one wording."""
    true = true_answers(model, asked)[task.family]
    if task.family == "rating":
        stars = expected_stars(model, task, asked)
        answers = [f"{value:.1f}" for value in stars]
        right = np.abs(stars - asked.half_stars / 2) <= _CLOSE
    elif task.family == "sequential":
        with asking(model, task):
            items = model.recommend(queries, 10)
        answers = ["; ".join(model.titles[item - 1] for item in row[:_TOLD]) for row in items]
        right = (items == asked.item[:, None]).any(axis=1)
    elif task.family == "direct":
        best = model.score_candidates(task, asked).argmax(axis=1)
        items = asked.candidates[np.arange(len(best)), best]
        answers = [model.titles[item - 1] for item in items]
        right = items == asked.item
    else:
        answers = model.write(task, asked)
        # of an explanation the first clause; a summary has to be right as a whole
        n = 1 if task.family == "explanation" else None
        pairs = zip(answers, true, strict=True)
        right = np.array([a.split(", ")[:n] == t.split(", ")[:n] for a, t in pairs])
    questions = [_question(task, told_of(model, asked, row)) for row in range(len(answers))]
    return [(q, a, bool(r)) for q, a, r in zip(questions, answers, right, strict=True)]


def _question(task: Task, values: Mapping[str, str]) -> str:
    return task.source.fill(**{name: values[name] for name in task.source.fields})


def _few(names: Sequence[str], n: int) -> str:
    """Join some names, and say that there are more."""
    return ", ".join(names) + (f" … ({n} in all)" if n > len(names) else "")
