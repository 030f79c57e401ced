import numpy as np
import torch

from rectutor.schema import (
    INTERACTION_COLUMNS,
    PAD,
    Cases,
    Events,
    Queries,
    Recommender,
    Scorer,
    Split,
    seeded,
)


def three_queries():
    return Queries(
        user_index=np.array([0, 1, 2]),
        history=np.array([[0, 1, 2], [0, 0, 3], [4, 5, 6]]),
        ratings=np.array([[0, 5, 4], [0, 0, 3], [1, 2, 3]], dtype=np.float32),
        timestamps=np.array([[0, 10, 20], [0, 0, 30], [1, 2, 3]]),
        now=np.array([21, 31, 4]),
    )


def test_padding_is_the_item_that_no_item_is():
    assert PAD == 0
    assert INTERACTION_COLUMNS == ["user_id", "item_id", "rating", "timestamp"]


def test_taking_rows_keeps_every_field_in_step():
    taken = three_queries().take(np.array([2, 0]))
    assert taken.user_index.tolist() == [2, 0]
    assert taken.history.tolist() == [[4, 5, 6], [0, 1, 2]]
    assert taken.ratings.tolist() == [[1, 2, 3], [0, 5, 4]]
    assert taken.timestamps.tolist() == [[1, 2, 3], [0, 10, 20]]
    assert taken.now.tolist() == [4, 21]


def test_cases_take_their_targets_along():
    cases = Cases(three_queries(), targets=np.array([[7, 0], [8, 9], [5, 0]]))
    taken = cases.take(slice(1, 3))
    assert taken.queries.user_index.tolist() == [1, 2]
    assert taken.targets.tolist() == [[8, 9], [5, 0]]


def test_a_split_counts_users_and_items_without_padding():
    none = np.array([], dtype=np.int64)
    events = Events(none, none, none.astype(np.float32), none, np.zeros(4, dtype=np.int64))
    cases = Cases(three_queries(), targets=np.array([[1], [2], [3]]))
    split = Split("hand", events, cases, cases, np.array([11, 12, 13]), np.array([0, 501, 502]))
    assert (split.n_users, split.n_items) == (3, 2)


def test_a_class_with_a_name_and_scores_is_a_scorer_and_no_recommender():
    class Constant:
        name = "constant"

        def score(self, queries, candidates=None):
            return np.zeros((len(queries.history), 1), dtype=np.float32)

    assert isinstance(Constant(), Scorer)
    assert not isinstance(Constant(), Recommender)


def test_a_seeded_block_repeats_and_leaves_the_caller_alone():
    torch.manual_seed(5)
    expected = torch.rand(2).tolist()

    torch.manual_seed(5)
    with seeded(1):
        first = torch.rand(3).tolist()
    with seeded(1):
        again = torch.rand(3).tolist()
    assert first == again
    assert torch.rand(2).tolist() == expected


def test_another_seed_draws_other_numbers():
    with seeded(1):
        first = torch.rand(3).tolist()
    with seeded(2):
        assert torch.rand(3).tolist() != first
