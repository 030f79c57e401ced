"""Ears: what turns a seeker's words into facts, each in its own way, for `heard.Heard`.

None of them hears everything. What they do with words that they do not know differs: keywords miss
them, the careful ear leaves out what is denied in ways that it knows, the guessing ear always has
an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rectutor.agents.heard import Ear
from rectutor.data.dialogues import Done, Fact, Talker
from rectutor.data.requests import SCHEMAS
from rectutor.data.spoken import GENRES
from rectutor.lm.chat.linking import Linker, Mark
from rectutor.lm.chat.writer import CallWriter
from rectutor.lm.encoder import TextEncoder

__all__ = ["careful_ear", "deaf", "guessing_ear", "keyword_ear", "writer_ear"]

_FILTERS = {
    "Genre": "genre",
    "Theme": "theme",
    "Person": "person",
    "Country": "country",
    "Years": "years",
}
_TELLING: tuple[Done, ...] = ("opening", "answer", "comment")
_EMPTY: tuple[Done, ...] = ("refusal", "unsure", "small talk")
_N_EACH = 10
# As training and validation deny things, and as they speak of memory without meaning the theme.
_DENIED = re.compile(
    r"\b(?:not|instead of|rather than)\b[^,;.?!]*|\bthan\b[^,;.?!]*|[^,;.?!]*\?(?= no\b)"
    r"|\b(?:from|of my) memory\b|\bi did not say\b[^,;.?!]*",
    re.IGNORECASE,
)


def keyword_ear(linker: Linker) -> Ear:
    """Hear every name that is linked as a fact, whatever stands around it."""

    def ear(text: str, asked: str) -> tuple[Fact, ...]:
        return _facts(linker.link(text).marks)

    return ear


def careful_ear(linker: Linker) -> Ear:
    """Hear linked names but those behind words of denial; of an answer, what was asked about.

    Its rules were written for the training and validation wordings: what they miss in others is
    what rules cost.
    """

    def ear(text: str, asked: str) -> tuple[Fact, ...]:
        denied = [match.span() for match in _DENIED.finditer(text)]
        marks = [
            mark
            for mark in linker.link(text).marks
            if not any(first <= mark.first and mark.last <= last for first, last in denied)
        ]
        facts = _facts(marks)
        return tuple(own for own in facts if own[0] == asked) if asked else facts

    return ear


def guessing_ear(linker: Linker, encoder: TextEncoder, seed: int = 0) -> Ear:
    """Hear linked names; where there are none, the genre whose utterances lie nearest.

    It compares an utterance's vector with the mean vectors of training utterances: one for each
    genre, and one for each way to say nothing.

    Args:
        linker: finds names.
        encoder: of texts.
        seed: of the training utterances.
    """
    rng = np.random.default_rng(seed)
    talker = Talker("train", rng)
    genres = list(GENRES)
    said = [
        [talker.say(done, [("genre", own)]).text for done in _TELLING for _ in range(_N_EACH)]
        for own in genres
    ]
    empty = [[talker.say(done).text for _ in range(_N_EACH)] for done in _EMPTY]
    centres = np.stack([encoder.embed(_lowered(own)).mean(axis=0) for own in [*said, *empty]])

    def ear(text: str, asked: str) -> tuple[Fact, ...]:
        if (found := _facts(linker.link(text).marks)) or asked not in ("", "genre"):
            return found
        place = int(np.argmax(centres @ encoder.embed(_lowered([text]))[0]))
        return (("genre", genres[place]),) if place < len(genres) else ()

    return ear


def writer_ear(linker: Linker, writer: CallWriter) -> Ear:
    """Let the tiny agent write a call of `recommend`: the arguments of its calls are the facts.

    It was tuned on requests; nobody told it of answers and refusals.
    """
    tools = [own for own in SCHEMAS if own.name == "recommend"]

    def ear(text: str, asked: str) -> tuple[Fact, ...]:
        linked = linker.link(text)
        if not _facts(linked.marks):
            return ()
        (calls,) = writer.calls([linked], tools)
        said = [(str(key), str(value)) for own in calls for key, value in own.arguments.items()]
        return tuple(dict.fromkeys(said))

    return ear


def deaf(text: str, asked: str) -> tuple[Fact, ...]:
    """Hear nothing: the other control."""
    return ()


def _facts(marks: Sequence[Mark]) -> tuple[Fact, ...]:
    """Read marks as facts, each once; films and quoted words are none."""
    facts = [(_FILTERS[mark.kind], mark.value) for mark in marks if mark.kind in _FILTERS]
    return tuple(dict.fromkeys(facts))


def _lowered(texts: Sequence[str]) -> list[str]:
    return [text.lower() for text in texts]
