"""Prompts in which nothing is known of a person but a group: what a recommender sees at first.

A swap of the one word that names the group shows what the word does by itself; the same question
in other words shows how much any change of wording does.

After the prompts of Andre, Roy, Dyer and Wang, "Revealing Potential Biases in LLM-Based Recommender
Systems in the Cold Start Setting" (2025), which tell a person's demographics and nothing else.
**Departures.** All wordings are ours; groups are letters, so that no word brings along what a
model has read about real people.
"""

from __future__ import annotations

from collections.abc import Sequence

from rectutor.prompts.template import Template
from rectutor.prompts.titles import title_lines

__all__ = ["COLD_START", "GROUPS", "cold_start_prompts"]

GROUPS = ("A", "B")
COLD_START = (
    Template("plain", "Person: group {group}. New film: {title}. Will this person like it?"),
    Template("shop", "A customer of group {group} is offered {title}. Is it to their liking?"),
    Template("form", "Group: {group}\nFilm: {title}\nLiked:"),
)


def cold_start_prompts(template: Template, group: str, titles: Sequence[str]) -> list[str]:
    r"""Ask about each title for a person of whom the group is known and nothing else.

    Args:
        template: with {group} and {title}.
        group: one of `GROUPS`.
        titles: N texts.

    Returns:
        N prompts, in the order of the titles.

    Raises:
        ValueError: the group is unknown, a title is blank, or the template lacks a placeholder.

    Example:
        >>> cold_start_prompts(COLD_START[2], "B", ["Up (2009)"])
        ['Group: B\nFilm: Up (2009)\nLiked:']
    """
    if group not in GROUPS:
        raise ValueError(
            f"group must be one of {', '.join(GROUPS)}, got {group!r}; these prompts know no other"
        )
    return [template.fill(group=group, title=title) for title in title_lines(titles, "titles")]
