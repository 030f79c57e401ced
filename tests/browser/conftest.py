"""One JupyterLab and one Chromium for all browser tests; skipped where either is missing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlparse

import pytest

from tests.browser.lab import FLAGS, LIMIT_MS, chromium, lab, open_and_run, write_notebook

SAMPLES = "from tests.widgets.samples import HOSTILE, case, rounds, sampled, training"
NEIGHBOURS = """
from rectutor.widgets import Neighbours
from tests.widgets.samples import HOSTILE
from tests.widgets.test_neighbours import FACTS, SPACES, TITLES
long = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1964)"
many = tuple(("theme", word * 3) for word in ("space-travel ", "heists ", "monsters ", "revenge "))
titles = (*TITLES[:3], long, HOSTILE[0], TITLES[5])
facts = (FACTS[0] + many, FACTS[1], FACTS[2], FACTS[3] + many, FACTS[4], FACTS[5])
view['neighbours'] = Neighbours.from_vectors(titles, SPACES, facts, k=3, start=0)
view['neighbours']
"""
CELLS = {
    "primer": "view = {}\nfrom rectutor.widgets import PrimerView\n"
    "view['primer'] = PrimerView()\nview['primer']",
    "game": f"{SAMPLES}\nfrom rectutor.widgets import GuessingGame\n"
    "view['game'] = GuessingGame(rounds())\nview['game']",
    "ranks": "from rectutor.widgets import RankSlider\n"
    "view['ranks'] = RankSlider([*HOSTILE, *map(str, range(12))], 'Alien', also=(7,))\n"
    "view['ranks']",
    "attention": "from rectutor.widgets import AttentionMap\n"
    "view['attention'] = AttentionMap([case(), case((HOSTILE[0], 'Alien', 'Fargo'))])\n"
    "view['attention']",
    "loss": "from rectutor.widgets import LossExplorer\n"
    "view['loss'] = LossExplorer(training(), n_items=100)\nview['loss']",
    "sampled": "from rectutor.widgets import SampledNegatives\n"
    "view['sampled'] = SampledNegatives(sampled())\nview['sampled']",
    "neighbours": NEIGHBOURS,
    "tuning": "from rectutor.widgets import TuningExplorer\n"
    "from tests.widgets.samples import tuned\n"
    "view['tuning'] = TuningExplorer(*tuned())\nview['tuning']",
    "prompts": "from tests.widgets.test_prompt_lab import wide\n"
    "view['prompts'] = wide()\nview['prompts']",
    "names": "from tests.widgets.test_item_names import view as names\n"
    "view['names'] = names((*HOSTILE, 'Up'))\nview['names']",
    "five": "from tests.widgets.test_five_tasks import view as five\n"
    "view['five'] = five(HOSTILE)\nview['five']",
    "codebooks": "from tests.widgets.test_codebook_explorer import view as codebooks\n"
    "view['codebooks'] = codebooks((*HOSTILE, *'ABCDE'))\nview['codebooks']",
    "trie": "from tests.widgets.test_trie_stepper import view as trie\n"
    "view['trie'] = trie((*HOSTILE, *'ABCDE'))\nview['trie']",
    "grounding": "from tests.widgets.test_grounding_lab import view as grounding\n"
    "view['grounding'] = grounding()\nview['grounding']",
    "decoder": "from tests.widgets.test_title_decoder import view as decoder\n"
    "view['decoder'] = decoder()\nview['decoder']",
    "epsilon": "from rectutor.widgets import EpsilonDial\n"
    "view['epsilon'] = EpsilonDial()\nview['epsilon']",
    "gini": "from tests.widgets.test_gini_lab import view as gini\n"
    "view['gini'] = gini()\nview['gini']",
    "traces": "from tests.widgets.test_trace_viewer import view as traces\n"
    "view['traces'] = traces()\nview['traces']",
    "form": "from rectutor.course import ask\nask('noise', 'Is it noise?', ['yes', 'no', 'both'])",
    "chart": "from rectutor import charts\nimport pandas as pd\n"
    "charts.leaderboard(pd.DataFrame({'model': ['Oracle', 'Random'], 'value': [0.4, 0.1],"
    " 'low': [0.3, 0.05], 'high': [0.5, 0.15]}))",
    "curves": "charts.against_steps(pd.DataFrame({'model': ['SASRec', 'SASRec'],"
    " 'steps': [1, 2], 'value': [0.1, 0.2]}))",
}


class Opened(NamedTuple):
    """The notebook with every view, open in JupyterLab."""

    page: Any
    errors: list[str]  # what the page complained about
    outside: list[str]  # requests that left this machine

    def view(self, name: str) -> Any:
        """Find a view's frame on the page and bring it to its start."""
        view = self.page.locator(".jp-CodeCell").nth(list(CELLS).index(name)).locator(".rt")
        view.get_by_role("button", name="Reset").click()
        self.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
        return view

    def python(self, expression: str) -> str:
        """Ask the notebook's kernel for the `repr` of an expression."""
        return self.page.evaluate(
            """async (code) => {
                const { sessionContext } = window.jupyterapp.shell.currentWidget;
                const { kernel } = sessionContext.session;
                const asked = kernel.requestExecute(
                    { code: "", user_expressions: { answer: code }, store_history: false });
                const { content } = await asked.done;
                return content.user_expressions.answer.data["text/plain"];
            }""",
            expression,
        )

    def becomes(self, expression: str, wanted: str) -> None:
        """Wait until an expression has this `repr` in the kernel: traits arrive after drawing."""
        known = ""
        for _ in range(100):
            known = self.python(expression)
            if known == wanted:
                return
            time.sleep(0.1)
        raise AssertionError(f"waited for {expression} to become {wanted}; it is {known}")

    def says(self, name: str, words: str) -> None:
        """Wait until a view's sentence holds `words` and Python says the same sentence."""
        cell = self.page.locator(".jp-CodeCell").nth(list(CELLS).index(name))
        said = known = ""
        for _ in range(100):
            said = cell.locator(".rt-sentence").inner_text()
            known = self.python(f"view['{name}']")
            if words in said and said == known:
                return
            time.sleep(0.1)
        raise AssertionError(f"waited for {words!r}; the page: {said!r}; Python: {known!r}")


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = chromium()
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine")
    folder: Path = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "views.ipynb", list(CELLS.values()))
    with lab(folder) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(LIMIT_MS)
        errors: list[str] = []
        outside: list[str] = []
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda asked: _leaves(asked.url) and outside.append(asked.url))
        open_and_run(page, address, "views.ipynb")
        n_views = len(CELLS) - 3  # the last three are a form and charts
        page.wait_for_function(f"document.querySelectorAll('.rt-sentence').length === {n_views}")
        page.locator(".vega-embed svg, .vega-embed canvas").first.wait_for()
        page.locator(".jp-RenderedPlotly img").first.wait_for()
        page.set_default_timeout(20_000)
        yield Opened(page, errors, outside)
        browser.close()


def _leaves(address: str) -> bool:
    parts = urlparse(address)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"
