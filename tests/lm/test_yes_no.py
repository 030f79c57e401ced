"""A language model as a judge of taste."""

import numpy as np
import pytest

from rectutor.data.judgements import Judgements
from rectutor.lm.scripted import ScriptedLM
from rectutor.lm.yes_no import answers_of, log_odds, prompts_of
from rectutor.prompts import LABEL_WORDS, TALLREC, YES_NO

TITLES = ["", "Up", "Heat", "Alien", "Big"]
ASKED = Judgements(
    np.array([0, 7]),
    np.array([[1, 2], [0, 3]]),
    np.array([[3, 4], [0, 4]]),
    np.array([4, 1]),
    np.array([True, False]),
)


def test_each_question_becomes_the_prompt_of_its_own_titles():
    prompts = prompts_of(ASKED, TITLES, YES_NO[1], n_history=1)
    assert prompts == [
        'Liked: Heat. Disliked: Big. Will the same person like "Big"?',
        'Liked: Alien. Disliked: Big. Will the same person like "Up"?',
    ]


def test_padding_is_not_told():
    assert "Liked: Alien\n" in prompts_of(ASKED, TITLES, TALLREC)[1]


def test_the_right_answer_is_a_continuation():
    assert answers_of(ASKED) == [" Yes", " No"]
    assert answers_of(ASKED, LABEL_WORDS[4]) == [" No", " Yes"]


def test_log_odds_are_the_difference_of_both_words_and_flip_with_them():
    table = {" Yes": -1.0, " No": -3.0}
    model = ScriptedLM(lambda prompt, word: table[word] - 0.1 * len(prompt))
    assert log_odds(model, ["a", "abc"]).tolist() == pytest.approx([2.0, 2.0])
    assert log_odds(model, ["a"], LABEL_WORDS[4]).tolist() == pytest.approx([-2.0])
