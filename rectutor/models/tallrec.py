"""TALLRec: a language model says how probable it is that a person will like an item.

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model
with Recommendation", RecSys 2023, section 3.1: what the person liked and disliked goes into a
prompt, and the score of an item is the probability of "Yes" among the two label words. The tuning
is in `rectutor.training.taste`.

**Departures.** Its score is used here to reorder a list as well; the paper only measures AUC.
Where a history has no ratings, everything in it counts as liked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.data.judgements import LIKED_FROM, Judgements
from rectutor.lm.yes_no import AS_TALLREC, Style
from rectutor.schema import PAD, LanguageModel, Queries, Scorer

__all__ = ["Reranker", "TALLRec"]


class TALLRec:
    """A `schema.Scorer` made of a language model.

    Args:
        model: tuned or not.
        titles: N + 1, by item index.
        style: how the question is put; the first template of it is used.
        n_told: the newest so many likes and dislikes are told.
    """

    name = "TALLRec"

    def __init__(
        self,
        model: LanguageModel,
        titles: Sequence[str],
        style: Style = AS_TALLREC,
        n_told: int = 4,
    ) -> None:
        self.model, self.titles, self.n_told = model, list(titles), n_told
        self.style = style._replace(templates=style.templates[:1])
        self._words = style.labels.continuations

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score by log-odds of a yes (see `schema.Scorer`): one prompt for each candidate.

        The whole catalogue takes N prompts a person; `Reranker` asks about a few. What the prompts
        of a person begin with is read once; the rest, a title and the label word, is scored as one
        continuation. In the difference of both words the title's own probability cancels.
        """
        B, N = len(queries.history), len(self.titles) - 1
        asked = candidates
        if asked is None:
            asked = np.broadcast_to(np.arange(1, N + 1), (B, N))
        liked, disliked = self._told(queries)
        C = asked.shape[1]
        questions = Judgements(
            np.repeat(queries.user_index, C),
            np.repeat(liked, C, axis=0),
            np.repeat(disliked, C, axis=0),
            asked.ravel(),
            np.zeros(B * C, dtype=bool),  # what nobody knows yet
        )
        prompts = self.style.prompts(questions, self.titles)
        beginnings, ends = [], []
        for row in range(B):
            own = prompts[row * C : (row + 1) * C]
            shared = _common_beginning(own)
            beginnings.append(shared)
            ends.append([prompt[len(shared) :] + word for prompt in own for word in self._words])
        log_p = np.array(self.model.score(beginnings, ends)).reshape(B, C, 2)
        scores = (log_p[..., 0] - log_p[..., 1]).astype(np.float32)
        if candidates is not None:
            return scores
        return np.concatenate([np.full((B, 1), -np.inf, dtype=np.float32), scores], axis=1)

    def _told(self, queries: Queries) -> tuple[np.ndarray, np.ndarray]:
        """Return the newest likes and dislikes, each [B, n_told], oldest first, PAD on the left."""
        is_item = queries.history != PAD
        is_rated = (queries.ratings > 0).any(axis=1, keepdims=True)  # [B, 1]
        is_liked = is_item & ((queries.ratings >= LIKED_FROM) | ~is_rated)
        return (
            _newest(queries.history, is_liked, self.n_told),
            _newest(queries.history, is_item & ~is_liked, self.n_told),
        )


class Reranker:
    """A `schema.Recommender`: one model finds `n` items, another one orders them.

    Args:
        first: finds the candidates; what it does not find, nobody can put first.
        second: orders them.
        n: candidates for each person.

    Raises:
        ValueError: `n` is below 1.
    """

    def __init__(self, first: Scorer, second: Scorer, n: int = 20) -> None:
        if n < 1:
            raise ValueError(f"n must be 1 or more candidates, got {n}")
        self.first, self.second, self.n = first, second, n
        self.name = f"{second.name} on {first.name}"
        self.how = f"reranks {n} of {first.name}"

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, best first by the second model, PAD beyond the candidates."""
        found = self.candidates(queries)
        scores = self.second.score(queries, found)
        order = np.argsort(-scores, axis=1, kind="stable")
        ranked = np.take_along_axis(found, order, axis=1)[:, :k]
        missing = max(0, k - ranked.shape[1])
        return np.pad(ranked, ((0, 0), (0, missing)), constant_values=PAD)

    def candidates(self, queries: Queries) -> np.ndarray:
        """Return [B, n] unseen items, best first by the first model."""
        scores = self.first.score(queries)
        np.put_along_axis(scores, queries.history, -np.inf, axis=1)
        scores[:, PAD] = -np.inf
        n = min(self.n, scores.shape[1] - 1)
        return np.argsort(-scores, axis=1, kind="stable")[:, :n]


def _common_beginning(prompts: list[str]) -> str:
    """Return what all prompts begin with, up to the end of a word; one prompt is all beginning."""
    first, last = min(prompts), max(prompts)
    if first == last:
        return first
    n = next(i for i, (a, b) in enumerate(zip(first + "\0", last + "\0", strict=False)) if a != b)
    return first[: max(first.rfind(" ", 0, n), first.rfind("\n", 0, n))]


def _newest(history: np.ndarray, is_meant: np.ndarray, n: int) -> np.ndarray:
    """Return the newest `n` meant items of each row, oldest first, PAD on the left."""
    places = np.argsort(is_meant, axis=1, kind="stable")[:, -n:]  # those that are meant come last
    kept = np.take_along_axis(is_meant, places, axis=1)
    items: np.ndarray = np.where(kept, np.take_along_axis(history, places, axis=1), PAD)
    return items
