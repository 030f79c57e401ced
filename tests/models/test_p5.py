"""P5 and its beams: exact where they can be, honest where they cannot."""

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.models.item_clusters import cluster_ids, succession
from rectutor.models.item_ids import ItemIds, random_ids
from rectutor.models.name_beam import NameTree, beam_search, exact_scores
from rectutor.models.p5 import P5, P5Config
from rectutor.schema import Recommender
from rectutor.training import fit
from tests.models.worlds import cycle_world

CODES = np.array([[0, 0], [1, 3], [1, 4], [2, 3], [2, 4]])  # four items, two levels


def table_step(first, second):
    """Log-probabilities [V + 1] of the first token, and of the second after each first."""
    first, second = torch.log(torch.tensor(first)), torch.log(torch.tensor(second))

    def step(rows, written):
        if written.shape[1] == 0:
            return first.expand(len(rows), -1)
        return second[written[:, 0]]

    return step


STEP = table_step(
    [1e-9, 0.6, 0.3, 0.05, 0.05],
    [[0.2] * 5, [1e-9, 0.1, 0.1, 0.4, 0.4], [1e-9, 0.05, 0.05, 0.85, 0.05], [0.2] * 5, [0.2] * 5],
)
EXACT = {1: 0.24, 2: 0.24, 3: 0.255, 4: 0.015}
NOBODY = np.zeros((1, 1), dtype=np.int64)


def test_exact_scores_are_products_along_the_name():
    found = np.exp(exact_scores(NameTree(CODES), STEP))
    assert found.tolist() == pytest.approx([0, *EXACT.values()], abs=1e-6)


def test_a_wide_beam_is_exact_and_a_narrow_one_loses_the_best():
    tree = NameTree(CODES)
    items, scores = beam_search(tree, STEP, NOBODY, n_beams=4)
    assert items[0, 0] == 3 and set(items[0]) == {1, 2, 3, 4}
    assert np.exp(scores[0]).tolist() == pytest.approx([0.255, 0.24, 0.24, 0.015], abs=1e-6)
    items, scores = beam_search(tree, STEP, NOBODY, n_beams=1)
    assert items[0, 0] in (1, 2) and np.exp(scores[0, 0]) == pytest.approx(0.24, abs=1e-6)


def test_a_beam_never_writes_what_is_no_name_nor_what_was_seen():
    codes = CODES[:4]  # item 4 does not exist
    items, scores = beam_search(NameTree(codes), STEP, np.array([[3, 1]]), n_beams=6)
    assert items[0].tolist() == [2, 0, 0, 0, 0, 0]
    assert np.isneginf(scores[0, 1:]).all()


def test_two_items_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"items \[1, 3\] share \[1, 3\]"):
        NameTree(np.array([[0, 0], [1, 3], [1, 4], [1, 3]]))


def small(ids: ItemIds, **sizes) -> P5:
    return P5(P5Config(n_users=130, width=16, n_layers=1, n_heads=2, **sizes), ids)


def test_a_beam_as_wide_as_the_catalogue_gives_the_exact_order():
    model = small(random_ids(120)).eval()
    assert isinstance(model, Recommender)
    queries = queries_from_histories([[1, 2, 3], [7], [5, 9]])
    items, scores = model.beam(queries, n_beams=120)
    exact = model.log_probabilities(queries)
    for row, seen in enumerate(([1, 2, 3], [7], [5, 9])):
        kept = items[row][items[row] > 0]
        assert set(kept) == set(range(1, 121)) - set(seen)
        assert scores[row, : len(kept)] == pytest.approx(exact[row, kept], abs=1e-4)
        assert (np.diff(scores[row, : len(kept)]) <= 1e-6).all()


def test_a_narrow_beam_has_the_right_score_of_what_it_finds():
    model = small(random_ids(120)).eval()
    queries = queries_from_histories([[1, 2, 3]])
    items, scores = model.beam(queries, n_beams=3)
    assert scores[0] == pytest.approx(model.log_probabilities(queries)[0, items[0]], abs=1e-4)


