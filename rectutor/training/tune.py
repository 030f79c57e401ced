"""Instruction tuning: a decoder learns to answer prompts as given pairs do.

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model with
Recommendation", RecSys 2023, sections 3.2 and 3.3: the loss counts the tokens of answers only, and
what is trained is whatever requires a gradient, there LoRA (see `rectutor.lm.lora`).

Departures: every epoch is used and the last weights are kept, where the paper chooses by
validation; nothing is dropped out in front of LoRA. What a step reads is laid out without padding
(see `rectutor.lm.side_by_side`), which changes no gradient.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
import torch

from rectutor.lm.pairs import LossOn, Pair, one_row, tokenized_pairs
from rectutor.lm.side_by_side import check_kept_apart, kept_apart, row_loss
from rectutor.schema import seeded
from rectutor.training.bar import progress_bar
from rectutor.training.pretrain import share_of_rate
from rectutor.training.step import set_rate, take_step

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["TuneReport", "tune"]

_LONGEST_STEP = 1.0  # norm of the gradient of all weights together


@dataclass
class TuneReport:
    """What happened, epoch by epoch."""

    losses: list[float] = field(default_factory=list)  # mean over the epoch, nats per token
    tokens: int = 0  # of prompts and answers, all epochs together
    seconds: float = 0.0  # processor seconds


def tune(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[str],
    answers: Sequence[str],
    *,
    epochs: int = 3,
    batch_size: int = 16,
    learning_rate: float = 1e-3,
    seed: int = 0,
    loss_on: LossOn = "answer",
    progress: bool = True,
) -> TuneReport:
    """Train what is not frozen in a decoder, so that each prompt gets its answer.

    AdamW without weight decay, gradients cut to norm 1; the step size rises for the first 5 % of
    all steps and then falls along a cosine to a tenth. The same seed gives the same weights on the
    same machine. Prompts and answers become tokens as in `CausalLM.score`, so what is trained is
    the probability that is scored: that an answer *begins* so. End the answers with the
    tokenizer's `eos_token` to train whole answers.

    Args:
        model: changed in place. After `add_lora` only its updates are trained; otherwise
            everything that `requires_grad`.
        tokenizer: its own.
        prompts: n texts.
        answers: n texts, with the space that a model expects before a word (" yes").
        epochs: passes through all pairs; it decides the step sizes, so choose it beforehand.
        batch_size: pairs of a step.
        learning_rate: the largest step size of AdamW. 1e-3 suits LoRA; a tenth suits all weights.
        seed: of the order of pairs, and of dropout where a model has any.
        loss_on: "answer", or "all" to learn to write the prompts too.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Raises:
        FloatingPointError: the loss became NaN or infinite; the weights are those before it.
        TypeError: a prompt or an answer is not a string.
        ValueError: there are no pairs, or not as many answers as prompts; an answer is empty; a
            pair does not fit the model; a knob is out of range; everything is frozen; or the
            model's attention is of a kind that `kept_apart` cannot handle.
    """
    _check_knobs(epochs, batch_size, learning_rate, loss_on)
    pairs = tokenized_pairs(model, tokenizer, prompts, answers)
    run = _Run(model, pairs, _Knobs(epochs, batch_size, learning_rate, seed, loss_on))
    check_kept_apart(model, pairs)
    with (
        progress_bar("tuning", run.steps, 0, progress) as bar,
        kept_apart(model),
        seeded(seed),
    ):
        for epoch in range(epochs):
            started = time.process_time()
            run.epoch(epoch, bar)
            run.report.seconds += time.process_time() - started
            bar.set_postfix_str(f"loss {run.report.losses[-1]:.3f}")
    model.eval()
    return run.report


class _Knobs(NamedTuple):
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    loss_on: LossOn


class _Run:
    """A tuning in progress: the model, its optimiser, the record."""

    def __init__(self, model: PreTrainedModel, pairs: list[Pair], knobs: _Knobs) -> None:
        self.model, self.pairs, self.knobs = model, pairs, knobs
        self.trained = [p for p in model.parameters() if p.requires_grad]
        if not self.trained:
            raise ValueError(
                "tune needs parameters that require a gradient, and all of this model are frozen; "
                "call add_lora(model) first, or model.requires_grad_(True) to train everything"
            )
        self.optimiser = torch.optim.AdamW(self.trained, weight_decay=0.0, fused=True)
        self.steps_of_epoch = -(-len(pairs) // knobs.batch_size)  # ceiling division
        self.steps = knobs.epochs * self.steps_of_epoch
        self.report = TuneReport()

    def epoch(self, epoch: int, bar: Any) -> None:
        """Go once through all pairs, in an order drawn from (seed, epoch) alone."""
        order = np.random.default_rng([self.knobs.seed, epoch]).permutation(len(self.pairs))
        self.model.train()
        total, n_wanted = 0.0, 0
        for i in range(self.steps_of_epoch):
            places = order[i * self.knobs.batch_size : (i + 1) * self.knobs.batch_size]
            share = share_of_rate(epoch * self.steps_of_epoch + i, self.steps)
            set_rate(self.optimiser, self.knobs.learning_rate * share)
            batch = [self.pairs[place] for place in places]
            loss, m = self._step(batch)
            total, n_wanted = total + loss * m, n_wanted + m
            self.report.tokens += sum(len(pair.prompt) + len(pair.answer) for pair in batch)
            bar.update()
        self.report.losses.append(total / n_wanted)

    def _step(self, batch: Sequence[Pair]) -> tuple[float, int]:
        """Take one gradient step; return the loss before it, and how many tokens it counts."""
        row = one_row(batch, self.knobs.loss_on)
        loss = row_loss(self.model, row)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss of tuning became {value} in epoch {len(self.report.losses) + 1}; load "
                f"the model again and lower learning_rate, which was {self.knobs.learning_rate}"
            )
        take_step(self.optimiser, loss, self.trained)
        return value, len(row.wanted)


def _check_knobs(epochs: int, batch_size: int, learning_rate: float, loss_on: str) -> None:
    """Refuse knobs that are out of range."""
    for name, value in {"epochs": epochs, "batch_size": batch_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, got {value}")
    if not learning_rate > 0:
        raise ValueError(f"learning_rate must be above 0, got {learning_rate}; 1e-3 suits LoRA")
    if loss_on not in get_args(LossOn):
        raise ValueError(f'loss_on must be "answer" or "all", got {loss_on!r}')
