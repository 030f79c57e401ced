"""Training P5 on several families of tasks at once."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from rectutor.data.batches import bucketed
from rectutor.models.p5_families import P5Families
from rectutor.models.p5_questions import Asked, with_candidates, with_untruths
from rectutor.prompts.p5 import Task
from rectutor.schema import PAD, seeded
from rectutor.training.bar import progress_bar
from rectutor.training.family_cases import FamilyCases
from rectutor.training.pretrain import share_of_rate
from rectutor.training.step import set_rate, take_step

__all__ = ["FamilyReport", "train_families"]


@dataclass
class FamilyReport:
    """What happened, by family."""

    losses: dict[str, list[float]] = field(default_factory=dict)  # of each epoch, nats per token
    seconds: float = 0.0  # processor seconds


def train_families(
    model: P5Families,
    cases: FamilyCases,
    tasks: Sequence[Task],
    *,
    epochs: int = 3,
    batch_size: int = 64,
    learning_rate: float = 2e-3,
    seed: int = 0,
    progress: bool = True,
) -> FamilyReport:
    """Train on every event once in each family and epoch; batches of all families take turns.

    AdamW without weight decay, gradients cut to norm 1; the step size rises for the first 5 % of
    all steps and then falls along a cosine to a tenth. The last weights are kept.

    Args:
        model: changed in place.
        cases: of the same vocabulary.
        tasks: wordings; the families among them are those that are trained, and each batch of a
            family takes one of its wordings by lot.
        epochs: it decides the step sizes, so choose it beforehand.
        batch_size: questions of a step.
        learning_rate: the largest step size.
        seed: of order, wordings, candidates and untruths.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        ValueError: there is no task, or one of them is held out for judging.
    """
    by_family = _by_family(tasks)
    started, report = time.process_time(), FamilyReport({name: [] for name in by_family})
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.0, fused=True)
    per_family = -(-len(cases.train.user) // batch_size)
    steps, done = epochs * per_family * len(by_family), 0
    with progress_bar(model.name, steps, 0, progress) as bar, seeded(seed):
        model.train()
        for epoch in range(epochs):
            rng = np.random.default_rng([seed, epoch])
            sums = dict.fromkeys(by_family, 0.0)
            for family, rows in _turns(by_family, cases.train, batch_size, rng):
                task = by_family[family][rng.integers(len(by_family[family]))]
                set_rate(optimiser, learning_rate * share_of_rate(done, steps))
                loss = model.loss(*_batch(model, task, cases, rows, rng))
                sums[family] += _checked(float(loss.detach()), family, learning_rate)
                take_step(optimiser, loss, model.parameters())
                done += 1
                bar.update()
            for family, total in sums.items():
                report.losses[family].append(total / per_family)
    model.eval()
    report.seconds = time.process_time() - started
    return report


def _by_family(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """Sort wordings by family."""
    if held := [task.name for task in tasks if task.is_held_out]:
        raise ValueError(f"wordings kept for judging cannot be trained on, got {held}")
    if not tasks:
        raise ValueError("train_families needs one task or more, got none; see rectutor.prompts.p5")
    families = dict.fromkeys(task.family for task in tasks)
    return {name: [task for task in tasks if task.family == name] for name in families}


def _turns(
    families: Sequence[str] | dict[str, list[Task]],
    train: Asked,
    batch_size: int,
    rng: np.random.Generator,
) -> list[tuple[str, np.ndarray]]:
    """Lay out an epoch: a family and its rows for each step, in an order drawn by lot."""
    lengths = {"review": (train.review != 0).sum(axis=1)}
    told = (train.history != PAD).sum(axis=1)
    turns = [
        (family, rows)
        for family in families
        for rows in bucketed(lengths.get(family, told), batch_size, rng)
    ]
    return [turns[i] for i in rng.permutation(len(turns))]


def _batch(
    model: P5Families, task: Task, cases: FamilyCases, rows: np.ndarray, rng: np.random.Generator
) -> tuple[torch.Tensor, ...]:
    """Write source [B, S], whole words [B, S] and answer [B, L] of one wording."""
    asked = cases.train.take(rows)
    if "candidates" in task.source.fields:
        asked = with_candidates(asked, model.config.n_candidates, cases.seen, cases.n_items, rng)
    if "answer" in task.target.fields:
        asked = with_untruths(asked, task.family, cases.seen, cases.n_items, rng)
    written = (*model.questions.source(task, asked), model.questions.answer(task, asked))
    source, words, answer = map(torch.from_numpy, written)
    return source, words, answer


def _checked(loss: float, family: str, learning_rate: float) -> float:
    """Return a loss that is a number."""
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"the loss of the {family} family became {loss}; build the model again and lower "
            f"learning_rate, which was {learning_rate}"
        )
    return loss
