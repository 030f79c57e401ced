"""NoteLLM: related pairs and InfoNCE by hand, what a vector may depend on, learning, transfer."""

import math

import numpy as np
import pytest
import torch

from rectutor.data.events import queries_from_histories
from rectutor.evaluation import evaluate
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from rectutor.models.notellm import (
    NoteLLM,
    NoteLLMConfig,
    contrastive_loss,
    related_scores,
    token_rows,
)
from rectutor.models.popularity import Popularity
from rectutor.schema import Events, Scorer, Trainable
from rectutor.training import fit
from tests.models.worlds import taste_world

TEXTS = token_rows([[5, 6, 7], [8], [9, 10], [5, 11]], length=3)
WORDS = token_rows([[12, 2], [13, 14, 2], [12, 2], [2]], length=3)
V = 16


def decoder(seed: int = 0, max_length: int = 32):
    return tiny_decoder(TinyConfig(V, max_length, width=16, n_layers=2, n_heads=2, inner=32), seed)


def small(texts=TEXTS, words=WORDS, **settings) -> NoteLLM:
    return NoteLLM(NoteLLMConfig(**{"width": 8} | settings), decoder(), texts, words)


def events(*histories: list[int]) -> Events:
    """Make events from one list of items per user; a second lies between two choices."""
    lengths = [len(history) for history in histories]
    items = np.concatenate(histories).astype(np.int64)
    return Events(
        np.repeat(np.arange(len(histories)), lengths),
        items,
        np.zeros(len(items), dtype=np.float32),
        np.concatenate([np.arange(n) for n in lengths]),
        np.concatenate([[0], np.cumsum(lengths)]),
    )


def circle_events() -> Events:
    return events(*[[(start + step) % 4 + 1 for step in range(3)] for start in range(4)])


def test_pairs_are_counted_by_the_steps_between_them():
    scores = related_scores(events([1, 2, 3], [3, 1]), 4, window=2, damping=0.0)
    assert scores.shape == (5, 5)
    assert scores[1, 2] == 1.0 and scores[2, 3] == 1.0
    assert scores[1, 3] == 0.5 + 1.0  # two steps in the first history, one in the second
    assert np.array_equal(scores, scores.T)
    assert not scores.diagonal().any() and not scores[4].any() and not scores[0].any()


def test_nothing_beyond_the_window_and_nobody_elses_choices_are_related():
    scores = related_scores(events([1, 2, 3], [4, 5]), 5, window=1, damping=0.0)
    assert scores[1, 3] == 0 and scores[3, 4] == 0
    assert scores.sum() == 2 * 3


def test_popularity_is_divided_out():
    train = events([1, 2], [1, 3], [1, 2], [1, 4])  # item 1 four times, item 2 twice
    scores = related_scores(train, 4, window=1, damping=0.5)
    assert scores[1, 2] == pytest.approx(2 / math.sqrt(4 * 2))
    assert scores[1, 3] == pytest.approx(1 / math.sqrt(4 * 1))


def test_infonce_of_one_pair_among_three_by_hand():
    angles = np.array([0.0, 1.0, 2.5])
    vectors = torch.tensor(np.column_stack([np.cos(angles), np.sin(angles)]))
    scores = torch.zeros(3, 3, dtype=torch.float64)
    scores[0, 1] = scores[1, 0] = 1.0
    near, far, side = math.exp(math.cos(1) / 0.5), math.cos(2.5) / 0.5, math.cos(1.5) / 0.5
    one = -math.log(near / (near + math.exp(far)))  # item 0 looks for item 1
    other = -math.log(near / (near + math.exp(side)))
    loss = contrastive_loss(vectors, scores, temperature=0.5)
    assert loss.item() == pytest.approx((one + other) / 2)


def test_pairs_count_by_their_score():
    vectors = torch.nn.functional.normalize(torch.randn(4, 3, dtype=torch.float64), dim=1)
    only = torch.zeros(2, 4, 4, dtype=torch.float64)
    only[0, 0, 1] = 1.0
    only[1, 2, 3] = 1.0
    one, other = (contrastive_loss(vectors, scores, 0.2).item() for scores in only)
    both = contrastive_loss(vectors, only[0] + 3 * only[1], 0.2).item()
    assert both == pytest.approx((one + 3 * other) / 4)


