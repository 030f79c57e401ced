"""Surprise of a unigram model, and the choice among answers."""

import math

import numpy as np
import pandas as pd
import pytest

from rectutor.lm.judging import right_answers, unigram_perplexity
from rectutor.lm.scripted import ScriptedLM


def test_a_unigram_model_by_hand():
    # counts with one more each: 3, 2, 1 of 6
    documents = [np.array([0, 1]), np.array([0])]
    expected = math.exp(-(math.log(3 / 6) + math.log(1 / 6)) / 2)
    assert unigram_perplexity(documents, [np.array([0, 2])], 3) == pytest.approx(expected)


def test_equal_tokens_are_as_surprising_as_a_guess():
    everything = [np.arange(7)]
    assert unigram_perplexity(everything, everything, 7) == pytest.approx(7)


def test_the_most_probable_choice_is_the_answer_and_a_tie_is_wrong():
    questions = pd.DataFrame(
        {
            "question": ["one", "two", "three"],
            "choices": [("x", "long"), ("x", "long"), ("x", "y")],
            "answer": ["long", "x", "x"],
        }
    )
    longest = ScriptedLM(lambda prompt, text: float(len(text)) - 10, name="longest")
    assert right_answers(longest, questions).tolist() == [True, False, False]
