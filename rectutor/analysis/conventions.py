"""What each convention of a ranking prompt does: all sixteen mixtures, and the effects in them.

A convention is something that a prompt says or leaves out, see `prompts.ranking.Conventions`. Each
mixture is measured twice: by hits, from scores that every candidate has whatever the model would
write (`position_bias.listwise_scores`), and by the share of replies in which no candidate is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pandas as pd

from rectutor.analysis.position_bias import ListCase, hits, listwise_scores
from rectutor.metrics.bootstrap import mean_interval
from rectutor.prompts.ranking import Conventions, ranking_prompt
from rectutor.prompts.replies import parse_ranking
from rectutor.schema import LanguageModel

__all__ = ["convention_outcomes", "factorial_effects"]


def convention_outcomes(
    model: LanguageModel, cases: Sequence[ListCase], *, k: int = 5, max_new_tokens: int = 40
) -> dict[Conventions, dict[str, np.ndarray]]:
    """Rank under all sixteen mixtures of the four conventions.

    Args:
        model: any.
        cases: B of them; their own order of candidates is shown.
        k: length of the list that counts as a hit.
        max_new_tokens: of a reply.

    Returns:
        For each mixture "HR@k" and "parse failures", each [B] of 0 and 1.
    """
    B, C = len(cases), len(cases[0].candidates)
    orders = np.broadcast_to(np.arange(C), (1, B, C))
    outcomes = {}
    for switches in product((True, False), repeat=4):
        mixture = Conventions(*switches)
        scores = listwise_scores(model, cases, orders, mixture)[0]
        prompts = [ranking_prompt(case.history, case.candidates, mixture) for case in cases]
        replies = model.generate(prompts, max_new_tokens)
        failed = [
            parse_ranking(reply, case.candidates).is_failure
            for reply, case in zip(replies, cases, strict=True)
        ]
        outcomes[mixture] = {
            f"HR@{k}": hits(scores, cases, k),
            "parse failures": np.array(failed, dtype=float),
        }
    return outcomes


def factorial_effects(
    outcomes: Mapping[Conventions, Mapping[str, np.ndarray]], seed: int = 0
) -> pd.DataFrame:
    """Return what switching on each convention does, averaged over the others.

    Args:
        outcomes: from `convention_outcomes`.
        seed: of the intervals, over people.

    Returns:
        One row a convention and outcome: `convention`, `outcome`, `value`, `low`, `high`.
    """
    first = next(iter(outcomes))
    rows = []
    for convention in asdict(first):
        pairs = [
            (mixture, replace(mixture, **{convention: False}))
            for mixture in outcomes
            if getattr(mixture, convention)
        ]
        for outcome in outcomes[first]:
            per_person = np.mean(
                [outcomes[on][outcome] - outcomes[off][outcome] for on, off in pairs], axis=0
            )
            rows.append((convention, outcome, *mean_interval(per_person, seed)))
    return pd.DataFrame(rows, columns=["convention", "outcome", "value", "low", "high"])
