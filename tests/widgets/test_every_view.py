"""What must hold for each view, whatever it shows."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from rectutor.charts import Twin
from rectutor.widgets import (
    Act,
    AttentionMap,
    Explain,
    GuessingGame,
    LossExplorer,
    Missions,
    Neighbours,
    Predict,
    PrimerView,
    RankSlider,
    Round,
    SampledNegatives,
    TuningExplorer,
)
from rectutor.widgets.view import View, page_code, percent, plain
from tests.widgets.samples import HOSTILE, case, rounds, sampled, training, tuned
from tests.widgets.test_codebook_explorer import view as codebooks
from tests.widgets.test_five_tasks import view as five
from tests.widgets.test_gini_lab import view as gini
from tests.widgets.test_grounding_lab import view as grounding
from tests.widgets.test_item_names import view as names
from tests.widgets.test_neighbours import view as neighbours
from tests.widgets.test_prompt_lab import wide as prompts
from tests.widgets.test_title_decoder import view as decoder
from tests.widgets.test_trace_viewer import view as traces
from tests.widgets.test_trie_stepper import view as trie

MAKE: dict[str, Callable[[], View]] = {
    "primer": PrimerView,
    "game": lambda: GuessingGame(rounds()),
    "ranks": lambda: RankSlider(["Heat", "Fargo"], "Alien", rank=3, k=1, also=(2,)),
    "attention": lambda: AttentionMap([case()]),
    "loss": lambda: LossExplorer(training(), n_items=100),
    "sampled": lambda: SampledNegatives(sampled()),
    "neighbours": neighbours,
    "tuning": lambda: TuningExplorer(*tuned()),
    "prompts": prompts,
    "names": names,
    "five": five,
    "codebooks": codebooks,
    "trie": trie,
    "gini": gini,
    "grounding": grounding,
    "decoder": decoder,
    "traces": traces,
}


@pytest.fixture(params=MAKE)
def view(request) -> View:
    return MAKE[request.param]()


def test_a_view_says_its_state(view):
    assert repr(view) == view.state.sentence()
    assert repr(view).endswith((".", "?"))


def test_its_output_carries_the_widget_the_whole_sentence_and_a_picture(view):
    data, _ = view._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id
    assert data["text/plain"] == repr(view)
    assert data["image/png"].startswith(b"\x89PNG")


def test_its_twin_says_the_same_sentence_or_its_curves_and_has_a_table(view):
    twin = view.twin()
    assert isinstance(twin, Twin) and twin.figure.alt.endswith((".", "?"))
    assert list(twin.table.columns)


def test_it_opens_with_three_missions_and_all_knobs_at_their_start(view):
    assert set(view.page["missions"]) == {"predict", "act", "explain"}
    predict = view.page["missions"]["predict"]
    assert -1 <= predict["answer"] < len(predict["options"])
    assert (view.done, view.prediction) == (0, -1)
    now = [getattr(view, name) for name in view.knobs]
    assert [list(v) if isinstance(v, tuple) else v for v in now] == view.page["start"]


def test_its_act_can_be_done_and_is_not_done_from_the_start(view):
    goals = [frame["goal"] for frame in walk(view.page) if "goal" in frame]
    goals += [goal for frame in walk(view.page) for goal in frame.get("goals", [])]
    assert True in goals


def test_its_page_is_plain_json_without_nan(view):
    text = json.dumps(view.page, allow_nan=False)
    assert len(text) < 400_000


def test_its_code_asks_no_network_and_never_writes_markup(view):
    code = view._esm + view._css
    for word in ("fetch(", "XMLHttpRequest", "import(", "innerHTML", "outerHTML", "eval("):
        assert word not in code
    assert code.count("http") == code.count("http://www.w3.org/2000/svg")


def test_a_knob_beyond_its_range_is_refused_and_the_old_value_stays(view):
    name = view.knobs[0]
    before = getattr(view, name)
    with pytest.raises(ValueError):
        setattr(view, name, [99] if name == "guesses" else 10_000)
    assert getattr(view, name) == before


def walk(part):
    """Yield every dict inside a page."""
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from walk(one)


def hostile_views() -> list[View]:
    options = HOSTILE[:4]
    one = Round(HOSTILE, options, 0, {"Popularity": 1})
    films = (HOSTILE[0], HOSTILE[1], HOSTILE[2])
    evil = training().replace("GRU4Rec", HOSTILE[2])
    return [
        GuessingGame([one]),
        RankSlider(HOSTILE[1:], HOSTILE[2], rank=1),
        AttentionMap([case(films)._replace(person=HOSTILE[2], target=HOSTILE[3])]),
        LossExplorer(evil),
        SampledNegatives(sampled().replace("EASE", HOSTILE[2])),
        Neighbours.from_vectors(HOSTILE[:5], {"a": np.eye(5), "b": np.eye(5)}, [()] * 5, k=3),
        prompts(("", *HOSTILE[1:4], *HOSTILE[:2])),
        names((*HOSTILE, "Up")),
        five(HOSTILE),
        codebooks((*HOSTILE, *"abcde")),
        trie((*HOSTILE, *"abcde")),
        gini(HOSTILE[2]),
        grounding((*HOSTILE, "Up"), texts=(HOSTILE[0], "Up")),
        decoder((*HOSTILE, "Up")[-5:]),
        traces(HOSTILE),
    ]


def test_hostile_titles_lose_their_control_characters_everywhere():
    for view in hostile_views():
        text = json.dumps(view.page, ensure_ascii=False) + repr(view)
        assert not {"\x1b", "\x07", "\u202e", "\u202c"} & set(text)
        assert "[31mRed alert" in text


def test_a_title_that_is_markup_is_kept_as_text_for_the_page_to_write_as_text():
    view = RankSlider([HOSTILE[0]], HOSTILE[1], rank=1)
    assert view.page["films"] == [HOSTILE[0]]
    assert view.page["target"] == HOSTILE[1]


def test_an_empty_title_is_named():
    assert plain("\x07 ") == "(no title)"


def test_a_share_is_written_as_a_whole_percentage():
    assert [percent(x) for x in (0.126, 0.004, 0, 1)] == ["13 %", "<1 %", "0 %", "100 %"]


def test_the_page_code_starts_with_the_palette():
    first, rest = page_code("rank_slider.js").split("\n", 1)
    looks = json.loads(first.removeprefix("const LOOK = ").removesuffix(";"))
    assert looks["true"]["colour"] == "#D55E00"
    assert "export default" in rest


def test_the_same_data_make_the_same_page():
    for make in MAKE.values():
        assert json.dumps(make().page) == json.dumps(make().page)


def test_a_view_that_forgot_its_twin_says_so():
    ready = PrimerView()
    bare = View(ready.state, "Bare", some_missions(), {})
    with pytest.raises(TypeError, match="View has no twin"):
        bare.twin()


def some_missions() -> Missions:
    return Missions(
        Predict("?", ("yes", "no"), 0, "."), Act("?", lambda state: True, "."), Explain("?", ".")
    )
