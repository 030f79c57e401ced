"""Each view in a real JupyterLab: keys change it, nothing complains, nothing leaves the machine."""

import pytest

from rectutor.widgets.view import View
from tests.browser.conftest import CELLS
from tests.widgets.test_every_view import MAKE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIEWS = [
    "primer",
    "game",
    "ranks",
    "attention",
    "loss",
    "sampled",
    "neighbours",
    "tuning",
    "prompts",
    "names",
    "five",
    "codebooks",
    "trie",
    "gini",
    "grounding",
    "decoder",
    "traces",
]


def press(opened, control, *keys: str) -> None:
    control.wait_for()  # a knob that is not shown yet takes no focus, and does not complain
    control.focus()
    for key in keys:
        opened.page.keyboard.press(key)


def test_the_primer_turns_by_arrow_keys_and_unlocks_its_second_knob(opened):
    view = opened.view("primer")
    sliders = view.locator("input[type=range]")
    assert not sliders.nth(1).is_visible()
    press(opened, sliders.nth(0), "ArrowLeft", "ArrowLeft")
    opened.says("primer", "Temperature 0.5,")
    view.get_by_role("button", name="It grows towards 100 %").press("Enter")
    press(opened, sliders.nth(1), "ArrowRight")
    opened.says("primer", "person at 45 degrees")
    opened.becomes("(view['primer'].done, view['primer'].prediction)", "(1, 0)")


def test_the_game_is_played_by_digits_and_enter(opened):
    view = opened.view("game")
    press(opened, view.get_by_role("button", name="Heat"), "1")
    opened.says("game", "you said Heat. Right: Oracle.")
    assert view.locator(".rt-right").inner_text().startswith("★")
    press(opened, view.get_by_role("button", name="Next round"), "Enter")
    opened.says("game", "Round 2 of 3")
    press(opened, view.get_by_role("button", name="Alien"), "Enter")
    opened.says("game", "You 1, Popularity 0, Oracle 2")


def test_the_held_out_film_moves_by_keys_and_by_dragging(opened):
    view = opened.view("ranks")
    held = view.get_by_role("slider", name="Rank of the held-out film")
    press(opened, held.locator("visible=true").last, "ArrowDown", "ArrowDown", "ArrowDown")
    opened.says("ranks", "Alien stands at rank 6 of 18: HR@5 0")
    top = view.locator("[data-rank='1']").bounding_box()
    own = view.locator(".rt-held").bounding_box()
    opened.page.mouse.move(own["x"] + 80, own["y"] + 8)
    opened.page.mouse.down()
    opened.page.mouse.move(top["x"] + 80, top["y"] + 8, steps=8)
    opened.page.mouse.up()
    opened.says("ranks", "Alien stands at rank 1 of 18: HR@5 1")


def test_the_title_decoder_is_weighed_and_divided_by_keys(opened):
    view = opened.view("decoder")
    weight = view.get_by_role("slider", name="weight of the decoder")
    press(opened, weight, "Home")
    opened.says("decoder", "weight 0.0 on the decoder and 1.0 on the helper, not divided")
    press(opened, weight, "ArrowRight", "ArrowRight", "ArrowRight")
    opened.says("decoder", "weight 0.3 on the decoder and 0.7 on the helper, not divided")
    view.get_by_role("button", name="They are as long as before").press("Enter")
    press(opened, view.get_by_role("checkbox", name="divide by length"), "Space")
    opened.says("decoder", "divided by length: 3 titles")
    press(opened, weight, "Home")
    opened.says("decoder", "three, is at place 1.")
    assert "★ truly next" in view.locator("tbody tr").nth(0).inner_text()
    opened.becomes("view['decoder'].done", "2")


def test_the_attention_map_reads_another_film_and_deletes_the_most_attended(opened):
    view = opened.view("attention")
    assert view.get_by_role("button", name="Delete the most attended film").count() == 0
    view.get_by_role("button", name="No: deleting").click()
    view.get_by_role("button", name="Delete the most attended film").press("Enter")
    opened.says("attention", "Without Alien the score of Jaws goes from 2 to 2.1")
    press(opened, view.locator("input[type=range]"), "Home")
    opened.says("attention", "it looks 100 % at Heat")
    view.get_by_role("button", name="delete Heat").press("Enter")
    opened.says("attention", "effect number 1 of 3")
    opened.becomes("view['attention'].done", "2")


def test_the_loss_explorer_moves_along_its_grid_and_picks_an_architecture(opened):
    view = opened.view("loss")
    view.get_by_role("button", name="The number of negatives").press("Enter")
    press(opened, view.locator("input[type=range]"), "End")
    view.get_by_label("GRU4Rec").check()
    opened.says("loss", "NDCG@10 with all negatives: GRU4Rec 0.18 [0.17, 0.19].")


