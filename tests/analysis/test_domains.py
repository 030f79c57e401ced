"""One decoder, two shops: who is held out, what counts as the shop's, and today's record."""

import numpy as np
import pytest

from rectutor.analysis import domains
from rectutor.analysis.domains import CODE, DOMAINS, Shop, held_out, label_rates, shop, tuned_for
from rectutor.analysis.records import read_record
from rectutor.lm.tagged_titles import tagged_titles
from rectutor.models.told_titles import LABELS
from rectutor.schema import Cases, Events, Queries
from rectutor.training.fingerprint import fingerprint
from tests.lm.small import small_llama


@pytest.fixture(scope="module")
def world():
    return shop()


def events(users: list[int], items: list[int]) -> Events:
    n = len(users)
    offsets = np.searchsorted(users, np.arange(max(users) + 2))
    return Events(np.array(users), np.array(items), np.zeros(n), np.arange(n), offsets)


def test_the_last_of_each_domain_is_found_for_each_person():
    own = events([0, 0, 0, 0, 1, 1, 1], [1, 9, 2, 9, 9, 1, 9])
    last = held_out(own, own.item_index == 9)
    assert (last["film"].tolist(), last["book"].tolist()) == ([2, 5], [3, 6])
    with pytest.raises(ValueError, match="2 or more of each domain, user 1 has 1 of film"):
        held_out(own, own.item_index == 9, nth=2)


def test_rates_count_the_first_text_and_all():
    here, there, unknown = LABELS
    rates = label_rates([[here, unknown], [there, there]])
    assert rates["this domain @1"] == rates["other domain @1"] == 0.5
    assert (rates["this domain @10"], rates["other domain @10"]) == (0.25, 0.5)
    assert rates["unknown @10"] == 0.25 and rates["unknown @1"] == 0


def test_questions_hold_only_what_came_before_and_training_holds_no_answer(world):
    pairs = set(zip(world.train.user_index.tolist(), world.train.item_index.tolist(), strict=True))
    for domain in DOMAINS:
        cases = world.asked[domain]
        queries = cases.queries
        assert (queries.timestamps <= queries.now[:, None]).all()
        assert (world.local(cases.targets, domain) > 0).all()
        answers = zip(queries.user_index.tolist(), cases.targets[:, 0].tolist(), strict=True)
        assert not pairs & set(answers)
    films = world.asked["film"].queries.history[:, -20:]
    assert ((films > world.n_films).any(axis=1)).mean() > 0.5  # most have books among the newest


def test_numbers_of_a_domain_are_its_own(world):
    items = np.array([0, 1, world.n_films, world.n_films + 1])
    assert world.local(items, "film").tolist() == [0, 1, world.n_films, 0]
    assert world.local(items, "book").tolist() == [0, 0, 0, 1]
    assert world.history_titles[world.n_films + 1] == f"book {world.titles['book'][1]}"
    few = world.split(n_people=3)
    assert set(few.train.user_index) == {0, 1, 2} and few.n_items == len(world.history_titles) - 1


def test_tuning_reads_merged_histories_of_the_people_it_is_given(monkeypatch):
    titles = {"film": ["", "western", "a musical"], "book": ["", "the critic"]}
    tagged = [tagged_titles(titles[domain], [domain])[1:] for domain in DOMAINS]
    own = events([0, 0, 0, 1, 1], [1, 3, 2, 2, 3])
    history = np.array([[1], [2]])
    queries = Queries(np.arange(2), history, history * 0.0, history, np.array([9, 9]))
    cases = Cases(queries, np.array([[3], [3]]))
    small = Shop(own, {"film": cases, "book": cases}, cases, titles, ["", *tagged[0], *tagged[1]])
    told = []
    monkeypatch.setattr(domains, "load_titles", small_llama)
    monkeypatch.setattr(domains, "tune_titles", lambda *given, **_: told.append(given))
    tuned_for(small, n_people=1)
    model, split, names = told[0]
    assert [names[item] for item in split.train.item_index] == [
        "film western",
        "book the critic",
        "film a musical",
    ]
    assert all(weight.requires_grad for weight in model.model.parameters())


@pytest.mark.parametrize("name", ["domains", "domains_hits"])
def test_records_are_made_from_todays_code_and_data(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_what_is_held_is_of_the_domain_and_shares_add_up():
    table = read_record("domains").table
    assert (table.loc[table["way"] == "held", "this domain @10"] == 1).all()
    shares = table[[f"{label} @10" for label in LABELS]].sum(axis=1)
    np.testing.assert_allclose(shares, 1, atol=1e-5)
