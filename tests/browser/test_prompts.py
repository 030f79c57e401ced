"""The prompt lab in a real JupyterLab: arrow keys choose cells, words are marked, a box answers."""

import pytest

from rectutor.widgets.prompt_state import marked_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "prompts"


@pytest.fixture
def view(opened):
    view = opened.view(NAME)
    view.get_by_role("button", name="Skip the missions").click()
    return view


def test_arrow_keys_move_the_chosen_cell_and_keep_the_focus(opened, view):
    cells = view.get_by_role("application")
    cells.focus()
    opened.page.keyboard.press("ArrowRight")
    opened.says(NAME, "1: plain, Yes/No, newest first, 4 told")
    opened.page.keyboard.press("ArrowDown")
    opened.says(NAME, "1: asking, Yes/No, newest first, 4 told")
    view.get_by_label("2", exact=True).check()
    cells.focus()
    opened.page.keyboard.press("ArrowUp")
    opened.says(NAME, "2: plain, Yes/No, oldest first, 4 told")


def test_the_page_counts_answers_and_marks_the_words_that_differ(opened, view):
    opened.says(NAME, "4 of 8 answers change, 4 when the shift is taken off")
    side = view.locator(".rt-sides").first
    one, other = marked_words(
        "Alien; Heat / Jaws; Up / Big?", "Liked Alien; Heat, not Jaws; Up. Big, Yes or No?"
    )
    marks = [word for word, is_own in (*one, *other) if is_own]
    assert side.locator("mark").all_inner_texts() == marks
    assert marks[:2] == ["Heat", "/"]  # "Alien;" and "Jaws;" stand in both
    assert "Liked Alien; Heat, not Jaws; Up. Big, Yes or No?" in side.inner_text()
    assert view.locator(".rt-sides").count() == 3


def test_another_model_has_other_answers(opened, view):
    view.get_by_label("tuned").check()
    opened.says(NAME, "tuned. 1: plain")


def test_a_template_is_refused_or_run_and_shown_below_the_others(opened, view):
    box = view.locator("textarea")
    box.fill("{liked} alone")
    view.get_by_role("button", name="Check and run it").press("Enter")
    view.get_by_text("write {disliked}, {title} where it belongs").wait_for()
    box.fill("{liked} - {disliked} - {title}")
    view.get_by_role("button", name="Check and run it").press("Enter")
    view.get_by_text("on fresh people").wait_for()
    view.get_by_text("your own", exact=False).first.wait_for()
    opened.becomes("len(view['prompts'].own['cells'])", "2")
    assert opened.errors == []
