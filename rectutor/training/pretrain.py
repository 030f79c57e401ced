"""Pretraining a tiny decoder: whole epochs of packed tokens, a warm-up, and a slow end."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import nn

from rectutor.lm.tiny import next_token_loss, packed
from rectutor.training.bar import progress_bar
from rectutor.training.checkpoint import load_tensors, save_tensors

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

__all__ = ["PretrainReport", "perplexity", "pretrain", "share_of_rate"]

_LONGEST_STEP = 1.0  # norm of the gradient of all weights together
_WARM_UP = 0.05  # share of all steps in which the step size rises
_LEAST = 0.1  # share of the learning rate that is left at the end
_ROWS_AT_ONCE = 32


@dataclass
class PretrainReport:
    """What happened, epoch by epoch."""

    losses: list[float] = field(default_factory=list)  # mean over the epoch, nats per token
    held_out: list[float] = field(default_factory=list)  # perplexity after it; empty if not asked
    tokens: int = 0  # targets seen, all epochs together
    seconds: float = 0.0  # processor seconds


def pretrain(
    model: LlamaForCausalLM,
    documents: Sequence[np.ndarray],
    held_out: Sequence[np.ndarray] = (),
    *,
    epochs: int = 5,
    length: int = 128,
    batch_size: int = 16,
    learning_rate: float = 3e-3,
    seed: int = 0,
    checkpoint: Path | str | None = None,
    progress: bool = True,
) -> PretrainReport:
    """Train a decoder to predict the next token; the last weights are kept.

    AdamW with the settings of Touvron et al. 2023, section 2.3 (betas 0.9 and 0.95, weight decay
    0.1, gradients cut to norm 1); the step size rises for the first 5 % of all steps and then
    falls along a cosine to a tenth. The same seed gives the same weights on the same machine, and
    a run that goes on from its checkpoint ends where an uninterrupted one would.

    Args:
        model: from `tiny_decoder`; changed in place.
        documents: tokens [n] of each, from `tokenized_documents`.
        held_out: documents to judge on after every epoch; none are judged when empty.
        epochs: passes through all documents; it decides the step sizes, so choose it beforehand.
        length: T, tokens of a row.
        batch_size: rows of a step.
        learning_rate: the largest step size of AdamW.
        seed: of the documents' order.
        checkpoint: a file to write after each epoch, and to go on from when it exists.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        ValueError: the checkpoint is damaged or belongs to another run.
    """
    run = _Run(model, documents, _Knobs(epochs, length, batch_size, learning_rate, seed))
    if checkpoint is not None and Path(checkpoint).exists():
        run.resume(Path(checkpoint))
    with progress_bar("pretraining", run.steps, run.done, progress) as bar:
        while len(run.report.losses) < epochs:
            started = time.process_time()
            run.epoch(bar)
            if len(held_out):
                run.report.held_out.append(perplexity(model, held_out, length))
            run.report.seconds += time.process_time() - started
            if checkpoint is not None:
                run.save(Path(checkpoint))
            bar.set_postfix_str(f"loss {run.report.losses[-1]:.3f}")
    model.eval()
    return run.report


def share_of_rate(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: up for 5 %, then a cosine down to 0.1.

    Args:
        step: 0 is the first.
        steps: of the whole training.

    Example:
        >>> [round(share_of_rate(step, 100), 2) for step in (0, 4, 5, 52, 99)]
        [0.2, 1.0, 1.0, 0.55, 0.1]
    """
    rising = max(1, round(_WARM_UP * steps))
    if step < rising:
        return (step + 1) / rising
    way = (step - rising) / max(1, steps - 1 - rising)
    return _LEAST + (1 - _LEAST) * (1 + math.cos(math.pi * way)) / 2


