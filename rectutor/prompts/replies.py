"""Find candidates again in what a language model wrote.

Hou et al., "Large Language Models are Zero-Shot Rankers for Recommender Systems", ECIR 2024,
section 2, look for the titles of the candidates in the reply. How strictly that is done decides
what counts as a failure, so here are the rules. A line names a candidate when it is the candidate,
apart from

- one list mark before it ("1.", "1)", "(1)", "-", "*"),
- quotes and asterisks anywhere, capital letters, stops and commas at its ends,
- a year in brackets at its end, which either side may lack; two years must agree.

Nothing else is forgiven: "Alien: Covenant" is not "Alien", and a remark after a title makes it
unknown. Two candidates that are alike but for the year are told apart by the year alone, so
without it the title counts as unknown. The same holds for what quotes or capitals alone tell
apart. A line that is no candidate is cut at commas and semicolons, and pieces are joined again
where a title has some itself, the longest title first.

**Departures.** Their code takes a candidate as named when its title is any part of a line, and
passes over the rest; "Aliens" would then name "Alien". Here a line must be the title, and what is
unknown or repeated is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rectutor.prompts.titles import candidate_lines, one_line

__all__ = ["ParsedRanking", "parse_ranking"]

_MARK = re.compile(r"^(?:[-–—•*+]\s|\(?\d+[.)]+(?!\d))\s*")
_YEAR = re.compile(r"\s?\(\d{4}\)$")
_CUT = re.compile("[,;]")
_DECORATION = str.maketrans("", "", "\"'`*_“”„‘’‚«»‹›")
_ENDS = " .,:;-–—•"


class ParsedRanking(NamedTuple):
    """What a reply says about C candidates."""

    order: tuple[int, ...]  # positions 0..C-1 in the order of the reply, each at most once
    n_unknown: int  # lines, or pieces of a line, that name nothing on the list
    n_repeated: int  # how often a candidate was named again
    n_missing: int  # candidates that were never named

    @property
    def is_failure(self) -> bool:
        """Tell whether the reply is of no use: it does not name a single candidate."""
        return not self.order


def parse_ranking(reply: str, candidates: Sequence[str]) -> ParsedRanking:
    r"""Find the candidates in a reply, in the order of its text, whatever its numbers say.

    The rules are those at the top of this module. A line without any candidate, such as a
    greeting, is one unknown; an empty line, a list mark alone or a rule of dashes is none.

    Args:
        reply: any text; the time grows in proportion to its length.
        candidates: C titles, as the prompt showed them.

    Raises:
        TypeError: the reply is not a string, `candidates` is one, or a title is none.
        ValueError: a title is blank, there are no candidates, or one stands there twice.

    Example:
        >>> parse_ranking("1. **Heat**\n2) alien\n3. Jaws", ["Alien (1979)", "Heat (1995)"])
        ParsedRanking(order=(1, 0), n_unknown=1, n_repeated=0, n_missing=0)
    """
    if not isinstance(reply, str):
        raise TypeError(
            f"parse_ranking needs one reply as a string, got {type(reply).__name__}; "
            "call it for each reply"
        )
    names = _Names(candidate_lines(candidates))
    found = [place for line in reply.splitlines() for place in names.in_line(one_line(line))]
    named = [place for place in found if place is not None]
    order = tuple(dict.fromkeys(named))
    n_unknown, n_repeated = len(found) - len(named), len(named) - len(order)
    return ParsedRanking(order, n_unknown, n_repeated, len(candidates) - len(order))


class _Names:
    """The forms by which candidates are known; a form that two of them share names neither."""

    def __init__(self, titles: list[str]) -> None:
        plain = [_plain(title) for title in titles]
        undated = [_undated(form) for form in plain]
        self.exact = _unique(titles)
        self.plain, self.undated = _unique(plain), _unique(undated)
        self.is_dated = [form != bare for form, bare in zip(plain, undated, strict=True)]
        self.n_cuts = max(len(_CUT.findall(title)) for title in titles)

    def in_line(self, line: str) -> list[int | None]:
        """List what a line names: positions of candidates, and None for what is unknown."""
        place = self.find(line)
        if place is not None:
            return [place]
        pieces = self._pieces(line)
        return pieces if any(piece is not None for piece in pieces) else pieces[:1]

    def find(self, text: str) -> int | None:
        """Return the candidate that the whole text names."""
        for form in (_MARK.sub("", text), text):
            if form in self.exact:
                return self.exact[form]
        for form in (_unmarked(text), _plain(text)):
            if form in self.plain:
                return self.plain[form]
            bare = _undated(form)
            place = self.undated.get(bare)
            if place is not None and (bare == form or not self.is_dated[place]):
                return place
        return None

    def _pieces(self, line: str) -> list[int | None]:
        """Cut a line at commas and semicolons, and join again what belongs to one title."""
        starts = [0, *(cut.end() for cut in _CUT.finditer(line)), len(line) + 1]
        n_pieces, first = len(starts) - 1, 0
        found: list[int | None] = []
        while first < n_pieces:
            place, longest = None, min(first + self.n_cuts + 1, n_pieces)
            for after in range(longest, first, -1):
                text = line[starts[first] : starts[after] - 1].strip()
                place = self.find(text)
                if place is not None:
                    break
            if place is not None or _unmarked(text):
                found.append(place)
            first = after
        return found


def _plain(text: str) -> str:
    """Return the letters by which titles are compared."""
    return one_line(text.translate(_DECORATION).casefold()).strip(_ENDS)


def _unmarked(text: str) -> str:
    """Return the same letters without a list mark, which may stand inside quotes or asterisks."""
    bare = one_line(text.translate(_DECORATION)).lstrip(_ENDS)
    return _plain(_MARK.sub("", bare))


def _undated(form: str) -> str:
    return _YEAR.sub("", form)


def _unique(forms: list[str]) -> dict[str, int]:
    """Map each form to its position, without those that are empty or that occur twice."""
    times = Counter(forms)
    return {form: place for place, form in enumerate(forms) if form and times[form] == 1}
