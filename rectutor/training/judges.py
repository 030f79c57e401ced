"""TALLRec as a judge of candidates: the shipped tuning, or one on the ratings of a split.

In a leaderboard it reorders what another model finds (`models.tallrec.Reranker`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from rectutor.data.judgements import Judgements, balanced, judgements
from rectutor.lm.lora import merge_lora
from rectutor.lm.yes_no import AS_TALLREC, dated_titles
from rectutor.models.tallrec import TALLRec
from rectutor.schema import Split
from rectutor.training.adapters import N_EXAMPLES, load_tuned
from rectutor.training.taste import Taste, few_shot

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["shipped_judge", "train_questions", "tuned_judge"]

_N_TOLD = 4  # likes and dislikes that each question tells of


def shipped_judge(split: Split, items: pd.DataFrame) -> TALLRec:
    """Return the judge that ships, tuned on ratings of films by simulated people.

    Args:
        split: decides the order of the items.
        items: the table with their titles.
    """
    return TALLRec(load_tuned("tallrec-films"), dated_titles(items, split.item_ids))


def train_questions(split: Split, seed: int = 0) -> Judgements | None:
    """Ask about every rating of a split's training part that has enough others before it.

    Args:
        split: what it holds out is never asked about and never told.
        seed: of the questions that are left out, so that each person has as many likes as dislikes.

    Returns:
        The questions; None where an event has no rating, or nobody has four likes and four dislikes
        before another one.
    """
    train = split.train
    if (train.rating <= 0).any():
        return None
    asked = judgements(train, np.ones(len(train.rating), dtype=bool), _N_TOLD)
    kept = balanced(asked, np.random.default_rng(seed))
    return kept if len(kept.item_index) else None


def tuned_judge(
    split: Split, items: pd.DataFrame, n: int = N_EXAMPLES, seed: int = 0
) -> tuple[TALLRec, float]:
    """Tune the shipped decoder on ratings of a split's training part.

    Args:
        split: with a rating for each event.
        items: the table with titles of its items.
        n: questions, or all of them where there are fewer.
        seed: of questions, order and LoRA.

    Returns:
        The judge, and the processor seconds of its tuning.

    Raises:
        ValueError: there are no questions to tune on.
    """
    questions = train_questions(split, seed)
    if questions is None:
        raise ValueError(
            "tuned_judge needs people with ratings: four likes and four dislikes before another "
            f"one, found none among {split.n_users} people; use a data set with stars"
        )
    titles = dated_titles(items, split.item_ids)
    everything = np.ones(len(split.train.rating), dtype=bool)
    taste = Taste(questions, questions.take(slice(0)), titles, split.train, everything)
    n = min(n, len(questions.item_index))
    model, report = few_shot(taste, n, AS_TALLREC, seed=seed, progress=sys.stderr.isatty())
    merge_lora(model.model)
    return TALLRec(model, titles), report.seconds
