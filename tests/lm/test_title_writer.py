"""The writer foretells what reading everything in one go foretells, however beams change places."""

import numpy as np
import pytest
import torch

from rectutor.lm.title_rows import TitleTokens
from rectutor.lm.title_writer import TitleWriter
from tests.lm.small import small_llama

TITLES = ("western", "the critic", "a thriller")
HISTORY = np.array([[2, 1], [0, 3]])


@pytest.fixture(scope="module")
def model():
    return small_llama()


@pytest.fixture(scope="module")
def tokens(model) -> TitleTokens:
    return TitleTokens(TITLES, model.tokenizer)


@torch.no_grad()
def at_once(model, tokens, row: int, written: list[int]) -> torch.Tensor:
    """Read a history and what was written behind it without cache or padding, [V]."""
    rows = tokens.rows(HISTORY[row : row + 1])
    given = rows.tokens[0][rows.is_real[0].bool()].tolist()
    model.model.eval()
    logits = model.model(input_ids=torch.tensor([given + written]), use_cache=False).logits
    return logits[0, -1].log_softmax(dim=0)


def test_beams_that_change_places_get_what_they_have_written(model, tokens):
    writer = TitleWriter(model, tokens.rows(HISTORY), tokens.ends)
    first = writer.first()
    for row in range(2):
        torch.testing.assert_close(first[row, 0], at_once(model, tokens, row, []))
    writer.then(torch.zeros(2, 2, dtype=torch.long), torch.tensor([[5, 6], [7, 8]]))
    log_p = writer.then(torch.tensor([[1, 1], [0, 1]]), torch.tensor([[9, 10], [11, 12]]))
    wanted = [[[6, 9], [6, 10]], [[7, 11], [8, 12]]]
    for row in range(2):
        for beam in range(2):
            alone = at_once(model, tokens, row, wanted[row][beam])
            torch.testing.assert_close(log_p[row, beam], alone, atol=1e-4, rtol=1e-4)


def test_a_title_that_has_ended_writes_gaps_for_certain(model, tokens):
    end = int(np.flatnonzero(tokens.ends)[0])
    writer = TitleWriter(model, tokens.rows(HISTORY), tokens.ends)
    writer.first()
    log_p = writer.then(torch.zeros(2, 2, dtype=torch.long), torch.tensor([[end, 5], [6, end]]))
    over = torch.full((log_p.shape[2],), -torch.inf)
    over[0] = 0.0
    assert torch.equal(log_p[0, 0], over) and torch.equal(log_p[1, 1], over)
    later = writer.then(torch.tensor([[1, 0], [1, 0]]), torch.tensor([[7, 0], [0, 8]]))
    torch.testing.assert_close(later[0, 0], at_once(model, tokens, 0, [5, 7]), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(later[1, 1], at_once(model, tokens, 1, [6, 8]), atol=1e-4, rtol=1e-4)
    assert torch.equal(later[0, 1], over) and torch.equal(later[1, 0], over)


def test_when_all_is_over_nothing_is_read(model, tokens):
    end = int(np.flatnonzero(tokens.ends)[0])
    writer = TitleWriter(model, tokens.rows(HISTORY), tokens.ends)
    writer.first()
    log_p = writer.then(torch.zeros(2, 1, dtype=torch.long), torch.full((2, 1), end))
    assert (log_p.exp().sum(dim=2) == 1).all()


def test_writing_before_reading_is_refused(model, tokens):
    writer = TitleWriter(model, tokens.rows(HISTORY), tokens.ends)
    with pytest.raises(RuntimeError, match=r"from first\(\), which was not called"):
        writer.then(torch.zeros(2, 1, dtype=torch.long), torch.zeros(2, 1, dtype=torch.long))
