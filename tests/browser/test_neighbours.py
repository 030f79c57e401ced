"""The neighbours in a real JupyterLab: letters narrow the list, arrow keys choose, lists follow."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "neighbours"


@pytest.fixture
def view(opened):
    return opened.view(NAME)


def drawn(opened) -> None:
    """Wait for the next redraw."""
    opened.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def titles(view, space: str) -> list[str]:
    """Return the titles of one list as they stand on the page."""
    return view.get_by_role("list", name=f"nearest {space}").locator("button").all_inner_texts()


def test_letters_narrow_the_list_and_arrow_keys_choose_in_it(opened, view):
    box = view.get_by_role("searchbox", name="film")
    opened.says(NAME, "Alien (1979): 1 of 3 neighbours stands in both lists")
    box.press_sequentially("ALI")
    options = view.get_by_role("listbox", name="films").get_by_role("option")
    assert options.all_inner_texts() == ["Alien (1979)", "Aliens (1986)"]
    assert view.locator("output").first.inner_text() == "2 of 6 titles"
    box.press("ArrowDown")
    opened.page.keyboard.press("ArrowDown")
    opened.says(NAME, "Aliens (1986): ")
    assert titles(view, "by words")[0] == "Alien (1979)"


def test_enter_takes_the_first_title_that_fits_and_escape_shows_all(opened, view):
    box = view.get_by_role("searchbox", name="film")
    box.fill("1995 heat")  # words in any order
    box.press("Enter")
    opened.says(NAME, "Heat (1995): ")
    box.fill("nothing like it")
    assert view.locator("output").first.inner_text() == "no such title"
    box.press("Enter")
    box.press("Escape")
    assert view.locator("option").count() == 6
    opened.says(NAME, "Heat (1995): ")


def test_moving_k_keeps_the_letters_and_reset_clears_them(opened, view):
    box = view.get_by_role("searchbox", name="film")
    box.fill("heat")
    view.locator("input[type=range]").press("End")
    opened.says(NAME, "Alien (1979): 4 of 4 neighbours")
    assert box.input_value() == "heat"
    view.get_by_role("button", name="Reset").click()
    opened.says(NAME, "Alien (1979): 1 of 3 neighbours")
    assert (box.input_value(), view.locator("option").count()) == ("", 6)


def test_a_neighbour_can_be_gone_to_and_the_focus_stays_in_its_place(opened, view):
    first = view.get_by_role("list", name="nearest by behaviour").locator("button").first
    assert first.inner_text() == "Heat (1995)"
    first.press("Enter")
    opened.says(NAME, "Heat (1995): ")
    drawn(opened)
    assert opened.page.evaluate("document.activeElement.dataset.place") == "1 0"


def test_common_films_are_marked_in_words_on_both_sides(opened, view):
    marked = view.locator(".rt-common")
    assert [text.split("\n")[1] for text in marked.all_inner_texts()] == ["Aliens (1986)"] * 2
    assert all("⇄ in both · same series" in text for text in marked.all_inner_texts())


def test_a_film_without_a_vector_says_so_where_its_list_would_be(opened, view):
    box = view.get_by_role("searchbox", name="film")
    box.fill("unseen")
    box.press("Enter")
    opened.says(NAME, "Unseen: it has no vector by behaviour, so no neighbours there")
    assert titles(view, "by behaviour") == []
    assert "It has no vector by behaviour" in view.locator(".rt-spaces").inner_text()


def test_its_height_is_the_same_for_every_film(opened, view):
    heights = set()
    for _ in range(6):
        heights.add(view.bounding_box()["height"])
        view.get_by_role("listbox").press("ArrowDown")
        drawn(opened)
    assert len(heights) == 1


def test_rapid_events_end_in_one_redraw_of_the_last_state(opened, view):
    drawn = view.evaluate(
        """async (root) => {
            const before = Number(root.dataset.draws);
            const list = root.querySelector("select");
            for (let i = 0; i < 200; i++) {
                list.value = i % 3;
                list.dispatchEvent(new Event("change"));
            }
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            return Number(root.dataset.draws) - before;
        }"""
    )
    assert drawn == 1
    opened.says(NAME, "Aliens (1986): ")


def test_nothing_stands_out_of_900_pixels_and_titles_stay_text(opened, view):
    over = view.evaluate(
        """(root) => {
            root.style.width = "900px";
            const parts = [root, ...root.querySelectorAll(".rt-stage, .rt-near, .rt-finder")];
            const over = Math.max(...parts.map((node) => node.scrollWidth - node.clientWidth));
            root.style.width = "";
            return over;
        }"""
    )
    assert over <= 0
    assert "<img src=x onerror=alert(1)>" in view.locator("select").inner_text()
    assert view.locator("img").count() == 0
