import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rectutor.analysis.code_vectors import made_from
from rectutor.analysis.moving_films import CODE, NAME, agreement, moved_rows
from rectutor.analysis.records import read_record
from rectutor.metrics.codes import adjusted_nmi
from rectutor.models.moving_codes import MovingCodes
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import VQRec
from tests.models.worlds import cycle_world

CODES = np.random.default_rng(0).integers(4, size=(12, 2))
CONFIG = SASRecConfig(12, max_length=8, width=16, n_blocks=1, n_heads=1, dropout=0.0)


def test_the_record_is_made_from_todays_code_data_and_weights():
    stamp = made_from(("films",), CODE, ("text-encoder", "sasrec-films"))
    assert read_record(NAME).fingerprint == stamp


def test_agreement_is_the_mean_of_both_levels():
    groups = np.arange(12) // 4
    levels = [adjusted_nmi(CODES[:, level], groups) for level in (0, 1)]
    assert agreement(CODES, groups) == pytest.approx(np.mean(levels))


def test_what_moved_is_counted_and_compared_as_it_is_then():
    groups = {"half": np.arange(12) // 6}
    models = {"stay": VQRec(CODES, CONFIG), "move": MovingCodes(CODES, CONFIG)}
    with torch.no_grad():  # three items lean to another first code before they are trained
        models["move"].items.leads[:3, 0] = 9.0 * F.one_hot(torch.arange(3), 4)
    stay, move = moved_rows(cycle_world(), models, groups, epochs=1)
    now = models["move"].codes()
    assert stay["moved"] == 0 and stay["half"] == agreement(CODES, groups["half"])
    assert move["moved"] == (now != CODES).mean() > 0
    assert move["half"] == agreement(now, groups["half"]) and 0 <= move["HR@10"] <= 1
