"""Any encoder-decoder of transformers (T5, BART, ...) as a `schema.LanguageModel`.

The encoder reads a prompt once; the decoder then reads its start token once, and from there on
all continuations of the prompt share the decoder's keys and values, those of its attention to the
prompt included. `transformer.py` says how text becomes tokens and what a score is.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.transformer import Reading, TransformerLM

__all__ = ["Seq2SeqLM"]


class Seq2SeqLM(TransformerLM):
    """An encoder-decoder: the encoder reads the prompt, the decoder writes the answer.

    Prompts are padded on the right: an encoder may number positions from the first column on.
    """

    side = "right"

    def positions(self, prompt: np.ndarray, answer: np.ndarray) -> np.ndarray:
        """Count the longer one: each has a sequence of its own."""
        return np.maximum(prompt, answer)

    def read(self, tokens: Tensor, is_real: Tensor) -> tuple[Reading, Tensor]:
        """Encode prompts [B, T], and feed the decoder its start token."""
        states = self.hidden(tokens, is_real)
        start = self.model.config.decoder_start_token_id
        out = self.model(
            encoder_outputs=(states,),
            attention_mask=is_real,
            decoder_input_ids=torch.full_like(tokens[:, :1], start),
            use_cache=True,
        )
        return Reading(out.past_key_values, is_real, states), out.logits[:, -1]

    def extend(self, reading: Reading, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Feed answers [R, L] to the decoder; no token looks at the padding behind it."""
        return self.model(
            encoder_outputs=(reading.states,),
            attention_mask=reading.is_real,
            decoder_input_ids=tokens,
            past_key_values=reading.cache,
            use_cache=True,
        ).logits

    def hidden(self, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Return what the encoder makes of texts, [B, T, D]."""
        encoder = self.model.get_encoder()
        return encoder(input_ids=tokens, attention_mask=is_real).last_hidden_state
