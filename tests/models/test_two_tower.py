"""The two-tower model: what it reads, its two softmaxes, other catalogues and cold items."""

import math

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.models.text_model import TextModel
from rectutor.models.two_tower import TwoTower, TwoTowerConfig, recency_shares
from rectutor.schema import Events, Scorer, Trainable
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.loop import fit
from tests.models.worlds import cycle_world

SMALL = TwoTowerConfig(max_length=8, width=8, inner=16)


def texts(n_items: int = 12, width: int = 6, seed: int = 0) -> np.ndarray:
    table = np.random.default_rng(seed).normal(size=(n_items + 1, width)).astype(np.float32)
    table[0] = 0.0
    return table


def events_of(items: list[int]) -> Events:
    n = len(items)
    return Events(
        np.zeros(n, np.int64),
        np.array(items),
        np.ones(n, np.float32),
        np.arange(n),
        np.array([0, n]),
    )


def test_the_mean_weighs_an_item_by_how_recent_it_is():
    shares = recency_shares(torch.tensor([[0, 5, 3, 4]]), decay=0.5)[0]
    expected = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 1 / 3, 2 / 3, 0], [0, 1 / 7, 2 / 7, 4 / 7]]
    torch.testing.assert_close(shares, torch.tensor(expected))
    plain = recency_shares(torch.tensor([[5, 3, 4]]), decay=1.0)[0, 2]
    torch.testing.assert_close(plain, torch.full((3,), 1 / 3))


def test_order_changes_nothing_for_a_plain_mean_and_something_for_a_recency_weighted_one():
    forth, back = queries_from_histories([[1, 2, 3]]), queries_from_histories([[3, 2, 1]])
    plain = TwoTower(texts(), TwoTowerConfig(max_length=8, width=8, inner=16, decay=1.0))
    np.testing.assert_allclose(plain.score(forth), plain.score(back), atol=1e-5)
    weighted = TwoTower(texts(), SMALL)
    assert np.abs(weighted.score(forth)[:, 1:] - weighted.score(back)[:, 1:]).max() > 0.01


def test_padding_changes_no_score_and_only_the_newest_items_are_read():
    model = TwoTower(texts(), SMALL)
    long = [9, 1, 2, 3, 4, 5, 6, 7, 8]
    alone = model.score(queries_from_histories([[3, 4, 5]]))
    beside = model.score(queries_from_histories([[3, 4, 5], long]))
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-5)
    np.testing.assert_allclose(
        beside[1], model.score(queries_from_histories([long[1:]]))[0], atol=1e-5
    )


def test_candidates_are_scored_as_in_the_whole_catalogue():
    model = TwoTower(texts(), SMALL)
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    queries, candidates = queries_from_histories([[1, 2], [3]]), np.array([[4, 2], [1, 3]])
    whole = model.score(queries)
    assert whole.shape == (2, 13) and whole.dtype == np.float32
    assert np.all(whole[:, 0] == -np.inf)
    np.testing.assert_allclose(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1), atol=1e-5
    )


def test_a_score_is_the_cosine_of_the_two_towers_over_the_temperature():
    model = TwoTower(texts(), SMALL).eval()
    with torch.no_grad():
        user = model.user_tower(model.project(model.item_vectors[3]))  # a history of one item
        item = model.item_tower(model.item_vectors[7])
    cosine = torch.cosine_similarity(user, item, dim=0).item()
    score = model.score(queries_from_histories([[3]]), np.array([[7]]))[0, 0]
    assert score == pytest.approx(cosine / 0.07, abs=1e-4)


def test_the_scale_of_the_text_encoder_does_not_matter():
    queries = queries_from_histories([[1, 2, 3]])
    one, other = TwoTower(texts(), SMALL), TwoTower(30 * texts(), SMALL)
    np.testing.assert_allclose(one.score(queries), other.score(queries), atol=1e-4)
    lengths = one.item_vectors.norm(dim=1)
    torch.testing.assert_close(lengths, torch.tensor([0.0] + [math.sqrt(6)] * 12))


