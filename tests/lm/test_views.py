"""Two texts about one item."""

import numpy as np
import pytest

from rectutor.lm.sources import sources
from rectutor.lm.views import is_held_out, pairs


@pytest.fixture(scope="module")
def films():
    return sources(3)[0]


def test_every_item_that_is_not_held_out_has_one_pair(films):
    drawn = list(pairs(films, np.random.default_rng(0)))
    held_out = set(films.table["item_id"][is_held_out(films.table)])
    assert len(held_out) == 56
    assert {pair.item_id for pair in drawn} == set(films.table["item_id"]) - held_out
    assert len(drawn) == len(films.table) - len(held_out)


def test_no_text_contains_the_synopsis_that_it_is_paired_with(films):
    stories = dict(zip(films.table["item_id"], films.table["synopsis"], strict=True))
    seen = 0
    for seed in range(3):
        for pair in pairs(films, np.random.default_rng(seed)):
            story = stories[pair.item_id].rstrip(".")
            assert not (story in pair.one and story in pair.other)
            seen += story in pair.one or story in pair.other
    assert seen > 1000


def test_the_same_generator_draws_the_same_pairs_and_the_next_epoch_others(films):
    one, again = (list(pairs(films, np.random.default_rng(4))) for _ in range(2))
    other = list(pairs(films, np.random.default_rng(5)))
    assert one == again
    assert sum(a == b for a, b in zip(one, other, strict=True)) < len(one) / 10


def test_many_texts_do_not_name_their_item(films):
    titles = dict(zip(films.table["item_id"], films.table["title"], strict=True))
    drawn = list(pairs(films, np.random.default_rng(0)))
    named = np.mean([titles[p.item_id] in p.one or titles[p.item_id] in p.other for p in drawn])
    assert 0.3 < named < 0.8
