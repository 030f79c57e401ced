"""RecMind on its five tasks, beside P5 and beside plain counting, on the questions of lesson 05b.

`python -m rectutor.analysis.rec_mind_tasks` asks 150 people of the test of `films` one question of
each family: how many stars, what next, why, the review in a few words, which of twenty. The same
questions go to the P5 of five families that ships, and to a baseline that plans nothing: means of
film and person for stars, SASRec for films, and the commonest text of the training part for texts.

RecMind knows the training part, and what this person rated and wrote before the question. The
opinion about the held-out film is the truth; the review task alone shows its text, as it must.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from rectutor.agents.planning import WAYS, Planned, Way
from rectutor.agents.react import items_named
from rectutor.agents.rec_mind import searched
from rectutor.agents.rec_mind_rules import RULES, requests_of
from rectutor.agents.tools import Toolbox
from rectutor.analysis.family_answers import true_answers
from rectutor.analysis.p5_families import MEASURES, clauses_right, judge, words_shared
from rectutor.analysis.rec_mind_people import Place, film_means, toolbox_of
from rectutor.analysis.records import write_record
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.p5_families import P5Families
from rectutor.models.p5_questions import Asked
from rectutor.prompts.p5 import FAMILIES, tasks
from rectutor.prompts.pod import with_vectors
from rectutor.schema import Scorer, Split
from rectutor.training.assets import fit_or_load
from rectutor.training.family_cases import opinions_in_training, questions_of_test
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped_families import families_p5

__all__ = [
    "CODE",
    "NAME",
    "answer_in",
    "baseline_answers",
    "plans_of",
    "questions_for",
    "rows_of",
    "scored",
]

NAME = "rec_mind_tasks"
N_PEOPLE, SEED = 150, 0
ROUGE, P5_NAME, PLAIN = "ROUGE-1", "P5", "plain baseline"
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.errands",
    "rectutor.agents.film_tools",
    "rectutor.agents.memory",
    "rectutor.agents.mind_tools",
    "rectutor.agents.planning",
    "rectutor.agents.rec_mind",
    "rectutor.agents.rec_mind_rules",
    "rectutor.agents.session_tools",
    "rectutor.agents.tools",
    "rectutor.analysis.p5_families",
    "rectutor.analysis.rec_mind_people",
    "rectutor.analysis.rec_mind_tasks",
    "rectutor.data.opinions",
    "rectutor.data.reviews",
    "rectutor.lm.chat.linking",
)


def questions_for(place: Place, model: P5Families, asked: Asked) -> list[dict[str, str]]:
    """Word every person's five questions.

    Args:
        place: its catalogue names the films.
        model: its vocabulary holds the reviews, as P5 reads them.
        asked: of n people.
    """
    name = place.catalogue.name
    reviews = [model.vocabulary.said(row) for row in asked.review.tolist()]
    return [
        requests_of(name(int(item)), "\n".join(name(int(own)) for own in candidates), review)
        for item, candidates, review in zip(asked.item, asked.candidates, reviews, strict=True)
    ]


def plans_of(
    toolboxes: Sequence[Toolbox], questions: Sequence[Mapping[str, str]], family: str, way: Way
) -> list[Planned]:
    """Let RecMind answer one family's question of everybody.

    Args:
        toolboxes: of each person.
        questions: from `questions_for`.
        family: one of `FAMILIES`.
        way: of planning.
    """
    pairs = zip(toolboxes, questions, strict=True)
    return [searched(RULES[family], box, asked[family], way) for box, asked in pairs]


def scored(
    family: str, answers: Sequence[str], asked: Asked, true: Sequence[str]
) -> dict[str, np.ndarray]:
    """Judge answers as `p5_families.judge` does; of texts also the words they share with the truth.

    Args:
        family: one of `FAMILIES`.
        answers: of n people: stars, films by number, or a text.
        asked: what was asked.
        true: what is true, from `true_answers`.

    Returns:
        [n] by measure; less is better for the squared error alone.
    """
    if family == "rating":
        stars = np.array([float(text) for text in answers])
        return {MEASURES[family]: (stars - asked.half_stars / 2) ** 2}
    if family in ("sequential", "direct"):
        k = 10 if family == "sequential" else 1
        named = [items_named(text)[:k] for text in answers]
        pairs = zip(asked.item, named, strict=True)
        return {MEASURES[family]: np.array([float(item in own) for item, own in pairs])}
    texts = list(zip(answers, true, strict=True))
    right = [clauses_right(*own) if family == "explanation" else own[0] == own[1] for own in texts]
    return {
        MEASURES[family]: np.array(right, dtype=float),
        ROUGE: np.array([words_shared(*own) for own in texts]),
    }


def baseline_answers(split: Split, scorer: Scorer, asked: Asked) -> dict[str, list[str]]:
    """Answer without a plan: means, the recommender's list, the commonest text of training.

    Args:
        split: its test is that of `asked`.
        scorer: ranks films.
        asked: of the people of `split.test`.
    """
    train, queries = split.train, split.test.queries
    overall = float(train.rating.mean())
    of_film = _usual(train.item_index, train.rating - overall, split.n_items + 1)
    left = train.rating - overall - of_film[train.item_index]
    of_person = _usual(train.user_index, left, split.n_users)
    stars = np.clip(overall + of_film[asked.item] + of_person[asked.user], 0.5, 5.0)
    scores = scorer.score(queries)
    among = np.take_along_axis(scores, asked.candidates, axis=1)
    first = asked.candidates[np.arange(len(among)), among.argmax(axis=1)]
    np.put_along_axis(scores, queries.history, -np.inf, axis=1)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    known = opinions_in_training("films", split, 4000).texts
    clauses = Counter(part for text in known["explanation"] for part in text.split(", "))
    n = len(asked.item)
    return {
        "rating": [f"{value:.4f}" for value in stars],
        "sequential": ["".join(f"[{item}]" for item in row) for row in best],
        "explanation": [clauses.most_common(1)[0][0]] * n,
        "review": [Counter(known["summary"]).most_common(1)[0][0]] * n,
        "direct": [f"[{item}]" for item in first],
    }


def _usual(index: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Return the mean of the values at each index, drawn towards 0 by five imagined zeros."""
    return np.bincount(index, values, n) / (5 + np.bincount(index, minlength=n))


