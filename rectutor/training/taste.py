"""Tuning the shipped decoder on yes/no questions about taste, as TALLRec does.

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model
with Recommendation", RecSys 2023, sections 3 and 4.1: a few rated examples, LoRA on the query and
value projections, the loss on the answer alone.

**Departures.** The paper first tunes on general instructions; the decoder here has read none, only
histories of other people (`rectutor/lm/corpus.py`). Epochs fall as examples grow, so that few
examples still take enough steps, where the paper stops by validation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectutor.data.events import number_events
from rectutor.data.judgements import Judgements, balanced, judgements, later_events
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.loading import language_model
from rectutor.lm.lora import add_lora
from rectutor.lm.yes_no import answers_of, dated_titles, log_odds, prompts_of
from rectutor.prompts.template import Template
from rectutor.prompts.yes_no import HISTORY, HISTORY_LABELS, LABEL_WORDS, TALLREC, LabelWords
from rectutor.schema import Events
from rectutor.training.tune import TuneReport, tune

__all__ = ["AS_HISTORY", "AS_TALLREC", "Style", "Taste", "epochs_for", "few_shot", "taste_of"]

_JUDGED = 0.25  # the newest share of each person's ratings
_LEARNING_RATE = 1e-3


class Style(NamedTuple):
    """How a question is put: templates that take turns, and the two words of the answer."""

    templates: tuple[Template, ...]
    labels: LabelWords

    def prompts(self, asked: Judgements, titles: list[str]) -> list[str]:
        """Write each question; the templates take turns."""
        n = len(self.templates)
        texts = [""] * len(asked.item_index)
        for i, template in enumerate(self.templates):
            texts[i::n] = prompts_of(
                asked.take(slice(i, None, n)), titles, template, labels=self.labels
            )
        return texts


AS_TALLREC = Style((TALLREC,), LABEL_WORDS[0])
AS_HISTORY = Style((HISTORY,), HISTORY_LABELS)


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
    """Divide a shipped world's ratings by time, and ask about both parts.

    The newest quarter of each person's ratings is judged, never learned from.

    Args:
        world: such as "films" or "books".
        n_people: whose newest ratings are judged; None judges everybody who can be asked.
        n_told: likes and dislikes that each question tells of.
        seed: of the people, and of the questions left out for balance.
    """
    data = load(world)
    events, _, item_ids = number_events(data.interactions, "taste_of")
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
    progress: bool = True,
) -> tuple[CausalLM, TuneReport]:
    """Tune the shipped decoder by LoRA on n questions drawn at random.

    Args:
        taste: from `taste_of`.
        n: examples; at most `len(taste.tuning.item_index)`.
        style: how they are put.
        rank: r of LoRA on the query and value projections; alpha is twice the rank.
        seed: of the examples drawn, of their order, and of LoRA.
        progress: show a bar.

    Returns:
        The tuned model, its LoRA not yet merged, and what happened.

    Raises:
        ValueError: there are fewer questions than n, or n is below 1.
    """
    n_questions = len(taste.tuning.item_index)
    if not 1 <= n <= n_questions:
        raise ValueError(f"n must be from 1 to {n_questions}, the questions to tune on, got {n}")
    rows = np.random.default_rng(seed).permutation(n_questions)[:n]
    examples = taste.tuning.take(rows)
    model = language_model(batch_tokens=8192)
    assert isinstance(model, CausalLM)
    add_lora(model.model, rank, 2 * rank, seed=seed)
    report = tune(
        model.model,
        model.tokenizer,
        style.prompts(examples, taste.titles),
        answers_of(examples, style.labels),
        epochs=epochs_for(n),
        learning_rate=_LEARNING_RATE,
        seed=seed,
        progress=progress,
    )
    return model, report
