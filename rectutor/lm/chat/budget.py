"""A chat model with a purse: calls, tokens and money are counted.

The next call is refused before it is made when it would cost more than is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolSchema, Usage

__all__ = ["Budget", "BudgetedChat"]


@dataclass(frozen=True)
class Budget:
    """What one run may spend; the defaults are a lesson's."""

    n_calls: int = 20  # 0 or more
    n_tokens: int = 50_000  # prompt and reply together, as the model counts them
    money: float = float("inf")  # in the unit of the prices
    price_of_prompt: float = 0.0  # for a million tokens
    price_of_reply: float = 0.0  # for a million tokens

    def cost(self, usage: Usage) -> float:
        """Say what tokens cost.

        Example:
            >>> Budget(price_of_prompt=2.0, price_of_reply=8.0).cost(Usage(1_000_000, 500_000))
            6.0
        """
        prompt = usage.prompt_tokens * self.price_of_prompt
        return (prompt + usage.reply_tokens * self.price_of_reply) / 1_000_000


class BudgetedChat:
    """A chat model that stops before it overspends.

    What a reply will cost is not known before it is there, so a call is refused when its prompt
    alone would not fit into what is left; the last reply may run over by its own length, which
    `reply_tokens` bounds.

    Args:
        model: who is asked.
        budget: what may be spent.
        tokens_of: counts the tokens of a conversation before it is sent; a guess is one token for
            every four characters.
        reply_tokens: what a reply is expected to need at most.
    """

    def __init__(
        self,
        model: ChatModel,
        budget: Budget | None = None,
        tokens_of: Callable[[Sequence[Message]], int] | None = None,
        reply_tokens: int = 0,
    ) -> None:
        self.model, self.budget = model, budget or Budget()
        self.tokens_of, self.reply_tokens = tokens_of or _guess, reply_tokens
        self.name = model.name
        self.n_calls, self.usage = 0, Usage()

    @property
    def spent(self) -> float:
        """Say what all calls have cost so far."""
        return self.budget.cost(self.usage)

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`) if it can be paid.

        Raises:
            ChatError: of kind "budget", before the call; says what is left of what.
        """
        self._check(messages)
        reply = self.model.chat(messages, tools)
        self.usage = self.usage.plus(reply.usage)
        return reply

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn bit by bit if it can be paid."""
        self._check(messages)
        for piece in self.model.stream(messages, tools):
            if isinstance(piece, Reply):
                self.usage = self.usage.plus(piece.usage)
            yield piece

    def _check(self, messages: Sequence[Message]) -> None:
        """Refuse a call that does not fit, and count one that does."""
        budget = self.budget
        if self.n_calls >= budget.n_calls:
            raise ChatError(
                "budget", f"all {budget.n_calls} calls of this run are used; allow more n_calls"
            )
        next_one = Usage(self.tokens_of(messages), self.reply_tokens)
        if self.usage.total + next_one.total > budget.n_tokens:
            raise ChatError(
                "budget",
                f"the next call needs about {next_one.total} tokens, and {self.usage.total} of "
                f"{budget.n_tokens} are used; allow more n_tokens or shorten the conversation",
            )
        if self.spent + budget.cost(next_one) > budget.money:
            raise ChatError(
                "budget",
                f"the next call costs about {budget.cost(next_one):.4f}, and {self.spent:.4f} of "
                f"{budget.money:.4f} is spent; allow more money",
            )
        self.n_calls += 1


def _guess(messages: Sequence[Message]) -> int:
    """Guess the tokens of a conversation from its characters."""
    return sum(len(message.text) for message in messages) // 4
