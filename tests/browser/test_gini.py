"""The Gini lab in a real JupyterLab: a model is chosen, knobs turn by keys, the trail stays."""

import pytest

from tests.widgets.test_gini_lab import view as sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "gini"


@pytest.fixture
def view(opened):
    view = opened.view(NAME)
    view.get_by_role("button", name="Skip the missions").click()
    return view


def test_before_the_prediction_there_is_one_knob_and_no_trail(opened):
    view = opened.view(NAME)
    assert view.get_by_label("model", exact=True).is_visible()
    assert not view.get_by_role("slider", name="length of lists k").is_visible()
    view.get_by_role("button", name="Less: Gini falls").click()
    view.get_by_role("slider", name="strength").wait_for()
    assert view.get_by_role("slider", name="length of lists k").is_visible()


def test_knobs_turn_by_arrow_keys_and_python_says_the_same(opened, view):
    view.get_by_role("slider", name="strength").press("ArrowRight")
    opened.says(NAME, "popularity weight 0.2, lists of 10, validation: Gini 0.66")
    view.get_by_role("slider", name="length of lists k").press("ArrowRight")
    opened.says(NAME, "popularity weight 0.2, lists of 50, validation: Gini 0.36")
    view.get_by_label("test", exact=True).check()
    opened.says(NAME, "lists of 50, test: Gini 0.36")


def test_strengths_are_said_in_the_words_of_their_knob(opened, view):
    strength = view.get_by_role("slider", name="strength")
    strength.press("End")
    opened.says(NAME, "popularity weight 1, lists of 10")
    assert strength.get_attribute("aria-valuetext") == "1"
    view.get_by_label("drawing temperature").check()
    opened.says(NAME, "drawing temperature 1, lists of 10")


def test_another_model_is_chosen_from_the_list(opened, view):
    view.get_by_label("model", exact=True).select_option(label="Random")
    opened.says(NAME, "Random, as it is, lists of 10")
    opened.becomes(f"view['{NAME}'].model", "1")


def test_a_goal_that_is_reached_ends_the_second_mission(opened):
    view = opened.view(NAME)
    view.get_by_role("button", name="Less: Gini falls").click()
    view.get_by_role("slider", name="strength").press("ArrowRight")
    view.get_by_role("slider", name="strength").press("ArrowRight")
    view.get_by_text("It can be done without training").wait_for()
    opened.becomes(f"view['{NAME}'].done", "2")


def test_curves_bars_and_points_are_drawn_and_named(opened, view):
    charts = view.get_by_role("img")
    names = [chart.get_attribute("aria-label") for chart in charts.all()]
    assert names[0].startswith("Lorenz curves: Gini 0.70")
    assert names[1] == "Shares of tenths of popularity: shown 70 %, 30 %"
    assert names[2] == "HR@10 against Gini of 2 models"
    text = charts.nth(2).text_content()
    assert all(name in text for name in sample().page["models"])
    assert opened.errors == []
