"""Draws follow the model's probabilities, cold ones the most probable, and repeat with a seed."""

import numpy as np
import pytest

from rectutor.decoding.drawing import drawn
from tests.decoding.tables import FIRST, SECOND, HistoryWriter, TableWriter


def test_draws_follow_the_probabilities_of_each_step():
    codes = drawn(TableWriter(n_questions=20_000), 2)
    assert codes.shape == (20_000, 2)
    shares = np.bincount(codes[:, 0], minlength=5) / len(codes)
    np.testing.assert_allclose(shares, FIRST, atol=0.02)
    second = codes[codes[:, 0] == 1, 1]
    found = np.bincount(second, minlength=5) / len(second)
    np.testing.assert_allclose(found, SECOND[1], atol=0.02)


def test_a_low_temperature_takes_the_most_probable_after_what_was_written():
    codes = drawn(HistoryWriter(3, 4), 3, temperature=1e-4)
    for row in range(3):
        writer = HistoryWriter(3, 4)
        log_p = writer.first()
        for code in codes[row]:
            assert code == int(log_p[row, 0].argmax())
            column = np.full((3, 1), code)
            log_p = writer.then(*map(_tensor, (np.zeros_like(column), column)))


def test_the_same_seed_draws_the_same():
    one, same, other = (drawn(HistoryWriter(9, 4), 3, seed=seed) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


def test_a_temperature_of_0_is_refused():
    with pytest.raises(ValueError, match=r"temperature must be above 0, got 0\.0"):
        drawn(TableWriter(), 2, temperature=0.0)


def _tensor(array):
    import torch

    return torch.from_numpy(array)
