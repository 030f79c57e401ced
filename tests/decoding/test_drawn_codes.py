"""Drawing tuples: how often each comes, where the trie steps in, and what the same lots give."""

import numpy as np
import pytest
import torch

from rectutor.decoding.drawn_codes import draw_codes
from rectutor.trie import Trie

IDS = np.array([[0, 0], [0, 1], [1, 1]])  # [1, 0] is nobody's
FIRST = torch.tensor([0.25, 0.75]).log()
THEN = torch.tensor([[0.5, 0.5], [0.8, 0.2]]).log()  # after 0, after 1


class TwoCodes:
    """Writes by the tables above, whatever it is asked."""

    def first(self):
        return FIRST.expand(3, 1, 2)

    def then(self, parents, codes):
        assert parents.shape == codes.shape
        return THEN[codes]


def shares(drawn):
    """Return how often each of the four tuples came."""
    return (
        np.bincount(drawn[..., 0].ravel() * 2 + drawn[..., 1].ravel(), minlength=4)
        / drawn[..., 0].size
    )


def test_free_tuples_come_as_often_as_their_probabilities_multiply_to():
    drawn = draw_codes(Trie(IDS), TwoCodes(), 20_000, np.random.default_rng(0), is_held=False)
    assert drawn.shape == (3, 20_000, 2)
    assert shares(drawn) == pytest.approx([0.125, 0.125, 0.6, 0.15], abs=0.005)


def test_along_the_trie_only_ids_come_and_what_is_no_id_goes_to_its_siblings():
    drawn = draw_codes(Trie(IDS), TwoCodes(), 20_000, np.random.default_rng(0))
    assert shares(drawn) == pytest.approx([0.125, 0.125, 0.0, 0.75], abs=0.005)


def test_the_same_lots_differ_only_where_there_was_no_id():
    trie = Trie(IDS)
    free = draw_codes(trie, TwoCodes(), 500, np.random.default_rng(1), is_held=False)
    held = draw_codes(trie, TwoCodes(), 500, np.random.default_rng(1))
    is_id = trie.find(free) > 0
    assert 0 < is_id.mean() < 1
    assert np.array_equal(free[is_id], held[is_id])
    assert (held[~is_id] == [1, 1]).all()


def test_less_than_one_tuple_is_refused():
    with pytest.raises(ValueError, match="n must be 1 or more tuples, got 0"):
        draw_codes(Trie(IDS), TwoCodes(), 0, np.random.default_rng(0))
