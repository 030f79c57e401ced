"""Record a beam search of Hugging Face's transformers, step by step, as one of our own.

`generate` returns the end of the search and not how it went. A logits processor sees every step,
though: what each beam has written, and the log-probability of every token that may follow. The
recorder keeps both, and works out afterwards which beam came from which, so that whoever looks at
a search of this course can look at that of any other model.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from rectutor.decoding.processor import TrieProcessor, items_of
from rectutor.decoding.trace import Beams, Step

__all__ = ["BeamRecorder"]


class BeamRecorder:
    """Stand in for a `TrieProcessor` and remember the search.

    Give it in place of one, `generate(logits_processor=[recorder])`, then ask for `beams`. It holds
    [n, V] numbers for each level, and starts anew with each call of `generate`.

    Args:
        processor: whose trie is followed; all items have L tokens, and its `codebook_size` is V,
            the vocabulary of the model.
        is_held: hold the beams to items. False only looks on; give `min_new_tokens=L` then, or a
            beam may end before its last code.
    """

    def __init__(self, processor: TrieProcessor, is_held: bool = True) -> None:
        self.processor, self.is_held = processor, is_held
        self._seen: list[tuple[np.ndarray, np.ndarray]] = []  # written [n, t], log_p [n, V]

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Keep what is written and what may follow; return the scores of the next token, [n, V].

        Args:
            input_ids: [n, T].
            scores: [n, V], log-probabilities, as a beam search has them.

        Raises:
            ValueError: the trie was not built for V tokens, or as in `TrieProcessor`.
        """
        trie, begin = self.processor.trie, self.processor.begin
        if scores.shape[1] != trie.codebook_size:
            raise ValueError(
                f"the trie is built for {trie.codebook_size} tokens, the model has "
                f"{scores.shape[1]}; build it by Trie(tokens, codebook_size={scores.shape[1]})"
            )
        held = self.processor(input_ids, scores)
        level = input_ids.shape[1] - begin
        if level == 0:
            self._seen = []
        if level < trie.n_levels:
            written = input_ids[:, begin:].cpu().numpy().copy()
            self._seen.append((written, scores.float().cpu().numpy().copy()))
        return held if self.is_held else scores

    def beams(self, sequences: Tensor) -> Beams:
        """Put the last search together.

        Args:
            sequences: [B, W, T] what `generate` returned for B questions, best first:
                `sequences.unflatten(0, (B, W))`.

        Returns:
            The search, its K being V. Scores are those of the L tokens, without a closing token and
            not divided by anything; what beams repeat is no beam.

        Raises:
            ValueError: not every level was seen, or the sequences come from another search.
        """
        trie, begin = self.processor.trie, self.processor.begin
        B, L = len(sequences), trie.n_levels
        if len(self._seen) < L:
            raise ValueError(
                f"{L} levels make an item, {len(self._seen)} were recorded; run generate with the "
                f"recorder in logits_processor and max_new_tokens={L}"
            )
        last = sequences[:, :, begin : begin + L].cpu().numpy()
        written = [written.reshape(B, len(written) // B, -1) for written, _ in self._seen[1:]]
        steps: list[Step] = []
        for longer in [*written, last]:
            steps.append(self._step(steps, longer))
        items = items_of(trie, sequences, begin, self.processor.end_token)
        is_beam = steps[-1].scores > -np.inf
        return Beams(np.where(is_beam, items, 0), steps[-1].scores, tuple(steps))

    def _step(self, steps: list[Step], longer: np.ndarray) -> Step:
        """Work out where beams [B, W, t + 1] come from."""
        trie, level, (B, _, length) = self.processor.trie, len(steps), longer.shape
        written, log_p = (a.reshape(B, len(a) // B, a.shape[1]) for a in self._seen[level])
        if level == 0:  # all beams are the same then, and transformers counts the first
            written, log_p = written[:, :1], log_p[:, :1]
        came_from = (longer[:, :, None, :-1] == written[:, None]).all(axis=3)  # [B, W, V]
        is_known = came_from.any(axis=2)  # transformers fills up where it found fewer than W
        if length != level + 1 or not is_known[:, 0].all():
            raise ValueError(
                f"what is written at level {level + 1} does not go on from what was recorded; give "
                "the sequences of the same call of generate, of items that all have "
                f"{trie.n_levels} tokens"
            )
        parents, codes = came_from.argmax(axis=2), longer[:, :, -1]
        b = np.arange(B)[:, None]
        before = steps[-1].scores if steps else np.zeros((B, 1), dtype=np.float32)
        nodes = steps[-1].nodes if steps else np.zeros((B, 1), dtype=np.int64)
        scores = before[b, parents] + log_p[b, parents, codes]
        is_same = (longer[:, :, None] == longer[:, None]).all(axis=3)
        scores[np.tril(is_same, k=-1).any(axis=2) | ~is_known] = -np.inf
        nodes = trie.child(level, nodes[b, parents], codes)
        nodes = np.where(scores > -np.inf, nodes, -1)
        return Step(log_p, parents, codes, nodes, scores)
