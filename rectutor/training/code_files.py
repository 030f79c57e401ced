"""Tables of item codes on disk: whole with their codebooks, or codes alone for other projects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from rectutor.files import write_atomically
from rectutor.models.residual_codes import CodeTable
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.trie import check_codes

__all__ = ["load_codes", "save_codes", "write_codes_as_json"]

_REMEDY = "write it again with `save_codes(path, table)`"


def save_codes(path: Path | str, table: CodeTable) -> None:
    """Write codebooks and codes to one safetensors file, with a hash over both.

    Of an RQ-VAE these are the codebooks of its middle; its encoder and decoder are saved as any
    model is, by `rectutor.training.checkpoint.save_tensors`.

    Args:
        path: the file; it is replaced in one step.
        table: codebooks [L, K, D] and codes [N, L].

    Raises:
        ValueError: codes and codebooks do not belong together.
    """
    _check(table)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in table._asdict().items()}
    save_tensors(path, tensors, {})


def load_codes(path: Path | str) -> CodeTable:
    """Read what `save_codes` wrote: the same numbers, so the same codes for new items too.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or holds something else.
    """
    tensors, _ = load_tensors(path, _REMEDY)
    if set(tensors) != set(CodeTable._fields):
        raise ValueError(
            f"{path} should hold {', '.join(CodeTable._fields)}, found "
            f"{', '.join(sorted(tensors))}; {_REMEDY}"
        )
    table = CodeTable(*(tensors[name].numpy() for name in CodeTable._fields))
    _check(table)
    return table


def write_codes_as_json(
    path: Path | str, codes: np.ndarray, item_ids: Sequence[str] | None = None
) -> None:
    """Write {"item": [code, ...], ...}, one line an item, as other projects read and write it.

    Args:
        path: the file; it is replaced in one step.
        codes: [N, L] int.
        item_ids: N names; the item indices 1..N when None.

    Raises:
        ValueError: the codes are no table of whole numbers, or there are not as many different
            names as items.
    """
    check_codes(codes)
    names = [str(name) for name in (range(1, len(codes) + 1) if item_ids is None else item_ids)]
    if not len(names) == len(set(names)) == len(codes):
        raise ValueError(
            f"{len(codes)} items need a name each, got {len(names)} names, {len(set(names))} of "
            "them different"
        )
    lines = (
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}"
        for name, row in zip(names, codes.tolist(), strict=True)
    )
    with write_atomically(path) as draft:
        draft.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _check(table: CodeTable) -> None:
    """Refuse codes that are not in their codebooks."""
    check_codes(table.codes)
    n_levels, K = table.codebooks.shape[:2]
    low, high = table.codes.min(), table.codes.max()
    if table.codes.shape[1] != n_levels or low < 0 or high >= K:
        raise ValueError(
            f"codes must be [N, {n_levels}] of 0..{K - 1} as the codebooks are, got "
            f"{list(table.codes.shape)} of {low}..{high}"
        )
