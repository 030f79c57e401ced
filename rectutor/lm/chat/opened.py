"""A chat model by one line of text, as it is given on a command line."""

from __future__ import annotations

from pathlib import Path

from rectutor.chat import ChatModel
from rectutor.data.worlds import load
from rectutor.lm.chat.local import LocalChat
from rectutor.lm.chat.recorded import RecordedChat
from rectutor.lm.chat.server import ServerChat
from rectutor.lm.chat.tiny import TinyChat

__all__ = ["chat_model"]

_KINDS = {
    "tiny": "the project's own, which chooses tools for films and needs no network",
    "hf:NAME-or-folder": "a chat model of transformers on this machine",
    "openai:BASE_URL#MODEL": "a model behind a server, such as openai:http://localhost:11434/v1#qwen3",
    "replay:FILE": "the recording of an earlier run",
}


def chat_model(line: str, *, download: bool = False) -> ChatModel:
    """Open a chat model.

    Args:
        line: "tiny", or a kind, a colon, and where it is: "hf:NAME-or-folder",
            "openai:BASE_URL#MODEL" or "replay:FILE".
        download: fetch a model that "hf:" names from the hub.

    Raises:
        ValueError: the line has another form; lists the forms. And what the kinds raise: no such
            model, folder, recording or package.
    """
    if line == "tiny":
        return TinyChat(load("films").items)
    kind, _, place = line.partition(":")
    if kind == "hf" and place:
        return LocalChat(place, download)
    if kind == "replay" and place:
        return RecordedChat(Path(place))
    address, _, model = place.rpartition("#")
    if kind == "openai" and address and model:
        return ServerChat(address, model)
    forms = "; ".join(f"{form} ({what})" for form, what in _KINDS.items())
    raise ValueError(f"a chat model must be one of {forms}; got {line!r}")
