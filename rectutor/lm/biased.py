"""A ranker whose faults are dialled in by hand, so that a measurement can be put to the test.

Hou et al., "Large Language Models are Zero-Shot Rankers for Recommender Systems", ECIR 2024, find
that language models choose by place in the list, and do not see the order of a history. Here both
are knobs: what a measurement reports can be compared with what was put in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rectutor.lm.scripted import ScriptedLM
from rectutor.prompts.titles import one_line

__all__ = ["Faults", "biased_ranker"]

_HISTORY, _LIST, _FORMAT = " that one person chose", "- ", "Write one title a line"
_REMARK = "Gladly! Here is what I would choose, and why it is a matter of taste"
_RECENCY = 0.5  # weight of a title against the one that came after it


@dataclass(frozen=True)
class Faults:
    """What is wrong with a ranker, each in units of its own preference.

    Args:
        position: how much higher the first place on the list scores than the last; below 0 the
            last is favoured.
        is_order_blind: whether the whole history counts alike, where the newest should count most.
        needs_format: whether it chats instead of listing where no format is demanded.

    Raises:
        ValueError: `position` is not a finite number.
    """

    position: float = 0.0
    is_order_blind: bool = False
    needs_format: bool = True

    def __post_init__(self) -> None:
        if not np.isfinite(self.position):
            raise ValueError(f"position must be a finite number, got {self.position}")


def biased_ranker(
    affinity: Callable[[str, str], float], faults: Faults | None = None, name: str = "scripted"
) -> ScriptedLM:
    """Return a model that reads `ranking_prompt` and orders by affinity plus its faults.

    The score of a candidate is the weighted mean of its affinity to the titles of the history,
    plus `position` times how near it stands to the top of the list. Its probability is a softmax
    over the list. A title that is not on the list has no place, and the sigmoid of its affinity as
    probability. Without a list, the model names its own history: that is all it has read.

    Args:
        affinity: (title of the history, candidate) -> how well the one leads to the other.
        faults: none by default.
        name: what tables call it.
    """
    wrong = faults or Faults()

    @lru_cache(maxsize=256)
    def scores_of(prompt: str) -> dict[str, float]:
        history, shown = _read(prompt)
        C = len(shown)
        return {
            title: _preference(affinity, history, title, wrong)
            + wrong.position * (1 - place / max(1, C - 1))
            for place, title in enumerate(shown)
        }

    def log_probability(prompt: str, continuation: str) -> float:
        scores = scores_of(prompt)
        title = one_line(continuation).removeprefix("1. ")
        own = scores.get(title)
        if own is None:
            alone = _preference(affinity, _read(prompt)[0], title, wrong)
            return float(-np.logaddexp(0.0, -alone))
        return float(own - np.logaddexp.reduce(list(scores.values())))

    def reply(prompt: str) -> str:
        if wrong.needs_format and _FORMAT not in prompt.rsplit("\n\n", 1)[-1]:
            return _REMARK
        scores = scores_of(prompt)
        ordered = sorted(scores, key=lambda title: -scores[title]) or _read(prompt)[0]
        return "".join(f"\n{place}. {title}" for place, title in enumerate(ordered, 1))

    return ScriptedLM(log_probability, reply, name=name)


def _read(prompt: str) -> tuple[list[str], list[str]]:
    """Find the history, oldest first, and the candidates in the last question of a prompt."""
    lines = prompt.rsplit("\n\n", 1)[-1].splitlines()
    told = next((line for line in lines if _HISTORY in line.split(": ")[0]), "")
    _, _, titles = told.partition(": ")
    history = [] if titles in ("", "none") else titles.split("; ")
    return history, [line.removeprefix(_LIST) for line in lines if line.startswith(_LIST)]


def _preference(
    affinity: Callable[[str, str], float], history: list[str], title: str, faults: Faults
) -> float:
    """Return the mean affinity of a title to a history; 0 without one."""
    if not history:
        return 0.0
    base = 1.0 if faults.is_order_blind else _RECENCY
    weights = base ** np.arange(len(history))[::-1]
    values = np.array([affinity(past, title) for past in history])
    return float(weights @ values / weights.sum())