def test_the_special_token_stands_behind_the_text_and_the_words_behind_it():
    model = small()
    assert model.rows[1].tolist() == [5, 6, 7, 0, 12, 2, 0][: model.rows.shape[1]]
    assert model.rows[2, :5].tolist() == [8, 0, 13, 14, 2]
    assert model.at.tolist() == [0, 3, 1, 2, 2]
    assert model.n_words.tolist() == [0, 2, 3, 2, 1]


def test_the_state_of_the_special_token_is_that_of_the_decoder_alone():
    model = small()
    alone = model.decoder.get_input_embeddings()(torch.tensor([[9, 10]]))
    embedded = torch.cat([alone, model.special[None, None]], dim=1)
    expected = model.decoder.model(inputs_embeds=embedded).last_hidden_state[0, -1]
    found = model._states(torch.tensor([3, 1]), with_words=True)[0, 2]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_item_vectors_have_unit_length_and_depend_on_their_own_text_alone():
    model = small().eval()
    vectors = model.compress()
    assert vectors.shape == (5, 8) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [0, 1, 1, 1, 1], atol=1e-6)
    alone = model.with_items(TEXTS[[0, 3]], WORDS[[0, 2]]).compress()
    np.testing.assert_allclose(alone[1], vectors[3], atol=1e-5)
    other_words = model.with_items(np.pad(TEXTS, ((0, 0), (0, 5))), WORDS[[0, 2, 1, 4, 3]])
    np.testing.assert_allclose(other_words.compress(), vectors, atol=1e-5)


def test_a_weight_of_zero_leaves_the_contrastive_loss():
    items = torch.tensor([1, 2, 4])
    scores = torch.tensor([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0]])
    plain, joint = small(generation_weight=0.0), small(generation_weight=0.25)
    vectors = torch.from_numpy(plain.compress())[items]
    contrast = contrastive_loss(vectors, scores, 0.1).item()
    assert plain.loss(items, scores).item() == pytest.approx(contrast, rel=1e-4)
    states = joint._states(items, with_words=True)
    words = joint._generation_loss(states, items).item()
    expected = (contrast + 0.25 * words) / 1.25
    assert joint.loss(items, scores).item() == pytest.approx(expected, rel=1e-4)


def test_the_generation_loss_is_the_mean_surprise_of_the_words():
    model = small()
    items = torch.tensor([2, 4])
    loss = model._generation_loss(model._states(items, with_words=True), items)
    surprises = []
    for text, words in (([8], [13, 14, 2]), ([5, 11], [2])):
        embed = model.decoder.get_input_embeddings()
        before, after = embed(torch.tensor([text])), embed(torch.tensor([words]))
        embedded = torch.cat([before, model.special[None, None], after], dim=1)
        log_p = model.decoder(inputs_embeds=embedded).logits.log_softmax(dim=2)[0]
        surprises += [-log_p[len(text) + n, word].item() for n, word in enumerate(words)]
    assert loss.item() == pytest.approx(sum(surprises) / 4, rel=1e-4)


def test_an_epoch_passes_twice_through_what_was_chosen():
    model = small()
    batches = model.epoch(events([1, 2], [3, 1]), 2, np.random.default_rng(0))  # not item 4
    for items, scores in batches:
        assert set(items.tolist()) <= {1, 2, 3}
        assert torch.equal(scores, scores.T) and scores.sum() > 0
    whole = model.epoch(events([1, 2], [3, 1]), 3, np.random.default_rng(0))
    assert [items.tolist() for items, _ in whole] == [[1, 2, 3], [1, 2, 3]]


