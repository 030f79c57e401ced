"""Starting an item table from text: the components by hand, and that training begins there."""

import numpy as np
import pytest
import torch

from rectutor.evaluation import evaluate
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.models.text_start import principal_components, start_from_text
from rectutor.training.loop import fit
from tests.models.test_two_tower import texts
from tests.models.worlds import cycle_world

SMALL = {"max_length": 8, "width": 8}


def test_components_of_points_along_a_line_by_hand():
    rows = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0], [15.0, 20.0]])  # 0, 5, 10, 25 along it
    np.testing.assert_allclose(principal_components(rows, 1), [[-10], [-5], [0], [15]], atol=1e-5)
    np.testing.assert_allclose(principal_components(rows, 2)[:, 1], 0, atol=1e-5)


def test_components_are_centred_uncorrelated_and_keep_every_distance():
    rows = np.random.default_rng(0).normal(size=(40, 5)) * [5, 4, 3, 2, 1] + 7
    found = principal_components(rows, 5).astype(float)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)
    products = found.T @ found
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-3)
    assert np.all(np.diff(np.diag(products)) < 0)
    np.testing.assert_allclose(
        np.linalg.norm(found[0] - found[1:], axis=1),
        np.linalg.norm(rows[0] - rows[1:], axis=1),
        atol=1e-4,
    )


def test_the_sign_is_fixed_by_the_entry_furthest_from_zero():
    rows = np.random.default_rng(1).normal(size=(30, 4))
    found = principal_components(rows, 4)
    assert np.all(found[np.abs(found).argmax(axis=0), range(4)] > 0)
    # turning all texts over turns every component over, and the rule turns it back
    np.testing.assert_allclose(principal_components(-rows, 4), found, atol=1e-5)


@pytest.mark.parametrize("make", [SASRec, BERT4Rec])
def test_the_table_holds_the_components_at_the_usual_spread(make):
    config = {SASRec: SASRecConfig, BERT4Rec: BERT4RecConfig}[make](12, **SMALL)
    model, untouched = make(config), make(config)
    table = 50 * texts(12, 9)
    assert start_from_text(model, table) is model
    start = model.items.weight.detach().numpy()
    components = principal_components(table[1:], 8)
    np.testing.assert_allclose(
        start[1:] / np.linalg.norm(start), components / np.linalg.norm(components), atol=1e-6
    )
    usual = untouched.items.weight.detach().numpy()
    assert np.sqrt((start**2).mean()) == pytest.approx(np.sqrt((usual**2).mean()), rel=1e-5)
    assert np.all(start[0] == 0)
    assert model.name == f"{untouched.name}, text start"
    others = dict(untouched.named_parameters())
    for name, parameter in model.named_parameters():
        assert torch.equal(parameter, others[name]) == (name != "items.weight")


def test_the_start_survives_the_beginning_of_training():
    split = cycle_world()
    model = start_from_text(SASRec(SASRecConfig(12, **SMALL)), texts(12, 9))
    before = model.items.weight.detach().clone()
    model.prepare(split.train)
    assert torch.equal(model.items.weight, before)
    assert model.bias.abs().max() > 0
    fit(model, split, epochs=1, learning_rate=1e-9, progress=False)
    torch.testing.assert_close(model.items.weight, before, atol=1e-6, rtol=0)


def test_a_text_that_tells_the_next_item_gives_a_head_start():
    # items lie on a circle in text space, and everybody walks round it
    angles = 2 * np.pi * np.arange(13) / 12
    waves = [f(k * angles) for k in (1, 2, 3, 4) for f in (np.cos, np.sin)]
    circle = np.stack(waves, axis=1)
    circle[0] = 0.0
    split = cycle_world()
    knobs = {"epochs": 2, "patience": 2, "learning_rate": 1e-2, "batch_size": 8, "progress": False}
    gains = []
    for seed in range(6):  # one training alone says little: gains go from -.07 to .31
        text = start_from_text(SASRec(SASRecConfig(12, **SMALL), seed=seed), circle)
        chance = SASRec(SASRecConfig(12, **SMALL), seed=seed)
        for model in (text, chance):
            fit(model, split, seed=seed, **knobs)
        hits = [evaluate(model, split).mean("NDCG@10") for model in (text, chance)]
        gains.append(hits[0] - hits[1])
    assert np.mean(gains) > 0.05
