"""The parts that several models are built from: attention block, masks, output losses."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.schema import PAD

__all__ = ["Block", "Drop", "attention_mask", "full_cross_entropy"]

_CHUNK_BYTES = 2**20  # logits held at once: they stay in the processor's cache


def attention_mask(history: Tensor, is_causal: bool = True) -> Tensor:
    """Say which position may look at which.

    A real position sees the real positions up to itself (or all real ones when not causal).
    A padded position sees itself only: a row with nothing to see would become NaN.

    Args:
        history: [B, T] int, PAD on the left.
        is_causal: forbid the future.

    Returns:
        may_attend: [B, 1, T, T] bool, True where row (query) may look at column (key).
    """
    T = history.shape[1]
    may_attend = (history != PAD)[:, None, None, :].expand(-1, 1, T, T)
    if is_causal:
        may_attend = may_attend & torch.ones(T, T, dtype=torch.bool).tril()
    return may_attend | torch.eye(T, dtype=torch.bool)


class Drop(nn.Module):
    """Zero a share of the entries in training and scale up the rest (dropout).

    One 64-bit random number decides for eight entries, so `rate` is rounded to 1/256: drawing
    one number per entry takes longer than the attention itself.

    Args:
        rate: share to zero, from 0 up to, but not including, 1.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"dropout must be at least 0 and below 1, got {rate}")
        self.threshold = round(256 * rate)

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` of any shape, thinned when training."""
        if not (self.training and self.threshold):
            return x
        draws = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        stays = draws.view(torch.uint8)[: x.numel()].view(x.shape) >= self.threshold
        return x * stays.to(x.dtype).mul_(256 / (256 - self.threshold))


class Block(nn.Module):
    """One transformer block: attention, then a feed-forward layer, each behind a LayerNorm.

    Attention weights themselves are not dropped, which keeps the fused attention kernel usable.

    Args:
        width: D.
        n_heads: H, a divisor of D.
        inner: width of the feed-forward layer.
        dropout: share of activations dropped in training, 0 to 1.
        activation: between the two feed-forward layers, "relu" or "gelu".
    """

    def __init__(
        self, width: int, n_heads: int, inner: int, dropout: float, activation: str = "relu"
    ) -> None:
        super().__init__()
        if width % n_heads:
            raise ValueError(
                f"n_heads must divide width, got width={width} and n_heads={n_heads}; "
                f"choose one of {[h for h in range(1, width + 1) if width % h == 0]}"
            )
        self.n_heads = n_heads
        self.drop = Drop(dropout)
        self.before_attention = nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.before_feed_forward = nn.LayerNorm(width)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.activation = nn.GELU() if activation == "gelu" else nn.ReLU()

    def forward(self, x: Tensor, may_attend: Tensor, last_only: bool = False) -> Tensor:
        """Transform every position, or only the newest one.

        Args:
            x: [B, T, D].
            may_attend: [B, 1, T, T] bool from `attention_mask`.
            last_only: compute position -1 alone; it still looks at all others.

        Returns:
            [B, T, D], or [B, 1, D] with `last_only`.
        """
        if last_only:
            mixed, x = self._newest(x, may_attend), x[:, -1:]
        else:
            query, key, value = self._heads(x)  # each [B, H, T, D / H]
            mixed = F.scaled_dot_product_attention(query, key, value, may_attend)
            mixed = mixed.transpose(1, 2).flatten(2)  # [B, T, D]
        x = x + self.drop(self.merge(mixed))
        inner = self.drop(self.activation(self.widen(self.before_feed_forward(x))))
        return x + self.drop(self.narrow(inner))

    def attention(self, x: Tensor, may_attend: Tensor) -> Tensor:
        """Return the attention weights of every head: [B, H, T, T], each row sums to 1."""
        query, key, _ = self._heads(x)
        logits = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        return logits.masked_fill(~may_attend, -torch.inf).softmax(dim=-1)

    def _heads(self, x: Tensor) -> tuple[Tensor, ...]:
        """Project to query, key and value, each [B, H, T, D / H]."""
        B, T, _ = x.shape
        parts = self.project(self.before_attention(x)).view(B, T, 3, self.n_heads, -1)
        return parts.permute(2, 0, 3, 1, 4).unbind(0)

    def _newest(self, x: Tensor, may_attend: Tensor) -> Tensor:
        """Return what position -1 receives, [B, 1, D], without a key or a value of each position.

        A query meets a key as (W_k' query) meets the position itself, and values are mixed as
        W_v (mixture of the positions). The key's bias adds the same to every logit of a row.
        """
        B, _, D = x.shape
        x = self.before_attention(x)
        to_query, to_key, to_value = self.project.weight.view(3, self.n_heads, -1, D)
        for_query, _, for_value = self.project.bias.view(3, 1, D)
        query = F.linear(x[:, -1], to_query.flatten(0, 1), for_query[0]).view(B, self.n_heads, -1)
        asked = torch.einsum("bhd,hde->bhe", query, to_key)  # [B, H, D]
        logits = asked @ x.transpose(1, 2) / query.shape[-1] ** 0.5  # [B, H, T]
        shares = logits.masked_fill(~may_attend[:, 0, -1:], -torch.inf).softmax(dim=-1)
        received = torch.einsum("bhe,hde->bhd", shares @ x, to_value)
        return received.flatten(1)[:, None] + for_value


def full_cross_entropy(hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of every target against all items.

    Equal to `F.cross_entropy(hidden @ weight.T + bias, targets)` in value and gradients, but
    the logits [n, N] exist only a few megabytes at a time: both the loss and its gradients are
    taken chunk by chunk.

    Args:
        hidden: [n, D], one row for each real position.
        weight: [N, D], one vector per item.
        bias: [N], added to each item's logits.
        targets: [n] int, 0..N-1, rows of `weight`.
    """
    return _ChunkedCrossEntropy.apply(hidden, weight, bias, targets)


class _ChunkedCrossEntropy(torch.autograd.Function):
    """Cross-entropy whose gradients are already made while the logits are at hand."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        n, N = len(hidden), len(weight)
        for_hidden = torch.empty_like(hidden)
        for_weight, for_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        total = hidden.new_zeros(())
        rows = max(1, _CHUNK_BYTES // (N * hidden.element_size()))
        buffers = hidden.new_empty(2, min(rows, n), N)  # made once: fresh memory costs page faults
        for start in range(0, n, rows):
            part, target = hidden[start : start + rows], targets[start : start + rows, None]
            logits, error = buffers[:, : len(part)]  # [rows, N] each
            torch.addmm(bias, part, weight.T, out=logits)
            torch.softmax(logits, dim=1, out=error)
            # log of the sum of exp(logits), from the largest share, which cannot underflow
            normaliser = logits.amax(dim=1, keepdim=True) - error.amax(dim=1, keepdim=True).log()
            total += (normaliser - logits.gather(1, target)).sum()
            error.scatter_add_(1, target, error.new_full((len(part), 1), -1.0))
            torch.mm(error, weight, out=for_hidden[start : start + rows])
            for_weight.addmm_(error.T, part)
            for_bias += error.sum(dim=0)
        ctx.save_for_backward(for_hidden.div_(n), for_weight.div_(n), for_bias.div_(n))
        return total / n

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        return *(saved * gradients[0] for saved in ctx.saved_tensors), None
