"""Moving codes: one code forward and all backward, and a planted world that makes them move."""

import numpy as np
import pytest
import torch

from rectutor.analysis.planted_groups import perplexity_on, planted_histories, teach
from rectutor.metrics.codes import adjusted_nmi
from rectutor.models.moving_codes import ChosenSums, MovingCodes
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import CodeSums, VQRec

CODES = np.array([[0, 2], [1, 0], [0, 2], [1, 1]])
SIZES = {"max_length": 12, "width": 16, "n_blocks": 1, "n_heads": 1, "dropout": 0.0}
SAID, DONE = np.arange(48) % 6, np.arange(48) // 8  # what texts say, what people do


def same_entries() -> tuple[ChosenSums, CodeSums]:
    moving, still = ChosenSums(CODES, 3), CodeSums(CODES, 3)
    still.entries.data.copy_(moving.entries.data)
    return moving, still


def test_forward_an_item_is_the_sum_of_one_code_a_level():
    moving, still = same_entries()
    torch.testing.assert_close(moving.weight, still.weight)
    moving.leads.data[0, 0, 1] = 9.0
    still.codes[0, 0] = 1
    torch.testing.assert_close(moving.weight, still.weight)


def test_backward_every_code_of_a_level_gets_its_softmax_share():
    moving, _ = same_entries()
    wish = torch.randn(3)
    (moving.weight[1] @ wish).backward()
    shares = torch.tensor([0.9, 0.05, 0.05])  # level 1 has codes 0, 1 and room for 2
    worth = moving.entries.detach()[0] @ wish  # of each code
    expected = shares * (worth - shares @ worth)
    torch.testing.assert_close(moving.leads.grad[0, 0], expected)
    assert not moving.leads.grad[1:].any()


def test_in_training_codes_are_drawn_by_their_softmax_shares():
    torch.manual_seed(0)
    moving = ChosenSums(np.zeros((3000, 1), dtype=int), 2)
    moving.leads = torch.nn.Parameter(torch.tensor([2.0, 0.0, 0.0]).expand(3000, 1, 3).clone())
    moving.entries = torch.nn.Parameter(torch.eye(3)[None])
    moving.draw()
    drawn = moving.weight[1:].mean(dim=0).detach()
    torch.testing.assert_close(
        drawn, torch.tensor([2.0, 0.0, 0.0]).softmax(dim=0), atol=0.03, rtol=0
    )
    torch.testing.assert_close(moving.weight[1:].mean(dim=0).detach(), drawn)  # drawn once
    assert moving.eval().weight[1:].mean(dim=0).tolist() == [1, 0, 0]


def taught(kind, people_follow, seed=0):
    model = kind(SAID[:, None], SASRecConfig(48, **SIZES), seed)
    teach(model, planted_histories(people_follow), seed=seed)
    return model, perplexity_on(model, planted_histories(people_follow, seed=9))


@pytest.mark.parametrize("seed", [0, 1])
def test_where_texts_mislead_codes_move_to_what_people_do(seed):
    model, wavers = taught(MovingCodes, DONE, seed)
    _, still = taught(VQRec, DONE, seed)
    assert wavers < 20 and still > 40  # of 48; a group has 8
    assert adjusted_nmi(model.codes()[:, 0], DONE) > 0.5
    assert adjusted_nmi(model.codes()[:, 0], SAID) < 0.2


def test_where_texts_are_right_codes_stay():
    model, wavers = taught(MovingCodes, SAID)
    assert np.array_equal(model.codes()[:, 0], SAID) and wavers < 9


def test_an_item_that_nobody_chooses_moves_too_as_a_wrong_answer():
    model = MovingCodes(SAID[:, None], SASRecConfig(48, **SIZES))
    before = model.items.leads.detach()[0].clone()
    histories = planted_histories(DONE)
    teach(model, torch.where(histories == 1, 2, histories), steps=20)
    assert (model.items.leads.detach()[0, 0] - before[0]).abs().max() > 0.05


def test_before_training_items_have_the_codes_they_were_given():
    model = MovingCodes(CODES, SASRecConfig(4, **SIZES))
    assert np.array_equal(model.codes(), CODES)
