"""Conversations as JSON, in the form that chat servers speak, and back with every doubt removed.

The form is that of OpenAI's "chat completions". A server may answer 200 and send HTML, nothing,
broken JSON, `choices` that are empty or null, or arguments cut in the middle: each of these is a
`ChatError` of kind "malformed" here, and none gets further. So is JSON that Python will not read:
lists too deep, numbers too long. Half characters, which no file takes, become question marks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rectutor.chat import ChatError, Message, Reply, ToolCall, ToolSchema, Usage

__all__ = [
    "message_as_json",
    "parsed_arguments",
    "parsed_completion",
    "parsed_json",
    "shortened",
    "tool_as_json",
    "whole_characters",
]

_SHOWN = 120  # characters of a broken answer that a message quotes


def message_as_json(message: Message) -> dict[str, Any]:
    """Write one message as servers read it."""
    written: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.calls:
        written["tool_calls"] = [
            {
                "id": call.call_id or f"call_{place}",
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for place, call in enumerate(message.calls)
        ]
    if message.role == "tool":
        written["tool_call_id"] = message.call_id
    return written


def tool_as_json(tool: ToolSchema) -> dict[str, Any]:
    """Write one tool as servers read it."""
    about = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
    }
    return {"type": "function", "function": about}


def parsed_completion(body: str | bytes) -> Reply:
    """Read a server's whole answer.

    Args:
        body: what came over the wire, whatever the server called it.

    Raises:
        ChatError: of kind "malformed"; names the part that is not as it must be.
    """
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    if not text.strip():
        raise ChatError("malformed", "a reply must be JSON with `choices`, got an empty body")
    try:
        answer = whole_characters(parsed_json(text))
    except ValueError as error:
        kind = "an HTML page" if text.lstrip().startswith("<") else f"broken JSON ({error})"
        raise ChatError(
            "malformed",
            f"a reply must be JSON with `choices`, got {kind}: {shortened(text)!r}; "
            "check that the address ends where the server's API begins, often in /v1",
            said=text,
        ) from error
    message = _message_of(answer, text)
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        raise _wrong("`content` must be a text or null", content, text)
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        raise _wrong("`tool_calls` must be a list", calls, text)
    reply = Reply(content or "", tuple(_call(call, text) for call in calls), _usage(answer))
    if not reply.text.strip() and not reply.calls:
        raise ChatError("malformed", "a reply must say or call something, got neither", said=text)
    return reply


def parsed_arguments(written: str, tool: str) -> dict[str, Any]:
    """Read the arguments of a call, a JSON object written as text.

    Raises:
        ChatError: of kind "malformed", when they are cut off, no JSON, or no object.
    """
    try:
        arguments = whole_characters(parsed_json(written or "{}"))
    except ValueError as error:
        raise ChatError(
            "malformed",
            f"the arguments of {tool!r} must be a JSON object, got {shortened(written)!r} "
            f"({error})",
            said=written,
        ) from error
    if not isinstance(arguments, dict):
        raise ChatError(
            "malformed",
            f"the arguments of {tool!r} must be a JSON object, got {shortened(written)!r}",
            said=written,
        )
    return arguments


def parsed_json(text: str) -> Any:
    """Read JSON that came from outside.

    Raises:
        ValueError: it is broken, its lists are too deep, or a number is too long; says which.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("lists in it are too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos}") from error
    except ValueError as error:  # Python's own limit
        raise ValueError("a number in it is too long") from error


def whole_characters(value: Any) -> Any:
    r"""Put a question mark for each half of a character (a lone surrogate) in a JSON value.

    Example:
        >>> whole_characters(["a smile: \ud83d\ude00", "half of it: \ud83d"])
        ['a smile: 😀', 'half of it: ?']
    """
    joined = json.loads(json.dumps(value))  # two halves that belong together are one again
    return json.loads(json.dumps(joined, ensure_ascii=False).encode("utf-8", "replace"))


def shortened(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _message_of(answer: Any, text: str) -> Mapping[str, Any]:
    """Find the assistant's message in an answer."""
    if not isinstance(answer, dict):
        raise _wrong("a reply must be a JSON object with `choices`", answer, text)
    if "error" in answer and "choices" not in answer:
        raise _wrong("a reply must have `choices`, and this is a report of an error", answer, text)
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        raise _wrong("`choices` must be a list with one reply or more", choices, text)
    message = choices[0].get("message") if isinstance(choices[0], dict) else None
    if not isinstance(message, dict):
        raise _wrong("`choices[0].message` must be an object", message, text)
    return message


def _call(call: Any, text: str) -> ToolCall:
    """Read one call."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise _wrong("a tool call must have `function.name`", call, text)
    arguments = function.get("arguments")
    if isinstance(arguments, dict):  # some servers do not write them as text
        parsed = arguments
    elif arguments is None or isinstance(arguments, str):
        parsed = parsed_arguments(arguments or "", function["name"])
    else:
        raise _wrong("the arguments of a tool call must be text", arguments, text)
    return ToolCall(function["name"], parsed, str(call.get("id") or ""))


def _usage(answer: Mapping[str, Any]) -> Usage:
    """Read how many tokens were used; servers that do not say count as none."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return Usage()
    counts: Sequence[Any] = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    return Usage(*(n if isinstance(n, int) and n >= 0 else 0 for n in counts))


def _wrong(needed: str, came: Any, text: str) -> ChatError:
    """Say what a reply lacks."""
    return ChatError("malformed", f"{needed}, got {shortened(json.dumps(came))}", said=text)
