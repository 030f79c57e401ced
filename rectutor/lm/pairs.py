"""Prompts and their answers as tokens, laid side by side in one row.

How text becomes tokens is what `CausalLM.score` does: the prompt with its special tokens, the
answer without, joined as tokens. Nothing ends an answer unless its text does, for instance with
the tokenizer's `eos_token`. What reads a row is `rectutor.lm.side_by_side`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.causal import CausalLM
from rectutor.lm.questions import check_texts
from rectutor.lm.tokens import check_fit, lengths_of, tokenized

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["LossOn", "Pair", "Row", "one_row", "tokenized_pairs"]

LossOn = Literal["answer", "all"]


class Pair(NamedTuple):
    """One example."""

    prompt: np.ndarray  # [p] int64 tokens, special ones included
    answer: np.ndarray  # [a] int64 tokens


class Row(NamedTuple):
    """Pairs side by side: n tokens that are read, m that are to be predicted."""

    tokens: Tensor  # [1, n] int64
    positions: Tensor  # [1, n] int64, 0 at the beginning of each pair
    lengths: list[int]  # of each pair; they add up to n
    asked: Tensor  # [m] int64, places in the row whose next token is to be predicted
    wanted: Tensor  # [m] int64, those next tokens


def tokenized_pairs(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[str],
    answers: Sequence[str],
) -> list[Pair]:
    """Turn prompts and answers into tokens, as `CausalLM.score` does.

    Raises:
        TypeError: a prompt or an answer is not a string.
        ValueError: there are none, or not as many answers as prompts, an answer is empty, or a
            pair does not fit the model; names the pair, the tokens needed and the limit.
    """
    check_texts(prompts, "prompts")
    check_texts(answers, "answers")
    if len(prompts) != len(answers) or not prompts:
        raise ValueError(
            f"one answer per prompt is needed, and one pair or more: got {len(prompts)} prompts "
            f"and {len(answers)} answers"
        )
    if "" in answers:
        place = list(answers).index("")
        raise ValueError(
            f"answers[{place}] is empty, so there is nothing to learn for the prompt "
            f"{prompts[place][:40]!r}; leave the pair out"
        )
    reader = CausalLM(model, tokenizer, type(model).__name__)
    first = reader.prompt_tokens(prompts)
    second = tokenized(tokenizer, answers, special=False)
    lengths = lengths_of(first)
    check_fit(prompts, lengths, reader.positions(lengths, lengths_of(second)), reader.limit)
    return [Pair(*both) for both in zip(first, second, strict=True)]


def one_row(pairs: Sequence[Pair], loss_on: LossOn = "answer") -> Row:
    """Lay pairs side by side. The last token of a pair is predicted, and never read.

    Args:
        pairs: one or more, from `tokenized_pairs`.
        loss_on: predict only the tokens of answers, or "all" but the first of each prompt.

    Example:
        >>> one, two = np.array([1, 5, 6]), np.array([1])
        >>> row = one_row([Pair(one, np.array([7])), Pair(two, np.array([8, 9]))])
        >>> row.tokens.tolist(), row.positions.tolist(), row.lengths
        ([[1, 5, 6, 1, 8]], [[0, 1, 2, 0, 1]], [3, 2])
        >>> row.asked.tolist(), row.wanted.tolist()
        ([2, 3, 4], [7, 8, 9])
    """
    whole = [np.concatenate(pair) for pair in pairs]
    lengths = lengths_of(whole) - 1
    positions = np.concatenate([np.arange(length) for length in lengths])
    in_prompt = lengths_of([pair.prompt for pair in pairs]) - 1  # predicted tokens of the prompt
    begins = in_prompt if loss_on == "answer" else np.zeros_like(in_prompt)
    asked = np.flatnonzero(positions >= np.repeat(begins, lengths))
    inputs = np.concatenate([tokens[:-1] for tokens in whole])
    targets = np.concatenate([tokens[1:] for tokens in whole])
    return Row(
        torch.from_numpy(inputs)[None],
        torch.from_numpy(positions)[None],
        lengths.tolist(),
        torch.from_numpy(asked),
        torch.from_numpy(targets[asked]),
    )
