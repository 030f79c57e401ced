"""Calls as signs: only what the schemas allow can be written."""

import itertools

import pytest

from rectutor.agents.film_tools import FilmTools
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import tool
from rectutor.chat import ToolCall, ToolSchema
from rectutor.data.requests import SCHEMAS
from rectutor.lm.chat.checked import check_call
from rectutor.lm.chat.linking import Mark
from rectutor.lm.chat.notation import END, SIGNS, CallGrammar, written

COMEDY, NINETIES = Mark("Genre", "Comedy"), Mark("Years", "1990-1999")
HEAT, HANKS = Mark("Film", "Heat"), Mark("Person", "Tom Hanks")


def test_a_tool_that_lacks_what_it_requires_cannot_begin():
    assert CallGrammar(SCHEMAS, [COMEDY]).legal([]) == [
        "search",
        "films_with",
        "recommend",
        "history",
    ]
    assert "similar" in CallGrammar(SCHEMAS, [HEAT]).legal([])


def test_marks_follow_in_order_and_only_where_they_fit():
    grammar = CallGrammar(SCHEMAS, [COMEDY, HEAT, NINETIES, Mark("Genre", "Drama")])
    assert grammar.legal(["recommend"]) == ["1", "3", "4", END]
    assert grammar.legal(["recommend", "1"]) == ["3", END]  # a second genre has no place
    assert grammar.legal(["recommend", "3"]) == ["4", END]
    assert grammar.legal(["similar"]) == ["2"]  # required: the end must wait
    assert grammar.legal(["similar", "2"]) == [END]
    call = grammar.call(["recommend", "1", "3"])
    assert call == ToolCall("recommend", {"genre": "Comedy", "years": "1990-1999"})


def test_a_tool_that_is_not_on_offer_cannot_be_written():
    assert CallGrammar(SCHEMAS[:1], [HEAT]).legal([]) == ["search"]
    unknown = ToolSchema("launch", "", {"type": "object", "properties": {}, "required": []})
    assert CallGrammar([unknown], [HEAT]).legal([]) == []


def test_a_value_outside_of_an_enum_cannot_be_written():
    limited = {"properties": {"genre": {"type": "string", "enum": ["Drama"]}}, "required": []}
    grammar = CallGrammar([ToolSchema("recommend", "", limited)], [COMEDY])
    assert grammar.legal(["recommend"]) == [END]


def test_whatever_is_legal_passes_the_check_of_calls():
    marks = [COMEDY, HEAT, HANKS, NINETIES, Mark("Theme", "magic"), Mark("Words", "x y")]
    grammar, n = CallGrammar(SCHEMAS, marks), 0
    open_ones = [[name] for name in grammar.legal([])]
    while open_ones:
        symbols = open_ones.pop()
        for sign in grammar.legal(symbols):
            if sign == END:
                check_call(grammar.call(symbols), SCHEMAS)
                n += 1
            else:
                open_ones.append([*symbols, sign])
    assert n > 30


def test_a_call_is_written_by_the_places_of_its_marks():
    marks = [NINETIES, HEAT, COMEDY]
    call = ToolCall("recommend", {"genre": "Comedy", "years": "1990-1999"})
    assert written(call, marks) == ["recommend", "1", "3"]
    assert CallGrammar(SCHEMAS, marks).call(["recommend", "1", "3"]) == call
    with pytest.raises(ValueError, match="similar needs a mark for 'Up', and there is none"):
        written(ToolCall("similar", {"title": "Up"}), marks)


def test_the_schemas_of_requests_are_those_of_the_film_tools():
    methods = (FilmTools.search, FilmTools.films_with, SessionTools.recommend, FilmTools.similar)
    methods += (FilmTools.facts, SessionTools.history, SessionTools.evidence)
    for own, method in zip(SCHEMAS, methods, strict=True):
        bound = method.__get__(object())  # as tools see it, without self
        real = tool(bound).schema
        assert real.name == own.name
        assert set(real.parameters["properties"]) - {"method"} == set(own.parameters["properties"])
        assert real.parameters["required"] == own.parameters["required"]


def test_every_tool_has_a_sign_of_its_own():
    assert {own.name for own in SCHEMAS} <= set(SIGNS)
    assert all(one != other for one, other in itertools.combinations(SIGNS.values(), 2))
