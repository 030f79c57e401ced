"""Six films on two circles: an angle is a vector, so that every list can be worked out on paper."""

import json

import numpy as np
import pytest

from rectutor.widgets import Neighbours, overlap_of_all
from rectutor.widgets.neighbour_state import Facts, NeighbourState, Space
from tests.widgets.samples import HOSTILE

TITLES = ("Alien (1979)", "Aliens (1986)", "Heat (1995)", "Ronin (1998)", "Jaws (1975)", "Unseen")
FACTS = (
    (("series", "Alien"), ("theme", "space"), ("theme", "monsters"), ("genre", "horror")),
    (("series", "Alien"), ("theme", "space"), ("genre", "action")),
    (("theme", "heists"), ("genre", "action")),
    (("theme", "heists"), ("genre", "action")),
    (("theme", "monsters"), ("genre", "horror")),
    (("theme", "space"),),
)


def circle(*degrees: float) -> np.ndarray:
    """Vectors of length 3 at these angles: two films are as near as their angles."""
    angles = np.radians(degrees)
    return 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)


WORDS = circle(0, 10, 60, 70, 20, 30)
BEHAVIOUR = np.vstack([circle(0, 20, 10, 30, 60), np.zeros((1, 2))])  # nobody rated the last
SPACES = {"by words": WORDS, "by behaviour": BEHAVIOUR}


def state(**fields) -> NeighbourState:
    both = tuple(Space(name, vectors) for name, vectors in SPACES.items())
    return NeighbourState(TITLES, both, Facts(FACTS), **{"k": 3, **fields})


def view(**options) -> Neighbours:
    return Neighbours.from_vectors(TITLES, SPACES, FACTS, **{"k": 3, **options})


def everything(seed: int, n: int = 30) -> NeighbourState:
    """Random vectors without a row of zeros."""
    rng = np.random.default_rng(seed)
    both = tuple(Space(name, rng.normal(size=(n, 4))) for name in ("one", "other"))
    return NeighbourState(tuple(map(str, range(n))), both, Facts(((),) * n))


def test_neighbours_come_best_first_with_cosine_shared_facts_and_mark():
    near = state().neighbours("by words")
    assert [one.title for one in near] == ["Aliens (1986)", "Jaws (1975)", "Unseen"]
    assert [one.cosine for one in near] == pytest.approx(np.cos(np.radians([10, 20, 30])))
    assert [one.shared for one in near] == [
        "same series; theme space",
        "theme monsters; genre horror",
        "theme space",
    ]
    assert [one.in_both for one in near] == [True, False, False]
    behaviour = state().neighbours("by behaviour")
    assert [one.title for one in behaviour] == ["Heat (1995)", "Aliens (1986)", "Ronin (1998)"]
    assert [one.shared for one in behaviour] == ["", "same series; theme space", ""]


def test_of_two_films_equally_near_the_earlier_comes_first():
    near = state().choose("Aliens (1986)").neighbours("by words")
    assert [one.title for one in near] == ["Alien (1979)", "Jaws (1975)", "Unseen"]  # 10, 10, 20


def test_vectors_are_brought_to_length_one_and_rows_of_zeros_stay():
    vectors = state().spaces[1].vectors
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 1, 1, 0])
    assert BEHAVIOUR[0, 0] == 3  # those that were given are not touched


def test_the_sentence_says_both_lists_the_themes_and_chance():
    # In common by chance: 3 * 3 draws from 5 and 4 films, 4 of which are in both: 9 * 4 / 20.
    # With a theme by chance: 3 of 5 other films share one, of 3 drawn 9 / 5.
    assert state().overlap() == 1
    assert state().sharing() == [3, 1]
    assert state().sentence() == (
        "Alien (1979): 1 of 3 neighbours stands in both lists (1.8 by chance); "
        "3 of 3 share a theme by words, 1 of 3 by behaviour (1.8 by chance)."
    )


def test_a_list_that_ends_before_k_is_counted_as_long_as_it_is():
    longest = state().with_k(5)
    assert [len(longest.neighbours(name)) for name in SPACES] == [5, 4]
    # All four films with both vectors are in both lists, and so they are by chance.
    assert longest.sentence().startswith(
        "Alien (1979): 4 of 4 neighbours stand in both lists (4 by chance); "
        "3 of 5 share a theme by words, 2 of 4 by behaviour"
    )


def test_a_film_without_a_vector_has_no_neighbours_there_and_is_nobodys():
    unseen = state().choose("Unseen")
    assert unseen.neighbours("by behaviour") == []
    assert unseen.sentence() == (
        "Unseen: it has no vector by behaviour, so no neighbours there; "
        "2 of 3 share a theme by words (1.2 by chance)."
    )
    others = [state().choose(item).with_k(5) for item in range(5)]
    assert all(5 not in [n.item for n in one.neighbours("by behaviour")] for one in others)


