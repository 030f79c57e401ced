"""What models that write semantic ids have in common: a table of codes, beams, exact scores."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from rectutor.decoding.beam import Writer, beam_search, exact_scores
from rectutor.decoding.trace import Beams
from rectutor.schema import Queries
from rectutor.trie import Trie

__all__ = ["CodeRecommender", "Exact"]

_IDS_AT_ONCE = 2**14  # ids that are scored at once, of one question at least


class CodeRecommender(nn.Module):
    """A model that writes the id of the next item; a `schema.Recommender`.

    A child says how it reads questions, in `write`. Codes belong to the weights: who loads those of
    another model writes its ids.

    Args:
        codes: [N, L] int, 0..K-1, one id an item; row i belongs to item index i + 1. Items that
            nobody has chosen belong here, too.
        n_beams: W of `recommend`.

    Raises:
        ValueError: two items share an id.
    """

    name = "writer of ids"
    codes: Tensor  # [N + 1, L] int64, row 0 is padding

    def __init__(self, codes: np.ndarray, n_beams: int) -> None:
        super().__init__()
        self.trie, self.n_beams = Trie(codes), n_beams
        self.register_buffer("codes", torch.from_numpy(np.pad(codes, ((1, 0), (0, 0)))).long())
        self.register_load_state_dict_post_hook(_grow_trie)

    @property
    def how(self) -> str:
        """Say how lists come about, for tables."""
        return f"beam of {self.n_beams}"

    def write(self, queries: Queries) -> Writer:
        """Read questions, and be ready to write the ids of what comes next."""
        raise TypeError(f"{type(self).__name__} must define write")

    @torch.inference_mode()
    def beam(self, queries: Queries, n_beams: int, is_held: bool = True) -> Beams:
        """Write the most probable ids of unseen items (see `rectutor.decoding.beam_search`)."""
        return beam_search(self.trie, self.write(queries), n_beams, queries.history, is_held)

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        """Return [B, k] unseen items by a beam of `n_beams`, or of k where that is more."""
        items = self.beam(queries, max(k, self.n_beams)).items[:, :k]
        return np.pad(items, ((0, 0), (0, k - items.shape[1])))

    @torch.inference_mode()
    def log_probabilities(self, queries: Queries) -> np.ndarray:
        """Return the log-probability of every item's id, [B, N + 1]; column 0 is -inf."""
        rows = [np.zeros((0, len(self.codes)), dtype=np.float32)]
        n_at_once = max(1, _IDS_AT_ONCE // len(self.codes))
        for start in range(0, len(queries.now), n_at_once):
            part = queries.take(slice(start, start + n_at_once))
            rows.append(exact_scores(self.trie, self.write(part)))
        return np.concatenate(rows)


class Exact:
    """A writer of ids that scores every id, instead of searching for the best; a `schema.Scorer`.

    Args:
        model: writes ids.
    """

    def __init__(self, model: CodeRecommender) -> None:
        self.model = model
        self.name = f"{model.name} (exact)"

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score candidates by the log-probability of their ids (see `schema.Scorer`)."""
        scores = self.model.log_probabilities(queries)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


def _grow_trie(model: CodeRecommender, _: object) -> None:
    """Build the trie of the codes that were loaded."""
    model.trie = Trie(model.codes[1:].numpy(), model.trie.codebook_size)