def test_every_position_of_a_window_predicts_the_next_item():
    model = TwoTower(texts(), SMALL)
    ((history, targets),) = model.epoch(events_of([4, 5, 6]), 32, np.random.default_rng(0))
    assert history.tolist() == [[4, 5]] and targets.tolist() == [[5, 6]]
    with torch.no_grad():
        loss = model.eval().loss(history, targets).item()
    logits = model.score(queries_from_histories([[4], [4, 5]]))[:, 1:]
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert loss == pytest.approx(-(logs[0, 4] + logs[1, 5]) / 2, abs=1e-4)


def test_the_in_batch_softmax_takes_log_q_off_every_logit():
    model = TwoTower(texts(4), TwoTowerConfig(max_length=8, width=8, inner=16, in_batch=True))
    model.prepare(events_of([1, 1, 1, 2, 2, 3]))  # Q = 1/2, 1/3, 1/6
    users = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    items = torch.tensor([[0.0, 0.0], [3.0, 1.0], [5.0, 5.0], [2.0, 4.0], [1.0, 1.0]])
    loss = model.softmax_loss(users, items, torch.tensor([1, 3]))
    first = [3 - math.log(1 / 2), 2 - math.log(1 / 6)]  # user 0 against items 1 and 3
    second = [2 - math.log(1 / 2), 8 - math.log(1 / 6)]
    by_hand = [math.log(sum(map(math.exp, row))) - row[i] for i, row in enumerate([first, second])]
    assert loss.item() == pytest.approx(sum(by_hand) / 2, abs=1e-5)


def test_the_corrected_in_batch_softmax_estimates_the_full_one():
    rng = np.random.default_rng(0)
    shares = np.array([0.5, 0.25, 0.15, 0.1])
    wanted = rng.choice(4, 4000, p=shares) + 1
    users, items = torch.from_numpy(rng.normal(size=(2, 4000, 3))).float()
    items = torch.cat([torch.zeros(1, 3), items[:4]])
    full = TwoTower(texts(4), SMALL)
    in_batch = TwoTower(texts(4), TwoTowerConfig(in_batch=True))
    for model in (full, in_batch):
        model.prepare(events_of(wanted.tolist()))
    wanted = torch.from_numpy(wanted)
    # both gain the constant log Q of the target and log n, which no weight can change
    q = torch.bincount(wanted, minlength=5) / 4000
    constant = q[wanted].log().mean().item() + math.log(4000)
    exact = full.softmax_loss(users, items, wanted).item()
    assert in_batch.softmax_loss(users, items, wanted).item() - constant == pytest.approx(exact)


@pytest.mark.parametrize("in_batch", [False, True])
def test_it_learns_to_walk_round_a_circle(in_batch):
    split = cycle_world()
    config = TwoTowerConfig(max_length=8, width=16, inner=32, in_batch=in_batch)
    model = TwoTower(texts(width=12), config)
    assert evaluate(model, split, k=1).mean("HR@1") < 0.4
    fit(model, split, epochs=12, patience=12, learning_rate=1e-2, batch_size=8, progress=False)
    assert evaluate(model, split, k=1).mean("HR@1") > 0.8


def test_other_items_are_scored_by_the_same_weights():
    model = TwoTower(texts(), SMALL)
    queries = queries_from_histories([[1, 2, 3]])
    same = model.with_items(texts())
    np.testing.assert_array_equal(same.score(queries), model.score(queries))
    turned = np.concatenate([texts()[:1], texts()[:0:-1]])  # item i is now item 13 - i
    other = model.with_items(turned).score(queries_from_histories([[12, 11, 10]]))
    np.testing.assert_allclose(other[0, :0:-1], model.score(queries)[0, 1:], atol=1e-5)
    assert model.with_items(texts(40)).score(queries).shape == (1, 41)


def test_a_copy_over_other_items_trains_alone_and_starts_with_no_item_left_out():
    model = TwoTower(texts(), SMALL)
    model.prepare(events_of([1, 2, 3]))
    other = model.with_items(texts(20))
    assert other.counts.tolist() == [1.0] * 21
    assert model.counts.tolist() == [0, 1, 1, 1] + [0] * 9
    with torch.no_grad():
        other.project.weight.zero_()
    assert model.project.weight.abs().min() > 0


