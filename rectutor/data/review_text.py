"""Turning a rating and its aspects into a few sentences, by patterns with slots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from rectutor.data.phrases import Medium, genre_noun, genre_nouns, topic_of, with_article
from rectutor.data.review_frames import OPENINGS, VERDICTS
from rectutor.data.review_patterns import CONCESSIONS, MIXED, PAIRS, REASONS

__all__ = ["DECIDES", "Aspect", "pick", "review_text"]

T = TypeVar("T")
_LONGEST = 40  # words of a review
# The polarities that agree with a tone.
DECIDES = {"great": "+", "good": "+", "mixed": "+-", "weak": "-", "bad": "-"}


class Aspect(NamedTuple):
    """One thing a review speaks of, and how strongly the person's taste speaks for it.

    Example:
        >>> str(Aspect("theme", "heist", 90)), str(Aspect("era", "1990s", -4))
        ('theme:heist:+', 'era:1990s:-')
    """

    kind: str  # genre, theme, era or director (author)
    value: str
    strength: int  # below 0 for a dislike, never 0

    @property
    def polarity(self) -> str:
        """Return "+" for a liking and "-" for a dislike."""
        return "+" if self.strength > 0 else "-"

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}:{self.polarity}"


def pick(options: Sequence[T], numbers: Iterator[int]) -> T:
    """Use up one drawn number to choose among options."""
    return options[next(numbers) % len(options)]


def review_text(
    title: str, aspects: list[Aspect], tone: str, medium: Medium, numbers: Iterator[int]
) -> tuple[str, list[Aspect]]:
    """Write a review.

    Args:
        title: of the item.
        aspects: two or three, those that decide the tone first.
        tone: a key of `DECIDES`.
        medium: films or books.
        numbers: drawn whole numbers, each decides one thing; 24 are enough.

    Returns:
        The text of at most 40 words, and the aspects in it: the third is left out where it
        would make the text too long. (Two long concessions can take some words more.)
    """
    slots = {"title": title, **medium._asdict()}
    body = _body(aspects, tone, slots, numbers)
    opening = _sentence(pick(OPENINGS[tone], numbers), slots)
    verdict = _sentence(pick(VERDICTS[tone], numbers), slots)
    shortest = _sentence(min(VERDICTS[tone], key=len), slots)
    layouts = ([opening, *body, verdict], [*body, verdict], [verdict, *body])
    layout = pick((layouts[0], *layouts), numbers)
    for sentences in (layout, [*body, verdict], [*body, shortest]):
        text = " ".join(sentences)
        if len(text.split()) <= _LONGEST:
            return text, aspects
    if len(aspects) == 2:  # two long concessions
        return text, aspects
    return review_text(title, aspects[:-1], tone, medium, numbers)


def _body(
    aspects: list[Aspect], tone: str, slots: dict[str, str], numbers: Iterator[int]
) -> list[str]:
    """Write the sentences about the aspects; no pattern is used twice."""
    used: list[str] = []

    def clause(patterns: dict[tuple[str, str], tuple[str, ...]], aspect: Aspect) -> str:
        own = patterns["director" if _is_name(aspect) else aspect.kind, aspect.polarity]
        used.append(pick([pattern for pattern in own if pattern not in used], numbers))
        return used[-1].format(**_slots_of(aspect, slots), **slots)

    reasons = [aspect for aspect in aspects if aspect.polarity in DECIDES[tone]]
    others = [aspect for aspect in aspects if aspect.polarity not in DECIDES[tone]]
    plus = [aspect for aspect in reasons if aspect.polarity == "+"]
    minus = [aspect for aspect in reasons if aspect.polarity == "-"]
    sentences = []
    if tone == "mixed" and plus and minus:
        sides = {"plus": clause(REASONS, plus.pop(0)), "minus": clause(REASONS, minus.pop(0))}
        sentences.append(_sentence(pick(MIXED, numbers), sides))
        reasons = [*plus, *minus]
    elif tone == "mixed":
        reasons, others = reasons[:1], reasons[1:]
    elif len(reasons) > 1 and pick((True, False), numbers):
        first, second = (_slots_of(aspect, slots)["many"] for aspect in reasons[:2])
        words = {"many": first, "other": second}
        sentences.append(_sentence(pick(PAIRS[reasons[0].polarity], numbers), words))
        reasons = reasons[2:]
    sentences += [_closed(clause(REASONS, aspect)) for aspect in reasons]
    return sentences + [_closed(clause(CONCESSIONS, aspect)) for aspect in others]


def _is_name(aspect: Aspect) -> bool:
    return aspect.kind not in ("genre", "theme", "era")


def _slots_of(aspect: Aspect, slots: dict[str, str]) -> dict[str, str]:
    """Say an aspect in all the ways that patterns ask for."""
    medium, value = Medium(*(slots[name] for name in Medium._fields)), aspect.value
    if aspect.kind == "genre":
        one = genre_noun(value, medium)
        return {"many": genre_nouns(value, medium), "one": one, "a_one": with_article(one)}
    if aspect.kind == "theme":
        return {"many": f"{medium.films} about {topic_of(value)}", "topic": topic_of(value)}
    if aspect.kind == "era":
        is_open = value.startswith("before")
        era = f"the years {value}" if is_open else f"the {value}"
        return {"many": f"{medium.films} from {value if is_open else era}", "era": era}
    return {"many": f"{medium.films} by {value}", "name": value}


def _sentence(pattern: str, slots: dict[str, str]) -> str:
    """Fill a pattern that stands alone; a title at its beginning stays as it is written."""
    text = pattern.format(**slots)
    return _closed(text) if not pattern.startswith("{title}") else text + _stop(text)


def _closed(text: str) -> str:
    return text[0].upper() + text[1:] + _stop(text)


def _stop(text: str) -> str:
    return "" if text[-1] in ".!?" else "."
