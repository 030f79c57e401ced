"""Walks over a graph of items, on tables small enough to do by hand."""

import pytest
import torch

from rectutor.decoding.graph import agreement, item_graph, item_scores, walk

# six items in a row, two codes each: neighbours in the row share one of them
CODES = torch.tensor([[0, 0], [0, 0], [0, 1], [1, 1], [1, 2], [2, 2], [2, 3]])
LINE = torch.tensor([[0, 0], [2, 3], [1, 3], [2, 4], [3, 5], [4, 6], [5, 4]])
NOBODY = torch.zeros(1, 1, dtype=torch.long)


def rising():
    """Return log-probabilities [1, 2, 4] by which each item is better than the one before."""
    return torch.tensor([[[-3.0, -2.0, -1.0, -9.0], [-4.0, -3.0, -2.0, -1.0]]])


def test_scores_are_sums_over_codes():
    scores = item_scores(rising(), CODES)
    assert scores[0, 1:].tolist() == [-7, -6, -5, -4, -3, -2]


def test_the_most_alike_items_share_most_codes():
    vectors = torch.eye(4).expand(2, 4, 4)  # a code is like itself alone
    graph = item_graph(vectors, CODES, 2)
    assert graph[0].tolist() == [0, 0]
    assert set(graph[3].tolist()) == {2, 4}
    assert all(item not in own for item, own in enumerate(graph.tolist()[1:], start=1))


def test_a_walk_climbs_as_far_as_its_rounds_allow():
    start = torch.tensor([[1]])
    found = {n: walk(rising(), CODES, LINE, start, n, NOBODY) for n in range(5)}
    assert [found[n].items[0, 0].item() for n in range(5)] == [1, 3, 4, 5, 6]
    assert [found[n].n_visited.item() for n in range(5)] == [1, 3, 4, 5, 6]
    assert found[4].scores.tolist() == [[-2]]


def test_a_walk_goes_over_what_was_seen_and_does_not_return_it():
    start, seen = torch.tensor([[1]]), torch.tensor([[3, 6]])
    found = walk(rising(), CODES, LINE, start, 4, seen)
    assert found.items.tolist() == [[5]] and found.n_visited.item() == 6


def test_no_item_is_scored_or_kept_twice():
    found = walk(rising(), CODES, LINE, torch.tensor([[2, 2, 3]]), 5, NOBODY)
    assert found.items.tolist() == [[6, 5, 4]] and found.n_visited.item() == 6


def test_agreement_counts_the_exact_list():
    found = torch.tensor([[4, 7, 0], [1, 2, 3]])
    assert agreement(found, torch.tensor([[7, 9], [3, 1]])).tolist() == [0.5, 1.0]


def test_more_neighbours_than_items_are_refused():
    with pytest.raises(ValueError, match=r"n_neighbours must be 1\.\.5 for 6 items, got 6"):
        item_graph(torch.eye(4).expand(2, 4, 4), CODES, 6)
