"""The words of a conversation: messages, tools, replies, and what a chat model is.

They say what the chat servers of the field say (OpenAI's "chat completions" and the many servers
that speak it), as plain typed records that can be printed, compared and saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

__all__ = [
    "ChatError",
    "ChatModel",
    "ErrorKind",
    "Message",
    "Reply",
    "Role",
    "ToolCall",
    "ToolSchema",
    "Usage",
    "system",
    "user",
]

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
ErrorKind: TypeAlias = Literal[
    "unreachable",  # no server answers there
    "timeout",  # it did not answer in time
    "unauthorised",  # the key is missing or refused
    "busy",  # it asks to wait, and waiting did not help
    "refused",  # it answers, and says no: no such model, or a question too long
    "malformed",  # it answered something that is no reply
    "budget",  # the next call would spend more than was allowed
    "unscripted",  # a script or a recording has no answer to this
]


class ToolCall(NamedTuple):
    """What a model asks to have done."""

    name: str
    arguments: dict[str, Any]  # JSON values
    call_id: str = ""  # joins the call to its result where a server wants that


class Message(NamedTuple):
    """One turn of a conversation."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()  # of an assistant
    call_id: str = ""  # of a tool's result: the call that it answers


class ToolSchema(NamedTuple):
    """What a model is told about a tool."""

    name: str
    description: str
    parameters: Mapping[str, Any]  # JSON Schema of an object


class Usage(NamedTuple):
    """Tokens that one call or many have used."""

    prompt_tokens: int = 0
    reply_tokens: int = 0

    @property
    def total(self) -> int:
        """Count all tokens."""
        return self.prompt_tokens + self.reply_tokens

    def plus(self, other: Usage) -> Usage:
        """Add another call's tokens."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens, self.reply_tokens + other.reply_tokens
        )


class Reply(NamedTuple):
    """What a model says: a text, calls of tools, or both."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()

    def message(self) -> Message:
        """Return it as the assistant's turn."""
        return Message("assistant", self.text, self.calls)


class ChatError(RuntimeError):
    """A model did not give a reply.

    Args:
        kind: what went wrong, for programs.
        message: what went wrong and what to do, for people; never holds a key.
        said: what the model had said, where that is what was wrong.
    """

    def __init__(self, kind: ErrorKind, message: str, said: str = "") -> None:
        super().__init__(message)
        self.kind, self.said = kind, said


@runtime_checkable
class ChatModel(Protocol):
    """Anything that can take the next turn in a conversation."""

    name: str

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn.

        Args:
            messages: the conversation so far, oldest first.
            tools: what may be called.

        Raises:
            ChatError: there is no reply, or it is malformed; its `kind` says why.
        """
        ...

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn bit by bit: pieces of its text, and at last the whole reply.

        Raises:
            ChatError: as `chat`; pieces may have come before.
        """
        ...


def system(text: str) -> Message:
    """Write the instructions that stand above a conversation."""
    return Message("system", text)


def user(text: str) -> Message:
    """Write a turn of the person who asks."""
    return Message("user", text)
