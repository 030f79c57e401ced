"""LoRA by hand: exactly the base at first, equal to peft after that, gone once it is merged."""

import copy
import math

import pytest
import torch
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel

from rectutor.lm.lora import (
    LoRALinear,
    add_lora,
    load_lora_tensors,
    lora_tensors,
    merge_lora,
    n_trainable,
    update_of,
)
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from tests.lm.small import by_hand, small_llama, small_t5

TOKENS = torch.tensor([[1, 9, 4, 7, 12, 3], [1, 5, 5, 8, 2, 10]])
Q = "model.layers.{}.self_attn.q_proj"


def fresh():
    """Make a decoder of two blocks, width 32, whose keys and values are half as wide."""
    model = small_llama().model.eval()
    return model.requires_grad_(True)


def stirred(model, seed: int = 5):
    """Give every `up` some numbers, as tuning would."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, LoRALinear):
                part.up.normal_(0, 0.3, generator=generator)
    return model


def logits(model):
    with torch.no_grad():
        return model(input_ids=TOKENS, use_cache=False).logits


def test_before_tuning_the_output_is_exactly_that_of_the_base_model():
    model = fresh()
    before = logits(model)
    names = add_lora(model)
    assert names == [
        f"model.layers.{i}.self_attn.{n}" for i in (0, 1) for n in ("q_proj", "v_proj")
    ]
    assert torch.equal(logits(model), before)


def test_a_layer_is_worked_out_by_hand():
    base = nn.Linear(2, 2, bias=False)
    layer = LoRALinear(base, rank=1, alpha=3)
    with torch.no_grad():
        base.weight.copy_(torch.eye(2))
        layer.down.copy_(torch.tensor([[1.0, 2.0]]))
        layer.up.copy_(torch.tensor([[1.0], [-1.0]]))
    # down·x = 1·5 + 2·7 = 19, times alpha / rank = 57, times up = (57, -57), plus x itself
    assert layer(torch.tensor([5.0, 7.0])).tolist() == [62.0, -50.0]
    assert update_of(layer).tolist() == [[3.0, 6.0], [-3.0, -6.0]]


def test_down_is_spread_as_a_linear_layer_and_the_seed_decides_it():
    one, again, other = fresh(), fresh(), fresh()
    for model, seed in ((one, 1), (again, 1), (other, 2)):
        add_lora(model, rank=16, seed=seed)
    down, same, different = (model.get_submodule(Q.format(0)).down for model in (one, again, other))
    assert torch.equal(down, same) and not torch.equal(down, different)
    assert down.abs().max() < 1 / math.sqrt(32)
    assert down.std().item() == pytest.approx(1 / math.sqrt(3 * 32), rel=0.1)  # of a uniform draw


@pytest.fixture
def twins():
    """Our LoRA and peft's on the same base, with the same numbers in both."""
    from peft import LoraConfig, LoraModel

    ours, base = stirred_pair()
    config = LoraConfig(r=4, lora_alpha=12, target_modules=["q_proj", "v_proj"])
    theirs = LoraModel(base, config, "default")
    with torch.no_grad():
        for name, part in ours.named_modules():
            if isinstance(part, LoRALinear):
                peer = theirs.model.get_submodule(name)
                peer.lora_A["default"].weight.copy_(part.down)
                peer.lora_B["default"].weight.copy_(part.up)
    return ours, theirs


def stirred_pair():
    ours = fresh()
    base = copy.deepcopy(ours)
    add_lora(ours, rank=4, alpha=12)
    return stirred(ours), base


def test_it_equals_peft_forward_and_backward(twins):
    ours, theirs = twins
    for model in twins:
        model(input_ids=TOKENS, labels=TOKENS, use_cache=False).loss.backward()
    torch.testing.assert_close(logits(ours), logits(theirs), rtol=0, atol=1e-5)
    n_compared = 0
    for name, part in ours.named_modules():
        if isinstance(part, LoRALinear):
            peer = theirs.model.get_submodule(name)
            torch.testing.assert_close(part.down.grad, peer.lora_A["default"].weight.grad)
            torch.testing.assert_close(part.up.grad, peer.lora_B["default"].weight.grad)
            assert part.down.grad.abs().max() > 1e-4
            n_compared += 1
    assert n_compared == 4


def test_merged_weights_are_those_of_peft(twins):
    ours, theirs = twins
    merge_lora(ours)
    merged = theirs.merge_and_unload().state_dict()
    assert ours.state_dict().keys() == merged.keys()
    for name, tensor in ours.state_dict().items():
        torch.testing.assert_close(tensor, merged[name], rtol=0, atol=1e-6)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_pefts_usual_entry_trains_as_many_parameters():
    from peft import LoraConfig, get_peft_model

    model, base = fresh(), fresh()
    add_lora(model, rank=4)
    theirs = get_peft_model(base, LoraConfig(r=4, target_modules=["q_proj", "v_proj"]))
    # rank · (in + out), for q (32 to 32) and v (32 to 16), in two blocks
    assert n_trainable(model) == 2 * 4 * ((32 + 32) + (32 + 16))
    assert n_trainable(model) == n_trainable(theirs)


def test_only_adapters_get_gradients():
    model = fresh()
    add_lora(model, rank=2)
    model(input_ids=TOKENS, labels=TOKENS, use_cache=False).loss.backward()
    with_gradient = {name for name, p in model.named_parameters() if p.grad is not None}
    parts = (".down", ".up")
    assert with_gradient == {n for n, _ in model.named_parameters() if n.endswith(parts)}
    assert len(with_gradient) == 8