@torch.inference_mode()
def perplexity(
    model: LlamaForCausalLM, documents: Sequence[np.ndarray], length: int = 128
) -> float:
    """Return exp of the mean surprise per token; 1 is certainty, V a guess among all entries.

    Args:
        model: any decoder whose token vectors are its output layer too.
        documents: tokens [n] of each; packed in a fixed order, so that the value is one number.
        length: tokens of a row; longer rows see more of what came before.

    Raises:
        ValueError: there is less than one row of text.
    """
    model.eval()
    rows = torch.from_numpy(packed(documents, length, np.random.default_rng(0)))
    parts = rows.split(_ROWS_AT_ONCE)
    total = sum(float(next_token_loss(model, part)) * len(part) for part in parts)
    return math.exp(total / len(rows))


class _Knobs(NamedTuple):
    epochs: int
    length: int
    batch_size: int
    learning_rate: float
    seed: int


class _Run:
    """A pretraining in progress: the model, its optimiser, the record."""

    def __init__(
        self, model: LlamaForCausalLM, documents: Sequence[np.ndarray], knobs: _Knobs
    ) -> None:
        self.model, self.documents, self.knobs = model, documents, knobs
        n_rows = (sum(map(len, documents)) - 1) // knobs.length
        self.steps_of_epoch = -(-n_rows // knobs.batch_size)  # ceiling division
        self.steps = knobs.epochs * self.steps_of_epoch
        self.report = PretrainReport()
        self.parameters = dict(model.named_parameters())
        tables = [p for p in self.parameters.values() if p.dim() > 1]
        scales = [p for p in self.parameters.values() if p.dim() == 1]
        groups = [{"params": tables, "weight_decay": 0.1}, {"params": scales, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.95), fused=True)
        sizes = json.loads(model.config.to_json_string())
        self.identity = {"model": sizes, "rows": n_rows, **knobs._asdict()}

    @property
    def done(self) -> int:
        """Count the steps behind us."""
        return len(self.report.losses) * self.steps_of_epoch

    def epoch(self, bar: Any) -> None:
        """Go once through all documents, in an order drawn from (seed, epoch) alone."""
        rng = np.random.default_rng([self.knobs.seed, len(self.report.losses)])
        rows = torch.from_numpy(packed(self.documents, self.knobs.length, rng))
        self.model.train()
        total = 0.0
        for i, batch in enumerate(rows.split(self.knobs.batch_size)):
            share = share_of_rate(self.done + i, self.steps)
            for group in self.optimiser.param_groups:
                group["lr"] = self.knobs.learning_rate * share
            total += self._step(batch) * len(batch)
            bar.update()
        self.report.losses.append(total / len(rows))
        self.report.tokens += len(rows) * self.knobs.length

    def _step(self, rows: torch.Tensor) -> float:
        """Take one gradient step and return the loss before it."""
        self.optimiser.zero_grad(set_to_none=True)
        loss = next_token_loss(self.model, rows)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss of pretraining became {value} in epoch {len(self.report.losses) + 1}; "
                "lower learning_rate, or go on from the last checkpoint"
            )
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), _LONGEST_STEP)
        self.optimiser.step()
        return value

    def save(self, path: Path) -> None:
        """Write everything that is needed to go on."""
        tensors = {f"model.{name}": tensor for name, tensor in self.parameters.items()}
        for name, parameter in self.parameters.items():
            for key, value in self.optimiser.state[parameter].items():
                tensors[f"adam.{name}.{key}"] = value
        save_tensors(path, tensors, {"identity": self.identity, "report": asdict(self.report)})

    def resume(self, path: Path) -> None:
        """Take up a run where `save` left it."""
        tensors, notes = load_tensors(path, "delete it to start again")
        different = {k: v for k, v in self.identity.items() if notes["identity"].get(k) != v}
        if different:
            key, want = next(iter(different.items()))
            raise ValueError(
                f"{path} belongs to another run: its {key} is {notes['identity'].get(key)!r}, "
                f"this run's is {want!r}; delete it or name another checkpoint"
            )
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                parameter.copy_(tensors[f"model.{name}"])
                own = f"adam.{name}."
                state = {n[len(own) :]: t for n, t in tensors.items() if n.startswith(own)}
                self.optimiser.state[parameter] = state
        self.report = PretrainReport(**notes["report"])
