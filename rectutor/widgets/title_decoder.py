"""Decode titles by hand: whose list, how much the helper counts, and whether length divides.

A small view of native controls. Everything that it shows is worked out by `DecoderState.rows`, and
`TitleDecoder.table` gives the same to paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pandas as pd

from rectutor.decoding.title_scores import ghost_tokens, mixed, title_scores

if TYPE_CHECKING:
    from rectutor.analysis.decoding_matters import Tables

__all__ = ["DecoderState", "TitleDecoder"]

_LISTED = 10


@dataclass(frozen=True)
class DecoderState:
    """Whose list is shown, and how it is decoded."""

    person: int = 0  # row of the tables
    alpha: float = 1.0  # weight of the decoder, 0 to 1
    is_divided: bool = False  # by the length of the title

    def rows(self, tables: Tables, titles: Sequence[str]) -> pd.DataFrame:
        """List the ten best unseen titles.

        Args:
            tables: of B people.
            titles: N + 1, by item index.

        Returns:
            place, title, tokens, ghosts (tokens with a probability above .99), and log p of the
            decoder and of the helper.

        Raises:
            ValueError: there is no such person.
        """
        if not 0 <= self.person < len(tables.users):
            raise ValueError(
                f"person must be 0 to {len(tables.users) - 1}, a row of the tables, got "
                f"{self.person}"
            )
        one = slice(self.person, self.person + 1)
        log_p, helper = tables.log_p[one], tables.helper[one]
        weighed = mixed(log_p, helper, self.alpha)
        scores = title_scores(weighed, tables.lengths, float(self.is_divided))[0]
        scores[tables.history[self.person]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:_LISTED]
        best = best[scores[best] > -np.inf]
        ghosts = ghost_tokens(log_p, tables.lengths)[0].sum(axis=1)
        return pd.DataFrame(
            {
                "place": np.arange(1, len(best) + 1),
                "title": [titles[item] for item in best],
                "tokens": tables.lengths[best - 1],
                "ghosts": ghosts[best - 1],
                "decoder": log_p[0].sum(axis=1)[best - 1].round(1),
                "helper": helper[0].sum(axis=1)[best - 1].round(1),
            }
        )

    def sentence(self) -> str:
        """Say how the list was made."""
        how = "divided by length" if self.is_divided else "not divided"
        return (
            f"Person {self.person + 1}: weight {self.alpha:.1f} on the decoder, "
            f"{1 - self.alpha:.1f} on the helper, {how}."
        )


class TitleDecoder(ipywidgets.VBox):
    """Three controls and a list that follows them.

    Args:
        tables: of B people, from `analysis.decoding_matters.tables_of`.
        titles: N + 1, by item index.
        targets: [B] the item that was truly next; it is marked.

    Attributes:
        person, alpha, is_divided: the controls.
        state: what is shown.
    """

    def __init__(self, tables: Tables, titles: Sequence[str], targets: np.ndarray) -> None:
        self.tables, self.titles, self.targets = tables, list(titles), targets
        self.state = DecoderState()
        style, wide = {"description_width": "14em"}, {"width": "34em"}
        self.person = ipywidgets.IntSlider(
            1, 1, len(tables.users), description="Person", style=style, layout=wide
        )
        self.alpha = ipywidgets.FloatSlider(
            1.0, min=0.0, max=1.0, step=0.1, description="Weight of the decoder",
            readout_format=".1f", style=style, layout=wide,
        )  # fmt: skip
        self.is_divided = ipywidgets.Checkbox(False, description="Divide by length", style=style)
        self.shown = ipywidgets.HTML()  # raw, so all text in it is escaped
        for control in (self.person, self.alpha, self.is_divided):
            control.observe(self._changed, "value")
        self._draw()
        super().__init__([self.person, self.alpha, self.is_divided, self.shown])

    def table(self) -> pd.DataFrame:
        """Return what is shown, the film that was truly next marked."""
        rows = self.state.rows(self.tables, self.titles)
        truth = self.titles[int(self.targets[self.state.person])]
        return rows.assign(next=["truly next" if one == truth else "" for one in rows["title"]])

    def _changed(self, _: Any) -> None:
        self.state = replace(
            self.state,
            person=self.person.value - 1,
            alpha=round(self.alpha.value, 1),
            is_divided=self.is_divided.value,
        )
        self._draw()

    def _draw(self) -> None:
        table = self.table()
        head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in table.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
            for row in table.itertuples(index=False)
        )
        said = f"<p role='status'>{escape(self.state.sentence())}</p>"
        self.shown.value = f"{said}<table><tr>{head}</tr>{body}</table>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the controls, or where there is no kernel the sentence and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = f"{self.state.sentence()}\n{self.table().to_string(index=False)}"
        return bundle
