"""Any chat model of transformers on this machine: its own template writes the prompt.

A chat model brings a template (Jinja) that says how turns and tools become text. How models write
calls is read by `calls_in`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rectutor.chat import ChatError, Message, Reply, ToolSchema, Usage
from rectutor.lm.chat.scripted import in_pieces
from rectutor.lm.chat.wire import message_as_json, tool_as_json
from rectutor.lm.chat.written import calls_in
from rectutor.lm.loading import language_model

__all__ = ["LocalChat"]


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
        """Write the prompt as the model's template does, ready for the assistant's turn.

        A begin token that both the template and the tokenizer would write is left to the latter.

        Raises:
            ChatError: of kind "refused" when the template does not take such a conversation, for
                instance because it knows no system turn.
        """
        try:
            written: Any = self.lm.tokenizer.apply_chat_template(
                [_for_template(message) for message in messages],
                tools=[tool_as_json(tool) for tool in tools] or None,
                add_generation_prompt=True,
                tokenize=False,
            )
        except Exception as error:  # templates are programs that came with the model
            raise ChatError(
                "refused",
                f"the chat template of {self.name} does not take this conversation ({error}); "
                "choose a model whose template knows system turns and tools",
            ) from error
        begin = self.lm.tokenizer.bos_token
        adds_it = begin and self.lm.tokenizer("")["input_ids"][:1] == [
            self.lm.tokenizer.bos_token_id
        ]
        return str(written).removeprefix(begin) if adds_it else str(written)

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`), by the most probable next token.

        Raises:
            ChatError: of kind "refused" when the prompt is too long; "malformed" when a call
                cannot be read, or nothing is said.
        """
        prompt = self.prompt(messages, tools)
        n_prompt, limit = self._count(prompt), self.lm.limit
        room = min(self.max_reply_tokens, limit - n_prompt)
        if room < 1:
            raise ChatError(
                "refused",
                f"{self.name} reads at most {limit} tokens, and the conversation has {n_prompt}; "
                "shorten it, or choose a model that reads more",
            )
        (text,) = self.lm.generate([prompt], room)
        said, calls = calls_in(text) if tools else (text.strip(), ())
        if not said and not calls:
            raise ChatError("malformed", "a reply must say or call something, got neither", text)
        return Reply(said, calls, Usage(n_prompt, self._count(text)))

    def _count(self, text: str) -> int:
        """Count the tokens of a text."""
        return len(self.lm.prompt_tokens([text])[0])

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn; the words come when the whole reply is there."""
        yield from in_pieces(self.chat(messages, tools))


def _for_template(message: Message) -> dict[str, Any]:
    """Write a message as templates want it: arguments as objects, not as text."""
    written = message_as_json(message)
    for call in written.get("tool_calls", ()):
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return written
