"""TIGER through T5: its row of tokens by hand, exact scores against beams, and what it learns."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.decoding import beam_search
from rectutor.models import code_recommender
from rectutor.models.code_recommender import CodeRecommender
from rectutor.models.tiger_t5 import TIGERT5, TIGERT5Config
from rectutor.schema import PAD, Recommender, Trainable
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)  # 12 items, L = 2, K = 4
HISTORIES = [[3, 4, 5], [9], [1, 2, 3, 4, 5, 6]]


def small(**knobs):
    sizes = {"max_length": 8, "width": 16, "n_heads": 2, "n_layers": 2, "n_user_tokens": 5}
    return TIGERT5(CODES, TIGERT5Config(**(sizes | {"dropout": 0.0} | knobs))).eval()


def asked(histories=HISTORIES):
    return queries_from_histories(histories)


def test_a_history_is_a_person_and_the_tokens_of_its_items_with_padding_behind():
    model = small()  # 1..4 are codes of level 0, 5..8 of level 1, 9..13 people
    users, history = torch.tensor([2, 6]), torch.tensor([[3, 4, 12], [0, 0, 5]])
    assert model.source(users, history).tolist() == [
        [11, 1, 7, 1, 8, 3, 8],  # items 3, 4 and 12 have the codes (0, 2), (0, 3) and (2, 3)
        [10, 2, 5, 0, 0, 0, 0],  # item 5 has (1, 0), and person 6 shares a token with person 1
    ]
    assert model.t5.config.vocab_size == 1 + 2 * 4 + 5


def test_each_target_has_the_history_before_it():
    train = cycle_world(n_users=5).train
    batches = small(max_length=2).epoch(train, 4, np.random.default_rng(0))
    users, targets = (torch.cat([batch[i] for batch in batches]) for i in (0, 2))
    assert len(targets) == 5 * 3  # four events of each person are in train, the first is no target
    assert sorted(users.tolist()) == sorted(list(range(5)) * 3)
    for _, history, target in batches:
        assert history.shape[1] <= 2
        assert torch.equal(history[:, -1] % 12 + 1, target)  # everybody goes one step on
        assert (history[:, :-1][history[:, :-1] != PAD] > 0).all()


def test_the_loss_is_the_mean_surprise_at_whole_ids():
    model = small()
    queries = asked([[3, 4, 5], [9]])
    users, history = torch.from_numpy(queries.user_index), torch.from_numpy(queries.history)
    targets = torch.tensor([7, 12])
    exact = model.log_probabilities(queries)[[0, 1], targets]
    assert model.loss(users, history, targets).item() == pytest.approx(-exact.mean(), abs=1e-4)


def test_padding_changes_no_score():
    model = small()
    together = model.log_probabilities(asked())
    for row, history in enumerate(HISTORIES):
        queries = asked([history])._replace(user_index=np.array([row]))
        np.testing.assert_allclose(model.log_probabilities(queries)[0], together[row], atol=1e-5)


def test_people_with_one_token_get_the_same_scores_and_others_do_not():
    model = small()
    queries = asked([[3, 4], [3, 4], [3, 4]])._replace(user_index=np.array([1, 6, 2]))
    one, same, other = model.log_probabilities(queries)[:, 1:]
    assert np.array_equal(one, same) and not np.allclose(one, other)


def test_order_matters_and_items_beyond_the_length_do_not():
    model = small(max_length=3)
    one, turned = model.log_probabilities(asked([[3, 4, 5], [5, 4, 3]])._replace(
        user_index=np.zeros(2, dtype=np.int64)
    ))[:, 1:]  # fmt: skip
    longer = model.log_probabilities(asked([[9, 10, 3, 4, 5]]))[0, 1:]
    assert not np.allclose(one, turned)
    np.testing.assert_allclose(longer, one, atol=1e-5)


def test_a_beam_is_exact_when_wide_and_leaves_out_what_was_seen():
    model, queries = small(), asked()
    exact = model.log_probabilities(queries)
    beams = model.beam(queries, n_beams=12)
    for row, history in enumerate(HISTORIES):
        unseen = np.setdiff1d(np.arange(1, 13), history)
        expected = unseen[np.argsort(-exact[row, unseen])]
        assert beams.items[row, : len(unseen)].tolist() == expected.tolist()
        found = beams.scores[row, : len(unseen)]
        np.testing.assert_allclose(found, exact[row, expected], atol=1e-5)
        assert np.isneginf(beams.scores[row, len(unseen) :]).all()


def test_some_probability_lies_on_no_item_and_some_on_no_code():
    model = small()
    with torch.inference_mode():
        free = beam_search(model.trie, model.write(asked()), n_beams=16, is_held=False)
    on_codes = np.exp(free.scores).sum(axis=1)
    on_items = np.exp(model.log_probabilities(asked())[:, 1:]).sum(axis=1)
    assert (on_items < on_codes).all()
    assert (on_codes < 1).all()  # the rest lies on padding, people and codes of other levels


def test_lists_hold_unseen_items_and_end_with_padding():
    model = small()
    lists = model.recommend(asked([list(range(1, 11))]), k=5)
    assert set(lists[0, :2]) == {11, 12} and lists[0, 2:].tolist() == [0, 0, 0]
    assert isinstance(model, Recommender) and isinstance(model, Trainable)
    assert small(n_beams=1).recommend(asked(), k=3).all()  # the beam is never narrower than k


def test_ids_scored_in_parts_have_the_scores_of_all_at_once(monkeypatch):
    model = small()
    whole = model.log_probabilities(asked())
    monkeypatch.setattr(code_recommender, "_IDS_AT_ONCE", 1)
    np.testing.assert_allclose(model.log_probabilities(asked()), whole, atol=1e-5)
    assert model.log_probabilities(asked().take(slice(0, 0))).shape == (0, 13)


def test_writing_never_drops_activations():
    model = small(dropout=0.5)
    expected = model.log_probabilities(asked())
    assert np.array_equal(model.train().log_probabilities(asked()), expected)


def test_a_seed_decides_its_weights():
    one, same, other = (TIGERT5(CODES, seed=seed).t5.shared.weight for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_it_learns_who_follows_whom():
    split = cycle_world()
    model = small(max_length=3, n_layers=1, n_user_tokens=1)
    knobs = {"learning_rate": 1e-2, "batch_size": 16, "patience": 12}
    report = fit(model, split, epochs=12, progress=False, **knobs)
    assert report.losses[0] > 2 > report.losses[-1]
    lists = model.recommend(split.test.queries, k=1)
    assert (lists == split.test.targets).mean() > 0.9


def test_people_need_a_token():
    with pytest.raises(ValueError, match="n_user_tokens must be 1 or more, got 0; with 1 all"):
        TIGERT5(CODES, TIGERT5Config(n_user_tokens=0))


def test_two_items_of_one_id_are_refused():
    with pytest.raises(ValueError, match=r"items \[1, 3\] share \[0, 1\]"):
        TIGERT5(np.array([[0, 1], [1, 1], [0, 1]]))


def test_a_child_must_say_how_it_reads():
    with pytest.raises(TypeError, match="CodeRecommender must define write"):
        CodeRecommender(CODES, n_beams=2).write(asked())
