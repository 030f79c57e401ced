"""Random models of transformers that write tuples of tokens, and every item's score by hand."""

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration
from transformers.utils import logging

from rectutor.schema import seeded

N_TOKENS, PAD_TOKEN, END, FIRST = 20, 0, 1, 2  # codes are FIRST..N_TOKENS-1
PROMPTS = torch.tensor(np.random.default_rng(0).integers(FIRST, N_TOKENS, (3, 6)))


def tuples(n_items: int, n_levels: int = 3) -> np.ndarray:
    """Draw the tokens of different items, [N, L]."""
    rng = np.random.default_rng(1)
    drawn = np.unique(rng.integers(FIRST, N_TOKENS, (4 * n_items, n_levels)), axis=0)
    return rng.permutation(drawn)[:n_items]


class SmallT5:
    """An encoder-decoder: items are written behind one start token."""

    begin = 1

    def __init__(self):
        with seeded(0):
            self.model = T5ForConditionalGeneration(
                T5Config(
                    vocab_size=N_TOKENS,
                    d_model=16,
                    d_kv=4,
                    d_ff=32,
                    num_layers=2,
                    num_heads=4,
                    pad_token_id=PAD_TOKEN,
                    eos_token_id=END,
                    decoder_start_token_id=PAD_TOKEN,
                )
            ).eval()
        with torch.no_grad():  # otherwise a random T5 repeats the token that it reads
            self.model.shared.weight.mul_(0.1)
            self.model.decoder.final_layer_norm.weight.fill_(15.0)

    @torch.no_grad()
    def log_p(self, prompts, written):
        """Return what the model says behind each written token and before, [n, t + 1, V]."""
        start = torch.full((len(written), 1), PAD_TOKEN)
        out = self.model(input_ids=prompts, decoder_input_ids=torch.cat([start, written], dim=1))
        return out.logits.log_softmax(dim=2)


class SmallLlama:
    """A decoder alone: items are written behind the prompt."""

    begin = PROMPTS.shape[1]

    def __init__(self):
        with seeded(0):
            self.model = LlamaForCausalLM(
                LlamaConfig(
                    vocab_size=N_TOKENS,
                    hidden_size=16,
                    intermediate_size=32,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    max_position_embeddings=32,
                    initializer_range=0.5,
                    pad_token_id=PAD_TOKEN,
                    eos_token_id=END,
                )
            ).eval()

    @torch.no_grad()
    def log_p(self, prompts, written):
        """Return what the model says behind each written token and before, [n, t + 1, V]."""
        out = self.model(input_ids=torch.cat([prompts, written], dim=1))
        return out.logits[:, prompts.shape[1] - 1 :].log_softmax(dim=2)


def brute_force(small, tokens, is_closed=False):
    """Return the log-probability of every item, [B, N], with that of a closing token or without."""
    B, (N, L) = len(PROMPTS), tokens.shape
    written = torch.from_numpy(tokens).repeat(B, 1)
    log_p = small.log_p(PROMPTS.repeat_interleave(N, dim=0), written)
    scores = log_p[:, :-1].gather(2, written[:, :, None])[:, :, 0].sum(dim=1)
    return (scores + log_p[:, L, END] * is_closed).view(B, N).numpy()


def generate(small, n_beams, n_new, **door):
    """Search with Hugging Face's own beams; return sequences [B, W, T] and scores [B, W]."""
    logging.set_verbosity_error()
    out = small.model.generate(
        input_ids=PROMPTS,
        attention_mask=torch.ones_like(PROMPTS),
        num_beams=n_beams,
        num_return_sequences=n_beams,
        max_new_tokens=n_new,
        do_sample=False,
        length_penalty=0.0,
        return_dict_in_generate=True,
        output_scores=True,
        **door,
    )
    shape = (len(PROMPTS), n_beams)
    return out.sequences.unflatten(0, shape), out.sequences_scores.view(shape).numpy()
