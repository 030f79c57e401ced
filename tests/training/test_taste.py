"""Ratings as questions to tune on and to be judged by."""

import numpy as np
import pytest

from rectutor.data import load
from rectutor.lm.lora import add_lora
from rectutor.lm.wordings import LIKED_HISTORY
from rectutor.lm.yes_no import AS_HISTORY, AS_TALLREC, Style, dated_titles, prompts_of
from rectutor.prompts import HISTORY, HISTORY_LABELS, LABEL_WORDS, TUNING
from rectutor.training.taste import decoder, epochs_for, few_shot, taste_of


@pytest.fixture(scope="module")
def taste():
    return taste_of("books")


def keys(asked) -> set[tuple[int, int]]:
    return set(zip(asked.user_index.tolist(), asked.item_index.tolist(), strict=True))


def test_what_is_judged_is_newer_than_all_that_may_be_learned(taste):
    known = {
        (int(u), int(i))
        for u, i, k in zip(
            taste.events.user_index, taste.events.item_index, taste.is_known, strict=True
        )
        if k
    }
    assert keys(taste.tuning) <= known
    assert not keys(taste.judged) & known
    for user in np.unique(taste.judged.user_index):
        mine = taste.events.user_index == user
        newest = taste.events.timestamp[mine & taste.is_known].max()
        assert (taste.events.timestamp[mine & ~taste.is_known] >= newest).all()


def test_both_parts_have_as_many_likes_as_dislikes_of_each_person(taste):
    for asked in (taste.tuning, taste.judged):
        assert len(asked.item_index) > 0
        for user in np.unique(asked.user_index):
            assert asked.is_liked[asked.user_index == user].mean() == 0.5


def test_fewer_people_are_some_of_all_and_the_tuning_stays():
    few, everybody = taste_of("books", n_people=3), taste_of("books")
    assert len(np.unique(few.judged.user_index)) == 3
    assert keys(few.judged) < keys(everybody.judged)
    assert keys(few.tuning) == keys(everybody.tuning)


def test_epochs_fall_as_examples_grow():
    epochs = [epochs_for(n) for n in (1, 16, 100, 1000, 10_000, 100_000)]
    assert epochs == sorted(epochs, reverse=True)
    assert (epochs[0], epochs[-1]) == (12, 1)


def test_more_examples_than_questions_are_refused(taste):
    n = len(taste.tuning.item_index)
    with pytest.raises(ValueError, match=rf"from 1 to {n}, the questions to tune on, got {n + 1}"):
        few_shot(taste, n + 1, AS_TALLREC, model=(model := decoder()))
    add_lora(model.model)  # refuses a model that carries LoRA already: this one was left alone


def test_templates_take_turns(taste):
    style = Style(TUNING[:3], LABEL_WORDS[0])
    asked = taste.judged.take(slice(0, 5))
    prompts = style.prompts(asked, taste.titles)
    for place, prompt in enumerate(prompts):
        one = asked.take(slice(place, place + 1))
        assert [prompt] == prompts_of(one, taste.titles, TUNING[place % 3])


def test_the_history_style_is_the_sentence_that_the_decoder_has_read():
    whole = HISTORY.text + " {verdict}."
    assert whole.replace("{title}", "{next}") == LIKED_HISTORY
    assert HISTORY_LABELS.continuations == (" liked", " not liked")
    assert AS_HISTORY.templates == (HISTORY,)


def test_titles_carry_their_years_and_padding_has_none():
    items = load("tiny").items
    titles = dated_titles(items, np.array([-1, *items["item_id"]]))
    assert titles[0] == ""
    assert titles[1] == f"{items['title'].iloc[0]} ({items['year'].iloc[0]})"
    bare = dated_titles(items.drop(columns="year"), np.array([-1, *items["item_id"]]))
    assert bare[1] == items["title"].iloc[0]


@pytest.mark.slow
def test_few_examples_teach_how_to_answer(taste):
    model, report = few_shot(taste, 32, AS_TALLREC, progress=False)
    assert report.losses[-1] < report.losses[0] / 2
    some = taste._replace(judged=taste.judged.take(slice(0, 20)))
    scores = model.score(AS_TALLREC.prompts(some.judged, taste.titles)[:4], [[" Yes", " No"]] * 4)
    assert all(np.exp(pair).sum() > 0.9 for pair in scores)
    assert len(some.judge(model, AS_TALLREC)) == 20
