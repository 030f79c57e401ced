"""Any decoder of transformers (Llama, GPT-2, Qwen, ...) as a `schema.LanguageModel`.

Prompts are padded on the left, with the attention mask and position ids that belong to it, so the
newest token of every prompt stands in the last column. Its logits score the first token of each
continuation; only longer continuations are fed to the model at all, each behind a copy of its
prompt's keys and values. `transformer.py` says how text becomes tokens and what a score is.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.transformer import Reading, TransformerLM

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["CausalLM"]


class CausalLM(TransformerLM):
    """A decoder: prompt and answer are one sequence.

    Args:
        model: a `...ForCausalLM`, also one wrapped by peft.
        tokenizer: its own.
        name: what tables call it.
        batch_tokens: see `TransformerLM`.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        name: str,
        *,
        batch_tokens: int = 4096,
    ) -> None:
        super().__init__(model, tokenizer, name, batch_tokens=batch_tokens)
        inner = model.get_base_model() if hasattr(model, "get_base_model") else model
        self._known = set(inspect.signature(inner.forward).parameters)

    def prompt_tokens(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Tokenize prompts; an `eos_token` that the tokenizer puts at the end is taken away."""
        end = self.tokenizer.eos_token_id
        sequences = super().prompt_tokens(texts)
        return [ids[:-1] if len(ids) > 1 and ids[-1] == end else ids for ids in sequences]

    def positions(self, prompt: np.ndarray, answer: np.ndarray) -> np.ndarray:
        """Count both: they share one sequence."""
        return prompt + answer

    def read(self, tokens: Tensor, is_real: Tensor) -> tuple[Reading, Tensor]:
        """Read prompts [B, T], padded on the left."""
        out = self._call(tokens, is_real, use_cache=True, logits_to_keep=1)
        return Reading(out.past_key_values, is_real), out.logits[:, -1]

    def extend(self, reading: Reading, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Feed answers [R, L] behind the keys and values of their prompts."""
        may_attend = torch.cat([reading.is_real, is_real], dim=1)  # [R, T + L]
        return self._call(tokens, may_attend, use_cache=True, past_key_values=reading.cache).logits

    def hidden(self, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Return what the output layer sees, [B, T, D]."""
        out = self._call(
            tokens, is_real, use_cache=False, logits_to_keep=1, output_hidden_states=True
        )
        return out.hidden_states[-1]

    def _call(self, tokens: Tensor, may_attend: Tensor, **options: Any) -> Any:
        """Call the model with what its kind understands.

        A position id counts the real tokens before it; some models find positions themselves.
        """
        n_fed = tokens.shape[1]
        options["position_ids"] = (may_attend.cumsum(dim=1) - 1).clamp(min=0)[:, -n_fed:]
        known = {
            name: value
            for name, value in options.items()
            if name in self._known or name not in ("position_ids", "logits_to_keep")
        }
        return self.model(input_ids=tokens, attention_mask=may_attend, **known)
