"""Guessing game: guess a person's next film, against popularity, SASRec and the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import traitlets

from rectutor.charts.bundle import Twin, figure
from rectutor.charts.palette import MARKERS, model_style
from rectutor.widgets.rounds import Round, check_same_models, cleaned
from rectutor.widgets.view import (
    Act,
    Explain,
    Missions,
    Predict,
    View,
    model_looks,
    page_code,
    plain,
)

__all__ = ["GameState", "GuessingGame"]


@dataclass(frozen=True)
class GameState:
    """The rounds, the guesses so far, and whether the next question is open."""

    rounds: tuple[Round, ...]
    you: str = "You"
    guesses: tuple[int, ...] = ()  # one option for each round played
    asking: bool = True  # False while the last answer is on screen

    def __post_init__(self) -> None:
        if not 1 <= len(self.rounds) <= 20:
            raise ValueError(f"GuessingGame needs 1..20 rounds, got {len(self.rounds)}")
        if len(self.guesses) > len(self.rounds):
            raise ValueError(
                f"{len(self.guesses)} guesses were given for {len(self.rounds)} rounds"
            )
        for number, (one, guess) in enumerate(zip(self.rounds, self.guesses, strict=False), 1):
            if not 0 <= guess < len(one.options):
                raise ValueError(
                    f"round {number} has the options 0..{len(one.options) - 1}, got guess {guess}"
                )

    def score(self) -> dict[str, int]:
        """Count right answers so far, the player first, then each model."""
        played = list(zip(self.rounds, self.guesses, strict=False))
        right = {self.you: sum(guess == one.answer for one, guess in played)}
        for name in self.rounds[0].choices:
            right[name] = sum(one.choices[name] == one.answer for one, _ in played)
        return right

    def reveal(self) -> str:
        """Say what the person of the last round watched and who knew."""
        number = len(self.guesses)
        one, guess = self.rounds[number - 1], self.guesses[-1]
        picked = {self.you: guess, **one.choices}
        right = [name for name, option in picked.items() if option == one.answer]
        return (
            f"Round {number}: the person watched {one.options[one.answer]}; "
            f"you said {one.options[guess]}. Right: {', '.join(right) or 'nobody'}."
        )

    def sentence(self) -> str:
        """Say the last answer and the score, or which round is open."""
        n, played = len(self.rounds), len(self.guesses)
        if not played or (self.asking and played < n):
            opened = f"Round {played + 1} of {n}: what did this person watch next?"
            return f"{opened} {self.standing()}" if played else opened
        return f"{self.reveal()} {self.standing()}"

    def standing(self) -> str:
        """Say the score after the rounds played."""
        said = ", ".join(f"{name} {points}" for name, points in self.score().items())
        return f"Right after {len(self.guesses)} of {len(self.rounds)} rounds: {said}."


class GuessingGame(View):
    """Guess the next film round by round; after each guess see who was right."""

    knobs = ("guesses", "asking")
    _esm = page_code("guessing.js")
    guesses = traitlets.List(traitlets.Int()).tag(sync=True)
    asking = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self, rounds: Sequence[Round], you: str = "You", missions: Missions | None = None
    ) -> None:
        """Open at the first round.

        Args:
            rounds: 1 to 20 rounds; `draw_rounds` makes them from scores.
            you: what the player is called on the scoreboard.
            missions: instead of the standard ones.

        Raises:
            ValueError: a round has no legal answer, or its models differ from the first round's.
        """
        clean = tuple(cleaned(one, i) for i, one in enumerate(rounds, 1))
        check_same_models(clean)
        state = GameState(clean, plain(you))
        missions = missions or _missions(list(clean[0].choices))
        page = {
            "you": state.you,
            "models": list(clean[0].choices),
            "looks": model_looks(list(clean[0].choices)),
            "rounds": [_round_page(state, i, missions) for i in range(len(clean))],
        }
        super().__init__(state, "Guess the next film", missions, page)

    @property
    def state(self) -> GameState:
        """The state that the guesses now describe."""
        start = self._start
        return GameState(start.rounds, start.you, tuple(self.guesses), self.asking)

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        if proposal["trait"].name == "guesses":
            GameState(self._start.rounds, self._start.you, tuple(proposal["value"]), False)
        return proposal["value"]

    def twin(self) -> Twin:
        """Return the scoreboard, and the rounds played with everybody's choice."""
        state = self.state
        points = state.score()
        frame = pd.DataFrame({"who": list(points), "right": list(points.values())})
        styles = [model_style(name) for name in frame["who"]]
        bars = alt.Chart(frame).encode(
            y=alt.Y("who:N", sort=list(frame["who"]), title=None),
            x=alt.X(
                "right:Q", title="right answers", scale=alt.Scale(domain=[0, len(state.rounds)])
            ),
        )
        hues = alt.Scale(domain=list(frame["who"]), range=[s.colour for s in styles])
        shapes = alt.Scale(domain=list(frame["who"]), range=[MARKERS[s.marker] for s in styles])
        chart = alt.layer(
            bars.mark_bar(height=14).encode(color=alt.Color("who:N", scale=hues, legend=None)),
            bars.mark_point(filled=True, size=90, opacity=1).encode(
                color=alt.Color("who:N", scale=hues, legend=None),
                shape=alt.Shape("who:N", scale=shapes, legend=None),
            ),
        ).properties(width=460, height=30 * len(frame))
        return Twin(figure(chart, state.sentence(), frame), _table(state))


def _round_page(state: GameState, at: int, missions: Missions) -> dict[str, Any]:
    """Lay out one round: what is asked, each possible reveal, each possible score after it."""
    one = state.rounds[at]
    before = tuple(r.answer for r in state.rounds[:at])

    def played(right: int, guess: int | None) -> GameState:
        """Give a state after this round in which the player has `right` points before it."""
        wrong = [(r.answer + 1) % len(r.options) for r in state.rounds[:at]]
        guesses = (*before[:right], *wrong[right:], *([] if guess is None else [guess]))
        return GameState(state.rounds, state.you, guesses, guess is None)

    return {
        "history": list(one.history),
        "options": list(one.options),
        "answer": one.answer,
        "choices": list(one.choices.values()),
        "asked": [played(right, None).sentence() for right in range(at + 1)],
        "told": [
            [played(right, guess).sentence() for guess in range(len(one.options))]
            for right in range(at + 1)
        ],
        "points": [
            sum(r.choices[m] == r.answer for r in state.rounds[: at + 1]) for m in one.choices
        ],
        "goal": bool(missions.act.goal(played(0, one.answer))),
    }


def _table(state: GameState) -> pd.DataFrame:
    rows = []
    for number, (one, guess) in enumerate(zip(state.rounds, state.guesses, strict=False), 1):
        picked = {"answer": one.answer, state.you: guess, **one.choices}
        rows.append({"round": number, **{k: one.options[option] for k, option in picked.items()}})
    columns = ["round", "answer", state.you, *state.rounds[0].choices]
    return pd.DataFrame(rows, columns=columns)


def _missions(models: list[str]) -> Missions:
    return Missions(
        Predict(
            "Who will have the most right answers at the end?",
            ("I", *models),
            -1,
            "Keep your prediction in mind; the scoreboard will tell.",
        ),
        Act(
            "Play all the rounds.",
            lambda state: len(state.guesses) == len(state.rounds),
            "A few rounds are a small sample: a lead of one or two may be luck.",
        ),
        Explain(
            "Name a round in which a model knew better than you. What did it see that you did not?",
            "Popularity only knows what many people watch. A model of sequences has seen which "
            "films follow which. The oracle knows this person's hidden taste.",
        ),
    )
