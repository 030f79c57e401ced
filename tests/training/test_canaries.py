"""Made-up people: how they are drawn and planted, and how their secrets are scored."""

import numpy as np
import pytest

from rectutor.lm.title_rows import TitleTokens
from rectutor.training.canaries import make_canaries, secret_scores
from tests.lm.small import small_llama

TITLES = ("western", "the critic", "a thriller", "a musical")


def test_every_group_has_its_canaries_of_different_films():
    canaries = make_canaries(50, 6, 3, (0, 2), np.random.default_rng(0))
    assert canaries.rows.shape == (6, 6)
    assert canaries.repeats.tolist() == [0, 0, 0, 2, 2, 2]
    assert all(len(set(row)) == 6 for row in canaries.rows.tolist())
    assert canaries.rows.min() >= 1
    assert canaries.rows.max() <= 50


def test_copies_stand_behind_the_people_and_controls_nowhere():
    canaries = make_canaries(50, 3, 1, (0, 1, 4), np.random.default_rng(0))
    planted = canaries.planted(np.array([[7, 8, 9]]))
    assert len(planted) == 1 + 0 + 1 + 4
    assert planted[0].tolist() == [7, 8, 9]
    counts = [(planted == row).all(axis=1).sum() for row in canaries.rows]
    assert counts == [0, 1, 4]


def test_a_row_longer_than_the_catalogue_is_refused():
    with pytest.raises(ValueError, match="from 2 to the 4 items, got 5"):
        make_canaries(4, 5, 1, (1,), np.random.default_rng(0))


def test_secrets_are_scored_as_the_model_scores_texts():
    model = small_llama()
    tokens = TitleTokens(TITLES, model.tokenizer)
    scores = secret_scores(model, tokens, np.array([[2, 3], [1, 4]]), 3, np.random.default_rng(0))
    asked = [["a thriller", "western", "a musical"], ["a musical", "the critic", "a thriller"]]
    for row, (told, titles) in enumerate(zip(("the critic", "western"), asked, strict=True)):
        prompt = f"Watched in this order: {told};"
        by_text = model.score([prompt], [[f" {title};" for title in titles]])[0]
        assert scores[row, 0] == pytest.approx(by_text[0], abs=1e-3)  # the secret comes first
        np.testing.assert_allclose(sorted(scores[row]), sorted(by_text), atol=1e-3)
