"""A decoder is told what is asked for, a domain or a date, and its titles are labelled.

Liao et al., "Avoid Recommending Out-of-Domain Items: Constrained Generative Recommendation with
LLMs" (RecLM), 2025 (arXiv 2505.03336): what a decoder writes for a shop may be no
item of that shop. Two ways keep it there: the nearest item of the shop is retrieved for what was
written (RecLM-ret), or only titles of the shop can be written (RecLM-cgen).

**Departures.** A small decoder whose histories consist of items alone, without instructions. The
domain is told by a tag in front of a title (`lm.tagged_titles`). For retrieval we take the states
of the written title, as BIGRec does. The paper's third way, items as tokens, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.decoding.beam import beam_search
from rectutor.decoding.trace import Beams
from rectutor.lm.causal import CausalLM
from rectutor.lm.tagged_titles import told
from rectutor.lm.title_rows import TitleTokens
from rectutor.lm.title_writer import TitleWriter
from rectutor.prompts.titles import one_line
from rectutor.trie import Trie

__all__ = ["LABELS", "ToldTitles", "domain_labels"]

LABELS = ("this domain", "other domain", "unknown")


class ToldTitles:
    """Writes titles of a catalogue behind histories of tagged titles.

    Args:
        model: a decoder that was tuned on tagged titles.
        history_titles: of everything that a history may hold, by its number; the first is padding.
        titles: N + 1 that may be written where the decoder is held to them.
        n_told: the newest titles of a history that are read.
    """

    def __init__(
        self,
        model: CausalLM,
        history_titles: Sequence[str],
        titles: Sequence[str],
        n_told: int = 20,
    ) -> None:
        self.model, self.n_told = model, n_told
        self._read = TitleTokens(history_titles[1:], model.tokenizer)
        self.tokens = TitleTokens(titles[1:], model.tokenizer)
        self.trie = Trie(self.tokens.codes, len(model.tokenizer))

    def search(
        self,
        history: np.ndarray,
        tags: Sequence[str] | None = None,
        n_beams: int = 10,
        refused: np.ndarray | None = None,
        is_held: bool = True,
    ) -> Beams:
        """Write the next titles.

        Args:
            history: [B, T] numbers of `history_titles`, oldest first, PAD on the left.
            tags: B words that are written first; None lets the decoder choose.
            n_beams: W.
            refused: [B, R] items of `titles` that must not come out, PAD elsewhere: what has been
                seen, or is not released yet.
            is_held: write titles of `titles` only.
        """
        rows = self._read.rows(history[:, -self.n_told :])
        if tags is not None:
            rows = told(rows, tags, self.model.tokenizer)
        writer = TitleWriter(self.model, rows, self.tokens.ends)
        return beam_search(self.trie, writer, n_beams, refused, is_held)

    def texts(self, beams: Beams) -> list[list[str]]:
        """Read what beams have written, [B][W]; a tag that they chose stands in front."""
        written = beams.written()  # [B, W, L]
        flat = self.tokens.read(written.reshape(-1, written.shape[2]))
        W = written.shape[1]
        return [flat[start : start + W] for start in range(0, len(flat), W)]


def domain_labels(texts: Sequence[str], own: Sequence[str], other: Sequence[str]) -> list[str]:
    """Label texts: a title of this domain, else of the other, else unknown; letter by letter.

    A book that was filmed has its title in both, and counts for the domain that is asked for.

    Args:
        texts: without tags.
        own: titles of the domain that is asked for.
        other: titles of the other domain.

    Example:
        >>> domain_labels(["Emma", "Alien", "Emmma"], ["Emma", "Ulysses"], ["Alien", "Emma"])
        ['this domain', 'other domain', 'unknown']
    """
    here = {one_line(title) for title in own if title != ""}
    there = {one_line(title) for title in other if title != ""}
    return [
        LABELS[0] if text in here else LABELS[1] if text in there else LABELS[2]
        for text in map(one_line, texts)
    ]
