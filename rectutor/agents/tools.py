"""Tools: plain typed functions that a model may call, and the box that lets it.

A tool's schema is read from its signature and docstring, so that what a model is told and what the
function takes cannot differ. The box runs a call only if the tool is in it and the arguments fit;
whatever goes wrong comes back as an observation, because a model can act on that and a crash ends
the conversation.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from rectutor.agents.trace import Observation
from rectutor.chat import ChatError, ToolCall, ToolSchema
from rectutor.lm.chat.checked import check_call

__all__ = ["Found", "Tool", "Toolbox", "tool"]

_JSON = {str: "string", int: "integer", float: "number", bool: "boolean"}
_ARGUMENT = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)  # of a dedented docstring


class Found(NamedTuple):
    """What a tool found: a text for the model, and the items in it."""

    text: str
    items: tuple[int, ...] = ()  # item indices, best first


class Tool(NamedTuple):
    """A function and what a model is told about it."""

    schema: ToolSchema
    run: Callable[..., Found]


def tool(function: Callable[..., Found]) -> Tool:
    """Make a tool of a function.

    Args:
        function: its parameters are str, int, float, bool, or a Literal of texts, each may be
            `| None`; its docstring says in one sentence what it does and, under Args, what each
            parameter means.

    Raises:
        TypeError: a parameter has another type, or no line under Args; names it.
    """
    words = inspect.cleandoc(function.__doc__ or "")
    meanings = {name: " ".join(text.split()) for name, text in _ARGUMENT.findall(words)}
    types = get_type_hints(function)
    properties: dict[str, Any] = {}
    required = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in meanings:
            raise TypeError(f"{function.__name__} must say under Args what {name!r} means")
        properties[name] = {**_type(types[name], name), "description": meanings[name]}
        if parameter.default is inspect.Parameter.empty:
            required.append(name)
    parameters = {"type": "object", "properties": properties, "required": required}
    first = words.split("\n\n")[0].replace("\n", " ")
    return Tool(ToolSchema(function.__name__, first, parameters), function)


class Toolbox:
    """The tools that an agent may use in one session: its allow-list.

    Args:
        tools: what is on offer.
        max_characters: longer results are cut, and say so.
        wrap: what is done to every result before a model reads it, such as marking it as data;
            also to refusals, since they quote what was asked for.

    Raises:
        ValueError: two tools have one name.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        max_characters: int = 4000,
        wrap: Callable[[str], str] = str,
    ) -> None:
        listed = list(tools)
        self.tools = {own.schema.name: own for own in listed}
        self.max_characters, self.wrap = max_characters, wrap
        if len(self.tools) < len(listed):
            names = [own.schema.name for own in listed]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"tools must have names of their own, got two called {twice[0]!r}")
        self.refused: list[ToolCall] = []  # calls that were not run

    @property
    def schemas(self) -> Sequence[ToolSchema]:
        """Return what a model is told."""
        return [own.schema for own in self.tools.values()]

    def run(self, call: ToolCall) -> Observation:
        """Run a call, or say why not.

        Returns:
            What the tool found; a refusal for a call that is not allowed or cannot be answered.
        """
        try:
            check_call(call, self.schemas)
            own = self.tools[call.name]
            found = own.run(**_whole(call.arguments, own.schema))
        except (ChatError, ValueError, LookupError) as error:
            self.refused.append(call)
            said = str(error.args[0] if error.args else error)
            return Observation(self.wrap(f"not done: {said}"), is_refusal=True)
        text = found.text
        if len(text) > self.max_characters:
            left = len(text) - self.max_characters
            text = f"{text[: self.max_characters]}\n({left} more characters were cut)"
        return Observation(self.wrap(text), items=found.items)

    def only(self, names: Iterable[str]) -> Toolbox:
        """Return a box with these tools alone.

        Raises:
            KeyError: a tool is not in this box.
        """
        return Toolbox((self.tools[name] for name in names), self.max_characters, self.wrap)


def _whole(arguments: Mapping[str, Any], schema: ToolSchema) -> dict[str, Any]:
    """Make 3.0 the integer 3 where one is asked for: to JSON Schema the two are the same."""
    asked = schema.parameters["properties"]
    return {
        name: int(value) if asked[name]["type"] == "integer" else value
        for name, value in arguments.items()
    }


def _type(hint: Any, name: str) -> dict[str, Any]:
    """Write a Python type as JSON Schema; None is left to absence."""
    options = [own for own in get_args(hint) if own is not NoneType]
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if NoneType in get_args(hint) and len(options) == 1:
        return _type(options[0], name)
    if hint not in _JSON:
        raise TypeError(f"{name!r} must be a str, int, float, bool or Literal, got {hint}")
    return {"type": _JSON[hint]}
