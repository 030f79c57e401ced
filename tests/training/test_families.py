"""P5 of several families: what it is trained on is what people did and wrote, and it learns."""

import numpy as np
import pytest
import torch

from rectutor.data.opinions import opinions
from rectutor.models.item_ids import token_ids
from rectutor.models.p5_words import UNKNOWN, words_of
from rectutor.prompts.p5 import HELD_OUT_WORDINGS, tasks
from rectutor.training.families import train_families
from rectutor.training.family_cases import family_cases, family_model, opinions_in_training
from rectutor.training.recipes import split_of


@pytest.fixture(scope="module")
def split():
    return split_of("films")


@pytest.fixture(scope="module")
def model(split):
    sizes = {"width": 16, "n_heads": 2, "n_candidates": 4, "max_length": 3}
    return family_model("films", split, token_ids(split.n_items), **sizes)


@pytest.fixture(scope="module")
def cases(split, model):
    return family_cases("films", split, model)


def test_every_event_but_a_persons_first_is_asked_about(split, cases):
    assert len(cases.train.user) == len(split.train.item_index) - split.n_users
    assert len(cases.test.user) == split.n_users


@pytest.mark.parametrize("part", ["train", "test"])
def test_texts_are_those_of_the_person_and_the_item(split, model, cases, part):
    asked = getattr(cases, part)
    table = opinions("films").set_index(["user_id", "item_id"])
    for row in (0, 17, len(asked.user) - 1):
        user_id, item_id = split.user_ids[asked.user[row]], split.item_ids[asked.item[row]]
        told = table.loc[(user_id, item_id)]
        assert asked.half_stars[row] == 2 * told["rating"]
        said = model.vocabulary.said(asked.explanation[row].tolist())
        # an explanation of the test may hold a word that training never showed
        assert said == told["explanation"] or UNKNOWN in said.replace(" ", "")
        assert len(asked.review[row].nonzero()[0]) == len(words_of(told["review"]))


def test_candidates_of_the_test_are_one_right_and_others_never_chosen(split, cases):
    asked = cases.test
    assert ((asked.candidates == asked.item[:, None]).sum(axis=1) == 1).all()
    seen = asked.history[:, None, :] == asked.candidates[:, :, None]
    assert not seen.any()


def test_held_out_wordings_have_words_that_training_does_not_show(model):
    known = set(model.vocabulary.words)
    held_out = {word for text, _ in HELD_OUT_WORDINGS.values() for word in words_of(text)}
    assert {"Guess", "gist"} & held_out and not {"Guess", "gist"} & known
    trained = {word for task in tasks() for word in words_of(task.source.text)}
    assert {word for word in trained if not word.startswith("{")} <= known


def few(cases, n=512):
    return cases._replace(train=cases.train.take(slice(0, n)))


def fresh(split, model, seed=0):
    """Build the same model anew."""
    words, titles = model.vocabulary.words, titles_of(model)
    return type(model)(model.config, model.vocabulary.ids, titles, words, seed)


def titles_of(model):
    return [model.vocabulary.said(row) for row in model.questions._titles[1:].tolist()]


def test_training_lowers_every_loss_and_repeats(split, model, cases):
    small, wordings = few(cases), tasks()
    reports, weights = [], []
    for _ in range(2):
        own = fresh(split, model)
        reports.append(
            train_families(own, small, wordings, epochs=8, batch_size=64, progress=False)
        )
        weights.append(own.t5.shared.weight.detach())
    for family, losses in reports[0].losses.items():
        assert losses[-1] < losses[0] - 0.5, family
    assert reports[0].losses == reports[1].losses and torch.equal(*weights)


def test_one_family_alone_is_trained_alone(split, model, cases):
    report = train_families(
        fresh(split, model), few(cases, 128), tasks("rating"), epochs=1, progress=False
    )
    assert list(report.losses) == ["rating"] and report.seconds > 0


def test_what_is_held_out_is_not_trained_on(split, model, cases):
    with pytest.raises(ValueError, match=r"got \['direct-held-out'\]"):
        train_families(model, cases, tasks("direct", held_out=True), progress=False)


def test_no_task_is_refused(model, cases):
    with pytest.raises(ValueError, match="one task or more, got none"):
        train_families(model, cases, [], progress=False)


def test_a_loss_that_is_no_number_stops_training(split, model, cases):
    own = fresh(split, model)
    with torch.no_grad():
        own.t5.shared.weight[:] = float("nan")
    with pytest.raises(FloatingPointError, match=r"rating family became nan.*which was 0\.5"):
        train_families(own, few(cases, 128), tasks("rating"), learning_rate=0.5, progress=False)


def test_opinions_in_training_are_of_training_events(split):
    told = opinions_in_training("films", split, 200)
    table = opinions("films").set_index(["user_id", "item_id"])
    user_ids = split.user_ids[split.train.user_index]
    known = table.loc[zip(user_ids, split.item_ids[split.train.item_index], strict=True)]
    assert set(told.texts["review"]) <= set(known["review"])
    assert len(told.half_stars) == 200 and len(set(told.texts["review"])) > 190


def test_seen_keys_are_those_of_training(split, cases):
    train = split.train
    keys = train.user_index * (split.n_items + 1) + train.item_index
    assert np.array_equal(cases.seen, np.unique(keys)) and cases.n_items == split.n_items
