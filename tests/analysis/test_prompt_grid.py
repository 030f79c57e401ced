"""A grid of prompts: what is asked, what is shared, and when a kept answer is stale."""

import base64
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis import prompt_sensitivity
from rectutor.analysis.prompt_grid import (
    Cell,
    ask_cells,
    content_key,
    factorial,
    key_of_cell,
    prompts_of_cell,
    shuffled,
)
from rectutor.analysis.prompt_sensitivity import (
    MODELS,
    lab_questions,
    packed,
    read_lab,
    unpacked,
)
from rectutor.analysis.records import read_record
from rectutor.data.judgements import Judgements
from rectutor.lm.scripted import ScriptedLM
from rectutor.prompts import LABEL_WORDS, TALLREC, Template
from rectutor.training.taste import Taste, taste_of

TITLES = ["", *(f"film {n}" for n in range(1, 40))]
PLAIN = Template("plain", "{liked} / {disliked} / {title}?")
NAMED = Template("named", "{liked} / {disliked} / {title}, {Yes} or {No}?")


def asked(n: int = 4) -> Judgements:
    films = np.arange(1, 1 + 5 * n).reshape(n, 5)
    half = np.arange(n) % 2 == 0
    return Judgements(np.arange(n), films[:, :2], films[:, 2:4], films[:, 4], half)


def test_a_cell_says_itself():
    assert Cell(PLAIN).said() == "plain, Yes/No, oldest first, 4 told"
    assert Cell(PLAIN, LABEL_WORDS[3], shuffle=2).said() == "plain, good/bad, shuffle 2, 4 told"


def test_every_mixture_is_there_and_the_last_factor_runs_fastest():
    cells = factorial((PLAIN, NAMED), LABEL_WORDS[:2], ("oldest-first",), (2, 1))
    assert [(c.template.name, c.labels.positive, c.n_history) for c in cells[:3]] == [
        ("plain", "Yes", 2),
        ("plain", "Yes", 1),
        ("plain", "yes", 2),
    ]
    assert len(cells) == 8


def test_a_shuffle_keeps_each_list_and_its_seed_decides():
    one, again = shuffled(asked(50), 1), shuffled(asked(50), 1)
    assert np.sort(one.liked, axis=1).tolist() == asked(50).liked.tolist()
    assert one.liked.tolist() == again.liked.tolist() != asked(50).liked.tolist()


def test_the_prompt_is_written_as_the_cell_has_it():
    cell = Cell(NAMED, LABEL_WORDS[3], "newest-first", 2)
    assert prompts_of_cell(asked(1), TITLES, cell) == [
        "film 2; film 1 / film 4; film 3 / film 5, good or bad?"
    ]


def test_log_odds_are_those_of_the_cells_own_words_and_equal_prompts_are_asked_once():
    seen = []

    def score(prompt, word):
        seen.append((prompt, word))
        return -len(prompt) * {" Yes": 1, " No": 2, " good": 3, " bad": 1}[word] / 100

    cells = factorial((PLAIN, NAMED), (LABEL_WORDS[0], LABEL_WORDS[3]), ("oldest-first",), (2,))
    told = []
    answers = ask_cells(
        ScriptedLM(score), asked(), TITLES, cells, progress=False, on_cell=told.append
    )
    lengths = [[len(p) for p in prompts_of_cell(asked(), TITLES, cell)] for cell in cells]
    factor = np.array([1, -2, 1, -2])[:, None] / 100
    assert answers == pytest.approx(factor * np.array(lengths), abs=1e-5)
    assert len(seen) == 4 * (4 + 2 + 2)  # plain: four words at once; named: twice two
    assert told == [1, 2, 3]


def test_a_key_changes_with_a_letter_a_word_and_a_border():
    keys = {
        content_key(prompts, labels)
        for prompts in (["ab", "c"], ["a", "bc"], ["ab", "d"])
        for labels in LABEL_WORDS[:2]
    }
    assert len(keys) == 6 and all(len(key) == 12 for key in keys)


def test_a_cells_key_changes_with_its_wording_its_knobs_and_any_title():
    cell, names = Cell(PLAIN, n_history=2), ["", *(f"film {n}" for n in range(1, 70))]
    keys = [
        key_of_cell(asked(12), titles, own)
        for titles, own in (
            (names, cell),
            (names, cell._replace(template=NAMED)),
            (names, cell._replace(n_history=1)),
            (names, cell._replace(shuffle=3)),
            ([*names[:60], "other"], cell),  # of the last question alone
        )
    ]
    assert len(set(keys)) == 5


def test_packed_log_odds_come_back_to_a_thousandth():
    values = np.random.default_rng(0).normal(scale=5, size=200)
    assert unpacked(packed(values)) == pytest.approx(values, abs=0.0005)
    assert len(base64.b64decode(packed(values))) == 400


def small_taste(n: int) -> Taste:
    films = np.ones((2 * n, 4), dtype=np.int64)
    people = np.repeat(np.arange(n), 2)
    half = np.tile([True, False], n)
    judged = Judgements(people, films, films, np.ones(2 * n, dtype=np.int64), half)
    return Taste(judged, judged, ["", "Up"], None, np.ones(0, bool))


def test_two_sets_of_people_are_asked_one_question_each_half_of_them_liked():
    first, fresh = lab_questions(small_taste(20), 8)
    assert len(set(first.user_index) | set(fresh.user_index)) == 16
    assert first.is_liked.sum() == fresh.is_liked.sum() == 4


@pytest.mark.parametrize("n", [7, 12])
def test_an_odd_number_or_too_many_people_are_named(n):
    with pytest.raises(ValueError, match=f"n must be even and at most 10, got {n}"):
        lab_questions(small_taste(20), n)


def test_the_record_answers_todays_prompts():
    lab = read_lab()
    assert list(lab.answers) == list(MODELS)
    assert lab.grid(MODELS[0]).shape == (24, 2, 2, 2, 200)
    assert lab.answers[MODELS[1]]["fresh"].shape == (24, 200)
    assert "prompt_sensitivity" in lab.said


def test_an_answer_to_another_prompt_is_noticed():
    record = read_record(prompt_sensitivity.NAME)
    table = pd.DataFrame(record.table)
    table.loc[table["cell"] == Cell(TALLREC).said(), "key"] = "0" * 12
    with pytest.raises(ValueError, match=r"no answers of 'frozen' .* 'tallrec, Yes/No, oldest"):
        read_lab(replace(record, table=table))


def test_the_recorded_answers_are_those_of_the_shipped_model():
    from rectutor.lm.loading import language_model

    taste, lab = taste_of("films"), read_lab()
    few = lab.fresh.take(slice(0, 8))
    answers = ask_cells(language_model(), few, taste.titles, [Cell(TALLREC)], progress=False)
    assert answers[0] == pytest.approx(lab.answers[MODELS[0]]["fresh"][0, :8], abs=0.01)
