"""Six films, vectors that count letters: each row of the lab can be worked out on paper."""

import json

import numpy as np
import pytest
from traitlets import TraitError

from rectutor.widgets import GroundingLab, GroundingSpace
from rectutor.widgets.grounding_state import GAMMAS, LONGEST, Grounder, GroundingState
from tests.widgets.samples import HOSTILE

TITLES = ("Alien", "Aliens", "Heat", "The Matrix", "King Kong (1933)", "King Kong (2005)")
COUNTS = np.array([9, 1, 5, 7, 0, 3])
TEXTS = ("Heat 2", "Alien", "matrix, the", "King Kong", "Halien")


def letters(texts) -> np.ndarray:
    """Embed a text as how often it has "a", "e" and "k", and how long it is."""
    return np.array([[*(text.lower().count(x) for x in "aek"), len(text)] for text in texts], float)


def space(titles=TITLES, how: str = "l2") -> GroundingSpace:
    return GroundingSpace(letters(titles), how, letters)


def grounder(**options) -> Grounder:
    return Grounder(TITLES, {"states (L2)": space()}, **{"popularity": COUNTS, **options})


def state(text: str, gamma: float = 0.0) -> GroundingState:
    return GroundingState(grounder(), text, gamma)


def view(titles=TITLES, texts=TEXTS) -> GroundingLab:
    spaces = {"states (L2)": space(titles), "states (cosine)": space(titles, "cosine")}
    return GroundingLab.of(titles, spaces, np.arange(len(titles)), texts=texts)


def by_way(text: str, gamma: float = 0.0):
    return {snap.way: snap for snap in state(text, gamma).snaps}


def test_a_title_as_it_stands_is_found_by_all():
    snaps = by_way("Heat")
    assert {snap.titles[0] for snap in snaps.values()} == {"Heat"}
    assert snaps["fewest edits"].values[0] == 0 and snaps["states (L2)"].values[0] == 0


def test_matchers_say_no_and_distances_never_do():
    snaps = by_way("Heat 2")
    assert snaps["exact"].titles == snaps["same words"].titles == ()
    assert snaps["exact"].verdict == "no such title"
    assert snaps["fewest edits"].titles[0] == "Heat"
    assert snaps["fewest edits"].values[0] == pytest.approx(2 / 6)
    assert snaps["fewest edits"].verdict == "too far for a misspelling"
    far = np.sqrt(((letters(["Heat 2"]) - letters(TITLES)) ** 2).sum(axis=1))
    assert snaps["states (L2)"].titles[0] == TITLES[far.argmin()]
    assert snaps["states (L2)"].values == pytest.approx(np.sort(far)[:2], rel=1e-6)


def test_the_first_mission_counts_the_ways_and_says_who_can_say_no():
    lab = view()
    first = lab.page["missions"]["predict"]
    n_found = sum(bool(snap.titles) for snap in lab.state.snaps)
    assert first["options"][first["answer"]] == "Some of them"
    assert first["reply"].startswith(f"{n_found} of {len(lab.state.snaps)} do.")
    assert "so can a search where no word is in common" in first["reply"]


def test_other_spellings_and_misspellings_are_told_apart():
    assert by_way("matrix, the")["same words"].titles == ("The Matrix",)
    assert by_way("Alein")["same words"].titles == ()
    assert by_way("Aliens!")["fewest edits"].verdict == ""
    assert by_way("Jaws 19")["fewest edits"].verdict == "no title is near"


def test_two_films_of_one_name_are_a_tie():
    snap = by_way("King Kong")["same words"]
    assert snap.titles == ("King Kong (1933)", "King Kong (2005)")
    assert snap.verdict == "a tie: the first in the list is taken"


def test_a_search_shows_scores_and_says_when_no_word_is_shared():
    snap = by_way("heat heat king")["search (BM25)"]
    assert snap.titles[0] == "Heat" and snap.values[0] > snap.values[1] > 0
    assert snap.shares[0] == 1 and snap.shares[1] == pytest.approx(snap.values[1] / snap.values[0])
    assert by_way("Jaws 19")["search (BM25)"].verdict == "no word in common"


