"""Ranks of the held-out item, and how sure the learner was against how often right."""

from __future__ import annotations

from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from rectutor.charts.bundle import Figure, figure, needs
from rectutor.charts.encodings import by_model, listed
from rectutor.charts.palette import BLUE, GREY
from rectutor.charts.theme import WIDTH

__all__ = ["rank_histogram", "reliability"]

_HEADER = alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelFontWeight=600)


def rank_histogram(frame: pd.DataFrame) -> Figure:
    """Draw the share of users whose held-out item got each rank; each bin doubles the rank.

    Args:
        frame: `model`, `rank` (1 is best); one row per user and model.
    """
    table = needs(frame, ["model", "rank"], "rank_histogram")
    names = list(dict.fromkeys(table["model"]))
    edges = [1, 2, *(5 * 2**i + 1 for i in range(30))]  # 1, 2-5, 6-10, 11-20, 21-40, ...
    edges = edges[: int(np.searchsorted(edges, table["rank"].max(), side="right")) + 1]
    labels = [_range(a, b - 1) for a, b in pairwise(edges)]
    ranks = pd.cut(table["rank"], edges, right=False, labels=labels)
    counts = pd.crosstab(table["model"], ranks, normalize="index", dropna=False)
    shares = counts.reindex(index=names, columns=labels, fill_value=0.0)
    long = shares.melt(ignore_index=False, var_name="rank", value_name="users").reset_index()
    looks = by_model(names)
    base = alt.Chart(long.round(4)).encode(
        x=alt.X("rank:O", sort=labels, title="rank of the held-out item").axis(labelAngle=0),
        y=alt.Y("users:Q", title="share of users").axis(format="%"),
    )
    bars = base.mark_bar(size=26).encode(color=looks["color"])
    words_on_bars = base.mark_text(dy=-8, fontSize=13).encode(
        text=alt.Text("users:Q", format=".0%")
    )
    chart = (
        alt.layer(bars, words_on_bars)
        .properties(width=WIDTH, height=120)
        .facet(row=alt.Row("model:N", sort=names, title=None, header=_HEADER), spacing=8)
    )
    medians = table.groupby("model", sort=False)["rank"].median()
    said = [f"{name} {medians[name]:.0f}" for name in names]
    words = f"Ranks of the held-out item, 1 is best; median rank: {listed(said)}."
    return figure(chart, words, shares.reset_index())


def reliability(frame: pd.DataFrame, model: str = "") -> Figure:
    """Draw how often guesses were right against how sure the guesser was.

    Args:
        frame: `confidence` (0 to 1), `correct` (True or False); one row per guess.
        model: whose probabilities of a yes they are, and what came; "" for guesses of the reader.
    """
    table = needs(frame, ["confidence", "correct"], "reliability")
    bins = np.clip((table["confidence"] * 5).astype(int), 0, 4)  # fifths
    groups = table.groupby(bins).agg(
        confidence=("confidence", "mean"), right=("correct", "mean"), guesses=("correct", "size")
    )
    one, many = ("answer", "answers") if model else ("guess", "guesses")
    groups["label"] = groups["guesses"].map(lambda n: f"{n} {many if n > 1 else one}")
    ideal = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    across, up = (
        (f"probability of a yes by {model}", "share of yes that came")
        if model
        else ("how sure you were", "how often you were right")
    )
    base = alt.Chart(groups.round(3)).encode(
        x=alt.X("confidence:Q", title=across, scale=alt.Scale(domain=[0, 1])).axis(format="%"),
        y=alt.Y("right:Q", title=up, scale=alt.Scale(domain=[0, 1])).axis(format="%"),
    )
    chart = alt.layer(
        alt.Chart(ideal).mark_line(color=GREY, strokeDash=[4, 4]).encode(x="x:Q", y="y:Q"),
        base.mark_point(filled=True, size=140, color=BLUE, opacity=1),
        base.mark_text(align="left", dx=12, fontSize=13).encode(text="label:N"),
    ).properties(width=360, height=360)
    sure, right = table["confidence"].mean(), table["correct"].mean()
    said = ", ".join(f"{row.right:.0%} at {row.confidence:.0%}" for row in groups.itertuples())
    words = (
        f"What came against what {model} said, over {len(table)} answers: {said}."
        if model
        else f"Over {len(table)} guesses the mean confidence was {sure:.0%} and {right:.0%} were "
        f"right: {_judge(sure - right)}."
    )
    return figure(chart, words.replace("%", " %"), groups.drop(columns="label"))


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def _judge(gap: float) -> str:
    if abs(gap) <= 0.1:
        return "about as sure as you should be"
    return "too sure" if gap > 0 else "not sure enough"
