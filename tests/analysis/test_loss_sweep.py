import numpy as np
import pytest
import torch

from rectutor.analysis.loss_sweep import (
    POINTS,
    Point,
    build,
    loss_by_one_product,
    sameness,
    smaller_films,
    sweep,
)
from rectutor.analysis.records import read_record
from rectutor.data import queries_from_histories
from rectutor.models.sasrec import SASRec, SASRecConfig

NEGATIVES = torch.tensor([[[5, 6, 7], [8, 9, 5]], [[1, 1, 2], [2, 3, 9]]])
BATCH = (torch.tensor([[2, 3], [0, 4]]), torch.tensor([[3, 4], [0, 5]]), NEGATIVES)


@pytest.mark.parametrize("loss", ["bce", "sampled_softmax"])
def test_one_product_gives_the_model_s_own_loss_and_gradients(loss):
    config = SASRecConfig(n_items=9, width=8, dropout=0.0, loss=loss, n_negatives=3)
    slow, quick = SASRec(config), SASRec(config)
    ours, theirs = loss_by_one_product(quick, *BATCH), slow.loss(*BATCH)
    torch.testing.assert_close(ours, theirs)
    ours.backward()
    theirs.backward()
    torch.testing.assert_close(quick.items.weight.grad, slow.items.weight.grad)


def test_only_many_negatives_take_the_short_cut():
    few, many = (build(Point("SASRec", "bce", n), n_items=80, seed=0) for n in (9, 10))
    assert "loss" not in vars(few)
    assert "loss" in vars(many)
    full = build(Point("SASRec", "cross_entropy", 10), n_items=80, seed=0)
    assert "loss" not in vars(full)


def test_a_model_with_the_short_cut_has_the_same_parameters():
    many = build(Point("GRU4Rec", "bce", 10), n_items=80, seed=0)
    few = build(Point("GRU4Rec", "bce", 1), n_items=80, seed=0)
    assert many.state_dict().keys() == few.state_dict().keys()


def test_every_point_has_its_own_label():
    labels = [point.label for point in POINTS]
    assert len(set(labels)) == len(labels)
    assert "SASRec cross_entropy all" in labels
    assert "GRU4Rec bce 1" in labels


class Pointing:
    """Stands for a model whose hidden state is the vector of the newest item."""

    max_length = 3
    vectors = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 5.0], [3.0, 3.0]])

    def eval(self):
        return self

    def encode(self, history, last_only):
        return self.vectors[history[:, -1:]]


@pytest.mark.parametrize(
    ("newest", "expected"), [([1, 1], 1.0), ([1, 2], 0.0), ([1, 2, 3], 2 / 3 / 2**0.5)]
)
def test_sameness_is_the_mean_cosine_of_different_people(newest, expected):
    queries = queries_from_histories([[item] for item in newest])
    assert sameness(Pointing(), queries) == pytest.approx(expected, abs=1e-6)


def test_a_smaller_world_learns_from_few_and_judges_on_all():
    small = smaller_films(50)
    assert set(small.train.user_index) == set(range(50))
    assert small.validation.queries.user_index.tolist() == list(range(50))
    assert len(small.test.targets) == small.n_users
    assert len(small.train.offsets) == small.n_users + 1


def test_a_sweep_keeps_every_run_and_averages_people_over_seeds(tiny_split):
    points = [Point("SASRec", "bce", 2), Point("GRU4Rec", "cross_entropy", 1)]
    runs, people = sweep(tiny_split, points, seeds=(0, 1), epochs=1)
    assert runs[["architecture", "seed"]].to_numpy().tolist() == [
        ["SASRec", 0], ["SASRec", 1], ["GRU4Rec", 0], ["GRU4Rec", 1],
    ]  # fmt: skip
    assert (runs["stopped_by"] == "epochs").all()
    assert people.shape == (tiny_split.n_users, 2)
    of_sasrec = runs.loc[runs["architecture"] == "SASRec", "NDCG@10"]
    np.testing.assert_allclose(people["SASRec bce 2"].mean(), of_sasrec.mean())


def test_the_record_holds_every_point_and_agrees_with_itself():
    runs, people = read_record("loss_sweep").table, read_record("loss_sweep_people").table
    assert list(people.columns) == [point.label for point in POINTS]
    labels = [Point(*row).label for row in runs[list(Point._fields)].itertuples(index=False)]
    means = runs.assign(label=labels).groupby("label")["NDCG@10"].mean()
    np.testing.assert_allclose(people.mean()[means.index], means, atol=1e-4)
