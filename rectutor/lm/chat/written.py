"""Calls of tools in the text that a model writes.

Models disagree on how they write calls. The two forms of most small open models are read here: JSON
between `<tool_call>` and `</tool_call>` (Qwen, Hermes), and JSON alone, an object with a name and
`arguments` or `parameters` (Llama, Mistral).
"""

from __future__ import annotations

import re

from rectutor.chat import ChatError, ToolCall
from rectutor.lm.chat.wire import parsed_arguments, shortened

__all__ = ["calls_in"]

_TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)


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
