"""VQ-Rec: sums of code vectors by hand, what items share, and other catalogues."""

import numpy as np
import pytest
import torch

from rectutor.analysis.planted_groups import perplexity_on, planted_histories, teach
from rectutor.data.events import queries_from_histories
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import CodeSums, VQRec
from rectutor.schema import Scorer, Trainable
from tests.models.worlds import cycle_world

CODES = np.array([[0, 2], [1, 0], [0, 2], [1, 1]])


def small(codes=CODES, seed=0) -> VQRec:
    sizes = {"max_length": 8, "width": 16, "n_blocks": 1, "n_heads": 1, "dropout": 0.0}
    return VQRec(codes, SASRecConfig(len(codes), **sizes), seed)


def test_an_item_is_the_sum_of_its_code_vectors_and_padding_is_zero():
    sums = CodeSums(CODES, 3)
    entries = sums.entries.detach()
    weight = sums.weight.detach()
    assert weight.shape == (5, 3) and not weight[0].any()
    torch.testing.assert_close(weight[2], entries[0, 1] + entries[1, 0])
    torch.testing.assert_close(weight[4], entries[0, 1] + entries[1, 1])
    torch.testing.assert_close(sums(torch.tensor([[4, 0]])), weight[[4, 0]][None])


def test_what_one_item_learns_is_learned_for_those_that_share_a_code():
    sums = CodeSums(CODES, 3)
    sums.weight[1].sum().backward()
    has_gradient = sums.entries.grad.any(dim=2)
    assert has_gradient.tolist() == [[True, False, False], [False, False, True]]


def test_items_with_the_same_codes_get_the_same_score_and_padding_never_wins():
    model = small()
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    scores = model.score(queries_from_histories([[2, 4], [3]]))
    np.testing.assert_allclose(scores[:, 1], scores[:, 3], rtol=1e-5)
    assert np.all(scores[:, 0] == -np.inf) and np.all(scores[:, 1] != scores[:, 2])
    some = model.score(queries_from_histories([[2, 4]]), np.array([[4, 2]]))
    np.testing.assert_allclose(some[0], scores[0, [4, 2]], rtol=1e-4)


def test_no_item_has_a_number_of_its_own():
    trained = {name for name, p in small().named_parameters() if p.requires_grad}
    assert "items.entries" in trained and "bias" not in trained
    model = small(np.zeros((12, 1), dtype=int))
    model.prepare(cycle_world().train)
    assert not model.bias.any()


def test_codes_that_tell_groups_are_learned_and_other_codes_are_not():
    groups = np.arange(48) // 8
    wavers = {}
    for name, codes in {"right": groups, "wrong": np.arange(48) % 6}.items():
        model = small(codes[:, None])
        teach(model, planted_histories(groups, length=8), steps=150)
        wavers[name] = perplexity_on(model, planted_histories(groups, length=8, seed=1))
    assert wavers["right"] < 10 and wavers["wrong"] > 40  # of 48; a group has 8


def test_another_catalogue_is_scored_by_its_codes():
    model = small(seed=3)
    other = model.with_codes(np.array([[1, 1], [0, 2]]))
    own = model.score(queries_from_histories([[4, 1]]))[0, [4, 1]]
    theirs = other.score(queries_from_histories([[1, 2]]))[0]
    np.testing.assert_allclose(theirs[1:], own, rtol=1e-4)
    other.items.entries.data.zero_()
    assert model.items.entries.any()


@pytest.mark.parametrize("codes", [[[0, 3]], [[0]], [[-1, 0]]])
def test_codes_of_other_codebooks_are_refused(codes):
    with pytest.raises(ValueError, match=rf"codes must be \[N, 2\] from 0 to 2, .*{codes[0][-1]}"):
        small().with_codes(np.array(codes))


def test_a_table_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"for each of the 3 items, got 4"):
        VQRec(CODES, SASRecConfig(3))
    with pytest.raises(ValueError, match=r"\[N, L\], got float64 \[4, 2\]"):
        CodeSums(CODES.astype(float), 3)
    with pytest.raises(ValueError, match=r"got int64 \[4, 2\] from -1 on"):
        CodeSums(CODES - 1, 3)
