"""What is said when somebody looks for a film, with its meaning: a grammar of dialogues.

An utterance does one thing (`Done`) and says some facts: pairs of a filter and a value, such as
("genre", "Comedy") or ("years", "1990-1999"). What is meant is kept beside what is said. Wordings
of train, validation and test are disjoint (`dialogue_wordings`), and so are the films looked for
and the people named in `dialogues`. Nobody said these sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from rectutor.data.dialogue_wordings import TEST, TRAIN, VALIDATION
from rectutor.data.requests import Part, names_of
from rectutor.data.spoken import COUNTRIES, DECADES, theme_words

__all__ = ["Dialogue", "Done", "Fact", "Talker", "Utterance", "dialogues", "facts_of", "title_in",
           "title_pattern"]  # fmt: skip

Fact: TypeAlias = tuple[str, str]
Done: TypeAlias = Literal[
    "opening", "answer", "comment", "contrast", "refusal", "unsure", "found", "small talk",
    "ask", "recommend", "chat",
]  # fmt: skip
_VOICES = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_ASKED = ("genre", "theme", "person", "country", "years")
_OWN_WORD = ("between ", "from ", "before ", "after ", "since ")
_SORTS = ("facts", "denied facts")
_N_ROUNDS = 6


class Utterance(NamedTuple):
    """What one of two says, and what is meant."""

    text: str
    done: Done
    facts: tuple[Fact, ...] = ()  # that the film has
    denied: tuple[Fact, ...] = ()  # that it has not
    field: str = ""  # of an ask
    films: tuple[int, ...] = ()  # row numbers, of a recommendation
    wordings: tuple[str, ...] = ()  # every frame and part that it is made of


class Dialogue(NamedTuple):
    """A whole talk: the seeker opens, then advisor and seeker take turns."""

    target: int  # row number of the film looked for
    turns: tuple[Utterance, ...]


class Talker:
    """Puts meanings into words.

    Args:
        part: of the data, whose wordings are used.
        rng: decides how things are said.
        title: of a film that is never named; a wording that holds it is drawn anew.
    """

    def __init__(self, part: Part, rng: np.random.Generator, title: str = "") -> None:
        self.voice, self.rng, self.title = _VOICES[part], rng, title

    def say(self, done: Done, facts: Sequence[Fact] = (), denied: Sequence[Fact] = ()) -> Utterance:
        """Say something as the seeker, or chat as the advisor.

        Args:
            done: what the utterance does; openings, answers, comments and contrasts need facts.
            facts: that the film has, at most one of each filter.
            denied: that it has not; needed for a contrast and for nothing else.

        Raises:
            ValueError: facts or denied facts are missing, or too many, for what is done; or every
                wording holds the title.
        """
        needs = (done in ("opening", "answer", "comment", "contrast"), done == "contrast")
        if (bool(facts), bool(denied)) != needs:
            wanted = [f"{'some' if n else 'no'} {w}" for n, w in zip(needs, _SORTS, strict=True)]
            raise ValueError(
                f"{done!r} takes {' and '.join(wanted)}, got {len(facts)} and {len(denied)}"
            )
        for _ in range(50):
            frame = self._one(self.voice.says[done])
            film, used = self.described(facts) if facts else ("", ())
            other, more = self.described(denied) if denied else ("", ())
            opener = self._one(self.voice.openers) if done == "opening" else ""
            text = opener + frame.replace("{film}", film).replace("{other}", other)
            text = self._finished(text)
            if not self.title or not title_in(self.title, text):
                words = tuple(own for own in (frame, opener, *used, *more) if own)
                return Utterance(text, done, tuple(facts), tuple(denied), wordings=words)
        raise ValueError(
            f"every wording of {tuple(facts)} holds the title {self.title!r}; leave that fact out"
        )

    def ask(self, field: str) -> Utterance:
        """Ask about a field, as the advisor."""
        frame = self._one(self.voice.asks[field])
        return Utterance(self._finished(frame), "ask", field=field, wordings=(frame,))

    def recommend(self, films: Mapping[int, str]) -> Utterance:
        """Recommend films, as the advisor.

        Args:
            films: number -> name as it is said, best first.
        """
        frame = self._one(self.voice.says["recommend"])
        text = self._finished(frame.replace("{names}", ", ".join(films.values())))
        return Utterance(text, "recommend", films=tuple(films), wordings=(frame,))

    def described(self, facts: Sequence[Fact]) -> tuple[str, tuple[str, ...]]:
        """Describe one film by facts; returns what is said and the wordings in it."""
        noun = self._one(self.voice.nouns)
        before, behind, used = list[str](), list[str](), [noun]
        for field, value in facts:
            if field == "genre":
                adjective = self._one(self.voice.genres[value])
                before += [adjective] * (adjective != "film noir")
                noun = adjective if adjective == "film noir" else noun
                continue
            said = value
            if field == "country":
                said, adjective = COUNTRIES.get(value, (value, ""))
                if adjective and self.rng.random() < 0.4:
                    before.insert(0, adjective)
                    continue
            said = theme_words(value) if field == "theme" else said
            said = value.removeprefix("The ") if field == "series" else said
            said = self._years(value) if field == "years" else said
            part = self._one(self.voice.parts[field])
            brings_word = field == "years" and said.startswith(_OWN_WORD)
            behind.append(said if brings_word else part.replace(f"{{{field}}}", said))
            used += [part] * (not brings_word)
        phrase = " ".join([*before, noun, *behind])
        return f"{'an' if phrase[0] in 'aeiouAEIO' else 'a'} {phrase}", tuple(used)

    def _years(self, value: str) -> str:
        """Say a range of years, a decade in one of its ways."""
        first, is_range, last = value.partition("-")
        if not is_range:
            return first
        if not first or not last:
            return f"since {first}" if first else f"before {int(last) + 1}"
        decade = int(first)
        if decade % 10 or int(last) != decade + 9:
            return f"from {first} to {last}"
        name = next((name for name, start in DECADES.items() if start == decade), f"{first}s")
        words = {"first": first, "last": last, "name": name, "short": first[2:]}
        return self._one(self.voice.decades).format(**words)

    def _finished(self, text: str) -> str:
        """End a sentence; half of them begin with a capital."""
        text = text if text.endswith("?") else text + self._one((".", ""))
        return text[0].upper() + text[1:] if self.rng.random() < 0.5 else text

    def _one(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))]


def title_pattern(title: str) -> re.Pattern[str]:
    """Return a pattern that finds a title in running text.

    Titles of four letters or fewer ("Her", "It") must be written as they are, since such words
    stand in any text.
    """
    flags = re.IGNORECASE if len(title) > 4 else re.NOFLAG
    return re.compile(rf"(?<!\w){re.escape(title)}(?!\w)", flags)


def title_in(title: str, text: str) -> bool:
    """Tell whether a text names a film (see `title_pattern`)."""
    return title_pattern(title).search(text) is not None


def facts_of(film: Mapping[Any, Any]) -> list[Fact]:
    """List what can be said of a film; of its year the decade.

    Args:
        film: a row of `data.worlds.load("films").items`.
    """
    people = dict.fromkeys((*film["directors"], *film["leads"]))
    decade = 10 * (int(film["year"]) // 10)
    return [
        *(("genre", own) for own in film["genres"]),
        *(("theme", own) for own in film["themes"]),
        *(("person", own) for own in people),
        ("country", film["country"]),
        ("years", f"{decade}-{decade + 9}"),
    ]


def dialogues(items: pd.DataFrame, part: Part, n: int, seed: int = 0) -> list[Dialogue]:
    """Draw dialogues about films of a part of the data, in its wordings.

    Args:
        items: films as `data.worlds.load("films").items` has them.
        part: whose films, people and wordings are used.
        n: how many.
        seed: the same gives the same dialogues.

    Example:
        >>> from rectutor.data.worlds import load
        >>> (one,) = dialogues(load("films").items, "test", 1)
        >>> one.turns[0].done, one.turns[1].done in ("ask", "recommend", "chat")
        ('opening', True)
    """
    films = items.to_dict("records")
    rows, people = names_of(items, part)
    rng = np.random.default_rng([seed, list(_VOICES).index(part)])
    return [_drawn(films, rows, people, part, rng) for _ in range(n)]


def _drawn(
    films: Sequence[Mapping[Any, Any]],
    rows: Sequence[int],
    people: set[str],
    part: Part,
    rng: np.random.Generator,
) -> Dialogue:
    """Draw one dialogue: asks and recommendations by lot, until the film is named."""
    target = rows[int(rng.integers(len(rows)))]
    title = str(films[target]["title"])
    known = [
        own
        for own in facts_of(films[target])
        if not title_in(title, theme_words(own[1])) and (own[0] != "person" or own[1] in people)
    ]
    talker = Talker(part, rng, title)
    new = [known[place] for place in rng.permutation(len(known))]
    turns, fields = [talker.say("opening", [new.pop()])], list(rng.permutation(_ASKED))
    for _ in range(_N_ROUNDS):
        luck = rng.random()
        if luck < 0.1:
            turns += [talker.say("chat"), talker.say("small talk")]
        elif luck < 0.55 and fields:
            field = str(fields.pop())
            fitting = [own for own in new if own[0] == field]
            answer = fitting[:1] if rng.random() < 0.8 else []
            new = [own for own in new if own not in answer]
            said = talker.say("answer", answer) if answer else talker.say("unsure")
            turns += [talker.ask(field), said]
        else:
            turns += _recommended(films, target, rows, new, talker)
            if turns[-1].done == "found":
                break
    return Dialogue(target, tuple(turns))


def _recommended(
    films: Sequence[Mapping[Any, Any]],
    target: int,
    rows: Sequence[int],
    new: list[Fact],
    talker: Talker,
) -> list[Utterance]:
    """Recommend three films, the right one among them or not, and answer; uses up a new fact."""
    rng = talker.rng
    listed = [int(row) for row in rng.choice([own for own in rows if own != target], 3, False)]
    listed = [own for own in listed if films[own]["title"] != films[target]["title"]]
    if is_found := bool(rng.random() < 0.3):
        listed[-1] = target
    act = talker.recommend({row: str(films[row]["title"]) for row in listed})
    if is_found:
        return [act, talker.say("found")]
    if not new or rng.random() < 0.4:
        return [act, talker.say("refusal")]
    fact = new.pop()
    lacked = [
        own
        for own in facts_of(films[listed[0]])
        if own[0] == fact[0] and own not in facts_of(films[target])
        if not title_in(talker.title, theme_words(own[1]))
    ]
    if lacked and rng.random() < 0.4:
        return [act, talker.say("contrast", [fact], lacked[:1])]
    return [act, talker.say("comment", [fact])]
