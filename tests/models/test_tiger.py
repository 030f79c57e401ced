"""TIGER: no answer sees what comes after it, scores are exact, and it learns what was planted."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.decoding import beam_search
from rectutor.evaluation import evaluate
from rectutor.models.code_recommender import Exact
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Recommender, Scorer
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)  # 12 items, L = 2, K = 4
KINDS = [{}, {"reads": "codes"}, {"n_user_tokens": 5}, {"n_user_tokens": 5, "reads": "codes"}]
HISTORIES = [[3, 4, 5], [9], [1, 2, 3, 4, 5, 6]]


def small(**knobs):
    sizes = {"max_length": 8, "width": 16, "n_heads": 2, "dropout": 0.0}
    return TIGER(CODES, TIGERConfig(**(sizes | knobs)))


def asked(histories=HISTORIES):
    return queries_from_histories(histories)


@pytest.mark.parametrize("knobs", KINDS)
def test_each_answer_sees_its_history_and_the_person(knobs):
    model = small(**knobs).eval()
    with torch.inference_mode():
        *_, may_attend = model.read(torch.tensor([3]), torch.tensor([[0, 5, 7, 1]]))
    each = 2 if knobs.get("reads") == "codes" else 1
    first = int(bool(model.config.n_user_tokens))
    assert may_attend.shape == (1, 1, 4, 4 * each + first)
    for t in range(1, 4):  # position 0 is padding
        assert may_attend[0, 0, t].sum() == t * each + first


@pytest.mark.parametrize("knobs", KINDS)
def test_no_answer_sees_what_comes_after_it(knobs):
    model = small(**knobs).eval()
    users = torch.tensor([0])
    one, other = torch.tensor([[2, 5, 7, 1]]), torch.tensor([[2, 5, 9, 8]])
    a, b = model.read(users, one), model.read(users, other)
    for t in range(2):  # the first two answers see equal states
        seen = a.may_attend[0, 0, t]
        torch.testing.assert_close(a.states[0, seen], b.states[0, seen])
        torch.testing.assert_close(a.newest[0, t], b.newest[0, t])
    assert not torch.equal(a.newest[0, 2], b.newest[0, 2])


@pytest.mark.parametrize("knobs", KINDS)
def test_padding_changes_no_score(knobs):
    model, queries = small(**knobs), asked()
    together = model.log_probabilities(queries)
    alone = model.log_probabilities(asked(HISTORIES[:1]))
    np.testing.assert_allclose(together[0], alone[0], atol=1e-5)
    for row in (1, 2):
        alone = model.log_probabilities(queries.take(slice(row, row + 1)))
        np.testing.assert_allclose(together[row], alone[0], atol=1e-5)


@pytest.mark.parametrize("knobs", KINDS)
def test_the_loss_is_the_surprise_at_the_ids_that_exact_scores_give(knobs):
    model, target = small(**knobs).eval(), 7
    users = torch.from_numpy(asked([[3, 4, 5]]).user_index)
    alone = model.log_probabilities(asked([[5]]))[0, target]
    padded = model.loss(users, torch.tensor([[0, 0, 5]]), torch.tensor([[0, 0, target]]))
    assert padded.item() == pytest.approx(-alone, abs=1e-4)


@pytest.mark.parametrize("knobs", KINDS)
def test_training_and_asking_agree_at_every_position(knobs):
    model, history, targets = small(**knobs).eval(), [3, 4, 5, 9], [7, 1, 12, 2]
    users = torch.from_numpy(asked([history]).user_index)
    mean = model.loss(users, torch.tensor([[0, *history]]), torch.tensor([[0, *targets]])).item()
    surprise = [
        -model.log_probabilities(asked([history[: t + 1]]))[0, target]
        for t, target in enumerate(targets)
    ]
    assert 4 * mean == pytest.approx(sum(surprise), abs=1e-3)


def test_no_history_is_no_item():
    model = small().eval()
    nobody, nothing, item = torch.tensor([0]), torch.tensor([[0]]), torch.tensor([[1]])
    before, of_item = model.read(nobody, nothing).states, model.read(nobody, item).states
    with torch.no_grad():
        model.vectors[:, 0] += 1.0  # of the codes of item 1, which are (0, 0), as is padding
    assert torch.equal(model.read(nobody, nothing).states, before)
    assert not torch.equal(model.read(nobody, item).states, of_item)
    assert set(model.recommend(asked([[]]), k=12)[0]) == set(range(1, 13))


def test_probabilities_of_all_codes_add_up_to_one():
    model = small()  # 3 x 4 ids of 4 x 4 exist
    total = np.exp(model.log_probabilities(asked())[:, 1:]).sum(axis=1)
    with torch.inference_mode():
        free = beam_search(model.trie, model.write(asked()), n_beams=16, is_held=False)
    assert np.exp(free.scores).sum(axis=1).tolist() == pytest.approx([1.0] * 3, abs=1e-5)
    assert (total < 1).all()


@pytest.mark.parametrize("knobs", [*KINDS, {"n_decoder_blocks": 2}])
def test_a_beam_with_its_memory_of_what_it_wrote_is_exact_when_wide(knobs):
    model, queries = small(**knobs), asked()
    with torch.inference_mode():
        beams = beam_search(model.trie, model.write(queries), n_beams=12)
    assert (np.sort(beams.items, axis=1) == np.arange(1, 13)).all()
    exact = model.log_probabilities(queries)
    found = np.take_along_axis(exact, beams.items, axis=1)
    np.testing.assert_allclose(beams.scores, found, atol=1e-5)


def test_lists_hold_unseen_items_and_end_with_padding():
    model = small()
    lists = model.recommend(asked([list(range(1, 11))]), k=5)
    assert set(lists[0, :2]) == {11, 12} and lists[0, 2:].tolist() == [0, 0, 0]
    assert isinstance(model, Recommender) and isinstance(Exact(model), Scorer)


def test_exact_scores_of_candidates_are_those_of_all_items():
    model = Exact(small())
    every = model.score(asked())
    some = model.score(asked(), np.array([[3, 1], [2, 2], [12, 5]]))
    assert model.name == "TIGER (exact)"
    assert some[2].tolist() == every[2, [12, 5]].tolist() and np.isneginf(every[:, 0]).all()


def test_it_learns_who_follows_whom():
    split = cycle_world()
    model = small(max_length=3, width=32)  # histories of training are no longer
    knobs = {"learning_rate": 1e-2, "batch_size": 8, "patience": 30}
    fit(model, split, epochs=30, progress=False, **knobs)
    assert evaluate(model, split).mean("HR@1") > 0.9  # by luck 1 of the 7 unseen items
    assert evaluate(Exact(model), split).mean("HR@1") > 0.9


def test_its_bias_starts_at_how_often_codes_occur():
    split = cycle_world()
    model = small()
    model.prepare(split.train)
    counts = np.bincount(CODES[split.train.item_index - 1, 1], minlength=4) + 1
    expected = np.log(counts / counts.mean())
    np.testing.assert_allclose(model.bias[1].detach(), expected, atol=1e-5)


def test_an_unknown_way_of_reading_is_named():
    with pytest.raises(ValueError, match='reads must be "items" or "codes", got \'words\''):
        TIGER(CODES, TIGERConfig(reads="words"))


def test_who_loads_other_codes_writes_their_ids():
    turned = TIGER(CODES[::-1].copy(), small().config, seed=1).eval()
    model = small().eval()
    model.load_state_dict(turned.state_dict())
    assert model.trie.find(CODES).tolist() == list(range(12, 0, -1))
    assert (model.recommend(asked(), k=5) == turned.recommend(asked(), k=5)).all()


def test_tables_say_how_lists_come_about():
    assert small(n_beams=7).how == "beam of 7"
    assert evaluate(small(n_beams=7), cycle_world()).how == "beam of 7"
