"""The epsilon dial in a real JupyterLab: keys turn it, its line is said, its knobs have names."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "epsilon"


def test_knobs_turn_by_arrow_keys_and_python_says_the_same(opened):
    view = opened.view(NAME)
    view.get_by_role("slider", name="noise, in clips").press("ArrowRight")
    opened.says(NAME, "Noise of 1.1 clips, 48 of 468 rows in a step, 96 steps: epsilon 4.7")
    view.get_by_role("slider", name="rows in a step, on average").press("ArrowLeft")
    opened.says(NAME, "Noise of 1.1 clips, 44 of 468 rows")
    view.get_by_role("slider", name="steps", exact=True).press("Home")
    opened.says(NAME, "44 of 468 rows in a step, 8 steps: epsilon")
    assert opened.errors == []


def test_one_lasting_line_is_announced_and_the_table_follows(opened):
    view = opened.view(NAME)
    opened.says(NAME, "Noise of 1.0 clips")
    line = view.locator("[role=status]")
    kept = line.element_handle()
    first = view.locator("tbody tr").first
    before = first.inner_text()
    view.get_by_role("slider", name="noise, in clips").press("End")
    opened.says(NAME, "Noise of 6.0 clips")
    assert line.count() == 1 and line.get_attribute("aria-live") == "polite"
    assert kept.evaluate("(node) => node.isConnected")  # a line put in anew may not be read out
    assert first.inner_text() != before
