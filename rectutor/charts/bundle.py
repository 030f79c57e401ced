"""What a chart function returns: one figure that shows itself wherever the notebook is read.

JupyterLab takes the interactive form, GitHub and static HTML take the picture, a screen reader
and nbval take the sentence. No form needs the network or a browser.
"""

from __future__ import annotations

import base64
import html
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
import vl_convert

from rectutor.charts.png import with_palette
from rectutor.charts.theme import ALTAIR, short
from rectutor.files import write_atomically

__all__ = ["Figure", "Twin", "figure", "needs"]

VEGALITE = "application/vnd.vegalite.v5+json"  # JupyterLab 4 draws version 5
PLOTLY = "application/vnd.plotly.v1+json"
_VERSION = "5.20"


@dataclass(frozen=True, repr=False)
class Figure:
    """A drawn chart with its picture, its sentence and its numbers."""

    spec: dict[str, Any]  # Vega-Lite 5, also the source of the picture
    alt: str  # one sentence that says what is to be seen
    table: pd.DataFrame  # the numbers drawn, rounded
    plotly: dict[str, Any] | None = field(default=None)  # the interactive form, if not Vega-Lite

    @cached_property
    def png(self) -> bytes:
        """The picture, at `_scale` times the screen's resolution, with a palette."""
        drawn = vl_convert.vegalite_to_png(self.spec, vl_version=_VERSION, scale=self._scale)
        return with_palette(drawn)

    @property
    def _scale(self) -> int:
        """Sharp, but plain behind Plotly: its renderer shows the picture until it is hovered."""
        return 2 if self.plotly is None else 1

    @property
    def metadata(self) -> dict[str, Any]:
        """How wide the picture is shown, and that Vega's menu stays away."""
        (width,) = struct.unpack(">I", self.png[16:20])  # the first field of a PNG's header
        return {
            "image/png": {"width": width // self._scale},
            VEGALITE: {"embed_options": {"actions": False, "renderer": "svg"}},
        }

    def save(self, path: Path | str) -> None:
        """Write the picture to `path`, which should end in `.png`."""
        with write_atomically(path) as draft:
            draft.write_bytes(self.png)

    def html(self) -> str:
        """Return a `<figure>` that carries the picture in itself, for a page without network."""
        data = base64.b64encode(self.png).decode()
        words = html.escape(self.alt)
        width = self.metadata["image/png"]["width"]
        return (
            f'<figure><img alt="{words}" width="{width}" '
            'style="max-width:100%;height:auto" '
            f'src="data:image/png;base64,{data}"><figcaption>{words}</figcaption></figure>'
        )

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        interactive = {VEGALITE: self.spec} if self.plotly is None else {PLOTLY: self.plotly}
        data = {**interactive, "image/png": self.png, "text/plain": self.alt}
        return data, self.metadata


class Twin(NamedTuple):
    """A view that stands still: what a page without a kernel can show of it."""

    figure: Figure
    table: pd.DataFrame

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.figure, self.table)


def figure(
    chart: alt.TopLevelMixin,
    words: str,
    table: pd.DataFrame,
    plotly: dict[str, Any] | None = None,
) -> Figure:
    """Dress a chart in the theme and bundle it.

    Args:
        chart: any Altair chart.
        words: the sentence for those who cannot see it.
        table: the numbers drawn; floats are rounded to three significant digits.
        plotly: the figure as a Plotly dict, where that is the interactive form.
    """
    spec = chart.to_dict()
    spec["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json"
    spec["config"] = ALTAIR
    spec["description"] = words
    return Figure(spec, words, table.map(_rounded).reset_index(drop=True), plotly)


def needs(frame: pd.DataFrame, columns: list[str], chart: str) -> pd.DataFrame:
    """Return `columns` of `frame` with floats rounded, or say which are missing.

    Raises:
        ValueError: a column is missing or there is no row to draw.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(
            f"{chart} needs the columns {columns}; missing: {missing}. The table has "
            f"{list(frame.columns)}; rename them or see the docstring of charts.{chart}"
        )
    if frame.empty:
        raise ValueError(f"{chart} needs one row or more, got an empty table; check the filter")
    return frame[columns].map(_rounded).reset_index(drop=True)


def _rounded(value: Any) -> Any:
    return short(value, 4) if isinstance(value, float) else value
