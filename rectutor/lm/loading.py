"""A language model or a text encoder by name or folder, without network unless it is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from rectutor.lm.causal import CausalLM
from rectutor.lm.encoder import TextEncoder
from rectutor.lm.hub import SHIPPED, config_of, folder_of, opened
from rectutor.lm.seq2seq import Seq2SeqLM

__all__ = ["language_model", "text_encoder"]


def language_model(
    name_or_folder: str | Path = SHIPPED["language model"],
    download: bool = False,
    *,
    batch_tokens: int = 4096,
) -> CausalLM | Seq2SeqLM:
    """Load a decoder or an encoder-decoder of transformers.

    Args:
        name_or_folder: "tiny-decoder", which ships with the project; a folder with model and
            tokenizer; or a name on the Hugging Face hub, which must have been downloaded before.
        download: fetch a named model, or what is new of it, from the hub.
        batch_tokens: see `TransformerLM`.

    Raises:
        FileNotFoundError: there is no such folder and no such model on this machine, or the
            folder holds no model; says where it was looked for and what needs no network.
        ConnectionError: `download` was asked for and did not work.
        ValueError: the model is damaged, continues no text, or would need code of its own.
    """
    folder = folder_of(str(name_or_folder), download, "language model")
    config = config_of(folder)
    for architecture in config.architectures or []:
        if architecture.endswith(("ForMaskedLM", "BertModel")):
            raise ValueError(
                f"{folder / 'config.json'} describes a {architecture}, which continues no text; "
                "choose a causal or an encoder-decoder model"
            )
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    model, tokenizer = opened(folder, kind, config)
    wrapper = Seq2SeqLM if config.is_encoder_decoder else CausalLM
    name = _name(name_or_folder, folder)
    return wrapper(model, tokenizer, name, batch_tokens=batch_tokens)


def text_encoder(
    name_or_folder: str | Path = SHIPPED["text encoder"], download: bool = False
) -> TextEncoder:
    """Load an encoder of transformers, such as those of sentence-transformers.

    Args:
        name_or_folder: "text-encoder", which ships with the project; a folder; or a name on the
            Hugging Face hub such as "sentence-transformers/all-MiniLM-L6-v2".
        download: fetch a named model, or what is new of it, from the hub.

    Raises:
        FileNotFoundError: as in `language_model`.
        ConnectionError: as in `language_model`.
        ValueError: the model is damaged, would need code of its own, or pools its states in a
            way that is not known here.
    """
    folder = folder_of(str(name_or_folder), download, "text encoder")
    options: dict[str, Any] = {}
    config = config_of(folder)
    if config.model_type == "bert":
        options["add_pooling_layer"] = False  # sentence encoders are saved with and without it
    model, tokenizer = opened(folder, AutoModel, config, **options)
    name = _name(name_or_folder, folder)
    return TextEncoder(model, tokenizer, name, pooling=_pooling(folder))


def _pooling(folder: Path) -> Literal["mean", "first"]:
    """Read how a model of sentence-transformers pools; the mean where it does not say."""
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return "mean"
    says = json.loads(path.read_text(encoding="utf-8"))
    modes = sorted(
        key for key, value in says.items() if key.startswith("pooling_") and value is True
    )
    known: dict[tuple[str, ...], Literal["mean", "first"]] = {
        ("pooling_mode_mean_tokens",): "mean",
        ("pooling_mode_cls_token",): "first",
    }
    if tuple(modes) not in known:
        raise ValueError(
            f"{path} must ask for the mean of all tokens or for the first, got "
            f"{', '.join(modes) or 'nothing'}; choose another encoder"
        )
    return known[tuple(modes)]


def _name(name_or_folder: str | Path, folder: Path) -> str:
    """Name a model as it was asked for, or by the last part of its folder."""
    return folder.name if Path(name_or_folder).is_dir() else str(name_or_folder)
