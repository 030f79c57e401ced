"""A T5 reads: the same states as its own encoder makes, for every kind of feed-forward layer."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from rectutor.lm.t5_reader import fed_forward, in_heads, joined, normed, on_few_threads, read
from tests.lm.test_t5_writer import KINDS, SOURCE, small


@pytest.mark.parametrize("knobs", [*KINDS, {"dense_act_fn": "gelu"}])
@pytest.mark.parametrize("source", [SOURCE, SOURCE[:1]])  # with padding, and without
def test_its_states_are_those_of_the_encoder(knobs, source):
    model, is_real = small(**knobs), source != 0
    with torch.inference_mode():
        out = model.encoder(input_ids=source, attention_mask=is_real.long())
        states = read(model, source, is_real)
    torch.testing.assert_close(states[is_real], out.last_hidden_state[is_real])
    assert states[is_real].std() > 0.1


def test_padding_changes_no_state():
    model = small()
    longer = F.pad(SOURCE[:1], (0, 3))
    with torch.inference_mode():
        states = read(model, longer, longer != 0)[:, : SOURCE.shape[1]]
        torch.testing.assert_close(states, read(model, SOURCE[:1], SOURCE[:1] != 0))


def test_a_model_in_training_does_not_read():
    with pytest.raises(ValueError, match=r"got one in training, .*; call `model.eval\(\)` first"):
        read(small().train(), SOURCE, SOURCE != 0)


def test_joined_maps_give_what_each_gives():
    maps, x = [nn.Linear(3, n, bias=False) for n in (2, 4)], torch.tensor([[1.0, -2.0, 0.5]])
    both = F.linear(x, joined(maps))
    torch.testing.assert_close(both[:, :2], maps[0](x))
    torch.testing.assert_close(both[:, 2:], maps[1](x))


def test_heads_are_neighbouring_columns():
    x = torch.arange(12.0).view(1, 3, 4)  # [n, S, H d], two heads of two
    assert in_heads(x, 2)[0, 1].tolist() == [[2, 3], [6, 7], [10, 11]]


def test_a_norm_divides_by_the_root_mean_square():
    norm = small().encoder.final_layer_norm
    norm.variance_epsilon = 0.5
    with torch.no_grad():
        norm.weight.fill_(3.0)
        x = torch.full((1, 16), 2.0)
        assert normed(norm, x)[0, 0].item() == pytest.approx(3 * 2 / (4 + 0.5) ** 0.5)


def test_what_is_fed_forward_is_left_as_it_was():
    dense = small().encoder.block[0].layer[1].DenseReluDense
    x = torch.randn(2, 16, generator=torch.Generator().manual_seed(0))
    before = x.clone()
    with torch.inference_mode():
        torch.testing.assert_close(fed_forward(dense, x), dense(x))
    assert torch.equal(x, before)


def test_small_products_take_one_thread_and_give_the_others_back():
    kept = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with on_few_threads(1000):
            assert torch.get_num_threads() == 2
        with pytest.raises(KeyError), on_few_threads(20):
            assert torch.get_num_threads() == 1
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(kept)
