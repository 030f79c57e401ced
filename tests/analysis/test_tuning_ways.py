"""Three ways to tune: what each thaws, and what is measured."""

import pytest

from rectutor.analysis.tuning_ways import WAYS, measured_ways
from rectutor.training.taste import decoder, taste_of


def trained_names(way: str) -> set[str]:
    model = decoder()
    rate = WAYS[way](model, 0)
    assert rate == (3e-4 if way == "all weights" else 3e-3)
    return {name for name, p in model.model.named_parameters() if p.requires_grad}


def test_each_way_thaws_what_it_says():
    everywhere, last, everything = (trained_names(way) for way in WAYS)
    assert {name.rsplit(".", 1)[1] for name in everywhere} == {"down", "up"}
    blocks = {name.split(".")[2] for name in everywhere}
    assert blocks == {"0", "1", "2", "3"}
    assert {name.split(".")[2] for name in last} == {"3"}
    model = decoder().model
    assert everything == {name for name, _ in model.named_parameters()}


@pytest.mark.slow
def test_all_ways_are_measured_beside_the_frozen_model():
    taste = taste_of("books", n_people=10)
    table = measured_ways(taste, n=16, n_questions=4).set_index("way")
    assert list(table.index) == ["frozen", *WAYS]
    assert table.loc["frozen", "parameters"] == 0
    assert table.loc["all weights", "parameters"] == sum(
        p.numel() for p in decoder().model.parameters()
    )
    assert table.loc["LoRA", "parameters"] == 4 * table.loc["LoRA, top quarter", "parameters"]
    assert table["creator"].between(0, 1).all() and table["value"].between(0, 1).all()
    assert table["log_loss"].nunique() == 4  # each way ends elsewhere
