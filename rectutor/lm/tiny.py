"""A decoder small enough to be trained from nothing on a laptop: Llama's architecture, tiny sizes.

Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, section 2.2: RMSNorm
in front, rotary positions, SwiGLU. The architecture is that of `transformers`.

Departures: input and output share one table of token vectors, which at this size would otherwise
be a third of all weights; weights start from N(0, 0.02) without scaling by depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rectutor.layers import full_cross_entropy
from rectutor.schema import seeded

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerBase

__all__ = ["TinyConfig", "next_token_loss", "packed", "tiny_decoder", "tokenized_documents"]


@dataclass(frozen=True)
class TinyConfig:
    """Sizes of a tiny decoder; the defaults have 2.5 million weights."""

    n_entries: int  # V, of the tokenizer
    max_length: int = 512  # tokens of prompt and answer together
    width: int = 192  # D
    n_layers: int = 4
    n_heads: int = 6  # a divisor of width
    inner: int = 512  # width of the feed-forward layers


def tiny_decoder(config: TinyConfig, seed: int = 0) -> LlamaForCausalLM:
    """Make a decoder with random weights.

    Args:
        config: its sizes.
        seed: of the weights.
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    with seeded(seed):
        return LlamaForCausalLM(
            LlamaConfig(
                vocab_size=config.n_entries,
                hidden_size=config.width,
                intermediate_size=config.inner,
                num_hidden_layers=config.n_layers,
                num_attention_heads=config.n_heads,
                max_position_embeddings=config.max_length,
                tie_word_embeddings=True,
                pad_token_id=0,
                bos_token_id=1,
                eos_token_id=2,
            )
        )


def tokenized_documents(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase
) -> list[np.ndarray]:
    """Return each text as tokens [n] int64, with the tokenizer's begin and end around them."""
    begin, end = tokenizer.bos_token_id, tokenizer.eos_token_id
    tokens = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    return [np.array([begin, *own, end], dtype=np.int64) for own in tokens]


def packed(documents: Sequence[np.ndarray], length: int, rng: np.random.Generator) -> np.ndarray:
    """Shuffle documents, join them to one stream, and cut it into rows without padding.

    A row may hold the end of one document and the beginning of the next, so a token may look at
    an earlier document; the begin token between them tells the model that it is another. What is
    left over at the end of the stream is dropped: less than a row, other tokens in every epoch.

    Args:
        documents: tokens [n] of each, from `tokenized_documents`.
        length: T, inputs of a row.
        rng: decides the order.

    Returns:
        [R, T + 1] int64: inputs are `rows[:, :-1]`, targets `rows[:, 1:]`; the last column of a
        row is the first of the next.

    Raises:
        ValueError: all documents together are shorter than one row.
    """
    stream = np.concatenate([documents[i] for i in rng.permutation(len(documents))])
    n_rows = (len(stream) - 1) // length
    if n_rows < 1:
        raise ValueError(
            f"packing rows of {length} tokens needs {length + 1} tokens or more, got {len(stream)} "
            f"in {len(documents)} documents; take shorter rows or more text"
        )
    starts = length * np.arange(n_rows)[:, None]
    return stream[starts + np.arange(length + 1)]


def next_token_loss(model: LlamaForCausalLM, rows: Tensor) -> Tensor:
    """Return the mean cross-entropy (nats per token) of rows [R, T + 1] from `packed`."""
    states = model.model(input_ids=rows[:, :-1], use_cache=False).last_hidden_state  # [R, T, D]
    weight = model.get_input_embeddings().weight  # [V, D], the output layer too
    no_bias = torch.zeros(len(weight))
    return full_cross_entropy(states.flatten(0, 1), weight, no_bias, rows[:, 1:].flatten())
