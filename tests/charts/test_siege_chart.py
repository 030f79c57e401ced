"""The map of attacks and defences."""

import pandas as pd
import pytest

from rectutor.charts.siege_chart import attack_map

FRAME = pd.DataFrame(
    [
        ("heeds marks", "none", "push", 1.0),
        ("heeds marks", "none", "leak", 1.0),
        ("heeds marks", "marks", "push", 0.087),
        ("heeds marks", "marks", "leak", 0.0),
        ("heeds none", "none", "push", 1.0),
        ("heeds none", "none", "leak", 1.0),
        ("heeds none", "marks", "push", 1.0),
        ("heeds none", "marks", "leak", 0.5),
    ],
    columns=["model", "defence", "goal", "value"],
)


def test_the_sentence_counts_the_goals_that_a_defence_closes():
    assert attack_map(FRAME).alt == (
        "How many of 2 goals no attack reaches. heeds marks: none 0, marks 1; "
        "heeds none: none 0, marks 0."
    )


def test_every_model_has_a_panel_of_its_own_shares_in_the_order_given():
    panels = attack_map(FRAME).spec["hconcat"]
    assert [panel["title"] for panel in panels] == ["heeds marks", "heeds none"]
    spec = attack_map(FRAME).spec
    for panel, shares in zip(panels, ([1.0, 1.0, 0.087, 0.0], [1.0, 1.0, 1.0, 0.5]), strict=True):
        data = panel.get("data") or panel["layer"][0]["data"]
        assert [row["value"] for row in spec["datasets"][data["name"]]] == shares
        cells, numbers = panel["layer"]
        assert cells["encoding"]["y"]["sort"] == ["none", "marks"]
        assert numbers["encoding"]["text"]["field"] == "value"  # not by colour alone


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"attack_map needs .*missing: \['goal'\]"):
        attack_map(FRAME.drop(columns="goal"))
