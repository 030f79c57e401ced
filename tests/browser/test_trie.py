"""The trie stepper in a real JupyterLab: two beams by hand, then the model's own, step by step."""

import pytest

from rectutor.widgets.codebook_state import chips

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "trie"


@pytest.fixture
def view(opened):
    view = opened.view(NAME)
    view.get_by_role("button", name="Skip the missions").click()
    return view


def slide(view, name: str, *keys: str):
    knob = view.get_by_role("slider", name=name)
    for key in keys:
        knob.press(key)


def column(view, level: int):
    return view.get_by_role("group", name=f"Beams of code {level}")


def test_two_beams_are_kept_by_hand_and_can_be_taken_back(opened):
    view = opened.view(NAME)
    opened.says(NAME, "by hand. Step 1 of 2: keep 2 beginnings.")
    assert view.locator(".rt-true-item .rt-chip").count() == 0  # its codes would give it away
    view.get_by_role("button", name="4 films").click()
    opened.says(NAME, "1 of 2 beginnings kept")
    view.get_by_role("button", name="4 films").press("Enter")
    opened.says(NAME, "Step 1 of 2: keep 2 beginnings.")
    view.get_by_role("button", name="3 films").click()
    view.get_by_role("button", name="2 films").click()
    opened.says(NAME, "Step 2 of 2: keep 2 beginnings.")
    assert view.get_by_role("button", name="4 films").is_disabled()
    view.locator("[data-place='hand 2 0']").click()
    view.locator("[data-place='hand 2 1']").click()
    opened.says(NAME, f"You found C and A; the true film, C, {chips((2, 1))}, is among them.")
    opened.becomes("view['trie'].hand", "[1, 2, 0, 1]")
    view.get_by_role("button", name="3 films").click()  # what came after it goes, too
    opened.says(NAME, "Step 1 of 2: 1 of 2 beginnings kept")


def test_the_missions_lead_from_two_beams_to_the_width_that_finds_the_film(opened):
    view = opened.view(NAME)
    view.get_by_role("button", name="at step 1").press("Enter")
    slide(view, "beams", "ArrowRight", "ArrowRight")
    slide(view, "step", "ArrowRight")
    opened.says(NAME, "Step 1 of 2: 2 beams, 4 legal children, 0 % of the probability had nowhere")
    paths = view.locator(".rt-true-path").all_inner_texts()
    assert "★ 3rd, ✂ dropped:" in paths[0]
    slide(view, "step", "ArrowRight")
    opened.says(NAME, "the true film was dropped at step 1.")
    assert "★ gone since step 1:" in view.locator(".rt-true-path").nth(1).inner_text()
    opened.becomes("view['trie'].done", "1")
    slide(view, "beams", "ArrowRight")
    opened.says(NAME, "the true film is 1st (1st by exact score) and is kept.")
    opened.becomes("view['trie'].done", "2")


def test_arrow_keys_step_from_any_column(opened, view):
    slide(view, "beams", "End")
    opened.says(NAME, "Step 0 of 2: nothing is written")
    column(view, 1).press("ArrowRight")
    opened.says(NAME, "Step 1 of 2: 4 beams")
    column(view, 1).press("ArrowRight")
    opened.says(NAME, "Step 2 of 2: 5 beams")
    rows = column(view, 2).locator("li.rt-beam:not(.rt-pruned)").all_inner_texts()
    assert len(rows) == 5 and rows[0].startswith("★ 1") and "exact rank 1" in rows[0]
    column(view, 2).press("ArrowLeft")
    opened.says(NAME, "Step 1 of 2")
    assert opened.page.evaluate("document.activeElement.dataset.place") == "code 2"


def test_without_the_trie_ids_of_no_film_are_named_so(opened, view):
    slide(view, "beams", "End", "ArrowLeft")
    slide(view, "step", "End")
    view.get_by_role("radio", name="off").check()
    opened.says(NAME, "trie off. Step 2 of 2: 3 beams, 1 of them (33 %) no such film")
    assert "no such film" in column(view, 2).locator(".rt-no-item").first.inner_text()
    assert view.locator(".rt-no-slice").count() == 1
    view.get_by_role("radio", name="untrained").check()
    opened.says(NAME, "untrained, person 1, temperature 1, trie off.")


def test_the_strip_holds_all_of_the_probability_and_can_be_enlarged(opened, view):
    slide(view, "beams", "End", "ArrowLeft")
    slide(view, "step", "End")
    opened.says(NAME, "Step 2 of 2: 3 beams")
    assert "In the beams 38 %. Nowhere to go, at this step or before (hatched): 13 %. Not" in (
        view.locator(".rt-strip").inner_text()
    )
    widths = """(root) => [root.querySelector(".rt-whole"), ...root.querySelectorAll(".rt-slice")]
        .map((node) => Number(node.getAttribute("width")))"""
    whole, *slices = view.evaluate(widths)
    assert slices[:3] == pytest.approx([0.4 * whole, 0.3 * whole, 0.2 * whole], rel=0.01)
    view.get_by_label("enlarge what the beams hold").check()
    opened.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    whole, *slices = view.evaluate(widths)
    assert sum(slices[3:]) == pytest.approx(whole, rel=0.01)
    opened.becomes("view['trie'].is_enlarged", "True")
