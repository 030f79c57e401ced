"""Gini lab: a setting is found, said, and compared with the model as it is."""

import json

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.exposure_lab import KS, SHARES, WAYS, Catalogue
from rectutor.analysis.records import read_record
from rectutor.data.events import queries_from_histories
from rectutor.schema import Cases
from rectutor.widgets import GiniLab
from rectutor.widgets.gini_state import GiniState
from rectutor.widgets.gini_table import read_exposures
from tests.widgets.samples import HOSTILE

EVEN = [round(share, 3) for share in SHARES]


def row(model, gini, hr, k=10, way="as it is", strength=0.0, on="validation", change=(0, 0, 0)):
    """One row whose curve is a power of the diagonal, and whose first tenth gets `gini`."""
    values = {"model": model, "way": way, "strength": strength, "on": on, "k": k}
    values |= {"HR": hr, "HR low": hr - 0.02, "HR high": hr + 0.02, "NDCG": hr / 2}
    values |= dict(zip(("change", "change low", "change high"), change, strict=True))
    values |= {"Gini": gini, "coverage": 1 - gini / 2, "ILD": 0.5, "tenth 1": gini}
    values["tenth 2"] = 1 - gini
    return values | {f"L{s:g}": s ** (1 + 9 * gini) for s in SHARES}


def sample(name="SASRec") -> pd.DataFrame:
    """One model with two knobs of which one has more strengths, a random one, two parts, two k."""
    rows = []
    for on, worse in (("validation", 0.01), ("test", -0.01)):
        for k, more in ((10, 0.0), (50, -0.3)):
            rows.append(row(name, 0.7 + more, 0.3, k, on=on))
            rows.append(row("Random", 0.1, 0.02, k, on=on))
            for strength, fall, change in ((0.2, 0.04, -0.001), (0.5, 0.1, -0.005), (1, 0.3, -0.1)):
                ends = (change, change - 0.01, change + worse)
                setting = ("popularity weight", strength, on, ends)
                rows.append(row(name, 0.7 + more - fall, 0.3 + change, k, *setting))
            rows.append(row(name, 0.5 + more, 0.2, k, "drawing temperature", 1.0, on, (-0.1,) * 3))
    chosen = row("interactions", 0.4, np.nan, 0, on="train")
    return pd.DataFrame([*rows, chosen])


def view(name="SASRec") -> GiniLab:
    return GiniLab(sample(name))


def test_it_opens_with_the_model_that_has_knobs_as_it_is():
    assert repr(view()) == (
        "SASRec, as it is, lists of 10, validation: Gini 0.70, HR 0.3 [0.28, 0.32]. 35 % of the "
        "items are never shown; the most popular tenth gets 70 % of the places and 40 % of the "
        "interactions."
    )


def test_a_setting_is_compared_with_the_model_as_it_is():
    turned = view()
    turned.strength = 2
    assert "popularity weight 0.5, lists of 10, validation: Gini 0.60" in repr(turned)
    assert "against as it is Gini -0.10, HR -0.005 [-0.015, +0.005]: noise." in repr(turned)
    turned.on = 1  # the same fall of hits, this time beyond noise
    assert "lists of 10, test: Gini 0.60" in repr(turned)
    assert "HR -0.005 [-0.015, -0.015]: a loss." in repr(turned)


def test_a_strength_beyond_the_last_of_a_knob_is_its_last():
    turned = view()
    turned.way, turned.strength = 1, 3
    assert turned.state.setting() == ("drawing temperature", 1.0)
    assert turned.page["strengths"] == [["as it is", "0.2", "0.5", "1"], ["as it is", *["1"] * 3]]
    assert [one.setting()[1] for one in turned.state.trail()] == [0, 1]


def test_a_knob_that_was_not_measured_leaves_the_model_as_it_is_and_says_so():
    turned = view()
    turned.model, turned.strength = 1, 2
    assert "Random, as it is (this knob was not measured for it), lists of 10" in repr(turned)
    assert not turned.page["frames"]["1|0|10|0|1"]["measured"]


def test_the_act_needs_a_fall_of_gini_on_validation_without_a_loss():
    frames = view().page["frames"]
    goals = {key for key, frame in frames.items() if frame["goal"]}
    assert goals == {"0|0|10|0|2", "0|0|50|0|2"}  # 0.2 falls too little, 1 loses


