"""From text to tokens, and whether they fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["check_fit", "lengths_of", "limit_of", "tokenized"]


def tokenized(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], special: bool
) -> list[np.ndarray]:
    """Turn each text into tokens on its own, equal texts only once.

    Args:
        tokenizer: any of transformers.
        texts: n texts.
        special: whether the tokenizer puts its own tokens around a text, as at the start of one.

    Returns:
        n arrays of int64 token ids, never cut.

    Raises:
        ValueError: a text has no tokens at all; names it.
    """
    distinct = list(dict.fromkeys(texts))
    if not distinct:
        return []
    encoded = tokenizer(distinct, add_special_tokens=special, verbose=False)["input_ids"]
    known = {t: np.array(ids, dtype=np.int64) for t, ids in zip(distinct, encoded, strict=True)}
    for text, ids in known.items():
        if len(ids) == 0:
            raise ValueError(f"a text needs at least one token, {text!r} has none; leave it out")
    return [known[text] for text in texts]


def lengths_of(sequences: Sequence[np.ndarray]) -> np.ndarray:
    """Return [n] int64, how many tokens each sequence has."""
    return np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences))


def limit_of(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return how many positions a model has; a huge number where nothing limits it.

    T5 numbers no positions; there the tokenizer says how long the texts were that it learned from.
    """
    return int(getattr(model.config, "max_position_embeddings", 0) or tokenizer.model_max_length)


def check_fit(texts: Sequence[str], lengths: np.ndarray, needed: np.ndarray, limit: int) -> None:
    """Refuse texts that a model cannot read together with their answers.

    Args:
        texts: n texts.
        lengths: [n] int, their tokens.
        needed: [n] int, positions that they and their answers take.
        limit: positions that the model has.

    Raises:
        ValueError: names the text that needs most, its tokens, and the limit.
    """
    if len(needed) == 0 or needed.max() <= limit:
        return
    worst = int(needed.argmax())
    raise ValueError(
        f"the model reads at most {limit} tokens, but {needed[worst]} are needed for the text "
        f"{texts[worst][:40]!r} (it has {lengths[worst]}) and its answer; shorten either of them"
    )
