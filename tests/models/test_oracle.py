import numpy as np
import pytest

from rectutor.data.choice import PARTS, Knobs
from rectutor.data.make_worlds import shipped_facts
from rectutor.data.simulate import simulate
from rectutor.data.splits import leave_one_out
from rectutor.data.world_files import write_truth
from rectutor.models.oracle import CONTENT_ONLY, ORDER_ONLY, Oracle
from rectutor.schema import Scorer


@pytest.fixture(scope="module")
def facts():
    return shipped_facts()


@pytest.fixture(scope="module")
def world(facts):
    return simulate(facts, Knobs(n_users=300), seed=3)


@pytest.fixture(scope="module")
def split(world):
    return leave_one_out(world[0])


def oracle(truth, split, parts=PARTS):
    return Oracle(truth, split.user_ids, split.item_ids, parts)


def log_likelihood(model, cases):
    chances = model.probabilities(cases.queries)
    return np.log(chances[np.arange(len(chances)), cases.targets[:, 0]])


def test_chances_sum_to_one_and_leave_out_the_history(world, split):
    queries, truth = split.test.queries.take(slice(0, 20)), world[1]
    history = np.searchsorted(truth.facts.item_id, split.item_ids[queries.history])
    model = Oracle(truth, split.user_ids, truth.facts.item_id)
    chances = model.probabilities(queries._replace(history=history))
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    assert np.take_along_axis(chances, history, axis=1).max() == 0.0


@pytest.mark.parametrize("muted", PARTS)
def test_the_oracle_is_less_surprised_than_with_any_part_muted(world, split, muted):
    full = oracle(world[1], split)
    rest = oracle(world[1], split, [part for part in PARTS if part != muted])
    gains = [log_likelihood(full, cases) - log_likelihood(rest, cases)
             for cases in (split.validation, split.test)]  # fmt: skip
    gain = np.concatenate(gains)
    assert gain.mean() > 0
    if muted != "recency":  # the weakest part: it needs more people to stand out
        assert gain.mean() > 3 * gain.std() / np.sqrt(len(gain))


def test_the_oracle_expects_hits_as_often_as_it_gets_them(world, split):
    model = oracle(world[1], split)
    chances = model.probabilities(split.test.queries)
    best = np.argsort(-chances, axis=1)[:, :10]
    expected = np.take_along_axis(chances, best, axis=1).sum(axis=1)
    hits = (best == split.test.targets).any(axis=1)
    spread = np.sqrt((expected * (1 - expected)).sum())
    assert abs(hits.sum() - expected.sum()) < 3 * spread


def test_with_order_off_shuffling_the_history_changes_nothing(facts):
    interactions, truth = simulate(facts, Knobs(n_users=60, order=0.0), seed=3)
    split = leave_one_out(interactions)
    queries = split.test.queries.take(slice(0, 10))
    shuffled = queries._replace(history=np.ascontiguousarray(queries.history[:, ::-1]))
    model = oracle(truth, split)
    np.testing.assert_array_equal(model.score(queries), model.score(shuffled))


def test_with_order_on_shuffling_the_history_matters(world, split):
    queries = split.test.queries.take(slice(0, 10))
    shuffled = queries._replace(history=np.ascontiguousarray(queries.history[:, ::-1]))
    model = oracle(world[1], split)
    assert (model.score(queries) != model.score(shuffled)).any()


def test_candidates_get_the_scores_they_have_among_all(world, split):
    queries = split.test.queries.take(slice(0, 5))
    model = oracle(world[1], split)
    candidates = split.test.targets[:5] + np.array([[0, -1, 1]]) % split.n_items
    candidates = np.clip(candidates, 1, split.n_items)
    everything = model.score(queries)
    assert everything.shape == (5, split.n_items + 1) and everything.dtype == np.float32
    assert (everything[:, 0] == -np.inf).all() and np.isfinite(everything[:, 1:]).all()
    np.testing.assert_array_equal(
        model.score(queries, candidates), np.take_along_axis(everything, candidates, axis=1)
    )


def test_a_split_with_fewer_items_and_people_keeps_everybodys_own_row(world, split):
    interactions, truth = world
    counts = interactions["item_id"].value_counts()
    kept = interactions[interactions["item_id"].isin(counts.index[counts >= 15])]
    kept = kept[(kept["user_id"] % 2 == 0)]
    small = leave_one_out(kept)
    chances = oracle(truth, small).probabilities(small.test.queries.take(slice(0, 3)))
    assert chances.shape == (3, small.n_items + 1)
    whole = np.searchsorted(split.item_ids, small.item_ids[1:])
    queries = small.test.queries.take(slice(0, 3))
    back = np.concatenate([[0], whole])
    same = queries._replace(
        history=back[queries.history],
        user_index=np.searchsorted(split.user_ids, small.user_ids[queries.user_index]),
    )
    np.testing.assert_allclose(oracle(truth, split).probabilities(same)[:, back], chances)


def test_names_say_what_is_known(world, split):
    names = [oracle(world[1], split, parts).name for parts in (PARTS, CONTENT_ONLY, ORDER_ONLY)]
    assert names == ["oracle (knows the simulator)", "oracle, content only", "oracle, order only"]
    assert oracle(world[1], split, ["order", "latent"]).name == "oracle, latent + order"
    assert isinstance(oracle(world[1], split), Scorer)


def test_the_truth_may_come_as_stored_arrays(world, split, tmp_path):
    write_truth(tmp_path / "truth.npz", world[1])
    with np.load(tmp_path / "truth.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    queries = split.test.queries.take(slice(0, 4))
    expected = oracle(world[1], split).score(queries)
    np.testing.assert_array_equal(oracle(arrays, split).score(queries), expected)


def test_a_part_that_does_not_exist_is_named(world, split):
    with pytest.raises(ValueError, match=r"parts must be among .*, got \['taste'\]"):
        oracle(world[1], split, ["order", "taste"])


def test_ids_of_another_data_set_are_refused(world, split):
    with pytest.raises(ValueError, match=r"user_id 301 is not among its 300 \(from 1 to 300\)"):
        Oracle(world[1], np.array([1, 301]), split.item_ids)
