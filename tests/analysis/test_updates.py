"""The directions of an update, on matrices whose singular values can be read off."""

import pandas as pd
import pytest
import torch
from torch import nn

from rectutor.analysis.updates import singular_values, strength
from rectutor.lm.lora import LoRALinear


def test_singular_values_are_those_of_the_update():
    layer = LoRALinear(nn.Linear(4, 3, bias=False), rank=2, alpha=2)
    with torch.no_grad():
        layer.down.copy_(torch.eye(4)[:2])
        layer.up.copy_(torch.tensor([[3.0, 0.0], [0.0, 0.5], [0.0, 0.0]]))

    class Holder:
        model = nn.Sequential(layer)

    table = singular_values(Holder())
    assert table["value"].tolist() == pytest.approx([3.0, 0.5])
    assert table["place"].tolist() == [1, 2]


def test_directions_are_summed_over_layers_by_their_squares():
    table = pd.DataFrame(
        {"rank": 8, "n": 16, "layer": ["a", "a", "b", "b"], "place": [1, 2, 1, 2]}
        | {"value": [3.0, 1.0, 4.0, 0.0]}
    )
    assert strength(table)["value"].tolist() == pytest.approx([5.0, 1.0])
