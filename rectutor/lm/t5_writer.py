"""Write codes with a T5 of transformers, many beams for each question and no work done twice.

A beam search over B questions with W beams each asks a T5 for B W answers, one token at a time.
`generate` gives each beam a copy of what the encoder has read, projects every copy to keys and
values, and moves all of them whenever beams change places. But the beams of one question have read
the same; only what they have written differs. So here

- keys and values of what was read are made once for each question, and its beams share them;
- keys and values of what was written, a few tokens, are all that follows the beams;
- the first step is taken once for each question, since its beams do not differ yet.

The probabilities are those of the T5 over its whole vocabulary, of which the codes that are asked
for are shown, so a beam has the score that `generate` gives it with `length_penalty=0.0`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["T5Writing"]

_LOGITS_AT_ONCE = 2**17  # numbers: half a megabyte stays in the processor's cache


class T5Writing:
    """A T5 at work on B questions (see `rectutor.decoding.Writer`).

    Args:
        model: a T5ForConditionalGeneration of any size, in evaluation mode. Its own weights are
            used, none is copied.
        states: [B, S, D], what its encoder made of the questions.
        is_real: [B, S], 0 at padding; every question has read something.
        tokens: [L, K], the token of each code of each level.

    Raises:
        ValueError: the model would drop activations.
    """

    def __init__(self, model: Any, states: Tensor, is_real: Tensor, tokens: Tensor) -> None:
        if model.training:
            raise ValueError(
                "a T5 must write in evaluation mode, got one in training, which drops "
                "activations; call `model.eval()` first"
            )
        self.model, self.tokens, self.level = model, tokens, 0
        self.may_attend = is_real.bool()[:, None, None]  # [B, 1, 1, S]
        self.blocks = [_BlockWriting(block, states) for block in model.decoder.block]

    def first(self) -> Tensor:
        """Return log-probabilities of the first code, [B, 1, K]."""
        start = self.model.config.decoder_start_token_id
        return self._step(torch.full((len(self.may_attend), 1), start))

    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Return log-probabilities [B, W, K] after `parents` went on with `codes`, [B, W] each."""
        written = self.tokens[self.level, codes]
        self.level += 1
        B = len(parents)
        n_before = self.blocks[0].written.shape[1] // B  # beams of each question
        rows = (parents + n_before * torch.arange(B)[:, None]).flatten()
        for block in self.blocks:
            block.written = block.written[:, rows]
        return self._step(written)

    def _step(self, newest: Tensor) -> Tensor:
        """Read the newest token of each beam [B, W]; return what `then` returns, [B, W, K]."""
        decoder = self.model.decoder
        x = decoder.embed_tokens(newest)  # [B, W, D]
        n = self.level + 1  # the token that starts an answer, and the codes so far
        by_distance = decoder.block[0].layer[0].SelfAttention.compute_bias(n, n)  # [1, H, n, n]
        for block in self.blocks:
            x = block.step(x, self.may_attend, by_distance[0, :, -1].T)
        return self._log_p(_normed(decoder.final_layer_norm, x))

    def _log_p(self, x: Tensor) -> Tensor:
        """Turn states [B, W, D] into log-probabilities of this level's codes, [B, W, K]."""
        model, wanted = self.model, self.tokens[self.level]
        if getattr(model.config, "scale_decoder_outputs", model.config.tie_word_embeddings):
            x = x * model.model_dim**-0.5
        parts = []
        for rows in x.flatten(0, 1).split(max(1, _LOGITS_AT_ONCE // model.config.vocab_size)):
            logits = model.lm_head(rows)  # [n, V]
            parts.append(logits[:, wanted] - logits.logsumexp(dim=1, keepdim=True))
        return torch.cat(parts).unflatten(0, x.shape[:2])


class _BlockWriting:
    """One block of the decoder at work.

    Args:
        block: with self-attention, attention to what was read, feed-forward.
        states: [B, S, D].
    """

    def __init__(self, block: Any, states: Tensor) -> None:
        self.look_back, self.look_up, self.feed_forward = block.layer
        self.n_heads = self.look_up.EncDecAttention.n_heads
        reading = self.look_up.EncDecAttention
        self.memory = self._heads(reading.k(states)), self._heads(reading.v(states))
        n, inner = len(states), reading.inner_dim
        self.written = states.new_zeros(2, n, 0, inner)  # [2, B * W, s, D]: keys, values

    def step(self, x: Tensor, may_attend: Tensor, by_distance: Tensor) -> Tensor:
        """Pass on the newest token of each beam, [B, W, D].

        Args:
            x: [B, W, D].
            may_attend: [B, 1, 1, S], which part of the memory is real.
            by_distance: [s, H], what attention gains by how far back a token stands.
        """
        own, reading = self.look_back.SelfAttention, self.look_up.EncDecAttention

        one = _normed(self.look_back.layer_norm, x).flatten(0, 1)  # [B * W, D]
        newest = torch.stack([own.k(one), own.v(one)])[:, :, None]
        self.written = torch.cat([self.written, newest], dim=2)
        key, value = self.written.unflatten(-1, (self.n_heads, -1))  # [B * W, s, H, D / H]
        query = own.q(one).view_as(key[:, 0])[:, None]
        weights = ((query * key).sum(dim=-1) + by_distance).softmax(dim=1)  # [B * W, s, H]
        mixed = (weights[..., None] * value).sum(dim=1)  # a handful of tokens needs no kernel
        x = x + own.o(mixed.flatten(1)).view_as(x)

        query = self._heads(reading.q(_normed(self.look_up.layer_norm, x)))  # [B, H, W, D / H]
        mixed = F.scaled_dot_product_attention(query, *self.memory, may_attend, scale=1.0)
        x = x + reading.o(mixed.transpose(1, 2).flatten(2))

        dense = self.feed_forward.DenseReluDense
        return x + dense(_normed(self.feed_forward.layer_norm, x))

    def _heads(self, x: Tensor) -> Tensor:
        """Cut the width into heads: [n, S, D] to [n, H, S, D / H]."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)


def _normed(layer_norm: Any, x: Tensor) -> Tensor:
    """Divide [..., D] by its root mean square, as a T5LayerNorm does, in one call."""
    return F.rms_norm(x, x.shape[-1:], layer_norm.weight, layer_norm.variance_epsilon)
