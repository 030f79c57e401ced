import numpy as np
import pytest
import torch

from rectutor.analysis.deletion import (
    attention_paid,
    compare_deletions,
    deletion_effects,
    log_probability,
    telling_people,
)
from rectutor.data import queries_from_histories
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import Cases


class Adder:
    """Film 9 gets 1 for each film 4 in the history; film 8 and the others get 0."""

    name = "adder"

    def score(self, queries, candidates=None):
        scores = np.zeros((len(queries.history), 10), dtype=np.float32)
        scores[:, 9] = (queries.history == 4).sum(axis=1)
        return scores

    def attention(self, queries):
        raise AssertionError("not asked for")


CASES = Cases(queries_from_histories([[4, 7, 5], [6]]), np.array([[9], [9]]))


def test_a_log_probability_on_paper():
    whole = log_probability(Adder(), CASES.queries, CASES.targets[:, 0])
    np.testing.assert_allclose(whole, [1 - np.log(8 + np.e), -np.log(9)])


def test_only_the_film_that_mattered_has_an_effect():
    effects = deletion_effects(Adder(), CASES)
    lost = -np.log(9) - (1 - np.log(8 + np.e))
    np.testing.assert_allclose(effects[0], [lost, 0, 0], atol=1e-6)
    np.testing.assert_allclose(effects[1], [np.nan, np.nan, 0], atol=1e-6)


@pytest.mark.parametrize(("block", "head"), [(None, None), (1, None), (0, 1)])
def test_attention_is_read_off_the_newest_row(block, head):
    model = SASRec(SASRecConfig(n_items=9, width=8, n_heads=2, n_blocks=2))
    queries = queries_from_histories([[4, 7, 5], [6]])
    paid = attention_paid(model, queries, block, head)
    np.testing.assert_allclose(np.nansum(paid, axis=1), 1, atol=1e-6)
    assert np.isnan(paid[1, :2]).all()
    maps = model.attention(queries)  # [n_blocks, B, H, T, T]
    if head is not None:
        np.testing.assert_allclose(paid[0], maps[block, 0, head, -1].numpy(), atol=1e-6)
    elif block is None:
        np.testing.assert_allclose(paid[0], maps[:, 0, :, -1].mean(dim=(0, 1)), atol=1e-6)


def test_attention_is_aligned_when_every_history_is_shorter_than_its_row():
    model = SASRec(SASRecConfig(n_items=9, width=8))
    queries = queries_from_histories([[4, 7]])
    padded = queries._replace(history=np.pad(queries.history, ((0, 0), (3, 0))))
    paid = attention_paid(model, padded)
    assert np.isnan(paid[0, :3]).all()
    np.testing.assert_allclose(paid[0, 3:], attention_paid(model, queries)[0], atol=1e-6)


PAID = np.array([[0.7, 0.2, 0.1], [np.nan, 0.4, 0.6]])
EFFECTS = np.array([[-0.1, 0.5, 0.3], [np.nan, 0.2, -0.9]])


def test_deletions_are_compared_person_by_person():
    people = compare_deletions(PAID, EFFECTS, seed=0)
    assert people["most_attended"].tolist() == [0.1, 0.9]
    assert people["newest"].tolist() == [0.3, 0.9]
    assert people["most_influential"].tolist() == [0.5, 0.9]
    assert people["agrees"].tolist() == [False, True]
    assert people["by_chance"].tolist() == [1 / 3, 1 / 2]


def test_the_random_film_is_never_padding_and_any_film_in_turn():
    drawn = {compare_deletions(PAID, EFFECTS, seed)["at_random"][1] for seed in range(20)}
    assert drawn == {0.2, 0.9}


def test_people_are_chosen_where_attention_misleads_most_and_one_where_it_does_not():
    paid = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [np.nan, 1.0]])
    effects = np.array([[0.0, 0.2], [0.1, -2.0], [3.0, 0.1], [np.nan, 1.0]])
    assert telling_people(paid, effects, n=3).tolist() == [1, 0, 2]
    only = np.array([True, False, False, True])
    assert telling_people(paid, effects, n=2, among=only).tolist() == [0, 2]


def test_too_few_people_to_tell():
    with pytest.raises(ValueError, match=r"needs 3 people .* got 1 with full histories, 0 of"):
        telling_people(PAID, EFFECTS, n=3)


def test_deleting_from_sasrec_equals_asking_with_the_shorter_history():
    torch.manual_seed(0)
    model = SASRec(SASRecConfig(n_items=9, width=8))
    effects = deletion_effects(model, Cases(queries_from_histories([[4, 7, 5]]), np.array([[9]])))
    target = np.array([9])
    shorter = log_probability(model, queries_from_histories([[4, 5]]), target)
    whole = log_probability(model, queries_from_histories([[4, 7, 5]]), target)
    np.testing.assert_allclose(effects[0, 1], shorter - whole, atol=1e-6)
