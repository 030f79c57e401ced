"""Titles decoded from a table that can be worked out on paper."""

import numpy as np
import pytest

from rectutor.decoding.title_scores import (
    beam_lists,
    ghost_tokens,
    helper_table,
    mixed,
    title_scores,
)
from rectutor.trie import Trie

# Four titles: "1 9", "1 2 9", "3 4 5 9" and "3 9"; 9 ends a title and 0 fills up.
CODES = np.array([[1, 9, 0, 0], [1, 2, 9, 0], [3, 4, 5, 9], [3, 9, 0, 0]])
LENGTHS = np.array([2, 3, 4, 2])
P = np.array([[[0.4, 0.5, 1, 1], [0.4, 0.4, 1, 1], [0.3, 0.6, 1, 1], [0.3, 0.4, 1, 1]]])
TOTAL = [0.2, 0.16, 0.18, 0.12]


def trie() -> Trie:
    return Trie(CODES, 10)


def test_a_title_is_the_sum_of_its_tokens_or_their_mean():
    scores = title_scores(np.log(P), LENGTHS)
    np.testing.assert_allclose(np.exp(scores[0, 1:]), TOTAL, rtol=1e-5)
    assert scores[0, 0] == -np.inf
    mean = title_scores(np.log(P), LENGTHS, power=1.0)
    np.testing.assert_allclose(mean[0, 1:], np.log(TOTAL) / LENGTHS, rtol=1e-5)
    assert scores[0].argmax() == 1 and mean[0].argmax() == 3  # two ghost tokens lift the third


def test_lengths_of_other_titles_are_refused():
    with pytest.raises(ValueError, match=r"each of 4 titles, got \(3,\) from 2"):
        title_scores(np.log(P), LENGTHS[:3])
    with pytest.raises(ValueError, match=r"got \(4,\) from 0"):
        title_scores(np.log(P), np.array([2, 3, 0, 2]))


def test_ghosts_are_nearly_certain_tokens_and_none_stands_behind_the_end():
    ghosts = ghost_tokens(np.log(P), LENGTHS)
    assert ghosts.sum(axis=2).tolist() == [[0, 1, 2, 0]]
    assert ghosts[0, 2].tolist() == [False, False, True, True]
    assert ghost_tokens(np.log(P), LENGTHS, above=0.55).sum() == 4  # 0.6 is one, too


def test_the_helper_gives_each_token_its_share_of_what_lies_below():
    items = np.array([[0.1, 0.3, 0.4, 0.2]])
    table = np.exp(helper_table(trie(), np.log(items)))
    np.testing.assert_allclose(table[0, 0], [0.4, 0.25, 1, 1], rtol=1e-5)  # 0.1 of 0.4
    np.testing.assert_allclose(table[0, 1], [0.4, 0.75, 1, 1], rtol=1e-5)
    np.testing.assert_allclose(table[0, 2], [0.6, 4 / 6, 1, 1], rtol=1e-5)
    np.testing.assert_allclose(table[0].prod(axis=1), items[0], rtol=1e-5)


def test_the_helper_rules_out_whole_branches():
    items = np.log(np.array([[0.5, 0.5, 1.0, 1.0]]))
    items[0, 2:] = -np.inf
    table = helper_table(trie(), items)
    assert np.exp(table[0, 0, 0]) == pytest.approx(1) and table[0, 3, 0] == -np.inf
    assert not np.isnan(table).any()


def test_items_in_another_order_keep_their_rows():
    order = np.array([2, 0, 3, 1])
    items = np.log(np.array([[0.1, 0.3, 0.4, 0.2]]))
    turned = helper_table(Trie(CODES[order], 10), items[:, order])
    np.testing.assert_allclose(turned, helper_table(trie(), items)[:, order], rtol=1e-5)
    table = np.log(P)
    lists = beam_lists(Trie(CODES[order], 10), table[:, order], 4)
    assert (order[lists - 1] + 1).tolist() == beam_lists(trie(), table, 4).tolist()


def test_the_weight_turns_from_helper_to_text():
    one, other = np.log(P), helper_table(trie(), np.log(np.array([[0.1, 0.3, 0.4, 0.2]])))
    assert mixed(one, other, 1.0) is one and mixed(one, other, 0.0) is other
    half = title_scores(mixed(one, other, 0.5), LENGTHS)[0, 1:]
    wanted = np.sqrt(np.array(TOTAL) * [0.1, 0.3, 0.4, 0.2])
    np.testing.assert_allclose(np.exp(half), wanted, rtol=1e-5)
    with pytest.raises(ValueError, match=r"alpha must be 0 to 1.*got 1\.5"):
        mixed(one, other, 1.5)


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_a_wide_beam_finds_the_exact_order(power):
    exact = np.argsort(-title_scores(np.log(P), LENGTHS, power)[0, 1:]) + 1
    assert beam_lists(trie(), np.log(P), 4, power).tolist() == [exact.tolist()]


def test_a_beam_of_one_looks_at_two_and_goes_on_from_the_best():
    # First token: 1 (0.4) goes on. Of its children both titles are among the two best: "1 9" ends.
    assert beam_lists(trie(), np.log(P), 1).tolist() == [[1]]
    # Divided by length, "1 2 9" (0.16, three tokens) is above "1 9" (0.2, two tokens).
    assert beam_lists(trie(), np.log(P), 1, power=1.0).tolist() == [[2]]


def test_what_was_seen_does_not_come_out_and_takes_no_beam():
    seen = np.array([[0, 1, 2]])
    assert beam_lists(trie(), np.log(P), 1, seen=seen).tolist() == [[3]]
    assert beam_lists(trie(), np.log(P), 3, seen=seen).tolist() == [[3, 4, 0]]
    with pytest.raises(ValueError, match="n_beams must be 1 or more, got 0"):
        beam_lists(trie(), np.log(P), 0)


def test_drawn_tables_agree_with_the_exact_order_too():
    rng = np.random.default_rng(0)
    codes = np.unique(rng.integers(1, 5, (40, 3)), axis=0)
    codes = np.pad(codes, ((0, 0), (0, 1)), constant_values=9)
    node_p = {}
    table = np.zeros((1, len(codes), 4))
    for row, title in enumerate(codes):
        for place in range(4):
            key = tuple(title[: place + 1])
            table[0, row, place] = node_p.setdefault(key, np.log(rng.uniform(0.1, 1)))
    lengths = np.full(len(codes), 4)
    exact = np.argsort(-title_scores(table, lengths)[0, 1:]) + 1
    found = beam_lists(Trie(codes, 10), table, len(codes))
    assert found[0].tolist() == exact.tolist()
