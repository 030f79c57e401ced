"""Hold a model of Hugging Face's transformers to the items: the trie as a logits processor.

`model.generate(..., logits_processor=[TrieProcessor(trie, begin)])` writes items and nothing else.
The trie holds tuples of tokens, numbers of the model's own vocabulary. transformers is not needed
here: it asks a processor only to be called with what is written and the scores of what may follow.

`prefix_function` makes the same from the other door that transformers has, a function that is
called for each beam; De Cao et al., "Autoregressive Entity Retrieval", 2021, hold a model to names
like that. Both give the same beams.

Two habits of transformers change scores, not items of one length:

- With `max_new_tokens=L` generation ends at the last code. With more, a closing token follows, and
  its log-probability is part of the score.
- Scores are divided by the number of tokens unless `length_penalty=0.0` is given.

Where there are fewer items than beams, beams that lead nowhere are kept with a score near -1e9;
`items_of` marks what such beams repeat.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import Tensor

from rectutor.schema import PAD
from rectutor.trie import Trie

__all__ = ["TrieProcessor", "items_of", "prefix_function"]


class TrieProcessor:
    """Forbid every token that does not lead to an item, for all beams of all questions at once.

    It remembers nothing between steps, since beams change places: each walks from the root again,
    which is L look-ups of arrays.

    Args:
        trie: of the items' tokens [N, L]. Items of fewer tokens are filled up with the closing
            token on the right.
        begin: how many tokens stand before the first code: 1 for an encoder-decoder, its start
            token; the length of the padded prompts for a decoder alone.
        end_token: what follows a whole item, and a beam that is no item.

    Raises:
        ValueError: `begin` is below 0, or `end_token` below 0.
    """

    def __init__(self, trie: Trie, begin: int = 1, end_token: int = 1) -> None:
        if begin < 0:
            raise ValueError(f"begin must be 0 or more, the tokens before an item, got {begin}")
        if end_token < 0:
            raise ValueError(f"end_token must be 0 or more, a token, got {end_token}")
        self.trie, self.begin, self.end_token = trie, begin, end_token

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Set the scores of forbidden tokens to -inf.

        Args:
            input_ids: [n, T] what each of n beams has been given and has written.
            scores: [n, V] of the next token.

        Returns:
            [n, V].

        Raises:
            ValueError: less is written than `begin`, or the model has fewer tokens than the trie.
        """
        _check(self, input_ids, scores)
        level, nodes = _walk(self.trie, input_ids[:, self.begin :].cpu().numpy())
        held = scores.new_full(scores.shape, -float("inf"))
        if level == self.trie.n_levels:
            nodes = np.full_like(nodes, -1)
        is_over = nodes < 0
        held[is_over, self.end_token] = scores[is_over, self.end_token]
        alive = np.flatnonzero(~is_over)
        if len(alive):
            owner, children = self.trie.legal(level, nodes[alive])
            rows, tokens = alive[owner], self.trie.codes[level][children].astype(np.int64)
            held[rows, tokens] = scores[rows, tokens]
        return held


def prefix_function(
    trie: Trie, begin: int = 1, end_token: int = 1
) -> Callable[[int, Tensor], list[int]]:
    """Make what `generate` takes as `prefix_allowed_tokens_fn`, one beam at a time.

    Args:
        trie: as in `TrieProcessor`.
        begin: as in `TrieProcessor`.
        end_token: as in `TrieProcessor`.

    Returns:
        A function of the question's number and what a beam has written, [T], that lists the tokens
        that may follow.
    """

    def allowed(question: int, written: Tensor) -> list[int]:
        level, nodes = _walk(trie, written[None, begin:].cpu().numpy())
        if level == trie.n_levels or nodes[0] < 0:
            return [end_token]
        _, children = trie.legal(level, nodes)
        tokens: list[int] = trie.codes[level][children].tolist()
        return tokens

    return allowed


def items_of(trie: Trie, sequences: Tensor, begin: int = 1, end_token: int = 1) -> np.ndarray:
    """Read the items in what `generate` returned.

    Args:
        trie: as in `TrieProcessor`.
        sequences: [B, W, T] of B questions, best first: `sequences.unflatten(0, (B, W))`.
        begin: as in `TrieProcessor`.
        end_token: as in `TrieProcessor`; what stands behind it is filling.

    Returns:
        [B, W] int64 item index; PAD where a sequence is no item, or one that stands before it.
    """
    B, W, _ = sequences.shape
    written = np.full((B * W, trie.n_levels), end_token, dtype=np.int64)
    tokens = sequences.flatten(0, 1)[:, begin : begin + trie.n_levels].cpu().numpy()
    is_over = np.cumsum(tokens == end_token, axis=1) > 0
    written[:, : tokens.shape[1]] = np.where(is_over, end_token, tokens)
    items = trie.find(written).reshape(B, W)
    is_repeated = np.tril(items[:, :, None] == items[:, None, :], k=-1).any(axis=2)
    return np.where(is_repeated, PAD, items)


def _walk(trie: Trie, written: np.ndarray) -> tuple[int, np.ndarray]:
    """Follow tokens [n, T] from the root: the level, L at most, and the nodes [n], -1 for none."""
    level = min(written.shape[1], trie.n_levels)
    nodes = np.zeros(len(written), dtype=np.int64)
    for place in range(level):
        nodes = trie.child(place, nodes, written[:, place])
    return level, nodes


def _check(processor: TrieProcessor, input_ids: Tensor, scores: Tensor) -> None:
    if input_ids.shape[1] < processor.begin:
        raise ValueError(
            f"begin is {processor.begin}, but only {input_ids.shape[1]} tokens are written; give "
            "the length of the padded prompts, or 1 for an encoder-decoder"
        )
    needed = max(processor.trie.codebook_size, processor.end_token + 1)
    if scores.shape[1] < needed:
        raise ValueError(
            f"the trie and the closing token need {needed} tokens, the model has "
            f"{scores.shape[1]}; the codes of the trie must be numbers of its vocabulary"
        )
