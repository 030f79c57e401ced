"""The dial shows what the accountant says, and follows its controls."""

import pytest

from rectutor.training.private import epsilon_of
from rectutor.widgets import EpsilonDial
from rectutor.widgets.epsilon_dial import DialState


def test_the_table_holds_the_accountants_numbers():
    table = DialState(noise=2.0, n_expected=10, n_steps=50, n_rows=100).rows().set_index("setting")
    assert table.loc["as set", "epsilon"] == pytest.approx(epsilon_of(2.0, 0.1, 50, 1e-3), abs=0.01)
    noisier = epsilon_of(4.0, 0.1, 50, 1e-3)
    assert table.loc["twice the noise", "epsilon"] == pytest.approx(noisier, abs=0.01)
    rarer = epsilon_of(2.0, 0.01, 50, 1e-3)
    assert table.loc["ten times the people", "epsilon"] == pytest.approx(rarer, abs=0.01)


def test_a_control_changes_the_state_and_what_is_shown():
    dial = EpsilonDial()
    before = dial.shown.value
    dial.noise.value = 4.0
    assert dial.state == DialState(noise=4.0)
    dial.n_steps.value = 8
    dial.n_expected.value = 4
    assert dial.state == DialState(noise=4.0, n_steps=8, n_expected=4)
    assert dial.shown.value != before
    assert dial.state.sentence() in dial.shown.value
    assert dial.state.sentence().startswith("Noise of 4.0 clips, 4 of 468 rows in a step, 8 steps")


def test_on_paper_it_is_its_sentence_and_its_table():
    bundle = EpsilonDial()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"].startswith("Noise of 1.0 clips")
    assert "ten times the people" in data["text/plain"]


def test_more_rows_in_a_step_than_there_are_is_not_asked_for():
    table = DialState(n_expected=300, n_rows=468).rows().set_index("setting")
    assert table.loc["twice as many rows in a step", "epsilon"] == pytest.approx(
        epsilon_of(1.0, 1.0, 96, 1e-3), abs=0.01
    )
