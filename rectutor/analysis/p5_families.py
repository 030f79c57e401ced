"""P5 on five families of tasks: one model for all against one for each, and words against vectors.

`python -m rectutor.analysis.p5_families` trains seven P5s for each seed on the world `films`
and asks each on the test: in a wording it was trained on, in one it was not, and, for the model
that learned vectors, without any word. Trainings that are done are kept under `build/` and not done
again, so it can be stopped; seeds can be given as arguments.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.evaluation import evaluate
from rectutor.files import write_atomically
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import ranks_of_targets
from rectutor.models.p5_families import P5Families
from rectutor.models.p5_questions import STARS, Asked
from rectutor.prompts.p5 import FAMILIES, Task, tasks
from rectutor.prompts.pod import bare_tasks, distilling_tasks, with_vectors
from rectutor.schema import Split
from rectutor.training.assets import split_of
from rectutor.training.families import train_families
from rectutor.training.family_cases import family_cases
from rectutor.training.fingerprint import fingerprint
from rectutor.training.shipped_families import CODE, EPOCHS, cpu_seconds, families_p5, untrained

__all__ = [
    "NAME",
    "WAYS",
    "asking",
    "clauses_right",
    "expected_stars",
    "judge",
    "wordings_of",
    "words_shared",
]

NAME = "p5_families"
SEEDS = (0,)
ALL, VECTORS = "five families", "five families, vectors"
WAYS = (ALL, *(f"{family} alone" for family in FAMILIES), VECTORS)
# What a family is judged by, over people; less is better for the first.
MEASURES = {
    "rating": "squared error",
    "sequential": "HR@10",
    "explanation": "reasons right",
    "review": "summary right",
    "direct": "HR@1 of 20",
}


def wordings_of(way: str) -> list[Task]:
    """Return what one of `WAYS` is trained on; with vectors, every second question is bare."""
    if way == ALL:
        return list(tasks())
    if way == VECTORS:
        return distilling_tasks()
    return list(tasks(way.removesuffix(" alone")))


def judge(model: P5Families, task: Task, asked: Asked, split: Split) -> np.ndarray:
    """Return what `MEASURES` says for each person of the test, asked in one wording [B].

    Args:
        model: trained.
        task: of the kind of question that its family begins with.
        asked: the test's questions.
        split: they come from.
    """
    if task.family == "rating":
        return (expected_stars(model, task, asked) - asked.half_stars / 2) ** 2
    if task.family == "sequential":
        with asking(model, task):
            return evaluate(model, split).per_user("HR@10")
    if task.family == "direct":
        scores = model.score_candidates(task, asked)
        column = np.argmax(asked.candidates == asked.item[:, None], axis=1)[:, None]
        return (ranks_of_targets(scores, column)[:, 0] == 1).astype(float)
    written = model.write(task, asked)
    if task.family == "review":
        true = [model.vocabulary.said(row) for row in asked.summary.tolist()]
        return np.array([w == t for w, t in zip(written, true, strict=True)], dtype=float)
    true = [model.vocabulary.said(row) for row in asked.explanation.tolist()]
    return np.array([clauses_right(w, t) for w, t in zip(written, true, strict=True)])


@contextmanager
def asking(model: P5Families, task: Task) -> Iterator[None]:
    """Let a model recommend in one wording while the block runs."""
    usual, model.asks_next = model.asks_next, task
    try:
        yield
    finally:
        model.asks_next = usual


def expected_stars(model: P5Families, task: Task, asked: Asked) -> np.ndarray:
    """Return [B] the mean of the stars that a model gives probability to."""
    p = model.probabilities(task, asked, STARS)
    mean: np.ndarray = (p @ np.array([float(text) for text in STARS])) / p.sum(axis=1)
    return mean


def clauses_right(written: str, true: str) -> float:
    """Return which share of an explanation's clauses the true one has.

    Example:
        >>> clauses_right("likes war, dislikes heist", "likes war, likes heist")
        0.5
    """
    clauses = written.split(", ")
    return sum(clause in true.split(", ") for clause in clauses) / len(clauses)


def words_shared(written: str, true: str) -> float:
    """Return ROUGE-1: the balance (F1) of the words that two texts share.

    Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, section 2, for one word.

    Example:
        >>> words_shared("likes war", "likes heist")
        0.5
    """
    own, other = (
        pd.Series(text.replace(",", "").split()).value_counts() for text in (written, true)
    )
    shared = own.index.intersection(other.index)
    both = np.minimum(own[shared], other[shared]).sum()
    return float(2 * both / (own.sum() + other.sum()))


def asked(way: str, seed: int, split: Split) -> pd.DataFrame:
    """Train one of `WAYS`, and ask it: a row for each family and wording.

    With vectors and seed 0 it is the shipped model, which was trained in just this way.
    """
    if way == VECTORS and seed == 0:
        model, seconds = families_p5(), cpu_seconds()
        cases = family_cases("films", split, model)
    else:
        model = untrained(seed)
        cases = family_cases("films", split, model)
        progress = sys.stderr.isatty()
        report = train_families(
            model, cases, wordings_of(way), epochs=EPOCHS, seed=seed, progress=progress
        )
        seconds = round(report.seconds)
    rows = []
    for task in _asked_in(way):
        values = judge(model, task, cases.test, split)
        found = mean_interval(values, seed=0)
        n_tokens = np.mean((model.questions.source(task, cases.test)[0] != 0).sum(axis=1))
        kind = "unseen" if task.is_held_out else "bare" if task.name.endswith("bare") else "seen"
        rows.append((way, seed, task.family, kind, MEASURES[task.family], *found, n_tokens))
        print(f"{way}, seed {seed}: {task.family}, {kind} wording, {found.mean:.3f}", flush=True)
    columns = ["model", "seed", "family", "wording", "measure", "value", "low", "high", "tokens"]
    return pd.DataFrame(rows, columns=columns).assign(seconds=seconds)


def _asked_in(way: str) -> list[Task]:
    """List the wordings in which a model is asked."""
    families = {task.family: None for task in wordings_of(way)}
    known = [task for f in families for task in (tasks(f)[0], *tasks(f, held_out=True))]
    return [*map(with_vectors, known), *bare_tasks()] if way == VECTORS else known


def main(seeds: Sequence[int]) -> None:
    """Train all that is not done yet; write the record when all seeds are there."""
    split, made_from = split_of("films"), fingerprint("films", CODE)
    folder = Path("build") / NAME / made_from
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds or SEEDS:
        for way in WAYS:
            part = folder / f"{way} {seed}.csv"
            if not part.exists():
                with write_atomically(part) as draft:
                    asked(way, seed, split).to_csv(draft, index=False)
    parts = [folder / f"{way} {seed}.csv" for seed in SEEDS for way in WAYS]
    if all(part.exists() for part in parts):
        table = pd.concat(map(pd.read_csv, parts), ignore_index=True)
        print(write_record(NAME, table, f"python -m rectutor.analysis.{NAME}", made_from))


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]])
