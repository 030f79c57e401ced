"""One person, one title, one word: will this person like it?

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model
with Recommendation", RecSys 2023, section 3: liked titles, disliked titles and a target go into a
text, and the answer is one of two label words. How probable the one is against the other is the
score.

The prompt ends where the label word begins, and never in white space: the word brings its own
space along (`LabelWords.continuations` are " Yes" and " No"), as tokenizers join a space to the
word after it. No template says which word stands for what: the words must say it themselves, so
that "A" and "B" can be told apart only by luck or after tuning.

**Departures.** All wordings are ours. The paper tunes and judges with one format; here are many,
and some are kept for judging alone. Titles are joined by semicolons, since they have commas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rectutor.prompts.template import Template, check_template
from rectutor.prompts.titles import title_lines, title_list
from rectutor.prompts.yes_no_wordings import HELD_OUT, HISTORY, TALLREC, TUNING

__all__ = [
    "HELD_OUT",
    "HISTORY",
    "HISTORY_LABELS",
    "LABEL_WORDS",
    "OPTIONAL",
    "REQUIRED",
    "TALLREC",
    "TUNING",
    "YES_NO",
    "LabelWords",
    "yes_no_prompt",
]

REQUIRED = ("liked", "disliked", "title")  # what a learner's own template should have
OPTIONAL = ("medium", "Yes", "No")

YES_NO = TUNING + HELD_OUT


@dataclass(frozen=True)
class LabelWords:
    """Two words, of which one is the answer.

    Args:
        positive: what is said of a title that the person likes.
        negative: what is said of a title that the person dislikes.
        control: "reversed" where the words say the opposite, "meaningless" where they say
            nothing, "" where they mean what they say.

    Raises:
        ValueError: a word is empty or has white space at an end, or both are the same.
    """

    positive: str
    negative: str
    control: Literal["", "reversed", "meaningless"] = ""

    def __post_init__(self) -> None:
        for word in (self.positive, self.negative):
            if not word or word != word.strip():
                raise ValueError(
                    f"a label word must have text and no white space around it, got {word!r}; "
                    "the space before it comes with `continuations`"
                )
        if self.positive == self.negative:
            raise ValueError(f"label words must differ, got {self.positive!r} twice; change one")

    @property
    def continuations(self) -> tuple[str, str]:
        """Return both words as they follow a prompt, with a space in front; positive first."""
        return f" {self.positive}", f" {self.negative}"


LABEL_WORDS = (
    LabelWords("Yes", "No"),
    LabelWords("yes", "no"),
    LabelWords("like", "dislike"),
    LabelWords("good", "bad"),
    LabelWords("No", "Yes", control="reversed"),
    LabelWords("A", "B", control="meaningless"),
)
HISTORY_LABELS = LabelWords("liked", "not liked")  # the answers of `HISTORY`
_ORDERS = ("oldest-first", "newest-first")


def yes_no_prompt(
    template: Template,
    liked: Sequence[str],
    disliked: Sequence[str],
    title: str,
    *,
    labels: LabelWords = LABEL_WORDS[0],
    medium: str = "film",
    order: str = "oldest-first",
    n_history: int | None = None,
) -> str:
    """Ask whether a person will like a title; the answer is one of `labels.continuations`.

    A template need not use everything: without {liked} and {disliked}, or without {title}, it is
    a control that shows what the model says regardless of them.

    Args:
        template: with placeholders among `REQUIRED` and `OPTIONAL`.
        liked: titles, oldest first; may be empty, and then reads "none".
        disliked: likewise.
        title: what is asked about.
        labels: the two words of the answer, named where the template names them.
        medium: one item, as a word that takes an s for several: "film", "book".
        order: "oldest-first" or "newest-first", within each of the two lists.
        n_history: the newest so many of each list are told, 0 or more; None tells all.

    Returns:
        The prompt, which does not end in white space. Every title stands on one line.

    Raises:
        TypeError: a list of titles is one string, or a title is not a string.
        ValueError: a title is blank, the template has an unknown placeholder or ends in white
            space, or a knob is out of its range.

    Example:
        >>> yes_no_prompt(YES_NO[1], ["Up", "Heat"], [], "Alien", n_history=1)
        'Liked: Heat. Disliked: none. Will the same person like "Alien"?'
    """
    check_template(template.text, (), REQUIRED + OPTIONAL)
    if template.text != template.text.rstrip():
        raise ValueError(
            f"template {template.name!r} must end where the label word begins, got white space "
            f"after {template.text.rstrip()[-12:]!r}; remove it, the word brings its own"
        )
    if order not in _ORDERS:
        raise ValueError(f"order must be one of {', '.join(_ORDERS)}, got {order!r}")
    if n_history is not None and n_history < 0:
        raise ValueError(f"n_history must be 0 or more, or None for all, got {n_history}")
    values = {
        "liked": _told(title_lines(liked, "liked"), order, n_history),
        "disliked": _told(title_lines(disliked, "disliked"), order, n_history),
        "title": title_lines([title], "title")[0],
        "medium": title_lines([medium], "medium")[0],
        "Yes": labels.positive,
        "No": labels.negative,
    }
    return template.fill(**{name: values[name] for name in template.fields})


def _told(titles: list[str], order: str, n_history: int | None) -> str:
    kept = titles if n_history is None else titles[max(0, len(titles) - n_history) :]
    return title_list(kept if order == "oldest-first" else kept[::-1])
