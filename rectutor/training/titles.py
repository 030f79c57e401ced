"""BIGRec's tuning: a decoder learns to write the title that comes next in a history.

Bao et al., "A Bi-Step Grounding Paradigm for Large Language Models in Recommendation Systems",
2023, section 3.2. What it has learned ships with the project (`training.shipped_titles`).

**Departures.** The paper writes a prompt for each title that is to be learned. Here a stretch of a
history is read once, and each of its titles but the first is learned from those before it, which
costs a small part of that. The tokens of all these titles count. The paper tunes LoRA; here
whatever is not frozen is tuned, and for the shipped decoder that is everything.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.data.batches import bucketed, windows
from rectutor.data.describe import by_index
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import Rows, TitleTokens
from rectutor.lm.yes_no import dated_titles
from rectutor.schema import PAD, Cases, Split
from rectutor.training.bar import progress_bar
from rectutor.training.pretrain import share_of_rate
from rectutor.training.step import set_rate, take_step

__all__ = ["TitleReport", "surprise", "title_loss", "titles_of", "tune_titles"]

N_TOLD = 20
_VALIDATED = 500  # people on whom the best epoch is chosen


@dataclass
class TitleReport:
    """What happened, epoch by epoch."""

    losses: list[float] = field(default_factory=list)  # mean over the epoch, nats per token
    validation: list[float] = field(default_factory=list)  # nats per title, after the epoch
    best_epoch: int = 0  # 1 is the first
    seconds: float = 0.0  # processor seconds, validation included


def titles_of(world: str, split: Split) -> list[str]:
    """Return N + 1 titles of a shipped world by item index, with the year where two share one.

    A year is three tokens of seven, so a title without is written in less than two thirds of the
    time.
    """
    items = load(world).items
    dated = dated_titles(items, split.item_ids)
    bare = by_index(items["title"].tolist(), items, split.item_ids)
    n_films = Counter(bare)
    return [
        "",
        *(
            short if n_films[short] == 1 else long
            for short, long in zip(bare, dated[1:], strict=True)
        ),
    ]


def title_loss(model: CausalLM, rows: Rows, first: Tensor) -> tuple[Tensor, int]:
    """Return the mean surprise of titles, in nats per token, and how many tokens that are.

    Args:
        model: a decoder.
        rows: histories, padded on the right.
        first: [B] the first title of each history that counts.
    """
    states = model.model.model(input_ids=rows.tokens[:, :-1], use_cache=False).last_hidden_state
    counts = rows.place[:, 1:] >= first[:, None]  # [B, S - 1]; at padding the place is -1
    logits = model.model.lm_head(states[counts])  # [m, V]
    return F.cross_entropy(logits.float(), rows.tokens[:, 1:][counts]), int(counts.sum())


@torch.inference_mode()
def surprise(model: CausalLM, tokens: TitleTokens, cases: Cases, n_told: int = N_TOLD) -> float:
    """Return how surprising the held-out titles are on average, in nats per title.

    Args:
        model: a decoder.
        tokens: of the catalogue.
        cases: whose first target counts.
        n_told: titles that are told.
    """
    model.model.eval()
    items = np.concatenate([cases.queries.history[:, -n_told:], cases.targets[:, :1]], axis=1)
    total = 0.0
    for start in range(0, len(items), 64):
        some = items[start : start + 64]
        last = torch.full((len(some),), items.shape[1] - 1)
        loss, n_tokens = title_loss(model, tokens.rows(some, "right"), last)
        total += float(loss) * n_tokens
    return total / len(items)


def tune_titles(
    model: CausalLM,
    split: Split,
    titles: Sequence[str],
    *,
    epochs: int = 5,
    batch_size: int = 8,
    learning_rate: float = 2e-3,
    seed: int = 0,
    progress: bool = True,
) -> TitleReport:
    """Tune what is not frozen in a decoder to write what comes next; the best epoch is kept.

    AdamW without weight decay, gradients cut to norm 1; the step size rises for the first 5 % of
    all steps and then falls along a cosine to a tenth.

    Args:
        model: a decoder; changed in place.
        split: histories to learn from and to choose on; the test part is never looked at.
        titles: N + 1, by item index.
        epochs: passes through all histories; it decides the step sizes, so choose it beforehand.
        batch_size: stretches of history in a step.
        learning_rate: the largest step size.
        seed: of cuts and order.
        progress: show a bar.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        ValueError: everything is frozen.
    """
    started, report = time.process_time(), TitleReport()
    tokens, best = TitleTokens(titles[1:], model.tokenizer), _kept(model)
    trained = [p for p in model.model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, weight_decay=0.0, fused=True)
    rng, chosen_on = np.random.default_rng(seed), split.validation.take(slice(_VALIDATED))
    stretches = [windows(split.train, N_TOLD, rng).items for _ in range(epochs)]
    steps = [-(-len(items) // batch_size) for items in stretches]
    n_done = 0
    with progress_bar("tuning", sum(steps), 0, progress) as bar:
        for items in stretches:
            model.model.train()
            done: list[tuple[float, int]] = []
            for batch in bucketed(tokens.lengths[items].sum(axis=1), batch_size, rng):
                some = items[batch]
                first = torch.from_numpy((some == PAD).sum(axis=1) + 1)  # its first is only read
                set_rate(optimiser, learning_rate * share_of_rate(n_done, sum(steps)))
                done.append(_step(model, optimiser, tokens.rows(some, "right"), first))
                n_done += 1
                bar.update()
            losses, counts = np.array(done).T
            report.losses.append(float((losses * counts).sum() / counts.sum()))
            report.validation.append(surprise(model, tokens, chosen_on))
            if report.validation[-1] == min(report.validation):
                best, report.best_epoch = _kept(model), len(report.losses)
    model.model.load_state_dict(best, strict=False)
    model.model.eval()
    report.seconds = time.process_time() - started
    return report


def _kept(model: CausalLM) -> dict[str, Tensor]:
    """Return copies of what is trained, by name; it must be something."""
    named = model.model.named_parameters()
    kept = {name: p.detach().clone() for name, p in named if p.requires_grad}
    if not kept:
        raise ValueError(
            "tune_titles needs weights that are not frozen, and all are; call "
            "model.model.requires_grad_(True), or add_lora(model.model)"
        )
    return kept


def _step(
    model: CausalLM, optimiser: torch.optim.Optimizer, rows: Rows, first: Tensor
) -> tuple[float, int]:
    """Take one step; return the loss before it, and how many tokens it counts."""
    loss, n_tokens = title_loss(model, rows, first)
    value = float(loss.detach())
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the loss of tuning titles became {value}; load the decoder again and lower "
            "learning_rate"
        )
    take_step(optimiser, loss, optimiser.param_groups[0]["params"])
    return value, n_tokens
