"""The learning curve's parts: what is tuned, and how seeds are averaged."""

import pandas as pd
import pytest

from rectutor.analysis.tallrec_curve import SIZES, arms, mean_over_seeds


def test_seeds_are_averaged_and_nothing_else():
    runs = pd.DataFrame(
        {"model": ["LoRA", "LoRA", "MF"], "rank": [8, 8, 0], "n": 16, "seed": [0, 1, 0]}
        | {"value": [0.5, 0.6, 0.7], "low": [0.4, 0.5, 0.6], "high": [0.6, 0.7, 0.8]}
    )
    mean = mean_over_seeds(runs)
    assert mean["model"].tolist() == ["LoRA", "MF"]
    assert mean["value"].tolist() == pytest.approx([0.55, 0.7])
    assert "seed" not in mean


def test_every_size_is_tuned_with_its_seeds_and_all_questions_once():
    listed = list(arms(9999))
    usual = [arm for arm in listed if arm.name == "LoRA" and arm.rank == 8]
    assert {n: sum(arm.n == n for arm in usual) for n in SIZES} == SIZES
    assert [arm.n for arm in usual][-1] == 9999
    assert {arm.name for arm in listed} > {"LoRA, loss on all tokens", "LoRA on random weights"}
