"""RPG: no answer sees what comes after it, sums are exact, and it learns what was planted."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.metrics.ranking import top_k
from rectutor.models.popularity import Popularity
from rectutor.models.rpg import RPG, GraphSearch, RPGConfig
from rectutor.schema import Recommender, Scorer, Trainable
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4, np.arange(12) % 3], axis=1)  # M = 3, K = 4
SMALL = {"max_length": 8, "width": 16, "dropout": 0.0}


def small(codes=CODES, seed=0, **knobs):
    return RPG(codes, RPGConfig(**(SMALL | knobs)), seed)


def asked():
    return queries_from_histories([[3, 4, 5], [9], [1, 2, 3, 4, 5, 6]])


def test_it_is_scored_and_trained_like_every_other_model():
    model = small()
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    assert isinstance(GraphSearch(model, 3), Recommender)


def test_the_score_of_an_item_is_the_sum_over_its_codes():
    model = small()
    answers = model.code_log_probabilities(asked()).numpy()  # [B, M, K]
    np.testing.assert_allclose(np.exp(answers).sum(axis=2), 1, atol=1e-5)
    scores = model.score(asked())
    for row in range(3):
        for item, own in enumerate(CODES, start=1):
            expected = sum(answers[row, m, code] for m, code in enumerate(own))
            assert scores[row, item] == pytest.approx(expected, abs=1e-4)
    assert (scores[:, 0] == -np.inf).all()


def test_candidates_are_scored_as_in_the_whole_catalogue():
    model, candidates = small(), np.array([[4, 2], [1, 3], [12, 12]])
    whole = model.score(asked())
    expected = np.take_along_axis(whole, candidates, 1)
    np.testing.assert_array_equal(model.score(asked(), candidates), expected)


def test_an_item_vector_is_the_sum_of_its_code_vectors():
    model = small()
    own = [model.vectors[m, code] for m, code in enumerate(CODES[6])]
    torch.testing.assert_close(model.items()[7], torch.stack(own).sum(dim=0) / 3**0.5)


def test_padding_changes_no_score():
    together = small().score(asked())
    np.testing.assert_allclose(
        together[0], small().score(queries_from_histories([[3, 4, 5]]))[0], atol=1e-5
    )


def test_no_answer_sees_what_comes_after_it():
    model = small().eval()
    one, other = model.read(torch.tensor([[2, 5, 7, 1], [2, 5, 9, 8]]))
    torch.testing.assert_close(one[:2], other[:2])
    assert not torch.allclose(one[2], other[2])


def test_the_loss_is_the_mean_surprise_at_the_codes_of_the_target():
    model = small().eval()
    loss = model.loss(torch.tensor([[0, 0, 5]]), torch.tensor([[0, 0, 7]])).item()
    score = model.score(queries_from_histories([[5]]))[0, 7]
    assert loss == pytest.approx(-score / 3, abs=1e-5)


def test_the_bias_starts_at_how_often_codes_occur():
    split, model = cycle_world(), small()
    model.prepare(split.train)
    counts = np.bincount(CODES[split.train.item_index - 1, 2], minlength=4) + 1.0
    bias = model.bias.detach().numpy()[2]
    np.testing.assert_allclose(bias - bias[0], np.log(counts / counts[0]), atol=1e-5)


def test_it_learns_to_walk_round_a_circle_and_the_graph_finds_the_same():
    split, popularity = cycle_world(), Popularity()
    fit(popularity, split)
    model = small()
    untrained = evaluate(model, split, k=1).mean("HR@1")
    knobs = {"epochs": 40, "patience": 40, "learning_rate": 1e-2, "batch_size": 8}
    fit(model, split, progress=False, **knobs)
    learned = evaluate(model, split, k=1).mean("HR@1")
    assert learned > 0.6 > 0.4 > max(untrained, evaluate(popularity, split, k=1).mean("HR@1"))
    search = GraphSearch(model, n_neighbours=11, n_beams=3, n_rounds=1)
    assert evaluate(search, split, k=1).mean("HR@1") == learned


def test_codes_that_went_to_other_items_after_training_mean_nothing():
    split, model = cycle_world(), small()
    knobs = {"epochs": 40, "patience": 40, "learning_rate": 1e-2, "batch_size": 8}
    fit(model, split, progress=False, **knobs)
    learned = evaluate(model, split, k=1).mean("HR@1")
    order = np.random.default_rng(0).permutation(12) + 1
    model.codes[1:] = model.codes[1:][torch.from_numpy(order - 1)]
    assert evaluate(model, split, k=1).mean("HR@1") < learned / 2


def test_items_that_share_their_codes_share_their_score():
    codes = CODES.copy()
    codes[5] = codes[2]
    scores = small(codes).score(asked())
    np.testing.assert_array_equal(scores[:, 6], scores[:, 3])


def test_a_graph_with_all_neighbours_gives_the_exact_list_without_what_was_seen():
    model, queries = small(seed=4), asked()
    scores = model.score(queries)
    np.put_along_axis(scores, queries.history, -np.inf, axis=1)
    search = GraphSearch(model, n_neighbours=11, n_beams=4, n_rounds=1)
    np.testing.assert_array_equal(search.recommend(queries, 4), top_k(scores, 4))
    assert (search.walk(queries).n_visited == 12).all()


def test_a_walk_that_cannot_fill_a_list_pads_it():
    search = GraphSearch(small(), n_neighbours=1, n_beams=2, n_rounds=0)
    lists = search.recommend(asked(), 5)
    assert lists.shape == (3, 5) and (lists[:, 2:] == 0).all()


def test_the_seed_decides_the_weights():
    assert torch.equal(small(seed=1).vectors, small(seed=1).vectors)
    assert not torch.equal(small(seed=1).vectors, small(seed=2).vectors)


def test_a_code_that_has_no_room_and_a_temperature_of_zero_are_refused():
    with pytest.raises(ValueError, match=r"codes must be 0\.\.2, got 0\.\.3"):
        small(codebook_size=3)
    with pytest.raises(ValueError, match=r"temperature must be above 0, got 0"):
        small(temperature=0)
