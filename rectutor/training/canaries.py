"""Made-up people with films drawn by lot, planted among real ones to see what a model keeps.

Carlini et al., "The Secret Sharer", USENIX Security 2019, section 4. A canary is a row of films
that nobody would choose together. Its last film is the secret: the model is asked how probable it
is after the others, and how probable films are that could have been drawn in its place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import TitleTokens

__all__ = ["Canaries", "make_canaries", "secret_scores"]


class Canaries(NamedTuple):
    """K rows of films drawn by lot."""

    rows: np.ndarray  # [K, T + 1] item indices; the last is the secret
    repeats: np.ndarray  # [K] how often each is planted; 0 is a control

    def planted(self, people: np.ndarray) -> np.ndarray:
        """Return the rows of real people [n, T + 1], and behind them each canary's copies."""
        return np.concatenate([people, np.repeat(self.rows, self.repeats, axis=0)])


def make_canaries(
    n_items: int, length: int, n_each: int, repeats: tuple[int, ...], rng: np.random.Generator
) -> Canaries:
    """Draw canaries: every row has `length` different films, all films equally likely.

    Args:
        n_items: N.
        length: T + 1, from 2 to N.
        n_each: canaries for each number of copies.
        repeats: numbers of copies, such as (0, 1, 4, 16).
        rng: of the films.

    Raises:
        ValueError: the length is out of range.
    """
    if not 2 <= length <= n_items:
        raise ValueError(f"length must be from 2 to the {n_items} items, got {length}")
    copies = np.repeat(repeats, n_each)
    rows = np.stack([1 + rng.permutation(n_items)[:length] for _ in copies])
    return Canaries(rows, copies)


@torch.inference_mode()
def secret_scores(
    model: CausalLM,
    tokens: TitleTokens,
    rows: np.ndarray,
    n_candidates: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Say how probable each secret is, and films that could stand in its place.

    Args:
        model: a decoder.
        tokens: of the catalogue.
        rows: [K, T + 1], the last is the secret.
        n_candidates: C, the secret among them; the others are drawn from what is not in the row.
        rng: of the others.

    Returns:
        [K, C] log-probabilities of whole titles; the secret's stands in column 0.
    """
    model.model.eval()
    n_items = len(tokens.titles)
    scores = np.empty((len(rows), n_candidates))
    for k, row in enumerate(rows):
        others = rng.permutation(np.setdiff1d(np.arange(1, n_items + 1), row))
        candidates = np.concatenate([row[-1:], others[: n_candidates - 1]])
        scores[k] = _after(model, tokens, row[None, :-1], candidates)
    return scores


def _after(
    model: CausalLM, tokens: TitleTokens, told: np.ndarray, candidates: np.ndarray
) -> np.ndarray:
    """Return the log-probability of each title [C] after one history [1, T], read once."""
    prompt = tokens.rows(told)
    reading, logits = model.read(prompt.tokens, prompt.is_real)
    codes = torch.from_numpy(tokens.codes[candidates - 1])  # [C, M]
    is_real = torch.from_numpy(tokens.lengths[candidates])[:, None] > torch.arange(codes.shape[1])
    many = reading.take(torch.zeros(len(candidates), dtype=torch.long))
    further = model.extend(many, codes[:, :-1], is_real[:, :-1].long())  # [C, M - 1, V]
    first = logits.expand(len(candidates), -1)[:, None]  # [C, 1, V]
    log_p = F.log_softmax(torch.cat([first, further], dim=1).float(), dim=2)
    each = log_p.gather(2, codes[:, :, None])[:, :, 0]  # [C, M]
    total: np.ndarray = (each * is_real).sum(dim=1).double().numpy()
    return total