def test_padding_changes_nothing():
    model = small(random_ids(120)).eval()
    alone = model.log_probabilities(queries_from_histories([[4, 5]]))
    items, scores = model.beam(queries_from_histories([[4, 5], [1, 2, 3, 6, 7, 8]]), 5)
    assert scores[0] == pytest.approx(alone[0, items[0]], abs=1e-4)


def test_tokens_of_one_item_share_a_whole_word_number():
    model = small(random_ids(120))
    tokens, words = model.sentences.write(np.array([101]), np.array([[0, 5, 6]]))
    # "{user} chose {history}. What comes next?": two tokens of the person, then a word, then items
    assert words[0].tolist() == [11, 11, 0, 2, 2, 1, 1, 0, 0, 0, 0, 0]
    longer, numbers = model.sentences.write(np.array([101]), np.array([[7, 5, 6]]))
    assert numbers[0, 3:9].tolist() == [3, 3, 2, 2, 1, 1] and longer.shape[1] == tokens.shape[1] + 2
    assert tokens[0, 3:7].tolist() == model.ids.codes[[5, 6]].ravel().tolist()
    after, numbers = model.sentences.write(np.array([101]), np.array([[0, 5, 6]]), wording=1)
    newest = after[0].tolist().index(tokens[0, 6])  # its second token
    assert numbers[0, newest - 1 : newest + 1].tolist() == [1, 1]  # in every wording
    other, _ = model.sentences.write(np.array([1]), np.array([[0, 5, 6]]))
    assert tokens[0, 0] != other[0, 0] and tokens[0, 1] == other[0, 1]  # 1 01 and 0 01


def test_every_target_has_a_history_before_it():
    model, split = small(random_ids(30)), cycle_world(n_users=40, n_items=30)
    batches = model.epoch(split.train, 8, np.random.default_rng(0))
    rows = sum(len(batch[0]) for batch in batches)
    assert rows == len(split.train.item_index) - 40
    for source, _, answer in batches:
        assert (answer[:, -1] == model.sentences.end).all()
        assert ((source > 0).sum(dim=1) > len(model.sentences.pieces[0])).all()


def test_names_that_use_few_of_their_tokens_are_written_all_the_same():
    model = small(random_ids(9)).eval()  # numbers 0 to 8 of a hundred pieces
    items, scores = model.beam(queries_from_histories([[4]]), n_beams=9)
    assert set(items[0]) == {0, 1, 2, 3, 5, 6, 7, 8, 9}
    exact = model.log_probabilities(queries_from_histories([[4]]))
    assert scores[0, :8] == pytest.approx(exact[0, items[0, :8]], abs=1e-4)


def test_a_long_history_and_the_last_person_have_their_own_tokens():
    model = small(random_ids(120), max_length=80).eval()
    queries = queries_from_histories([list(range(1, 91))])._replace(user_index=np.array([129]))
    assert (model.recommend(queries, 5) > 90).all()
    with pytest.raises(ValueError, match=r"in 0\.\.129, got 130\.\.130"):
        model.recommend(queries._replace(user_index=np.array([130])), 5)


def test_a_wording_without_its_gaps_is_refused():
    with pytest.raises(ValueError, match=r"got \['\{user\}'\] in '\{user\} chose'"):
        P5(P5Config(3), random_ids(9), ["{user} chose"])


@pytest.mark.slow
def test_it_learns_what_follows_what():
    split = cycle_world(n_users=120, n_items=30)
    ids = cluster_ids("succession", succession(split.train, 30), n_branches=3)
    model = small(ids, dropout=0.0)
    before = evaluate(model, split, k=5).mean("HR@5")
    fit(model, split, epochs=40, patience=40, learning_rate=5e-3, progress=False)
    assert evaluate(model, split, k=5).mean("HR@5") > max(0.6, 2 * before)
