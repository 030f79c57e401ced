"""UniSRec: the adaptor by hand, the trunk, and what moves to another catalogue."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.models.unisrec import Adaptor, UniSRec, UniSRecConfig
from rectutor.schema import Scorer, Trainable
from rectutor.training.loop import fit
from tests.models.test_two_tower import events_of, texts
from tests.models.worlds import cycle_world

SIZES = {"max_length": 8, "width": 16, "n_experts": 3}
TEXT, IDS = UniSRecConfig(**SIZES), UniSRecConfig(**SIZES, has_ids=True)


def test_an_expert_shifts_and_turns_a_text_and_the_gate_mixes_the_experts():
    adaptor = Adaptor(2, 2, 2, dropout=0.0)
    with torch.no_grad():
        adaptor.shift.copy_(torch.tensor([[1.0, 0.0], [0.0, 2.0]]))
        adaptor.turn.copy_(torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]]))
        adaptor.gate.copy_(torch.tensor([[np.log(3.0), 0.0], [0.0, 0.0]]))
        x = torch.tensor([[1.0, 5.0]])
        torch.testing.assert_close(adaptor.gates(x), torch.tensor([[0.75, 0.25]]))
        # (1, 5) - (1, 0) as it is; (1, 5) - (0, 2) with its entries swapped
        expected = torch.tensor([[[0.0, 5.0]], [[3.0, 1.0]]])
        torch.testing.assert_close(adaptor.whiten(x), expected)
        mixed = torch.tensor([[0.75 * 0 + 0.25 * 3, 0.75 * 5 + 0.25 * 1]])
        torch.testing.assert_close(adaptor(x), mixed)


def test_whitening_can_take_away_what_all_texts_share():
    rows = torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
    rows = rows @ torch.tensor([[2.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.1]]) + 5.0
    adaptor = Adaptor(3, 3, 1, dropout=0.0)
    values, axes = torch.linalg.eigh(torch.cov(rows.T))
    with torch.no_grad():
        adaptor.shift[0] = rows.mean(dim=0)
        adaptor.turn[0] = axes / values.sqrt()
        torch.testing.assert_close(torch.cov(adaptor(rows).T), torch.eye(3), atol=1e-3, rtol=0)
        assert adaptor(rows).mean(dim=0).abs().max() < 1e-3


def test_the_gates_of_an_item_sum_to_one_and_start_equal():
    model = UniSRec(texts(), TEXT)
    gates = model.adaptor.gates(model.item_vectors)
    torch.testing.assert_close(gates, torch.full((13, 3), 1 / 3))
    with torch.no_grad():
        model.adaptor.gate.normal_()
    gates = model.adaptor.gates(model.item_vectors)
    torch.testing.assert_close(gates.sum(dim=1), torch.ones(13))
    assert gates.std(dim=0)[0] > 0.01


def test_equal_experts_are_one_expert():
    one = Adaptor(4, 3, 1, dropout=0.0)
    many = Adaptor(4, 3, 5, dropout=0.0)
    with torch.no_grad():
        one.shift.normal_()
        many.shift.copy_(one.shift.expand(5, -1))
        many.turn.copy_(one.turn.expand(5, -1, -1))
        many.gate.normal_()
        x = torch.randn(6, 4)
        torch.testing.assert_close(one(x), many(x))


def test_text_dropout_thins_what_the_experts_see_in_training_only():
    adaptor = Adaptor(4, 3, 2, dropout=0.5)
    x = torch.ones(1, 4)
    with torch.no_grad():
        adaptor.turn.fill_(1.0)
        results = {adaptor(x)[0, 0].item() for _ in range(50)}
        assert results <= {0.0, 2.0, 4.0, 6.0, 8.0} and len(results) > 1
        assert adaptor.eval()(x)[0].tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize("config", [TEXT, IDS], ids=["text", "ids"])
def test_padding_changes_no_score_and_order_changes_some(config):
    model = UniSRec(texts(), config)
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    alone = model.score(queries_from_histories([[3, 4, 5]]))
    beside = model.score(queries_from_histories([[3, 4, 5], [1, 2, 3, 4, 5, 6]]))
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-4)
    back = model.score(queries_from_histories([[5, 4, 3]]))
    assert np.abs(alone[:, 1:] - back[:, 1:]).max() > 0.01


def test_candidates_are_scored_as_in_the_whole_catalogue():
    model = UniSRec(texts(), TEXT)
    queries, candidates = queries_from_histories([[1, 2], [3]]), np.array([[4, 2], [1, 3]])
    whole = model.score(queries)
    assert np.all(whole[:, 0] == -np.inf)
    np.testing.assert_allclose(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1), atol=1e-5
    )


def test_the_future_changes_no_earlier_user_vector():
    model = UniSRec(texts(), TEXT).eval()
    items = model.items()
    one = model.read(torch.tensor([[1, 2, 3, 4]]), items)
    other = model.read(torch.tensor([[1, 2, 3, 9]]), items)
    torch.testing.assert_close(one[:, :3], other[:, :3])
    newest = model.read(torch.tensor([[1, 2, 3, 4]]), items, last_only=True)
    torch.testing.assert_close(newest[:, 0], one[:, 3], atol=1e-5, rtol=1e-4)


def test_untrained_ids_change_nothing_so_that_an_item_without_events_is_scored_by_its_text():
    queries = queries_from_histories([[1, 2, 3]])
    text, ids = UniSRec(texts(), TEXT, seed=5), UniSRec(texts(), IDS, seed=5)
    np.testing.assert_array_equal(text.score(queries), ids.score(queries))
    ids.prepare(events_of(list(range(1, 12))))
    ids.eval().loss(torch.tensor([[1, 2, 3]]), torch.tensor([[2, 3, 4]])).backward()
    assert ids.ids.grad[12].abs().max() == 0
    assert ids.ids.grad[1:12].abs().amin() > 0
    assert np.isfinite(ids.score(queries)[0, 12])


@pytest.mark.parametrize("config", [TEXT, IDS], ids=["text", "ids"])
def test_an_item_without_events_is_kept_out_of_the_softmax_and_scored_all_the_same(config):
    other_text = texts()
    other_text[12] = texts(seed=1)[12]
    batch = torch.tensor([[1, 2]]), torch.tensor([[2, 3]])
    queries = queries_from_histories([[1, 2]])
    losses, scores = [], []
    for table in (texts(), other_text):
        model = UniSRec(table, config).eval()
        model.prepare(events_of(list(range(1, 12))))
        losses.append(model.loss(*batch).item())
        scores.append(model.score(queries)[0, 12])
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
    assert np.isfinite(scores).all() and scores[0] != pytest.approx(scores[1], abs=1e-3)


@pytest.mark.parametrize("config", [TEXT, IDS], ids=["text", "ids"])
def test_it_learns_to_walk_round_a_circle(config):
    split = cycle_world()
    model = UniSRec(texts(width=12), config)
    assert evaluate(model, split, k=1).mean("HR@1") < 0.4
    fit(model, split, epochs=12, patience=12, learning_rate=1e-2, batch_size=8, progress=False)
    assert evaluate(model, split, k=1).mean("HR@1") > 0.8


def test_what_was_learned_moves_to_a_catalogue_of_the_same_kind_and_not_to_shuffled_texts():
    # both worlds are circles whose texts lie on a circle too: the next item is a small turn away
    angles = 2 * np.pi * np.arange(24) / 24
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    films = np.concatenate([np.zeros((1, 2), np.float32), circle[::2]])
    books = np.concatenate([np.zeros((1, 2), np.float32), circle[1::2]])
    model = UniSRec(films, TEXT)
    fit(model, cycle_world(), epochs=12, patience=12, learning_rate=1e-2, batch_size=8,
        progress=False)  # fmt: skip
    strange = cycle_world(seed=1)
    assert evaluate(model.with_items(books), strange, k=1).mean("HR@1") > 0.8
    shuffled = books.copy()
    shuffled[1:] = np.random.default_rng(0).permutation(books[1:])
    assert evaluate(model.with_items(shuffled), strange, k=1).mean("HR@1") < 0.6
    assert evaluate(UniSRec(books, TEXT), strange, k=1).mean("HR@1") < 0.6


def test_other_items_are_scored_by_the_same_weights():
    model, queries = UniSRec(texts(), TEXT), queries_from_histories([[1, 2, 3]])
    np.testing.assert_array_equal(model.with_items(texts()).score(queries), model.score(queries))
    turned = np.concatenate([texts()[:1], texts()[:0:-1]])  # item i is now item 13 - i
    other = model.with_items(turned).score(queries_from_histories([[12, 11, 10]]))
    np.testing.assert_allclose(other[0, :0:-1], model.score(queries)[0, 1:], atol=1e-4)
    assert model.with_items(texts(40)).score(queries).shape == (1, 41)


def test_a_model_with_ids_cannot_change_its_catalogue():
    with pytest.raises(ValueError, match="ids of 12 items say nothing about other items"):
        UniSRec(texts(), IDS).with_items(texts(20))


def test_a_frozen_trunk_stays_while_the_adaptor_learns():
    split = cycle_world(n_users=8)
    model = UniSRec(texts(), TEXT).with_items(texts(seed=1))
    model.freeze_trunk()
    before = {name: tensor.clone() for name, tensor in model.named_parameters()}
    fit(model, split, epochs=1, progress=False)
    changed = {n for n, p in model.named_parameters() if not torch.equal(p, before[n])}
    assert changed == {"adaptor.shift", "adaptor.turn", "adaptor.gate"}


def test_the_state_restores_a_model_of_other_texts():
    model = UniSRec(texts(), IDS, seed=3)
    model.prepare(events_of([1, 2, 2]))
    again = UniSRec(np.zeros((13, 6)), IDS)
    again.load_state_dict(model.state_dict())
    queries = queries_from_histories([[1, 2, 3]])
    np.testing.assert_array_equal(again.score(queries), model.score(queries))


def test_no_expert_and_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="n_experts must be 1 or more, got 0"):
        UniSRec(texts(), UniSRecConfig(n_experts=0))
    with pytest.raises(ValueError, match="width=16 and n_heads=3"):
        UniSRec(texts(), UniSRecConfig(**SIZES, n_heads=3))