def rows_of(
    family: str,
    found: Mapping[str, Mapping[str, np.ndarray]],
    cost: Mapping[str, Sequence[Planned]],
) -> Iterator[dict[str, Any]]:
    """Write means with intervals, how far each is from P5 and from the baseline, and what it costs.

    Args:
        family: one of `FAMILIES`.
        found: who -> measure -> [n], with `P5_NAME` and `PLAIN` among them.
        cost: who -> what it planned, for those who plan.
    """
    for who, values in found.items():
        plans = cost.get(who, ())
        calls = float(np.mean([len(own.explored) for own in plans])) if plans else 0.0
        tokens = float(np.mean([own.usage.total for own in plans])) if plans else np.nan
        for measure, own in values.items():
            row: dict[str, Any] = {"task": family, "who": who, "measure": measure}
            row |= dict(zip(("value", "low", "high"), mean_interval(own, SEED), strict=True))
            for other in (P5_NAME, PLAIN):
                away = paired_difference(own, found[other][measure], SEED)
                names = (f"minus {other}", f"minus {other}, low", f"minus {other}, high")
                row |= dict(zip(names, away[:3], strict=True))
            yield row | {"calls": calls, "tokens": tokens, "people": len(own)}


def _table(place: Place, split: Split, model: P5Families, asked: Asked) -> pd.DataFrame:
    """Ask everybody everything."""
    true, plain = true_answers(model, asked), baseline_answers(split, place.scorer, asked)
    questions, stars = questions_for(place, model, asked), film_means(split)
    rows: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        people = [split.test.queries.take(np.array([row])) for row in range(len(asked.item))]
        boxes = [toolbox_of(place, own, stars, Path(folder)) for own in people]
        for family in FAMILIES:
            plans = {f"RecMind, {way}": plans_of(boxes, questions, family, way) for way in WAYS}
            found = {
                who: scored(family, [answer_in(own) for own in plan], asked, true[family])
                for who, plan in plans.items()
            }
            found[P5_NAME] = _of_p5(model, family, asked, split)
            found[PLAIN] = scored(family, plain[family], asked, true[family])
            rows += rows_of(family, found, plans)
    return pd.DataFrame(rows)


def answer_in(plan: Planned) -> str:
    """Return what was answered, "" where nothing was."""
    return plan.trace.answer.text if plan.trace.answer else ""


def _of_p5(model: P5Families, family: str, asked: Asked, split: Split) -> dict[str, np.ndarray]:
    """Ask P5 in the wording that lesson 05b uses."""
    task = with_vectors(tasks(family)[0])
    if family in ("explanation", "review"):
        true = true_answers(model, asked)[family]
        return scored(family, model.write(task, asked), asked, true)
    return {MEASURES[family]: judge(model, task, asked, split)}


def main() -> None:
    """Ask and write the record."""
    split, model, scorer = split_of("films"), families_p5(), fit_or_load("sasrec-films")
    rows = np.sort(np.random.default_rng(SEED).permutation(len(split.test.targets))[:N_PEOPLE])
    asked = questions_of_test("films", split, model).take(rows)
    fewer = split._replace(test=split.test.take(rows))
    place = Place.of_films(split, scorer, asked.user)
    table = _table(place, fewer, model, asked)
    print(table.drop(columns="people").round(3).to_string(index=False))
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
