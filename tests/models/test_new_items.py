"""New items join lists by the first codes of known ones, up to their share."""

import numpy as np
import pytest

from rectutor.data.events import queries_from_histories
from rectutor.models.new_items import WithNewItems
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Recommender

CODES = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)
IS_NEW = np.isin(np.arange(1, 13), [4, 7, 8])  # of the groups 1-4, 5-8, 9-12
ASKED = queries_from_histories([[1, 9], [2], [7, 5]])


def model():
    return TIGER(CODES, TIGERConfig(max_length=4, width=16, n_heads=2))


def test_new_items_follow_the_known_ones_of_their_group():
    lists = WithNewItems(model(), IS_NEW, share=0.3).recommend(ASKED, k=9)
    alone = model().beam(ASKED, 12).items
    for row, (given, order) in enumerate(zip(lists, alone, strict=True)):
        known = [item for item in order if item and not IS_NEW[item - 1]]
        new = [item for item in given if item and IS_NEW[item - 1]]
        groups = [(item - 1) // 4 for item in known]
        first = groups.index(0) < groups.index(1)  # whose group was written first
        expected = [4, 7, 8] if first else [7, 8, 4]
        expected = [item for item in expected if item not in ASKED.history[row]][:2]
        assert new == expected
        assert given[given > 0].tolist() == known[: 9 - len(new)] + new


def test_a_share_of_nothing_gives_known_items_alone():
    lists = WithNewItems(model(), IS_NEW, share=0.0).recommend(ASKED, k=5)
    assert not IS_NEW[lists - 1].any() and (lists > 0).all()


def test_all_codes_but_the_last_have_to_agree():
    far = WithNewItems(model(), np.isin(np.arange(1, 13), [9, 10, 11, 12]), share=1.0)
    assert (far.recommend(ASKED, k=8) < 9).all()  # no known item begins like them
    assert isinstance(far, Recommender) and far.name == "TIGER, 100% for new items"
    assert far.how == "beam of 20, new items by their first codes"


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"share must be 0 to 1, got 1\.5"):
        WithNewItems(model(), IS_NEW, share=1.5)
    with pytest.raises(ValueError, match=r"is_new must be \[12\], .*, got \[3\]"):
        WithNewItems(model(), IS_NEW[:3], share=0.1)
