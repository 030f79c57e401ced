"""Tensors on disk: written whole or not at all, and believed only when their hash agrees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from rectutor.files import write_atomically

__all__ = ["load_tensors", "save_tensors"]

_HEADER = "rectutor"


def save_tensors(path: Path | str, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> None:
    """Write tensors and notes to one safetensors file, with a SHA-256 over all of them.

    The same content gives the same bytes. Tensors that share their memory, as tied weights do, are
    written once.

    Args:
        path: the file; it is replaced in one step.
        tensors: by name.
        notes: anything that JSON holds.
    """
    tied = _tied(tensors)
    copies = {
        name: tensor.detach().contiguous().clone()
        for name, tensor in tensors.items()
        if name not in tied
    }
    text = json.dumps(dict(notes), sort_keys=True)
    header = {"notes": text, "tied": tied, "sha256": _digest(copies, text, tied)}
    with write_atomically(path) as draft:  # one entry: safetensors writes several in any order
        save_file(copies, str(draft), metadata={_HEADER: json.dumps(header, sort_keys=True)})


def load_tensors(path: Path | str, remedy: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `save_tensors` wrote.

    Args:
        path: the file.
        remedy: what the reader should do when the file is damaged.

    Returns:
        The tensors by name, and the notes.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is empty, cut, not safetensors, or a bit of it has changed.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no checkpoint at {path}; {remedy}")
    try:
        with safe_open(str(path), framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(_HEADER, "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, json.JSONDecodeError) as error:
        raise ValueError(
            f"{path} ({path.stat().st_size} bytes) is not a whole safetensors file: {error}; "
            f"{remedy}"
        ) from error
    tied = header.get("tied", {})
    if "sha256" not in header or _digest(tensors, header["notes"], tied) != header["sha256"]:
        raise ValueError(f"{path} does not have the content that was written to it; {remedy}")
    tensors |= {name: tensors[first] for name, first in tied.items()}
    return tensors, json.loads(header["notes"])


def _tied(tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """Name for each tensor whose memory an earlier one has already that earlier one."""
    first: dict[tuple[Any, ...], str] = {}
    tied = {}
    for name, tensor in tensors.items():
        memory = (tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride())
        if tensor.numel() and memory in first:
            tied[name] = first[memory]
        else:
            first[memory] = name
    return tied


def _digest(tensors: Mapping[str, Tensor], notes: str, tied: Mapping[str, str]) -> str:
    """Hash names, types, shapes and bytes of all tensors, the notes, and who is tied to whom."""
    total = hashlib.sha256(notes.encode())
    if tied:
        total.update(json.dumps(dict(tied), sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        total.update(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return total.hexdigest()
