"""The feedback loop by round, on five films and in the record."""

import numpy as np
import pytest

from rectutor.agents.feedback_agents import FactTable
from rectutor.analysis.feedback_rounds import CODE, N_ROUNDS, NAME, rows_of, talked, user_agents
from rectutor.analysis.records import read_record
from rectutor.schema import Cases, Queries
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import QUERY, catalogue

OWN = catalogue()
AGENTS = user_agents(FactTable(OWN))
B = 40
CASES = Cases(  # the person of QUERY, who saw 3 and 1, again and again; next they choose 2
    Queries(*(np.repeat(field, B, axis=0) for field in QUERY)), np.full((B, 1), 2)
)
FOUND = np.tile([5, 4, 2], (B, 1))


def test_before_anything_is_said_the_order_is_the_retrievers():
    for makes in AGENTS.values():
        ranks, _ = talked(OWN, CASES, FOUND, makes, seed=0)
        assert ranks.shape == (B, N_ROUNDS + 1) and set(ranks[:, 0]) == {3}


def test_who_was_told_the_film_brings_it_to_the_top():
    ranks, accepted = talked(OWN, CASES, FOUND, AGENTS["told the film"], seed=0)
    assert (ranks[:, -1] == 1).mean() > 0.9
    assert (accepted > 1).mean() > 0.9  # never the first offer
    by_lot, _ = talked(OWN, CASES, FOUND, AGENTS["by lot"], seed=0)
    assert (by_lot[:, -1] == 1).mean() < 0.7


def test_a_film_that_is_no_candidate_is_never_found():
    ranks, _ = talked(OWN, CASES, FOUND[:, :2], AGENTS["told the film"], seed=0)
    assert (ranks == 0).all()


def test_the_same_seed_gives_the_same_talks():
    one, same, other = (talked(OWN, CASES, FOUND, AGENTS["by lot"], s)[0] for s in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_who_judges_by_taste_or_by_lot_is_not_told_the_film():
    others = CASES._replace(targets=np.full((B, 1), 4))
    for who in ("own taste", "by lot"):
        one, other = (talked(OWN, own, FOUND, AGENTS[who], seed=0)[1] for own in (CASES, others))
        assert np.array_equal(one, other)


def test_rows_count_hits_changes_and_accepted_offers():
    ranks = np.array([[6, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 12, 12, 12], [9, 9, 9, 5, 5]])
    control = np.zeros_like(ranks)
    rows = {
        (row["metric"], row["round"]): row
        for row in rows_of("me", ranks, np.array([1, 0, 0, 3]), control)
    }
    assert len(rows) == 15
    last = rows["HR@5", 4]
    assert (last["value"], last["change"], last["over lot"]) == (0.5, 0.25, 0.5)
    assert rows["HR@10", 2]["value"] == 0.5 and rows["HR@10", 2]["change"] == -0.25
    assert [rows["HR@1", turn]["accepted"] for turn in range(5)] == [0, 0.25, 0.25, 0.5, 0.5]
    assert last["ceiling"] == 0.75 and last["people"] == 4
    assert last["low"] <= last["value"] <= last["high"]


@pytest.fixture(scope="module")
def last_round():
    table = read_record(NAME).table
    table = table[(table["round"] == N_ROUNDS) & (table["metric"] == "HR@10")]
    return table.set_index("user agent")


def test_answers_by_taste_push_films_out_and_a_leak_brings_them_in(last_round):
    """What lessons say of the record."""
    assert last_round.loc["own taste", "change high"] < 0
    assert last_round.loc["own taste", "over lot low"] > 0
    assert last_round.loc["told the film", "change low"] > 0
    assert (last_round["value"] <= last_round["ceiling"]).all()


def test_the_record_is_of_todays_code():
    assert read_record(NAME).fingerprint == fingerprint("films", CODE)
