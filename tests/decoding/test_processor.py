"""Hugging Face's beams on the trie: by hand, through both doors, and against brute force."""

import numpy as np
import pytest
import torch

from rectutor.decoding.processor import TrieProcessor, items_of, prefix_function
from rectutor.schema import seeded
from rectutor.trie import Trie
from tests.decoding.small_models import (
    END,
    FIRST,
    N_TOKENS,
    PAD_TOKEN,
    PROMPTS,
    SmallLlama,
    SmallT5,
    brute_force,
    generate,
    tuples,
)

TRIE = Trie(np.array([[4, 2], [2, 3], [2, 2], [4, 5]]))  # of items 1, 2, 3, 4
SCORES = torch.arange(12.0).view(2, 6)


@pytest.fixture(scope="module", params=[SmallT5, SmallLlama], ids=["T5", "Llama"])
def small(request):
    return request.param()


def allowed(held):
    return [torch.nonzero(row > -torch.inf).flatten().tolist() for row in held]


def test_only_tokens_that_lead_to_an_item_keep_their_scores():
    processor = TrieProcessor(TRIE, begin=1)
    held = processor(torch.tensor([[0], [0]]), SCORES)
    assert allowed(held) == [[2, 4], [2, 4]]
    assert held[1, 4] == SCORES[1, 4]
    assert allowed(processor(torch.tensor([[0, 4], [0, 2]]), SCORES)) == [[2, 5], [2, 3]]
    assert SCORES[0].tolist() == [0, 1, 2, 3, 4, 5]  # the model's own scores are left alone


def test_an_item_that_is_whole_and_a_beam_that_is_none_can_only_end():
    processor = TrieProcessor(TRIE, begin=1, end_token=1)
    assert allowed(processor(torch.tensor([[0, 4, 2], [0, 2, 3]]), SCORES)) == [[1], [1]]
    assert allowed(processor(torch.tensor([[0, 3], [0, 2]]), SCORES)) == [[1], [2, 3]]
    assert allowed(processor(torch.tensor([[0, 2, 5, 1], [0, 2, 3, 1]]), SCORES)) == [[1], [1]]


def test_what_stands_before_an_item_is_not_read():
    prompts = torch.tensor([[9, 9, 9, 2], [9, 9, 9, 4]])
    assert allowed(TrieProcessor(TRIE, begin=3)(prompts, SCORES)) == [[2, 3], [2, 5]]
    assert allowed(TrieProcessor(TRIE, begin=4)(prompts, SCORES)) == [[2, 4], [2, 4]]


def test_the_function_for_one_beam_lists_the_same_tokens():
    function, processor = prefix_function(TRIE), TrieProcessor(TRIE)
    for written in ([0], [0, 2], [0, 4], [0, 3], [0, 4, 5], [0, 4, 3], [0, 4, 5, 1]):
        row = torch.tensor(written)
        assert allowed(processor(row[None], SCORES[:1])) == [function(0, row)]


@pytest.mark.parametrize("n_new", [3, 4], ids=["ends at the last code", "with a closing token"])
@pytest.mark.parametrize("n_beams", [1, 5])
def test_both_doors_give_the_same_beams_and_every_one_is_an_item(small, n_beams, n_new):
    tokens = tuples(40)
    trie = Trie(tokens)
    ours = generate(small, n_beams + 1, n_new, logits_processor=[TrieProcessor(trie, small.begin)])
    function = prefix_function(trie, small.begin)
    theirs = generate(small, n_beams + 1, n_new, prefix_allowed_tokens_fn=function)
    assert torch.equal(ours[0], theirs[0])
    assert np.array_equal(ours[1], theirs[1])
    assert (items_of(trie, ours[0], small.begin) > 0).all()
    scores = brute_force(small, tokens, is_closed=n_new == 4)
    items = items_of(trie, ours[0], small.begin)
    assert ours[1] == pytest.approx(np.take_along_axis(scores, items - 1, axis=1), abs=1e-4)


