"""Write codes with a T5 of transformers, many beams for each question and no work done twice.

A beam search over B questions with W beams each asks a T5 for B W answers, one token at a time.
`generate` gives each beam a copy of what the encoder has read, projects every copy to keys and
values, and moves all of them whenever beams change places. But the beams of one question have read
the same; only what they have written differs. So here

- keys and values of what was read are made once for each question, and its beams share them;
- keys and values of what was written, a few tokens, are all that follows the beams;
- the first step is taken once for each question, since its beams do not differ yet;
- products of the same input are one product: queries, keys and values of what was written, and keys
  and values of what was read for all blocks together.

The probabilities are those of the T5 over its whole vocabulary, of which the codes that are asked
for are shown, so a beam has the score that `generate` gives it with `length_penalty=0.0`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.lm.t5_reader import fed_forward, in_heads, joined, normed, on_few_threads

__all__ = ["T5Writing"]

_LOGITS_AT_ONCE = 2**17  # numbers: half a megabyte stays in the processor's cache


class T5Writing:
    """A T5 at work on B questions (see `rectutor.decoding.Writer`).

    Args:
        model: a T5ForConditionalGeneration of any size, in evaluation mode. The weights of its
            attention are taken as they are now.
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
        blocks = model.decoder.block
        own, reading = blocks[0].layer[0].SelfAttention, blocks[0].layer[1].EncDecAttention
        gap = torch.zeros(is_real.shape).masked_fill_(~is_real.bool(), -torch.inf)
        self.may_attend = gap[:, None, None] if gap.any() else None  # [B, 1, 1, S], added
        self.by_distance = own.compute_bias(len(tokens), len(tokens))[0]  # [H, L, L]
        with on_few_threads(is_real.numel()):
            maps = [getattr(b.layer[1].EncDecAttention, name) for b in blocks for name in "kv"]
            memory = F.linear(states, joined(maps)).split(reading.inner_dim, dim=-1)
        halves = [in_heads(part, reading.n_heads) for part in memory]  # keys, values, keys, ...
        pairs = zip(halves[::2], halves[1::2], strict=True)
        self.blocks = [_BlockWriting(*both) for both in zip(blocks, pairs, strict=True)]
        # Keys and values of what was written, of every block; a beam's own in each of its rows.
        self.written = states.new_empty(len(tokens), len(blocks), 2, len(states), own.inner_dim)

    def first(self) -> Tensor:
        """Return log-probabilities of the first code, [B, 1, K]."""
        start = self.model.config.decoder_start_token_id
        return self._step(torch.full((len(self.written[0, 0, 0]), 1), start))

    def then(self, parents: Tensor, codes: Tensor) -> Tensor:
        """Return log-probabilities [B, W, K] after `parents` went on with `codes`, [B, W] each."""
        newest = self.tokens[self.level, codes]
        self.level += 1
        (B, W), before = parents.shape, self.written
        n_before = before.shape[3] // B  # beams of each question
        rows = (parents + n_before * torch.arange(B)[:, None]).flatten()
        self.written = before.new_empty(*before.shape[:3], B * W, before.shape[4])
        torch.index_select(before[: self.level], 3, rows, out=self.written[: self.level])
        return self._step(newest)

    def _step(self, newest: Tensor) -> Tensor:
        """Read the newest token of each beam [B, W]; return what `then` returns, [B, W, K]."""
        decoder, n = self.model.decoder, self.level + 1  # what starts an answer, and codes so far
        by_distance = self.by_distance[:, self.level, :n].T[:, None]  # [n, 1, H]
        with on_few_threads(newest.numel()):
            x = decoder.embed_tokens(newest)  # [B, W, D]
            for place, block in enumerate(self.blocks):
                x = block.step(x, self.written[:n, place], by_distance, self.may_attend)
            return self._log_p(normed(decoder.final_layer_norm, x))

    def _log_p(self, x: Tensor) -> Tensor:
        """Turn states [B, W, D] into log-probabilities of this level's codes, [B, W, K]."""
        model, wanted = self.model, self.tokens[self.level]
        if getattr(model.config, "scale_decoder_outputs", model.config.tie_word_embeddings):
            x = x * model.model_dim**-0.5
        parts = []
        for rows in x.flatten(0, 1).split(max(1, _LOGITS_AT_ONCE // model.config.vocab_size)):
            logits = model.lm_head(rows)  # [n, V]
            parts.append(logits.log_softmax(dim=1).index_select(1, wanted))
        return torch.cat(parts).unflatten(0, x.shape[:2])


class _BlockWriting:
    """One block of the decoder at work.

    Args:
        block: with self-attention, attention to what was read, feed-forward.
        memory: keys and values of what was read, [B, H, S, d] each.
    """

    def __init__(self, block: Any, memory: tuple[Tensor, Tensor]) -> None:
        self.look_back, self.look_up, self.feed_forward = block.layer
        own = self.look_back.SelfAttention
        self.memory, self.own_maps = memory, joined([own.k, own.v, own.q])

    def step(
        self, x: Tensor, written: Tensor, by_distance: Tensor, may_attend: Tensor | None
    ) -> Tensor:
        """Pass on the newest token of each beam, [B, W, D].

        Args:
            x: [B, W, D].
            written: [s, 2, B * W, H d], keys and values of this block; the last is filled in.
            by_distance: [s, 1, H], what attention gains by how far back a token stands.
            may_attend: [B, 1, 1, S], -inf at padding of the memory; None where there is none.
        """
        own, reading = self.look_back.SelfAttention, self.look_up.EncDecAttention

        one = normed(self.look_back.layer_norm, x).flatten(0, 1)  # [B * W, D]
        newest = F.linear(one, self.own_maps).unflatten(1, (3, -1)).transpose(0, 1)
        written[-1].copy_(newest[:2])
        key, value = written.unflatten(-1, (own.n_heads, -1)).unbind(1)  # [s, B * W, H, d]
        query = newest[2].unflatten(-1, (own.n_heads, -1))
        weights = ((query * key).sum(dim=-1) + by_distance).softmax(dim=0)  # [s, B * W, H]
        mixed = (weights[..., None] * value).sum(dim=0)  # a handful of tokens needs no kernel
        x = x + own.o(mixed.flatten(1)).view_as(x)

        query = in_heads(reading.q(normed(self.look_up.layer_norm, x)), reading.n_heads)
        mixed = F.scaled_dot_product_attention(query, *self.memory, may_attend, scale=1.0)
        x += reading.o(mixed.transpose(1, 2).flatten(2))
        x += fed_forward(self.feed_forward.DenseReluDense, normed(self.feed_forward.layer_norm, x))
        return x
