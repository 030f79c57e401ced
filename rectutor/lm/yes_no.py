"""A language model as a judge of taste: the odds of one answer against the other.

Bao et al., "TALLRec", RecSys 2023, section 4.1: the score of an item is the probability of "Yes"
among the two label words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data.describe import by_index
from rectutor.data.judgements import Judgements
from rectutor.prompts.template import Template
from rectutor.prompts.yes_no import LABEL_WORDS, LabelWords, yes_no_prompt
from rectutor.schema import LanguageModel

__all__ = ["answers_of", "dated_titles", "log_odds", "prompts_of"]


def dated_titles(items: pd.DataFrame, item_ids: np.ndarray) -> list[str]:
    """Return N + 1 titles by item index, with years as the shipped decoder has read them.

    Args:
        items: a table with title and, where known, year.
        item_ids: [N + 1], `Split.item_ids`; [0] is padding and gets an empty title.
    """
    years = items["year"] if "year" in items else [None] * len(items)
    dated = [
        title if pd.isna(year) else f"{title} ({year})"
        for title, year in zip(items["title"], years, strict=True)
    ]
    return ["", *by_index(dated, items, item_ids)]


def prompts_of(
    asked: Judgements, titles: Sequence[str], template: Template, **options: Any
) -> list[str]:
    """Write each question as a prompt.

    Args:
        asked: n questions; padding among what was liked or disliked is not told.
        titles: N + 1 texts by item index; that of padding, [0], is never read.
        template: as in `yes_no_prompt`.
        options: `labels`, `medium`, `order` and `n_history` of `yes_no_prompt`.

    Raises:
        IndexError: a title is missing.
        ValueError: as in `yes_no_prompt`.
    """
    rows = zip(
        asked.liked.tolist(), asked.disliked.tolist(), asked.item_index.tolist(), strict=True
    )
    return [
        yes_no_prompt(
            template,
            [titles[item] for item in liked if item],
            [titles[item] for item in disliked if item],
            titles[item_index],
            **options,
        )
        for liked, disliked, item_index in rows
    ]


def answers_of(asked: Judgements, labels: LabelWords = LABEL_WORDS[0]) -> list[str]:
    """Return the right continuation of each question's prompt."""
    yes, no = labels.continuations
    return [yes if is_liked else no for is_liked in asked.is_liked.tolist()]


def log_odds(
    model: LanguageModel, prompts: Sequence[str], labels: LabelWords = LABEL_WORDS[0]
) -> np.ndarray:
    """Return [n] the log-probability of the positive word minus that of the negative one.

    Its sigmoid is the probability of a yes when nothing else may be answered.
    """
    scores = model.score(prompts, [labels.continuations] * len(prompts))
    return np.array([yes - no for yes, no in scores], dtype=np.float64)