@pytest.mark.parametrize("rank", [1, 3])
def test_an_update_has_the_rank_it_was_given_at_most(rank: int):
    model = fresh()
    add_lora(model, rank=rank)
    layer = stirred(model).get_submodule(Q.format(1))
    values = torch.linalg.svdvals(update_of(layer))
    assert values.shape == (32,)
    assert values[rank - 1] > 0.01 and values[rank:].max() < 1e-5


def test_a_merged_model_is_plain_again_and_scores_the_same():
    lm = small_llama()
    prompts, texts = ["The viewer liked the"], [[" western", " musical; the critic", "?"]]
    plain = lm.score(prompts, texts)[0]
    kinds = {name: type(part) for name, part in lm.model.named_modules()}
    add_lora(lm.model, rank=4)
    stirred(lm.model)
    wrapped = lm.score(prompts, texts)[0]  # with the cache of the prompt's keys and values
    merged_names = merge_lora(lm.model)
    assert {name: type(part) for name, part in lm.model.named_modules()} == kinds
    assert merged_names[0] == Q.format(0) and len(merged_names) == 4
    merged = lm.score(prompts, texts)[0]
    assert merged == pytest.approx(wrapped, abs=1e-5)
    assert abs(merged - plain).max() > 0.1


def test_cached_scores_of_a_wrapped_model_are_those_of_reading_everything_at_once():
    lm = small_llama()
    add_lora(lm.model, targets=("q_proj", "k_proj", "v_proj", "o_proj"))
    stirred(lm.model)
    prompt, text = "The viewer liked the", " musical; the critic"
    assert lm.score([prompt], [[text]])[0][0] == pytest.approx(by_hand(lm, prompt, text), abs=1e-5)


def test_a_subset_of_blocks_can_be_chosen():
    model = fresh()
    assert add_lora(model, rank=2, targets=("q_proj",), layers=[1]) == [Q.format(1)]
    assert n_trainable(model) == 2 * (32 + 32)


def test_an_encoder_decoder_is_adapted_by_its_own_names():
    model = small_t5().model
    assert len(add_lora(model, targets=("q", "wo"))) == 6 + 4  # three attentions, two feed-forwards


def test_an_update_travels_without_the_model():
    source, target = fresh(), fresh()
    add_lora(source, rank=2, alpha=4, seed=1)
    tensors = lora_tensors(stirred(source))
    assert len(tensors) == 4 * 3
    assert tensors[f"{Q.format(0)}.down"].shape == (2, 32)
    add_lora(target, rank=2, alpha=16, seed=2)
    load_lora_tensors(target, tensors)
    assert torch.equal(logits(target), logits(source))  # alpha came along
    tensors[f"{Q.format(0)}.up"].zero_()  # they are copies
    assert torch.equal(logits(target), logits(source))


def test_tensors_that_do_not_fit_change_nothing():
    model = fresh()
    add_lora(model, rank=2)
    own = lora_tensors(stirred(model))
    before = logits(model)
    name = f"{Q.format(0)}.down"
    wrong = {name: torch.zeros(3, 32)}
    with pytest.raises(ValueError, match=r"q_proj.down must have shape \(2, 32\), got \(3, 32\)"):
        load_lora_tensors(model, own | wrong)
    with pytest.raises(ValueError, match=f"1 of 12 LoRA tensors are missing, the first is {name}"):
        load_lora_tensors(model, {n: t for n, t in own.items() if n != name})
    with pytest.raises(
        ValueError, match=r"1 tensors belong to no adapted layer, the first is x\.up"
    ):
        load_lora_tensors(model, own | {"x.up": torch.zeros(1)})
    assert torch.equal(logits(model), before)


@pytest.mark.parametrize("rank", [0, 17])
def test_a_rank_out_of_range_is_refused(rank: int):
    with pytest.raises(ValueError, match=f"from 1 to 16 for a layer of 32 inputs .* got {rank}"):
        add_lora(fresh(), rank=rank, targets=("v_proj",))


def test_names_that_lead_to_no_layer_are_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"q_proj, k_proj, .*, lm_head; got \['query'\]"):
        add_lora(fresh(), targets=("q_proj", "query"))
    with pytest.raises(ValueError, match=r"got no target"):
        add_lora(fresh(), targets=())
    with pytest.raises(TypeError, match=r"got the string 'q_proj'; write \[targets\]"):
        add_lora(fresh(), targets="q_proj")
    with pytest.raises(ValueError, match=r"layers must be among \[0, 1\], .* got \[1, 2\]"):
        add_lora(fresh(), layers=[1, 2])
    conv = GPT2LMHeadModel(GPT2Config(vocab_size=9, n_positions=8, n_embd=4, n_layer=1, n_head=1))
    with pytest.raises(ValueError, match=r"names of linear layers, lm_head; got \['c_attn'\]"):
        add_lora(conv, targets=("c_attn",))


def test_a_model_is_wrapped_once():
    model = fresh()
    add_lora(model, layers=[1])
    with pytest.raises(ValueError, match=f"already, on 2 layers, the first is {Q.format(1)}"):
        add_lora(model, layers=[0])


def test_an_output_layer_that_is_the_token_vectors_is_left_alone():
    model = tiny_decoder(TinyConfig(n_entries=12, max_length=8, width=8, n_layers=1, n_heads=2))
    with pytest.raises(ValueError, match="lm_head shares its weights with the token vectors"):
        add_lora(model, targets=("lm_head",))
    assert "lm_head" in add_lora(fresh(), rank=2, targets=("lm_head",))  # there it stands alone


@pytest.mark.parametrize("needs", [merge_lora, lora_tensors, lambda m: load_lora_tensors(m, {})])
def test_a_model_without_lora_is_refused(needs):
    with pytest.raises(ValueError, match="carries no LoRA; call add_lora"):
        needs(fresh())
