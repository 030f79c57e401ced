"""Two agents by rule for the feedback loop: one offers, the other answers, both in plain text.

See `feedback` for the loop and the paper. What both talk about are genres and decades.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chooser import candidates_in
from rectutor.agents.feedback import ANSWER, BECAUSE, MEMORY, OFFERED
from rectutor.agents.react import items_named
from rectutor.agents.rec_agent import SimulatedUser
from rectutor.chat import Message, Reply, ToolSchema
from rectutor.lm.chat.scripted import counted, in_pieces

__all__ = ["SHARPNESS", "Answering", "FactTable", "Offering"]

SHARPNESS = 16.0  # of a simulated user who mostly goes by taste; see `rec_agent.SimulatedUser`

_WISH = re.compile(r"\b(less|more) (\w+) ([^;]+?)(?=;|\.$)")


class FactTable:
    """What items have in common: genres and decades.

    Args:
        catalogue: of the items.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        own = [_facts(catalogue, item) for item in range(1, catalogue.n_items + 1)]
        self.names = sorted({fact for facts in own for fact in facts})
        columns = {fact: column for column, fact in enumerate(self.names)}
        self.features = np.zeros((catalogue.n_items + 1, len(columns)))  # [N + 1, F], 0 or 1
        for item, facts in enumerate(own, start=1):
            self.features[item, [columns[fact] for fact in facts]] = 1

    def of(self, item: int) -> list[str]:
        """Return what an item has, such as "genre Comedy" and "decade 1990s"."""
        return [self.names[column] for column in np.flatnonzero(self.features[item])]


class Offering:
    """The recommender agent by rule: the retriever's order, moved by what was said.

    A fact that the person wants more of moves an item up by `step` places, one that they want less
    of moves it down by as many; what was refused comes last.

    Args:
        table: of the items.
        step: places, 0 or more.
    """

    name = "offering"

    def __init__(self, table: FactTable, step: float = 2.0) -> None:
        self.table, self.step = table, step

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`).

        Raises:
            ChatError: of kind "refused" when the last turn lists no candidates.
        """
        text, _, memory = messages[-1].text.partition(MEMORY)
        lines = candidates_in(text)
        wishes = _wishes(memory)
        refused = {item for line in _lines(memory, OFFERED) for item in items_named(line)}
        places = {
            item: (item in refused, rank - self.step * sum(wishes[f] for f in self.table.of(item)))
            for rank, item in enumerate(lines)
        }
        order = sorted(lines, key=lambda item: places[item])
        seen = items_named(text.partition("\n\n")[0])
        because = self._reason(order[0], seen)
        named = "\n".join(lines[item] for item in order)
        return counted(messages, Reply(f"{named}\n{BECAUSE} {because}"))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))

    def _reason(self, item: int, seen: Sequence[int]) -> str:
        """Name the seen item that has most in common with an item, the newest of several."""
        own = set(self.table.of(item))
        shared = [(len(own & set(self.table.of(old))), place) for place, old in enumerate(seen)]
        n, place = max(shared, default=(0, 0))
        if not n:
            return "nothing that you saw is like it."
        both = sorted(own & set(self.table.of(seen[place])))
        return f"you saw [{seen[place]}], with {', '.join(both)}."


class Answering:
    """The user agent by rule: accepts what suits it about as well as what it saw, and says why not.

    A reason that names something it saw calls that back to its memory, so its taste moves, too.

    Args:
        person: whose taste it is, over the features of `table`. Their `sharpness` is how much taste
            counts against noise: with 0 each answer, and each reason, is by lot.
        table: of the items.
        tolerance: how far an offer may fall short of the mean utility of what was seen and still be
            as likely accepted as not, 0 to 1.
    """

    name = "answering"

    def __init__(self, person: SimulatedUser, table: FactTable, tolerance: float = 0.0) -> None:
        self.person, self.table, self.tolerance = person, table, tolerance

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`)."""
        text = messages[-1].text
        offered, _, because = text.rpartition(OFFERED)[2].partition(BECAUSE)
        (item,) = items_named(offered)[:1]
        person = self.person
        person.memory += [old for old in items_named(because) if old in person.memory]
        usual = person.utility(np.array(person.memory)).mean()
        fits = float(person.utility(np.array([item]))[0] - usual) + self.tolerance
        if person.sharpness * fits + person.rng.logistic() > 0:
            return counted(messages, Reply("Yes."))
        said = _wishes(text.partition(MEMORY)[2])
        return counted(messages, Reply(f"No. {self._wish(item, set(said))}"))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))

    def _wish(self, item: int, said: set[str]) -> str:
        """Say which fact of an item is wanted least, and which one that it lacks most."""
        taste = self.person.sharpness * self.person.taste()
        noise = self.person.rng.gumbel(size=(2, len(taste)))
        names, has = self.table.names, self.table.features[item] > 0
        open_ = np.array([name not in said for name in names])
        wishes = []
        if (has & open_).any():
            least = int(np.argmax(np.where(has & open_, noise[0] - taste, -np.inf)))
            wishes.append(f"less {names[least]}")
        if (~has & open_).any():
            most = int(np.argmax(np.where(~has & open_, noise[1] + taste, -np.inf)))
            wishes.append(f"more {names[most]}")
        return f"{'; '.join(wishes) or 'nothing more to say'}."


def _facts(catalogue: Catalogue, item: int) -> list[str]:
    genres = [f"genre {value}" for field, value in catalogue.facts_of(item) if field == "genre"]
    year = catalogue.years[item]
    return [*genres, f"decade {10 * (year // 10)}s"] if year else genres


def _lines(memory: str, begin: str) -> list[str]:
    """Return the lines of a memory that begin with a word."""
    return [line for line in memory.splitlines() if line.startswith(begin)]


def _wishes(memory: str) -> Counter[str]:
    """Read from answers how often each fact was wanted more, less counted off."""
    wishes: Counter[str] = Counter()
    for line in _lines(memory, ANSWER):
        for way, field, value in _WISH.findall(line):
            wishes[f"{field} {value}"] += 1 if way == "more" else -1
    return wishes