@pytest.mark.parametrize("gamma", GAMMAS)
def test_popularity_never_moves_the_first_place(gamma):
    snaps = by_way("Heat 2", gamma)
    weighed = snaps["states (L2), popularity"]
    assert weighed.titles[0] == snaps["states (L2)"].titles[0] and weighed.values[0] == 0


def test_popularity_moves_the_second_place():
    # Aliens, of 1 choice, is nearer to Alien than any other film; Heat has 5, The Matrix 7
    seconds = {by_way("Alien", gamma)["states (L2), popularity"].titles[1] for gamma in GAMMAS}
    assert len(seconds) > 1


def test_the_sentence_names_films_with_their_ways_and_those_that_find_nothing():
    said = state("Heat 2").sentence()
    assert said.startswith('"Heat 2": ') and "Nothing by exact and same words." in said
    assert "Heat by fewest edits" in said
    assert state(" ").sentence() == "Nothing is typed yet."
    assert {snap.verdict for snap in state("").snaps} == {"type a title"}


def test_a_text_that_splits_edits_and_states_is_the_act():
    assert state("Halien").is_split() and not state("Heat").is_split()


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(ValueError, match="popularity must be of 6 films, got 2"):
        grounder(popularity=np.ones(2))
    with pytest.raises(ValueError, match="near must be of 6 films, got 1"):
        Grounder(TITLES, {"near": GroundingSpace(np.ones((1, 4)), "l2", letters)})
    with pytest.raises(ValueError, match=r"gamma must be one of 0, 0\.5, .*, got 3"):
        state("Heat", 3)
    with pytest.raises(ValueError, match=f"may have {LONGEST} letters, got 200"):
        state("x" * 200)
    with pytest.raises(ValueError, match="there is none"):
        view(texts=())
    with pytest.raises(ValueError, match="up to 8 texts can stand ready, got 9"):
        view(texts=tuple("abcdefghi"))


def test_a_typed_text_is_answered_and_one_that_stands_ready_is_on_the_page():
    lab = view()
    lab.text = "Alein"
    assert lab.found["text"] == "Alein" and lab.found["sentence"] == repr(lab)
    lab.gamma = 5.0
    assert lab.found["gamma"] == 5.0
    before = lab.found
    lab.text = "King Kong"
    assert lab.found == before
    assert lab.page["frames"]["King Kong"][GAMMAS.index(5.0)]["sentence"] == repr(lab)


def test_a_wrong_knob_is_refused_and_the_old_value_stays():
    lab = view()
    with pytest.raises(TraitError):
        lab.gamma = "much"
    with pytest.raises(ValueError, match="got 3"):
        lab.gamma = 3.0
    with pytest.raises(ValueError, match="got 121"):
        lab.text = "x" * 121
    assert (lab.gamma, lab.text) == (0.0, TEXTS[0])


def test_hostile_titles_and_texts_are_plain_text():
    lab = view((*HOSTILE, "Up"), texts=(HOSTILE[0], "Up"))
    shown = json.dumps(lab.page)
    assert "\\u001b" not in shown and "\\u202e" not in shown
    lab.text = "<img onerror=alert(1)> \x1b[31m"
    assert "\x1b" not in repr(lab)


def test_without_popularity_nothing_is_weighed():
    lab = GroundingLab.of(TITLES, {"states (L2)": space()}, texts=["Heat"])
    assert not lab.page["weighs"]
    assert [row["way"] for row in lab.page["frames"]["Heat"][0]["rows"]][-1] == "states (L2)"


def test_the_twin_has_a_row_for_each_place_of_each_way():
    table = view().twin().table
    assert (table.groupby("way").size() <= 2).all() and len(set(table["way"])) == 7
    assert table.loc[table["way"] == "exact", "title"].tolist() == [""]
