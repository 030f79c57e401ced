"""Rank slider: one list, one held-out film that moves, four metrics that answer together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin, figure
from rectutor.charts.palette import BLUE
from rectutor.metrics import ranking
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    page_code,
    plain,
    say,
)

__all__ = ["RankSlider", "RankState"]

LONGEST = 20  # films in the list, and the largest k
METRICS = ("HR", "Recall", "NDCG", "MRR")


@dataclass(frozen=True)
class RankState:
    """Where the held-out film stands in one list, and how long a part of it counts."""

    titles: tuple[str, ...]  # the other films of the list, best first
    target: str  # the held-out film
    also: tuple[int, ...] = ()  # places among `titles`, from 1, of further held-out films
    rank: int = 3  # of the held-out film, 1..len(titles) + 1
    k: int = 5  # 1..20
    more: bool = False  # whether the films at `also` count as held out too

    def __post_init__(self) -> None:
        n = len(self.titles) + 1
        if n > LONGEST:
            raise ValueError(
                f"RankSlider shows at most {LONGEST} films with the held-out one, got {n}; "
                f"pass titles[:{LONGEST - 1}]"
            )
        for name, value, top in (("rank", self.rank, n), ("k", self.k, LONGEST)):
            if not 1 <= value <= top:
                raise ValueError(f"{name} must be 1..{top}, got {value}")
        outside = [place for place in self.also if not 1 <= place < n]
        if outside:
            raise ValueError(
                f"also must hold places among the {n - 1} other films, 1..{n - 1}, got {outside[0]}"
            )

    @property
    def ranks(self) -> list[int]:
        """Ranks of all held-out films, the movable one first; it pushes those below it down."""
        others = [place + (place >= self.rank) for place in dict.fromkeys(self.also)]
        return [self.rank, *(others if self.more else [])]

    def metrics(self) -> dict[str, float]:
        """Return HR, Recall, NDCG and MRR at k, each 0..1."""
        ranks = np.array([self.ranks])
        functions = (
            ranking.hit_rate_per_user,
            ranking.recall_per_user,
            ranking.ndcg_per_user,
            ranking.mrr_per_user,
        )
        return {
            name: float(function(ranks, self.k)[0])
            for name, function in zip(METRICS, functions, strict=True)
        }

    def sentence(self) -> str:
        """Say where the film stands and what each metric answers."""
        n = len(self.titles) + 1
        values = ", ".join(f"{m}@{self.k} {say(v)}" for m, v in self.metrics().items())
        others = f", with {len(self.ranks) - 1} more held out" if self.more else ""
        beyond = f" The list ends at {n}, before k = {self.k}." if self.k > n else ""
        return f"{self.target} stands at rank {self.rank} of {n}{others}: {values}.{beyond}"

    def in_order(self) -> list[str]:
        """List the films as they stand, the held-out one at its rank."""
        films = list(self.titles)
        films.insert(self.rank - 1, self.target)
        return films


class RankSlider(View):
    """Move the held-out film through one list and watch four metrics answer."""

    knobs = ("rank", "k", "more")
    _esm = page_code("rank_slider.js")
    rank = traitlets.Int(1).tag(sync=True)
    k = traitlets.Int(5).tag(sync=True)
    more = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        titles: Sequence[str],
        target: str,
        *,
        rank: int = 3,
        k: int = 5,
        also: Sequence[int] = (),
        model: str = "SASRec (CE)",
        history: Sequence[str] = (),
        missions: Missions | None = None,
    ) -> None:
        """Open at `rank` and `k`.

        Args:
            titles: up to 19 other films of the list, best first.
            target: the held-out film.
            rank: where it stands at first, 1..len(titles) + 1.
            k: how many films count, 1..20.
            also: places among `titles`, from 1, of further held-out films, for the switch; none
                hides the switch.
            model: whose list it is.
            history: what the person chose before, oldest first; the last five are shown.
            missions: instead of the standard ones.

        Raises:
            ValueError: the list is too long, or a rank or k is outside it.
        """
        films = tuple(plain(title) for title in titles)
        state = RankState(films, plain(target), tuple(also), int(rank), int(k))
        self._model = model
        page = {
            "films": list(films),
            "target": state.target,
            "model": plain(model),
            "history": [plain(title) for title in history][-5:],
            "longest": LONGEST,
            "metrics": list(METRICS),
            "hasMore": bool(state.also),
        }
        missions = missions or _missions(state)
        super().__init__(
            state, "Rank slider", missions, {**page, "frames": _frames(state, missions)}
        )

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return the four bars at the present rank and k, and their values over all ranks."""
        state: RankState = self.state
        values = state.metrics()
        frame = pd.DataFrame(
            {"metric": [f"{m}@{state.k}" for m in values], "value": list(values.values())}
        ).round(4)
        bars = alt.Chart(frame).encode(
            y=alt.Y("metric:N", sort=list(frame["metric"]), title=None),
            x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, 1])),
        )
        chart = alt.layer(
            bars.mark_bar(color=BLUE, height=18),
            bars.mark_text(align="left", dx=6, fontSize=13).encode(
                text=alt.Text("value:Q", format=".3~g")
            ),
        ).properties(width=460, height=130, title=f"{state.target} at rank {state.rank}")
        table = pd.DataFrame(
            [
                {"rank": rank, **replace(state, rank=rank).metrics()}
                for rank in range(1, len(state.titles) + 2)
            ]
        ).round(3)
        return Twin(figure(chart, state.sentence(), frame), table)


def _frames(state: RankState, missions: Missions) -> list[list[list[dict[str, Any]]]]:
    """Compute every setting once: [more][rank - 1][k - 1]."""
    return [
        [
            [_frame(replace(state, more=more, rank=rank, k=k), missions) for k in range(1, 21)]
            for rank in range(1, len(state.titles) + 2)
        ]
        for more in ((False, True) if state.also else (False,))
    ]


def _frame(state: RankState, missions: Missions) -> dict[str, Any]:
    values = state.metrics()
    return {
        "sentence": state.sentence(),
        "goal": bool(missions.act.goal(state)),
        "values": [round(value, 4) for value in values.values()],
        "texts": [say(value) for value in values.values()],
        "held": state.ranks,
    }


def _missions(state: RankState) -> Missions:
    """Ask what moving the film to the top changes, from where it stands."""
    before, after = state.metrics(), replace(state, rank=1).metrics()
    low = max(0.2, 1 / (len(state.titles) + 1))  # as low as a hit in a short list can be
    changed = [m for m in ("HR", "NDCG", "MRR") if before[m] != after[m]]
    answer = {3: 0, 2: 1, 0: 3}[len(changed)]
    return Missions(
        Predict(
            f"The held-out film stands at rank {state.rank}. You move it to rank 1. "
            "Which bars will change?",
            ("All four", "NDCG and MRR only", "HR and Recall only", "None"),
            answer,
            f"HR@{state.k} and Recall@{state.k} only ask whether the film is among the first "
            f"{state.k}; NDCG and MRR also ask how high it stands.",
        ),
        Act(
            f"Find a rank and a k with HR at 1 and MRR at {say(low)} or less.",
            lambda s: s.metrics()["HR"] == 1 and s.metrics()["MRR"] <= low,
            "A hit is a hit for HR however low it stands; MRR is 1/rank and falls fast.",
        ),
        Explain(
            "With one held-out film, try to get NDCG above HR. Why can it never be?",
            "With one held-out film NDCG is 1/log2(1 + rank) on a hit and 0 on a miss: at most 1 "
            "where HR is 1, and 0 where HR is 0.",
        ),
    )
