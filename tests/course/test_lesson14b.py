"""The exercises of lesson 14b: the right answer passes, each usual mistake fails."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.dialogue import Round, Said, Talk, leak_in
from rectutor.agents.macrs import most_telling
from rectutor.course.lesson14b import (
    EXAMPLE,
    QUESTIONS,
    best_question,
    first_leak,
    kl_with_floor,
)
from rectutor.data.redial import read_redial, turns
from rectutor.metrics.divergence import kl_divergence
from tests.course.learners import each_mistake_fails, each_reference_passes


def test_the_best_question_is_the_one_that_the_package_asks():
    """Fields of the exercise are put into those of the catalogue."""
    for films, asked in best_question.cases(np.random.default_rng(0)):
        rows = [
            {"title": f"film {n}", "year": 1990, "genres": tuple(film["genre"])}
            | {"themes": tuple(film["decade"])}
            for n, film in enumerate(films)
        ]
        own = Catalogue(pd.DataFrame(rows))
        found = most_telling(own, range(1, len(rows) + 1), frozenset(asked))
        expected = {"theme": "decade"}.get(found, found)
        assert best_question.reference(films, asked) == expected


def test_leaks_are_those_that_fail_a_run():
    for sayings, number, title in first_leak.cases(np.random.default_rng(0)):
        rows = [{"title": title if n == number else f"other {n}", "year": 1990}
                for n in range(1, number + 1)]  # fmt: skip
        own = Catalogue(pd.DataFrame(rows))
        rounds = tuple(Round(None, Said(text)) for text in sayings[1:])
        found = leak_in(Talk("a", Said(sayings[0]), rounds), number, own)
        place = first_leak.reference(sayings, number, title)
        assert (found is not None) == (place >= 0)
        if found is not None:
            assert found in sayings[place]


def test_the_divergence_is_the_packages():
    for real, simulated, draws, pseudo in kl_with_floor.cases(np.random.default_rng(0)):
        found, floor = kl_with_floor.reference(real, simulated, draws, pseudo)
        assert found == pytest.approx(
            kl_divergence(np.array(real), np.array(simulated), pseudo=pseudo)
        )
        values = sorted(kl_divergence(np.array(real), np.array(d), pseudo=pseudo) for d in draws)
        assert values[36] <= floor <= values[38]  # of 40


def test_the_example_is_read_like_redial(tmp_path):
    (tmp_path / "valid_data.jsonl").write_text(json.dumps(EXAMPLE), encoding="utf-8")
    (talk,) = read_redial(tmp_path)
    asked = list(turns([talk], only_suggested=False))
    assert [turn.films for turn in asked] == [(33,), (44, 22)]
    assert [turn.is_repeat for turn in asked] == [(False,), (False, True)]
    assert [turn.films for turn in turns([talk])] == [(33,), (44,)]


def entropies(films, asked, weight, values=lambda own: own):
    best, most = "", 1e-9
    for field in films[0]:
        mass = {}
        for film in films:
            for value in values(film[field]):
                mass[value] = mass.get(value, 0) + weight(film[field])
        p = np.array(list(mass.values())) / sum(mass.values())
        entropy = -(p * np.log2(p)).sum()
        if field not in asked and entropy > most:
            best, most = field, entropy
    return best


def most_values(films, asked):
    counted = {f: len({v for film in films for v in film[f]}) for f in films[0] if f not in asked}
    return max(counted, key=counted.get)


def leak(pattern, flags=re.IGNORECASE):
    def answer(sayings, number, title):
        found = re.compile(pattern(number, title), flags)
        return next((place for place, text in enumerate(sayings) if found.search(text)), -1)

    return answer


def both(kl, level=0.95):
    def answer(real, simulated, draws, pseudo):
        values = [kl(np.array(real), np.array(draw), pseudo) for draw in draws]
        return [kl(np.array(real), np.array(simulated), pseudo), float(np.quantile(values, level))]

    return answer


MISTAKES = {
    best_question: {
        "most values": most_values,
        "what was asked is asked again": lambda films, asked: best_question.reference(films, []),
        "values count whole": lambda films, asked: entropies(films, asked, lambda own: 1),
        "the first value alone": lambda films, asked: entropies(
            films, asked, lambda own: 1, lambda own: own[-1:]
        ),
        "a certain field is asked": lambda films, asked: (
            best_question.reference(films, asked) or "genre"
        ),
    },
    first_leak: {
        "parts of words": leak(lambda number, title: rf"\[{number}\]|{re.escape(title)}"),
        "its own case only": leak(
            lambda number, title: rf"\[{number}\]|(?<!\w){re.escape(title)}(?!\w)", re.NOFLAG
        ),
        "short titles in any case": leak(
            lambda number, title: rf"\[{number}\]|(?<!\w){re.escape(title)}(?!\w)"
        ),
        "a bare number": lambda sayings, number, title: next(
            (n for n, text in enumerate(sayings) if str(number) in text),
            first_leak.reference(sayings, number, title),
        ),
        "no number": lambda sayings, number, title: first_leak.reference(sayings, 0, title),
        "signs end words": leak(lambda number, title: rf"\[{number}\]|\b{re.escape(title)}\b"),
        "whether, not where": lambda *case: int(first_leak.reference(*case) >= 0),
    },
    kl_with_floor: {
        "the other way round": both(lambda p, q, pseudo: kl_divergence(q, p, pseudo=pseudo)),
        "bits": both(lambda p, q, pseudo: kl_divergence(p, q, pseudo=pseudo) / np.log(2)),
        "always a half": both(lambda p, q, pseudo: kl_divergence(p, q)),
        "hardly smoothed": both(lambda p, q, pseudo: kl_divergence(p, q, pseudo=1e-6)),
        "the mean luck": both(lambda p, q, pseudo: kl_divergence(p, q, pseudo=pseudo), 0.5),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["14b", "14b", "14b", "03"]
