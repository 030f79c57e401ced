"""Words instead of facts: a seeker that speaks, and an advisor that must first understand.

In `dialogue` an advisor is handed what was meant. Here it gets what was said, and an **ear** turns
words into facts; the advisor acts on what was heard. An ear knows the words and what was asked, and
nothing else; `ears` has some. A fact that is missed costs a round; a fact that is heard wrongly
shuts the film out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Act, Advisor, Round, Said
from rectutor.agents.filters import filter_of
from rectutor.agents.seekers import FilmSeeker
from rectutor.data.dialogues import Done, Fact, Talker, title_in
from rectutor.data.requests import Part
from rectutor.data.spoken import theme_words

__all__ = ["Ear", "Heard", "SpokenSeeker", "worded"]

# (what was said, the field that was asked about or "") -> facts
Ear: TypeAlias = Callable[[str, str], tuple[Fact, ...]]

_P_CONTRAST = 0.4  # of comments on a list: share that also say what the film is not, where they can


class SpokenSeeker(FilmSeeker):
    """Looks for one film, and says so in words of the grammar; means what `FilmSeeker` means.

    Args:
        catalogue: of the items.
        target: the film in mind, an item index.
        rng: decides what is told; wordings are drawn from a child of it, so that the same facts
            are told at the same places whatever the wordings.
        part: of the data, whose wordings are used.
        p_unsure: share of questions answered with "I do not know".
        comments: as in `FilmSeeker`.

    Raises:
        ValueError: as in `FilmSeeker`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        target: int,
        rng: np.random.Generator,
        part: Part = "train",
        p_unsure: float = 0.2,
        comments: bool = True,
    ) -> None:
        super().__init__(catalogue, target, rng, p_unsure, comments)
        title = catalogue.titles[target]
        self.facts = [own for own in self.facts if not title_in(title, theme_words(own[1]))]
        self.talker = Talker(part, rng.spawn(1)[0], title)

    def opening(self) -> Said:
        """Say one fact in words."""
        said = super().opening()
        return self._worded(said, "opening" if said.facts else "unsure")

    def answer(self, act: Act) -> Said:
        """Answer in words."""
        said = super().answer(act)
        if said.found:
            return self._worded(said, "found")
        if act.kind == "chat":
            return self._worded(said, "small talk")
        if act.kind == "ask":
            return self._worded(said, "answer" if said.facts else "unsure")
        if not said.facts:
            return self._worded(said, "refusal")
        denied = self._denied(act.items[0], said.facts[0][0])
        if denied and self.talker.rng.random() < _P_CONTRAST:
            return self._worded(said, "contrast", denied[:1])
        return self._worded(said, "comment")

    def _worded(self, said: Said, done: Done, denied: Sequence[Fact] = ()) -> Said:
        """Put it into words, leaving what is meant as it is."""
        return said._replace(text=self.talker.say(done, said.facts, denied).text)

    def _denied(self, item: int, field: str) -> list[Fact]:
        """List what another film has of a field, and the target has not."""
        decade = 10 * (self.catalogue.years[item] // 10)
        theirs = [*self.catalogue.facts_of(item), ("years", f"{decade}-{decade + 9}")]
        return [
            own
            for own in theirs
            if own[0] == field and self.target not in self.catalogue.having(filter_of(*own))
            if not title_in(self.talker.title, theme_words(own[1]))
        ]


class Heard:
    """An advisor that gets words.

    What is refused needs no ear: as long as the talk goes on, nothing that was recommended is it.

    Args:
        advisor: who acts on what was heard.
        ear: finds facts in words. None hears what was meant: a control, no way to listen.
        voice: puts acts into words, see `worded`; None leaves the advisor's own.
    """

    def __init__(
        self, advisor: Advisor, ear: Ear | None, voice: Callable[[Act], Act] | None = None
    ) -> None:
        self.advisor, self.ear, self.voice = advisor, ear, voice
        self.name = advisor.name
        self._known: dict[tuple[str, str], tuple[Fact, ...]] = {}  # what was heard before

    def act(self, opening: Said, rounds: Sequence[Round]) -> Act:
        """Listen again to the whole talk, and let the advisor act."""
        heard = [Round(act, self.heard(said, act)) for act, said in rounds]
        act = self.advisor.act(self.heard(opening), heard)
        return self.voice(act) if self.voice else act

    def heard(self, said: Said, act: Act | None = None) -> Said:
        """Return what is left of an utterance: its words, and the facts that were heard in them.

        Args:
            said: by the seeker.
            act: that it answers; None where it opens the talk.
        """
        if self.ear is None:
            return said
        asked = act.field if act else ""
        if (said.text, asked) not in self._known:
            self._known[said.text, asked] = self.ear(said.text, asked)
        refused = act.items if act and act.kind == "recommend" else ()
        return Said(said.text, self._known[said.text, asked], refused)


def worded(catalogue: Catalogue, talker: Talker) -> Callable[[Act], Act]:
    """Return what puts an advisor's acts into words of the grammar."""

    def voice(act: Act) -> Act:
        if act.kind == "recommend" and act.items:
            names = {
                item: f"{catalogue.titles[item]} ({catalogue.years[item]})" for item in act.items
            }
            return act._replace(text=talker.recommend(names).text)
        is_known = act.kind == "ask" and act.field in talker.voice.asks
        said = talker.ask(act.field) if is_known else talker.say("chat")
        return act._replace(text=said.text)

    return voice
