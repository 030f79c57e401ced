import numpy as np
import pytest

from rectutor.analysis.strata import Forgetful, by_stratum, history_lengths, quarters
from rectutor.schema import Cases, Queries


def queries(histories):
    history = np.array(histories)
    B = len(history)
    return Queries(np.arange(B), history, history * 1.0, history * 10, np.zeros(B, dtype=int))


def test_padding_does_not_lengthen_a_history():
    asked = Cases(queries([[0, 0, 7], [4, 5, 6]]), np.array([[1], [2]]))
    assert history_lengths(asked).tolist() == [1, 3]


def test_quarters_are_named_by_their_own_ends_and_equal_values_stay_together():
    names = quarters(np.array([5, 1, 1, 1, 9, 2, 3, 3]), "films")
    assert names.tolist() == [
        "5-9 films", "1-1 films", "1-1 films", "1-1 films",
        "5-9 films", "2-2 films", "3-3 films", "3-3 films",
    ]  # fmt: skip


def test_each_group_is_averaged_over_its_own_users():
    values = {"A": np.array([1.0, 0.0, 1.0, 1.0]), "B": np.zeros(4)}
    table = by_stratum(values, np.array(["few", "few", "many", "many"]))
    assert table["stratum"].tolist() == ["few", "few", "many", "many"]
    assert table["value"].tolist() == [0.5, 0.0, 1.0, 0.0]
    assert table["users"].tolist() == [2, 2, 2, 2]
    assert table.loc[2, ["low", "high"]].tolist() == [1.0, 1.0]


def test_the_order_of_the_groups_can_be_given():
    table = by_stratum({"A": np.zeros(2)}, np.array(["x", "y"]), order=["y", "x"])
    assert table["stratum"].tolist() == ["y", "x"]


def test_models_judged_on_other_users_are_refused():
    with pytest.raises(ValueError, match=r"each of the 2 users in stratum, B has 3"):
        by_stratum({"B": np.zeros(3)}, np.array(["x", "y"]))


class Newest:
    """Scores what it is shown."""

    name = "Newest"

    def score(self, queries, candidates=None):
        scores = np.zeros((len(queries.history), 10), dtype=np.float32)
        scores[np.arange(len(scores))[:, None], queries.history] = 1
        return scores


def test_a_forgetful_model_is_shown_the_newest_items_only():
    model = Forgetful(Newest(), 2)
    assert model.name == "Newest, newest 2"
    assert np.flatnonzero(model.score(queries([[3, 4, 5]]))[0]).tolist() == [4, 5]
    assert np.flatnonzero(Forgetful(Newest(), 9).score(queries([[3, 4, 5]]))[0]).tolist() == [
        3,
        4,
        5,
    ]


def test_a_model_cannot_remember_nothing():
    with pytest.raises(ValueError, match="n of 1 or more items to remember, got 0"):
        Forgetful(Newest(), 0)
