"""Decode titles by hand: whose list, how much the helper counts, and whether length divides.

Everything that is shown is worked out by `DecoderState.rows`, once for each setting of the knobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin, figure
from rectutor.charts.palette import BLUE, GREY
from rectutor.decoding.title_scores import ghost_tokens, mixed, title_scores
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain

if TYPE_CHECKING:
    from rectutor.analysis.decoding_matters import Tables

__all__ = ["DecoderState", "TitleDecoder"]

_LISTED = 10
_WEIGHTS = tuple(n / 10 for n in range(11))


@dataclass(frozen=True, eq=False)
class DecoderState:
    """Whose list is shown, and how it is decoded."""

    tables: Tables  # of B people
    titles: tuple[str, ...]  # N + 1, by item index
    targets: tuple[int, ...]  # B items that were truly next
    person: int = 1  # 1..B
    alpha: float = 1.0  # weight of the decoder, 0 to 1 in steps of 0.1
    is_divided: bool = False  # by the length of the title

    def __post_init__(self) -> None:
        if not 1 <= self.person <= len(self.targets):
            raise ValueError(
                f"person must be 1..{len(self.targets)}, a row of the tables, got {self.person}"
            )
        if self.alpha not in _WEIGHTS:
            raise ValueError(f"alpha must be one of 0, 0.1, ... 1, got {self.alpha}")

    @property
    def target(self) -> str:
        """Return the title that was truly next."""
        return self.titles[self.targets[self.person - 1]]

    def rows(self) -> pd.DataFrame:
        """List the ten best unseen titles.

        Returns:
            place, title, tokens, ghosts (tokens to which the decoder gives more than .99), and
            log p of the title, by the decoder and by the helper, as texts with one digit.
        """
        one = slice(self.person - 1, self.person)
        log_p, helper = self.tables.log_p[one], self.tables.helper[one]
        lengths = self.tables.lengths
        scores = title_scores(mixed(log_p, helper, self.alpha), lengths, float(self.is_divided))[0]
        scores[self.tables.history[self.person - 1]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:_LISTED]
        best = best[scores[best] > -np.inf]
        ghosts = ghost_tokens(log_p, lengths)[0].sum(axis=1)
        return pd.DataFrame(
            {
                "place": np.arange(1, len(best) + 1),
                "title": [self.titles[item] for item in best],
                "tokens": lengths[best - 1],
                "ghosts": ghosts[best - 1],
                "decoder": [f"{value:.1f}" for value in log_p[0].sum(axis=1)[best - 1]],
                "helper": [f"{value:.1f}" for value in helper[0].sum(axis=1)[best - 1]],
            }
        )

    def sentence(self) -> str:
        """Say how the list was made, and what is in it."""
        return self.said(self.rows())

    def said(self, rows: pd.DataFrame) -> str:
        """Say the sentence of rows that are known already."""
        how = "divided by length" if self.is_divided else "not divided"
        place = rows["place"][rows["title"] == self.target].tolist()
        found = f"at place {place[0]}" if place else "not among them"
        return (
            f"Person {self.person}, weight {self.alpha:.1f} on the decoder and "
            f"{1 - self.alpha:.1f} on the helper, {how}: {len(rows)} titles with "
            f"{rows['tokens'].mean():.1f} tokens on average; what was truly next, {self.target}, "
            f"is {found}."
        )


class TitleDecoder(View):
    """Turn weight and division, and watch ten titles change."""

    knobs = ("person", "alpha", "is_divided")
    _esm = page_code("title_decoder.js")
    person = traitlets.Int(1).tag(sync=True)
    alpha = traitlets.Float(1.0).tag(sync=True)
    is_divided = traitlets.Bool(False).tag(sync=True)

    def __init__(self, tables: Tables, titles: Sequence[str], targets: np.ndarray) -> None:
        """Open at the first person, decoded by sums without a helper.

        Args:
            tables: of B people, from `analysis.decoding_matters.tables_of`.
            titles: N + 1, by item index.
            targets: [B] the item that was truly next; it is marked.
        """
        state = DecoderState(tables, tuple(map(plain, titles)), tuple(map(int, targets)))
        missions = _missions(state)
        people = range(1, len(state.targets) + 1)
        page = {
            "weights": list(_WEIGHTS),
            "targets": [state.titles[item] for item in state.targets],
            "frames": [
                [
                    [_frame(replace(state, person=n, alpha=w, is_divided=d)) for w in _WEIGHTS]
                    for d in (False, True)
                ]
                for n in people
            ],
        }
        super().__init__(state, "Title decoder", missions, page)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the listed titles with their tokens, ghosts apart, and the table."""
        state: DecoderState = self.state
        rows = state.rows()
        kinds = ["other tokens", "ghosts"]
        counts = rows[["place", "title", "ghosts"]]
        counts = counts.assign(**{kinds[0]: rows["tokens"] - rows["ghosts"]})
        long = counts.melt(["place", "title"], kinds, "kind", "tokens")
        order = list(rows["title"])
        chart = (
            alt.Chart(long)
            .mark_bar(height=14)
            .encode(
                y=alt.Y("title:N", sort=order, title=None, axis=alt.Axis(labelLimit=320)),
                x=alt.X("tokens:Q", title="tokens of the title, its end among them"),
                color=alt.Color(
                    "kind:N",
                    title=None,
                    scale=alt.Scale(domain=kinds, range=[BLUE, GREY]),
                ),
                order=alt.Order("kind:N", sort="descending"),
            )
            .properties(width=360, height=20 * len(rows), title=f"List of person {state.person}")
        )
        mark = ["truly next" if title == state.target else "" for title in order]
        return Twin(figure(chart, state.said(rows), long), rows.assign(next=mark))


def _frame(state: DecoderState) -> dict[str, Any]:
    rows = state.rows()
    return {
        "sentence": state.said(rows),
        "goal": state.alpha == 0,
        "rows": rows.drop(columns="place").to_numpy().tolist(),
    }


def _missions(state: DecoderState) -> Missions:
    """Ask what division does to the list, and whether the helper escapes it."""
    plainly, divided = (replace(state, is_divided=d).rows()["tokens"].mean() for d in (False, True))
    answer = 0 if divided > plainly else 1 if divided < plainly else 2
    return Missions(
        Predict(
            f"Titles of this list have {plainly:.1f} tokens on average. Now sums are divided by "
            "length. What becomes of the list?",
            ("Its titles are longer", "Its titles are shorter", "They are as long as before"),
            answer,
            f"Divided, they have {divided:.1f} tokens on average: a token that is nearly certain "
            "costs a sum nothing, and lifts a mean. Try it.",
        ),
        Act(
            "Leave the decoder out: all weight on the helper.",
            lambda s: s.alpha == 0,
            "A list of films by number alone; titles only carry it.",
        ),
        Explain(
            "Divide by length while all weight is on the helper, which has never read a title. "
            "Why are the listed titles long nevertheless?",
            "Once a title is begun, few films are left, often one: the helper's share is 1, a "
            "ghost of its own. What is divided by its length is lifted, whoever speaks.",
        ),
    )
