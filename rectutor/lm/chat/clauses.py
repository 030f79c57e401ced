"""Where a request can be divided, and which division reads best.

A request may ask for several things. Places where one clause may end and another begin are found by
signs and small words; most of them are inside of a clause ("I loved Heat, what is like it?"). So
every stretch between two places is read as one clause, and the division is taken whose stretches
are together the most probable: each stretch asks for one call, whatever the others ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rectutor.lm.chat.linking import Linked

__all__ = ["MOST_PIECES", "Stretch", "best_division", "pieces_of", "stretches"]

MOST_PIECES = 6  # pieces of a longer request than this stay together at its end
_JOINED = r"(?:and|then|also|plus|but|besides|as well as)"
_BETWEEN = re.compile(
    rf"\s*[,.;:?!]+(?:\s+(?:{_JOINED}\b,?\s*)*|$)|\s+(?:{_JOINED}\b,?\s*)+", re.IGNORECASE
)
Stretch = tuple[int, int]  # number of its first piece, and of the piece behind its last


def pieces_of(linked: Linked) -> list[tuple[int, int]]:
    """List the pieces of a request: first character, and behind the last one.

    Example:
        >>> text = "Hi, who made it and why?"
        >>> [text[first:last] for first, last in pieces_of(Linked(text, ()))]
        ['Hi', 'who made it', 'why']
    """
    pieces, first = list[tuple[int, int]](), 0
    for match in _BETWEEN.finditer(linked.said):
        is_inside = any(m.first < match.end() and match.start() < m.last for m in linked.marks)
        if is_inside or match.end() == first:
            continue
        if match.start() > first and len(pieces) < MOST_PIECES - 1:
            pieces.append((first, match.start()))
        elif match.start() > first:
            continue
        first = match.end()
    last = len(linked.said.rstrip(" .?!,;:"))
    return [*pieces, (first, last)] if last > first else pieces


def stretches(linked: Linked) -> dict[Stretch, Linked]:
    """Return every stretch of neighbouring pieces as a text of its own."""
    pieces = pieces_of(linked)
    return {
        (i, j): linked.part(pieces[i][0], pieces[j - 1][1])
        for i in range(len(pieces))
        for j in range(i + 1, len(pieces) + 1)
    }


def best_division(scores: Mapping[Stretch, float]) -> list[Stretch]:
    """Find the division into stretches with the highest sum of scores.

    Args:
        scores: log-probability of each stretch; a stretch that is not in it cannot be used.

    Returns:
        Stretches in order; empty where no division covers everything.

    Example:
        >>> best_division({(0, 1): -0.1, (1, 2): -0.2, (0, 2): -2.0})
        [(0, 1), (1, 2)]
    """
    n = max((j for _, j in scores), default=0)
    best: list[tuple[float, list[Stretch]] | None] = [(0.0, []), *[None] * n]
    for (i, j), score in sorted(scores.items(), key=lambda own: own[0][1]):
        before, so_far = best[i], best[j]
        if before is not None and (so_far is None or before[0] + score > so_far[0]):
            best[j] = (before[0] + score, [*before[1], (i, j)])
    found = best[n]
    return found[1] if found else []
