"""Histories as tokens: what a row says, where its padding is, and how titles are read back."""

import numpy as np
import pytest
import torch

from rectutor.lm.title_rows import BEGINNING, TitleTokens
from tests.lm.small import BEGIN, tokenizer

TITLES = ("western", "the critic", "a thriller")


@pytest.fixture(scope="module")
def tokens() -> TitleTokens:
    return TitleTokens(TITLES, tokenizer())


def text_of(tokens: TitleTokens, row: torch.Tensor, is_real: torch.Tensor) -> str:
    return tokens.tokenizer.decode(row[is_real.bool()], skip_special_tokens=True)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_row_says_its_history_and_nothing_else(tokens, side):
    rows = tokens.rows(np.array([[0, 2, 1], [0, 0, 3], [0, 0, 0]]), side)
    said = [text_of(tokens, *pair) for pair in zip(rows.tokens, rows.is_real, strict=True)]
    assert said == [
        f"{BEGINNING} the critic; western;",
        f"{BEGINNING} a thriller;",
        BEGINNING,
    ]
    edge = rows.is_real[:, -1 if side == "left" else 0]
    assert edge.tolist() == [1, 1, 1] and rows.is_real.min() == 0
    assert (rows.tokens[rows.is_real == 0] == 0).all()
    starts = rows.is_real.argmax(dim=1)
    assert rows.tokens[torch.arange(3), starts].tolist() == [BEGIN] * 3


def test_a_row_knows_which_title_a_token_belongs_to(tokens):
    rows = tokens.rows(np.array([[3, 2]]))
    lengths = tokens.lengths[[3, 2]]
    n = len(tokens.beginning)
    assert rows.place[0].tolist() == [-1] * n + [0] * lengths[0] + [1] * lengths[1]
    assert (tokens.rows(np.array([[0, 0], [3, 2]])).place[0] == -1).all()


def test_titles_are_read_up_to_their_end(tokens):
    assert tokens.read(tokens.codes) == list(TITLES)
    twice = np.concatenate([tokens.codes, tokens.codes], axis=1)
    assert tokens.read(twice) == list(TITLES)
    broken_off = tokens.read(tokens.codes[:, :2])
    assert all(title.startswith(part) for title, part in zip(TITLES, broken_off, strict=True))


def test_every_title_ends_in_a_token_that_ends_titles(tokens):
    last = np.array([row[row != 0][-1] for row in tokens.codes])
    assert tokens.ends[last].all()
    before = np.concatenate([row[row != 0][:-1] for row in tokens.codes])
    assert not tokens.ends[before].any()


def test_a_title_that_holds_the_mark_or_nothing_is_refused():
    with pytest.raises(ValueError, match="got 'one; two' at position 1"):
        TitleTokens(["up", "one; two"], tokenizer())
    with pytest.raises(ValueError, match="titles must have text, got ' ' at position 0"):
        TitleTokens([" "], tokenizer())
