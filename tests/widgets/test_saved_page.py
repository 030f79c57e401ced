"""A view in a page of its own carries all it needs, and no title ends its script."""

import json
import re

import numpy as np
import pandas as pd

from rectutor.widgets.given_codes_page import view_of_codes
from rectutor.widgets.saved_page import as_html
from tests.widgets.samples import HOSTILE
from tests.widgets.test_codebook_explorer import view


def data_of(page):
    return json.loads(re.search(r'json" id="[\w-]+">(.*?)</script>', page, re.DOTALL)[1])


def test_a_saved_view_opens_where_it_stood_with_its_missions_done():
    shown = view((*HOSTILE, *"ABCDE"))
    shown.item = 3
    page = as_html(shown)
    kept = data_of(page)
    assert kept["state"]["item"] == 3 and kept["state"]["done"] == 3
    assert set(shown.knobs) < set(kept["state"]) and "export default" in kept["code"]
    assert page.count("</script>") == 2 and not any(title in page for title in HOSTILE[:1])
    places = [re.search(r'div id="([\w-]+)"', one)[1] for one in (page, as_html(shown))]
    assert len(set(places)) == 2  # both may stand in one page


def test_codes_of_a_stranger_are_shown_with_what_groups_their_items():
    codes = np.stack([np.arange(12) // 4, np.arange(12) % 4], axis=1)
    items = pd.DataFrame({"title": [f"Film {i}" for i in range(12)], "genres": "War|Crime"})
    kept = data_of(view_of_codes(codes, items, ["genres"], ()))
    assert kept["state"]["page"]["titles"][4] == "Film 4"
    assert "Crime" in json.dumps(kept["state"]["page"])


def test_too_few_items_are_said_to_be():
    few = pd.DataFrame({"title": ["a", "b"]})
    said = view_of_codes(np.array([[0], [1]]), few, [], ())
    assert said == "<p>The explorer shows 9 to 20,000 items, not 2.</p>"
