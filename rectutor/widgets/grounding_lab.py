"""Grounding lab: type a title, and see what each way to ground it takes it for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.snapped import snapped
from rectutor.widgets.grounding_state import (
    FORGIVEN,
    GAMMAS,
    LONGEST,
    Grounder,
    GroundingState,
    Space,
)
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain

__all__ = ["GroundingLab"]

_MOST = 8  # texts that stand ready


class GroundingLab(View):
    """Type a title or take one that stands ready; turn the weight of popularity."""

    knobs = ("gamma", "text")
    _esm = page_code("grounding_lab.js")
    gamma = traitlets.Float(0.0).tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    found = traitlets.Dict().tag(sync=True)  # the frame of a text that was typed

    def __init__(
        self,
        state: GroundingState,
        texts: Sequence[str] = (),
        *,
        missions: Missions | None = None,
    ) -> None:
        """Open at `state`.

        Args:
            state: where to open.
            texts: up to eight that stand ready; they work without a kernel, too.
            missions: instead of the standard ones.

        Raises:
            ValueError: there are more than eight texts.
        """
        ready = list(dict.fromkeys([state.text, *texts]))
        if len(ready) > _MOST:
            raise ValueError(f"up to {_MOST} texts can stand ready, got {len(ready)}; choose some")
        frames = {
            text: [_frame(replace(state, text=text, gamma=gamma)) for gamma in GAMMAS]
            for text in ready
        }
        page = {
            "texts": ready,
            "frames": frames,
            "gammas": list(GAMMAS),
            "longest": LONGEST,
            "noun": state.grounder.noun,
            "weighs": state.grounder.popularity is not None,
        }
        super().__init__(state, "Grounding lab", missions or _missions(state), page)
        self.observe(self._answer, ["text", "gamma"])

    @classmethod
    def of(
        cls,
        titles: Sequence[str],
        spaces: Mapping[str, Space],
        popularity: np.ndarray | None = None,
        *,
        texts: Sequence[str],
        noun: str = "film",
    ) -> GroundingLab:
        """Make a catalogue ready, and open at the first text.

        Args:
            titles: N of them.
            spaces: vectors by name; the first is weighed by popularity too.
            popularity: [N] how often each was chosen.
            texts: one to eight that stand ready.
            noun: what an item is called.

        Raises:
            ValueError: there is no text, or the parts are not for the same items.
        """
        if not texts:
            raise ValueError("the lab opens at a text, and there is none; give `texts=[...]`")
        known = {plain(name): space for name, space in spaces.items()}
        state = GroundingState(Grounder(titles, known, popularity, plain(noun)), texts[0])
        return cls(state, texts)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _answer(self, _: Any) -> None:
        """Ground what was typed; texts that stand ready are on the page already."""
        if self.text not in self.page["frames"]:
            self.found = {"text": self.text, "gamma": self.gamma, **_frame(self.state)}

    def twin(self) -> Twin:
        """Return the nearest title and the runner-up of each way, as bars and as a table."""
        table = self.state.table()
        return Twin(snapped(table, repr(self)), table)


def _frame(state: GroundingState) -> dict[str, Any]:
    """Return what the browser draws of one state."""
    rows = [
        {
            "way": snap.way,
            "verdict": snap.verdict,
            "titles": list(snap.titles),
            "values": [float(f"{value:.3g}") for value in snap.values],
            "shares": [round(share, 3) for share in snap.shares],
        }
        for snap in state.snaps
    ]
    return {"sentence": state.sentence(), "goal": state.is_split(), "rows": rows}


def _missions(state: GroundingState) -> Missions:
    """Ask who takes a made-up title for an item, then for a text that splits them."""
    snaps, noun = state.snaps, state.grounder.noun
    n_found = sum(bool(snap.titles) for snap in snaps)
    options = ("All of them", "Some of them", "None of them")
    answer = 0 if n_found == len(snaps) else 1 if n_found else 2
    return Missions(
        Predict(
            f'How many of the {len(snaps)} ways below take "{plain(state.text)}" for a {noun}?',
            options,
            answer,
            f"{n_found} of {len(snaps)} do. A distance always has a nearest {noun}; matchers can "
            "say no, and so can a search where no word is in common.",
        ),
        Act(
            f"Find a text whose words no title has, and that edits and states take for different "
            f"{noun}s.",
            lambda s: s.is_split(),
            "Edits look at letters; states look at what the model has read. Neither asks whether "
            f"the {noun} exists.",
        ),
        Explain(
            f"A model writes a title that does not exist, and grounding makes a {noun} of it. "
            "What does the user lose, and what does the one who measures?",
            f"The user gets some {noun} that may have little to do with what the model meant. "
            "And the rate of made-up titles is 0 from then on, so it has to be measured before. "
            f"Edits within {FORGIVEN:g} of the letters pass for misspellings, sequels among them.",
        ),
    )
