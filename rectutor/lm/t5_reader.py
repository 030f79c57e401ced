"""Read a row of tokens with the encoder of a T5, in fewer and larger steps than transformers.

Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
JMLR 21, 2020, section 2.1. The states are those that `model.encoder` makes in evaluation mode, for
the same weights; queries, keys and values come of one product each time, and what only follows from
the places of tokens is made once. The parts are shared with `rectutor.lm.t5_writer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["fed_forward", "in_heads", "joined", "normed", "on_few_threads", "read"]

_FEW = 256  # rows of a product, below which a second thread costs more than it does


def read(model: Any, tokens: Tensor, is_real: Tensor) -> Tensor:
    """Return what the encoder makes of rows of tokens, [B, S, D].

    Args:
        model: a T5ForConditionalGeneration of any size, in evaluation mode.
        tokens: [B, S].
        is_real: [B, S] bool, False at padding; states of padding mean nothing.

    Raises:
        ValueError: the model would drop activations.
    """
    if model.training:
        raise ValueError(
            "a T5 must read in evaluation mode, got one in training, which drops activations; call "
            "`model.eval()` first"
        )
    encoder, S = model.encoder, tokens.shape[1]
    with on_few_threads(tokens.numel()):
        x = encoder.embed_tokens(tokens)  # [B, S, D]
        gain = encoder.block[0].layer[0].SelfAttention.compute_bias(S, S)  # [1, H, S, S]
        if not is_real.all():
            gain = gain.masked_fill(~is_real[:, None, None], -torch.inf)  # [B, H, S, S]
        for block in encoder.block:
            look, feed_forward = block.layer
            x = x + _looked_around(look.SelfAttention, normed(look.layer_norm, x), gain)
            x += fed_forward(feed_forward.DenseReluDense, normed(feed_forward.layer_norm, x))
        return normed(encoder.final_layer_norm, x)


def _looked_around(own: Any, x: Tensor, gain: Tensor) -> Tensor:
    """Let each token of [B, S, D] attend to all, with a gain [B or 1, H, S, S] for each pair."""
    parts = F.linear(x, joined([own.q, own.k, own.v])).chunk(3, dim=-1)
    query, key, value = (in_heads(part, own.n_heads) for part in parts)
    mixed = F.scaled_dot_product_attention(query, key, value, gain, scale=1.0)
    states: Tensor = own.o(mixed.transpose(1, 2).flatten(2))
    return states


def joined(linears: Sequence[Any]) -> Tensor:
    """Put the weights of linear maps of one input below each other: one product gives all."""
    return torch.cat([linear.weight for linear in linears])


def in_heads(x: Tensor, n_heads: int) -> Tensor:
    """Cut the width into heads: [n, S, H d] to [n, H, S, d]."""
    return x.unflatten(-1, (n_heads, -1)).transpose(1, 2)


def normed(layer_norm: Any, x: Tensor) -> Tensor:
    """Divide [..., D] by its root mean square, as a T5LayerNorm does, in one call."""
    return F.rms_norm(x, x.shape[-1:], layer_norm.weight, layer_norm.variance_epsilon)


def fed_forward(dense: Any, x: Tensor) -> Tensor:
    """Apply the feed-forward layer of a block, gated or not; ReLU needs no second array."""
    if isinstance(dense.act, torch.nn.ReLU) and hasattr(dense, "wi"):
        passed: Tensor = dense.wo(dense.wi(x).relu_())
    else:
        passed = dense(x)
    return passed


@contextmanager
def on_few_threads(n_rows: int) -> Iterator[None]:
    """Use one thread while products have few rows.

    With the waiting threads asleep, to wake one takes as long as a product of 20 rows.
    """
    before = torch.get_num_threads()
    if before == 1 or n_rows > _FEW:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
