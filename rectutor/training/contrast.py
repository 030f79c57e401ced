"""Training a text encoder: texts about one item come together, all others of a batch part."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from rectutor.lm.batching import by_length, padded
from rectutor.lm.encoder import TextEncoder, info_nce
from rectutor.lm.tokens import lengths_of
from rectutor.schema import seeded
from rectutor.training.bar import progress_bar
from rectutor.training.pretrain import share_of_rate
from rectutor.training.step import set_rate, take_step

if TYPE_CHECKING:
    from rectutor.lm.views import TwoTexts

__all__ = ["ContrastReport", "contrast"]

_TOKENS_AT_ONCE = 2048
_HIDDEN = 0.3  # share of tokens that a step does not see, so that no single one is relied on


@dataclass
class ContrastReport:
    """What happened, epoch by epoch."""

    losses: list[float] = field(default_factory=list)  # mean InfoNCE, nats
    texts: int = 0
    seconds: float = 0.0  # processor seconds


def contrast(
    encoder: TextEncoder,
    draw: Callable[[np.random.Generator], Sequence[TwoTexts]],
    *,
    epochs: int = 60,
    batch_size: int = 128,
    learning_rate: float = 1e-3,
    temperature: float = 0.05,
    seed: int = 0,
    progress: bool = True,
) -> ContrastReport:
    """Train an encoder by InfoNCE on pairs that are drawn anew in every epoch.

    Three tokens in ten are hidden from each text, others each time. AdamW with weight decay 0.01;
    the step size rises for the first 5 % of all steps and then falls along a cosine to a tenth.
    The same seed gives the same weights on the same machine.

    Args:
        encoder: its model is changed in place.
        draw: from a generator to the pairs of one epoch, at least two, the same number each time.
        epochs: how often pairs are drawn.
        batch_size: B, pairs that are told apart; more make the task harder and better.
        learning_rate: the largest step size of AdamW.
        temperature: of `info_nce`.
        seed: of pairs, order and dropout.
        progress: show a bar, unless the environment has TQDM_DISABLE=1.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        ValueError: there are fewer than two pairs to tell apart.
    """
    started, report = time.process_time(), ContrastReport()
    n_pairs = len(draw(np.random.default_rng([seed, 0])))
    if n_pairs < 2:
        raise ValueError(f"contrast needs two or more pairs to tell apart, got {n_pairs}")
    n_batches = max(1, n_pairs // batch_size)  # all batches are equally hard: none is short
    optimiser = torch.optim.AdamW(encoder.model.parameters(), weight_decay=0.01, fused=True)
    encoder.model.train()
    with progress_bar("contrast", epochs, 0, progress) as bar, seeded(seed):
        for epoch in range(epochs):
            rng = np.random.default_rng([seed, epoch])
            drawn, total = draw(rng), 0.0
            order = rng.permutation(len(drawn))[: n_batches * batch_size]
            for step, rows in enumerate(np.array_split(order, n_batches)):
                share = share_of_rate(epoch * n_batches + step, epochs * n_batches)
                set_rate(optimiser, learning_rate * share)
                batch = _batch(encoder, [drawn[row] for row in rows], rng)
                total += _step(encoder, batch, optimiser, temperature)
            report.losses.append(total / n_batches)
            report.texts += 2 * len(order)
            bar.update()
            bar.set_postfix_str(f"loss {report.losses[-1]:.3f}")
    encoder.model.eval()
    report.seconds = time.process_time() - started
    return report


def _batch(
    encoder: TextEncoder, pairs: Sequence[TwoTexts], rng: np.random.Generator
) -> list[np.ndarray]:
    """Tokenize both sides, the first of all pairs and then the second, and hide some tokens."""
    texts = [pair.one for pair in pairs] + [pair.other for pair in pairs]
    kept = []
    for tokens in encoder.sequences(texts):
        stays = rng.random(len(tokens)) >= _HIDDEN
        stays[0] = True  # the begin token, so that something is left
        kept.append(tokens[stays])
    return kept


def _step(
    encoder: TextEncoder,
    batch: Sequence[np.ndarray],
    optimiser: torch.optim.Optimizer,
    temperature: float,
) -> float:
    """Take one gradient step and return the loss before it."""
    one, other = _vectors(encoder, batch).chunk(2)
    loss = info_nce(one, other, temperature)
    value = float(loss.detach())
    if not np.isfinite(value):
        raise FloatingPointError(
            f"the loss of contrast became {value}; lower learning_rate or raise temperature"
        )
    take_step(optimiser, loss, encoder.model.parameters())
    return value


def _vectors(encoder: TextEncoder, sequences: Sequence[np.ndarray]) -> torch.Tensor:
    """Embed tokens with gradients, those of like length together: half of a batch was padding."""
    groups = list(by_length(lengths_of(sequences), _TOKENS_AT_ONCE))
    parts = [encoder(*padded([sequences[row] for row in rows], "right")) for rows in groups]
    place = np.argsort(np.concatenate(groups))  # where each text came to stand
    return torch.cat(parts)[torch.from_numpy(place)]