def test_an_item_without_events_is_kept_out_of_the_softmax_and_scored_all_the_same():
    cold, other_text = 12, texts()
    other_text[cold] = texts(seed=1)[cold]
    one, other = TwoTower(texts(), SMALL).eval(), TwoTower(other_text, SMALL).eval()
    batch = torch.tensor([[1, 2]]), torch.tensor([[2, 3]])
    assert one.loss(*batch).item() != pytest.approx(other.loss(*batch).item(), abs=1e-4)
    for model in (one, other):
        model.prepare(events_of(list(range(1, cold))))
    assert one.loss(*batch).item() == pytest.approx(other.loss(*batch).item(), abs=1e-6)
    queries = queries_from_histories([[1, 2]])
    assert np.isfinite(one.score(queries)[0, cold])
    assert one.score(queries)[0, cold] != pytest.approx(other.score(queries)[0, cold], abs=1e-3)


def test_without_the_cold_item_the_loss_is_the_softmax_over_the_others():
    model = TwoTower(texts(3), SMALL)
    model.prepare(events_of([1, 2]))
    users = torch.tensor([[1.0, 0.0]])
    items = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [9.0, 0.0]])
    loss = model.softmax_loss(users, items, torch.tensor([1])).item()
    assert loss == pytest.approx(math.log(math.exp(1) + math.exp(2)) - 1, abs=1e-6)


def test_a_saved_model_is_whole(tmp_path):
    model = TwoTower(texts(), SMALL, seed=3)
    model.prepare(events_of([1, 2, 2]))
    save_tensors(tmp_path / "model.safetensors", model.state_dict(), {})
    again = TwoTower(np.zeros((13, 6)), SMALL)
    again.load_state_dict(load_tensors(tmp_path / "model.safetensors", "")[0])
    queries = queries_from_histories([[1, 2, 3]])
    np.testing.assert_array_equal(again.score(queries), model.score(queries))
    assert again.counts[:4].tolist() == [0, 1, 2, 0]


def test_the_seed_decides_the_weights_and_leaves_the_callers_randomness_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, same, other = (TwoTower(texts(), SMALL, seed=s) for s in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one.project.weight, same.project.weight)
    assert not torch.equal(one.project.weight, other.project.weight)


def test_text_vectors_that_cannot_be_used_are_refused_with_their_place():
    with pytest.raises(ValueError, match=r"\[N \+ 1, E\].*got shape \(13,\)"):
        TwoTower(np.zeros(13), SMALL)
    with pytest.raises(ValueError, match=r"got shape \(1, 6\)"):
        TwoTower(texts()[:1], SMALL)
    broken = texts()
    broken[5, 2] = np.nan
    with pytest.raises(ValueError, match="must be finite; the row of item 5 is not"):
        TwoTower(broken, SMALL)
    with pytest.raises(ValueError, match=r"zeros in row 0.*got a vector of length 5\.00"):
        TwoTower(np.array([[3.0, 4.0], [1.0, 0.0]]), SMALL)


def test_settings_out_of_range_are_refused_with_their_value():
    with pytest.raises(ValueError, match=r"decay must be above 0 and at most 1, got 1\.5"):
        TwoTower(texts(), TwoTowerConfig(decay=1.5))
    with pytest.raises(ValueError, match="temperature must be above 0, got 0"):
        TwoTower(texts(), TwoTowerConfig(temperature=0))


def test_a_catalogue_of_another_encoder_or_another_split_is_refused():
    model = TwoTower(texts(), SMALL)
    with pytest.raises(ValueError, match="text vectors of width 6, got 9"):
        model.with_items(texts(width=9))
    with pytest.raises(ValueError, match="describes 12 items, but the training events hold item 1"):
        model.prepare(events_of([1, 14]))


def test_a_text_model_without_towers_says_what_is_missing():
    bare = TextModel(texts(), max_length=8, temperature=1.0)
    with pytest.raises(TypeError, match="TextModel must define items"):
        bare.items()
    with pytest.raises(TypeError, match="TextModel must define read"):
        bare.read(torch.ones(1, 1), torch.ones(1, 1))
