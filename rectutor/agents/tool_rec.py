"""ToolRec: a language model plays the person, and calls recommenders with conditions on attributes.

Zhao et al., "Let Me Do It For You: Towards LLM Empowered Recommendation via Tool Learning", 2024.
Round by round the surrogate looks at the list so far, decides which attribute is missing, and calls
a recommender on that condition; it stops when the list fits. It is no router that sends a request
to one of several recommenders.

**Departures.** Conditions are exact facts (genre, theme, person, years); the paper tunes a ranker
for each attribute. Lists of rounds are joined in turn, the first list first, where the paper lets
the language model write the last list. `Surrogate` is a rule; any chat model can take its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.react import items_named
from rectutor.agents.tools import Toolbox
from rectutor.agents.trace import Answer, Step, Stop, Trace
from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolCall, ToolSchema, system, user
from rectutor.lm.chat.scripted import counted, in_pieces

__all__ = ["Surrogate", "Toured", "tool_rec"]

_TASK = (
    "You are this person. Compare the lists with what you saw. Call the recommender with the "
    "attribute that you miss most, or say that you are content."
)
_SAW, _LISTS = "You saw:", "The lists so far:"


class Toured(NamedTuple):
    """What came out of the rounds."""

    items: tuple[int, ...]  # the joined list, best first
    lists: tuple[tuple[int, ...], ...]  # of each round
    trace: Trace


def tool_rec(
    model: ChatModel, toolbox: Toolbox, profile: str, first: ToolCall, n_rounds: int = 4
) -> Toured:
    """Run the rounds.

    Args:
        model: the surrogate.
        toolbox: recommenders that take attributes.
        profile: what the person saw, one item a line.
        first: the call that makes the first list.
        n_rounds: lists at most.
    """
    lists = [toolbox.run(first)]
    steps = [Step(first), Step(lists[0])]
    stop: Stop = "steps"
    why = f"not content after {n_rounds} rounds"
    for _ in range(n_rounds - 1):
        shown = "\n\n".join(found.text for found in lists)
        try:
            reply = model.chat(
                [system(_TASK), user(f"{_SAW}\n{profile}\n\n{_LISTS}\n{shown}")], toolbox.schemas
            )
        except ChatError as error:
            stop, why = "model", str(error)
            break
        if not reply.calls:
            stop, why = "answered", ""
            steps.append(Step(Answer(reply.text), reply.usage))
            break
        lists.append(toolbox.run(reply.calls[0]))
        steps += [Step(reply.calls[0], reply.usage), Step(lists[-1])]
    rounds = tuple(found.items for found in lists)
    in_turn = chain.from_iterable(zip_longest(*rounds))
    items = tuple(dict.fromkeys(item for item in in_turn if item is not None))
    return Toured(items, rounds, Trace(f"ToolRec, {model.name}", "", tuple(steps), stop, why))


class Surrogate:
    """A person by rule: misses the genre that the history has most beyond the lists.

    Args:
        catalogue: of the items.
        gap: share of the history beyond that of the lists from which on a genre is missed, 0 to 1.
    """

    name = "surrogate"

    def __init__(self, catalogue: Catalogue, gap: float = 0.15) -> None:
        self.catalogue, self.gap = catalogue, gap

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`), from the two parts of the last message."""
        saw, _, lists = messages[-1].text.partition(_LISTS)
        wanted, there = self._shares(items_named(saw)), self._shares(items_named(lists))
        missed = {genre: share - there.get(genre, 0.0) for genre, share in wanted.items()}
        most = max(missed, key=lambda genre: (missed[genre], genre), default=None)
        if most is None or missed[most] < self.gap:
            return counted(messages, Reply("I am content."))
        return counted(messages, Reply("", (ToolCall("recommend", {"genre": most}),)))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))

    def _shares(self, items: Sequence[int]) -> dict[str, float]:
        """Return the share of items that have each genre."""
        counts = Counter(
            value
            for item in items
            for field, value in self.catalogue.facts_of(item)
            if field == "genre"
        )
        return {genre: n / len(items) for genre, n in counts.items()}
