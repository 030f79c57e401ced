"""The exercises of lesson 07b: the right answer passes, each usual mistake fails."""

import numpy as np
import pytest
import torch

from rectutor.analysis.places_to_tune import PLACES
from rectutor.course.lesson07b import QUESTIONS, adapter_forward, mixed_loss, n_weights
from rectutor.lm.lora import n_trainable
from rectutor.training.taste import decoder
from tests.course.learners import each_mistake_fails, each_reference_passes

SIZES = {"LoRA": 8, "adapters": 8, "prefix": 32, "prompt": 128}


@pytest.mark.parametrize("place", SIZES)
def test_weights_are_counted_as_in_the_package(place):
    model = decoder()
    PLACES[place](model, 0)
    assert n_weights.reference(place, SIZES[place], 192, 4) == n_trainable(model.model)


def test_the_paper_models_lora_has_as_many_weights_as_known():
    assert n_weights.reference("LoRA", 8, 4096, 32) == 4_194_304


def test_an_adapter_is_a_matrix_product_with_a_bend():
    for y, down, up in adapter_forward.cases(np.random.default_rng(0)):
        y, down, up = map(torch.tensor, (y, down, up))
        by_torch = y + torch.relu(down @ y) @ up.T
        assert adapter_forward.reference(*map(torch.Tensor.tolist, (y, down, up))) == pytest.approx(
            by_torch.tolist(), abs=1e-5
        )


def arrays(function):
    """Return the same function on plain lists."""
    return lambda *parts: function(*map(np.array, parts)).tolist()


MISTAKES = {
    adapter_forward: {
        "no bend": arrays(lambda y, down, up: y + up @ (down @ y)),
        "not added": arrays(lambda y, down, up: up @ np.maximum(down @ y, 0)),
        "bent at the end": arrays(lambda y, down, up: np.maximum(y + up @ (down @ y), 0)),
        "absolute values": arrays(lambda y, down, up: y + up @ np.abs(down @ y)),
    },
    n_weights: {
        "LoRA on one layer": lambda p, s, w, b: (
            n_weights.reference(p, s, w, b) // (1 + (p == "LoRA"))
        ),
        "a prompt in every block": lambda p, s, w, b: n_weights.reference(
            "prefix" if p == "prompt" else p, s, w, b
        ),
        "one adapter a block": lambda p, s, w, b: (
            n_weights.reference(p, s, w, b) // (1 + (p == "adapters"))
        ),
        "keys and values": lambda p, s, w, b: (
            n_weights.reference(p, s, w, b) * (1 + (p == "prefix"))
        ),
    },
    mixed_loss: {
        "all tokens alike": lambda a, t, s: float(np.mean([*a, *(x for one in t for x in one)])),
        "a mean of means": lambda a, t, s: (
            (1 - s) * np.mean(a) + s * np.mean([np.mean(x) for x in t])
        ),
        "the shares exchanged": lambda a, t, s: mixed_loss.reference(a, t, 1 - s),
        "sums": lambda a, t, s: (1 - s) * sum(a) + s * sum(map(sum, t)),
    },
}

test_each_usual_mistake_fails = each_mistake_fails(MISTAKES)
test_right_answers_pass = each_reference_passes(MISTAKES)


def test_the_closing_questions_look_back():
    assert [lesson for lesson, _, _ in QUESTIONS] == ["07b", "07", "06"]
