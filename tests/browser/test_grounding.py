"""The grounding lab in a real JupyterLab: what is typed is answered by the kernel."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_typed_title_is_grounded_letter_by_letter(opened):
    view = opened.view("grounding")
    opened.says("grounding", '"Heat 2": ')
    view.get_by_role("button", name="Some of them").press("Enter")
    box = view.get_by_role("textbox", name="a film's title")
    box.fill("")
    box.press_sequentially("Alein")
    opened.says("grounding", '"Alein": ')
    rows = view.locator(".rt-snaps tbody tr")
    assert rows.count() == 7
    assert "no such title" in rows.nth(0).inner_text()
    assert rows.nth(2).inner_text().split("\n")[0].startswith("fewest edits")
    assert "Alien" in rows.nth(2).inner_text()


def test_a_text_that_stands_ready_and_popularity_are_turned_by_keys(opened):
    view = opened.view("grounding")
    view.get_by_role("button", name="Some of them").press("Enter")
    view.get_by_label("King Kong").check()
    opened.says("grounding", "King Kong (1933) by same words")
    assert "a tie" in view.locator(".rt-snaps tbody tr").nth(1).inner_text()
    slider = view.locator("input[type=range]")
    slider.focus()
    opened.page.keyboard.press("End")
    opened.says("grounding", "King Kong")
    opened.becomes("view['grounding'].gamma", "100.0")


def test_the_act_is_done_by_a_text_that_splits_edits_and_states(opened):
    view = opened.view("grounding")
    view.get_by_role("button", name="Some of them").press("Enter")
    view.get_by_label("Halien").check()
    opened.says("grounding", '"Halien": ')
    view.get_by_role("button", name="I have an answer").wait_for()
    opened.becomes("view['grounding'].done", "2")
