"""Where words help: groups of items, and ever fewer people."""

import numpy as np
import pytest

from rectutor.analysis import words_or_ids
from rectutor.analysis.words_or_ids import (
    against_people,
    by_events_of_target,
    contestants,
    fewer_people,
)
from rectutor.data.splits import cold_items
from rectutor.data.worlds import load
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.training.assets import split_of


@pytest.fixture(scope="module")
def films():
    return split_of("films")


def test_cases_are_grouped_by_the_training_events_of_their_target(films):
    groups, names = by_events_of_target(films, (0, 1, 20, 100))
    assert names == ["0 events", "1-19 events", "20-99 events", "100 events or more"]
    counts = np.bincount(films.train.item_index, minlength=films.n_items + 1)
    own = counts[films.test.targets[:, 0]]
    assert (own[groups == "20-99 events"] >= 20).all()
    assert (own[groups == "20-99 events"] < 100).all()
    assert (groups == "100 events or more").sum() == (own >= 100).sum() > 0


def test_every_target_of_a_cold_split_has_no_event():
    groups, _ = by_events_of_target(cold_items(load("films").interactions, 0.05, seed=0), (0, 1))
    assert set(groups) == {"0 events"}


def test_fewer_people_are_learned_from_and_everybody_is_asked(films):
    some, more = fewer_people(films, 0.1, seed=3), fewer_people(films, 0.2, seed=3)
    people = set(some.train.user_index)
    assert len(people) == round(0.1 * films.n_users) == len(some.validation.targets)
    assert people == set(some.validation.queries.user_index) < set(more.train.user_index)
    assert some.test is films.test
    assert some.n_items == films.n_items
    mine = films.train.user_index == min(people)
    assert (
        films.train.item_index[mine] == some.train.item_index[some.train.user_index == min(people)]
    ).all()


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_out_of_range_is_refused(films, share):
    with pytest.raises(ValueError, match=f"above 0 and at most 1, got {share}"):
        fewer_people(films, share, seed=0)


def test_every_model_is_trained_on_every_share_with_every_seed(films, capsys):
    makers = {"Random": lambda seed: RandomScores(), "Popularity": lambda seed: Popularity()}
    table = against_people(makers, films, shares=(0.05, 1.0), seeds=(0, 1))
    assert len(table) == 8
    assert set(table["people"]) == {round(0.05 * films.n_users), films.n_users}
    popular = table[table["model"] == "Popularity"]
    assert (popular["value"] > 0.02).all()
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    assert "Popularity, 120 people: HR@10 0.0" in capsys.readouterr().out


def test_patience_in_steps_lasts_longer_where_there_are_fewer_people(films, monkeypatch):
    asked = []
    monkeypatch.setattr(words_or_ids, "fit", lambda model, split, **knobs: asked.append(knobs))
    monkeypatch.setattr(words_or_ids, "evaluate", lambda *_: EveryHit())
    for patience in ("epochs", "steps"):
        against_people({"Random": lambda seed: None}, films, (0.1, 1.0), (0,), patience)
    assert [knobs["patience"] for knobs in asked] == [5, 5, 50, 5]
    assert [knobs["epochs"] for knobs in asked] == [100, 100, 1000, 100]


class EveryHit:
    def per_user(self, column):
        return np.ones(3)


def test_another_patience_is_refused(films):
    with pytest.raises(ValueError, match='patience must be in "epochs" or "steps", got \'days\''):
        against_people({}, films, patience="days")


def test_the_contestants_know_items_by_id_by_text_or_by_both():
    vectors = np.zeros((101, 70), dtype=np.float32)
    vectors[1:] = np.random.default_rng(0).normal(size=(100, 70))
    for name, make in contestants(vectors).items():
        assert make(0).name == name
