"""A chat model whose every reply is looked at before anybody acts on it.

What a model calls is data that came from outside. A call of a tool that was not offered, or with
arguments that its schema does not allow, is answered with what was wrong, once; then it is an
error. (Servers are asked for schemas too, but may ignore them.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolCall, ToolSchema, user
from rectutor.lm.chat.wire import shortened

__all__ = ["CheckedChat", "check_call"]


def check_call(call: ToolCall, tools: Sequence[ToolSchema]) -> None:
    """Refuse a call that no tool on offer allows.

    Args:
        call: what a model asks for.
        tools: what it may ask for.

    Raises:
        ChatError: of kind "malformed"; names the tools, or the argument and what it must be.
    """
    schemas = {tool.name: tool for tool in tools}
    if call.name not in schemas:
        raise ChatError(
            "malformed",
            f"a call must name one of {', '.join(sorted(schemas)) or 'no tool at all'}; "
            f"got {shortened(call.name)!r}",
            said=call.name,
        )
    for error in _validator(schemas[call.name]).iter_errors(call.arguments):
        place = ".".join(str(part) for part in error.absolute_path) or "its arguments"
        raise ChatError(
            "malformed",
            f"{call.name!r} cannot be called so: {place}: {shortened(error.message)}",
            said=str(call.arguments),
        )


def _validator(tool: ToolSchema) -> Draft202012Validator:
    """Return what checks arguments; a key that the schema does not have is refused."""
    return _validator_of(json.dumps(dict(tool.parameters), sort_keys=True))


@lru_cache(maxsize=64)
def _validator_of(schema: str) -> Draft202012Validator:
    """Make a validator once for each schema."""
    parameters: dict[str, Any] = {"additionalProperties": False, **json.loads(schema)}
    return Draft202012Validator(parameters)


class CheckedChat:
    """A chat model behind a check, with one chance to mend what it said.

    Args:
        model: who is asked.
        n_repairs: how often it is told what was wrong, 0 or more.
    """

    def __init__(self, model: ChatModel, n_repairs: int = 1) -> None:
        self.model, self.n_repairs = model, n_repairs
        self.name = model.name
        self.n_repaired = 0  # replies so far that were right only when asked again

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`); its calls are allowed by their schemas.

        Raises:
            ChatError: of the model's own kind; "malformed" when mending did not help.
        """
        said = list(messages)
        for chance in range(self.n_repairs + 1):
            try:
                reply = self._asked(said, tools)
            except ChatError as error:
                if error.kind != "malformed" or chance == self.n_repairs:
                    raise
                said = [*messages, *_told(error)]
            else:
                self.n_repaired += chance > 0
                return reply
        raise AssertionError("the last chance returns or raises")

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Pass pieces on as they come, and check the reply; what was said cannot be mended."""
        for piece in self.model.stream(messages, tools):
            if isinstance(piece, Reply):
                for call in piece.calls:
                    check_call(call, tools)
            yield piece

    def _asked(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Reply:
        """Ask once, and check."""
        reply = self.model.chat(messages, tools)
        for call in reply.calls:
            check_call(call, tools)
        return reply


def _told(error: ChatError) -> tuple[Message, Message]:
    """Quote what was said and say what was wrong with it."""
    return (
        Message("assistant", shortened(error.said) or "(nothing)"),
        user(f"That could not be used: {error}. Answer again, in the form that was asked for."),
    )