def test_a_film_without_any_vector_and_one_without_a_theme_are_said():
    bare = np.vstack([WORDS[:5], np.zeros((1, 2))])
    both = (Space("by words", bare), Space("by behaviour", BEHAVIOUR))
    last = NeighbourState(TITLES, both, Facts(FACTS), film=5, k=3)
    assert last.sentence() == (
        "Unseen: it has no vector by words and none by behaviour, so no neighbours there."
    )
    plotless = NeighbourState(TITLES, both, Facts((*FACTS[:4], (), ())), film=4, k=3)
    assert plotless.sentence().endswith("in both lists (2.2 by chance); it has no theme to share.")


def test_a_world_without_the_counted_kind_says_nothing_of_it():
    assert view(kind="era", start=0).state.sentence() == (
        "Alien (1979): 1 of 3 neighbours stands in both lists (1.8 by chance)."
    )


def test_another_kind_of_fact_can_be_counted():
    said = repr(view(kind="genre", start="Heat (1995)"))
    assert "; 1 of 3 shares a genre by words, 2 of 3 by behaviour (1.2 by chance)." in said


def test_over_all_films_one_neighbour_of_three_is_common():
    # Aliens for Alien and Jaws, Alien for Aliens, Ronin for Heat, Heat for Ronin.
    share, chance, n_items = overlap_of_all(state(), 3)
    assert (share, chance, n_items) == (pytest.approx(1 / 3), pytest.approx(1.8 / 3), 5)


def test_chance_is_k_of_all_others_and_random_lists_come_near_it():
    worlds = [overlap_of_all(everything(seed), 6) for seed in range(40)]
    assert [one.chance for one in worlds] == pytest.approx([6 / 29] * 40)
    assert np.mean([one.share for one in worlds]) == pytest.approx(6 / 29, abs=0.02)


def test_a_space_agrees_wholly_with_itself():
    both = (Space("one", WORDS), Space("other", 2 * WORDS))
    assert overlap_of_all(NeighbourState(TITLES, both, Facts(FACTS), k=3), 4).share == 1.0


def test_the_table_holds_both_lists_one_below_the_other():
    table = state().table()
    assert list(table.columns) == ["space", "rank", "title", "cosine", "shared", "in both"]
    assert list(table["rank"]) == [1, 2, 3, 1, 2, 3]
    assert list(table["cosine"]) == [0.98, 0.94, 0.87, 0.98, 0.94, 0.87]
    assert list(table.loc[table["in both"], "title"]) == ["Aliens (1986)", "Aliens (1986)"]


def test_an_unknown_title_names_the_three_closest():
    closest = r"no film is called \"Alien\"; the closest titles are \['Alien \(1979\)', 'Aliens"
    with pytest.raises(ValueError, match=closest) as said:
        state().choose("Alien")
    assert str(said.value).count("', '") == 2


def test_a_title_of_two_films_asks_for_an_index():
    titles = (*TITLES[:5], "Heat (1995)")
    twice = Neighbours.from_vectors(titles, SPACES, FACTS, k=3)
    with pytest.raises(ValueError, match=r'"Heat \(1995\)" is the title of films \[2, 5\]'):
        twice.choose("Heat (1995)")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 2}, r"k must be 3\.\.5, got 2"),
        ({"k": 6}, r"k must be 3\.\.5, got 6"),
        ({"film": 6}, r"film must be 0\.\.5, got 6"),
        ({"film": -1}, r"film must be 0\.\.5, got -1"),
    ],
)
def test_a_value_outside_its_range_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        state(**change)


def test_ten_is_the_largest_k():
    with pytest.raises(ValueError, match=r"k must be 3\.\.10, got 11"):
        everything(0).with_k(11)


def test_parts_of_another_length_than_the_titles_are_named():
    with pytest.raises(ValueError, match=r"by words must have one row .* of 6 titles, got 4"):
        Neighbours.from_vectors(TITLES, {**SPACES, "by words": WORDS[:4]}, FACTS)
    with pytest.raises(ValueError, match="facts must have one row for each of 6 titles, got 5"):
        Neighbours.from_vectors(TITLES, SPACES, FACTS[:5])
    with pytest.raises(ValueError, match="need 4 titles or more, got 3"):
        Neighbours.from_vectors(TITLES[:3], SPACES, FACTS)


def test_an_unknown_space_and_a_third_one_list_the_names():
    with pytest.raises(ValueError, match=r"space must be one of .*'by behaviour'\], got \"sound\""):
        state().neighbours("sound")
    with pytest.raises(ValueError, match=r"two spaces .* got \['by words', 'by beh.*', 'sound'\]"):
        Neighbours.from_vectors(TITLES, {**SPACES, "sound": WORDS}, FACTS)


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        (WORDS[:, 0], r"vectors sound must be \[N, E\], got \[6\]"),
        (np.vstack([WORDS[:5], [[np.nan, 1]]]), "vectors sound: row 5 holds nan or infinity"),
        (np.zeros((6, 2)), "vectors sound: 2 items or more need one, got 0"),
    ],
)
def test_vectors_that_are_none_are_named(vectors, words):
    with pytest.raises(ValueError, match=words):
        Space("sound", vectors)


