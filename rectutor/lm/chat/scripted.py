"""A chat model that says what is written down for it, right or wrong: for tests and for lessons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rectutor.chat import ChatError, Message, Reply, ToolCall, ToolSchema, Usage
from rectutor.lm.chat.wire import parsed_completion

__all__ = ["ScriptedChat", "counted", "in_pieces"]


class ScriptedChat:
    """Hands out replies in order, or asks a function for each.

    Args:
        replies: one for each turn: a text, a call, a `Reply`, bytes (the body that a server
            would have sent, also a broken one), or an error that is raised. Or a function of the
            conversation and the tools that returns one of these.
        name: what tables call it.
    """

    def __init__(
        self,
        replies: Sequence[Line] | Callable[[Sequence[Message], Sequence[ToolSchema]], Line],
        name: str = "scripted",
    ) -> None:
        self.replies, self.name = replies, name
        self.asked: list[list[Message]] = []  # every conversation that it was shown

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`).

        Raises:
            ChatError: of kind "unscripted" after the last line; or what the script has here.
        """
        self.asked.append(list(messages))
        if callable(self.replies):
            line = self.replies(messages, tools)
        elif len(self.asked) > len(self.replies):
            raise ChatError(
                "unscripted",
                f"the script has {len(self.replies)} replies and was asked for number "
                f"{len(self.asked)}; write another line, or let the run end before",
            )
        else:
            line = self.replies[len(self.asked) - 1]
        if isinstance(line, ChatError):
            raise line
        if isinstance(line, bytes):
            return parsed_completion(line)
        if isinstance(line, Reply):
            return line
        reply = Reply("", (line,)) if isinstance(line, ToolCall) else Reply(line)
        return counted(messages, reply)

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))


Line = str | ToolCall | Reply | bytes | ChatError


def counted(messages: Sequence[Message], reply: Reply) -> Reply:
    """Fill in the tokens of a model that has none: its words, split at blanks.

    Example:
        >>> counted([Message("user", "any good film")], Reply("no")).usage
        Usage(prompt_tokens=3, reply_tokens=1)
    """
    prompt = sum(len(message.text.split()) for message in messages)
    written = [reply.text, *(f"{call.name} {call.arguments}" for call in reply.calls)]
    return reply._replace(usage=Usage(prompt, sum(len(text.split()) for text in written)))


def in_pieces(reply: Reply) -> Iterator[str | Reply]:
    """Yield a reply's words, each with the blank before it, and then the reply."""
    for place, word in enumerate(reply.text.split(" ") if reply.text else ()):
        yield word if place == 0 else f" {word}"
    yield reply
