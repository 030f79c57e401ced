import pytest

from rectutor.analysis.first_scores import NAME, first_evaluations, on_real_data
from rectutor.analysis.records import read_record


def test_the_first_models_are_judged_on_the_same_people(tiny_split):
    judged = first_evaluations(tiny_split, epochs=1)
    assert [one.name for one in judged] == ["Random", "Popularity", "Item-kNN", "MF (BPR)"]
    assert {tuple(one.user_index) for one in judged} == {tuple(range(12))}


def test_the_record_of_lesson_01_can_be_measured_again(real_data):
    recorded = read_record(NAME).table.set_index("model")
    measured = on_real_data(real_data, epochs=1).set_index("model")
    assert (measured[["users", "items"]] == [610, 3650]).all(axis=None)
    for model in ("Random", "Popularity", "Item-kNN"):  # these count, so nothing else may come
        for column in ("HR@10", "HR@10 low", "HR@10 high", "NDCG@10", "Gini"):
            expected = pytest.approx(recorded.loc[model, column], abs=2e-5)
            assert measured.loc[model, column] == expected, (model, column)


def test_the_record_says_what_lesson_01_says():
    table = read_record(NAME).table.set_index("model")
    assert table["HR@10"].rank()[["Random", "Popularity", "Item-kNN"]].tolist() == [1, 2, 4]
    assert table.loc["Item-kNN", "minus MF low"] > 0
    assert table.loc["MF (BPR)", ["minus MF", "minus MF low", "minus MF high"]].tolist() == [0] * 3
