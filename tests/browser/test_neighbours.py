"""The neighbours in a real JupyterLab: letters narrow the list, arrow keys choose, lists follow."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.browser.lab import FLAGS, LIMIT_MS, chromium, lab, open_and_run, write_notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELL = """
from rectutor.widgets import Neighbours
from tests.widgets.samples import HOSTILE
from tests.widgets.test_neighbours import FACTS, SPACES, TITLES
long = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1964)"
many = tuple(("theme", word * 3) for word in ("space-travel ", "heists ", "monsters ", "revenge "))
titles = (*TITLES[:3], long, HOSTILE[0], TITLES[5])
facts = (FACTS[0] + many, FACTS[1], FACTS[2], FACTS[3] + many, FACTS[4], FACTS[5])
view = Neighbours.from_vectors(titles, SPACES, facts, k=3, start=0)
view
"""


class Opened(NamedTuple):
    """The view on its page, and what the page complained about."""

    view: Any
    page: Any
    errors: list[str]

    def says(self, words: str) -> None:
        """Wait until the line under the view begins with `words`."""
        said = ""
        for _ in range(100):
            said = self.view.locator(".rt-sentence").inner_text()
            if said.startswith(words):
                return
            time.sleep(0.1)
        raise AssertionError(f"waited for {words!r}; the page: {said!r}")

    def drawn(self) -> None:
        """Wait for the next redraw."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = chromium()
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine")
    folder = tmp_path_factory.mktemp("neighbours")
    write_notebook(folder / "neighbours.ipynb", [CELL])
    with lab(folder) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 1100}, reduced_motion="reduce")
        page.set_default_timeout(LIMIT_MS)
        errors: list[str] = []
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_and_run(page, address, "neighbours.ipynb")
        view = page.locator(".rt")
        view.locator(".rt-sentence").wait_for()
        page.set_default_timeout(20_000)
        yield Opened(view, page, errors)
        browser.close()


@pytest.fixture
def opened(page: Opened) -> Opened:
    page.view.get_by_role("button", name="Reset").click()
    page.drawn()
    return page


def titles(opened: Opened, space: str) -> list[str]:
    """Return the titles of one list as they stand on the page."""
    return (
        opened.view.get_by_role("list", name=f"nearest {space}").locator("button").all_inner_texts()
    )


def test_letters_narrow_the_list_and_arrow_keys_choose_in_it(opened):
    view, box = opened.view, opened.view.get_by_role("searchbox", name="film")
    opened.says("Alien (1979): 1 of 3 neighbours stands in both lists")
    box.press_sequentially("ALI")
    options = view.get_by_role("listbox", name="films").get_by_role("option")
    assert options.all_inner_texts() == ["Alien (1979)", "Aliens (1986)"]
    assert view.locator("output").first.inner_text() == "2 of 6 titles"
    box.press("ArrowDown")
    opened.page.keyboard.press("ArrowDown")
    opened.says("Aliens (1986): ")
    assert titles(opened, "by words")[0] == "Alien (1979)"


def test_enter_takes_the_first_title_that_fits_and_escape_shows_all(opened):
    box = opened.view.get_by_role("searchbox", name="film")
    box.fill("1995 heat")  # words in any order
    box.press("Enter")
    opened.says("Heat (1995): ")
    box.fill("nothing like it")
    assert opened.view.locator("output").first.inner_text() == "no such title"
    box.press("Enter")
    box.press("Escape")
    assert opened.view.locator("option").count() == 6
    opened.says("Heat (1995): ")


def test_moving_k_keeps_the_letters_and_reset_clears_them(opened):
    box = opened.view.get_by_role("searchbox", name="film")
    box.fill("heat")
    opened.view.locator("input[type=range]").press("End")
    opened.says("Alien (1979): 4 of 4 neighbours")
    assert box.input_value() == "heat"
    opened.view.get_by_role("button", name="Reset").click()
    opened.says("Alien (1979): 1 of 3 neighbours")
    assert (box.input_value(), opened.view.locator("option").count()) == ("", 6)


def test_a_neighbour_can_be_gone_to_and_the_focus_stays_in_its_place(opened):
    first = opened.view.get_by_role("list", name="nearest by behaviour").locator("button").first
    assert first.inner_text() == "Heat (1995)"
    first.press("Enter")
    opened.says("Heat (1995): ")
    opened.drawn()
    assert opened.page.evaluate("document.activeElement.dataset.place") == "1 0"


def test_common_films_are_marked_in_words_on_both_sides(opened):
    marked = opened.view.locator(".rt-common")
    assert [text.split("\n")[1] for text in marked.all_inner_texts()] == ["Aliens (1986)"] * 2
    assert all("⇄ in both · same series" in text for text in marked.all_inner_texts())


def test_a_film_without_a_vector_says_so_where_its_list_would_be(opened):
    box = opened.view.get_by_role("searchbox", name="film")
    box.fill("unseen")
    box.press("Enter")
    opened.says("Unseen: it has no vector by behaviour, so no neighbours there")
    assert titles(opened, "by behaviour") == []
    assert "It has no vector by behaviour" in opened.view.locator(".rt-spaces").inner_text()


def test_its_height_is_the_same_for_every_film(opened):
    heights = set()
    for _ in range(6):
        heights.add(opened.view.bounding_box()["height"])
        opened.view.get_by_role("listbox").press("ArrowDown")
        opened.drawn()
    assert len(heights) == 1


def test_rapid_events_end_in_one_redraw_of_the_last_state(opened):
    drawn = opened.view.evaluate(
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
    opened.says("Aliens (1986): ")


def test_nothing_stands_out_of_900_pixels_or_complains_and_titles_stay_text(opened):
    over = opened.view.evaluate(
        """(root) => {
            root.style.width = "900px";
            const parts = [root, ...root.querySelectorAll(".rt-stage, .rt-near, .rt-finder")];
            const over = Math.max(...parts.map((node) => node.scrollWidth - node.clientWidth));
            root.style.width = "";
            return over;
        }"""
    )
    assert over <= 0
    assert "<img src=x onerror=alert(1)>" in opened.view.locator("select").inner_text()
    assert opened.page.locator(".rt img").count() == 0
    assert opened.errors == []
