"""Temperatures and widths, on probabilities that can be worked out."""

from itertools import product

import numpy as np
import pytest
import torch

from rectutor.decoding import Sweep, Tempered, beam_search, exact_scores, sweep
from rectutor.trie import Trie
from tests.decoding.tables import CODES, FIRST, SECOND, HistoryWriter, TableWriter

TRIE = Trie(CODES, 5)


def test_probabilities_over_two_are_their_roots_made_to_sum_to_one():
    writer = Tempered(TableWriter(), 2)
    roots = np.sqrt(FIRST)
    assert writer.first()[0, 0].exp().numpy() == pytest.approx(roots / roots.sum(), abs=1e-6)
    after = writer.then(torch.tensor([[0]]), torch.tensor([[2]]))[0, 0].exp().numpy()
    roots = np.sqrt(SECOND[2])
    assert after == pytest.approx(roots / roots.sum(), abs=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 2.0, 7.0])
def test_tempered_probabilities_sum_to_one_and_keep_their_order(temperature):
    before, after = HistoryWriter(3, 6).first(), Tempered(HistoryWriter(3, 6), temperature).first()
    assert after.exp().sum(dim=-1).numpy() == pytest.approx(1)
    assert torch.equal(before.argsort(dim=-1), after.argsort(dim=-1))
    flatter = after.exp().amax() < before.exp().amax()
    assert flatter == (temperature > 1)


def test_a_temperature_of_one_changes_nothing():
    assert torch.equal(Tempered(TableWriter(), 1.0).first(), TableWriter().first())


@pytest.mark.parametrize("temperature", [0, -1.5, float("nan")])
def test_a_temperature_that_is_none_is_named(temperature):
    with pytest.raises(ValueError, match=f"must be above 0, got {temperature}"):
        Tempered(TableWriter(), temperature)


def test_a_sweep_holds_the_search_of_each_setting():
    seen = np.array([[0, 3]])
    found = sweep(TRIE, TableWriter, [1, 3], [1.0, 2.0], seen)
    assert set(found.beams) == set(product((1, 3), (1.0, 2.0), (True, False)))
    for (W, T, is_held), beams in found.beams.items():
        alone = beam_search(TRIE, Tempered(TableWriter(), T), W, seen, is_held)
        assert np.array_equal(alone.items, beams.items)
        assert np.array_equal(alone.scores, beams.scores)
    for T, scores in found.exact.items():
        assert np.array_equal(scores, exact_scores(TRIE, Tempered(TableWriter(), T)))


def test_the_full_search_drops_no_item_but_those_seen():
    full = sweep(TRIE, TableWriter, [1], seen=np.array([[3]])).full
    found = full.items[full.scores > -np.inf]
    assert sorted(found.tolist()) == [1, 2, 4]


def test_a_brief_sweep_has_the_held_beams_alone():
    brief = sweep(TRIE, TableWriter, [1, 2], is_brief=True)
    assert isinstance(brief, Sweep)
    assert set(brief.beams) == {(1, 1.0, True), (2, 1.0, True)}
    assert brief.exact == {} and brief.full is None
