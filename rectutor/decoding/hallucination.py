"""How many written titles are made up? By three rules, since the rule decides the figure.

A text is hallucinated when no title of the catalogue matches it. `title_grounding` states the three
rules; the rate by the strictest counts misspellings as inventions, that by the most forgiving takes
some inventions for misspellings. The truth lies between, so give all three.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.decoding.title_grounding import TitleIndex

__all__ = ["hallucination_rates", "is_hallucinated"]


def is_hallucinated(
    texts: Sequence[str], titles: Sequence[str], within: float = 0.2
) -> dict[str, np.ndarray]:
    """Tell for each text and rule whether no title matches.

    Args:
        texts: n texts that a model wrote.
        titles: N titles of the catalogue.
        within: how many edits the fuzzy rule forgives, as a share of the letters, 0 to 1.

    Returns:
        "exact", "normalised", "fuzzy": [n] bool each; what one rule accepts the next accepts too.

    Raises:
        TypeError: as in `TitleIndex`, or `texts` is one string.
        ValueError: as in `TitleIndex` and its rules.
    """
    if isinstance(texts, str):
        raise TypeError(f"texts must be a list of texts, got the string {texts!r}; write [texts]")
    index = TitleIndex(titles)
    kinds = list(dict.fromkeys(texts))  # the same title is often written for many users
    place = {text: i for i, text in enumerate(kinds)}
    which = np.array([place[text] for text in texts], dtype=np.int64)
    found = {
        "exact": index.exact(kinds).is_found,
        "normalised": index.normalised(kinds).is_found,
        "fuzzy": index.fuzzy(kinds, within=within).is_found,
    }
    return {rule: ~is_found[which] for rule, is_found in found.items()}


def hallucination_rates(
    texts: Sequence[str], titles: Sequence[str], within: float = 0.2
) -> dict[str, float]:
    """Return the share of texts that match no title, by each rule: 0 to 1; nan for no texts.

    Args:
        texts: as in `is_hallucinated`.
        titles: as in `is_hallucinated`.
        within: as in `is_hallucinated`.

    Example:
        >>> hallucination_rates(["Alien", "alien!", "Alein", "Dune"], ["Alien"], within=0.5)
        {'exact': 0.75, 'normalised': 0.5, 'fuzzy': 0.25}
    """
    by_rule = is_hallucinated(texts, titles, within)
    return {rule: float(np.mean(made_up)) if texts else np.nan for rule, made_up in by_rule.items()}
