"""A decoder reads pairs of prompt and answer side by side, without padding, none seeing another.

Instruction tuning shows a model what to answer (Ouyang et al., "Training language models to follow
instructions with human feedback", NeurIPS 2022, section 3.5). Its loss here is the mean surprise of
the answers' tokens; prompts are only read (Bao et al., "TALLRec", RecSys 2023, section 3.2). Three
things follow, and none of them changes the loss or a gradient; tests compare them with padded rows.

1. All of a model but attention treats every token on its own. So pairs of all lengths make up one
   row [1, n] with no token wasted, positions begin again at 0 with each pair, and attention alone
   takes the row apart.
2. The output layer, the widest of a model, is needed only where an answer's token is predicted.
3. So is the feed-forward part of the last block, since no attention comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rectutor.lm.pairs import Pair, Row, one_row

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["check_kept_apart", "kept_apart", "row_loss"]

_NAME = "rectutor_side_by_side"  # among transformers' kinds of attention
_LLAMAS_PARTS = {"input_layernorm", "self_attn", "post_attention_layernorm", "mlp"}


def row_loss(model: PreTrainedModel, row: Row) -> Tensor:
    """Return the mean cross-entropy (nats per token) of the tokens that a row asks for.

    Within `kept_apart`, attention visits one pair after the other. Without it, transformers tells
    from the positions where a pair begins and hides the others behind a mask [n, n]: the same
    loss, at more than twice the cost.
    """
    return F.cross_entropy(_logits(model, row).float(), row.wanted.to(model.device))


@contextmanager
def kept_apart(model: PreTrainedModel) -> Iterator[None]:
    """Let attention take rows apart, and the last block save work, while the block runs.

    The last block of Llama, Qwen2, Mistral and their like is known; that of others does all its
    work.

    Args:
        model: a decoder; changed while the block runs, then put back.

    Raises:
        ValueError: the model's attention cannot be exchanged.
    """
    from transformers import AttentionInterface

    if not getattr(model, "_supports_attention_backend", False):
        raise ValueError(
            f"{type(model).__name__} does not let its attention be exchanged, so pairs in one row "
            "would see each other; take a decoder that does, such as Llama, Qwen2 or GPT-2"
        )
    AttentionInterface.register(_NAME, _each_alone)
    usual = model.config._attn_implementation
    last = _last_block(model)
    model.set_attn_implementation(_NAME)
    if last is not None:
        last.forward = partial(_finish_asked, last)
    try:
        yield
    finally:
        if last is not None:
            del last.forward  # that of its class is back
        model.set_attn_implementation(usual)


@torch.no_grad()
def check_kept_apart(model: PreTrainedModel, pairs: Sequence[Pair]) -> None:
    """Read the shortest and the longest pair side by side, and each alone, and compare.

    A recurrent layer, attention that looks back only so far or squashes its weights, or a last
    block that only looks like Llama's would make a model learn from wrong numbers.

    Args:
        model: put into evaluation mode.
        pairs: what will be read.

    Raises:
        ValueError: the two readings differ, or the model's attention cannot be exchanged.
    """
    model.eval()
    by_length = sorted(pairs, key=lambda pair: len(pair.prompt) + len(pair.answer))
    two = [by_length[0], by_length[-1]]
    with kept_apart(model):
        together = _logits(model, one_row(two, "all")).float()
    alone = torch.cat([_logits(model, one_row([pair], "all")) for pair in two]).float()
    difference, spread = float((together - alone).abs().max()), float(alone.std())
    if not difference <= 3 * torch.finfo(model.dtype).eps ** 0.5 * spread:  # more than rounding
        raise ValueError(
            f"{type(model).__name__} reads pairs otherwise side by side than alone: logits, whose "
            f"spread is {spread:.2g}, differ by {difference:.2g}; take a decoder with plain causal "
            "attention, such as Llama, Qwen2 or GPT-2"
        )


def _logits(model: PreTrainedModel, row: Row) -> Tensor:
    """Return the logits [m, V] at the places that a row asks for, and nowhere else."""
    asked = row.asked.to(model.device)
    out = model(
        input_ids=row.tokens.to(model.device),
        position_ids=row.positions.to(model.device),
        logits_to_keep=asked,
        lengths=row.lengths,  # handed through to `_each_alone`
        asked=asked,  # handed through to `_finish_asked`
        use_cache=False,
    )
    return out.logits[0]


def _each_alone(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    lengths: list[int],
    scaling: float | None = None,
    dropout: float = 0.0,
    **others: Any,
) -> tuple[Tensor, None]:
    """Attend within each pair: [1, heads, n, width of a head] in, [1, n, heads, width] out."""
    groups = query.shape[1] // key.shape[1]  # queries that share a key
    if groups > 1:
        key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    pairs = zip(*(x.split(lengths, dim=2) for x in (query, key, value)), strict=True)
    mixed = [
        F.scaled_dot_product_attention(q, k, v, is_causal=True, dropout_p=dropout, scale=scaling)
        for q, k, v in pairs
    ]
    return torch.cat([x.transpose(1, 2) for x in mixed], dim=1), None


def _last_block(model: nn.Module) -> nn.Module | None:
    """Return the last block if it is one of Llama's kind, else None."""
    parts = [
        part for part in model.modules() if {n for n, _ in part.named_children()} == _LLAMAS_PARTS
    ]
    return parts[-1] if parts else None


def _finish_asked(block: Any, hidden_states: Tensor, *, asked: Tensor, **options: Any) -> Tensor:
    """Do a block's work [1, n, D], its feed-forward part only at the places asked for.

    Elsewhere the states stay unfinished; nothing reads them.
    """
    mixed, _ = block.self_attn(hidden_states=block.input_layernorm(hidden_states), **options)
    hidden = hidden_states + mixed
    kept = hidden[:, asked]  # [1, m, D]
    return hidden.index_copy(1, asked, kept + block.mlp(block.post_attention_layernorm(kept)))
