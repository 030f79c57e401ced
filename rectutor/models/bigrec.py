"""BIGRec: a language model writes the title of what comes next, and the nearest item is taken.

Bao et al., "A Bi-Step Grounding Paradigm for Large Language Models in Recommendation Systems",
2023, section 3: a decoder that is tuned to write titles writes one freely (grounding to the
recommendation space), then items are ranked by the L2 distance between its own states of what was
written and of their titles (grounding to the actual items), weighed by popularity where that is
wanted; see `rectutor.decoding.vector_grounding` for the formula. The tuning is in
`rectutor.training.titles`.

`TitleBeam` is the other way to come from a decoder to items: it writes along the trie of all
titles, so that every text it can write is an item (De Cao et al., "Autoregressive Entity
Retrieval", ICLR 2021, section 3.2).

**Departures.** All weights are tuned, where the paper tunes LoRA. One title is written by its most
probable tokens, where the authors search with four beams. Histories are a list behind four words,
without an instruction. Titles have a year only where two films share one. Of the states of a title,
the mark that ends it among them, the mean is taken; the authors take that of the last token, and
`own="last"` does so, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from rectutor.decoding.beam import beam_search
from rectutor.decoding.trace import Beams
from rectutor.decoding.vector_grounding import popularity_weighted, vector_distances
from rectutor.lm.batching import mean_state
from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import END, TitleTokens
from rectutor.lm.title_writer import TitleWriter
from rectutor.prompts.titles import one_line
from rectutor.schema import PAD, Queries
from rectutor.trie import Trie

__all__ = ["BIGRec", "BIGRecConfig", "TitleBeam", "own_states"]

_AT_ONCE = 256  # titles whose states are taken together
_NOTHING = "nothing"  # what an empty text is read as: it is near to no title

Embed = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class BIGRecConfig:
    """How titles are asked for and grounded."""

    n_told: int = 20  # as in the tuning: the newest titles of a history that the prompt tells
    own: str = "mean"  # of a title's states: "mean", or "last", that of its end (the authors)
    how: str = "l2"  # or "cosine"
    gamma: float = 0.0  # weight of popularity, 0 and up


class BIGRec:
    """A `schema.Scorer`: minus the distance between what was written and each title.

    Args:
        model: a decoder, tuned or not.
        titles: N + 1, by item index; that of padding is never read.
        popularity: [N] how often each item was chosen; needed where gamma is above 0.
        config: see `BIGRecConfig`.
        embed: gives vectors of texts; the model's own states when None.

    Raises:
        ValueError: gamma is above 0 without popularity.
    """

    name = "BIGRec"

    def __init__(
        self,
        model: CausalLM,
        titles: Sequence[str],
        popularity: np.ndarray | None = None,
        config: BIGRecConfig | None = None,
        embed: Embed | None = None,
    ) -> None:
        self.model, self.config = model, config or BIGRecConfig()
        self.tokens = TitleTokens(titles[1:], model.tokenizer)
        if self.config.gamma > 0 and popularity is None:
            raise ValueError(
                f"gamma is {self.config.gamma}, which weighs popularity, and there are no counts; "
                "give `popularity`, [N], or gamma=0"
            )
        self.popularity = popularity
        self.embed = embed or (lambda texts: own_states(model, texts, self.config.own))

    @cached_property
    def trie(self) -> Trie:
        """The titles of all items, token by token."""
        return Trie(self.tokens.codes, len(self.model.tokenizer))

    @cached_property
    def vectors(self) -> np.ndarray:
        """Those of all titles, [N, D]."""
        return self.embed(self.tokens.titles)

    def writer(self, queries: Queries) -> TitleWriter:
        """Read the newest titles of histories, and be ready to write the next."""
        told = queries.history[:, -self.config.n_told :]
        return TitleWriter(self.model, self.tokens.rows(told), self.tokens.ends)

    def write(self, queries: Queries) -> list[str]:
        """Write the next title of each person freely; it may be one that nobody filmed."""
        beams = beam_search(self.trie, self.writer(queries), 1, is_held=False)
        return self.tokens.read(beams.written()[:, 0])

    def distances(self, texts: Sequence[str]) -> np.ndarray:
        """Measure how far texts are from all items, [n, N]; equal texts are measured once."""
        kinds = list(dict.fromkeys(texts))
        far = vector_distances(self.embed(kinds), self.vectors, self.config.how)
        if self.config.gamma > 0 and self.popularity is not None:
            far = popularity_weighted(far, self.popularity, self.config.gamma)
        place = {text: i for i, text in enumerate(kinds)}
        return far[[place[text] for text in texts]]

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Write a title for each question, and score items (see `schema.Scorer`)."""
        return self.score_texts(self.write(queries), candidates)

    def score_texts(self, texts: Sequence[str], candidates: np.ndarray | None = None) -> np.ndarray:
        """Score items by what was written for each question, as `score` does after writing."""
        scores = np.pad(-self.distances(texts), ((0, 0), (1, 0)))
        scores[:, PAD] = -np.inf
        if candidates is not None:
            scores = np.take_along_axis(scores, candidates, axis=1)
        return scores.astype(np.float32)


class TitleBeam:
    """A `schema.Recommender`: the k most probable titles of the catalogue that a beam finds.

    A title's probability is the product over its tokens, whatever its length.

    Args:
        writes: a BIGRec; only its decoder and its titles are used.
        n_beams: W; None takes the length of the lists.
    """

    name = "BIGRec (title trie)"

    def __init__(self, writes: BIGRec, n_beams: int | None = None) -> None:
        self.writes, self.n_beams = writes, n_beams
        self.how = f"beam of {n_beams}" if n_beams else "beam as long as the list"

    def search(self, queries: Queries, n_beams: int) -> Beams:
        """Write along the trie; what a person has seen does not come out."""
        writes = self.writes
        return beam_search(writes.trie, writes.writer(queries), n_beams, queries.history)

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items, best first, PAD where the beam found fewer."""
        items = self.search(queries, max(k, self.n_beams or k)).items[:, :k]
        return np.pad(items, ((0, 0), (0, k - items.shape[1])), constant_values=PAD)


@torch.inference_mode()
def own_states(model: CausalLM, texts: Sequence[str], own: str = "mean") -> np.ndarray:
    """Return a decoder's last states of texts, read as the only title of a history.

    Args:
        model: any decoder.
        texts: n of them, also what is no title; an empty one is read as "nothing".
        own: "mean" over the tokens of the title, or "last", that of the mark that ends it.

    Returns:
        [n, D] float32.

    Raises:
        ValueError: an unknown `own`.
    """
    if own not in ("mean", "last"):
        raise ValueError(f'own must be "mean" or "last", got {own!r}')
    lines = [one_line(text.replace(END, ",")) or _NOTHING for text in texts]
    parts = [np.zeros((0, model.model.config.hidden_size), dtype=np.float32)]
    model.model.eval()
    for start in range(0, len(lines), _AT_ONCE):
        some = TitleTokens(lines[start : start + _AT_ONCE], model.tokenizer)
        rows = some.rows(1 + np.arange(len(some.titles))[:, None])
        states = model.hidden(rows.tokens, rows.is_real).float()  # [n, S, D]
        pooled = states[:, -1] if own == "last" else mean_state(states, (rows.place == 0).long())
        parts.append(pooled.cpu().numpy())
    return np.concatenate(parts)
