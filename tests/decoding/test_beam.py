"""Beams over the trie: worked out on paper, exact when wide, honest when narrow."""

import numpy as np
import pytest

from rectutor.decoding import beam_search, cut_off, exact_scores
from rectutor.trie import Trie
from tests.decoding.tables import CODES, HistoryWriter, TableWriter

TRIE = Trie(CODES)


def distinct_ids(n, n_codes, seed):
    every = np.stack(np.unravel_index(np.arange(n_codes**3), (n_codes,) * 3), axis=1)
    return np.random.default_rng(seed).permutation(every)[:n]


def test_exact_scores_are_products_along_the_id():
    found = np.exp(exact_scores(TRIE, TableWriter(n_questions=2)))
    assert found.shape == (2, 5)
    assert found[1].tolist() == pytest.approx([0, 0.24, 0.24, 0.255, 0.015], abs=1e-6)


def test_a_narrow_beam_loses_the_best_item():
    wide = beam_search(TRIE, TableWriter(), n_beams=4)
    assert wide.items[0, 0] == 3
    assert np.exp(wide.scores[0]).tolist() == pytest.approx([0.255, 0.24, 0.24, 0.015], abs=1e-6)
    narrow = beam_search(TRIE, TableWriter(), n_beams=1)
    assert narrow.items[0, 0] in (1, 2)
    assert np.exp(narrow.scores[0, 0]) == pytest.approx(0.24, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_beam_as_wide_as_the_catalogue_is_exact(seed):
    codes = distinct_ids(40, 5, seed)
    trie = Trie(codes, 5)
    exact = exact_scores(trie, HistoryWriter(3, 5, seed))
    beams = beam_search(trie, HistoryWriter(3, 5, seed), n_beams=40)
    assert (np.sort(beams.items, axis=1) == np.arange(1, 41)).all()
    found = np.take_along_axis(exact, beams.items, axis=1)
    np.testing.assert_allclose(beams.scores, found, atol=1e-5)
    assert (np.diff(beams.scores, axis=1) <= 0).all()


def test_exact_scores_follow_each_id_code_by_code():
    codes = distinct_ids(10, 4, seed=5)
    exact = exact_scores(Trie(codes, 4), HistoryWriter(2, 4))
    for row, (a, b, c) in enumerate(codes):
        writer = HistoryWriter(2, 4)
        parents = np.zeros((2, 1), dtype=np.int64)
        first = writer.first()[:, 0, a]
        second, third = (
            writer.then(*map(_tensor, (parents, np.full((2, 1), code))))[:, 0, follower]
            for code, follower in ((a, b), (b, c))
        )
        expected = (first + second + third).numpy()
        np.testing.assert_allclose(exact[:, row + 1], expected, atol=1e-5)


def test_what_was_seen_does_not_come_out_and_lists_end_where_items_do():
    beams = beam_search(TRIE, TableWriter(), n_beams=6, seen=np.array([[0, 3, 1]]))
    assert beams.items[0].tolist() == [2, 4, 0, 0, 0, 0]
    assert np.isneginf(beams.scores[0, 2:]).all()


def test_no_beam_is_spent_on_a_beginning_whose_items_have_all_been_seen():
    beams = beam_search(TRIE, TableWriter(), n_beams=1, seen=np.array([[1, 2]]))
    assert beams.steps[0].codes[0, 0] == 2  # though code 1 is twice as probable
    assert beams.items[0].tolist() == [3]


@pytest.mark.parametrize("seed", range(3))
def test_beams_find_the_best_unseen_items(seed):
    codes = distinct_ids(40, 5, seed)
    trie, rng = Trie(codes, 5), np.random.default_rng(seed)
    seen = np.stack([rng.permutation(41)[:35] for _ in range(3)])  # PAD may be among them
    exact = exact_scores(trie, HistoryWriter(3, 5, seed))
    np.put_along_axis(exact, seen, -np.inf, axis=1)
    beams = beam_search(trie, HistoryWriter(3, 5, seed), n_beams=40, seen=seen)
    n_left = (exact > -np.inf).sum(axis=1)
    for row, n in enumerate(n_left):
        assert beams.items[row, :n].tolist() == np.argsort(-exact[row])[:n].tolist()
        assert not beams.items[row, n:].any()


def test_nobody_asks_and_nothing_is_written():
    beams = beam_search(TRIE, TableWriter(n_questions=0), 3, np.zeros((0, 2), dtype=np.int64))
    assert beams.items.shape == (0, 3) and exact_scores(TRIE, TableWriter(n_questions=0)).size == 0


def test_each_question_has_its_own_seen_items():
    seen = np.array([[3], [2]])
    beams = beam_search(TRIE, TableWriter(n_questions=2), n_beams=3, seen=seen)
    assert [set(row) for row in beams.items] == [{1, 2, 4}, {1, 3, 4}]
    assert beams.items[1, 0] == 3  # items 1 and 2 have equal probabilities


def test_without_the_trie_beams_write_what_is_no_item():
    first = [0.0, 0.3, 0.2, 0.5, 0.0]
    beams = beam_search(TRIE, TableWriter(first), n_beams=3, is_held=False)
    assert {1, 2} <= set(beams.items[0])
    free = beam_search(TRIE, TableWriter(first), n_beams=8, is_held=False)
    assert (free.items[0] == 0).sum() == 5  # (3, 0), ..., (3, 4) with .1 each
    assert free.steps[0].nodes[0, :3].tolist() == [-1, 0, 1]


def test_the_written_codes_are_those_of_the_items():
    codes = distinct_ids(30, 5, seed=1)
    beams = beam_search(Trie(codes, 5), HistoryWriter(2, 5), n_beams=7)
    assert (beams.written() == codes[beams.items - 1]).all()


def test_the_trace_adds_up():
    beams = beam_search(TRIE, TableWriter(n_questions=2), n_beams=2)
    first, second = beams.steps
    assert first.codes.tolist() == [[1, 2]] * 2 and first.parents.tolist() == [[0, 0]] * 2
    gained = second.log_p[np.arange(2)[:, None], second.parents, second.codes]
    before = np.take_along_axis(first.scores, second.parents, axis=1)
    np.testing.assert_allclose(before + gained, second.scores, atol=1e-6)


def test_what_the_trie_cuts_off_is_the_probability_of_impossible_codes():
    beams = beam_search(TRIE, TableWriter(), n_beams=2)
    assert cut_off(TRIE, beams, 0)[0].tolist() == pytest.approx([0.1], abs=1e-6)
    assert cut_off(TRIE, beams, 1)[0].tolist() == pytest.approx([0.2, 0.1], abs=1e-6)


def test_everything_is_cut_off_where_no_item_begins_like_that():
    first = [0.0, 0.3, 0.2, 0.5, 0.0]
    beams = beam_search(TRIE, TableWriter(first), n_beams=4, is_held=False)
    assert cut_off(TRIE, beams, 1)[0, 0] == 1.0
    assert np.isnan(cut_off(TRIE, beams, 1)[0, 3])  # a beam of probability 0 is none


def test_no_beams_are_refused():
    with pytest.raises(ValueError, match="n_beams must be 1 or more, got 0"):
        beam_search(TRIE, TableWriter(), n_beams=0)


def test_a_writer_of_other_codes_is_refused():
    said = "foretell the 9 codes of the trie, got 5; build the trie with `codebook_size=5`"
    with pytest.raises(ValueError, match=said):
        exact_scores(Trie(CODES, 9), TableWriter())


def _tensor(array):
    import torch

    return torch.from_numpy(array)
