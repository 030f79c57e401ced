"""How transformers' `generate` is asked: nothing hidden, nothing inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor
from transformers import GenerationConfig, LogitsProcessorList

from rectutor.schema import LogitsProcessor

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["plain_settings", "processors"]

# A published model brings its own habits (repetition penalty, top-p, ...), which `generate` takes
# up wherever a setting is left open; these are the values that do nothing.
_PLAIN = {
    "min_length": 0,
    "top_p": 1.0,
    "typical_p": 1.0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "early_stopping": False,
    "num_return_sequences": 1,
}


def plain_settings(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    max_new_tokens: int,
    n_beams: int,
    temperature: float,
) -> GenerationConfig:
    """Return settings under which only the given knobs matter.

    Args:
        model: says which tokens end a reply; the tokenizer does where the model does not.
        tokenizer: the model's own.
        max_new_tokens: the longest reply, in tokens.
        n_beams: W; 1 is greedy.
        temperature: 0 is greedy; otherwise logits are divided by it and a reply is drawn.
    """
    ends = model.generation_config.eos_token_id
    ends = tokenizer.eos_token_id if ends is None else ends
    first_end = ends[0] if isinstance(ends, list) else ends
    padding = tokenizer.pad_token_id
    chosen = {"temperature": temperature, "top_k": 0} if temperature > 0 else {}
    if n_beams > 1:
        chosen["length_penalty"] = 0.0  # compare log-probabilities, whatever the length
    return GenerationConfig(
        **_PLAIN,
        **chosen,
        max_new_tokens=max_new_tokens,
        num_beams=n_beams,
        do_sample=temperature > 0,
        eos_token_id=ends,
        pad_token_id=first_end if padding is None else padding,
    )


def processors(processor: LogitsProcessor | None, n_given: int) -> LogitsProcessorList:
    """Wrap a caller's processor for `generate`, hiding the first `n_given` tokens from it."""
    return LogitsProcessorList([] if processor is None else [_NewTokensOnly(processor, n_given)])


class _NewTokensOnly:
    """Show a processor what was generated, without prompt, padding or start token.

    How far prompts are padded depends on the batch, so a trie could not find its own place.
    """

    def __init__(self, processor: LogitsProcessor, n_given: int) -> None:
        self.processor, self.n_given = processor, n_given

    def __call__(self, tokens: Tensor, scores: Tensor) -> Tensor:
        return self.processor(tokens[:, self.n_given :], scores)
