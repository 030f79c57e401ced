"""What P5 is asked about, from a world's ratings and the opinions of its people."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rectutor.data.batches import seen_keys
from rectutor.data.describe import by_index
from rectutor.data.opinions import opinions
from rectutor.data.prefixes import prefixes
from rectutor.data.worlds import load
from rectutor.models.item_ids import ItemIds
from rectutor.models.p5_families import P5Families, P5FamiliesConfig
from rectutor.models.p5_questions import STARS, Asked, with_candidates
from rectutor.models.p5_words import Vocabulary, words_of
from rectutor.prompts.p5 import TASKS
from rectutor.prompts.pod import bare_tasks
from rectutor.schema import ITEM_ID, USER_ID, Split

__all__ = [
    "FamilyCases",
    "OpinionOf",
    "family_cases",
    "family_model",
    "opinions_in_training",
    "questions_of_test",
    "words_for",
]

_TEXTS = ("review", "explanation", "feature", "summary")


class OpinionOf(NamedTuple):
    """The texts of some events, in their order."""

    half_stars: np.ndarray  # [n] 1 to 10
    texts: dict[str, list[str]]  # by the names of `_TEXTS`, n each


class FamilyCases(NamedTuple):
    """What is trained on and what is asked."""

    train: Asked  # every event but a person's first; no candidates yet
    test: Asked  # one for each person, candidates drawn
    seen: np.ndarray  # from `seen_keys`
    n_items: int  # N


class _Opinions:
    """Opinions by person and item."""

    def __init__(self, world: str, split: Split) -> None:
        self.world, self.split = world, split
        rated = load(world).interactions
        users = np.searchsorted(split.user_ids, rated[USER_ID])
        items = 1 + np.searchsorted(split.item_ids[1:], rated[ITEM_ID])
        self._keys = users * (split.n_items + 1) + items
        self._order = np.argsort(self._keys)

    def of(self, users: np.ndarray, items: np.ndarray) -> OpinionOf:
        """Return what [n] people said of [n] items, all of which they rated."""
        wanted = users * (self.split.n_items + 1) + items
        rows = self._order[np.searchsorted(self._keys, wanted, sorter=self._order)]
        is_many = len(rows) > len(self._keys) // 10
        part = opinions(self.world).iloc[rows] if is_many else opinions(self.world, rows)
        stars = (2 * part["rating"]).round().astype(int).to_numpy()
        return OpinionOf(stars, {name: part[name].tolist() for name in _TEXTS})


def words_for(world: str, split: Split) -> tuple[list[str], list[str]]:
    """Return all words that training shows, and the titles [N] of the items.

    Words that occur in wordings held out, or in opinions on held-out events alone, are not in it.
    """
    items = load(world).items
    titles = by_index(items["title"].tolist(), items, split.item_ids)
    told = _Opinions(world, split).of(split.train.user_index, split.train.item_index)
    trained = [task for task in (*TASKS, *bare_tasks()) if not task.is_held_out]
    texts = [*titles, *STARS, "yes no", *(text for name in _TEXTS for text in told.texts[name])]
    texts += [template.text for task in trained for template in (task.source, task.target)]
    words = {word for text in set(texts) for word in words_of(text)}
    return sorted(word for word in words if not word.startswith("{")), titles


def family_model(world: str, split: Split, ids: ItemIds, seed: int = 0, **sizes: Any) -> P5Families:
    """Build an untrained P5 that knows a world's people, items and words.

    Args:
        world: a shipped one, of films.
        split: of it.
        ids: names of its items.
        seed: of the weights.
        sizes: of `P5FamiliesConfig`, instead of its own.
    """
    words, titles = words_for(world, split)
    return P5Families(P5FamiliesConfig(split.n_users, **sizes), ids, titles, words, seed)


def family_cases(world: str, split: Split, model: P5Families, seed: int = 0) -> FamilyCases:
    """Write a world's events as what a model is trained on and asked about.

    Args:
        world: a shipped one, of films.
        split: of it.
        model: its vocabulary writes the texts.
        seed: of the candidates of the test.
    """
    before = prefixes(split.train, model.config.max_length)
    told = _Opinions(world, split).of(before.user_index, before.targets)
    seen = seen_keys(split.train, split.n_items)
    test = questions_of_test(world, split, model, seed)
    return FamilyCases(_asked(before, told, model.vocabulary), test, seen, split.n_items)


def questions_of_test(world: str, split: Split, model: P5Families, seed: int = 0) -> Asked:
    """Write the held-out events of a split as what a model is asked about, one for each person.

    Args:
        world: a shipped one, of films.
        split: of it; opinions on test events are the truth here, and are read by the review
            family alone.
        model: its vocabulary writes the texts.
        seed: of the candidates, which are the held-out item and others that the person never chose.
    """
    queries, targets = split.test.queries, split.test.targets[:, 0]
    told = _Opinions(world, split).of(queries.user_index, targets)
    asked = _asked((queries.user_index, queries.history, targets), told, model.vocabulary)
    chosen = np.concatenate([queries.history, targets[:, None]], axis=1)
    own = np.unique(queries.user_index[:, None] * (split.n_items + 1) + chosen)
    rng = np.random.default_rng(seed)
    return with_candidates(asked, model.config.n_candidates, own, split.n_items, rng)


def opinions_in_training(world: str, split: Split, n: int, seed: int = 0) -> OpinionOf:
    """Return what was said about n events of the training part, drawn at random."""
    train = split.train
    rows = np.random.default_rng(seed).permutation(len(train.item_index))[:n]
    return _Opinions(world, split).of(train.user_index[rows], train.item_index[rows])


def _asked(known: Any, told: OpinionOf, vocabulary: Vocabulary) -> Asked:
    """Join people, histories and items with the texts about them."""
    user, history, item = known
    texts = {name: vocabulary.texts(texts) for name, texts in told.texts.items()}
    nothing = np.zeros((len(user), 0), dtype=np.int64)
    return Asked(user, history, item, told.half_stars, nothing, np.ones(len(user), bool), **texts)
