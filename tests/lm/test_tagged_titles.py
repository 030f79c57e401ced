"""Tags in front of titles: numbers, and prompts that end in a tag."""

import numpy as np
import pytest
import torch

from rectutor.lm.tagged_titles import tagged_numbers, tagged_titles, told
from rectutor.lm.title_rows import TitleTokens
from rectutor.lm.title_writer import TitleWriter
from tests.lm.small import small_llama

TITLES = ["", "western", "the critic", "a thriller"]


def test_numbers_find_the_tagged_title():
    tagged = tagged_titles(TITLES, ["old", "new"])
    numbers = tagged_numbers(np.array([[0, 3, 1]]), np.array([[5, 0, 1]]), n_items=3)
    assert [tagged[number] for number in numbers[0]] == ["", "old a thriller", "new western"]


@torch.no_grad()
def test_a_told_tag_is_read_as_if_it_had_been_written():
    model = small_llama()
    tokens = TitleTokens(TITLES[1:], model.tokenizer)
    history, tags = np.array([[1, 2], [0, 3]]), ["the", "a person"]  # of different lengths
    rows = told(tokens.rows(history), tags, model.tokenizer)
    first = TitleWriter(model, rows, tokens.ends).first()[:, 0]
    for row, tag in enumerate(tags):
        text = "Watched in this order:" + "".join(f" {TITLES[i]};" for i in history[row] if i)
        ids = model.tokenizer(f"{text} {tag}")["input_ids"]
        logits = model.model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1]
        torch.testing.assert_close(first[row], logits.log_softmax(dim=0), atol=1e-4, rtol=1e-4)


def test_each_history_needs_its_tag():
    model = small_llama()
    tokens = TitleTokens(TITLES[1:], model.tokenizer)
    with pytest.raises(ValueError, match="each of 2 histories, got 1"):
        told(tokens.rows(np.array([[1], [2]])), ["film"], model.tokenizer)
