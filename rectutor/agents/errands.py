"""A planner by rule: it knows what to look up for a request, looks it up, and answers.

It stands where a paper has a language model. It reads the request and what tools have said, and
nothing else, so that differences between ways to plan come from what each of them shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rectutor.chat import Message, Reply, ToolCall, ToolSchema
from rectutor.lm.chat.linking import Linked, Linker
from rectutor.lm.chat.scripted import counted, in_pieces

__all__ = ["Errands", "Looked", "filters_in", "for_request", "seen_in"]

_FILTERS = {"Genre": "genre", "Theme": "theme", "Person": "person", "Country": "country",
            "Years": "years"}  # fmt: skip
_NAMED = re.compile(r"^\[\d{1,9}\] .*$", re.MULTILINE)
_LONGEST = 10  # films that an answer names


class Looked(NamedTuple):
    """A call that was made, and what came back."""

    call: ToolCall  # without its call_id
    text: str


Wanted = Callable[[str, Sequence[Looked]], Sequence[ToolCall]]
Said = Callable[[str, Sequence[Looked]], str]


class Errands:
    """A chat model that runs errands: one call a turn, until all are done; then it answers.

    Args:
        wanted: the calls that a request needs, given what has been looked up, in order of
            importance; it may name those that were made.
        said: the answer, once all of them were made.
        name: what tables call it.
    """

    def __init__(self, wanted: Wanted, said: Said, name: str = "rule") -> None:
        self.wanted, self.said, self.name = wanted, said, name

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`).

        Asked for something else than it has proposed at this step (see `planning.plan`), it takes
        the next errand; where none is left, it repeats the last one, which costs a call.
        """
        request = next(message.text for message in messages if message.role == "user")
        seen = seen_in(messages)
        made = [looked.call for looked in seen]
        left = [call for call in self.wanted(request, seen) if call not in made]
        if not left:
            return counted(messages, Reply(self.said(request, seen)))
        new = [call for call in left if f"{call.name} {call.arguments}" not in messages[0].text]
        return counted(messages, Reply("", ((new or left[-1:])[0],)))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))


def seen_in(messages: Sequence[Message]) -> list[Looked]:
    """List what was looked up in a conversation, in its order."""
    calls = {call.call_id: call for message in messages for call in message.calls}
    return [
        Looked(calls[message.call_id]._replace(call_id=""), message.text)
        for message in messages
        if message.role == "tool" and message.call_id in calls
    ]


def filters_in(linked: Linked) -> dict[str, str]:
    """Read what films must have from the names in a request; of two of one kind, the first.

    Example:
        >>> from rectutor.lm.chat.linking import Mark
        >>> filters_in(Linked("a war film", (Mark("Genre", "War", 2, 5),)))
        {'genre': 'War'}
    """
    found: dict[str, str] = {}
    for mark in linked.marks:
        if mark.kind in _FILTERS:
            found.setdefault(_FILTERS[mark.kind], mark.value)
    return found


def for_request(linker: Linker) -> Errands:
    """Return a rule that recommends what a request asks for.

    It asks twice: for films that have all that was named, and, should they be too few, for films
    that have what was named first. It reads names alone: what a verb says is lost on it.

    Args:
        linker: finds the names.
    """

    def wanted(request: str, seen: Sequence[Looked]) -> list[ToolCall]:
        asked = filters_in(linker.link(request))
        fewer = dict(list(asked.items())[: 1 if len(asked) > 1 else 0])
        return [ToolCall("recommend", asked), ToolCall("recommend", fewer)]

    def said(request: str, seen: Sequence[Looked]) -> str:
        texts = [own.text for call in wanted(request, seen) for own in seen if own.call == call]
        lines = [line for text in texts for line in _NAMED.findall(text)]
        return ", ".join(list(dict.fromkeys(lines))[:_LONGEST]) or "I found nothing that fits."

    return Errands(wanted, said, "rule that reads names")
