"""A chat model that does its task and everything else that any text tells it to: the worst case.

Published models obey some injected instructions and not others, and the next one obeys others
again. A defence that holds against a model that obeys all of them does not lean on the model's good
sense. One kind of sense can be switched on: to heed the marks that a defence puts around data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rectutor.chat import ChatModel, Message, Reply, ToolSchema
from rectutor.lm.chat.orders import Orders, orders_in
from rectutor.lm.chat.scripted import counted, in_pieces

__all__ = ["ObedientChat"]


class ObedientChat:
    """Obeys orders in whatever it reads, then goes on with its task.

    Ordered calls come first, also of tools that nobody offered. In the answer, ordered items stand
    before the task's, ordered words after them, and what ordered calls brought is told at the end.
    The instructions above the conversation are not searched for orders.

    Args:
        task: what it does where no text orders anything else.
        unmarked: what it reads of a text when it looks for orders. A model that heeds marks leaves
            out what is marked as data; by default everything is read as it stands.
        name: what tables call it.
    """

    def __init__(
        self,
        task: ChatModel,
        unmarked: Callable[[str], str] | None = None,
        name: str = "obedient",
    ) -> None:
        self.task, self.unmarked, self.name = task, unmarked or (lambda text: text), name

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`)."""
        texts = [self.unmarked(message.text) for message in messages if message.role != "system"]
        orders = orders_in("\n".join(texts))
        made = [(call.name, call.arguments) for message in messages for call in message.calls]
        for call in orders.calls:
            if (call.name, call.arguments) not in made:
                return counted(messages, Reply("", (call,)))
        reply = self.task.chat(messages, tools)
        return reply if reply.calls else _bent(reply, orders, messages)

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))


def _bent(reply: Reply, orders: Orders, messages: Sequence[Message]) -> Reply:
    """Put what was ordered into an answer."""
    if orders.is_empty:
        return reply
    wanted = {call.name for call in orders.calls}
    brought = [
        answer.text
        for before, answer in pairwise(messages)
        if answer.role == "tool" and any(call.name in wanted for call in before.calls)
    ]
    scores = [f"score {score}" for score in orders.scores]
    parts = [*orders.recommend, reply.text, *orders.say, *scores, *brought]
    return reply._replace(text="\n".join(parts))
