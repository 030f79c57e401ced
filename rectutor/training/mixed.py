"""Instruction tuning on a mixture: questions to answer, and texts that must not be forgotten.

Every step reads a batch of questions and a batch of texts, and goes down

    (1 - share) * surprise at the answers + share * surprise at the texts.

Mixing the losses, not the rows, keeps the share what it says: an answer is one token or two and a
text is some fifty, so in a batch of half texts nearly every counted token would be of a text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.pairs import one_row, tokenized_pairs
from rectutor.lm.side_by_side import check_kept_apart, kept_apart, row_loss
from rectutor.schema import seeded
from rectutor.training.bar import progress_bar
from rectutor.training.pretrain import share_of_rate
from rectutor.training.step import set_rate, take_step
from rectutor.training.tune import TuneReport

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from rectutor.lm.causal import CausalLM
    from rectutor.lm.pairs import Pair

__all__ = ["tune_mixed"]


def tune_mixed(
    model: CausalLM,
    prompts: Sequence[str],
    answers: Sequence[str],
    texts: Sequence[str],
    share: float,
    *,
    epochs: int = 2,
    batch_size: int = 16,
    learning_rate: float = 3e-3,
    seed: int = 0,
    progress: bool = True,
) -> TuneReport:
    """Train what is not frozen on questions, and on texts at the same time.

    AdamW and step sizes as in `rectutor.training.tune`, of which this is the case with texts; all
    tokens of a text but the first count.

    Args:
        model: changed in place.
        prompts: n questions.
        answers: n texts, with the space that the model expects before a word.
        texts: one or more, gone through as often as the questions need.
        share: of the texts in the loss, from 0 to below 1; with 0 no text is read.
        epochs: passes through the questions.
        batch_size: questions of a step, and a quarter as many texts.
        learning_rate: the largest step size of AdamW.
        seed: of the order of questions and texts.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Returns:
        Losses of the answers alone, by epoch; tokens of questions and texts; seconds.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        ValueError: `share` is out of range, or as `tune` raises.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be from 0 to below 1, got {share}; 0.25 is usual")
    started, report, per_step = time.process_time(), TuneReport(), list[float]()
    network = model.model
    questions = tokenized_pairs(network, model.tokenizer, prompts, answers)
    told = tokenized_pairs(network, model.tokenizer, [""] * len(texts), texts) if share else []
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, weight_decay=0.0, fused=True)
    turns = _turns(questions, told, epochs, batch_size, np.random.default_rng(seed))
    check_kept_apart(network, [*questions, *told])
    with progress_bar("tuning", len(turns), 0, progress) as bar, kept_apart(network), seeded(seed):
        network.train()
        for step, (asked, some) in enumerate(turns):
            loss, of_answers = _mixed_loss(network, asked, some, share)
            per_step.append(_number(of_answers, learning_rate))
            report.tokens += _n_tokens(asked + some)
            set_rate(optimiser, learning_rate * share_of_rate(step, len(turns)))
            take_step(optimiser, loss, trained)
            bar.update()
    report.losses = [float(part.mean()) for part in np.array_split(per_step, epochs)]
    network.eval()
    report.seconds = time.process_time() - started
    return report


def _turns(
    questions: list[Pair], told: list[Pair], epochs: int, batch_size: int, rng: np.random.Generator
) -> list[tuple[list[Pair], list[Pair]]]:
    """Lay out all steps: the questions of each, every epoch in a new order, and texts by lot."""
    turns: list[tuple[list[Pair], list[Pair]]] = []
    for _ in range(epochs):
        order = rng.permutation(len(questions))
        for start in range(0, len(order), batch_size):
            asked = [questions[row] for row in order[start : start + batch_size]]
            rows = rng.integers(0, len(told), batch_size // 4).tolist() if told else []
            turns.append((asked, [told[row] for row in rows]))
    return turns


def _mixed_loss(
    network: PreTrainedModel, asked: Sequence[Pair], told: Sequence[Pair], share: float
) -> tuple[Tensor, Tensor]:
    """Return the loss of a step, and the part of it that is about answers."""
    of_answers = row_loss(network, one_row(asked))
    if not told:
        return of_answers, of_answers
    return (1 - share) * of_answers + share * row_loss(network, one_row(told, "all")), of_answers


def _number(loss: Tensor, learning_rate: float) -> float:
    """Return the value of a loss that is a number."""
    value = float(loss.detach())
    if not np.isfinite(value):
        raise FloatingPointError(
            f"the loss of tuning became {value}; load the model again and lower learning_rate, "
            f"which was {learning_rate}"
        )
    return value


def _n_tokens(pairs: Sequence[Pair]) -> int:
    return sum(len(pair.prompt) + len(pair.answer) for pair in pairs)
