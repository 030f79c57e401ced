"""A byte-level BPE tokenizer, learned from the text that it will read.

Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016,
section 3.2, on bytes as in Radford et al., "Language Models are Unsupervised Multitask Learners",
2019, section 2.2: every text has tokens, none is unknown, and decoding gives back the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__all__ = ["BEGIN", "END", "PADDING", "learn_tokenizer"]

PADDING, BEGIN, END = "<pad>", "<begin>", "<end>"
_BYTES = 256


def learn_tokenizer(texts: Iterable[str], n_entries: int = 4000) -> PreTrainedTokenizerFast:
    """Merge the commonest pairs of pieces until the vocabulary is full.

    A text gets the begin token in front unless `add_special_tokens=False`. The same texts in the
    same order give the same tokenizer.

    Args:
        texts: what to learn from.
        n_entries: V, the bytes and three special tokens included; fewer when the texts run out
            of pairs that occur twice.

    Raises:
        ValueError: `n_entries` has no room for the bytes and the special tokens.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = [PADDING, BEGIN, END]
    least = _BYTES + len(special)
    if n_entries < least:
        raise ValueError(
            f"a byte-level tokenizer needs n_entries of {least} or more (256 bytes and "
            f"{', '.join(special)}), got {n_entries}"
        )
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learned.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=n_entries,
        min_frequency=2,
        special_tokens=special,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    learned.train_from_iterator(texts, trainer)
    learned.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, special.index(BEGIN))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=learned,
        pad_token=PADDING,
        bos_token=BEGIN,
        eos_token=END,
        clean_up_tokenization_spaces=False,
    )