def test_the_tuning_explorer_turns_examples_and_then_the_rank(opened):
    view = opened.view("tuning")
    sliders = view.locator("input[type=range]")
    assert not sliders.nth(1).is_visible()
    view.get_by_role("button", name="The examples").press("Enter")
    press(opened, sliders.nth(0), "ArrowRight")
    opened.says("tuning", "64 examples, rank 8: AUC within people: LoRA 0.54 [0.51, 0.57]")
    assert view.locator(".rt-direction").count() == 2
    press(opened, sliders.nth(1), "Home")
    opened.says("tuning", "64 examples, rank 1: AUC within people: LoRA 0.52 [0.49, 0.55]")
    assert view.locator(".rt-direction").count() == 1


def test_names_are_read_token_by_token_by_arrow_keys(opened):
    view = opened.view("names")
    opened.says("names", "no tokens read: all 6 films are left")
    assert view.locator(".rt-unread").count() == 5
    press(opened, view.locator("input[type=range]"), "ArrowRight")
    opened.says("names", "1 token read. Films left: alone 1, numbers 3")
    assert view.locator(".rt-unread").count() == 2
    view.get_by_role("listbox", name="films").press("ArrowDown")
    opened.says("names", "alert(1)</script>, 1 token read")


def test_the_order_of_models_turns_with_the_number_of_negatives(opened):
    view = opened.view("sampled")
    first = view.locator(".rt-order").first.locator("li").first
    assert "Markov" in first.inner_text()
    press(opened, view.locator("input[type=range]"), "Home")
    opened.says("sampled", "1 pair of models stands in another order")
    assert "EASE" in first.inner_text()


def test_python_moves_the_page(opened):
    opened.view("ranks")
    opened.python("setattr(view['ranks'], 'rank', 12)")
    opened.says("ranks", "Alien stands at rank 12 of 18")


def test_two_hundred_rapid_events_end_in_one_redraw(opened):
    view = opened.view("sampled")
    opened.says("sampled", "m = 99")
    drawn = view.evaluate(
        """async (root) => {
            const before = Number(root.dataset.draws);
            const slider = root.querySelector("input[type=range]");
            for (let i = 0; i < 200; i++) {
                slider.value = i % 3;
                slider.dispatchEvent(new Event("input"));
            }
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            return Number(root.dataset.draws) - before;
        }"""
    )
    assert drawn == 1
    opened.says("sampled", "m = 10 sampled")


@pytest.mark.parametrize("name", VIEWS)
def test_every_control_has_a_name_and_the_sentence_is_announced(opened, name):
    view = opened.view(name)
    view.get_by_role("button", name="Skip the missions").click()
    nameless = view.evaluate(
        """(root) => [...root.querySelectorAll("button, input")].filter((node) =>
            !node.textContent && !node.ariaLabel && !node.labels?.[0]?.textContent).length"""
    )
    assert nameless == 0
    assert view.locator(".rt-sentence").get_attribute("aria-live") == "polite"
    assert view.get_attribute("aria-label")


@pytest.mark.parametrize("name", VIEWS)
def test_with_all_knobs_open_it_fits_900_pixels_in_text_of_13_or_more(opened, name):
    view = opened.view(name)
    view.get_by_role("button", name="Skip the missions").click()
    width, needed, smallest = view.evaluate(
        """(root) => {
            root.style.width = "900px";
            const inner = [root, ...root.querySelectorAll(".rt-stage")];
            const over = Math.max(...inner.map((node) => node.scrollWidth - node.clientWidth));
            const sizes = [...root.querySelectorAll("*")].filter((node) => node.textContent.trim())
                .map((node) => parseFloat(getComputedStyle(node).fontSize));
            root.style.width = "";
            return [root.clientWidth, over, Math.min(...sizes)];
        }"""
    )
    assert width <= 900
    assert needed <= 0
    assert smallest >= 13


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_text_stands_out_from_its_ground_in_both_themes(opened, theme):
    page = opened.page
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    light = "true" if theme.endswith("Light") else "false"
    page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
    ink, ground = opened.view("ranks").evaluate(
        """(root) => {
            const style = getComputedStyle(root);
            const brightness = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
                .reduce((sum, part) => sum + Number(part), 0) / 765;
            return [brightness(style.color), brightness(style.backgroundColor)];
        }"""
    )
    assert abs(ink - ground) > 0.6


def test_five_tasks_show_the_answers_of_the_family_and_person_chosen(opened):
    view = opened.view("five")
    view.get_by_role("button", name="Skip the missions").click()
    slider = view.get_by_role("slider", name="person")
    press(opened, slider, "ArrowRight")
    view.locator("input[type=range][aria-valuetext='2']").wait_for()
    rows = view.locator("tbody tr")
    assert rows.count() == 3 and "✓ right" in rows.first.inner_text()
    opened.becomes("view['five'].person", "1")


def test_a_chart_is_drawn_by_vega_and_a_curve_wakes_up_when_touched(opened):
    page = opened.page
    assert page.locator(".vega-embed svg").first.is_visible()
    page.locator(".jp-RenderedPlotly img").dispatch_event("mouseenter")
    page.locator(".js-plotly-plot .legend").wait_for()


