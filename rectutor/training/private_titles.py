"""A decoder learns people's histories as titles, by LoRA, one row and one gradient a person.

`rectutor.training.private` says what DP-SGD does with the gradients. Each person is one example, so
what is kept private is all that one person contributes, not one rating of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import TitleTokens
from rectutor.schema import Events, seeded
from rectutor.training.bar import progress_bar
from rectutor.training.private import (
    Privacy,
    draw_examples,
    example_gradients,
    noisy_mean,
    put_gradient,
)

__all__ = ["PrivateReport", "newest_rows", "person_losses", "tune_private"]


class PrivateReport(NamedTuple):
    """What happened, step by step."""

    drawn: list[int]  # people in the step
    losses: list[float]  # their mean loss before it, nats a token; nan where nobody was drawn
    lengths: list[float]  # median length of their gradients before they were clipped; likewise


def newest_rows(train: Events, length: int, n_people: int, seed: int) -> np.ndarray:
    """Return the newest `length` films of people drawn by lot, one row a person.

    Args:
        train: events to learn from.
        length: T + 1.
        n_people: n; who has fewer films is never drawn.
        seed: of the draw.

    Returns:
        [n, T + 1] item indices, oldest first.

    Raises:
        ValueError: too few people have so many films.
    """
    able = np.flatnonzero(np.diff(train.offsets) >= length)
    if len(able) < n_people:
        raise ValueError(
            f"{n_people} people with {length} films are needed, {len(able)} have as many; ask for "
            "fewer people or shorter rows"
        )
    ends = train.offsets[1:][np.random.default_rng(seed).permutation(able)[:n_people]]
    rows: np.ndarray = train.item_index[ends[:, None] + np.arange(-length, 0)]
    return rows


def person_losses(model: CausalLM, tokens: TitleTokens, rows: np.ndarray) -> Tensor:
    """Return one loss for each row [B, T + 1]: the mean surprise of its tokens, in nats.

    The first title of a row is only read.
    """
    laid = tokens.rows(rows, "right")
    states = model.model.model(input_ids=laid.tokens[:, :-1], use_cache=False).last_hidden_state
    counts = laid.place[:, 1:] >= 1  # [B, S - 1]
    logits = model.model.lm_head(states[counts])  # [m, V]
    each = F.cross_entropy(logits.float(), laid.tokens[:, 1:][counts], reduction="none")
    totals = each.new_zeros(len(rows)).index_add(0, counts.nonzero()[:, 0], each)
    return totals / counts.sum(dim=1)


def tune_private(
    model: CausalLM,
    tokens: TitleTokens,
    rows: np.ndarray,
    privacy: Privacy,
    n_steps: int,
    *,
    learning_rate: float = 5e-3,
    seed: int = 0,
    after: Callable[[int], None] | None = None,
    progress: bool = True,
) -> PrivateReport:
    """Tune a decoder's LoRA by DP-SGD on rows of titles.

    `Privacy(math.inf, 0.0, rate)` is ordinary tuning by the same steps.

    Args:
        model: carries LoRA; changed in place.
        tokens: of the catalogue.
        rows: [n, T + 1], one a person.
        privacy: clip, noise, rate.
        n_steps: steps; more cost more epsilon.
        learning_rate: of Adam.
        seed: of who is drawn, and of the noise.
        after: called with the number of steps done, after each.
        progress: show a bar.
    """
    trained = [p for p in model.model.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=learning_rate)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    report, n_weights = PrivateReport([], [], []), sum(p.numel() for p in trained)
    with progress_bar("private tuning", n_steps, 0, progress) as bar, seeded(seed):
        for step in range(n_steps):
            model.model.train()
            some = rows[draw_examples(len(rows), privacy.rate, rng)]
            gradients, each = torch.zeros(0, n_weights), torch.zeros(0)
            if len(some):
                losses = partial(person_losses, model, tokens, some)
                gradients, each = example_gradients(model.model, losses)
            mean = noisy_mean(gradients, privacy, privacy.rate * len(rows), generator)
            put_gradient(model.model, mean)
            optimiser.step()
            report.drawn.append(len(some))
            report.losses.append(float(each.mean()) if len(some) else math.nan)
            lengths = gradients.norm(dim=1)
            report.lengths.append(float(lengths.median()) if len(some) else math.nan)
            if after:
                after(step + 1)
            bar.update()
    model.model.eval()
    return report
