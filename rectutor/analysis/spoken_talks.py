"""Talks in words: what an advisor hears of what is said, and what mishearing costs.

`python -m rectutor.analysis.spoken_talks` lets the 200 people of `talks` look for the same films,
with the same facts told in the same order, in words of the grammar of dialogues. The advisor is
MACRS throughout; what differs is its ear (`agents.ears`) and whose wordings are spoken. Hearing
what was meant and hearing nothing are the controls.

One author wrote wordings, rules and list of names, so an ear hears more here than it would of
people. The tiny agent's ear was tuned on requests, not on any of these utterances. Every talk is
checked for a leak before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Talk, converse, scores_of
from rectutor.agents.ears import careful_ear, deaf, guessing_ear, keyword_ear, writer_ear
from rectutor.agents.filters import filter_of
from rectutor.agents.heard import Ear, Heard, SpokenSeeker
from rectutor.agents.macrs import MACRS
from rectutor.analysis.records import write_record
from rectutor.analysis.talks import N_ROUNDS, SEED, shipped_company
from rectutor.data.requests import Part
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.tiny import shipped_writer
from rectutor.metrics.bootstrap import mean_interval
from rectutor.training.fingerprint import fingerprint

__all__ = ["CODE", "NAME", "ears_of", "hearing", "spoken_rows", "spoken_talk"]

NAME = "spoken_talks"
PARTS: tuple[Part, ...] = ("train", "test")
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.dialogue",
    "rectutor.agents.ears",
    "rectutor.agents.filters",
    "rectutor.agents.heard",
    "rectutor.agents.macrs",
    "rectutor.agents.seekers",
    "rectutor.analysis.spoken_talks",
    "rectutor.data.dialogue_wordings",
    "rectutor.data.dialogues",
    "rectutor.data.spoken",
    "rectutor.lm.chat.clauses",
    "rectutor.lm.chat.linking",
    "rectutor.lm.chat.notation",
    "rectutor.lm.chat.writer",
)


def ears_of(catalogue_items: pd.DataFrame) -> dict[str, Ear | None]:
    """Return the ears that are compared, by name.

    Args:
        catalogue_items: films, as `Linker` takes them.
    """
    linker, writer = Linker(catalogue_items), shipped_writer()
    return {
        "what was meant": None,
        "keywords": keyword_ear(linker),
        "keywords with rules of denial": careful_ear(linker),
        "keywords, else the nearest genre": guessing_ear(linker, writer.encoder),
        "tiny agent": writer_ear(linker, writer),
        "deaf": deaf,
    }


def spoken_talk(
    advisor: Heard, catalogue: Catalogue, target: int, part: Part, seed: tuple[int, int]
) -> Talk:
    """Let an advisor talk to somebody who speaks.

    Args:
        advisor: who gets words.
        catalogue: of the items.
        target: the film in mind.
        part: whose wordings are spoken.
        seed: of the seeker: of the run, and of the person.
    """
    seeker = SpokenSeeker(catalogue, target, np.random.default_rng(list(seed)), part)
    return converse(advisor, seeker, N_ROUNDS)


def hearing(advisor: Heard, talk: Talk, target: int, catalogue: Catalogue) -> dict[str, int]:
    """Count what was said and what was heard, but for the last words of a film found.

    Returns:
        said: facts that the seeker told; right: those of them that were heard; wrong: facts heard
        that the film has not; more: facts heard that it has, and that nobody said.
    """
    counts = dict.fromkeys(("said", "right", "wrong", "more"), 0)
    for act, said in [(None, talk.opening), *talk.rounds]:
        if said.found:
            continue
        told, heard = set(said.facts), set(advisor.heard(said, act).facts)
        true = {fact for fact in heard if target in catalogue.having(filter_of(*fact))}
        counts["said"] += len(told)
        counts["right"] += len(told & heard)
        counts["wrong"] += len(heard - true)
        counts["more"] += len(true - told)
    return counts


def spoken_rows(
    catalogue: Catalogue,
    ears: Mapping[str, Ear | None],
    scores: np.ndarray,
    targets: np.ndarray,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Score every ear on wordings of training and test, with intervals over people.

    Args:
        catalogue: of the items.
        ears: by name.
        scores: [B, N + 1], of the people.
        targets: [B], the films in mind.
        seed: of seekers and intervals.

    Yields:
        Rows of ear, wordings, heard (mean over people of the share of told facts that were heard
        right), misled (share of talks with a wrong fact), success, in two rounds, each with its
        interval; wrong and more (facts a talk), rounds, people.
    """
    for part in PARTS:
        for name, ear in ears.items():
            rows = []
            for row, target in enumerate(map(int, targets)):
                advisor = Heard(MACRS(catalogue, scores[row]), ear)
                talk = spoken_talk(advisor, catalogue, target, part, (seed, row))
                own = scores_of(talk, target, catalogue)
                rows.append({**own, **hearing(advisor, talk, target, catalogue)})
            table = pd.DataFrame(rows)
            measured = {
                "heard": (table["right"] / table["said"])[table["said"] > 0],
                "misled": table["wrong"] > 0,
                "success": table["success"],
                "in two rounds": table["success"] * (table["rounds"] <= 2),
            }
            found: dict[str, Any] = {"ear": name, "wordings": part}
            for what, values in measured.items():
                mean, low, high = mean_interval(values.to_numpy(float), seed)
                found |= {what: mean, f"{what} low": low, f"{what} high": high}
            means = {key: float(table[key].mean()) for key in ("wrong", "more", "rounds")}
            yield found | means | {"people": len(table)}


def main() -> None:
    """Let all talk and write the record."""
    items, catalogue, scores, targets, _ = shipped_company()
    found = spoken_rows(catalogue, ears_of(items), scores, targets, SEED)
    table = pd.DataFrame(found)
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.spoken_talks"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
