"""Typed functions that a model may call, and the box that lets it."""

from typing import Literal

import pytest

from rectutor.agents.tools import Found, Toolbox, tool
from rectutor.chat import ToolCall


def weather(place: str, days: int = 1, unit: Literal["C", "F"] | None = None) -> Found:
    """Tell the weather.

    Args:
        place: where;
            any town.
        days: how many.
        unit: of degrees.
    """
    if place == "nowhere":
        raise ValueError("there is no weather in 'nowhere'")
    return Found(f"{place} {days} {unit}", (3,))


def test_the_schema_is_what_the_function_says():
    schema = tool(weather).schema
    assert schema.name == "weather"
    assert schema.description == "Tell the weather."
    assert schema.parameters == {
        "type": "object",
        "properties": {
            "place": {"type": "string", "description": "where; any town."},
            "days": {"type": "integer", "description": "how many."},
            "unit": {"type": "string", "enum": ["C", "F"], "description": "of degrees."},
        },
        "required": ["place"],
    }


def test_a_parameter_must_be_explained_and_have_a_simple_type():
    def silent(place: str) -> Found:
        """Say nothing."""
        return Found(place)

    def listing(places: list[str]) -> Found:
        """List.

        Args:
            places: some.
        """
        return Found(str(places))

    with pytest.raises(TypeError, match="silent must say under Args what 'place' means"):
        tool(silent)
    with pytest.raises(TypeError, match=r"'places' must be a str, int, .* got list\[str\]"):
        tool(listing)


def test_a_whole_number_written_with_a_point_is_an_integer():
    seen = Toolbox([tool(weather)]).run(ToolCall("weather", {"place": "Ulm", "days": 3.0}))
    assert seen.text == "Ulm 3 None"


def test_a_call_that_fits_is_run():
    seen = Toolbox([tool(weather)]).run(ToolCall("weather", {"place": "Ulm", "unit": "F"}))
    assert seen == ("Ulm 1 F", False, (3,))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (ToolCall("delete", {}), "not done: a call must name one of weather; got 'delete'"),
        (ToolCall("weather", {"place": 3}), "place: 3 is not of type 'string'"),
        (ToolCall("weather", {"place": "nowhere"}), "not done: there is no weather in 'nowhere'"),
        (ToolCall("weather", {"place": "Ulm", "user": 9}), "'user' was unexpected"),
        (ToolCall("weather", {"place": "Ulm", "unit": "K"}), "'K' is not one of ['C', 'F']"),
    ],
)
def test_every_refusal_is_an_observation(call, says):
    box = Toolbox([tool(weather)])
    seen = box.run(call)
    assert seen.is_refusal
    assert says in seen.text
    assert box.refused == [call]


def test_a_long_result_is_cut_and_says_so():
    box = Toolbox([tool(weather)], max_characters=10)
    seen = box.run(ToolCall("weather", {"place": "x" * 30}))
    assert seen.text == "x" * 10 + "\n(27 more characters were cut)"


def test_refusals_are_marked_as_data_too():
    box = Toolbox([tool(weather)], wrap=lambda text: f"<data>{text}</data>")
    assert box.run(ToolCall("weather", {"place": "Ulm"})).text == "<data>Ulm 1 None</data>"
    refused = box.run(ToolCall("weather", {"place": "nowhere"}))
    assert refused.text == "<data>not done: there is no weather in 'nowhere'</data>"


def test_a_box_may_be_made_smaller():
    def other() -> Found:
        """Do something else."""
        return Found("")

    box = Toolbox([tool(weather), tool(other)])
    assert [schema.name for schema in box.only(["other"]).schemas] == ["other"]
    with pytest.raises(ValueError, match="got two called 'other'"):
        Toolbox([tool(other), tool(other)])
