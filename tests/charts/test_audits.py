"""Figures of audits."""

import pandas as pd
import pytest

from rectutor.charts.audits import provider_ratios, shares_over_time, swap_doses

RATIOS = pd.DataFrame(
    [
        ("SASRec", "North", 1.13, 1.12, 1.14, 0.98, 1.03),
        ("SASRec", "East", 0.71, 0.69, 0.73, 0.9, 1.1),
    ],
    columns=["model", "provider", "value", "low", "high", "lots low", "lots high"],
)
OVER_TIME = pd.DataFrame(
    {"series": ["a", "a", "b", "b"], "window": [1, 2] * 2, "value": [0.7, 0.75, 0.2, 0.22]}
    | {"low": [0.65, 0.7, 0.18, 0.2], "high": [0.75, 0.8, 0.22, 0.24]}
)
DOSES = pd.DataFrame(
    {"strength": [0.0, 1.0] * 4, "change": ["word"] * 4 + ["wording"] * 4}
    | {"value": [0.0, 1.2, 0.0, 1.0, 0.1, -0.1, 0.1, -0.1]}
)


def test_ratios_say_each_model_once_with_all_its_providers():
    assert provider_ratios(RATIOS).alt == (
        "Places over choices (1 is its due): SASRec 1.1 for North and 0.71 for East."
    )


def test_time_is_said_by_its_extremes():
    assert shares_over_time(OVER_TIME, "North's share").alt == (
        "North's share, lowest and highest window: a from 70% to 75%; b from 20% to 22%."
    )


def test_doses_are_said_by_their_means():
    assert swap_doses(DOSES, "tilt").alt == (
        "tilt by planted strength, means. word: 0 at 0 and 1.1 at 1; "
        "wording: 0.1 at 0 and -0.1 at 1."
    )


DRAWN = {
    "ratios": lambda: provider_ratios(RATIOS),
    "time": lambda: shares_over_time(OVER_TIME, "x"),
    "doses": lambda: swap_doses(DOSES, "x"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_drawn_twice_is_the_same_and_has_a_picture(name):
    assert DRAWN[name]().png == DRAWN[name]().png
    assert DRAWN[name]().png.startswith(b"\x89PNG")


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"provider_ratios needs .* missing: \['low'\]"):
        provider_ratios(RATIOS.drop(columns="low"))
