"""What an agent did, step by step: typed records that can be read, edited, saved and replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from rectutor.chat import Message, ToolCall, Usage, user

__all__ = [
    "KINDS",
    "Answer",
    "Observation",
    "Step",
    "Stop",
    "Thought",
    "Trace",
    "messages_of",
]

Stop: TypeAlias = Literal["answered", "steps", "seconds", "model"]


class Thought(NamedTuple):
    """What the model said before it acted."""

    text: str


class Observation(NamedTuple):
    """What came back from a tool, or why nothing did. It is data: nobody vouches for it."""

    text: str
    is_refusal: bool = False
    items: tuple[int, ...] = ()  # item indices that the tool named, best first


class Answer(NamedTuple):
    """What the agent tells the person who asked."""

    text: str
    items: tuple[int, ...] = ()  # item indices, best first


What: TypeAlias = Thought | ToolCall | Observation | Answer


KINDS: Mapping[str, type[Any]] = {
    "thought": Thought,
    "call": ToolCall,
    "observation": Observation,
    "answer": Answer,
}


class Step(NamedTuple):
    """One step and what it cost."""

    what: What
    usage: Usage = Usage()
    ms: float = 0.0  # milliseconds that it took

    @property
    def kind(self) -> str:
        """Name the kind: thought, call, observation or answer."""
        return next(name for name, kind in KINDS.items() if isinstance(self.what, kind))


class Trace(NamedTuple):
    """A whole run."""

    agent: str
    request: str
    steps: tuple[Step, ...] = ()
    stop: Stop = "answered"  # answered, or what ended it: a cap, or the model gave no reply
    why: str = ""  # in words, where it was not answered

    @property
    def answer(self) -> Answer | None:
        """Return the answer, None where there is none."""
        last = self.steps[-1].what if self.steps else None
        return last if isinstance(last, Answer) else None

    @property
    def calls(self) -> list[ToolCall]:
        """List the calls."""
        return [step.what for step in self.steps if isinstance(step.what, ToolCall)]

    @property
    def observations(self) -> list[Observation]:
        """List the observations; each answers the call at the same place."""
        return [step.what for step in self.steps if isinstance(step.what, Observation)]

    @property
    def usage(self) -> Usage:
        """Add up the tokens of all steps."""
        total = Usage()
        for step in self.steps:
            total = total.plus(step.usage)
        return total

    def until(self, n_steps: int) -> Trace:
        """Return the first `n_steps` steps, for an agent to go on from.

        Raises:
            ValueError: there are fewer steps, or `n_steps` is below 0.
        """
        if not 0 <= n_steps <= len(self.steps):
            raise ValueError(f"this trace has {len(self.steps)} steps, got n_steps={n_steps}")
        return self._replace(steps=self.steps[:n_steps], stop="steps", why="cut here")

    def edited(self, place: int, text: str) -> Trace:
        """Return the trace up to step `place`, with another text in it; what followed is dropped.

        Args:
            place: number of a step with a text, from 0.
            text: what it says now.

        Raises:
            ValueError: there is no such step, or it is a call, which has no text.
        """
        head = self.until(place + 1)
        what = head.steps[place].what
        if isinstance(what, ToolCall):
            raise ValueError(
                f"step {place} is a call of {what.name!r}, which has arguments and no text; "
                "edit the observation after it"
            )
        new = head.steps[place]._replace(what=what._replace(text=text))
        return head._replace(steps=(*head.steps[:place], new))


def messages_of(request: str, steps: Sequence[Step]) -> list[Message]:
    """Write steps as the conversation that a chat model is shown.

    A thought and the calls after it are one turn of the assistant; each observation answers the
    oldest call that has none yet.
    """
    messages = [user(request)]
    for number, step in enumerate(steps):
        what = step.what
        if isinstance(what, Observation):
            messages.append(Message("tool", what.text, call_id=_oldest_open(messages)))
            continue
        goes_on = isinstance(what, ToolCall) and messages[-1].role == "assistant"
        turn = messages.pop() if goes_on else Message("assistant", "")
        if isinstance(what, ToolCall):
            call = what._replace(call_id=what.call_id or f"call_{number}")
            messages.append(turn._replace(calls=(*turn.calls, call)))
        else:
            messages.append(turn._replace(text=what.text))
    return messages


def _oldest_open(messages: Sequence[Message]) -> str:
    """Find the call of the last turn that has no observation yet."""
    n_answered = 0
    for message in reversed(messages):
        if message.role == "tool":
            n_answered += 1
        elif message.calls:
            return message.calls[min(n_answered, len(message.calls) - 1)].call_id
    return ""
