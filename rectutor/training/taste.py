"""Tuning the shipped decoder on yes/no questions about taste, as TALLRec does.

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model
with Recommendation", RecSys 2023, sections 3 and 4.1: a few rated examples, LoRA on the query and
value projections, the loss on the answer alone.

**Departures.** The paper first tunes on general instructions; the decoder here has read none, only
histories of other people (`rectutor/lm/corpus.py`). Epochs fall as examples grow, so that few
examples still take enough steps, where the paper stops by validation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rectutor.data.events import number_events
from rectutor.data.interactions import Dataset
from rectutor.data.judgements import Judgements, balanced, judgements, later_events
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.loading import language_model
from rectutor.lm.lora import add_lora
from rectutor.lm.yes_no import Style, answers_of, dated_titles, log_odds
from rectutor.schema import Events
from rectutor.training.tune import TuneReport, tune

__all__ = ["Taste", "decoder", "epochs_for", "few_shot", "taste_in", "taste_of", "tune_on"]

_JUDGED = 0.25  # the newest share of each person's ratings
_LEARNING_RATE = 3e-3  # of 3e-4, 1e-3 and 3e-3 the best on 2,000 other questions


class Taste(NamedTuple):
    """A world's ratings as questions."""

    tuning: Judgements  # about the older ratings of everybody, as many likes as dislikes of each
    judged: Judgements  # about the newest ratings of some people, likewise
    titles: list[str]  # N + 1, with years, by item index
    events: Events  # all ratings
    is_known: np.ndarray  # [E] bool, what may be learned from: not among the newest

    def judge(self, model: CausalLM, style: Style) -> np.ndarray:
        """Return the log-odds [n] of a yes for each judged question."""
        return log_odds(model, style.prompts(self.judged, self.titles), style.labels)


def taste_of(
    world: str = "films", n_people: int | None = None, n_told: int = 4, seed: int = 0
) -> Taste:
    """Divide a shipped world's ratings by time, and ask about both parts; see `taste_in`.

    Args:
        world: such as "films" or "books".
        n_people: see `taste_in`, as the others.
        n_told: likes and dislikes that each question tells of.
        seed: of the people, and of the questions left out for balance.
    """
    return taste_in(load(world), n_people, n_told, seed)


def taste_in(data: Dataset, n_people: int | None = None, n_told: int = 4, seed: int = 0) -> Taste:
    """Divide ratings by time, and ask about both parts.

    The newest quarter of each person's ratings is judged, never learned from.

    Args:
        data: interactions with ratings, and items with titles.
        n_people: whose newest ratings are judged; None judges everybody who can be asked.
        n_told: likes and dislikes that each question tells of.
        seed: of the people, and of the questions left out for balance.
    """
    events, _, item_ids = number_events(data.interactions, "taste_in")
    is_later = later_events(events, _JUDGED)
    rng = np.random.default_rng(seed)
    tuning, judged = (
        balanced(judgements(events, part, n_told), rng) for part in (~is_later, is_later)
    )
    people = rng.permutation(np.unique(judged.user_index))[:n_people]
    judged = judged.take(np.isin(judged.user_index, people))
    return Taste(tuning, judged, dated_titles(data.items, item_ids), events, ~is_later)


def epochs_for(n: int) -> int:
    """Return passes through n examples: 12 up to 64, 3 at a thousand, 1 from ten thousand on.

    Example:
        >>> [epochs_for(n) for n in (16, 64, 256, 1024, 4096, 20000)]
        [12, 12, 6, 3, 2, 1]
    """
    return int(np.clip(round(3 * (1024 / n) ** 0.5 + 1e-9), 1, 12))


def few_shot(
    taste: Taste,
    n: int,
    style: Style,
    *,
    rank: int = 8,
    seed: int = 0,
    model: CausalLM | None = None,
    **options: Any,
) -> tuple[CausalLM, TuneReport]:
    """Tune a decoder by LoRA on n questions drawn at random.

    Args:
        taste: from `taste_of`.
        n: examples; at most `len(taste.tuning.item_index)`.
        style: how they are put.
        rank: r of LoRA on the query and value projections; alpha is twice the rank.
        seed: of the examples drawn, of their order, and of LoRA.
        model: changed in place; the shipped decoder when None.
        options: of `tune`, such as `loss_on` or `progress`.

    Returns:
        The tuned model, its LoRA not yet merged, and what happened.

    Raises:
        ValueError: there are fewer questions than n, or n is below 1.
    """
    _check_examples(taste, n)  # before a model is changed
    if model is None:
        model = decoder()
    add_lora(model.model, rank, 2 * rank, seed=seed)
    return model, tune_on(model, taste, n, style, seed=seed, **options)


def tune_on(
    model: CausalLM, taste: Taste, n: int, style: Style, *, seed: int = 0, **options: Any
) -> TuneReport:
    """Tune what is not frozen in a decoder on n questions drawn at random.

    Args:
        model: changed in place.
        taste: from `taste_of`.
        n: examples; at most `len(taste.tuning.item_index)`.
        style: how they are put.
        seed: of the examples drawn and of their order.
        options: of `tune`, such as `learning_rate` or `progress`.

    Raises:
        ValueError: there are fewer questions than n, or n is below 1.
    """
    _check_examples(taste, n)
    rows = np.random.default_rng(seed).permutation(len(taste.tuning.item_index))[:n]
    examples = taste.tuning.take(rows)
    settings = {"epochs": epochs_for(n), "learning_rate": _LEARNING_RATE, "seed": seed}
    return tune(
        model.model,
        model.tokenizer,
        style.prompts(examples, taste.titles),
        answers_of(examples, style.labels),
        **(settings | options),
    )


def decoder() -> CausalLM:
    """Load the shipped decoder, ready to score many short prompts at once."""
    model = language_model(batch_tokens=8192)
    assert isinstance(model, CausalLM)
    return model


def _check_examples(taste: Taste, n: int) -> None:
    n_questions = len(taste.tuning.item_index)
    if not 1 <= n <= n_questions:
        raise ValueError(f"n must be from 1 to {n_questions}, the questions to tune on, got {n}")
