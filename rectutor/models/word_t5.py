"""A small T5 that reads tokens and the numbers of the words that they belong to.

Geng, Liu, Fu, Ge and Zhang, "Recommendation as Language Processing (RLP): A Unified Pretrain,
Personalized Prompt & Predict Paradigm (P5)", RecSys 2022, section 4.1: all tokens of one word, such
as the pieces of an item's name, share a second vector.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rectutor.lm.tiny_t5 import tiny_t5
from rectutor.models.name_beam import Step
from rectutor.schema import seeded

__all__ = ["WordT5"]

_START = (
    0.3  # size of the first vectors of tokens; with T5's 1.0 Adam takes far longer to turn them
)


class WordT5(nn.Module):
    """Encoder and decoder over a small vocabulary, token 0 is padding and starts an answer.

    Args:
        n_tokens: V, padding included.
        n_words: how many numbers of words there are, 0 included.
        width: D, a multiple of `n_heads`.
        n_heads: H.
        n_layers: of the encoder, and of the decoder.
        dropout: share, 0 to 1.
        sharpness: factor of what leaves the decoder at the start. Token vectors are small at first,
            so with 1 an answer cannot be sure for a long time, and copying from a text is hardly
            learned.
        seed: of the weights.
    """

    def __init__(
        self,
        n_tokens: int,
        n_words: int,
        width: int,
        *,
        n_heads: int,
        n_layers: int,
        dropout: float = 0.0,
        sharpness: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__()
        with seeded(seed):
            self.t5 = tiny_t5(n_tokens, width, n_heads=n_heads, n_layers=n_layers, dropout=dropout)
            self.whole_words = nn.Embedding(n_words, width)
            for vectors in (self.t5.shared, self.whole_words):
                nn.init.normal_(vectors.weight, std=_START)
            nn.init.constant_(self.t5.decoder.final_layer_norm.weight, sharpness)

    def loss(self, source: Tensor, words: Tensor, answer: Tensor) -> Tensor:
        """Return the mean surprise (nats per token) at answers.

        Args:
            source: [B, S] tokens, 0 at padding.
            words: [B, S] the number of the word that each belongs to.
            answer: [B, L] tokens, -100 where an answer is over.
        """
        out = self.t5(
            inputs_embeds=self._embedded(source, words),
            attention_mask=(source != 0).long(),
            labels=answer,
        )
        loss: Tensor = out.loss
        return loss

    def read(self, source: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Read each question once; return states [B, S, D] and where they are real [B, S]."""
        self.eval()
        is_real = (source != 0).long()
        out = self.t5.encoder(inputs_embeds=self._embedded(source, words), attention_mask=is_real)
        return out.last_hidden_state, is_real

    def stepper(self, states: Tensor, is_real: Tensor, n_tokens: int | None = None) -> Step:
        """Return a function (rows [R], written [R, l]) -> log-probabilities of what follows.

        Args:
            states: from `read`.
            is_real: from `read`.
            n_tokens: gives the first n columns alone, all of them when None.
        """
        scale = self.t5.config.d_model**-0.5  # T5 with shared vectors scales what leaves it

        def step(rows: Tensor, written: Tensor) -> Tensor:
            start = torch.zeros(len(rows), 1, dtype=torch.long)
            hidden = self.t5.decoder(
                input_ids=torch.cat([start, written], dim=1),
                encoder_hidden_states=states[rows],
                encoder_attention_mask=is_real[rows],
                use_cache=False,
            ).last_hidden_state[:, -1]
            return self.t5.lm_head(hidden * scale).log_softmax(dim=1)[:, :n_tokens]

        return step

    def _embedded(self, source: Tensor, words: Tensor) -> Tensor:
        return self.t5.shared(source) + self.whole_words(words)
