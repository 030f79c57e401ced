import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.data.core import k_core

pairs = st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1)


def table(rows) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["user_id", "item_id"])


def test_dropping_a_rare_item_can_leave_a_user_short():
    # item 9 has one event; without it user 3 has one, without which item 7 has only two
    rows = table([(1, 7), (1, 8), (2, 7), (2, 8), (3, 7), (3, 9)])
    assert k_core(rows, 2).to_numpy().tolist() == [[1, 7], [1, 8], [2, 7], [2, 8]]


def test_one_round_may_leave_somebody_short():
    rows = table([(1, 7), (1, 8), (2, 7), (2, 8), (3, 7), (3, 9)])
    assert k_core(rows, 2, max_rounds=1)["user_id"].tolist() == [1, 1, 2, 2, 3]
    assert len(k_core(rows, 2, max_rounds=0)) == 6


def test_a_core_of_one_keeps_every_row_and_its_other_columns():
    rows = table([(2, "b"), (1, "a")]).assign(rating=[3.0, 4.0])
    pd.testing.assert_frame_equal(k_core(rows, 1), rows)


@given(pairs, st.integers(1, 3))
def test_what_stays_has_enough_and_nothing_larger_would(rows, k):
    rows = table(sorted(rows))
    try:
        core = k_core(rows, k)
    except ValueError:
        core = rows.iloc[:0]
    else:
        assert core["user_id"].value_counts().min() >= k
        assert core["item_id"].value_counts().min() >= k
    # peeling one row at a time, in any order, ends at the same core
    left = rows
    while True:
        users, items = left["user_id"].value_counts(), left["item_id"].value_counts()
        short = (left["user_id"].map(users) < k) | (left["item_id"].map(items) < k)
        if not short.any():
            break
        left = left.drop(index=short[short].index[-1])
    assert left.to_numpy().tolist() == core.to_numpy().tolist()


def test_a_core_of_nothing_is_an_error_with_its_numbers():
    with pytest.raises(ValueError, match=r"k_core with k=3 leaves nothing of 2 interactions"):
        k_core(table([(1, 7), (1, 8)]), 3)
    with pytest.raises(ValueError, match="k_core needs k of 1 or more, got 0"):
        k_core(table([(1, 7)]), 0)


def test_the_five_core_of_the_real_ratings_has_its_known_size(real_data):
    rows = pd.read_csv(real_data / "ml-latest-small" / "ratings.csv")
    core = k_core(rows.rename(columns={"userId": "user_id", "movieId": "item_id"}), 5)
    assert (core["user_id"].nunique(), core["item_id"].nunique()) == (610, 3650)
