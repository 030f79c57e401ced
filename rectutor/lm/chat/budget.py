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
    and `reply_tokens` would not fit into what is left; only a longer reply can still overspend.
    Where nobody says what a call has used, it is charged by the guess: many servers do not, above
    all for streams, and a reply that is malformed or not read to its end brings no count.

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
        before = self._charged(messages)
        try:
            reply = self.model.chat(messages, tools)
        except ChatError as error:
            self._settle(before, error)
            raise
        self._settle(before, reply)
        return reply

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn bit by bit if it can be paid."""
        before = self._charged(messages)
        try:
            for piece in self.model.stream(messages, tools):
                if isinstance(piece, Reply):
                    self._settle(before, piece)
                yield piece
        except ChatError as error:
            self._settle(before, error)
            raise

    def _charged(self, messages: Sequence[Message]) -> Usage:
        """Refuse a call that does not fit, charge one that does; return what was used before."""
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
        before, self.usage = self.usage, self.usage.plus(next_one)
        return before

    def _settle(self, before: Usage, came: Reply | ChatError) -> None:
        """Put what a call has truly used in the place of the guess, where that is known."""
        if isinstance(came, ChatError):
            was_answered = came.kind == "malformed"
            self.usage = self.usage if was_answered else before
        elif came.usage.total:
            self.usage = before.plus(came.usage)
        else:
            guess = Usage(self.usage.prompt_tokens - before.prompt_tokens, _guess([came.message()]))
            self.usage = before.plus(guess)


def _guess(messages: Sequence[Message]) -> int:
    """Guess the tokens of a conversation from its characters, calls included."""
    calls = (f"{call.name} {call.arguments}" for message in messages for call in message.calls)
    return (sum(len(message.text) for message in messages) + sum(map(len, calls))) // 4
