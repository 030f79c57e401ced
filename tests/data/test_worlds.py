import numpy as np
import pandas as pd
import pytest

from rectutor.data import leave_one_out, load, load_truth, worlds
from rectutor.data.worlds import REAL, SHIPPED
from rectutor.files import shipped, write_sums

ITEM_COLUMNS = [
    "item_id", "title", "year", "directors", "leads", "genres", "themes", "country", "language",
    "franchise", "part", "synopsis",
]  # fmt: skip


BOOK_COLUMNS = [
    "item_id", "title", "year", "authors", "genres", "themes", "country", "language", "series",
    "part", "synopsis",
]  # fmt: skip


@pytest.fixture
def small_world(tmp_path, monkeypatch):
    """Two worlds in a folder of their own: `films`, and a rival that has no items."""
    for name in ("films", "films-order-off"):
        (tmp_path / name).mkdir()
        rows = "user_id,item_id,rating,timestamp\n1,2,3.5,20\n1,1,4.0,10\n"
        (tmp_path / name / "interactions.csv").write_text(rows)
        np.savez(tmp_path / name / "truth.npz", taste=np.arange(3))
    (tmp_path / "films" / "items.csv").write_text(
        ",".join(ITEM_COLUMNS) + "\n"
        "1,Heat,1995,Michael Mann,Al Pacino|Robert De Niro,Crime,heist,USA,English,,,One.\n"
        "2,Aliens,1986,James Cameron,Sigourney Weaver,Sci-Fi,aliens,USA,English,Alien,2,Two.\n"
    )
    for name in ("films", "films-order-off"):
        write_sums(tmp_path / name)
    monkeypatch.setattr(worlds, "shipped", lambda *parts: tmp_path.joinpath(*parts[1:]))
    return tmp_path


def test_tiny_is_what_its_card_says():
    data = load("tiny")
    rows = data.interactions
    assert len(rows) == 70
    assert (rows["user_id"].nunique(), rows["item_id"].nunique(), len(data.items)) == (12, 12, 12)
    assert rows["timestamp"].is_unique
    assert rows.groupby("user_id").size().min() == 5
    assert data.items.columns.tolist() == ITEM_COLUMNS
    counts = np.bincount(leave_one_out(rows).train.item_index)[1:]
    assert counts.tolist() == [5, 3, 3, 4, 4, 5, 3, 3, 4, 4, 3, 5]


def test_the_card_of_tiny_prints_the_people_that_the_file_holds():
    data = load("tiny")
    card = shipped("datasets_small", "tiny", "README.md").read_text()
    for user, group in data.interactions.groupby("user_id"):
        *train, validation, test = map(str, group["item_id"])
        assert f"| {user} | {' '.join(train)} | {validation} | {test} |" in card
    for item in data.items.itertuples():
        assert f"| {item.item_id} | {item.title} ({item.year}) | {', '.join(item.genres)} |" in card


def test_each_event_of_tiny_happens_at_its_users_hour_one_week_after_the_other():
    rows = load("tiny").interactions
    week = rows.groupby("user_id").cumcount()
    first = pd.Timestamp("2020-01-01").timestamp()
    assert (rows["timestamp"] == first + week * 7 * 86400 + rows["user_id"] * 3600).all()


def test_no_film_of_tiny_is_watched_before_its_release():
    data = load("tiny")
    seen = data.interactions.merge(data.items[["item_id", "year"]], on="item_id")
    assert (pd.to_datetime(seen["timestamp"], unit="s").dt.year >= seen["year"]).all()


def test_lists_come_back_as_tuples_and_gaps_as_missing(small_world):
    items = load("films").items
    assert items["leads"].tolist() == [("Al Pacino", "Robert De Niro"), ("Sigourney Weaver",)]
    assert items["part"].isna().tolist() == [True, False]
    assert items["franchise"].tolist() == ["", "Alien"]


def test_books_come_like_films_with_authors_and_series():
    data = load("books")
    assert data.items.columns.tolist() == BOOK_COLUMNS
    omens = data.items[data.items["title"] == "Good Omens"].iloc[0]
    assert omens["authors"] == ("Terry Pratchett", "Neil Gaiman")
    assert omens["genres"] == ("Comedy", "Fantasy") and pd.isna(omens["part"])
    assert data.items["part"].dtype == data.items["year"].dtype == "Int64"
    assert data.source == "simulated by rectutor: real books, invented people, CC BY 4.0"
    assert load_truth("books")["people.tastes"].shape[0] == 2400


def test_a_rival_world_is_about_the_films_of_films(small_world):
    data = load("films-order-off")
    assert data.titles(np.array([[2, 1, 0]])).tolist() == [["Aliens", "Heat", ""]]
    assert data.interactions["item_id"].tolist() == [1, 2]
    assert data.name == "films-order-off"


def test_a_world_made_by_somebody_is_loaded_from_its_folder(small_world):
    folder = small_world / "films-order-off"
    data = load("coursework", folder=folder)
    assert (data.name, data.folder) == ("coursework", folder)
    assert len(data.items) == 2


def test_the_truth_is_read_as_arrays(small_world):
    assert load_truth("films")["taste"].tolist() == [0, 1, 2]


def test_a_world_made_by_hand_has_no_truth():
    with pytest.raises(FileNotFoundError, match=r"the world tiny has no truth\.npz"):
        load_truth("tiny")


def test_a_damaged_file_is_named_with_the_way_to_mend_it(small_world):
    path = small_world / "films" / "interactions.csv"
    path.write_text(path.read_text().replace("3.5", "4.5"))
    with pytest.raises(ValueError, match=r"interactions\.csv should have SHA-256 .*git checkout"):
        load("films")


def test_damaged_films_are_named_when_a_rival_is_loaded(small_world):
    (small_world / "films" / "items.csv").write_text("cut")
    with pytest.raises(ValueError, match=r"films.items\.csv should have SHA-256"):
        load("films-order-off")


def test_all_that_ships_stays_below_12_megabytes():
    files = [path for path in shipped("datasets_small").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 12e6


@pytest.mark.parametrize("loader", [load, load_truth])
def test_an_unknown_name_lists_what_there_is(loader):
    with pytest.raises(ValueError, match='got "film"') as caught:
        loader("film")
    for name in (*SHIPPED, *REAL):
        assert name in str(caught.value)


def test_real_data_need_their_folder():
    with pytest.raises(ValueError, match='"ml-1m" is not shipped; pass folder='):
        load("ml-1m")


def test_a_learners_own_file_goes_through_the_same_door(tmp_path):
    (tmp_path / "mine.csv").write_text("who,item_id,timestamp\n1,2,3\n")
    data = load("mine.csv", folder=tmp_path, columns={"user_id": "who"})
    assert data.interactions["user_id"].tolist() == [1]