@pytest.mark.parametrize("n_beams", [30, 37], ids=["as many beams as items", "more"])
def test_enough_beams_find_every_item_in_the_order_of_brute_force(small, n_beams):
    tokens = tuples(30)
    trie = Trie(tokens)
    processor = TrieProcessor(trie, small.begin)
    sequences, scores = generate(small, n_beams, 3, logits_processor=[processor])
    expected = brute_force(small, tokens)
    order = np.argsort(-expected, axis=1)
    items = items_of(trie, sequences, small.begin)
    assert np.array_equal(items[:, :30], order + 1)
    assert scores[:, :30] == pytest.approx(np.take_along_axis(expected, order, axis=1), abs=1e-4)
    assert (items[:, 30:] == 0).all()  # what is left repeats items
    assert (scores[:, 30:] < -1e8).all()


def test_what_is_drawn_by_chance_is_an_item_too(small):
    trie = Trie(tuples(40))
    with seeded(0):
        drawn = small.model.generate(
            input_ids=PROMPTS,
            attention_mask=torch.ones_like(PROMPTS),
            do_sample=True,
            temperature=3.0,
            num_return_sequences=20,
            max_new_tokens=3,
            logits_processor=[TrieProcessor(trie, small.begin)],
        )
    items = items_of(trie, drawn[:, None], small.begin)
    assert (items > 0).all()
    assert len(np.unique(items)) > 20


def test_items_of_fewer_tokens_end_with_the_closing_token(small):
    names = np.array([[5, 7, 9], [5, 7, END], [5, END, END], [8, END, END], [8, 9, 7]])
    trie = Trie(names)
    processor = TrieProcessor(trie, small.begin)
    sequences, scores = generate(small, 5, 4, logits_processor=[processor])
    items = items_of(trie, sequences, small.begin)
    assert np.sort(items, axis=1).tolist() == [[1, 2, 3, 4, 5]] * 3
    long = brute_force(small, names, is_closed=True)
    one, two = (brute_force(small, names[:, :n], is_closed=True) for n in (1, 2))
    expected = np.stack([long[:, 0], two[:, 1], one[:, 2], one[:, 3], long[:, 4]], axis=1)
    assert scores == pytest.approx(np.take_along_axis(expected, items - 1, axis=1), abs=1e-4)


def test_sequences_are_read_as_items_once_each():
    written = [[0, 4, 5, 1], [0, 2, 3, 1], [0, 4, 5, 1], [0, 2, 5, 1], [0, 4, 1, PAD_TOKEN]]
    assert items_of(TRIE, torch.tensor([written])).tolist() == [[4, 2, 0, 0, 0]]
    assert items_of(TRIE, torch.tensor([written])[:, :, :2]).tolist() == [[0] * 5]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TrieProcessor(TRIE, begin=-1), "begin must be 0 or more, .* got -1"),
        (lambda: TrieProcessor(TRIE, end_token=-2), "end_token must be 0 or more, .* got -2"),
        (
            lambda: TrieProcessor(TRIE, begin=5)(torch.zeros(2, 3, dtype=torch.long), SCORES),
            "begin is 5, but only 3 tokens are written",
        ),
        (
            lambda: TrieProcessor(TRIE)(torch.zeros(2, 1, dtype=torch.long), SCORES[:, :5]),
            "need 6 tokens, the model has 5",
        ),
        (
            lambda: TrieProcessor(TRIE, end_token=8)(torch.zeros(2, 1, dtype=torch.long), SCORES),
            "need 9 tokens, the model has 6",
        ),
    ],
)
def test_what_does_not_fit_the_model_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_drawn_items_are_what_the_tests_need():
    tokens = tuples(40)
    assert tokens.shape == (40, 3)
    assert tokens.min() >= FIRST
    assert tokens.max() < N_TOKENS
