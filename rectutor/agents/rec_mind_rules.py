"""What RecMind's planner does for each of its five tasks, as rules that read what they are shown.

A rule stands where the paper prompts a language model. Each looks things up in two places, so that
there is something to plan, and joins what it found in a fixed way; nothing in it was tuned. The
rules know what kinds of reasons people give here (a genre, a theme, a person, a decade) and which
tone goes with how many stars, as a prompt would say by examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rectutor.agents.chat_rec import expanded
from rectutor.agents.errands import Errands, Looked
from rectutor.agents.react import items_named
from rectutor.chat import ToolCall
from rectutor.data.reviews import TONES

__all__ = ["RULES", "requests_of"]

_STARS = re.compile(r"^([\d.]+) stars for ", re.MULTILINE)  # of a note
_MEANS = re.compile(r"has ([\d.]+) stars; all films ([\d.]+); this person gives ([\d.]+)")
_LIKING = re.compile(r"^(\w+) (.+): (\d+) films, ([\d.]+) stars$", re.MULTILINE)
_NAMED = re.compile(r"^(Genre|Theme|Person|Years) (.+)$", re.MULTILINE)
_LINE = re.compile(r"^\[\d{1,9}\] .*$", re.MULTILINE)
_FEW = 5  # films below which a mean says little


def requests_of(name: str, candidates: str, review: str) -> dict[str, str]:
    """Word the five tasks.

    Args:
        name: of the film that is asked about, such as "[12] Heat (1995)".
        candidates: such names, one a line.
        review: what the person wrote.
    """
    return {
        "rating": f"How many stars will I give {name}?",
        "sequential": "Which films will I choose next?",
        "explanation": f"Why do I like or dislike {name}?",
        "review": f"Sum up my review: {review}",
        "direct": f"Which of these films will I choose?\n{candidates}",
    }


def _text_of(seen: Sequence[Looked], tool: str) -> str:
    """Return what a tool said, "" where it said nothing."""
    return next((own.text for own in seen if own.call.name == tool), "")


def _means(seen: Sequence[Looked]) -> tuple[float, float, float]:
    """Read the mean stars of a film, of all films, and of this person."""
    match = _MEANS.search(_text_of(seen, "stars_of"))
    return (float(match[1]), float(match[2]), float(match[3])) if match else (3.0, 3.0, 3.0)


def _remembered(seen: Sequence[Looked]) -> list[float]:
    """Read the stars of the notes that were recalled."""
    return [float(stars) for stars in _STARS.findall(_text_of(seen, "remember"))]


def _rate_wanted(request: str, seen: Sequence[Looked]) -> list[ToolCall]:
    (number,) = items_named(request)
    about = request[request.index("[") :].rstrip("?")
    return [ToolCall("stars_of", {"number": number}), ToolCall("remember", {"text": about})]


def _rate(request: str, seen: Sequence[Looked]) -> str:
    """Start from the film and the person; go halfway to how films like it were rated."""
    film, overall, own = _means(seen)
    usual, close = film + own - overall, _remembered(seen)
    stars = (usual + float(np.mean(close))) / 2 if close else usual
    return f"{min(5.0, max(0.5, stars)):.2f}"


def _explain_wanted(request: str, seen: Sequence[Looked]) -> list[ToolCall]:
    (number,) = items_named(request)
    return [ToolCall("liking", {"number": number}), ToolCall("stars_of", {"number": number})]


def _explain(request: str, seen: Sequence[Looked]) -> str:
    """Name the two things that move this person's stars most, drawn to 0 where films are few."""
    own = _means(seen)[2]
    moved = {
        value.replace("-", " "): (float(mean) - own) * int(n) / (int(n) + _FEW)
        for _, value, n, mean in _LIKING.findall(_text_of(seen, "liking"))
    }
    most = sorted(moved, key=lambda value: -abs(moved[value]))[:2]
    clauses = [f"{'likes' if moved[value] >= 0 else 'dislikes'} {value}" for value in most]
    return ", ".join(clauses) or "nothing is known"


def _sum_up_wanted(request: str, seen: Sequence[Looked]) -> list[ToolCall]:
    review = request.partition(": ")[2]
    return [ToolCall("names_in", {"text": review}), ToolCall("remember", {"text": review})]


def _sum_up(request: str, seen: Sequence[Looked]) -> str:
    """Take the tone from reviews in like words, and the topic from the first name."""
    close = _remembered(seen)
    tone = TONES[float(np.round(2 * np.mean(close)) / 2)] if close else "good"
    named = [(kind, value) for kind, value in _NAMED.findall(_text_of(seen, "names_in"))]
    kind, value = named[0] if named else ("", "nothing")
    topic = f"{value[:4]}s" if kind == "Years" else value.replace("-", " ")
    return f"{tone}, {topic}"


def _choose_wanted(request: str, seen: Sequence[Looked]) -> list[ToolCall]:
    named = "".join(f"[{number}]" for number in items_named(request))
    asked = {"numbers": named} if named else {}
    return [ToolCall("best_next", asked), ToolCall("best_remembered", asked)]


def _choose(request: str, seen: Sequence[Looked]) -> str:
    """Join the two rankings, each rank counting alike (see `chat_rec.expanded`)."""
    texts = {tool: _text_of(seen, tool) for tool in ("best_next", "best_remembered")}
    lines = {items_named(line)[0]: line for text in texts.values() for line in _LINE.findall(text)}
    joined = expanded(lambda tool, k: items_named(texts[tool])[:k], texts, k=10)
    return "\n".join(lines[item] for item in joined) or "I found nothing."


RULES: Mapping[str, Errands] = {
    "rating": Errands(_rate_wanted, _rate),
    "sequential": Errands(_choose_wanted, _choose),
    "explanation": Errands(_explain_wanted, _explain),
    "review": Errands(_sum_up_wanted, _sum_up),
    "direct": Errands(_choose_wanted, _choose),
}
