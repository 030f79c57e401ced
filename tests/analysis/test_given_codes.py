"""What is done to somebody else's codes before the report card sees them."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.given_codes import crowded, groupings, is_counter, largest, matched

CATALOGUE = pd.DataFrame({"item_id": ["7", "8", "9"], "title": ["Up", "Heat", "Alien"]})


def test_a_last_level_that_counts_is_told_from_one_that_means_something():
    base = np.array([[1, 4], [1, 4], [2, 0], [1, 4], [2, 0]])
    counts = np.array([[1], [0], [0], [2], [1]])
    assert is_counter(np.hstack([base, counts]))
    assert not is_counter(np.hstack([base, counts + 1]))
    assert not is_counter(np.hstack([base, [[1], [0], [0], [2], [5]]]))
    assert not is_counter(np.hstack([base, 0 * counts]))  # nothing is counted
    assert not is_counter(counts)  # there would be no tuple left


def test_items_are_found_by_id_and_what_is_missing_is_counted():
    found = matched(np.array(["9", "5", "7"], dtype=object), 3, CATALOGUE)
    assert found.items["title"].tolist() == ["Alien", "5", "Up"]
    assert found.notes == (
        "1 items of the catalogue have no codes",
        "1 items have codes but are not in the catalogue",
    )


def test_codes_without_ids_take_the_rows_of_the_catalogue():
    found = matched(None, 3, CATALOGUE)
    assert found.items["title"].tolist() == ["Up", "Heat", "Alien"]
    assert found.notes == ("codes have no ids: row i is taken for row i of the catalogue",)
    with pytest.raises(ValueError, match="for each of 4 items, got 3 rows"):
        matched(None, 4, CATALOGUE)
    assert matched(None, 2, None).items["title"].tolist() == ["1", "2"]


def test_ids_that_do_not_meet_are_shown_side_by_side():
    with pytest.raises(ValueError, match=r'none of the 2 item ids .* such as "i1", .* such as "7"'):
        matched(np.array(["i1", "i2"], dtype=object), 2, CATALOGUE)


def test_only_columns_that_group_items_are_compared():
    n = 20
    items = pd.DataFrame({"item_id": range(n), "title": range(n)}).astype(str)
    items = items.assign(
        genres=["Crime|Drama", "War", "Crime", ""] * 5, country="France", synopsis=range(n)
    )
    found = groupings(items)
    assert list(found) == ["genres"]
    assert found["genres"][:4].tolist() == ["Crime", "War", "Crime", ""]


def test_the_most_used_codes_and_the_shared_ids_are_named_by_titles():
    codes = np.array([[5, 1], [5, 1], [5, 2], [3, 1]])
    titles = np.array(["Up", "Heat", "Alien", "Emma"], dtype=object)
    assert largest(codes, titles).to_dict("records") == [
        {"code": "5", "items": 3, "such as": "Up · Heat · Alien"},
        {"code": "3", "items": 1, "such as": "Emma"},
    ]
    assert crowded(codes, titles).to_dict("records") == [
        {"id": "5, 1", "items": 2, "such as": "Up · Heat"}
    ]
