"""What each part of an advisor is worth, by two kinds of seekers; and what it costs in calls.

`python -m rectutor.analysis.talk_parts` gives the seekers of the record `talks` to MACRS with its
planner or its reflection taken away, to ChatCRS with and without goals, and to a search for words.
Each meets two kinds of seekers: those who say after a refused list what was missing ("comments"),
and those who only say no.

**Calls** count what a language model would be asked if one played each part, as in the papers:
three responders and a planner are four calls a turn, one responder is one, a goal and a responder
are two. Reflection and look-ups in the catalogue are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_crs import ChatCRS, GoalPlanner
from rectutor.agents.dialogue import Act, Talk, scores_of
from rectutor.agents.macrs import MACRS, Profile
from rectutor.agents.plain_advisors import WordSearch
from rectutor.analysis.records import write_record
from rectutor.analysis.talks import CODE as TALKS_CODE
from rectutor.analysis.talks import SEED, Make, shipped_company, talks_of
from rectutor.metrics.bootstrap import mean_interval
from rectutor.training.fingerprint import fingerprint

__all__ = ["CODE", "NAME", "Way", "part_rows", "ways"]

NAME = "talk_parts"
CODE = (*TALKS_CODE, "rectutor.agents.plain_advisors", "rectutor.analysis.talk_parts")


class Way(NamedTuple):
    """One advisor, and how many calls of a model a turn takes."""

    make: Make
    calls: int


def only_recommends(profile: Profile, proposals: Sequence[Act]) -> int:
    """Plan: recommend at every turn."""
    return 1


def asks_first(profile: Profile, proposals: Sequence[Act]) -> int:
    """Plan: ask about everything there is, then recommend."""
    return 0 if proposals[0].field else 1


def ways(catalogue: Catalogue, goals: GoalPlanner) -> Mapping[str, Way]:
    """Return the advisors that are compared, by name."""
    return {
        "MACRS": Way(lambda s: MACRS(catalogue, s), 4),
        "MACRS, no reflection": Way(lambda s: MACRS(catalogue, s, reflects=False), 4),
        "asks all it can, then recommends": Way(lambda s: MACRS(catalogue, s, asks_first), 1),
        "only recommends": Way(lambda s: MACRS(catalogue, s, only_recommends), 1),
        "only recommends, no reflection": Way(
            lambda s: MACRS(catalogue, s, only_recommends, reflects=False), 1
        ),
        "ChatCRS": Way(lambda s: ChatCRS(catalogue, s, goals), 2),
        "ChatCRS without goals": Way(lambda s: ChatCRS(catalogue, s, None), 1),
        "word search": Way(lambda s: WordSearch(catalogue), 1),
    }


def part_rows(
    catalogue: Catalogue,
    made: Mapping[str, Way],
    scores: np.ndarray,
    targets: np.ndarray,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Score every advisor with both kinds of seekers.

    Args:
        catalogue: of the items.
        made: from `ways`.
        scores: [B, N + 1].
        targets: [B] the films in mind.
        seed: of seekers and intervals.
    """
    for comments in (True, False):
        for name, way in made.items():
            talks = talks_of(way.make, catalogue, scores, targets, seed, comments)
            pairs = zip(talks, targets, strict=True)
            table = pd.DataFrame([scores_of(talk, int(film), catalogue) for talk, film in pairs])
            success = mean_interval(table["success"].to_numpy(), seed)
            rounds = mean_interval(table["rounds"].to_numpy(), seed)
            yield {
                "advisor": name,
                "comments": comments,
                "success": success.mean,
                "low": success.low,
                "high": success.high,
                "rounds": rounds.mean,
                "rounds, low": rounds.low,
                "rounds, high": rounds.high,
                "films shown": float(np.mean([_n_shown(talk) for talk in talks])),
                "calls a turn": way.calls,
                "calls": way.calls * rounds.mean,
                "people": len(talks),
            }


def _n_shown(talk: Talk) -> int:
    """Count the films that were recommended."""
    return sum(len(own.act.items) for own in talk.rounds)


def main() -> None:
    """Let all talk and write the record."""
    _, catalogue, scores, targets, goals = shipped_company()
    table = pd.DataFrame(part_rows(catalogue, ways(catalogue, goals), scores, targets, SEED))
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.talk_parts"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
