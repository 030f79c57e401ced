"""What both contenders of `run_lm.py` share: words, prompts, sizes, and the numbers to start from.

Every word is one token, so the lengths are exact. Prompts of the tuning have 40 to 120 tokens,
begin token included; their logarithms are normal, around 68. The answer is one token, " yes" or
" no", without an end token, and depends on whether the prompt holds the word "west".
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this clone is what is measured

from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from rectutor.lm.tiny import TinyConfig, tiny_decoder

N_ENTRIES = 4000
SPECIAL = ["<pad>", "<begin>", "<end>", "yes", "no", "west"]
RANK, ALPHA, TARGETS = 8, 16, ("q_proj", "v_proj")
PAIRS, WARM_UP, EPOCHS, BATCH_SIZE, RATE = 512, 32, 2, 16, 1e-2
QUESTIONS, CANDIDATES, PROMPT, TITLE = 48, 20, (112, 128), (5, 7)


class Asked(NamedTuple):
    """Prompts, and what belongs to each."""

    prompts: list[str]
    answers: list  # one text each, or a list of candidate titles


def model() -> LlamaForCausalLM:
    """Make the decoder: the default sizes, random weights."""
    return tiny_decoder(TinyConfig(N_ENTRIES))


def tokenizer() -> PreTrainedTokenizerFast:
    """Make a tokenizer that knows 4,000 words and puts the begin token in front of a text."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = [*SPECIAL, *(f"w{i}" for i in range(N_ENTRIES - len(SPECIAL)))]
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, words[0]))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.post_processor = processors.TemplateProcessing(
        single="<begin> $A", special_tokens=[("<begin>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", bos_token="<begin>", eos_token="<end>"
    )


def some_words(n: int, rng: np.random.Generator) -> list[str]:
    """Draw n words."""
    return [f"w{i}" for i in rng.integers(0, N_ENTRIES - len(SPECIAL), n)]


def yes_or_no(n: int, seed: int) -> Asked:
    """Make n pairs to tune on."""
    rng = np.random.default_rng(seed)
    lengths = np.exp(rng.normal(np.log(68), 0.3, n)).round().clip(40, 120).astype(int)
    asked = Asked([], [])
    for length in lengths:
        words = some_words(length - 1, rng)
        is_western = rng.random() < 0.5
        if is_western:
            words[rng.integers(len(words))] = "west"
        asked.prompts.append(" ".join(words))
        asked.answers.append(" yes" if is_western else " no")
    return asked


def titles(seed: int) -> Asked:
    """Make prompts of about 120 tokens with 20 candidate titles of about 6 tokens each."""
    rng = np.random.default_rng(seed)

    def text(least: int, most: int) -> str:
        return " ".join(some_words(rng.integers(least, most + 1), rng))

    return Asked(
        [text(*PROMPT) for _ in range(QUESTIONS)],
        [[f" {text(*TITLE)}" for _ in range(CANDIDATES)] for _ in range(QUESTIONS)],
    )


def n_tokens(asked: Asked) -> int:
    """Count the tokens of prompts (begin token included) and answers; nothing is padded."""
    return len(" ".join([*asked.prompts, *asked.answers]).split()) + len(asked.prompts)
