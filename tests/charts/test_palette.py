import re

import pytest

from rectutor.charts.palette import LEVEL_HUES, MARKERS, MODEL_STYLES, model_style


def test_no_two_models_look_alike_in_marker_and_colour_or_dash():
    assert len(set(MODEL_STYLES.values())) == len(MODEL_STYLES)
    looks = [(style.colour, style.marker) for style in MODEL_STYLES.values()]
    assert len(set(looks)) == len(looks)


def test_every_style_uses_a_hex_colour_and_a_drawn_marker():
    for style in MODEL_STYLES.values():
        assert re.fullmatch(r"#[0-9A-F]{6}", style.colour)
        assert style.marker in MARKERS


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SASRec (CE)", "SASRec"),
        ("SASRec (BCE)", "SASRec (BCE)"),
        ("SASRec (BCE, 4)", "SASRec (BCE)"),
        ("SASRec (CE), text start", "SASRec (CE) (text start)"),
        ("Two-tower (in-batch)", "Two-tower"),
        ("MF (BPR)", "MF"),
        ("Oracle", "Oracle"),
        ("Oracle (order only)", "Oracle (order only)"),
    ],
)
def test_a_variant_looks_like_the_model_whose_name_it_begins_with(name, known):
    assert model_style(name) == MODEL_STYLES[known]


def test_a_name_that_merely_starts_with_the_same_letters_is_another_model():
    assert model_style("Randomised trees") == model_style("My model")
    assert model_style("Randomised trees") not in MODEL_STYLES.values()


def test_code_levels_have_hues_of_their_own():
    assert len(set(LEVEL_HUES)) == len(LEVEL_HUES) == 4
