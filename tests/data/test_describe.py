"""Items as text."""

import numpy as np
import pandas as pd
import pytest

from rectutor.data.describe import by_index, describe
from rectutor.data.worlds import load


def test_a_shipped_film_is_told_with_every_fact_it_has():
    items = load("films").items
    text = describe(items[items["title"] == "The Shawshank Redemption"])[0]
    assert text.startswith(
        "Title: The Shawshank Redemption. Year: 1994. Director: Frank Darabont. "
        "With: Tim Robbins, Morgan Freeman, Bob Gunton. Genre: crime, drama. "
        "About: life in prison, friendship, corruption. Country: USA. Language: English. Story: "
    )
    assert text.endswith("under a corrupt warden.")
    assert "Series" not in text


def test_a_missing_value_is_left_out_and_an_item_with_nothing_to_tell_gets_its_title():
    table = pd.DataFrame(
        {"title": ["Heat", "Unknown"], "year": [1995, pd.NA], "tags": [("robbery", "night"), ()]}
    )
    assert describe(table, ["year", "tags"]) == ["Year: 1995. Tags: robbery, night.", "Unknown"]


def test_an_item_without_title_is_named_by_its_id():
    table = pd.DataFrame({"item_id": [7, 8], "genres": [("Sci-Fi",), ()]})
    assert describe(table) == ["Genre: science fiction.", "Item 8"]


def test_an_unknown_field_is_named():
    with pytest.raises(ValueError, match=r"fields must be some of title, .*synopsis, got 'plot'"):
        describe(load("tiny").items, ["title", "plot"])


def test_a_table_without_words_is_refused():
    with pytest.raises(ValueError, match=r"a column of genres, but the table has item_id, name;"):
        describe(pd.DataFrame({"item_id": [1], "name": ["Heat"]}), ["genres"])


def test_values_come_in_the_order_of_item_indices():
    items = pd.DataFrame({"item_id": [30, 10, 20]})
    assert by_index(["c", "a", "b"], items, np.array([0, 10, 30])) == ["a", "c"]


def test_an_item_of_the_split_without_a_row_is_named():
    items = pd.DataFrame({"item_id": [30, 10]})
    with pytest.raises(ValueError, match=r"2 items of the split .* for instance item_id 11;"):
        by_index(["c", "a"], items, np.array([0, 10, 11, 12]))
