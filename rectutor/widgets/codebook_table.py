"""A catalogue as one table of codes writes it: groups, what they mean, what is left over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from rectutor.analysis.report_card import ReportCard, report_card
from rectutor.models.residual_codes import CodeTable, decode
from rectutor.training.codebooks import CodeReport
from rectutor.trie import check_codes
from rectutor.widgets.codebook_catalogue import Catalogue, Meaning, common_share, nearest_items

__all__ = ["Coded", "Decoder"]

Decoder = Callable[[np.ndarray], np.ndarray]  # codes [N, n] of the first n levels to [N, E]
_ASKED = 2_000  # items whose neighbours in decoded vectors are looked up


@dataclass(frozen=True, eq=False)
class Coded:
    """A catalogue as one table of codes writes it."""

    name: str
    codes: np.ndarray  # [N, L] int64, 0..K-1
    codebook_size: int  # K
    catalogue: Catalogue
    entries: CodeTable | None = None  # codebooks as wide as the catalogue's vectors
    decoder: Decoder | None = None  # instead of adding up entries
    trace: CodeReport | None = None  # of its training

    def __post_init__(self) -> None:
        check_codes(self.codes)
        N, K = len(self.catalogue.titles), self.codebook_size
        if len(self.codes) != N:
            raise ValueError(
                f"codes {self.name} must have one row for each of {N} titles, got {len(self.codes)}"
            )
        low, high = self.codes.min(), self.codes.max()
        if low < 0 or high >= K:
            raise ValueError(f"codes {self.name} must be 0..{K - 1}, got {low}..{high}")

    @property
    def n_levels(self) -> int:
        """Return L."""
        return self.codes.shape[1]

    @cached_property
    def groups(self) -> list[np.ndarray]:
        """Number the beginnings: of 0..L codes, the group [N] of each item."""
        found = [np.zeros(len(self.codes), dtype=np.int64)]
        for column in self.codes.T:
            pairs = found[-1] * self.codebook_size + column
            found.append(np.unique(pairs, return_inverse=True)[1])
        return found

    @cached_property
    def meanings(self) -> list[list[list[Meaning]]]:
        """What each group of `groups` stands for."""
        return [self.catalogue.meanings(groups) for groups in self.groups]

    @cached_property
    def typical(self) -> list[np.ndarray]:
        """Of 0..L codes, the item [G] of each group that is nearest to the group's mean."""
        found, vectors = [], self.catalogue.vectors
        for groups in self.groups:
            sizes = np.bincount(groups)
            gaps = np.zeros(len(groups))
            if vectors is not None:
                order = np.argsort(groups, kind="stable")
                starts = np.cumsum(sizes) - sizes
                means = np.add.reduceat(vectors[order], starts, axis=0) / sizes[:, None]
                gaps = ((vectors - means[groups]) ** 2).sum(axis=1)
            order = np.lexsort((gaps, groups))
            found.append(order[np.cumsum(sizes) - sizes])
        return found

    @cached_property
    def usage(self) -> np.ndarray:
        """Count the items of each code of each level, [L, K]."""
        counts = [np.bincount(level, minlength=self.codebook_size) for level in self.codes.T]
        return np.stack(counts)

    @property
    def how(self) -> str:
        """Say by what codes are turned back into vectors; "" where there are no vectors."""
        if self.catalogue.vectors is None:
            return ""
        if self.decoder is not None:
            return "its decoder"
        return "means of what was left over" if self.entries is None else "its entries, added up"

    @cached_property
    def said(self) -> list[np.ndarray]:
        """What 0..L codes say of each item, [N, E] each; 0 codes say the mean of all items.

        A table without codebooks gets the best entries that its codes allow, level by level: the
        mean of what was left over among the items of a code.
        """
        vectors = self.catalogue.vectors
        if vectors is None:
            return []
        decoder = self.decoder
        if decoder is None and self.entries is not None:
            decoder = self._add_up
        found = [np.broadcast_to(vectors.mean(axis=0), vectors.shape)]
        for n in range(1, self.n_levels + 1):
            if decoder is None:
                left, codes = vectors - found[-1], self.codes[:, n - 1]
                sums = np.zeros((self.codebook_size, vectors.shape[1]))
                np.add.at(sums, codes, left)
                entries = sums / np.maximum(self.usage[n - 1], 1)[:, None]
                found.append(found[-1] + entries[codes])
            else:
                found.append(decoder(self.codes[:, :n]))
        return found

    @cached_property
    def left(self) -> np.ndarray:
        """The squared distance that 0..L codes leave, in whole % of that to the mean, [N, L + 1].

        [N, 0] where there are no vectors.
        """
        gaps = [((self.catalogue.vectors - said) ** 2).sum(axis=1) for said in self.said]
        if not gaps:
            return np.zeros((len(self.codes), 0), dtype=np.int64)
        shares = np.stack(gaps, axis=1) / np.maximum(gaps[0], 1e-12)[:, None]
        return np.asarray(np.rint(100 * shares), dtype=np.int64)

    @cached_property
    def whole(self) -> dict[str, float]:
        """Over all items: what is left over, and the share of true neighbours that is kept."""
        vectors = self.catalogue.vectors
        if vectors is None:
            return {}
        N = len(vectors)
        rows = np.arange(N) if N <= _ASKED else np.linspace(0, N - 1, _ASKED).astype(int)
        near = nearest_items(np.asarray(self.said[-1], dtype=np.float32), rows)
        gaps = [((vectors - said) ** 2).sum() for said in (self.said[0], self.said[-1])]
        return {
            "left over": float(gaps[1] / gaps[0]) if gaps[0] > 0 else 0.0,
            "neighbours kept": common_share(self.catalogue.nearest[rows], near),
        }

    @cached_property
    def card(self) -> ReportCard:
        """Its report card, without what needs vectors; `whole` measures that."""
        return report_card(self.codes, self.codebook_size, self.catalogue.labels)

    def use(self) -> pd.DataFrame:
        """Return the items of each code as a table: `level`, `code`, `items`."""
        L, K = self.usage.shape
        levels, codes = np.repeat(np.arange(1, L + 1), K), np.tile(np.arange(K), L)
        return pd.DataFrame({"level": levels, "code": codes, "items": self.usage.ravel()})

    def by_epoch(self) -> pd.DataFrame:
        """Return the training on record: `epoch`, `level`, `perplexity`, `used`, `error`."""
        trace = self.trace or CodeReport()
        rows = [
            (epoch, level, round(row[level - 1], 2), int((counts[level - 1] > 0).sum()), error)
            for epoch, (row, counts, error) in enumerate(
                zip(trace.perplexity, trace.usage, trace.reconstruction, strict=True), 1
            )
            for level in range(1, len(counts) + 1)
        ]
        return pd.DataFrame(rows, columns=["epoch", "level", "perplexity", "used", "error"])

    def _add_up(self, codes: np.ndarray) -> np.ndarray:
        assert self.entries is not None
        return decode(codes, self.entries.codebooks)
