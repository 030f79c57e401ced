"""The dial shows what the accountant says, and follows its controls."""

import math

import pytest

from rectutor.training.private import epsilon_of
from rectutor.widgets import EpsilonDial
from rectutor.widgets.epsilon_dial import DialState


def test_the_table_holds_the_accountants_numbers():
    table = DialState(noise=2.0, n_expected=10, n_steps=50, n_rows=100).rows().set_index("setting")
    assert table.loc["as set", "epsilon"] == pytest.approx(epsilon_of(2.0, 0.1, 50, 1e-3), abs=0.01)
    noisier = epsilon_of(4.0, 0.1, 50, 1e-3)
    assert table.loc["twice the noise", "epsilon"] == pytest.approx(noisier, abs=0.01)
    rarer = epsilon_of(2.0, 0.01, 50, 1e-4)  # delta stays below 1 / n
    assert table.loc["ten times the rows in all", "epsilon"] == pytest.approx(rarer, abs=0.01)


def test_factors_have_no_more_digits_than_are_read():
    shown = DialState(noise=0.3).rows().set_index("setting")["factor"]
    assert shown["as set"] == "over a million"
    shown = DialState().rows().set_index("setting")
    assert shown.loc["as set", "factor"] == f"{math.exp(epsilon_of(1.0, 48 / 468, 96, 1e-3)):.0f}"
    hidden = math.exp(epsilon_of(2.0, 48 / 468, 96, 1e-3))
    assert shown.loc["twice the noise", "factor"] == f"{hidden:.1f}"


def test_a_knob_changes_the_state_and_what_is_shown():
    dial = EpsilonDial()
    before = dial.shown["rows"]
    dial.noise = 4.0
    assert dial.state == DialState(noise=4.0)
    dial.n_steps = 8
    dial.n_expected = 4
    assert dial.state == DialState(noise=4.0, n_steps=8, n_expected=4)
    assert dial.shown["rows"] != before
    assert [row[2] for row in dial.shown["rows"]] == dial.table()["factor"].tolist()
    assert dial.shown["said"] == repr(dial) == dial.state.sentence()
    assert repr(dial).startswith("Noise of 4.0 clips, 4 of 468 rows in a step, 8 steps")


def test_a_value_beside_the_knob_is_named():
    with pytest.raises(
        ValueError, match=r"noise must be from 0\.3 to 6\.0 in steps of 0\.1, got 0"
    ):
        EpsilonDial().noise = 0.0


def test_on_paper_it_is_its_sentence_and_its_table():
    data, _ = EpsilonDial()._repr_mimebundle_()
    assert data["text/plain"].startswith("Noise of 1.0 clips")
    assert "ten times the rows in all" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_more_rows_in_a_step_than_there_are_is_not_asked_for():
    table = DialState(n_expected=300, n_rows=468).rows().set_index("setting")
    assert table.loc["twice as many rows in a step", "epsilon"] == pytest.approx(
        epsilon_of(1.0, 1.0, 96, 1e-3), abs=0.01
    )
