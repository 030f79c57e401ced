"""The epsilon dial in a real JupyterLab: keys turn it, its line is said, its knobs have names."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "epsilon"


def says(opened, view, words: str) -> None:
    """Wait for words in the line, and compare it with Python's; on paper a table stands below."""
    view.locator(".rt-sentence").filter(has_text=words).wait_for()
    said = opened.python(f"repr(view['{NAME}'])")
    assert view.locator(".rt-sentence").inner_text() == said.strip("'")


def test_knobs_turn_by_arrow_keys_and_python_says_the_same(opened):
    view = opened.view(NAME)
    view.get_by_role("slider", name="noise, in clips").press("ArrowRight")
    says(opened, view, "Noise of 1.1 clips, 48 of 468 rows in a step, 96 steps: epsilon 4.7")
    view.get_by_role("slider", name="rows in a step, on average").press("ArrowLeft")
    says(opened, view, "Noise of 1.1 clips, 44 of 468 rows")
    view.get_by_role("slider", name="steps", exact=True).press("Home")
    says(opened, view, "44 of 468 rows in a step, 8 steps: epsilon")
    assert opened.errors == []


def test_one_lasting_line_is_announced_and_the_table_follows(opened):
    view = opened.view(NAME)
    says(opened, view, "Noise of 1.0 clips")
    line = view.locator("[role=status]")
    kept = line.element_handle()
    first = view.locator("tbody tr").first
    before = first.inner_text()
    view.get_by_role("slider", name="noise, in clips").press("End")
    says(opened, view, "Noise of 6.0 clips")
    assert line.count() == 1 and line.get_attribute("aria-live") == "polite"
    assert kept.evaluate("(node) => node.isConnected")  # a line put in anew may not be read out
    assert first.inner_text() != before
