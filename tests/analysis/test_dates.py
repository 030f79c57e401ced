"""What is not out yet: years by hand, histories behind their years, and today's record."""

import numpy as np
import pytest

from rectutor.analysis.dates import (
    CODE,
    YEARS,
    dated_row,
    dated_split,
    later_items,
    pairs_to,
    release_years,
    share_later,
    year_of,
)
from rectutor.analysis.records import read_record
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of

RELEASED = np.array([0, 1990, 2005, 2010])


def test_later_films_are_counted_and_those_of_the_same_year_are_not():
    lists = np.array([[1, 2, 3, 0], [1, 2, 3, 3]])
    assert share_later(lists, RELEASED, np.array([2005, 1980])).tolist() == [0.25, 1.0]
    refused = later_items(RELEASED, np.array([2005, 1980]))
    assert refused.tolist() == [[0, 0, 3], [1, 2, 3]]


def test_a_year_begins_in_january():
    seconds = np.array(["2003-12-31T23:59:59", "2004-01-01"], dtype="datetime64[s]").astype(int)
    assert year_of(seconds).tolist() == [2003, 2004]


def test_dated_histories_hold_the_same_films_and_their_years():
    split = split_of("films")
    dated, N = dated_split(split, 5), split.n_items
    assert set(dated.train.user_index) == {0, 1, 2, 3, 4}
    n = len(dated.train.item_index)
    numbers = dated.train.item_index - 1
    assert (numbers % N + 1).tolist() == split.train.item_index[:n].tolist()
    years = YEARS[numbers // N]
    assert years.tolist() == year_of(split.train.timestamp[:n]).tolist()
    queries, plain = dated.test.queries, split.test.queries
    assert ((queries.history == 0) == (plain.history == 0)).all()
    assert ((dated.test.targets - 1) % N + 1).tolist() == split.test.targets.tolist()
    assert (dated.test.targets[:, 0] - 1 < len(YEARS) * N).all()


def test_nobody_watches_what_is_not_out():
    split = split_of("films")
    released, train = release_years(split), split.train
    assert (released[train.item_index] <= year_of(train.timestamp)).all()
    assert len(released) == split.n_items + 1 and released[0] == 0


def test_rows_and_pairs_are_means_over_people():
    lists = np.array([[1, 2], [3, 1]])
    later = share_later(lists, RELEASED, np.array([2000, 2000]))
    row = dated_row("a", lists, np.array([2, 2]), later)
    assert (row["later"], row["HR@10"], row["people"]) == (0.5, 0.5, 2)
    pairs = pairs_to("a", {"a": later, "b": later + 0.25}).iloc[0].tolist()
    assert pairs == ["b less a", 0.25, 0.25, 0.25]


@pytest.mark.parametrize("name", ["dates", "dates_pairs"])
def test_records_are_made_from_todays_code_and_data(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)


def test_a_mask_lets_nothing_later_out():
    table = read_record("dates").table.set_index("way")
    assert table.loc[["no date, mask", "the year, mask"], "later"].tolist() == [0, 0]
    assert table.loc["no date", "later"] > 0


@pytest.mark.parametrize("year", [1998, 2021])
def test_every_year_of_the_world_has_a_tag(year):
    times = split_of("films").test.queries.now
    assert year_of(times).min() == YEARS[0] and year_of(times).max() == YEARS[-1]
    assert year in YEARS
