"""Hits against concentration, as a chart."""

import pandas as pd
import pytest

from rectutor import charts

ROWS = pd.DataFrame(
    [
        ("SASRec", 0.7, 0.33, 0.31, 0.35),
        ("SASRec", 0.6, 0.32, 0.30, 0.34),
        ("Random", 0.1, 0.01, 0.0, 0.02),
    ],
    columns=["model", "gini", "value", "low", "high"],
)


def test_it_says_each_model_once_as_it_is_best_first():
    drawn = charts.frontier(ROWS)
    assert drawn.alt == (
        "HR@10 against Gini of exposure: SASRec 0.33 at Gini 0.7 and Random 0.01 at Gini 0.1."
    )
    assert len(drawn.table) == 3


def test_only_models_with_several_rows_become_a_line_in_their_order():
    spec = charts.frontier(ROWS).spec
    (line,) = [
        layer
        for layer in spec["layer"]
        if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "line"
    ]
    rows = spec["datasets"][line["data"]["name"]]
    assert [(row["model"], row["gini"]) for row in rows] == [("SASRec", 0.7), ("SASRec", 0.6)]
    assert line["encoding"]["order"]["field"] == "order"


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"frontier needs the columns .* missing: \['gini'\]"):
        charts.frontier(ROWS.drop(columns="gini"))
