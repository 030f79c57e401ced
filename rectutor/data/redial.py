"""ReDial: conversations in which one person recommends films to another.

Li et al., "Towards Deep Conversational Recommendations", 2018. Films are mentioned as @ and a
number; after the talk both people said of each film whether it was suggested, seen and liked. The
data are CC BY 4.0; they are not shipped, and are read from a folder.

Who began the talk looked for a film (the seeker), the other recommended. He et al., "Large Language
Models as Zero-Shot Conversational Recommenders", 2023, found that many "recommended"
films had been mentioned before by the seeker, so that naming again what was said scores well:
`Turn.is_repeat` says which they are.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Dialogue", "Mention", "Turn", "Utterance", "read_redial", "turns"]

_FILE = "valid_data.jsonl"
_MENTION = re.compile(r"@(\d+)")
_ANSWERS = {0: False, 1: True}  # 2 is "did not say"


class Utterance(NamedTuple):
    """One message."""

    by_seeker: bool
    text: str  # with films as @ and their number
    films: tuple[int, ...]  # numbers of the films in it, in their order


class Mention(NamedTuple):
    """What the seeker said afterwards about a film that was talked about; None if nothing."""

    title: str
    suggested: bool | None  # by the other person
    seen: bool | None
    liked: bool | None


class Dialogue(NamedTuple):
    """One conversation."""

    dialogue_id: str
    utterances: tuple[Utterance, ...]
    mentions: dict[int, Mention]  # by film number

    def readable(self, text: str) -> str:
        """Put titles where the film numbers stand; a number without a title stays."""

        def title(match: re.Match[str]) -> str:
            mention = self.mentions.get(int(match[1]))
            return mention.title if mention and mention.title else match[0]

        return _MENTION.sub(title, text)


class Turn(NamedTuple):
    """A moment in which films were recommended: what a recommender must foretell."""

    dialogue: Dialogue
    n_before: int  # utterances that may be known
    films: tuple[int, ...]  # numbers of the films recommended next, each once
    is_repeat: tuple[bool, ...]  # of each: it had been mentioned before

    @property
    def known(self) -> tuple[Utterance, ...]:
        """Return the conversation so far."""
        return self.dialogue.utterances[: self.n_before]


def read_redial(folder: Path | str) -> list[Dialogue]:
    """Read conversations.

    Args:
        folder: holds `valid_data.jsonl`, also packed as .gz.

    Raises:
        FileNotFoundError: the file is not there.
        ValueError: a line is no conversation; names it.
    """
    plain, packed = Path(folder) / _FILE, Path(folder) / f"{_FILE}.gz"
    if not plain.exists() and not packed.exists():
        raise FileNotFoundError(
            f"ReDial needs {plain} or {packed.name} beside it; unpack the data set there"
        )
    path, opened = (plain, open) if plain.exists() else (packed, gzip.open)
    with opened(path, "rt", encoding="utf-8") as file:
        return [_dialogue(line, number, path) for number, line in enumerate(file, start=1)]


def turns(dialogues: Sequence[Dialogue], only_suggested: bool = True) -> Iterator[Turn]:
    """Find the recommendations in conversations.

    Args:
        dialogues: from `read_redial`.
        only_suggested: count what the recommender mentions and the seeker calls a suggestion;
            otherwise all that the recommender mentions, as most papers do.
    """
    for dialogue in dialogues:
        before: set[int] = set()
        for place, utterance in enumerate(dialogue.utterances):
            films = tuple(dict.fromkeys(utterance.films))
            own = tuple(f for f in films if not only_suggested or _suggested(dialogue, f))
            if own and not utterance.by_seeker:
                yield Turn(dialogue, place, own, tuple(film in before for film in own))
            before.update(films)


def _suggested(dialogue: Dialogue, film: int) -> bool:
    """Say whether a film is one that the recommender suggested."""
    mention = dialogue.mentions.get(film)
    return mention is not None and mention.suggested is True


def _dialogue(line: str, number: int, path: Path) -> Dialogue:
    """Read one line."""
    try:
        written = json.loads(line)
        seeker = written["initiatorWorkerId"]
        utterances = tuple(
            Utterance(
                message["senderWorkerId"] == seeker,
                message["text"],
                tuple(int(film) for film in _MENTION.findall(message["text"])),
            )
            for message in written["messages"]
        )
        # an empty form is written as a list
        said = written["initiatorQuestions"] or {}
        titles = written["movieMentions"] or {}
        mentions = {
            int(film): Mention(" ".join((title or "").split()), *_form(said.get(film, {})))
            for film, title in titles.items()
        }
        return Dialogue(str(written["conversationId"]), utterances, mentions)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"line {number} of {path} must be one conversation of ReDial, and is not "
            f"({type(error).__name__}: {error}); unpack the file again"
        ) from error


def _form(answers: dict[str, Any]) -> tuple[bool | None, bool | None, bool | None]:
    """Read what the seeker said of one film."""
    suggested, seen, liked = (
        _ANSWERS.get(answers.get(name, 2)) for name in ("suggested", "seen", "liked")
    )
    return suggested, seen, liked