def test_spaces_without_a_film_in_common_are_refused():
    halves = [np.vstack([WORDS[:3], np.zeros((3, 2))]), np.vstack([np.zeros((3, 2)), WORDS[:3]])]
    both = (Space("by words", halves[0]), Space("by behaviour", halves[1]))
    with pytest.raises(ValueError, match="no film has a vector both by words and by behaviour"):
        overlap_of_all(NeighbourState(TITLES, both, Facts(FACTS), k=3), 3)


def test_it_opens_where_the_lists_are_most_unlike_in_what_they_share():
    assert view().state.title == "Alien (1979)"  # 3 and 1 of 3 share a theme; one film in common
    assert view(start="Jaws (1975)").state.title == "Jaws (1975)"


def test_a_knob_changes_the_state_and_the_line():
    one = view()
    one.film, one.k = 4, 4
    assert (one.state.title, one.state.k) == ("Jaws (1975)", 4)
    assert repr(one).startswith("Jaws (1975): 3 of 4 neighbours stand in both lists")
    one.choose("Unseen")
    assert one.film == 5


def test_two_hundred_rapid_events_end_in_the_last_state():
    one = view()
    for i in range(200):
        one.film, one.k = i % 6, 3 + i % 3
    assert repr(one) == state(film=199 % 6, k=3 + 199 % 3).sentence()


def test_the_page_says_for_each_film_and_k_what_python_says_and_draws_its_lists():
    page = view().page
    for step, k in enumerate(page["ks"]):
        for film in range(6):
            now = state(film=film, k=k)
            parts = [page["phrases"][part] for part in page["said"][step][film]]
            assert f"{page['titles'][film]}: {''.join(parts)}" == now.sentence()
            for rows, name in zip(page["near"], SPACES, strict=True):
                drawn = [(item, page["phrases"][words]) for item, _, words in rows[film][:k]]
                assert drawn == [(one.item, one.shared) for one in now.neighbours(name)]
    assert page["near"][0][0][0][1] == 98  # Alien and Aliens: cosine of 10 degrees, in hundredths
    assert page["nothing"][1] == "It has no vector by behaviour, so no neighbours here."


def test_the_prediction_asks_for_the_share_over_all_films():
    predict = view().page["missions"]["predict"]
    assert predict["options"][predict["answer"]] == "30 % or more"
    assert predict["reply"] == "33.3 % on average; by chance 60 %."


def test_the_act_is_done_at_another_film_with_as_many_in_both_lists():
    page = view().page
    assert "with 4 or more in both lists" in page["missions"]["act"]["ask"]
    done = np.reshape(page["goals"], (3, 6)).tolist()  # [k, film]: four in common need k = 5
    assert done == [[0] * 6, [0] * 6, [0, 1, 1, 1, 1, 0]]


def test_hostile_titles_stay_text_and_lose_their_control_characters():
    evil = ("<img src=x onerror=alert(1)>", "Tom & 'Jerry' \"x\"", *HOSTILE[1:])
    own = [(("theme", HOSTILE[2]),)] * 6
    one = Neighbours.from_vectors(evil, {HOSTILE[2]: WORDS, "b": BEHAVIOUR}, own, k=3, start=0)
    assert one.page["titles"][:2] == list(evil[:2])
    text = json.dumps(one.page, ensure_ascii=False) + repr(one)
    assert not {"\x1b", "\x07", "\u202e", "\u202c"} & set(text)
    assert "theme [31mRed alert" in text
    assert "innerHTML" not in one._esm


def test_its_twin_draws_both_lists_and_marks_the_common_film():
    figure, table = view().twin()
    assert figure.alt == repr(view())
    assert [len(part) for _, part in table.groupby("space", sort=False)] == [3, 3]
    panels = figure.spec["hconcat"]
    assert [panel["title"][0].split(":")[0] for panel in panels] == ["by words", "by behaviour"]
    assert json.dumps(figure.spec, ensure_ascii=False).count("Aliens (1986) (in both)") >= 2
    assert figure.metadata["image/png"]["width"] <= 900


@pytest.mark.parametrize("missing", [["by words"], ["by behaviour"], ["by words", "by behaviour"]])
def test_a_film_without_a_vector_leaves_its_half_of_the_twin_empty(missing):
    bare = {name: np.vstack([WORDS[:5], np.zeros((1, 2))]) for name in missing}
    one = Neighbours.from_vectors(TITLES, {name: WORDS for name in SPACES} | bare, FACTS, start=5)
    figure, table = one.twin()
    assert set(table["space"]) == set(SPACES) - set(missing)
    drawn = [panel.get("mark", {}).get("type", "bars") for panel in figure.spec["hconcat"]]
    assert drawn == ["text" if name in missing else "bars" for name in SPACES]
    assert one._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")
