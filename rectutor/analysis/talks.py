"""Advisors talk to simulated seekers: who finds the film, how soon, and what each part is worth.

`python -m rectutor.analysis.talks` gives each of 200 people of the shipped world `films` the film
that was held out as the one they look for. All advisors rank by the same SASRec; what differs is
whether they ask, use what is answered, and learn from a refusal. Goals of ChatCRS are learned from
MACRS's talks with 100 other people, whose film is that of the validation part.

Every talk is checked for a leak before it counts: a seeker that names its film fails the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_crs import ChatCRS, GoalPlanner
from rectutor.agents.dialogue import Advisor, Talk, converse, scores_of
from rectutor.agents.macrs import MACRS
from rectutor.agents.seekers import FilmSeeker
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.metrics.bootstrap import mean_interval
from rectutor.schema import Cases, Scorer
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of

__all__ = [
    "CODE",
    "NAME",
    "Company",
    "advisors",
    "goals_of",
    "shipped_company",
    "talk_rows",
    "talks_of",
    "unseen_scores",
]

NAME = "talks"
N_PEOPLE, N_TEACHERS, N_ROUNDS, SEED = 200, 100, 8, 0
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.chat_crs",
    "rectutor.agents.dialogue",
    "rectutor.agents.filters",
    "rectutor.agents.macrs",
    "rectutor.agents.seekers",
    "rectutor.analysis.talks",
    "rectutor.data.dialogues",
)
Make = Callable[[np.ndarray], Advisor]  # scores [N + 1] of one person -> an advisor


class Company(NamedTuple):
    """Who looks for a film, and what advisors may know."""

    items: pd.DataFrame  # in the order of item indices
    catalogue: Catalogue  # of them
    scores: np.ndarray  # [B, N + 1] of each person; what was seen is -inf
    targets: np.ndarray  # [B] the films in mind
    goals: GoalPlanner  # learned from other people


def unseen_scores(model: Scorer, cases: Cases) -> np.ndarray:
    """Return [B, N + 1]; what a person has seen scores -inf, so it comes last."""
    scores = model.score(cases.queries)
    np.put_along_axis(scores, cases.queries.history, -np.inf, axis=1)
    return scores


def advisors(catalogue: Catalogue, goals: GoalPlanner) -> Mapping[str, Make]:
    """Return the advisors that are compared, by name."""
    made: list[Make] = [
        lambda scores: ChatCRS(catalogue, scores, None, knows=False),
        lambda scores: ChatCRS(catalogue, scores, goals, knows=False),
        lambda scores: ChatCRS(catalogue, scores, None),
        lambda scores: ChatCRS(catalogue, scores, goals),
        lambda scores: MACRS(catalogue, scores, reflects=False),
        lambda scores: MACRS(catalogue, scores),
    ]
    return {make(np.zeros(catalogue.n_items + 1)).name: make for make in made}


def talks_of(
    make: Make,
    catalogue: Catalogue,
    scores: np.ndarray,
    targets: np.ndarray,
    seed: int,
    comments: bool = True,
) -> list[Talk]:
    """Let one kind of advisor talk to a seeker for each person.

    Args:
        make: an advisor from a person's scores.
        catalogue: of the items.
        scores: [B, N + 1].
        targets: [B] the films in mind.
        seed: of the seekers; the same for all advisors.
        comments: seekers say what a refused list lacks.
    """
    return [
        converse(
            make(own),
            FilmSeeker(catalogue, int(film), np.random.default_rng([seed, row]), comments=comments),
            N_ROUNDS,
        )
        for row, (own, film) in enumerate(zip(scores, targets, strict=True))
    ]


def goals_of(
    catalogue: Catalogue, scores: np.ndarray, targets: np.ndarray, seed: int
) -> GoalPlanner:
    """Learn goals from talks of MACRS."""
    talks = talks_of(lambda own: MACRS(catalogue, own), catalogue, scores, targets, seed)
    return GoalPlanner().fit(talks, MACRS(catalogue, scores[0]))


def talk_rows(
    catalogue: Catalogue,
    makes: Mapping[str, Make],
    scores: np.ndarray,
    targets: np.ndarray,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Score every advisor's talks, with an interval over people for success.

    Args:
        catalogue: of the items.
        makes: from `advisors`.
        scores: [B, N + 1].
        targets: [B].
        seed: of seekers and intervals.
    """
    for name, make in makes.items():
        talks = talks_of(make, catalogue, scores, targets, seed)
        pairs = zip(talks, targets, strict=True)
        table = pd.DataFrame([scores_of(talk, int(film), catalogue) for talk, film in pairs])
        success = mean_interval(table["success"].to_numpy(), seed)
        at_once = mean_interval((table["success"] * (table["rounds"] <= 2)).to_numpy(float), seed)
        means = {str(name): float(mean) for name, mean in table.mean().items()}
        yield {
            "advisor": name,
            "success": success.mean,
            "low": success.low,
            "high": success.high,
            "in two rounds": at_once.mean,
            "in two, low": at_once.low,
            "in two, high": at_once.high,
            **{name: mean for name, mean in means.items() if name != "success"},
            "people": len(talks),
        }


def shipped_company() -> Company:
    """Return the people of the records, with what the shipped SASRec expects of them."""
    split = split_of("films")
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    catalogue, model = Catalogue(items), fit_or_load("sasrec-films")
    rows = np.random.default_rng(SEED).permutation(len(split.test.targets))
    test = split.test.take(rows[:N_PEOPLE])
    others = split.validation.take(rows[N_PEOPLE : N_PEOPLE + N_TEACHERS])
    goals = goals_of(catalogue, unseen_scores(model, others), others.targets[:, 0], SEED + 1)
    return Company(items, catalogue, unseen_scores(model, test), test.targets[:, 0], goals)


def main() -> None:
    """Let all talk and write the record."""
    _, catalogue, scores, targets, goals = shipped_company()
    table = pd.DataFrame(talk_rows(catalogue, advisors(catalogue, goals), scores, targets, SEED))
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.talks"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
