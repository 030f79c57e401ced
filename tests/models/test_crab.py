"""CRAB: which codes are split, what a split changes at first, and what tuning makes of it."""

import numpy as np
import pytest
import torch

from rectutor.analysis.exposure_lab import Catalogue, measure
from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.models.crab import CRAB, SplitCodes, code_exposure, most_exposed, split_codes
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)
PLACES = np.arange(12.0)[:, None]  # items of a code lie side by side
COUNTS = np.array([0, *[30] * 4, *[10] * 8])
SIZES = {"max_length": 6, "width": 16, "n_heads": 2, "dropout": 0.0}


def tiger(seed=0) -> TIGER:
    return TIGER(CODES, TIGERConfig(**SIZES), seed).eval()


def halved() -> SplitCodes:
    return split_codes(CODES, PLACES, np.array([0]))


def test_the_most_exposed_codes_are_found():
    exposure = code_exposure(np.array([5, 0, 0, 1, *[0] * 4, 9, 9, 0, 0]), CODES)
    assert exposure.tolist() == [6, 0, 18]
    assert most_exposed(exposure, 0.3).tolist() == [2]
    assert most_exposed(exposure, 0.5).tolist() == [2, 0]
    assert most_exposed(exposure, 0).tolist() == []


def test_a_code_is_split_where_its_items_part_and_ids_stay_apart():
    made = halved()
    first = made.codes[:4, 0]
    assert first[0] == first[1] == 0 and first[2] == first[3] == 3
    assert (made.codes[4:] == CODES[4:]).all() and (made.codes[:, 1] == CODES[:, 1]).all()
    assert made.parents.tolist() == [0, 1, 2, 0]
    assert len(np.unique(made.codes, axis=0)) == 12


def test_a_code_of_one_item_is_left():
    codes = np.array([[0, 0], [1, 0], [1, 1]])
    made = split_codes(codes, PLACES[:3], np.array([0]))
    assert (made.codes == codes).all() and made.parents.tolist() == [0, 1]


def test_without_a_split_the_model_is_the_same():
    model, queries = tiger(), queries_from_histories([[3, 4, 5], [9]])
    same = CRAB(model, SplitCodes(CODES, np.arange(3)), COUNTS)
    np.testing.assert_allclose(
        same.log_probabilities(queries), model.log_probabilities(queries), atol=1e-5
    )


def test_halves_begin_with_their_share_of_the_parent_and_nobody_else_moves():
    codes = np.stack([np.arange(12) // 3, np.arange(12) % 3], axis=1)  # every code has items
    model, queries = TIGER(codes, TIGERConfig(**SIZES)), queries_from_histories([[5, 6]])
    made = SplitCodes(codes.copy(), np.array([0, 1, 2, 3, 0]))
    made.codes[2, 0] = 4  # of items 1 to 3 the last
    crab = CRAB(model, made, COUNTS)
    after, first = (one.log_probabilities(queries)[0, 1:] for one in (crab, model))
    fraction = np.exp(after - first)
    np.testing.assert_allclose(fraction[:3], [61 / 92, 61 / 92, 31 / 92], atol=1e-4)
    np.testing.assert_allclose(fraction[3:], 1.0, atol=1e-4)
    before = model.state_dict()["vectors"].clone()
    with torch.no_grad():
        crab.vectors.add_(1.0)
    assert torch.equal(model.state_dict()["vectors"], before)


def test_the_penalty_is_the_squared_distance_of_the_halves_from_their_mean():
    crab = CRAB(tiger(), halved(), COUNTS, penalty=2.0)
    assert crab.tree_penalty().item() == pytest.approx(0, abs=1e-10)
    with torch.no_grad():
        crab.vectors[0, 3, 0] += 2.0  # means move by 1: 1 + 1
    assert crab.tree_penalty().item() == pytest.approx(2.0)
    batch = (torch.tensor([0]), torch.tensor([[1, 2]]), torch.tensor([[2, 3]]))
    plain = TIGER.loss(crab, *batch)
    assert crab.loss(*batch).item() == pytest.approx(plain.item() + 4.0, rel=1e-5)


def test_a_strong_penalty_keeps_the_halves_together():
    split, gaps = cycle_world(), []
    for penalty in (0.0, 10.0):
        crab = CRAB(tiger(), halved(), COUNTS, penalty)
        fit(crab, split, epochs=6, patience=6, progress=False)
        gaps.append(crab.tree_penalty().item())
    assert gaps[1] < gaps[0] / 5


def test_tuning_goes_on_learning_what_was_planted():
    split, model = cycle_world(), tiger()
    fit(model, split, epochs=12, patience=12, progress=False)
    crab = CRAB(model, halved(), COUNTS, penalty=0.1)
    before = evaluate(model, split).mean("NDCG@10")
    fit(crab, split, epochs=6, patience=6, progress=False)
    assert evaluate(crab, split).mean("NDCG@10") > before - 0.05 > 0.6
    catalogue = Catalogue(np.bincount(split.train.item_index, minlength=13), np.eye(13))
    assert measure(crab, split, catalogue)["model"].iloc[0] == "TIGER (split codes)"


def test_errors_name_what_came():
    with pytest.raises(ValueError, match=r"share must be in 0..1, got 1.5"):
        most_exposed(np.ones(3), 1.5)
    with pytest.raises(ValueError, match="penalty must be 0 or more, got -1"):
        CRAB(tiger(), halved(), COUNTS, penalty=-1)
    with pytest.raises(ValueError, match="the model's 12 items, got 4"):
        CRAB(tiger(), SplitCodes(CODES[:4], np.arange(1)), COUNTS)
