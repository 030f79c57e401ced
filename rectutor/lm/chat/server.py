"""A chat model behind a server that speaks OpenAI's "chat completions".

The server may be hosted or on this machine (Ollama, vLLM, llama.cpp, `transformers serve`).
The `openai` package carries questions there and bodies back: keys, time-outs, retries. What a body
says is read here (see `wire.py`), since that package takes almost anything for a reply. It is an
optional extra. A socket is opened to the address that is given, and to no other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rectutor.chat import ChatError, ErrorKind, Message, Reply, ToolSchema
from rectutor.lm.chat.wire import (
    message_as_json,
    parsed_completion,
    parsed_json,
    shortened,
    tool_as_json,
    whole_characters,
)
from rectutor.lm.chat.written import calls_in

if TYPE_CHECKING:
    import openai

__all__ = ["ServerChat"]

_CONNECT = 2.5  # seconds for one try to connect; three tries and their pauses stay below 10
_DONE = "[DONE]"


class ServerChat:
    """A model of a chat server.

    Args:
        base_url: where the server's API begins, such as "http://localhost:11434/v1".
        model: the server's own name of the model.
        api_key: what the server wants to be shown; by default the environment's OPENAI_API_KEY,
            and where that is not set, none. It appears in no error.
        timeout: seconds to wait for the next bytes.
        n_retries: how often to try again where the server is busy or not reached; it is waited as
            long as the server asks for, 60 seconds at most.
        max_reply_tokens: the longest reply.

    Raises:
        ModuleNotFoundError: the `openai` package is missing; says how to install it.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        n_retries: int = 2,
        max_reply_tokens: int = 512,
    ) -> None:
        if find_spec("openai") is None:
            raise ModuleNotFoundError(
                f"to ask {base_url}, the `openai` package is needed and is not installed; "
                "run `pip install 'rectutor[endpoints]'`, or take the chat model \"tiny\""
            )
        self.name, self.base_url, self.model = f"{model} at {base_url}", base_url, model
        self.max_reply_tokens = max_reply_tokens
        self._key = api_key or os.environ.get("OPENAI_API_KEY") or "none"
        self.timeout, self.n_retries = timeout, n_retries

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`)."""
        with self._speaking() as client:
            body = client.chat.completions.with_raw_response.create(
                **self._question(messages, tools)
            )
            return _with_written_calls(parsed_completion(body.content), tools)

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn bit by bit.

        Raises:
            ChatError: as `chat`; "malformed" also for a stream that ends before its end is said.
        """
        question = {**self._question(messages, tools), "stream": True}
        parts = _Parts()
        with (
            self._speaking() as client,
            client.chat.completions.with_streaming_response.create(**question) as answer,
        ):
            for line in _lines(answer.iter_lines()):
                yield from parts.read(line)
            yield _with_written_calls(parts.reply(), tools)

    def _question(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> dict[str, Any]:
        """Write what is sent."""
        question: dict[str, Any] = {
            "model": self.model,
            "messages": [message_as_json(message) for message in messages],
            "max_tokens": self.max_reply_tokens,
            "temperature": 0.0,
            "seed": 0,
        }
        if tools:
            question["tools"] = [tool_as_json(tool) for tool in tools]
        return question

    @contextmanager
    def _speaking(self) -> Iterator[openai.OpenAI]:
        """Connect for one question; what goes wrong becomes one kind of error, without the key."""
        import openai

        client = openai.OpenAI(
            base_url=self.base_url,
            api_key=self._key,
            timeout=openai.Timeout(self.timeout, connect=_CONNECT),
            max_retries=self.n_retries,
        )
        try:
            with client:
                yield client
        except openai.OpenAIError as error:
            raise self._error(error) from None  # the original quotes the server, key and all
        except ChatError as error:
            raise ChatError(
                error.kind, self._closed(str(error)), self._closed(error.said)
            ) from None

    def _error(self, error: openai.OpenAIError) -> ChatError:
        """Say what a failed question means and what to do."""
        import openai

        where = self.base_url
        body = error.response.text if isinstance(error, openai.APIStatusError) else ""
        said = shortened(self._closed(body or str(error)))
        if isinstance(error, openai.APITimeoutError):
            return ChatError(
                "timeout", f"{where} did not answer in time; ask again, or allow a longer timeout"
            )
        if isinstance(error, openai.APIConnectionError):
            return ChatError(
                "unreachable",
                f"{where} cannot be reached ({said}); check the address, start the server, or take "
                'the chat model "tiny", which needs no network',
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ChatError(
                "unauthorised",
                f"{where} wants another key than the one it was shown; set OPENAI_API_KEY",
            )
        if isinstance(error, openai.RateLimitError | openai.InternalServerError):
            return ChatError("busy", f"{where} is too busy ({said}); wait, then ask again")
        return ChatError(
            "refused", f"{where} refused ({said}); check the model's name and the prompt's length"
        )

    def _closed(self, text: str) -> str:
        """Take the key out of a text."""
        return text if self._key == "none" else text.replace(self._key, "<key>")


def _with_written_calls(reply: Reply, tools: Sequence[ToolSchema]) -> Reply:
    """Read the calls that a model wrote into its text, where the server did not."""
    if reply.calls or not tools:
        return reply
    text, calls = calls_in(reply.text)
    return Reply(text, calls, reply.usage)


def _lines(lines: Iterator[str]) -> Iterator[str]:
    """Pass lines on; a connection that breaks between them is an error of ours.

    What carries the bytes is the `openai` package's own choice, and so are the errors raised here:
    that package translates them only while a question is sent.
    """
    try:
        yield from lines
    except Exception as error:
        is_late = "Timeout" in type(error).__name__
        what = "did not go on in time" if is_late else f"was cut off ({shortened(str(error))})"
        kind: ErrorKind = "timeout" if is_late else "malformed"
        raise ChatError(kind, f"the stream {what}; ask again") from None


class _Parts:
    """A reply that is put together from the events of a stream."""

    def __init__(self) -> None:
        self.text, self.calls, self.usage = "", dict[int, dict[str, Any]](), dict[str, Any]()
        self.is_whole = False

    def read(self, line: str) -> Iterator[str]:
        """Take in one line; yield the text in it."""
        event = line.removeprefix("data:").strip()
        if not line.startswith("data:") or not event:
            return
        if event == _DONE:
            self.is_whole = True
            return
        try:
            chunk = parsed_json(event)
            choice = (chunk.get("choices") or [{}])[0]
            delta = choice.get("delta") or {}
            self.is_whole |= choice.get("finish_reason") is not None  # not all say [DONE], too
            calls = delta.get("tool_calls") or []
            piece = delta.get("content") or ""
            for call in calls:
                self._add(call)
            self.usage = chunk.get("usage") or self.usage
            self.text += piece
        except (
            ValueError,
            AttributeError,
            KeyError,
            TypeError,
            IndexError,
            OverflowError,  # an index that is infinite
        ) as error:
            raise ChatError(
                "malformed", f"the stream broke at {shortened(event)!r}; ask again", said=event
            ) from error
        if piece:
            yield whole_characters(piece)

    def _add(self, call: dict[str, Any]) -> None:
        """Add a piece of a call to the call it belongs to."""
        whole = self.calls.setdefault(int(call.get("index") or 0), {"function": {"arguments": ""}})
        whole["id"] = call.get("id") or whole.get("id")
        about = call.get("function") or {}
        if about.get("name"):
            whole["function"]["name"] = about["name"]
        whole["function"]["arguments"] += about.get("arguments") or ""

    def reply(self) -> Reply:
        """Return the whole reply, read like one that came at once."""
        if not self.is_whole:
            raise ChatError(
                "malformed",
                f"the stream was cut off after {len(self.text)} characters; ask again",
                said=self.text,
            )
        message = {"content": self.text, "tool_calls": [*self.calls.values()]}
        return parsed_completion(
            json.dumps({"choices": [{"message": message}], "usage": self.usage})
        )
