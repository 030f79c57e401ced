"""Figures of talks and of choices."""

import pandas as pd
import pytest

from rectutor.charts.talks import candidates_by_round, choices_by_group, recall_by_depth

LEFT = pd.DataFrame(
    {"talk": ["a", "a", "b", "b"], "round": [0, 1, 0, 1], "left": [1120, 12, 300, 1]}
)
CHOICES = pd.DataFrame(
    {
        "group": ["1980s", "1990s"] * 2,
        "chooser": ["people", "people", "simulated", "simulated"],
        "share": [0.4, 0.6, 0.75, 0.25],
    }
)
DEPTHS = pd.DataFrame(
    {"order": ["ceiling", "ceiling", "SASRec", "SASRec"], "k": [10, 100] * 2}
    | {"recall": [0.4, 0.8, 0.4, 0.55]}
)


def test_talks_are_said_round_by_round():
    assert candidates_by_round(LEFT).alt == "Films left after each round. a: 1,120, 12; b: 300, 1."


def test_choosers_are_said_by_what_they_choose_most():
    assert choices_by_group(CHOICES, "decade").alt == (
        "The decade chosen most, by chooser: people 1990s with 60% and simulated 1980s with 75%."
    )


def test_orders_are_said_at_the_most_films_retrieved():
    assert recall_by_depth(DEPTHS).alt == (
        "Recall@10 of 100 films retrieved: ceiling 0.80 and SASRec 0.55."
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: candidates_by_round(LEFT),
        lambda: choices_by_group(CHOICES, "decade"),
        lambda: recall_by_depth(DEPTHS),
    ],
    ids=["talks", "choices", "depths"],
)
def test_a_figure_drawn_twice_is_the_same_and_has_a_picture(draw):
    assert draw().png == draw().png
    assert draw().png.startswith(b"\x89PNG")


def test_nothing_left_has_no_place_on_a_log_scale():
    with pytest.raises(ValueError, match="1 or more items left, got 0"):
        candidates_by_round(LEFT.assign(left=[3, 0, 2, 1]))


def test_more_lines_than_looks_are_refused():
    many = pd.DataFrame({"talk": list("abcde"), "round": 0, "left": 3})
    with pytest.raises(ValueError, match="4 lines or fewer, got 5"):
        candidates_by_round(many)
    choosers = pd.DataFrame({"group": "x", "chooser": list("abcde"), "share": 0.2})
    with pytest.raises(ValueError, match="4 lines or fewer, got 5"):
        choices_by_group(choosers, "decade")
    with pytest.raises(ValueError, match="4 lines or fewer, got 5"):
        recall_by_depth(pd.DataFrame({"order": list("abcde"), "k": 10, "recall": 0.3}))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"candidates_by_round needs .* missing: \['left'\]"):
        candidates_by_round(LEFT.drop(columns="left"))
