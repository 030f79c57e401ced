"""A language model by folder or by name, without network unless it is asked for.

The network is touched in one place, and only with `download=True`. Every model is then loaded from
a folder, from safetensors (no pickle), by code that came with transformers (none from the model).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huggingface_hub import constants, snapshot_download
from safetensors import SafetensorError
from transformers import (
    CONFIG_MAPPING,
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
)
from transformers.utils import logging

from rectutor.lm.causal import CausalLM
from rectutor.lm.seq2seq import Seq2SeqLM

__all__ = ["language_model"]

_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
_OFFLINE = "without network, give a folder that was written by `save_pretrained`"
_REMEDY = "write model and tokenizer into one folder again, with `save_pretrained`"
_LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def language_model(
    name_or_folder: str | Path, download: bool = False, *, batch_tokens: int = 4096
) -> CausalLM | Seq2SeqLM:
    """Load a decoder or an encoder-decoder of transformers, in the precision it was saved in.

    Args:
        name_or_folder: a folder with model and tokenizer, or a name on the Hugging Face hub,
            which must have been downloaded before.
        download: fetch a named model, or what is new of it, from the hub.
        batch_tokens: see `TransformerLM`.

    Raises:
        FileNotFoundError: there is no such folder and no such model on this machine, or the
            folder holds no model; says where it was looked for.
        ConnectionError: `download` was asked for and did not work.
        ValueError: the model is damaged, continues no text, or would need code of its own.
    """
    folder = _folder(str(name_or_folder), download)
    name = folder.name if Path(name_or_folder).is_dir() else str(name_or_folder)
    config = _config(folder)
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
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
        )
    _check_complete(folder, type(model).__name__, report)
    wrapper = Seq2SeqLM if config.is_encoder_decoder else CausalLM
    return wrapper(model, tokenizer, name, batch_tokens=batch_tokens)


def _folder(name: str, download: bool) -> Path:
    """Find the folder of a model; fetch it first where that is wanted."""
    folder = Path(name)
    if folder.is_dir():
        return folder
    try:
        return Path(
            snapshot_download(
                name, allow_patterns=_WANTED, ignore_patterns="*/*", local_files_only=not download
            )
        )
    except Exception as error:  # the hub's client raises a dozen kinds
        if download:
            raise ConnectionError(
                f"{name!r} cannot be fetched ({_one_line(error)}); {_OFFLINE}"
            ) from error
        raise FileNotFoundError(
            f"language model {name!r} was not found: there is no folder {folder.absolute()}, and "
            f"no model of that name in {constants.HF_HUB_CACHE}; {_OFFLINE}; with network, pass "
            "download=True"
        ) from error


def _config(folder: Path) -> Any:
    """Read a model's config, and refuse kinds that cannot be used."""
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
        config = AutoConfig.from_pretrained(folder, **_LOCAL)
    for architecture in config.architectures or []:
        if architecture.endswith("ForMaskedLM"):
            raise ValueError(
                f"{path} describes a {architecture}, which fills gaps and continues no text; "
                "choose a causal or an encoder-decoder model"
            )
    return config


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
            f"the language model in {folder} cannot be loaded ({_one_line(error)}); {_REMEDY}"
        ) from error
    finally:
        if was_enabled:
            logging.enable_progress_bar()


def _one_line(error: Exception) -> str:
    """Join the lines of a message."""
    return " ".join(str(error).split())