def test_the_prediction_compares_the_shortest_and_the_longest_lists():
    predict = view().page["missions"]["predict"]
    assert predict["answer"] == 1 and predict["options"][1] == "Less: Gini falls"
    assert "0.7 with lists of 10 and 0.4 with lists of 50" in predict["reply"]
    flat = sample()
    flat.loc[(flat["model"] == "SASRec") & (flat["k"] == 50), "Gini"] = 0.68
    assert GiniLab(flat).page["missions"]["predict"]["answer"] == 2


def test_chance_and_what_people_chose_are_drawn_with_every_other():
    page = view().page
    assert [page["models"][place] for place in page["always"]] == ["Random"]
    assert page["interactions"]["hr"] is None and page["interactions"]["tenths"] == [0.4, 0.6]


def test_the_twin_draws_the_curves_and_lists_all_models():
    twin = view().twin()
    assert "Random 0.1, interactions 0.4 and SASRec 0.7" in twin.figure.alt
    assert twin.table["model"].tolist() == ["Random", "SASRec"]


def answered(n_users=60, n_items=40) -> tuple[np.ndarray, Cases, Catalogue]:
    """Scores that follow popularity, of people who have seen one item each."""
    rng = np.random.default_rng(0)
    counts = np.concatenate([[0], np.geomspace(300, 1, n_items).round()])
    scores = np.log1p(counts)[None] + rng.normal(size=(n_users, n_items + 1))
    scores[:, 0] = -np.inf
    queries = queries_from_histories([[1 + user % 5] for user in range(n_users)])
    targets = rng.integers(6, n_items + 1, size=(n_users, 1))
    return scores, Cases(queries, targets), Catalogue(counts, rng.random((n_items + 1, 4)))


def test_scores_of_any_origin_can_be_looked_at():
    scores, cases, catalogue = answered(n_items=80)
    lab = GiniLab.of({"mine": scores, "other": scores}, cases, catalogue, swept=("mine",))
    assert lab.state.all.ks == KS and lab.state.all.parts == ("test",)
    assert [way for way, _ in lab.state.all.ways] == list(WAYS)
    assert repr(lab).startswith("mine, as it is, lists of 10: Gini 0.")
    before = lab.state.row()["tenth 1"]
    lab.strength = 5
    assert lab.state.row()["tenth 1"] < before


def test_ten_thousand_items_make_no_larger_page():
    small, large = (
        GiniLab.of({"mine": scores}, cases, catalogue, swept=("mine",))
        for scores, cases, catalogue in (answered(n_items=80), answered(n_items=10_000))
    )
    assert len(json.dumps(large.page)) < 1.1 * len(json.dumps(small.page))


def test_without_knobs_only_models_and_lengths_are_left():
    table = sample()
    plain = GiniLab(table[(table["strength"] == 0) & (table["on"] != "validation")])
    assert plain.page["ways"] == [] and plain.state.trail() == [plain.state]
    with pytest.raises(ValueError, match=r"strength must be 0..0, got 1"):
        plain.strength = 1


def test_the_record_fits_the_view():
    lab = GiniLab(read_record("exposure").table, model="SASRec (CE)")
    assert len(json.dumps(lab.page)) < 600_000
    assert any(frame["goal"] for frame in lab.page["frames"].values())


def test_errors_say_what_came():
    table = sample()
    with pytest.raises(ValueError, match=r"missing: \['Gini'\]"):
        read_exposures(table.drop(columns="Gini"))
    with pytest.raises(ValueError, match="one model or more"):
        read_exposures(table[table["model"] == "interactions"])
    with pytest.raises(ValueError, match="Random lacks k = 50 on test"):
        read_exposures(table[(table["model"] != "Random") | (table["k"] == 10)
                             | (table["on"] == "validation")])  # fmt: skip
    with pytest.raises(ValueError, match=r"model must be one of \['SASRec', 'Random'\], got 'x'"):
        GiniLab(table, model="x")
    own = read_exposures(table)
    with pytest.raises(ValueError, match=r"k must be one of \[10, 50\], got 7"):
        GiniState(own, k=7)
    with pytest.raises(ValueError, match=r"on must be 0..1, got 2"):
        GiniState(own, on=2)


def test_a_hostile_name_is_shown_without_control_characters():
    assert "[31mRed alert, as it is" in repr(view(HOSTILE[2]))
