"""The words and shapes that every other module shares.

One legend holds for the whole package, in comments and docstrings:

    B batch   T history length   C candidates   M held-out items of one user
    N items   D width            H heads        V tokens
    L code levels   K codebook size   W beam width

Items are numbered 1..N; 0 is padding. Histories are padded on the left, so position -1 is
always the newest item. Scores are higher for better items; rank 1 is the best rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    import torch

__all__ = [
    "INTERACTION_COLUMNS",
    "ITEM_ID",
    "PAD",
    "RATING",
    "TIMESTAMP",
    "USER_ID",
    "Cases",
    "Countable",
    "Events",
    "LanguageModel",
    "LogitsProcessor",
    "Queries",
    "Recommender",
    "Scorer",
    "Split",
    "Trainable",
    "seeded",
]

PAD = 0
USER_ID, ITEM_ID, RATING, TIMESTAMP = "user_id", "item_id", "rating", "timestamp"
INTERACTION_COLUMNS = [USER_ID, ITEM_ID, RATING, TIMESTAMP]

# (tokens generated so far [B, T], scores of the next token [B, V]) -> scores [B, V], -inf forbids
LogitsProcessor: TypeAlias = "Callable[[torch.Tensor, torch.Tensor], torch.Tensor]"


class Events(NamedTuple):
    """Interactions as flat arrays, sorted by user and, within a user, by time."""

    user_index: np.ndarray  # [E] int64, 0..n_users-1
    item_index: np.ndarray  # [E] int64, 1..n_items
    rating: np.ndarray  # [E] float32, 0 where the source has none
    timestamp: np.ndarray  # [E] int64, seconds since 1970
    offsets: np.ndarray  # [n_users + 1] int64: user u owns events offsets[u]:offsets[u + 1]


class Queries(NamedTuple):
    """What a recommender may know when it is asked: one row per question."""

    user_index: np.ndarray  # [B] int64
    history: np.ndarray  # [B, T] int64, item indices, oldest first, PAD on the left
    ratings: np.ndarray  # [B, T] float32, 0 at padding
    timestamps: np.ndarray  # [B, T] int64, 0 at padding
    now: np.ndarray  # [B] int64, the moment of the recommendation

    def take(self, rows: np.ndarray | slice) -> Queries:
        """Return the questions in `rows`, in that order."""
        return Queries(*(field[rows] for field in self))


class Cases(NamedTuple):
    """Questions together with the items that were held out as their answers."""

    queries: Queries
    targets: np.ndarray  # [B, M] int64, item indices, PAD on the right where a row has fewer

    def take(self, rows: np.ndarray | slice) -> Cases:
        """Return the cases in `rows`, in that order."""
        return Cases(self.queries.take(rows), self.targets[rows])


class Split(NamedTuple):
    """One division of a data set into what is learned from, chosen on and judged on."""

    name: str  # for instance "leave_one_out"
    train: Events
    validation: Cases
    test: Cases
    user_ids: np.ndarray  # [n_users], the source's own id of each user_index
    item_ids: np.ndarray  # [n_items + 1], the source's own id of each item_index; [0] is padding

    @property
    def n_users(self) -> int:
        """Count the users, whether or not they are tested."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Count the items, without padding."""
        return len(self.item_ids) - 1


@runtime_checkable
class Scorer(Protocol):
    """Anything that can say how well each candidate fits each question."""

    name: str

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates; higher is better.

        Args:
            queries: B questions.
            candidates: [B, C] item indices, or None for the whole catalogue.

        Returns:
            [B, C] float32; with `candidates=None` [B, N + 1], where the column is the item
            index and column 0 (padding) is -inf.
        """
        ...


@runtime_checkable
class Recommender(Protocol):
    """Anything that can name k items for each question, best first."""

    name: str

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] distinct unseen item indices, best first, PAD where it has fewer."""
        ...


@runtime_checkable
class Countable(Protocol):
    """A model that learns in one pass, by counting or in closed form."""

    def count(self, train: Events, n_items: int) -> None:
        """Learn from all of `train` at once."""
        ...


@runtime_checkable
class Trainable(Protocol):
    """A torch module that learns by gradient steps."""

    batch_size: int  # what `fit` uses unless told otherwise
    learning_rate: float

    def prepare(self, train: Events) -> None:
        """Look at the training events once, before the first step."""
        ...

    def epoch(
        self, train: Events, batch_size: int, rng: np.random.Generator
    ) -> Sequence[tuple[torch.Tensor, ...]]:
        """Lay out one whole epoch as batches of tensors, freshly shuffled and drawn."""
        ...

    def loss(self, *batch: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of one batch, a scalar."""
        ...


@runtime_checkable
class LanguageModel(Protocol):
    """Anything that scores, continues and embeds text; arrays are NumPy."""

    name: str

    def score(
        self, prompts: Sequence[str], continuations: Sequence[Sequence[str]]
    ) -> list[np.ndarray]:
        """Say how probable each continuation of each prompt is.

        Args:
            prompts: B texts.
            continuations: for each prompt its own list of texts, C of them; C may differ.

        Returns:
            For each prompt [C] float32 in the order given: the natural log-probability that the
            answer begins with the continuation, summed over its tokens.
        """
        ...

    def generate(
        self,
        prompts: Sequence[str],
        max_new_tokens: int,
        *,
        n_beams: int = 1,
        temperature: float = 0.0,
        seed: int = 0,
        logits_processor: LogitsProcessor | None = None,
    ) -> list[str]:
        """Continue each prompt, by its most probable next token unless told otherwise.

        Args:
            prompts: B texts.
            max_new_tokens: the longest reply, in tokens.
            n_beams: W; with more than 1, the most probable reply that so many beams find.
            temperature: above 0, the reply is drawn with logits divided by it.
            seed: decides what is drawn.
            logits_processor: called before every token with what was generated so far, without
                the prompt; a trie forbids tokens by it.

        Returns:
            B replies, without their prompts.
        """
        ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return one vector per text, [B, D] float32."""
        ...


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run a block under its own torch random state, and put the caller's back afterwards.

    Args:
        seed: any integer from 0 to 2**63 - 1.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
