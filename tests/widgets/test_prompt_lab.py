"""Two templates, two orders, eight people: every answer can be worked out on paper."""

import json

import numpy as np
import pytest

from rectutor.analysis.prompt_grid import factorial
from rectutor.data.judgements import Judgements
from rectutor.lm.scripted import ScriptedLM
from rectutor.prompts import LABEL_WORDS, Template
from rectutor.widgets import Bench, PromptLab
from rectutor.widgets.prompt_bench import Measured
from rectutor.widgets.prompt_state import PromptState, marked_words
from tests.widgets.samples import HOSTILE

TEMPLATES = (
    Template("plain", "{liked} / {disliked} / {title}?"),
    Template("asking", "Liked {liked}, not {disliked}. {title}, {Yes} or {No}?"),
)
TITLES = ("", "Alien", "Heat", "Jaws", "Up", "Big")
Q = 8
FACTORS = {"template": 2, "order": 2}


def asked(start: int = 0) -> Judgements:
    lists = np.tile([[1, 2]], (Q, 1)), np.tile([[3, 4]], (Q, 1))
    return Judgements(
        start + np.arange(Q), *lists, np.full(Q, 5, dtype=np.int64), np.arange(Q) % 2 == 0
    )


def bench(titles=TITLES) -> Bench:
    cells = factorial(TEMPLATES, LABEL_WORDS[:1], ("oldest-first", "newest-first"), (4,))
    return Bench(tuple(cells), FACTORS, asked(), asked(100), titles)


RISING = np.arange(Q) - 3.5  # even questions, the liked ones, lie just below the odd ones
LIKED = np.where(np.arange(Q) % 2 == 0, 2.0, -2.0)  # knows all answers


def answers(second=RISING + 10) -> dict[str, np.ndarray]:
    """The first template knows; the second counts, and says yes to everybody."""
    noise = np.random.default_rng(0).normal(size=(3, Q))
    return {
        "grid": np.stack([LIKED, LIKED, second, second]),
        "fresh": np.stack([RISING, LIKED]),
        "shuffles": LIKED + 0.1 * noise,
    }


def view(titles=TITLES, **options) -> PromptLab:
    return PromptLab(bench(titles), {"frozen": answers(), "tuned": answers(-RISING)}, **options)


def wide(titles=TITLES) -> PromptLab:
    """Four templates, of which the last two repeat the first two; a live model."""
    templates = (*TEMPLATES, Template("telling", TEMPLATES[0].text), Template("b", "{title}"))
    cells = factorial(templates, LABEL_WORDS[:1], ("oldest-first", "newest-first"), (4,))
    large = Bench(tuple(cells), {"template": 4, "order": 2}, asked(), asked(100), titles)
    own = {part: np.tile(rows, (2, 1)) for part, rows in answers().items()}
    other = {part: np.tile(rows, (2, 1)) for part, rows in answers(-RISING).items()}
    return PromptLab(large, {"frozen": own, "tuned": other}, {"frozen": live([])})


def state(**knobs) -> PromptState:
    return PromptState(bench(), (Measured("frozen", bench(), **answers()),), **knobs)


def test_it_opens_at_the_best_and_the_worst_template_of_the_first_column():
    assert (view().a, view().b, view().m) == (0, 2, 2)


def test_the_sentence_says_both_cells_what_changes_and_luck():
    # RISING: a liked question i is above a disliked j where i > j: 1 + 2 + 3 of 16 pairs
    said = repr(view())
    assert said.startswith(
        "frozen. 1: plain, Yes/No, oldest first, 4 told: AUC 1.00 [1.00, 1.00]. "
        "2: asking, Yes/No, oldest first, 4 told: AUC 0.38 ["
    )
    # all eight say yes, four did; by the median the upper half counts: four questions differ
    assert "4 of 8 answers change, 4 when the shift is taken off. The best of 2 temp" in said


def test_a_shift_alone_changes_answers_and_no_order():
    moved = answers(LIKED + 10)
    one = PromptState(bench(), (Measured("frozen", bench(), **moved),), a=0, b=2)
    assert one.flips() == (4, 0)
    assert [side.person for side in one.changed()] == [1, 3, 5]  # the disliked ones now get a yes


def test_those_whose_answer_changes_are_shown_with_both_prompts():
    sides = state(a=0, b=2).changed()
    assert [side.person for side in sides] == [0, 2, 5]
    assert sides[0].prompts == (
        "Alien; Heat / Jaws; Up / Big?",
        "Liked Alien; Heat, not Jaws; Up. Big, Yes or No?",
    )
    assert sides[0].log_odds == (2.0, 6.5) and sides[0].is_liked and sides[0].title == "Big"


def test_two_equal_cells_change_nobody():
    assert state(a=0, b=1).changed() == [] and state(a=0, b=1).flips() == (0, 0)


def test_words_of_one_prompt_alone_are_marked():
    one, other = marked_words("a b c d", "a x c")
    assert one == [("a", False), ("b", True), ("c", False), ("d", True)]
    assert other == [("a", False), ("x", True), ("c", False)]


