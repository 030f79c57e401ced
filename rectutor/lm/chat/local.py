"""Any chat model of transformers on this machine: its own template writes the prompt.

A chat model brings a template (Jinja) that says how turns and tools become text. Models disagree on
how they write calls; the two forms of most small open models are read here: JSON between
`<tool_call>` and `</tool_call>` (Qwen, Hermes), and JSON alone, an object with a name and
`arguments` or `parameters` (Llama, Mistral).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rectutor.chat import ChatError, Message, Reply, ToolCall, ToolSchema, Usage
from rectutor.lm.chat.scripted import in_pieces
from rectutor.lm.chat.wire import message_as_json, parsed_arguments, shortened, tool_as_json
from rectutor.lm.loading import language_model

__all__ = ["LocalChat", "calls_in"]

_TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)


class LocalChat:
    """A decoder of transformers with a chat template.

    Args:
        name_or_folder: see `language_model`.
        download: see `language_model`.
        max_reply_tokens: the longest reply.

    Raises:
        ValueError: the model has no chat template; and what `language_model` raises.
    """

    def __init__(
        self, name_or_folder: str | Path, download: bool = False, *, max_reply_tokens: int = 256
    ) -> None:
        self.lm = language_model(name_or_folder, download)
        self.name, self.max_reply_tokens = self.lm.name, max_reply_tokens
        if not self.lm.tokenizer.chat_template:
            raise ValueError(
                f"{self.name} has no chat template, so it does not know whose turn is whose; "
                "choose a model that was tuned for chat, often one with -Instruct in its name"
            )

    def prompt(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> str:
        """Write the prompt as the model's template does, ready for the assistant's turn."""
        written: Any = self.lm.tokenizer.apply_chat_template(
            [_for_template(message) for message in messages],
            tools=[tool_as_json(tool) for tool in tools] or None,
            add_generation_prompt=True,
            tokenize=False,
        )
        return str(written)

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`), by the most probable next token.

        Raises:
            ChatError: of kind "refused" when the prompt is too long; "malformed" when a call
                cannot be read, or nothing is said.
        """
        prompt = self.prompt(messages, tools)
        try:
            (text,) = self.lm.generate([prompt], self.max_reply_tokens)
        except ValueError as error:
            raise ChatError("refused", f"{self.name} cannot read this: {error}") from error
        counts = (len(self.lm.tokenizer(part)["input_ids"]) for part in (prompt, text))
        said, calls = calls_in(text) if tools else (text.strip(), ())
        if not said and not calls:
            raise ChatError("malformed", "a reply must say or call something, got neither", text)
        return Reply(said, calls, Usage(*counts))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn; the words come when the whole reply is there."""
        yield from in_pieces(self.chat(messages, tools))


def calls_in(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """Divide what a model wrote into what it says and what it calls.

    Raises:
        ChatError: of kind "malformed", when a call is begun and is no JSON object with a name.

    Example:
        >>> calls_in('Let me see. <tool_call>{"name": "look", "arguments": {}}</tool_call>')
        ('Let me see.', (ToolCall(name='look', arguments={}, call_id=''),))
    """
    tagged = _TAGGED.findall(text)
    if tagged:
        return _TAGGED.sub("", text).strip(), tuple(_call(written) for written in tagged)
    alone = text.strip()
    if alone.startswith("{") and '"name"' in alone:
        return "", (_call(alone),)
    return alone, ()


def _call(written: str) -> ToolCall:
    """Read one call."""
    call = parsed_arguments(written.strip(), "a tool call")
    arguments = call.get("arguments", call.get("parameters", {}))
    if isinstance(arguments, str):
        arguments = parsed_arguments(arguments, str(call.get("name")))
    if not isinstance(call.get("name"), str) or not isinstance(arguments, dict):
        raise ChatError(
            "malformed",
            f"a tool call must have a name and arguments, got {shortened(written)!r}",
            said=written,
        )
    return ToolCall(call["name"], arguments)


def _for_template(message: Message) -> dict[str, Any]:
    """Write a message as templates want it: arguments as objects, not as text."""
    written = message_as_json(message)
    for call in written.get("tool_calls", ()):
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return written
