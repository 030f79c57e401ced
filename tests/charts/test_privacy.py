"""The figure of privacy's price."""

import pandas as pd

from rectutor.charts.privacy import against_epsilon

FRAME = pd.DataFrame(
    {
        "setting": ["no noise", "epsilon 5"], "value": [0.63, 0.55], "low": [0.58, 0.5],
        "high": [0.68, 0.6], "exposure": [5.9, 1.3],
    }
)  # fmt: skip


def test_the_sentence_says_both_measures_of_every_setting():
    drawn = against_epsilon(FRAME, chance=1.36)
    assert drawn.alt == (
        "AUC and exposure in bits: no noise 0.63 and 5.9 and epsilon 5 0.55 and 1.3; "
        "chance is 0.50 and 1.4, dashed."
    )
    assert drawn.table["setting"].tolist() == ["no noise", "epsilon 5"]


def test_settings_keep_their_order_and_both_panels_have_their_chance():
    above, below = against_epsilon(FRAME, chance=1.36).spec["vconcat"]
    for panel in (above, below):
        assert panel["layer"][-1]["encoding"]["x"]["sort"] == ["no noise", "epsilon 5"]
        assert panel["layer"][0]["mark"]["type"] == "rule"


def test_every_single_secret_is_a_stroke_under_its_mean():
    each = pd.DataFrame({"setting": ["no noise"] * 2 + ["epsilon 5"], "exposure": [6.0, 5.8, 1.3]})
    _, below = against_epsilon(FRAME, 1.36, each).spec["vconcat"]
    rule, strokes, means = below["layer"]
    assert [one["mark"]["type"] for one in (rule, strokes, means)] == ["rule", "tick", "point"]
    drawn = against_epsilon(FRAME, 1.36, each).spec["datasets"][strokes["data"]["name"]]
    assert [row["exposure"] for row in drawn] == [6.0, 5.8, 1.3]
    assert len(against_epsilon(FRAME, 1.36).spec["vconcat"][1]["layer"]) == 2
