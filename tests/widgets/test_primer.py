import numpy as np
import pytest

from rectutor.widgets import PrimerView
from rectutor.widgets.primer import PrimerState


def two_films(**knobs) -> PrimerState:
    return PrimerState(("A", "B"), ((2.0, 0.0), (0.0, 2.0)), **{"angle": 0, **knobs})


def test_the_score_is_the_dot_product_with_a_person_of_length_one_and_a_half():
    assert two_films().scores() == pytest.approx([3.0, 0.0])


def test_probabilities_are_the_softmax_of_scores_over_temperature():
    expected = np.exp(3 / 2) / (np.exp(3 / 2) + 1)
    assert two_films(temperature=2.0).probabilities() == pytest.approx([expected, 1 - expected])


def test_a_low_temperature_does_not_overflow():
    assert two_films(temperature=0.1).probabilities() == pytest.approx([1.0, 0.0])


def test_the_sentence_lists_films_from_likely_to_unlikely():
    assert two_films(angle=90, temperature=2.0).sentence() == (
        "Temperature 2, person at 90 degrees: B 82 %, A 18 %."
    )


def test_turning_a_knob_changes_the_state():
    view = PrimerView()
    view.temperature = 0.1
    view.angle = 0
    assert (view.state.temperature, view.state.angle) == (0.1, 0)
    assert repr(view).startswith("Temperature 0.1, person at 0 degrees: Alien")


def test_each_frame_holds_the_sentence_of_its_own_knobs():
    view = PrimerView()
    view.temperature, view.angle = 5.0, 45
    page = view.page
    frame = page["frames"][page["temperatures"].index(5.0)][page["angles"].index(45)]
    assert frame["sentence"] == repr(view)


def test_a_temperature_off_the_scale_is_named():
    with pytest.raises(ValueError, match=r"temperature must be one of .* got 0\.4"):
        PrimerView(temperature=0.4)


def test_an_angle_between_the_steps_is_named():
    with pytest.raises(ValueError, match="multiple of 15 from 0 to 345, got 20"):
        PrimerView(angle=20)


def test_names_without_vectors_are_refused():
    with pytest.raises(ValueError, match="got 2 names and 1 vectors"):
        PrimerView(["A", "B"], [(1, 0)])
