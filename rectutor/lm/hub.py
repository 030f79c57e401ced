"""Where a model of transformers lies, and how it is opened: a folder, a shipped name, the hub.

The network is touched in one place, and only with `download=True`. Every model is then loaded from
a folder, from safetensors (no pickle), by code that came with transformers (none from the model).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import constants, snapshot_download
from safetensors import SafetensorError
from transformers import CONFIG_MAPPING, AutoConfig, AutoTokenizer
from transformers.utils import logging

from rectutor.files import ASSETS, ASSETS_REMEDY, check_sums

__all__ = ["SHIPPED", "config_of", "folder_of", "opened"]

SHIPPED = {"language model": "tiny-decoder", "text encoder": "text-encoder"}
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
_UNWANTED = [f"*/{pattern}" for pattern in _WANTED[1:]]  # the same weights for other programs
_REMEDY = "write model and tokenizer into one folder again, with `save_pretrained`"
_LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def folder_of(name: str, download: bool, kind: str) -> Path:
    """Find the folder of a model; fetch it first where that is wanted.

    Args:
        name: a folder, a shipped model, or a name on the hub.
        download: fetch a model from the hub.
        kind: one of `SHIPPED`, for the message.

    Raises:
        FileNotFoundError: it is nowhere on this machine, or a shipped one is missing.
        ConnectionError: `download` was asked for and did not work.
        ValueError: a shipped model is damaged.
    """
    if name in SHIPPED.values():
        if not (ASSETS / name).is_dir():
            raise FileNotFoundError(
                f"{name!r} ships with the project but is not at {ASSETS / name}; {ASSETS_REMEDY}"
            )
        check_sums(ASSETS / name, ASSETS_REMEDY)
        return ASSETS / name
    folder = Path(name)
    if folder.is_dir():
        return folder
    offline = (
        f'without network, take "{SHIPPED[kind]}", which ships with the project, or a folder '
        "that was written by `save_pretrained`"
    )
    try:
        return Path(
            snapshot_download(
                name,
                allow_patterns=_WANTED,
                ignore_patterns=_UNWANTED,
                local_files_only=not download,
            )
        )
    except Exception as error:  # the hub's client raises a dozen kinds
        if download:
            raise ConnectionError(
                f"{kind} {name!r} cannot be fetched ({_one_line(error)}); {offline}"
            ) from error
        raise FileNotFoundError(
            f"{kind} {name!r} was not found: there is no folder {folder.absolute()}, and "
            f"no model of that name in {constants.HF_HUB_CACHE}; {offline}; with network, pass "
            "download=True"
        ) from error


def config_of(folder: Path) -> Any:
    """Read a model's config.

    Raises:
        FileNotFoundError: the folder holds no model.
        ValueError: the config is damaged, or the model would need code of its own.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise FileNotFoundError(f"there is no model in {folder}: it has no config.json; {_REMEDY}")
    with _loading(folder):
        kind = json.loads(path.read_text(encoding="utf-8")).get("model_type")
    if kind not in CONFIG_MAPPING:
        raise ValueError(
            f"{path} needs a model_type that transformers knows, got {kind!r}; code that comes "
            "with a model is never run, choose another model"
        )
    with _loading(folder):
        return AutoConfig.from_pretrained(folder, **_LOCAL)


def opened(folder: Path, kind: Any, config: Any, **options: Any) -> tuple[Any, Any]:
    """Load a model and its tokenizer from a folder.

    Half precision is for storing: a processor computes with it slowly, so float16 weights become
    float32 here. Every other precision stays as it was saved.

    Args:
        folder: from `folder_of`.
        kind: an `Auto...` class of transformers.
        config: from `config_of`.
        options: more for `from_pretrained`.

    Returns:
        The model in evaluation mode, and the tokenizer.

    Raises:
        ValueError: a file is damaged, or tensors are missing or have another shape.
    """
    with _loading(folder):
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
        model, report = kind.from_pretrained(
            folder,
            config=config,
            dtype="auto",
            use_safetensors=True,
            ignore_mismatched_sizes=True,  # they are refused below, by name
            output_loading_info=True,
            **_LOCAL,
            **options,
        )
    _check_complete(folder, type(model).__name__, report)
    return (model.float() if model.dtype == torch.float16 else model), tokenizer


def _check_complete(folder: Path, kind: str, report: dict[str, Any]) -> None:
    """Refuse a model of which transformers has made up a part (it only warns)."""
    mismatched = {name for name, *_ in report["mismatched_keys"]}
    if made_up := sorted({*report["missing_keys"], *mismatched}):
        raise ValueError(
            f"{folder} lacks {len(made_up)} tensors of a {kind}, or has them in another shape, for "
            f"instance {made_up[0]}; {_REMEDY}"
        )


@contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Turn what is wrong with a file into one kind of error; show no progress bar."""
    was_enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ValueError(
            f"the model in {folder} cannot be loaded ({_one_line(error)}); {_REMEDY}"
        ) from error
    finally:
        if was_enabled:
            logging.enable_progress_bar()


def _one_line(error: Exception) -> str:
    """Join the lines of a message."""
    return " ".join(str(error).split())
