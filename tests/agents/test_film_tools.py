"""The tools of the film agent, on five films."""

import numpy as np
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Toolbox
from rectutor.chat import ToolCall
from rectutor.data.triples import derive
from tests.agents.small import ITEMS, QUERY, ByNumber, catalogue, toolbox


def look(tool_name, **arguments):
    return toolbox().run(ToolCall(tool_name, arguments))


def test_search_and_filters_list_films_with_their_numbers():
    assert look("search", text="detective").text == "[1] Heat (1995)"
    assert look("films_with", genre="crime", years="2000-").items == (2,)
    assert look("films_with", genre="Western").text == "no film has all of this"


def test_facts_are_known_of_films_and_of_people():
    assert look("facts", name="Heat (1986)").text.splitlines() == [
        "[4] Heat (1986)",
        "directed by Dick Richards",
        "stars Burt Reynolds",
        "has genre Action",
        "comes from USA",
        "came out in 1986",
    ]
    about = look("facts", name="michael mann")
    assert about.text == (
        "[1] Heat (1995) directed by michael mann\n[2] Collateral (2004) directed by michael mann"
    )
    assert about.items == (1, 2)
    assert look("facts", name="Nobody").text == (
        "not done: nothing is known about 'Nobody'; search for it first"
    )


def test_ids_of_the_source_need_not_be_the_items_numbers():
    films = ITEMS.assign(item_id=[10, 20, 30, 40, 50])
    box = Toolbox(FilmTools(Catalogue(films), derive(films)).tools)
    assert box.run(ToolCall("facts", {"name": "Up"})).text.splitlines()[:2] == [
        "[3] Up (2009)",
        "directed by Pete Docter",
    ]
    assert box.run(ToolCall("facts", {"name": "Michael Mann"})).items == (1, 2)


def test_history_is_the_sessions_own_newest_first():
    assert look("history").items == (1, 3)
    assert look("history", user=8).is_refusal


def test_films_are_ranked_by_the_recommender_without_what_was_seen():
    assert look("recommend").items == (5, 4, 2)
    assert look("recommend", method="backwards").items == (2, 4, 5)
    assert look("recommend", genre="Crime").items == (2,)


def test_a_model_is_told_the_recommenders_and_an_unknown_one_is_refused():
    (schema,) = [own for own in toolbox().schemas if own.name == "recommend"]
    assert schema.parameters["properties"]["method"]["enum"] == ["number", "backwards"]
    refused = look("recommend", method="oracle")
    assert refused.is_refusal
    assert "'oracle' is not one of ['number', 'backwards']" in refused.text


def test_evidence_is_what_a_film_shares_with_the_history():
    assert look("evidence", title="Collateral").text.splitlines() == [
        "[2] Collateral (2004)",
        "genre Crime: [1] Heat (1995)",
        "person Michael Mann: [1] Heat (1995)",
        "country USA: [1] Heat (1995), [3] Up (2009)",
    ]
    assert "no film called 'Seven'" in look("evidence", title="Seven").text


def test_similar_films_are_the_nearest_vectors():
    vectors = np.array([[0, 0], [1, 0], [2, 0.1], [0, 1], [1, 1], [-1, 0]], dtype=float)
    box = Toolbox(FilmTools(catalogue(), derive(ITEMS), vectors).tools)
    assert box.run(ToolCall("similar", {"title": "Heat (1995)"})).items == (2, 4, 3, 5)
    assert "no film called 'Seven'" in box.run(ToolCall("similar", {"title": "Seven"})).text


def test_a_session_has_one_person_and_a_recommender():
    two = QUERY.take(np.array([0, 0]))
    with pytest.raises(ValueError, match="belongs to one person, got 2 questions"):
        SessionTools(catalogue(), {"number": ByNumber()}, two)
    with pytest.raises(ValueError, match="needs one recommender or more, got none"):
        SessionTools(catalogue(), {}, QUERY)
