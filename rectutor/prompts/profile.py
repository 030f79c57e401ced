"""A person's taste in one sentence that anybody can read and edit.

After Zhou, Dai and Joachims, "Language-Based User Profiles for Recommendation", 2024: the person
is handed to the recommender as a text, so that the person may read and change it.

**Departures.** There a language model writes the profile, here counts do: the same counts always
give the same words, and nothing is invented.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from rectutor.prompts.titles import one_line

__all__ = ["profile_text"]

_VERBS = {"film": "watches", "book": "reads"}


def profile_text(counts: Mapping[str, float], n: int = 3, medium: str = "film") -> str:
    """Name the commonest genres and themes of a person's films or books.

    Args:
        counts: for each genre or theme how many items of the person have it, 0 or more; those
            with 0 are never named.
        n: at most so many are named, 1 or more.
        medium: "film" or "book".

    Returns:
        One sentence, the commonest word first; words of equal counts in alphabetical order.

    Raises:
        ValueError: a count is negative or not a number, n is below 1, or the medium is unknown.

    Example:
        >>> profile_text({"drama": 4, "heists": 2, "war": 4, "magic": 1})
        'Mostly watches these kinds of film: drama, war, heists.'
    """
    if medium not in _VERBS:
        raise ValueError(f"medium must be one of {', '.join(_VERBS)}, got {medium!r}")
    if n < 1:
        raise ValueError(f"profile_text needs n of 1 or more, got {n}; name at least one kind")
    for word, count in counts.items():
        if not 0 <= count < math.inf:
            raise ValueError(
                f"counts must be 0 or more, got {count} for {word!r}; "
                "count the person's items that have it"
            )
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    named = [one_line(word) for word in ordered if counts[word] > 0][:n]
    if not named:
        return f"Nothing is known yet about what this person {_VERBS[medium]}."
    kinds = f"these kinds of {medium}" if len(named) > 1 else f"this kind of {medium}"
    return f"Mostly {_VERBS[medium]} {kinds}: {', '.join(named)}."
