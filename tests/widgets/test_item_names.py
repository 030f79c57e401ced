"""The view of names: what is left after each token, and whether it is of one kind."""

import numpy as np
import pytest

from rectutor.widgets import ItemNames
from rectutor.widgets.name_state import Names, NameState

TITLES = ("Alien", "Heat", "Fargo", "Jaws", "Big", "Up")
KINDS = np.array([0, 0, 0, 1, 1, 1])
SCHEMES = {
    "alone": [(title.lower(),) for title in TITLES],
    "numbers": [("0", "1"), ("1", "0"), ("0", "0"), ("0", "2"), ("1", "1"), ("1", "2")],
    "kinds": [("A", "1"), ("A", "2"), ("A", "3"), ("B", "1"), ("B", "2"), ("B", "3")],
}


def view(titles: tuple[str, ...] = TITLES) -> ItemNames:
    return ItemNames.of(titles, SCHEMES, KINDS, offered=4)


def state(**knobs) -> NameState:
    names = tuple(Names(scheme, tuple(own)) for scheme, own in SCHEMES.items())
    return NameState(TITLES, names, KINDS, **knobs)


def test_each_token_narrows_the_films_to_those_whose_names_begin_so():
    assert state().table()["films left"].tolist() == [6, 6, 6]
    one = state(read=1).table()
    assert one["films left"].tolist() == [1, 3, 3]
    assert one["read"].tolist() == ["alien", "0", "A"]
    assert one["same kind"].tolist()[1:] == [0.5, 1.0] and np.isnan(one["same kind"][0])
    assert state(read=2).table()["films left"].tolist() == [1, 1, 1]


def test_the_sentence_counts_films_and_kinds():
    said = state(film=3, read=1).sentence()
    assert said == (
        "Jaws, 1 token read. Films left: alone 1, numbers 3 (0 % its kind), kinds 3 "
        "(100 % its kind)."
    )
    assert state().sentence() == ("Alien, no tokens read: all 6 films are left, 40 % of its kind.")


def test_the_mission_knows_whose_first_token_tells_the_kind():
    predict = view().page["missions"]["predict"]
    assert predict["options"][predict["answer"]] == "kinds"
    assert "numbers 33 %, kinds 100 %. By luck 40 %." in predict["reply"]


def test_the_act_is_done_with_another_film_and_one_token():
    frames = view().page["frames"]
    assert not any(one["goal"] for one in frames[0])
    assert [one["goal"] for one in frames[1]] == [False, True, False]


def test_the_page_holds_every_title_that_it_shows():
    page = view().page
    assert page["titles"] == list(TITLES[:4])
    assert page["rows"][0][1][1] == [3, 0.5, [2, 3]]
    assert {page["others"][str(i)] for i in (2, 3)} == {"Fargo", "Jaws"}
    assert page["rows"][0][1][0] == [1, None, []]


def test_what_does_not_fit_is_named():
    short = Names("numbers", (("0",),))
    with pytest.raises(ValueError, match="'numbers' must name 6 items, got 1"):
        NameState(TITLES, (short,), KINDS)
    with pytest.raises(ValueError, match="kinds must be 6 numbers, got 2"):
        NameState(TITLES, (), KINDS[:2])
    with pytest.raises(ValueError, match=r"read must be in 0\.\.2, got 3"):
        state(read=3)
    with pytest.raises(ValueError, match=r"film must be in 0\.\.1, got 2"):
        state(film=2, offered=2)
