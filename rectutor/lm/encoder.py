"""Text as one vector of length one: an encoder, the mean of its last states, normalised.

Reimers and Gurevych, "Sentence-BERT", EMNLP 2019, section 3: mean pooling. Any encoder of
transformers will do. The small one of this project has BERT's architecture (Devlin et al., "BERT",
NAACL 2019, section 3) and is trained by `training.contrast`.

**Departure.** The small one has no block of attention unless asked: what is trained and pooled are
the vectors of tokens and of their places. On 1,600 items a block took six times as long and found
less after as many epochs (the card has the numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.lm.batching import by_length, mean_state, padded
from rectutor.lm.questions import check_texts
from rectutor.lm.tokens import lengths_of, limit_of, tokenized
from rectutor.schema import seeded

if TYPE_CHECKING:
    from transformers import BertModel, PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["EncoderConfig", "TextEncoder", "info_nce", "item_vectors", "small_encoder"]


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes of a small encoder; the defaults have 0.8 million weights."""

    n_entries: int  # V, of the tokenizer
    max_length: int = 160  # tokens of a text; what is beyond is not read
    width: int = 192  # E
    n_layers: int = 0  # blocks of attention
    n_heads: int = 6  # a divisor of width
    inner: int = 512  # width of the feed-forward layers


def small_encoder(config: EncoderConfig, seed: int = 0) -> BertModel:
    """Make an encoder with random weights.

    Args:
        config: its sizes.
        seed: of the weights.
    """
    from transformers import BertConfig, BertModel

    with seeded(seed):
        return BertModel(
            BertConfig(
                vocab_size=config.n_entries,
                hidden_size=config.width,
                intermediate_size=config.inner,
                num_hidden_layers=config.n_layers,
                num_attention_heads=config.n_heads,
                max_position_embeddings=config.max_length,
                pad_token_id=0,
            ),
            add_pooling_layer=False,
        )


class TextEncoder:
    """Texts in, unit vectors out.

    Args:
        model: an encoder of transformers, on any device.
        tokenizer: its own.
        name: what tables call it.
        pooling: "mean" of the last states of all tokens, or "first", the state of the first.
        batch_tokens: tokens, padding included, that one call of the model may take.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        name: str,
        *,
        pooling: Literal["mean", "first"] = "mean",
        batch_tokens: int = 8192,
    ) -> None:
        self.model, self.tokenizer, self.name = model, tokenizer, name
        self.pooling, self.batch_tokens = pooling, batch_tokens
        self.limit = limit_of(model, tokenizer)

    @property
    def width(self) -> int:
        """Count the numbers of a vector, E."""
        return int(self.model.config.hidden_size)

    @torch.inference_mode()
    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts; the cosine of two of them is their inner product.

        A text that is longer than the model reads is cut at its end.

        Args:
            texts: n texts, none empty.

        Returns:
            [n, E] float32, each row of length 1.

        Raises:
            ValueError: a text has no tokens.
        """
        check_texts(texts, "texts")
        sequences = self.sequences(texts)
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        self.model.eval()
        for rows in by_length(lengths_of(sequences), self.batch_tokens):
            tokens, is_real = padded([sequences[row] for row in rows], "right")
            vectors[rows] = self(tokens, is_real).cpu().numpy()
        return vectors

    def sequences(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Tokenize texts with the tokenizer's special tokens, cut at the model's limit."""
        return [ids[: self.limit] for ids in tokenized(self.tokenizer, texts, special=True)]

    def __call__(self, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Turn tokens [B, T] with their mask [B, T] into unit vectors [B, E], with gradients."""
        device = self.model.device
        tokens, is_real = tokens.to(device), is_real.to(device)
        states = self.model(input_ids=tokens, attention_mask=is_real).last_hidden_state  # [B, T, E]
        pooled = states[:, 0] if self.pooling == "first" else mean_state(states, is_real)
        return F.normalize(pooled.float(), dim=1)


def item_vectors(encoder: TextEncoder, texts: Sequence[str]) -> np.ndarray:
    """Embed one text per item, with a row of zeros in front for padding.

    Args:
        encoder: what embeds.
        texts: N texts, that of item index 1 first.

    Returns:
        [N + 1, E] float32.
    """
    return np.vstack([np.zeros((1, encoder.width), dtype=np.float32), encoder.embed(texts)])


def info_nce(one: Tensor, other: Tensor, temperature: float) -> Tensor:
    """Return how surprised each text is to find its partner among all of the batch.

    Van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018,
    equation 4, with a cosine and a temperature, in both directions.

    Args:
        one: [B, E] unit vectors.
        other: [B, E] unit vectors; row n is the partner of row n.
        temperature: what cosines are divided by; a small one makes near misses expensive.

    Returns:
        The mean cross-entropy, a scalar: 0 is certainty, log B a guess.
    """
    cosines = one @ other.T / temperature  # [B, B]
    partners = torch.arange(len(one), device=one.device)
    return (F.cross_entropy(cosines, partners) + F.cross_entropy(cosines.T, partners)) / 2