def test_the_lead_is_measured_when_chosen_and_on_fresh_people():
    first, fresh = state().measured.lead()
    assert first == pytest.approx(1 - (1 + 6 / 16) / 2)
    assert fresh == pytest.approx(6 / 16 - (1 + 6 / 16) / 2)  # there the other one is the best


def test_luck_is_said_for_one_and_for_more():
    assert state(m=1).luck_said(1).startswith("The first template has 1.00; an average one would")
    assert state(m=1).luck_said(1).endswith("outside of luck.")


def test_shares_have_a_null_for_each_factor():
    shares = state().measured.shares.set_index("factor")
    assert shares.loc["template", "shift"] == pytest.approx(1)
    assert shares.loc["order", ["shift", "change"]].tolist() == pytest.approx([0, 0])
    assert 0 < shares.loc["template", "null"] < 0.05
    assert np.isnan(shares.loc["question", "null"])


def test_the_act_asks_for_the_first_m_at_which_luck_alone_leads():
    rng = np.random.default_rng(0)
    templates = tuple(Template(f"t{i}", TEMPLATES[0].text) for i in range(12))
    cells = factorial(templates, LABEL_WORDS[:1], ("oldest-first",), (4,))
    many = Bench(tuple(cells), {"template": 12}, asked(), asked(), TITLES)
    noise = rng.normal(size=(12, Q))
    one = PromptState(many, (Measured("x", many, noise, noise, noise),), a=0, b=1)
    low = one.measured.luck.low
    mean = one.measured.luck.best.size and one.measured.aucs["value"].mean()
    assert low[one.enough() - 1] > mean or one.enough() == 12
    assert one.enough() == 1 or low[one.enough() - 2] <= mean


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"m": 0}, r"m must be 1\.\.2, got 0"),
        ({"m": 3}, r"m must be 1\.\.2, got 3"),
        ({"model": 1}, r"model must be 0\.\.0, got 1"),
        ({"a": 4}, r"a must be 0\.\.3, got 4"),
        ({"b": -1}, r"b must be 0\.\.3, got -1"),
        ({"picks": 2}, r"picks must be 0\.\.1, got 2"),
    ],
)
def test_a_knob_outside_its_range_is_named(knobs, words):
    with pytest.raises(ValueError, match=words):
        state(**knobs)


def test_parts_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"frozen: grid must be \[4, 8\], got \[3, 8\]"):
        Measured("frozen", bench(), answers()["grid"][:3], RISING[None], LIKED[None])
    with pytest.raises(ValueError, match=r"frozen: fresh must be \[2, 8\], got \[1, 8\]"):
        Measured("frozen", bench(), answers()["grid"], RISING[None], LIKED[None])
    with pytest.raises(ValueError, match=r"factors \{'template': 3\} need 3 cells, got 4"):
        Bench(bench().cells, {"template": 3}, asked(), asked(), TITLES)


def test_the_page_composes_what_python_says():
    one = view()
    page = one.page["models"][1]
    one.model, one.a, one.b, one.m = 1, 1, 3, 1
    flips = sum(x != y for x, y in zip(page["signs"][1], page["signs"][3], strict=True))
    assert f"{flips} of 8 answers change" in repr(one)
    assert page["said"][1] in repr(one) and page["luckSaid"][0] in repr(one)
    assert page["goals"] == [m == one.state.enough() for m in (1, 2)]
    assert one.page["texts"][2] == "Liked {liked}, not {disliked}. {title}, Yes or No?"


def live(seen: list[str]) -> ScriptedLM:
    def score(prompt: str, word: str) -> float:
        seen.append(prompt)
        return -1.0 if word == " Yes" else -float(len(seen))

    return ScriptedLM(score)


def test_your_own_template_is_checked_before_anything_is_asked():
    seen: list[str] = []
    one = view(live={"frozen": live(seen)})
    assert "write {disliked}, {title} where it belongs" in one.try_template("{liked}")["error"]
    assert "got {film}" in one.try_template("{film}")["error"]
    assert seen == [] and one.own["cells"] == []


def test_your_own_template_is_asked_in_every_column_and_of_fresh_people():
    seen: list[str] = []
    one = view(live={"frozen": live(seen)})
    one.wanted = "{disliked} - {liked} - {title}"
    assert one.wanted == "" and one.own["error"] == ""
    assert len(one.own["cells"]) == 2 and len(one.own["fresh"]) == 3
    assert seen[0] == "Jaws; Up - Alien; Heat - Big"
    assert len(seen) == 2 * (2 * Q + Q)  # two words; two columns, and the fresh people


def test_a_model_that_is_not_loaded_says_which_are():
    one = view(live={"frozen": live([])})
    one.model = 1
    error = one.try_template("{liked} {disliked} {title}")["error"]
    assert error == "'tuned' is recorded, not loaded; models that can be asked: frozen"


def test_hostile_titles_stay_text():
    text = json.dumps(view(("", *HOSTILE)).page, ensure_ascii=False)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert HOSTILE[0] in text


def test_its_twin_draws_a_panel_for_each_column():
    figure, table = view().twin()
    assert len(figure.spec["hconcat"]) == 2 and len(table) == 4
    assert list(table["value"]) == [1.0, 1.0, 0.38, 0.38]
    assert figure.alt == repr(view())
