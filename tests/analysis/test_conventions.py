"""The effect of each convention is found where it was put, and only there."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.conventions import convention_outcomes, factorial_effects
from rectutor.lm.biased import biased_ranker
from rectutor.prompts.ranking import Conventions
from tests.analysis.test_position_bias import affinity, cases


def test_the_convention_that_a_ranker_needs_is_the_one_with_an_effect():
    outcomes = convention_outcomes(biased_ranker(affinity), cases(), k=1)
    assert len(outcomes) == 16
    table = factorial_effects(outcomes).set_index(["outcome", "convention"])
    failures = table.loc["parse failures"]["value"]
    # the list cures failures only where the format is demanded, and the other way round
    assert failures.to_dict() == pytest.approx(
        {"says_task": 0, "says_order": 0, "lists_candidates": -0.5, "demands_format": -0.5}
    )
    assert table.loc["HR@1"]["value"].abs().max() == 0.0  # unbiased: the list changes no ranking


def test_effects_by_hand():
    outcomes = {
        Conventions(a, b, c, d): {"x": np.array([float(a), a + 2.0 * d])}
        for a in (True, False)
        for b in (True, False)
        for c in (True, False)
        for d in (True, False)
    }
    table = factorial_effects(outcomes)
    assert isinstance(table, pd.DataFrame)
    assert table["value"].tolist() == pytest.approx([1.0, 0.0, 0.0, 1.0])
    assert table.loc[0, ["low", "high"]].tolist() == [1.0, 1.0]
    assert table.loc[3, ["low", "high"]].tolist() == [0.0, 2.0]
