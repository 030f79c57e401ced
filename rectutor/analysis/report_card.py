"""A report card for any table of item codes: what it uses, confuses, keeps and means, in words too.

It takes arrays, so that the codes may come from anywhere: from a tokenizer of this course, or from
somebody else's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.metrics.codes import (
    adjusted_nmi,
    collision_share,
    n_dead_codes,
    neighbours_kept,
    usage_perplexity,
)
from rectutor.models.residual_codes import CodeTable, decode, level_errors
from rectutor.trie import check_codes

__all__ = ["ReportCard", "report_card"]

_FEW = 0.5  # a level whose perplexity is below this share of K is called uneven
_OFTEN = 0.01  # a share of colliding items above this is worth a word


class ReportCard(NamedTuple):
    """What is to be said of a table of codes."""

    levels: pd.DataFrame  # one row a level: level, K, used, dead, perplexity, and one a grouping
    whole: dict[str, float]  # items, collisions, and what needs vectors
    warnings: tuple[str, ...]  # in words; none where nothing is odd

    def said(self) -> str:
        """Return the warnings as lines, or that there are none."""
        return "\n".join(self.warnings) or "nothing odd: every level is well used, ids differ"


def report_card(
    codes: np.ndarray,
    codebook_size: int | None = None,
    groups: Mapping[str, np.ndarray] | None = None,
    embeddings: np.ndarray | None = None,
    codebooks: np.ndarray | None = None,
) -> ReportCard:
    """Judge a table of codes.

    Args:
        codes: [N, L] int, 0..K-1.
        codebook_size: K; one more than the highest code when None.
        groups: what items may have in common, such as their genre: name and [N] labels. Each level
            is compared with each by `adjusted_nmi`.
        embeddings: [N, D] what the codes were made from.
        codebooks: [L, K, D]; with `embeddings`, the errors of each level and the share of the ten
            nearest neighbours that are kept are measured.

    Returns:
        The card.

    Raises:
        ValueError: the codes are no table of whole numbers, or groups or vectors belong to another
            number of items.
    """
    codes = np.asarray(codes)
    groups = groups or {}
    _check(codes, {**groups, **({} if embeddings is None else {"embeddings": embeddings})})
    K = int(codes.max()) + 1 if codebook_size is None else codebook_size
    dead, perplexity = n_dead_codes(codes, K), usage_perplexity(codes, K)
    numbers = range(1, codes.shape[1] + 1)
    levels = pd.DataFrame({"level": numbers, "K": K, "used": K - dead, "dead": dead})
    levels["perplexity"] = perplexity
    for name, labels in groups.items():
        levels[name] = [adjusted_nmi(level, labels) for level in codes.T]
    whole = {"items": float(len(codes)), "collisions": collision_share(codes)}
    if embeddings is not None and codebooks is not None:
        errors = level_errors(embeddings, CodeTable(codebooks, codes))
        levels["error"] = errors[1:] / errors[0]
        k = min(10, len(codes) - 1)
        whole["neighbours kept"] = neighbours_kept(embeddings, decode(codes, codebooks), k)
    return ReportCard(levels, whole, tuple(_warnings(levels, whole)))


def _warnings(levels: pd.DataFrame, whole: Mapping[str, float]) -> list[str]:
    said = []
    for row in levels.to_dict("records"):
        if row["dead"]:
            said.append(f"level {row['level']} uses {row['used']} of {row['K']} codes")
        elif row["perplexity"] < _FEW * row["K"]:
            said.append(
                f"level {row['level']} uses its {row['K']} codes unevenly: as if there were "
                f"{row['perplexity']:.0f}"
            )
    if whole["collisions"] > _OFTEN:
        n = round(whole["collisions"] * whole["items"])
        said.append(f"{n:,} of {whole['items']:,.0f} items share all codes with another item")
    return said


def _check(codes: np.ndarray, others: Mapping[str, np.ndarray]) -> None:
    check_codes(codes)
    for name, values in others.items():
        if len(values) != len(codes):
            raise ValueError(
                f"{name} must have a value for each of the {len(codes)} items, got {len(values)}"
            )