def test_scores_add_up_cosines_with_the_newest_items():
    model = small(n_last=2).eval()
    assert isinstance(model, Scorer) and isinstance(model, Trainable)
    queries = queries_from_histories([[4, 1, 2], [3]])
    cosines = model.vectors.numpy() @ model.vectors.numpy().T
    whole = model.score(queries)
    np.testing.assert_allclose(whole[0, 1:], (cosines[1] + cosines[2])[1:], atol=1e-5)
    np.testing.assert_allclose(whole[1, 1:], cosines[3, 1:], atol=1e-5)
    assert np.all(whole[:, 0] == -np.inf)
    candidates = np.array([[4, 2], [1, 3]])
    np.testing.assert_array_equal(
        model.score(queries, candidates), np.take_along_axis(whole, candidates, 1)
    )


def test_vectors_start_around_zero_and_are_made_anew_after_training():
    model = small()
    model.prepare(circle_events())
    projected = model.project(model._all_states())
    torch.testing.assert_close(projected.mean(dim=0), torch.zeros(8), atol=1e-5, rtol=0)
    model.eval()
    before = model.vectors.clone()
    model.train()
    with torch.no_grad():
        model.project.bias += 1.0
    assert torch.equal(model.vectors, before)
    model.eval()
    np.testing.assert_array_equal(model.vectors.numpy(), model.compress())
    assert not torch.allclose(model.vectors, before)


def test_it_learns_two_tastes_and_carries_them_to_another_catalogue():
    split, popularity = taste_world(), Popularity()
    texts = token_rows([[5 + n // 8, 7 + n % 4] for n in range(16)], length=2)
    words = token_rows([[13, 2] if n < 8 else [14, 2] for n in range(16)], length=2)
    model = small(texts, words, generation_weight=0.1, window=4)
    model.prepare(split.train)
    fit(popularity, split)
    fit(model, split, epochs=8, patience=8, learning_rate=5e-3, batch_size=16, progress=False)
    hits = [evaluate(one, split, k=4).mean("HR@4") for one in (model, popularity)]
    assert hits[0] > 0.8 and hits[0] > hits[1] + 0.2  # 4 of each taste are unseen
    moved = model.with_items(
        token_rows([[5, 11], [5, 12], [6, 11], [6, 12]], length=2), WORDS
    )  # their second tokens were never trained
    cosines = moved.vectors.numpy() @ moved.vectors.numpy().T
    assert min(cosines[1, 2], cosines[3, 4]) > cosines[1:3, 3:].max() + 0.2
    assert len(model.vectors) == 17


def test_it_learns_the_words():
    texts = token_rows([[5 + n // 8, 7 + n % 4] for n in range(16)], length=2)
    words = token_rows([[13, 2] if n < 8 else [14, 2] for n in range(16)], length=2)
    model = small(texts, words, generation_weight=1.0)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    items = torch.arange(1, 17)
    before = model._generation_loss(model._states(items, True), items).item()
    for batch in 20 * model.epoch(taste_world().train, 16, np.random.default_rng(0)):
        optimiser.zero_grad()
        model.loss(*batch).backward()
        optimiser.step()
    assert before > 2.0
    assert model._generation_loss(model._states(items, True), items).item() < 0.3


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"generation_weight must be 0 or more, got -0\.5"):
        small(generation_weight=-0.5)
    with pytest.raises(ValueError, match="one for padding, got 5 and 4 rows"):
        small(words=WORDS[:4])
    with pytest.raises(ValueError, match="item_texts needs row 0 empty and PAD on the right"):
        small(texts=TEXTS[1:], words=WORDS[1:])
    with pytest.raises(ValueError, match="item_words needs row 0 empty and PAD on the right"):
        small(words=WORDS[:, ::-1])
    with pytest.raises(ValueError, match="item_words needs tokens for each item, item 4 has none"):
        small(words=np.where(np.arange(5)[:, None] == 4, 0, WORDS))
    with pytest.raises(ValueError, match=r"item_texts needs tokens 0\.\.15 .* got 0\.\.16"):
        small(texts=np.where(TEXTS == 8, 16, TEXTS))
    with pytest.raises(ValueError, match="take 6 tokens for the longest item, the decoder reads 5"):
        NoteLLM(NoteLLMConfig(), decoder(max_length=5), TEXTS, WORDS)
