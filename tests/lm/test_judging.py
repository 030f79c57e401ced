"""Surprise of a unigram model, and the choice among answers."""

import math

import numpy as np
import pandas as pd
import pytest

from rectutor.lm.judging import right_answers, right_by_kind, unigram_perplexity
from rectutor.lm.scripted import ScriptedLM


def test_a_unigram_model_by_hand():
    # counts with one more each: 3, 2, 1 of 6
    documents = [np.array([0, 1]), np.array([0])]
    expected = math.exp(-(math.log(3 / 6) + math.log(1 / 6)) / 2)
    assert unigram_perplexity(documents, [np.array([0, 2])], 3) == pytest.approx(expected)


def test_equal_tokens_are_as_surprising_as_a_guess():
    everything = [np.arange(7)]
    assert unigram_perplexity(everything, everything, 7) == pytest.approx(7)


def test_the_choice_that_the_title_speaks_for_is_the_answer_and_a_tie_is_wrong():
    questions = pd.DataFrame(
        {
            "question": ["Up?", "Heat?", "Big?"],
            "neutral": ["this film?"] * 3,
            "choices": [("rare", "common"), ("rare", "common"), ("rare", "common")],
            "answer": ["rare", "rare", "common"],
            "kind": ["one", "one", "other"],
        }
    )
    usual = {"rare": -5.0, "common": -1.0}
    gain = {("Up?", "rare"): 2.0, ("Heat?", "common"): 0.5}  # still, "common" is more probable

    def log_probability(prompt: str, text: str) -> float:
        return usual[text.strip()] + gain.get((prompt, text.strip()), 0.0)

    model = ScriptedLM(log_probability)
    assert right_answers(model, questions).tolist() == [True, False, False]
    assert right_by_kind(model, questions) == {"one": 0.5, "other": 0.0}
