"""A chat model that is asked once and remembered: a run with a server, played back without it.

A recording is a file of lines, each the JSON of one question's key and its reply. The key is a hash
of the whole question (messages and tools), so a changed word is another question; the order of the
questions does not matter. Nothing of the question but its last message is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolCall, ToolSchema, Usage
from rectutor.files import write_atomically
from rectutor.lm.chat.scripted import in_pieces
from rectutor.lm.chat.wire import shortened

__all__ = ["RecordedChat", "key_of"]


def key_of(messages: Sequence[Message], tools: Sequence[ToolSchema]) -> str:
    """Return the key of a question, 32 hexadecimal digits; equal questions have equal keys.

    The ids of calls do not count, since servers make up new ones each time.
    """
    asked = [[m.role, m.text, [[call.name, call.arguments] for call in m.calls]] for m in messages]
    offered = [[tool.name, tool.description, dict(tool.parameters)] for tool in tools]
    text = json.dumps([asked, offered], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class RecordedChat:
    """Plays back what was recorded; asks a model, where there is one, for what is new.

    Args:
        path: the recording, a .jsonl file; it need not exist where a model is given.
        model: who is asked for what is not in it; each reply is added to the file at once.

    Raises:
        FileNotFoundError: there is neither a recording nor a model.
        ValueError: a line of the recording is damaged; names it.
    """

    def __init__(self, path: Path | str, model: ChatModel | None = None) -> None:
        self.path, self.model = Path(path), model
        self.name = "recorded" if model is None else f"{model.name}, recorded"
        if model is None and not self.path.is_file():
            raise FileNotFoundError(
                f"there is no recording at {self.path}; give a model that can be recorded"
            )
        self._lines = _read(self.path) if self.path.is_file() else {}

    def __len__(self) -> int:
        """Count the questions that have an answer here."""
        return len(self._lines)

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`).

        Raises:
            ChatError: of kind "unscripted" for a question that is not recorded; or the model's.
        """
        key = key_of(messages, tools)
        if key not in self._lines:
            last = shortened(messages[-1].text) if messages else ""
            if self.model is None:
                raise ChatError(
                    "unscripted",
                    f"{self.path.name} has no answer to this question, which ends with {last!r}; "
                    "something before it has changed: record it again",
                )
            self._lines[key] = {
                "key": key,
                "last": last,
                **_written(self.model.chat(messages, tools)),
            }
            self._save()
        return _reply(self._lines[key])

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))

    def _save(self) -> None:
        """Write all lines; whoever reads meanwhile sees the old file or the new one."""
        lines = (json.dumps(line) for line in self._lines.values())  # ASCII: no odd line ends
        with write_atomically(self.path) as draft:
            draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Read a recording."""
    lines: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8") as file:  # splitlines would also break at U+2028
        for number, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
                _reply(line)
                lines[line["key"]] = line
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(
                    f"line {number} of {path} must be one recorded reply, got "
                    f"{shortened(text)!r}; delete the line, and it is asked for again"
                ) from error
    return lines


def _written(reply: Reply) -> dict[str, Any]:
    """Write a reply as JSON."""
    return {"text": reply.text, "calls": [list(c) for c in reply.calls], "usage": list(reply.usage)}


def _reply(line: dict[str, Any]) -> Reply:
    """Read a reply from JSON."""
    calls = tuple(ToolCall(*call) for call in line["calls"])
    return Reply(str(line["text"]), calls, Usage(*line["usage"]))
