"""Titles from outside, made safe to show: one line, readable length, nothing invisible."""

from __future__ import annotations

import pandas as pd

__all__ = ["MAX_TITLE", "clean_titles"]

MAX_TITLE = 300  # characters; the longest title in MovieLens has about 160

# Control characters, zero-width space, word joiner, byte order mark, and the marks that turn
# the direction of text around. Letters of right-to-left scripts stay, and so do the joiners
# U+200C and U+200D, which Persian and Indian scripts need.
_INVISIBLE = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def clean_titles(titles: pd.Series) -> tuple[pd.Series, list[str]]:
    r"""Remove what cannot be seen, put each title on one line, and cut very long ones.

    Args:
        titles: text.

    Returns:
        The titles, and notes that count what was changed.

    Example:
        >>> clean_titles(pd.Series(["Up", "Alien\u202e"]))[1]
        ['1 titles held invisible or direction-turning characters, which were removed']
    """
    visible = titles.str.replace(_INVISIBLE, "", regex=True)
    one_line = visible.str.replace(r"\s+", " ", regex=True).str.strip()
    is_long = one_line.str.len() > MAX_TITLE
    n_invisible, n_long = int((visible != titles).sum()), int(is_long.sum())
    notes = []
    if n_invisible:
        notes.append(
            f"{n_invisible} titles held invisible or direction-turning characters, "
            "which were removed"
        )
    if n_long:
        notes.append(f"{n_long} titles of more than {MAX_TITLE} characters were cut")
    return one_line.mask(is_long, one_line.str.slice(0, MAX_TITLE - 1) + "…"), notes
