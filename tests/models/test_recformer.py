"""RecFormer: the sentence of a history, exactness under padding, learning, another catalogue."""

import math

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.lm.tokenizer import learn_tokenizer
from rectutor.models.popularity import Popularity
from rectutor.models.recformer import RecFormer, RecFormerConfig, item_sentences
from rectutor.schema import Scorer, Trainable
from rectutor.training import fit
from tests.models.worlds import cycle_world, taste_world

TOKENS = np.array([[0, 0, 0], [5, 6, 0], [7, 0, 0], [8, 9, 4], [5, 9, 0]])
TYPES = np.array([[0, 0, 0], [1, 2, 0], [2, 0, 0], [1, 2, 2], [1, 2, 0]])


def small(tokens=TOKENS, types=TYPES, seed=0, **settings) -> RecFormer:
    config = RecFormerConfig(10, **{"width": 16, "n_heads": 2, "max_items": 3} | settings)
    return RecFormer(config, tokens, types, seed)


def alphabet(n_items: int, first: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Give each item two tokens: the one that all share, and its own."""
    own = np.arange(first, first + n_items)
    tokens = np.zeros((n_items + 1, 2), dtype=np.int64)
    tokens[1:] = np.column_stack([np.full(n_items, 30), own])
    types = np.zeros_like(tokens)
    types[1:] = [1, 2]
    return tokens, types


def test_keys_and_values_become_tokens_of_two_types():
    tokenizer = learn_tokenizer(["Title Heat Genre crime drama Mission: Impossible"] * 3, 400)
    texts = ["Title: Heat. Genre: crime, drama.", "Title: Mission: Impossible."]
    sentences = item_sentences(texts, tokenizer, length=12)
    first = sentences.tokens[1][sentences.tokens[1] > 0]
    assert tokenizer.decode(first) == " Title Heat Genre crime drama"
    keys = sentences.tokens[1][sentences.types[1] == 1]
    assert tokenizer.decode(keys) == " Title Genre"
    second = sentences.tokens[2]
    assert tokenizer.decode(second[second > 0]) == " Title Mission: Impossible"
    assert tokenizer.decode(second[sentences.types[2] == 1]) == " Title"
    assert not sentences.tokens[0].any() and not sentences.types[0].any()
    assert ((sentences.tokens > 0) == (sentences.types > 0)).all()


def test_a_text_without_a_key_is_all_value_and_a_long_one_loses_its_end():
    tokenizer = learn_tokenizer(["Heat Heat"], 300)
    sentences = item_sentences(["Heat", "Heat Heat"], tokenizer, length=1)
    assert sentences.tokens.shape == (3, 1)
    assert sentences.types.tolist() == [[0], [2], [2]]


def test_a_history_is_read_newest_first_and_its_padding_closes_up():
    tokens, types, order = small()._sentence(torch.tensor([[3, 1, 2], [2, 1, 0]]))
    assert tokens.tolist() == [[8, 9, 4, 5, 6, 7], [7, 5, 6, 0, 0, 0]]
    assert types.tolist() == [[1, 2, 2, 1, 2, 2], [2, 1, 2, 0, 0, 0]]
    assert order[0].tolist() == [0, 0, 0, 1, 1, 2]
    assert order[1, :3].tolist() == [0, 1, 1]


def test_words_beyond_the_limit_are_those_of_the_oldest_items():
    tokens, _, _ = small(max_tokens=4)._sentence(torch.tensor([[3, 1, 2]]))
    assert tokens.tolist() == [[8, 9, 4, 5]]


def test_padding_tokens_and_the_rest_of_the_batch_change_nothing():
    model = small().eval()
    wider = model.with_items(np.pad(TOKENS, ((0, 0), (0, 4))), np.pad(TYPES, ((0, 0), (0, 4))))
    alone = model.score(queries_from_histories([[3, 1]]))[0]
    for other in (wider, model):
        beside = other.score(queries_from_histories([[3, 1], [1, 2, 4], [2]]))
        np.testing.assert_allclose(beside[0, 1:], alone[1:], rtol=1e-4, atol=1e-6)


def test_an_items_vector_depends_on_its_own_words_alone():
    model = small().eval()
    fewer = model.with_items(TOKENS[[0, 3]], TYPES[[0, 3]])
    torch.testing.assert_close(fewer.vectors[1], model.vectors[3])
    torch.testing.assert_close(model.vectors.norm(dim=1), torch.tensor([0.0, 1, 1, 1, 1]))


@pytest.mark.parametrize("what", ["tokens", "types", "places", "items"])
def test_each_of_the_four_kinds_of_vectors_counts(what):
    model = small().eval()
    before = model.encode(torch.tensor([[3, 1]]))
    with torch.no_grad():
        getattr(model, what).weight[1:] += torch.linspace(-1, 1, 16)
    assert (model.encode(torch.tensor([[3, 1]])) - before).abs().max() > 1e-3


def test_the_order_of_the_history_counts():
    scores = small().score(queries_from_histories([[3, 1], [1, 3]]))
    assert np.abs(scores[0, 1:] - scores[1, 1:]).max() > 1e-4


def test_scores_are_cosines_and_those_of_candidates_are_the_same():
    model = small().eval()
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    queries = queries_from_histories([[1, 2], [3]])
    whole = model.score(queries)
    assert np.all(whole[:, 0] == -np.inf)
    expected = model.encode(torch.tensor([[2, 1]])) @ model.vectors[4]
    assert whole[0, 4] == pytest.approx(expected.item(), abs=1e-6)
    candidates = np.array([[4, 2], [1, 3]])
    np.testing.assert_array_equal(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1)
    )


def test_an_empty_history_is_the_begin_token_alone():
    scores = small().score(queries_from_histories([[], [1]]))
    assert np.isfinite(scores[:, 1:]).all()


def test_the_loss_is_the_surprise_of_the_target_among_the_batchs_items():
    model = small(temperature=0.5).eval()
    history, items = torch.tensor([[1, 2, 0]]), torch.tensor([3, 4])
    cosines = (model.encode(history) @ model.encode(items[:, None]).T)[0].tolist()
    log_q = [0.5, -1.0]
    weights = [math.exp(c / 0.5 - q) for c, q in zip(cosines, log_q, strict=True)]
    expected = -math.log(weights[1] / sum(weights))
    loss = model.loss(history, torch.tensor([1]), items, torch.tensor(log_q))
    assert loss.item() == pytest.approx(expected, rel=1e-4)


def test_an_epoch_asks_for_each_user_and_holds_only_what_was_chosen():
    split = cycle_world(n_users=20, n_items=12)
    model = RecFormer(
        RecFormerConfig(31, width=16, max_items=3, n_targets=2, n_negatives=4), *alphabet(14)
    )  # items 13 and 14 are in no history
    batches = model.epoch(split.train, 8, np.random.default_rng(0))
    assert sum(len(batch[0]) for batch in batches) == 2 * 20
    for history, rows, items, _ in batches:
        targets = items[rows]
        assert torch.equal(targets, history[:, 0] % 12 + 1)  # one step on from the newest
        assert items.max() <= 12 and len(items.unique()) == len(items)
        assert len(items) >= 4


def test_log_q_is_how_often_an_item_is_expected():
    split = cycle_world(n_users=20, n_items=12)
    config = RecFormerConfig(31, width=16, max_items=3, n_targets=1, n_negatives=6)
    batches = RecFormer(config, *alphabet(12)).epoch(split.train, 10, np.random.default_rng(0))
    counts = np.bincount(split.train.item_index, minlength=13)
    _, _, items, log_q = batches[0]
    expected = 10 * counts[items.numpy()] / counts.sum() + 6 / 12
    np.testing.assert_allclose(np.exp(log_q.numpy()), expected, rtol=1e-5)


def test_frozen_items_are_all_that_were_chosen_and_get_no_gradient():
    split = cycle_world(n_users=20, n_items=12)
    model = RecFormer(RecFormerConfig(31, width=16, max_items=3, n_negatives=0), *alphabet(14))
    model.prepare(split.train)
    history, rows, items, log_q = model.epoch(split.train, 8, np.random.default_rng(0))[0]
    assert items.tolist() == list(range(1, 13)) and not log_q.any()
    before = model.vectors.clone()
    model.loss(history, rows, items, log_q).backward()
    used = set(model.item_tokens[history].flatten().tolist())
    unused = sorted(set(range(31)) - used)
    assert not model.tokens.weight.grad[unused].any()
    assert torch.equal(model.vectors, before)
    with torch.no_grad():
        model.tokens.weight[7] += 1.0
    model.eval()  # leaving training encodes them anew
    assert not torch.equal(model.vectors[7], before[7])


def test_it_learns_to_walk_round_a_circle():
    split, popularity = cycle_world(), Popularity()
    config = RecFormerConfig(31, width=32, max_items=3, n_negatives=12)
    model = RecFormer(config, *alphabet(12))
    fit(popularity, split)
    fit(model, split, epochs=9, patience=9, learning_rate=1e-2, progress=False)
    assert evaluate(model, split, k=1).mean("HR@1") > 0.6
    assert evaluate(popularity, split, k=1).mean("HR@1") < 0.3


def test_words_carry_a_taste_to_items_that_nobody_chose():
    split = taste_world()
    words = np.repeat([1, 2], 8)
    tokens = np.zeros((17, 2), dtype=np.int64)
    tokens[1:] = np.column_stack([words, 3 + np.arange(16) % 4])
    model = RecFormer(
        RecFormerConfig(20, width=16, max_items=3, n_negatives=16), tokens, 2 * (tokens > 0)
    )
    fit(model, split, epochs=5, patience=5, learning_rate=5e-3, progress=False)
    other = np.array([[0, 0], [1, 7], [1, 8], [2, 7], [2, 8]])  # two tokens were never trained
    moved = model.with_items(other, 2 * (other > 0))
    scores = moved.score(queries_from_histories([[1], [3]]))
    assert scores[0, 2] > scores[0, 3:].max() + 0.1
    assert scores[1, 4] > scores[1, 1:3].max() + 0.1
    assert len(model.vectors) == 17  # the model itself keeps its catalogue


def test_weights_come_back_with_the_vectors_that_belong_to_them():
    model = small(seed=1).eval()
    other = small(seed=2)
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(other.vectors, model.vectors)
    queries = queries_from_histories([[1, 2]])
    np.testing.assert_allclose(other.score(queries), model.score(queries), atol=1e-6)


def test_the_seed_decides_the_weights_and_leaves_the_callers_randomness_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, same, other = small(seed=1), small(seed=1), small(seed=2)
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one.tokens.weight, same.tokens.weight)
    assert not torch.equal(one.tokens.weight, other.tokens.weight)


def test_texts_start_far_apart():
    model = small(tokens=alphabet(8)[0] % 10, types=alphabet(8)[1]).eval()
    cosines = model.vectors[1:] @ model.vectors[1:].T
    assert cosines[~torch.eye(8, dtype=torch.bool)].mean() < 0.8


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"one shape \[N \+ 1, L\], got \(5, 3\) and \(5, 2\)"):
        small(types=TYPES[:, :2])
    with pytest.raises(ValueError, match=r"needs tokens 0\.\.9, got 0\.\.10; n_entries"):
        small(tokens=np.where(TOKENS == 9, 10, TOKENS))
    with pytest.raises(ValueError, match="row 0 of item_tokens must be empty"):
        small(tokens=TOKENS[1:], types=TYPES[1:])
    with pytest.raises(ValueError, match="row 2 of item_tokens must have a token or more"):
        small(tokens=np.where(TOKENS == 7, 0, TOKENS))
    with pytest.raises(ValueError, match=r"1 \(key\) or 2 \(value\) at a token, got 3"):
        small(types=np.where(TYPES == 2, 3, TYPES))
