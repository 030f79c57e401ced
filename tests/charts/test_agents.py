"""The figures of agents: what they cost, and which tool they call where which was meant."""

import re

import pandas as pd
import pytest
import vl_convert

from rectutor import charts
from rectutor.charts.theme import CELL

COSTS = pd.DataFrame(
    {"who": ["SASRec", "a planner with a name that needs two lines"], "HR@10": [0.2, 0.35]}
    | {"HR@10 low": [0.1, 0.3], "HR@10 high": [0.3, 0.4], "calls": [0.0, 4.5]}
)
CONFUSED = pd.DataFrame(
    {"meant": ["facts", "facts", "(no call)"], "called": ["facts", "search", "search"]}
    | {"n": [7, 2, 1]}
)


def test_every_measure_has_a_panel_with_a_scale_of_its_own():
    hits, calls = charts.costs(COSTS, ["HR@10", "calls"]).spec["hconcat"]
    assert [layer["mark"]["type"] for layer in hits["layer"]] == ["bar", "rule", "text"]
    assert [layer["mark"]["type"] for layer in calls["layer"]] == ["bar", "text"]
    ends = [one["layer"][0]["encoding"]["x"]["scale"]["domain"] for one in (hits, calls)]
    assert ends == [[0, 0.4], [0, 4.5]]


def test_the_sentence_says_every_measure_of_every_agent_in_the_given_order():
    assert charts.costs(COSTS, ["HR@10", "calls"]).alt == (
        "SASRec 0.2 HR@10, 0 calls; "
        "a planner with a name that needs two lines 0.35 HR@10, 4.5 calls."
    )


def test_rows_keep_their_order_and_long_names_are_broken():
    spec = charts.costs(COSTS, ["calls"]).spec["hconcat"][0]
    rows = spec["layer"][0]["encoding"]["y"]["sort"]
    assert rows == ["SASRec", "a planner with a name that\nneeds two lines"]


def test_a_number_is_rounded_once():
    tokens = pd.DataFrame({"who": ["chain"], "tokens": [514.525]})  # 514.5 would be rounded to 514
    drawn = charts.costs(tokens, ["tokens"])
    assert drawn.alt == "chain 515 tokens."
    (bars,) = drawn.spec["datasets"].values()
    assert bars[0]["said"] == "515"


@pytest.mark.parametrize("n", [1, 3, 5])
def test_however_many_panels_the_figure_fits_a_cell(n):
    measures = [f"measure {place}" for place in range(n)]
    wide = COSTS.assign(**{f"{name}{end}": 0.9876 for name in measures for end in ("", " high")})
    wide = wide.assign(**{f"{name} low": 0.8 for name in measures})
    svg = vl_convert.vegalite_to_svg(charts.costs(wide, measures).spec, vl_version="5.20")
    assert float(re.search(r'width="([\d.]+)"', svg)[1]) <= CELL


def test_a_measure_that_is_zero_for_all_can_be_drawn():
    zero = COSTS.assign(calls=0.0)
    spec = charts.costs(zero, ["calls"]).spec["hconcat"][0]
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1.0]


def test_a_measure_that_the_table_lacks_is_named():
    with pytest.raises(ValueError, match=r"costs needs .* missing: \['tokens'\]"):
        charts.costs(COSTS, ["tokens"])


def test_calls_on_the_diagonal_are_counted_and_the_usual_mistakes_named():
    assert charts.tool_confusion(CONFUSED).alt == (
        "7 of 10 calls on the diagonal; most often wrong: search for facts 2 times "
        "and search for (no call) 1 times."
    )


def test_a_confusion_has_a_square_for_every_pair_shaded_by_share_of_its_row():
    spec = charts.tool_confusion(CONFUSED).spec
    (squares,) = spec["datasets"].values()
    assert len(squares) == 9
    shares = {(one["meant"], one["called"]): one["share"] for one in squares}
    assert shares["facts", "search"] == pytest.approx(2 / 9)
    assert shares["search", "search"] == 0
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["facts", "search", "(no call)"]


@pytest.mark.parametrize(
    "drawn", [charts.costs(COSTS, ["HR@10"]), charts.tool_confusion(CONFUSED)], ids=["costs", "why"]
)
def test_each_brings_a_picture_and_a_sentence(drawn):
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt.endswith(".")
