"""Take the README's picture: `python -m tests.browser.picture` (needs Chromium).

A real JupyterLab shows lesson 03's slider on the shipped films; the view is photographed.
"""

import tempfile
from pathlib import Path

from rectutor.files import write_atomically
from tests.browser.lab import FLAGS, ROOT, chromium, lab, open_and_run, write_notebook

PICTURE = ROOT / "figures" / "view-sampled-negatives.png"
CELL = """
from rectutor.analysis.negatives import candidates_per_user
from rectutor.evaluation import evaluate
from rectutor.models.ease import EASE
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.popularity import Popularity
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.widgets import SampledNegatives
split = split_of("films")
last_film = Markov(window=1)
models = [Popularity(), ItemKNN(), EASE(), last_film]
for model in models:
    fit(model, split)
models.append(fit_or_load("sasrec-films"))
ranks = {model.name: evaluate(model, split).ranks[:, 0] for model in models}
view = SampledNegatives.from_ranks(ranks, candidates_per_user(split.test, split.n_items))
view.prediction, view.done = 0, 3
view.m = min(view.state.grid, key=lambda m: abs(m - 99))
view
"""


def main() -> None:
    """Open, wait, photograph."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        write_notebook(Path(folder) / "picture.ipynb", [CELL])
        with lab(Path(folder)) as address:
            browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(
                viewport={"width": 1160, "height": 1100}, device_scale_factor=1.5
            )
            page.set_default_timeout(240_000)
            open_and_run(page, address, "picture.ipynb")
            view = page.locator(".rt").first
            view.locator(".rt-sentence").wait_for()
            page.wait_for_timeout(1000)
            with write_atomically(PICTURE) as draft:
                draft.write_bytes(view.screenshot())
    print(PICTURE)


if __name__ == "__main__":
    main()
