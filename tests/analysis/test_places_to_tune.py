"""Places to tune: each has as many weights, and each is asked as it was tuned."""

import pandas as pd
import pytest

from rectutor.analysis.mixed_instructions import SHARES, measured_shares
from rectutor.analysis.places_to_tune import (
    PLACES,
    RATES,
    behind,
    chosen,
    measured_places,
    rates_for,
)
from rectutor.lm.corpus import corpus
from rectutor.lm.lora import n_trainable
from rectutor.lm.yes_no import AS_TALLREC
from rectutor.training.taste import decoder, taste_of


def test_all_places_but_the_short_prompt_have_as_many_weights():
    counts = {}
    for place, put in PLACES.items():
        model = decoder()
        put(model, 0)
        counts[place] = n_trainable(model.model)
    assert counts.pop("prompt, 16 tokens") == 16 * 192
    assert set(counts.values()) == {24_576}


def test_a_question_begins_with_the_text_of_the_soft_tokens():
    style = behind(AS_TALLREC, "<soft 1>")
    assert all(one.text.startswith("<soft 1>") for one in style.templates)
    assert style.labels == AS_TALLREC.labels
    assert behind(AS_TALLREC, "").templates == AS_TALLREC.templates


def test_vectors_that_stand_for_words_take_larger_steps():
    assert rates_for("LoRA") == rates_for("adapters") == RATES
    assert rates_for("prefix") == rates_for("prompt, 16 tokens") == tuple(3 * r for r in RATES)


def test_the_step_size_is_chosen_by_other_questions_alone():
    table = pd.DataFrame(
        {
            "place": ["LoRA", "LoRA", "prompt", "prompt"],
            "seed": [0, 0, 0, 0],
            "elsewhere": [0.5, 0.6, 0.7, 0.6],
            "value": [0.9, 0.5, 0.4, 0.9],
        }
    )
    assert chosen(table)["value"].tolist() == [0.5, 0.4]


@pytest.mark.slow
def test_every_place_is_measured(monkeypatch):
    monkeypatch.setattr("rectutor.analysis.places_to_tune._CHOSEN_ON", 40)
    monkeypatch.setattr("rectutor.analysis.places_to_tune.RATES", RATES[:1])
    taste = taste_of("books", n_people=4)
    table = measured_places(taste, n=16, n_questions=4)
    assert list(table["place"]) == list(PLACES)
    assert table["value"].between(0, 1).all() and table["log_loss"].nunique() == len(table)
    # the quiz is asked without soft tokens, so prompts and prefixes leave its answers alone
    soft = table[table["place"].str.startswith("pr")][["creator", "decade", "genre"]]
    assert (soft.nunique() == 1).all()


@pytest.mark.slow
def test_every_share_is_measured_beside_the_frozen_decoder(monkeypatch):
    texts = corpus(0)
    few = texts._replace(held_out=texts.held_out.head(40))
    monkeypatch.setattr("rectutor.analysis.mixed_instructions.corpus", lambda seed: few)
    table = measured_shares(taste_of("books", n_people=10), n=32, n_questions=4)
    assert table["share"].isna().tolist() == [True, *[False] * len(SHARES)]
    assert table["share"].dropna().tolist() == list(SHARES)
    assert table["perplexity"].gt(1).all() and table["perplexity"].nunique() == 4
