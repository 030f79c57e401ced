"""One training loop for every model of the course."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from rectutor.evaluation import evaluate
from rectutor.schema import Countable, Split, Trainable, seeded
from rectutor.training.bar import progress_bar
from rectutor.training.checkpoint import load_tensors, save_tensors

__all__ = ["FitReport", "fit"]

_CHOSEN_BY = "NDCG@10"


@dataclass
class FitReport:
    """What happened during training."""

    losses: list[float] = field(default_factory=list)  # mean of each epoch
    validation: list[float] = field(default_factory=list)  # NDCG@10 after each epoch
    best_epoch: int = 0  # 1 is the first; 0 for models that only count
    seconds: float = 0.0  # processor seconds, validation included
    stopped_by: str = "counting"  # "patience", "epochs", "max_seconds" or "counting"


def fit(
    model: Any,
    split: Split,
    *,
    seed: int = 0,
    epochs: int = 100,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    patience: int = 5,
    max_seconds: float = math.inf,
    checkpoint: Path | str | None = None,
    progress: bool = True,
) -> FitReport:
    """Train a model on `split.train`; keep the weights that were best on validation.

    Counting models learn in one pass. Gradient models stop when validation NDCG@10 has not
    risen for `patience` epochs. The same seed gives the same weights on the same machine; a run
    that is resumed from its checkpoint ends exactly where an uninterrupted one would.

    Args:
        model: a `schema.Countable` or a `schema.Trainable` torch module; changed in place.
        split: what to learn from and to choose on; the test part is never looked at.
        seed: of shuffling, negatives and dropout (weights were drawn by the model's own seed).
        epochs: at most this many.
        batch_size: rows of one step; None takes the model's own.
        learning_rate: of Adam; None takes the model's own.
        patience: epochs without a better validation before stopping.
        max_seconds: processor seconds after which no further epoch begins.
        checkpoint: a file to write after each epoch, and to resume from when it exists.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Raises:
        TypeError: the model neither counts nor trains.
        FloatingPointError: the loss became NaN or infinite; the model is left with its best
            weights so far.
        ValueError: the checkpoint is damaged or belongs to another run.
    """
    started = time.process_time()
    if isinstance(model, Countable):
        model.count(split.train, split.n_items)
        return FitReport(seconds=time.process_time() - started)
    if not (isinstance(model, nn.Module) and isinstance(model, Trainable)):
        raise TypeError(
            f"fit needs a model with `count`, or a torch module with `prepare`, `epoch` and "
            f"`loss`, got {type(model).__name__}; see rectutor.schema"
        )
    run = _Run(
        model, split, seed, batch_size or model.batch_size, learning_rate or model.learning_rate
    )
    run.begin(checkpoint)
    earlier = run.report.seconds
    with progress_bar(run.name, epochs, run.done, progress) as bar:
        while not (why := run.over(epochs, patience, max_seconds)):
            run.step()
            run.report.seconds = earlier + time.process_time() - started
            if checkpoint is not None:
                run.save(checkpoint)
            bar.update()
            bar.set_postfix_str(f"NDCG@10 {max(run.report.validation):.3f}")
    return run.finish(why)


class _Run:
    """A training run in progress: the model, its optimiser, the best weights, the record."""

    def __init__(
        self, model: Any, split: Split, seed: int, batch_size: int, learning_rate: float
    ) -> None:
        self.model, self.split, self.name = model, split, model.name
        self.seed, self.batch_size = seed, batch_size
        self.parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.Adam(self.parameters.values(), lr=learning_rate, fused=True)
        self.best = _copy(model)
        self.report = FitReport()
        self.identity = {
            "model": repr(getattr(model, "config", type(model).__name__)),
            "seed": seed,
            "learning_rate": learning_rate,
            "batch_size": batch_size,
            "train_events": len(split.train.item_index),
        }

    @property
    def done(self) -> int:
        """Count the epochs behind us."""
        return len(self.report.losses)

    def over(self, epochs: int, patience: int, max_seconds: float) -> str:
        """Say why to stop, or ""."""
        if self.done and self.done - self.report.best_epoch >= patience:
            return "patience"
        if self.done >= epochs:
            return "epochs"
        return "max_seconds" if self.report.seconds >= max_seconds else ""

    def begin(self, checkpoint: Path | str | None) -> None:
        """Go on from a checkpoint that exists, else let the model look at the data."""
        if checkpoint is not None and Path(checkpoint).exists():
            self.resume(checkpoint)
        else:
            self.model.prepare(self.split.train)

    def finish(self, why: str) -> FitReport:
        """Put the best weights back, and say why training is over."""
        self.model.load_state_dict(self.best)
        self.model.eval()
        self.report.stopped_by = why
        return self.report

    def step(self) -> None:
        """Train one epoch and judge it on validation.

        Randomness is drawn from (seed, epoch) alone, so a resumed run needs no generator state.
        """
        rng = np.random.default_rng([self.seed, self.done])
        total, rows = 0.0, 0
        with seeded(int(rng.integers(2**62))):
            self.model.train()
            for batch in self.model.epoch(self.split.train, self.batch_size, rng):
                self.optimiser.zero_grad(set_to_none=True)
                loss = self.model.loss(*batch)
                loss.backward()
                self.optimiser.step()
                total += float(loss.detach()) * len(batch[0])
                rows += len(batch[0])
                if not math.isfinite(total):
                    self._give_up(float(loss.detach()))
        self.report.losses.append(total / max(rows, 1))
        judged = evaluate(self.model, self.split, on="validation")
        self.report.validation.append(judged.mean(_CHOSEN_BY))
        if self.report.validation[-1] > max(self.report.validation[:-1], default=-1.0):
            self.report.best_epoch, self.best = self.done, _copy(self.model)

    def _give_up(self, loss: float) -> None:
        self.model.load_state_dict(self.best)
        self.model.eval()
        raise FloatingPointError(
            f"the loss of {self.name} became {loss} in epoch {self.done + 1}; the weights of "
            f"epoch {self.report.best_epoch} were kept. Lower learning_rate or look at the data"
        )

    def save(self, path: Path | str) -> None:
        """Write everything that is needed to go on."""
        tensors = {f"model.{n}": t for n, t in self.model.state_dict().items()}
        tensors |= {f"best.{n}": t for n, t in self.best.items()}
        for name, parameter in self.parameters.items():
            for key, value in self.optimiser.state[parameter].items():
                tensors[f"adam.{name}.{key}"] = value
        save_tensors(path, tensors, {"identity": self.identity, "report": asdict(self.report)})

    def resume(self, path: Path | str) -> None:
        """Take up a run where `save` left it."""
        tensors, notes = load_tensors(path, "delete it to start again")
        different = {k: v for k, v in self.identity.items() if notes["identity"].get(k) != v}
        if different:
            key, want = next(iter(different.items()))
            raise ValueError(
                f"{path} belongs to another run: its {key} is {notes['identity'].get(key)!r}, "
                f"this run's is {want!r}; delete it or name another checkpoint"
            )
        self.model.load_state_dict(_part(tensors, "model."))
        self.best = _part(tensors, "best.")
        for name, parameter in self.parameters.items():
            state = _part(tensors, f"adam.{name}.")
            self.optimiser.state[parameter] = state
        self.report = FitReport(**notes["report"])


def _copy(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}