def test_bars_stand_still_where_motion_is_unwanted(opened):
    bar = opened.view("ranks").locator(".rt-bar").first
    assert bar.evaluate("(node) => getComputedStyle(node).transitionDuration") == "0s"


WITHOUT_KERNEL = """async ([code, values]) => {
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const { default: view } = await import(url);
    const heard = {};
    const model = {
        get: (name) => values[name],
        set: (name, value) => {
            values[name] = value;
            (heard[`change:${name}`] ?? []).forEach((hear) => hear());
        },
        on: (name, hear) => { heard[name] = [...(heard[name] ?? []), hear]; },
        off: () => {},
        save_changes: () => {},
    };
    window.values = values;
    view.render({ model, el: document.body });
}"""


@pytest.mark.parametrize("name", VIEWS)
def test_without_a_kernel_the_page_says_what_python_would_say(opened, name):
    view: View = MAKE[name]()
    page = opened.page.context.browser.new_page()
    try:
        names = [*view.knobs, "page", "done", "prediction"]
        page.evaluate(WITHOUT_KERNEL, [view._esm, {one: getattr(view, one) for one in names}])
        assert page.locator(".rt-sentence").inner_text() == repr(view)
        if name == "game":
            page.get_by_role("button", name="Heat").press("1")
        elif name == "traces":
            page.get_by_role("button", name="Skip the missions").click()
            page.get_by_role("radio", name="[2] Collateral (2004)").check()
        else:
            if name in ("codebooks", "trie", "gini"):  # all their knobs wait for the first mission
                page.get_by_role("button", name="Skip the missions").click()
            if name == "codebooks":
                page.get_by_role("radio", name="training").check()
            if name == "grounding":  # the weight of popularity moves no nearest film
                page.get_by_role("radio").nth(1).check()
            slider = page.locator("input[type=range]").first
            if name != "grounding":  # where it waits for the first mission
                slider.wait_for()
            slider.press("Home")
            slider.press("ArrowRight")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        for knob in view.knobs:
            setattr(view, knob, page.evaluate("(name) => window.values[name]", knob))
        assert page.locator(".rt-sentence").inner_text() == repr(view)
    finally:
        page.close()
    assert repr(view) != repr(MAKE[name]())


def test_a_question_is_answered_by_arrow_keys(opened):
    form = opened.page.locator(".jp-CodeCell").nth(list(CELLS).index("form"))
    press(opened, form.get_by_role("radio", name="yes"), "Space", "ArrowDown", "ArrowDown")
    assert form.get_by_role("radio", name="both").is_checked()
    sure = form.get_by_role("combobox")
    press(opened, sure, "ArrowDown")
    assert sure.input_value() == "80 % sure"
    press(opened, form.get_by_role("button", name="Commit"), "Enter")
    form.get_by_role("status").wait_for()
    assert "you said both (80% sure)" in form.get_by_role("status").inner_text()


def test_two_traces_on_one_page_share_no_id(opened):
    view: View = MAKE["traces"]()
    page = opened.page.context.browser.new_page()
    try:
        names = [*view.knobs, "page", "done", "prediction"]
        for _ in range(2):
            page.evaluate(WITHOUT_KERNEL, [view._esm, {one: getattr(view, one) for one in names}])
        found = page.locator("[aria-controls]").evaluate_all(
            "(nodes) => nodes.map((node) => [node.getAttribute('aria-controls'), "
            "document.querySelectorAll('#' + node.getAttribute('aria-controls')).length])"
        )
    finally:
        page.close()
    assert len(found) >= 4 and all(n == 1 for _, n in found)
    assert len({name for name, _ in found}) == len(found)


def test_hostile_titles_are_shown_as_text_and_nothing_complains_or_leaves(opened):
    page = opened.page
    view = opened.view("ranks")
    assert "<img src=x onerror=alert(1)>" in view.inner_text()
    assert page.locator(".rt img, .rt script").count() == 0
    assert opened.errors == []
    assert opened.outside == []


def test_a_trace_unfolds_by_key_and_an_edit_is_replayed(opened):
    view = opened.view("traces")
    view.get_by_role("button", name="Skip the missions").click()
    card = view.locator("[data-card=left2]")
    assert card.get_attribute("aria-expanded") == "false"
    press(opened, card, "Enter")
    view.locator("[data-card=left2][aria-expanded=true]").wait_for()
    assert view.locator("[data-card=left2]").evaluate("(node) => node === document.activeElement")
    press(opened, view.get_by_role("button", name="Edit step 3"), "Enter")
    box = view.get_by_role("textbox", name="what the tool says in step 3")
    box.fill("<img src=x onerror=alert(1)> [5] Airplane! (1980)")
    press(opened, view.get_by_role("button", name="Replay from here"), "Enter")
    opened.says("traces", "another answer, 4 steps, 1 call of tools")
    assert view.locator("img").count() == 0
    assert "answered with [5]" in view.locator(".rt-sentence").inner_text()
    assert view.get_by_text("(differs)").count() == 2
