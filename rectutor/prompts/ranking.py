"""Ask a language model to order candidates, with every convention of the prompt on a switch.

Hou et al., "Large Language Models are Zero-Shot Rankers for Recommender Systems", ECIR 2024,
section 2: history and candidates go into a text, the model writes titles in its order, and these
are found again in its reply (`replies.parse_ranking`). The paper compares prompts that tell of the
order of time, that point at the newest item, and that demonstrate with the person's own history.

**Departures.** All wordings are ours. Each convention is a switch of its own, whereas the paper
compares whole prompts. A demonstration is the same prompt once more, followed by a ranking; theirs
is one sentence that names the newest item alone. Candidates bear no numbers, since these would be
read as ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rectutor.prompts.titles import candidate_lines, title_lines, title_list

__all__ = ["Conventions", "Example", "ranking_prompt", "self_example"]


@dataclass(frozen=True)
class Conventions:
    """What a ranking prompt says beside the titles of the history; any mixture is legal."""

    says_task: bool = True  # what to do: put what suits next in order
    says_order: bool = True  # that the history runs from oldest to newest, and which is newest
    lists_candidates: bool = True  # what to choose from; else the model names what it remembers
    demands_format: bool = True  # one numbered title a line


class Example(NamedTuple):
    """A demonstration: what was known, what could be chosen, and how that should be answered."""

    history_titles: Sequence[str]  # oldest first
    candidates: Sequence[str]
    ranking: Sequence[str]  # best first


def ranking_prompt(
    history_titles: Sequence[str],
    candidates: Sequence[str],
    conventions: Conventions,
    examples: Sequence[Example] = (),
    *,
    medium: str = "film",
) -> str:
    """Ask for the candidates in the order in which they suit a person.

    The prompt ends in "Answer:", whatever the switches say, and a reply begins with a line break.
    Demonstrations come first, under the same switches; their answers are numbered titles, one a
    line, also where no format is demanded: who demonstrates cannot help showing a format.

    Args:
        history_titles: oldest first; may be empty, and then reads "none".
        candidates: C titles, all different, which the prompt shows in this order.
        conventions: which of the four conventions the prompt follows.
        examples: demonstrations, in the order in which they are shown.
        medium: one item, as a word that takes an s for several: "film", "book".

    Raises:
        TypeError: a list of titles is one string, or a title is not a string.
        ValueError: a title is blank, there are no candidates, or one stands there twice.

    Example:
        >>> print(ranking_prompt(["Up", "Heat"], ["Alien", "Big"], Conventions()))
        Films that one person chose, from oldest to newest: Up; Heat
        Newest: Heat
        Candidates:
        - Alien
        - Big
        Which films suit this person next? Put them in order, the best first.
        Write one title a line, numbered from 1.
        Answer:
    """
    told = [
        _question(example.history_titles, example.candidates, conventions, medium)
        + _answer(example.ranking)
        for example in examples
    ]
    return "\n\n".join([*told, _question(history_titles, candidates, conventions, medium)])


def self_example(history_titles: Sequence[str], candidates: Sequence[str] = ()) -> Example:
    """Make a demonstration of a person's own past: all but the newest title lead to the newest.

    Nothing is known about how the others should be ordered, so after the newest they keep the
    order in which they came. Give other candidates than those of the question itself, or the
    demonstration answers a part of it.

    Args:
        history_titles: 2 or more, oldest first.
        candidates: what the newest is told from, all different; where they lack it, it is added
            at their end, so that "the first one shown" is not what is demonstrated.

    Returns:
        The demonstration, with the newest title first in its answer.

    Raises:
        TypeError: a list of titles is one string, or a title is not a string.
        ValueError: there are fewer than 2 titles, a title is blank, or a candidate stands there
            twice.

    Example:
        >>> self_example(["Up", "Heat", "Alien"], ["Big", "Jaws"]).ranking
        ['Alien', 'Big', 'Jaws']
    """
    titles = title_lines(history_titles, "history_titles")
    if len(titles) < 2:
        raise ValueError(
            "self_example needs 2 or more titles (a history and what followed), got "
            f"{len(titles)}; leave the example out for this person"
        )
    newest, given = titles[-1], title_lines(candidates, "candidates")
    shown = candidate_lines(given if newest in given else [*given, newest])
    return Example(titles[:-1], shown, [newest, *(title for title in given if title != newest)])


def _question(
    history_titles: Sequence[str], candidates: Sequence[str], conventions: Conventions, medium: str
) -> str:
    """Write one prompt without demonstrations; no stop after a title, which may have its own."""
    history = title_lines(history_titles, "history_titles")
    shown = candidate_lines(candidates)
    (medium,) = title_lines([medium], "medium")
    span = ", from oldest to newest" if conventions.says_order else ""
    lines = [f"{medium[0].upper()}{medium[1:]}s that one person chose{span}: {title_list(history)}"]
    if conventions.says_order and history:
        lines.append(f"Newest: {history[-1]}")
    if conventions.lists_candidates:
        lines += ["Candidates:", *(f"- {title}" for title in shown)]
    if conventions.says_task:
        lines.append(f"Which {medium}s suit this person next? Put them in order, the best first.")
    if conventions.demands_format:
        lines.append("Write one title a line, numbered from 1.")
    return "\n".join([*lines, "Answer:"])


def _answer(ranking: Sequence[str]) -> str:
    titles = title_lines(ranking, "ranking")
    return "".join(f"\n{place}. {title}" for place, title in enumerate(titles, 1))
