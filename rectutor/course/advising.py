"""A talk that the learner leads: one act a round, and what is left after it.

The state is the plan alone. The talk is replayed from it, since a seeker of the same seed answers
the same acts alike; so a round can be taken back. Each act is one button.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape

import ipywidgets
import numpy as np
from IPython.display import display

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Talk, converse
from rectutor.agents.macrs import MACRS
from rectutor.agents.plain_advisors import ByHand, candidates_left
from rectutor.agents.seekers import FIELDS, FilmSeeker

__all__ = ["Leading", "Led", "advise"]

_ACTS = {**{name: f"Ask: {name}" for name in FIELDS}, "recommend": "Recommend five"}
_ROUNDS = 8
_SHOWN = 5  # films, as many as a recommendation has


@dataclass(frozen=True)
class Led:
    """A talk, by what the advisor has done so far.

    Attributes:
        catalogue: of the items.
        scores: [N + 1], how much the seeker is expected to like each item.
        film: what the seeker looks for, an item index.
        seed: of the seeker.
        plan: one word a round: "recommend", or the field that is asked about.
    """

    catalogue: Catalogue
    scores: np.ndarray = field(repr=False)
    film: int
    seed: int
    plan: tuple[str, ...] = ()

    @cached_property
    def talk(self) -> Talk:
        """The talk so far."""
        seeker = FilmSeeker(self.catalogue, self.film, np.random.default_rng(self.seed))
        by_hand = ByHand(self.catalogue, self.scores, self.plan)
        return converse(by_hand, seeker, n_rounds=len(self.plan))

    @cached_property
    def left(self) -> list[int]:
        """How many films fit: after the opening, and after each round."""
        return candidates_left(self.talk, MACRS(self.catalogue, self.scores))

    @property
    def is_over(self) -> bool:
        """Say whether the film is found or the rounds are over."""
        return self.talk.found or len(self.plan) == _ROUNDS

    def then(self, act: str) -> Led:
        """Do one more act.

        Args:
            act: "recommend", or a field to ask about.

        Raises:
            ValueError: the talk is over.
        """
        if self.is_over:
            raise ValueError(f"the talk is over after {len(self.plan)} rounds; take one back first")
        return replace(self, plan=(*self.plan, act))

    def back(self) -> Led:
        """Take the last round back; the opening stays."""
        return replace(self, plan=self.plan[:-1])

    def sentence(self) -> str:
        """Say how the talk stands."""
        n = len(self.plan)
        if self.talk.found:
            return f"Found in round {n}: {self.catalogue.name(self.film)}."
        if self.is_over:
            return f"{n} rounds are over. It was {self.catalogue.name(self.film)}."
        fit = "1 film fits" if self.left[-1] == 1 else f"{self.left[-1]:,} films fit"
        return f"Round {n + 1} of {_ROUNDS}: what do you do? {fit}."

    def lines(self) -> list[str]:
        """Write one line for the opening and each round, with what is left after it."""
        said = [self.talk.opening.text]
        said += [f"{own.act.text} — {own.said.text}" for own in self.talk.rounds]
        return [f"{text} ({left:,} left)" for text, left in zip(said, self.left, strict=True)]

    def best(self) -> list[str]:
        """Name the best films that fit, those that a recommendation would name."""
        reader = MACRS(self.catalogue, self.scores)
        fitting = reader.profile(self.talk.opening, self.talk.rounds).candidates
        return [self.catalogue.name(item) for item in fitting[:_SHOWN]]


class Leading:
    """The buttons with which a talk is led.

    Buttons, since JupyterLab takes the arrow keys that a choice of radio buttons would need.

    Attributes:
        led: the talk as it stands.
        acts: a button for each act, by its word in a plan.
        back: takes the last round back.
        said: what is shown of the talk.
        box: what is displayed.
    """

    def __init__(self, led: Led) -> None:
        self.led = led
        self.acts = {word: ipywidgets.Button(description=label) for word, label in _ACTS.items()}
        for word, button in self.acts.items():
            button.on_click(lambda _, word=word: self._show(self.led.then(word)))
        self.back = ipywidgets.Button(description="Take back", tooltip="Take the last round back")
        self.back.on_click(lambda _: self._show(self.led.back()))
        self.said = ipywidgets.HTML()
        buttons = ipywidgets.HBox([*self.acts.values(), self.back], layout={"flex_flow": "wrap"})
        self.box = ipywidgets.VBox([buttons, self.said])
        self._show(led)

    def _show(self, led: Led) -> None:
        """Draw a talk; titles are written as text."""
        self.led = led
        for button in self.acts.values():
            button.disabled = led.is_over
        self.back.disabled = not led.plan
        rounds = "".join(f"<li>{escape(line)}</li>" for line in led.lines())
        best = "" if led.is_over else f"<p>Best of these: {escape('; '.join(led.best()))}.</p>"
        status = f"<p role='status'><b>{escape(led.sentence())}</b></p>"
        self.said.value = f"{status}{best}<ol start='0'>{rounds}</ol>"

    def text(self) -> str:
        """Write the talk without controls."""
        return "\n".join([*self.led.lines(), self.led.sentence()])


def advise(catalogue: Catalogue, scores: np.ndarray, film: int, seed: int) -> None:
    """Show the controls for one talk; without widgets its text says how it begins.

    Args:
        catalogue: of the items.
        scores: [N + 1], how much the seeker is expected to like each item.
        film: what the seeker looks for, an item index.
        seed: of the seeker.
    """
    leading = Leading(Led(catalogue, scores, film, seed))
    bundle = leading.box._repr_mimebundle_() or {}
    display({**bundle, "text/plain": leading.text()}, raw=True)
