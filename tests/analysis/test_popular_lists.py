"""Popular lists: as slow counting makes them."""

import numpy as np
import pytest

from rectutor.analysis import popular_lists
from rectutor.analysis.popular_lists import popular_unseen


@pytest.mark.parametrize("cells", [2**24, 40])
def test_lists_are_those_of_slow_counting(cells, monkeypatch):
    monkeypatch.setattr(popular_lists, "_CELLS", cells)
    rng = np.random.default_rng(0)
    popularity = rng.integers(0, 5, 30)
    pairs = np.unique(rng.integers([0, 1], [12, 31], (90, 2)), axis=0)
    found = popular_unseen(popularity, pairs[:, 0], pairs[:, 1], 12, 6)
    for user, one in enumerate(found):
        seen = set(pairs[pairs[:, 0] == user, 1])
        every = sorted(range(1, 31), key=lambda item: (-popularity[item - 1], item))
        assert one.tolist() == [item for item in every if item not in seen][:6]


def test_nobody_has_seen_anything():
    none = np.zeros(0, dtype=np.int64)
    assert popular_unseen(np.array([1, 2]), none, none, 2, 3).tolist() == [[2, 1, 0]] * 2
