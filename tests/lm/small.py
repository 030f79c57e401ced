"""Tiny random models, a tokenizer that is trained on the spot, and scores worked out by hand."""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from rectutor.lm.causal import CausalLM
from rectutor.lm.seq2seq import Seq2SeqLM
from rectutor.schema import seeded

PAD, BEGIN, END = 0, 1, 2
LIMIT = 64  # positions of the decoder
TEXT = [
    "The viewer liked the western and disliked the musical; the critic liked both of them.",
    "A thriller from the seventies, directed by a woman who later directed comedies.",
    "Would this person enjoy the next film? Yes, because the person enjoyed every western.",
    "Would this person enjoy the other film? No, because nothing in it is a comedy.",
]


def tokenizer(template: str = "<s> $A") -> PreTrainedTokenizerFast:
    """Train a byte-level BPE whose every entry can be written as ASCII text.

    Args:
        template: what it puts around a text.
    """
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = [c for c in pre_tokenizers.ByteLevel.alphabet() if " " < c <= "~" or c == "Ġ"]
    special = ["<pad>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    inner.train_from_iterator(TEXT, trainer)
    inner.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[("<s>", BEGIN), ("</s>", END)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )


def sizes(n_entries: int) -> dict:
    """Return the sizes of the small decoders, in the words of Llama's config."""
    return {
        "vocab_size": n_entries,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": LIMIT,
        "initializer_range": 0.3,
        "pad_token_id": PAD,
        "bos_token_id": BEGIN,
        "eos_token_id": END,
    }


def small_llama() -> CausalLM:
    """Make a random Llama of two layers; it drops attention out in training mode."""
    words = tokenizer()
    with seeded(0):
        model = LlamaForCausalLM(LlamaConfig(**sizes(len(words)), attention_dropout=0.5))
    return CausalLM(model, words, "small llama")


def small_t5() -> Seq2SeqLM:
    """Make a random T5 of two layers; it drops out in training mode."""
    words = tokenizer("$A </s>")
    config = T5Config(
        vocab_size=len(words),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        pad_token_id=PAD,
        eos_token_id=END,
        decoder_start_token_id=PAD,
    )
    with seeded(0):
        model = T5ForConditionalGeneration(config)
    with torch.no_grad():  # otherwise a random T5 repeats the token that it reads
        model.shared.weight.mul_(0.1)
        model.decoder.final_layer_norm.weight.fill_(15.0)
    return Seq2SeqLM(model, words, "small t5")


@torch.no_grad()
def next_log_p(lm, prompt: str, answer: list[int]) -> torch.Tensor:
    """Read prompt and answer in one go; return log-probabilities [len(answer) + 1, V].

    Row i is what follows the first i tokens of the answer.
    """
    given = lm.tokenizer(prompt)["input_ids"]
    lm.model.eval()
    if isinstance(lm, Seq2SeqLM):
        start = lm.model.config.decoder_start_token_id
        out = lm.model(
            input_ids=torch.tensor([given]), decoder_input_ids=torch.tensor([[start, *answer]])
        )
    else:
        out = lm.model(input_ids=torch.tensor([given + answer]), use_cache=False)
    return out.logits[0].log_softmax(dim=1)[-len(answer) - 1 :]


def by_hand(lm, prompt: str, continuation: str) -> float:
    """Return the log-probability of a continuation, without cache, batch or padding."""
    answer = lm.tokenizer(continuation, add_special_tokens=False)["input_ids"]
    log_p = next_log_p(lm, prompt, answer)
    return sum(log_p[i, token].item() for i, token in enumerate(answer))
