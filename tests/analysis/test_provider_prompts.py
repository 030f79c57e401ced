import numpy as np
import pytest

from rectutor.analysis.provider_prompts import audited_places, candidates_by_lot
from rectutor.analysis.records import read_record
from rectutor.schema import Queries


def asked(histories):
    history = np.array(histories)
    B = len(history)
    return Queries(np.arange(B), history, history * 0.0, history * 0, np.zeros(B, dtype=int))


def test_candidates_are_unseen_different_and_by_lot():
    queries = asked([[0, 1, 2]] * 400)
    found = candidates_by_lot(queries, n_items=6, n=2, seed=0)
    assert set(found.ravel()) == {3, 4, 5, 6}
    assert (found[:, 0] != found[:, 1]).all()
    assert np.bincount(found.ravel())[3:] == pytest.approx(np.full(4, 200), abs=50)


def test_too_many_candidates_are_refused():
    with pytest.raises(
        ValueError, match="3 candidates were asked for, and one person has 2 unseen"
    ):
        candidates_by_lot(asked([[0, 1], [1, 2]]), n_items=4, n=3)


def test_shares_stand_beside_those_of_the_candidates():
    of = np.array([-1, 0, 0, 1, 2])
    candidates = np.array([[1, 2, 3, 4], [4, 3, 2, 1]])
    tops = {"one": np.array([[1, 2], [1, 3]]), "two": np.array([[1, 2], [3, 4]])}
    rows = audited_places(tops, candidates, of).set_index(["wording", "provider"])
    assert rows.loc[("one", "North"), ["exposure", "due", "over"]].tolist() == [0.75, 0.5, 0.25]
    assert rows.loc[("two", "East"), ["exposure", "over"]].tolist() == [0.25, 0.0]
    assert rows.loc["one", "overlap"].tolist() == [1.0] * 3
    assert rows.loc["two", "overlap"].tolist() == [0.75] * 3  # both, and 3 of two


def test_the_record_holds_four_wordings_of_which_two_are_new():
    table = read_record("provider_prompts").table
    assert table.groupby("kind")["wording"].nunique().to_dict() == {"new": 2, "trained": 2}
    assert table.groupby("wording")["exposure"].sum().to_numpy() == pytest.approx(np.ones(4))
