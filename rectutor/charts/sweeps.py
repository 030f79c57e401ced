"""One quantity turned like a knob: negatives in training, training steps, negatives in testing."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import INTERVAL, listed, named_lines, numbers, with_interval
from rectutor.charts.palette import GREY, model_style
from rectutor.charts.scales import first_to_last, on_log, top_of, up_to
from rectutor.charts.theme import PLOTLY, plotly_dash, plotly_marker, short

__all__ = [
    "against_negatives",
    "against_people",
    "against_steps",
    "order_of_models",
]


def against_negatives(frame: pd.DataFrame, metric: str = "NDCG@10") -> Figure:
    """Draw quality against the number of negatives that a model was trained with.

    Args:
        frame: `model`, `n_negatives` (1 or more), `value`, `low`, `high`.
        metric: what the values measure.
    """
    table = needs(frame, ["model", "n_negatives", *INTERVAL], "against_negatives")
    chart = _on_log(table, "n_negatives", "negatives for each target in training", metric)
    words = f"{metric} against negatives: {first_to_last(table, 'n_negatives')}."
    return figure(chart, words, table)


def against_people(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw quality against the number of people that a model has learned from.

    Args:
        frame: `model`, `people` (1 or more), `value`, `low`, `high`.
        metric: what the values measure.
    """
    table = needs(frame, ["model", "people", *INTERVAL], "against_people")
    chart = _on_log(table, "people", "people learned from", metric)
    said = []
    for people, rows in table.sort_values("people").groupby("people", sort=False):
        best = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
        said.append(f"with {people} people {best['model']} leads with {numbers(best)}")
    return figure(chart, f"{metric} against people: {'; '.join(said)}.", table)


def against_steps(frame: pd.DataFrame, metric: str = "NDCG@10") -> Figure:
    """Draw learning curves; in JupyterLab a click on a name hides or shows its curve.

    Args:
        frame: `model`, `steps` (1 or more), `value`, and `low` and `high` where known.
        metric: what the values measure.
    """
    table = needs(with_interval(frame), ["model", "steps", *INTERVAL], "against_steps")
    top = top_of(table)
    x = alt.X("steps:Q", title="training steps")
    chart = named_lines(table, x, up_to(metric, top), top)
    best = table.loc[table.groupby("model", sort=False)["value"].idxmax()]
    said = [
        f"{row['model']} is best at step {row['steps']} with {numbers(row)}"
        for _, row in best.iterrows()
    ]
    words = f"{metric} against training steps: {listed(said)}."
    return figure(chart, words, table, plotly=_plotly(table, "steps", "training steps", metric))


def order_of_models(frame: pd.DataFrame, metric: str = "HR@10") -> Figure:
    """Draw each model's value against the number of sampled negatives, and where lines cross.

    Args:
        frame: `model`, `m` (1 or more, the same grid for each model), `value`, and `low` and
            `high` where known.
        metric: what the values measure.
    """
    table = needs(with_interval(frame), ["model", "m", *INTERVAL], "order_of_models")
    top = top_of(table)
    flips = flips_of(table)
    ends = (int(table["m"].min()), int(table["m"].max()))
    tens = [10**i for i in range(1, 9) if ends[0] * 1.8 < 10**i < ends[1] / 1.8]
    title = "sampled negatives for each test user (log scale)"
    if not flips.empty:
        title += "; dashed: two models change places"
    x = on_log("m", title, [ends[0], *tens, ends[1]])
    lines = named_lines(table, x, up_to(metric, top), top)
    if not flips.empty:
        marks = alt.Chart(flips.drop_duplicates("m"))
        rule = marks.mark_rule(color=GREY, strokeDash=[4, 4]).encode(x="m:Q")
        lines = alt.layer(rule, lines)
    last = table[table["m"] == table["m"].max()].sort_values("value", ascending=False)
    order = [f"{row['model']} {short(row['value']):g}" for row in _rows(last)]
    said = [f"{f['overtakes']} passes {f['overtaken']} at m = {f['m']}" for f in _rows(flips)]
    words = (
        f"{metric} under sampled negatives; with m = {last['m'].iloc[0]} the order is "
        f"{listed(order)}. "
        f"{'; '.join(said) if said else 'No two models change places'}."
    )
    return figure(lines, words, table)


def flips_of(table: pd.DataFrame) -> pd.DataFrame:
    """Find where two models change places as m grows.

    Args:
        table: `model`, `m`, `value`, on one grid.

    Returns:
        `m` (the first grid point of the new order), `overtakes`, `overtaken`.
    """
    wide = table.pivot(index="m", columns="model", values="value").sort_index()
    found = []
    for i, one in enumerate(wide.columns):
        for other in wide.columns[i + 1 :]:
            lead = (wide[one] - wide[other]).round(9)
            lead = lead[lead != 0]
            for m in lead.index[1:][np.diff(lead > 0)]:
                ahead, behind = (one, other) if lead[m] > 0 else (other, one)
                found.append({"m": m, "overtakes": ahead, "overtaken": behind})
    return pd.DataFrame(found, columns=["m", "overtakes", "overtaken"]).sort_values("m")


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _on_log(table: pd.DataFrame, along: str, title: str, metric: str) -> alt.LayerChart:
    """Draw a named line for each model against a count, with a mark at each count measured."""
    top = top_of(table)
    x = on_log(along, f"{title} (log scale)", sorted(set(table[along])))
    return named_lines(table, x, up_to(metric, top), top)


def _plotly(table: pd.DataFrame, along: str, title: str, metric: str) -> dict[str, Any]:
    """Lay out the same lines as a Plotly figure, as plain rounded lists."""
    traces = []
    for name, rows in table.groupby("model", sort=False):
        style = model_style(str(name))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": rows[along].tolist(),
                "y": rows["value"].tolist(),
                "line": {"color": style.colour, "dash": plotly_dash(style), "width": 2},
                "marker": {"symbol": plotly_marker(style), "size": 9},
            }
        )
    layout = {
        "template": PLOTLY,
        "xaxis": {"title": {"text": title}},
        "yaxis": {"title": {"text": metric}, "rangemode": "tozero"},
        "hovermode": "x unified",
        "showlegend": True,
        "height": 420,
    }
    return {"data": traces, "layout": layout}
