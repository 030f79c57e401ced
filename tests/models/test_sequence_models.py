"""SASRec, GRU4Rec, BERT4Rec and BPR: exactness, and that they learn what can be learned."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.models.bert4rec import BERT4Rec, BERT4RecConfig
from rectutor.models.bpr import BPR, BPRConfig
from rectutor.models.gru4rec import GRU4Rec, GRU4RecConfig
from rectutor.models.popularity import Popularity
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.schema import Scorer, Trainable
from rectutor.training import fit
from tests.models.worlds import cycle_world

SMALL = {"max_length": 8, "width": 16}


def models(n_items: int = 12) -> list:
    return [
        SASRec(SASRecConfig(n_items, **SMALL)),
        SASRec(SASRecConfig(n_items, **SMALL, loss="bce", n_negatives=2)),
        SASRec(SASRecConfig(n_items, **SMALL, loss="sampled_softmax", n_negatives=4)),
        GRU4Rec(GRU4RecConfig(n_items, **SMALL)),
        BERT4Rec(BERT4RecConfig(n_items, **SMALL)),
    ]


def name_of(model) -> str:
    return model.name


@pytest.mark.parametrize("model", models(), ids=name_of)
def test_padding_changes_no_score(model):
    alone = model.score(queries_from_histories([[3, 4, 5]]))
    beside_a_longer_one = model.score(queries_from_histories([[3, 4, 5], [1, 2, 3, 4, 5, 6]]))
    np.testing.assert_allclose(alone[0], beside_a_longer_one[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("model", models(), ids=name_of)
def test_candidates_are_scored_as_in_the_whole_catalogue(model):
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    queries = queries_from_histories([[1, 2], [3]])
    candidates = np.array([[4, 2], [1, 3]])
    whole = model.score(queries)
    np.testing.assert_allclose(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1), atol=1e-5
    )
    assert np.all(whole[:, 0] == -np.inf)


@pytest.mark.parametrize("model", models(), ids=name_of)
def test_only_the_newest_items_are_read(model):
    long = model.score(queries_from_histories([[9, 1, 2, 3, 4, 5, 6, 7, 8]]))
    shorter = model.score(queries_from_histories([[1, 2, 3, 4, 5, 6, 7, 8]]))
    np.testing.assert_allclose(long, shorter, atol=1e-5)


@pytest.mark.parametrize("model", models(), ids=name_of)
def test_it_learns_to_walk_round_a_circle(model):
    split = cycle_world()
    popularity = Popularity()
    fit(popularity, split)
    fit(model, split, epochs=40, patience=40, learning_rate=1e-2, batch_size=8, progress=False)
    assert evaluate(model, split, k=1).mean("HR@1") > 0.6
    assert evaluate(popularity, split, k=1).mean("HR@1") < 0.3


@pytest.mark.parametrize("make", [SASRec, GRU4Rec, BERT4Rec])
def test_the_seed_decides_the_weights_and_leaves_the_callers_randomness_alone(make):
    config = {SASRec: SASRecConfig, GRU4Rec: GRU4RecConfig, BERT4Rec: BERT4RecConfig}[make](5)
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, same, other = make(config, seed=1), make(config, seed=1), make(config, seed=2)
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one.items.weight, same.items.weight)
    assert not torch.equal(one.items.weight, other.items.weight)


def test_sasrec_shows_its_attention_and_never_the_future():
    model = SASRec(SASRecConfig(12, **SMALL, n_blocks=2, n_heads=2))
    maps = model.attention(queries_from_histories([[1, 2, 3], [4, 5]]))
    assert maps.shape == (2, 2, 2, 3, 3)
    torch.testing.assert_close(maps.sum(dim=-1), torch.ones(2, 2, 2, 3))
    assert torch.all(maps.triu(diagonal=1) == 0)


def test_the_output_bias_starts_at_log_popularity():
    split = cycle_world()
    model = SASRec(SASRecConfig(12, **SMALL))
    model.prepare(split.train)
    counts = np.bincount(split.train.item_index, minlength=13)[1:] + 1.0
    bias = model.bias.detach().numpy()[1:]
    np.testing.assert_allclose(bias - bias[0], np.log(counts / counts[0]), atol=1e-5)


def test_a_loss_that_does_not_exist_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"\['bce', 'cross_entropy', 'sampled_softmax'\], got 'x'"):
        SASRec(SASRecConfig(5, loss="x"))
    with pytest.raises(ValueError, match="n_negatives must be 1 or more, got 0"):
        SASRec(SASRecConfig(5, loss="bce", n_negatives=0))


def test_the_sampled_softmax_estimates_the_full_one():
    model = SASRec(SASRecConfig(50, **SMALL, loss="sampled_softmax", n_negatives=4000), seed=1)
    exact = SASRec(SASRecConfig(50, **SMALL), seed=1)
    history, targets = torch.tensor([[1, 2, 3]]), torch.tensor([[2, 3, 4]])
    drawn = torch.from_numpy(np.random.default_rng(0).integers(1, 51, (1, 3, 4000)))
    # every item is drawn, the target too, so the estimate exceeds the truth by the target's share
    sampled = model.eval().loss(history, targets, drawn).item()
    assert sampled == pytest.approx(exact.eval().loss(history, targets).item(), abs=0.05)


def test_bert4rec_hides_at_least_one_real_item_in_every_row():
    split = cycle_world()
    model = BERT4Rec(BERT4RecConfig(12, **SMALL, mask_share=0.01))
    for items, is_hidden in model.epoch(split.train, 8, np.random.default_rng(0)):
        assert is_hidden.any(dim=1).all()
        assert not (is_hidden & (items == 0)).any()


def test_bpr_ranks_what_a_group_of_users_likes():
    # even users choose items 1-6, odd users 7-12, in a random order
    rng = np.random.default_rng(0)
    split = cycle_world(n_users=40)  # only its shape is used; its validation is not asked
    users = np.repeat(np.arange(40), 5)
    items = np.concatenate([rng.permutation(6)[:5] + 1 + 6 * (u % 2) for u in range(40)])
    train = split.train._replace(user_index=users, item_index=items, offsets=np.arange(0, 201, 5))
    model = BPR(BPRConfig(40, 12, width=8, penalty=0.01))
    fit(model, split._replace(train=train), epochs=60, patience=60, learning_rate=0.05,
        progress=False)  # fmt: skip
    queries = split.test.queries
    scores = model.score(queries)
    own = np.where(np.arange(40) % 2 == 0, scores[:, 1:7].mean(1), scores[:, 7:].mean(1))
    other = np.where(np.arange(40) % 2 == 0, scores[:, 7:].mean(1), scores[:, 1:7].mean(1))
    assert (own > other).mean() > 0.95
    candidates = np.tile([[3, 9]], (40, 1))
    np.testing.assert_allclose(
        model.score(queries, candidates), np.take_along_axis(scores, candidates, 1), atol=1e-5
    )
