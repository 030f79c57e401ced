import numpy as np
import pytest
import torch

from rectutor.analysis.planted_groups import perplexity_on, planted_histories, teach
from rectutor.models.sasrec import SASRec, SASRecConfig

GROUPS = np.arange(24) // 8


def model():
    return SASRec(SASRecConfig(24, max_length=8, width=16, n_blocks=1, n_heads=1, dropout=0.0))


def test_everybody_stays_in_one_group_and_all_groups_are_there():
    histories = planted_histories(GROUPS, n_users=60, length=6)
    assert histories.shape == (60, 6) and histories.min() == 1 and histories.max() == 24
    own = GROUPS[histories.numpy() - 1]
    assert np.all(own == own[:, :1]) and len(np.unique(own)) == 3


def test_a_model_that_knows_nothing_wavers_among_all_items():
    blank = model()
    torch.nn.init.zeros_(blank.items.weight)
    assert perplexity_on(blank, planted_histories(GROUPS, length=8)) == pytest.approx(24)


def test_a_taught_model_wavers_within_the_group_and_comes_out_as_often_as_it_is_taught():
    one, same = model(), model()
    for own in (one, same):
        teach(own, planted_histories(GROUPS, length=8), steps=100, seed=2)
    fresh = planted_histories(GROUPS, length=8, seed=1)
    assert 7.5 < perplexity_on(one, fresh) < 10
    assert perplexity_on(one, fresh) == perplexity_on(same, fresh)
