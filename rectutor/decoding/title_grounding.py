"""Ground a title: letter by letter, as a reader would, or by the fewest edits.

Three rules, each more forgiving than the one before; what one accepts the next accepts too:

- **exact**: the same characters, apart from white space at the ends and doubled inside.
- **normalised**: the same words. Capitals, accents, punctuation, "&" for "and", a leading article,
  an article behind a comma ("Matrix, The") and what stands in brackets at the end (a year, another
  name) do not count. Two years must agree.
- **fuzzy**: few edits between the normalised forms, counted as a share of the longer one; years
  that disagree add half an edit.

Forgiving has a price: a rule that takes "Aliens" for a misspelt "Alien" hides that a model made it
up. `hallucination` measures the same texts by all three.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rectutor.decoding.edit_distance import edit_distances, least_edits, letters_of
from rectutor.decoding.grounding import Grounded, blocks, joined, nearest
from rectutor.prompts.titles import one_line, title_lines

__all__ = ["NormalTitle", "TitleIndex", "normal_title", "words_of"]

_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_YEAR = re.compile(r"[12]\d{3}")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´"))
_LEADING = ("the", "a", "an")  # English alone: "Die" in front of "Hard" is no article
# Behind a comma it can only be one, in any of the languages that film lists sort like that.
_BEHIND = re.compile(
    r"^(.+), (the|a|an|le|la|les|l'|un|une|der|die|das|ein|eine|el|los|las|il|lo|gli|i)$", re.I
)


class NormalTitle(NamedTuple):
    """A title without what does not tell it from others."""

    words: str  # small letters, digits and single spaces; the title itself where that is nothing
    year: str  # four digits, "" where none is given


def normal_title(title: str) -> NormalTitle:
    """Bring different ways to write one title into the same form.

    Args:
        title: any text.

    Example:
        >>> normal_title("Misérables, Les (1995)")
        NormalTitle(words='les miserables', year='1995')
        >>> normal_title("The Good, the Bad & the Ugly").words
        'good the bad and the ugly'
    """
    bare, year = one_line(title), ""
    while (found := _BRACKETS.search(bare)) and found.start() > 0:
        year = year or (found[1] if _YEAR.fullmatch(found[1]) else "")
        bare = bare[: found.start()]
    bare = _BEHIND.sub(r"\2 \1", bare)
    words = words_of(bare)
    if len(words) > 1 and words[0] in _LEADING:
        words = words[1:]
    return NormalTitle(" ".join(words) or one_line(title).casefold(), year)


def words_of(text: str) -> list[str]:
    """List the words of a text in small letters, without accents and punctuation.

    Example:
        >>> words_of("Amélie & Schindler's WALL·E")
        ['amelie', 'and', 'schindlers', 'wall', 'e']
    """
    spread = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = spread.translate(_APOSTROPHES)
    kept = "".join(c for c in kept if not "\u0300" <= c <= "\u036f")  # accents of Latin letters
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in kept).split()


class TitleIndex:
    """The titles of a catalogue, made ready for the three rules at the top of this module.

    Args:
        titles: N titles; the first belongs to item index 1.

    Raises:
        TypeError: `titles` is one string, or a member is none.
        ValueError: there is no title, or one is blank.

    Example:
        >>> index = TitleIndex(["The Matrix (1999)", "Alien (1979)", "Aliens (1986)"])
        >>> index.normalised(["Matrix, The", "alien!", "Dune"]).items.tolist()
        [[1], [2], [0]]
        >>> index.fuzzy(["The Matrx", "Alie n"], k=2).items.tolist()
        [[1, 0], [2, 0]]
    """

    def __init__(self, titles: Sequence[str]) -> None:
        lines = title_lines(titles, "titles")
        if not lines:
            raise ValueError("a catalogue needs one title or more, got 0; give the items' titles")
        normal = [normal_title(title) for title in titles]
        self._lines, self._line_of = _numbered(lines)
        self._words, self._words_of = _numbered([title.words for title in normal])
        self._years = np.array([int(title.year or 0) for title in normal])  # [N], 0 for none
        self._letters = letters_of([title.words for title in normal])

    def exact(self, texts: Sequence[str], k: int = 1) -> Grounded:
        """Find texts that are titles, letter by letter; distances are 0.

        Args:
            texts: B texts, blank ones too.
            k: how many items; titles may occur twice.
        """
        return self._each(
            texts, k, lambda text: _zero_where(self._line_of == self._lines.get(one_line(text), -1))
        )

    def normalised(self, texts: Sequence[str], k: int = 1) -> Grounded:
        """Find texts with the words of a title, where years do not disagree; distances are 0.

        Args:
            texts: B texts.
            k: how many items; without a year two films of one name are a tie.
        """

        def measure(text: str) -> np.ndarray:
            words, year = normal_title(text)
            is_same = self._words_of == self._words.get(words, -1)
            return _zero_where(is_same & ~self._is_other_year(year))

        return self._each(texts, k, measure)

    def fuzzy(self, texts: Sequence[str], k: int = 1, within: float = 0.2) -> Grounded:
        """Find the titles that the fewest edits lead to.

        Mind what it forgives: within 0.2, 7 of 100 films of this course have another film's title
        beside their own ("Alien", "Aliens"), and 2 of 100 books. If they were not in the catalogue,
        their names would pass for misspelt ones.

        Args:
            texts: B texts.
            k: how many items.
            within: edits as a share of the longer of text and title, 0 to 1; 1 takes whatever is
                nearest.

        Raises:
            ValueError: `within` is out of range.
        """
        if not 0 <= within <= 1:
            raise ValueError(f"within must be 0 to 1, a share of the letters, got {within}")

        def measure(text: str) -> np.ndarray:
            words, year = normal_title(text)
            longer = np.maximum(self._letters.lengths, len(words))
            near = np.flatnonzero(least_edits(words, self._letters) <= within * longer)
            edits = edit_distances(words, self._letters.some(near))
            edits = edits + 0.5 * self._is_other_year(year)[near]
            shares = np.full(len(longer), np.inf)
            shares[near] = np.minimum(edits / longer[near], 1.0)
            return shares

        return self._each(texts, k, measure, within)

    def _each(
        self,
        texts: Sequence[str],
        k: int,
        measure: Callable[[str], np.ndarray],
        within: float = np.inf,
    ) -> Grounded:
        """Measure text by text, each against all titles at once."""
        N = len(self._years)
        return joined(
            [
                nearest(np.array([measure(t) for t in texts[rows]]).reshape(-1, N), k, within)
                for rows in blocks(len(texts), N)
            ]
        )

    def _is_other_year(self, year: str) -> np.ndarray:
        """Tell which titles have another year, [N] bool; where none is given, none is another."""
        own = int(year or 0)
        is_other: np.ndarray = (self._years != own) & (self._years > 0) & (own > 0)
        return is_other


def _numbered(texts: list[str]) -> tuple[dict[str, int], np.ndarray]:
    """Give equal texts one number; return the number of each text, and the numbers [N]."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return numbers, np.array([numbers[text] for text in texts])


def _zero_where(is_same: np.ndarray) -> np.ndarray:
    """Return distance 0 where a title is the same, inf elsewhere."""
    return np.where(is_same, 0.0, np.inf)
