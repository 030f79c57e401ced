import numpy as np
import pytest

from rectutor.analysis.kept_places import kept_places
from rectutor.schema import Cases, Queries

N = 12
OF = np.array([-1] + [0] * 10 + [1] * 2)  # items 11 and 12 are the small provider's


def asked(targets):
    B = len(targets)
    nothing = np.zeros((B, 1), dtype=np.int64)
    queries = Queries(np.arange(B), nothing, nothing.astype(np.float32), nothing, np.ones(B, int))
    return Cases(queries, np.array(targets)[:, None])


def scores(B):
    return np.tile(np.r_[-np.inf, -np.arange(N)], (B, 1)).astype(float)


def test_a_kept_place_costs_who_wanted_the_last_and_serves_who_wanted_the_kept():
    table = kept_places(scores(4), asked([1, 9, 10, 11]), OF, ["Big", "Small"], "Small", [0, 1, 2])
    assert table["HR@10"].tolist() == [0.75, 0.75, 0.5]  # 10 goes for 11, then 9 for 12
    assert table["change"].tolist() == [0, 0, -0.25]
    assert table["Small"].tolist() == pytest.approx([0, 0.1, 0.2])
    assert table["Big"].tolist() == pytest.approx([1, 0.9, 0.8])


def test_places_for_nobody_known_are_refused():
    with pytest.raises(ValueError, match="one of Big, Small, got 'West'"):
        kept_places(scores(1), asked([1]), OF, ["Big", "Small"], "West", [0])
