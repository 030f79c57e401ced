"""The readers: people of `films`, other objects, and what connects the two."""

import json

import numpy as np
import pandas as pd
import pytest

from rectutor.data import load
from rectutor.data.books import KNOBS, READING, draw_readers, read_book_facts, simulate_books
from rectutor.data.choice import Knobs
from rectutor.data.make_worlds import make_books, shipped_book_facts
from rectutor.data.people import Pace, spread_out
from rectutor.data.world_files import digest, read_truth
from rectutor.files import check_sums, shipped
from tests.data.plain_processor import run_plainly

FOLDER = shipped("datasets_small", "books")


@pytest.fixture(scope="module")
def books():
    return load("books")


@pytest.fixture(scope="module")
def truth():
    return read_truth(FOLDER)


@pytest.fixture(scope="module")
def films():
    return load("films").interactions


@pytest.fixture(scope="module")
def films_truth():
    return read_truth(shipped("datasets_small", "films"))


def two_tables():
    films = pd.DataFrame(
        {
            "item_id": [1, 2],
            "year": [1999, 1950],
            "directors": ["B", "A"],
            "leads": ["X", "Y"],
            "genres": ["Drama", "Comedy|Horror"],
            "themes": ["heist|prison|magic", "magic|quest|heist"],
            "franchise": [None, None],
            "part": [None, None],
        }
    )
    books = pd.DataFrame(
        {
            "item_id": [1, 2],
            "year": [1890, 1990],
            "authors": ["D|C", "D"],
            "genres": ["Horror", "Drama"],
            "themes": ["prison|heist|quest", "quest|magic|heist"],
            "series": ["Saga", None],
            "part": [1, None],
        }
    )
    themes = pd.DataFrame(
        {
            "theme": ["heist", "prison", "magic", "quest"],
            "family": ["crime", "crime", "wonder", "wonder"],
        }
    )
    return books, films, themes


def test_authors_are_directors_a_series_is_a_franchise_and_nobody_leads():
    facts = read_book_facts(*two_tables())
    assert facts.item_id.tolist() == [0, 1, 2]
    assert facts.directors.tolist() == [[0, 0, 0], [2, 1, 0], [2, 0, 0]]
    assert facts.franchise.tolist() == [0, 1, 0] and facts.part.tolist() == [0, 1, 0]
    assert not facts.leads.any() and facts.family.tolist() == [0, 1, 2]


def test_the_features_of_books_have_the_rows_of_films():
    features = read_book_facts(*two_tables()).features
    comedy, drama, horror = (features[:3] > 0).tolist()
    assert comedy == [False, False, False]  # a genre of films only keeps its row
    assert drama == [False, False, True] and horror == [False, True, False]


@pytest.mark.parametrize(
    ("column", "word", "message"),
    [
        ("genres", "Poetry", r"needs genres that some film has.*'Poetry', and 0 others"),
        ("themes", "sea|ice|quest", r"needs themes that some film has.*'ice', and 1 others"),
    ],
)
def test_a_word_that_no_film_has_is_named(column, word, message):
    books, films, themes = two_tables()
    books.loc[0, column] = word
    with pytest.raises(ValueError, match=message):
        read_book_facts(books, films, themes)


def test_a_second_that_is_taken_is_passed_over():
    rng = np.random.default_rng(0)
    lengths, joins = np.array([1, 1, 1]), np.array([100, 100, 200])
    calendar = spread_out(lengths, joins, Pace(), rng, taken=[100, 102, 200])
    assert calendar.timestamps.tolist() == [[101], [103], [201]]


def test_readers_start_among_their_films_and_the_others_do_nothing(films):
    calendar = draw_readers(films, 50, np.random.default_rng(0))
    reads = calendar.lengths > 0
    assert len(reads) == 2400 and reads.sum() == 50
    assert calendar.lengths[reads].min() >= READING.shortest == 8
    assert calendar.lengths[reads].max() <= READING.longest == 80
    assert not calendar.timestamps[~reads].any()
    active = films.groupby("user_id")["timestamp"].agg(["min", "max"]).to_numpy()[reads]
    first = calendar.timestamps[reads, 0]
    assert (first >= active[:, 0]).all()
    assert (first <= active[:, 1] + 60).all()  # a clash may move it by seconds


def test_more_readers_than_people_are_refused(films):
    with pytest.raises(ValueError, match="5 should read, and the films' world has 4 people"):
        draw_readers(films[films["user_id"] <= 4], 5, np.random.default_rng(0))


def test_books_that_are_not_out_yet_cannot_be_read(films, films_truth):
    facts = shipped_book_facts()
    few = facts._replace(out_on=np.where(np.arange(facts.n_films + 1) > 7, 2**40, facts.out_on))
    with pytest.raises(ValueError, match="5 of 573 films are out when the first person joins"):
        simulate_books(few, films, films_truth, Knobs(n_users=20), seed=3)


def test_the_shipped_books_are_what_the_simulator_makes(tmp_path):
    make_books(tmp_path)
    made, card = (json.loads((f / "world.json").read_text()) for f in (tmp_path, FOLDER))
    assert made == card
    assert load("mine", folder=tmp_path).items["authors"][6] == ("Roald Dahl",)
    assert "573 real books" in (tmp_path / "README.md").read_text()


def test_a_processor_without_its_special_instructions_makes_the_same_books(tmp_path):
    code = f"from rectutor.data.make_worlds import make_books; make_books({str(tmp_path)!r})"
    run_plainly(code)
    card = json.loads((tmp_path / "world.json").read_text())
    assert card["digest"] == json.loads((FOLDER / "world.json").read_text())["digest"]


def test_the_world_is_whole_and_says_what_it_is(books, truth):
    check_sums(FOLDER, "restore it")
    card = json.loads((FOLDER / "world.json").read_text())
    assert (card["name"], card["books"], "films" in card) == ("books", "real", False)
    assert truth.knobs == KNOBS and card["n_users"] == 800
    assert card["digest"] == digest(books.interactions, truth)


def test_every_book_is_read_five_times_and_every_reader_reads_eight(books, truth):
    rows = books.interactions
    per_book, per_reader = rows["item_id"].value_counts(), rows["user_id"].value_counts()
    assert len(per_book) == truth.facts.n_films == 573 and per_book.min() >= 5
    assert len(per_reader) == 800 and per_reader.between(8, 80).all()
    assert 18 <= per_reader.median() <= 22
    assert not rows.duplicated(["user_id", "item_id"]).any()


def test_nobody_reads_a_book_before_its_publication(books):
    read = books.interactions.merge(books.items[["item_id", "year"]], on="item_id")
    assert (pd.to_datetime(read["timestamp"], unit="s").dt.year > read["year"]).all()


def test_no_two_events_share_a_second_not_even_with_a_film(books, films):
    moments = pd.concat([books.interactions["timestamp"], films["timestamp"]])
    assert moments.is_unique


def test_a_reader_is_the_same_person_as_in_films(truth, films_truth):
    for name in ("persona", "tastes", "latent", "generosity"):
        ours, theirs = getattr(truth.people, name), getattr(films_truth.people, name)
        assert np.array_equal(ours, theirs), name
    assert np.array_equal(truth.hidden.next_families, films_truth.hidden.next_families)


def test_what_belongs_to_books_is_drawn_anew(truth, films_truth):
    assert set(truth.people.favourites.flat) <= set(truth.facts.directors.flat) - {0}
    assert not np.array_equal(truth.hidden.next_kinds, films_truth.hidden.next_kinds)
    ours, theirs = (t.hidden.latent[1:574].ravel() for t in (truth, films_truth))
    assert abs(np.corrcoef(ours, theirs)[0, 1]) < 0.1  # 1719 pairs: 4 standard errors


def test_the_shipped_features_are_aligned_with_those_of_films(truth, films_truth):
    assert len(truth.facts.features) == len(films_truth.facts.features)
    table = pd.read_csv(shipped("datasets_small", "films", "items.csv"))
    genres = sorted({genre for row in table["genres"].str.split("|") for genre in row})
    row = truth.facts.features[genres.index("War")] > 0
    items = load("books").items
    assert row[1:].tolist() == [("War" in genres) for genres in items["genres"]]


def agreement(scores, read):
    """Average over readers the chance that a read book scores above an unread one (AUC)."""
    found = []
    for row, is_read in zip(scores, read, strict=True):
        ranks = pd.Series(row).rank().to_numpy()
        n = is_read.sum()
        found.append((ranks[is_read].sum() - n * (n + 1) / 2) / (n * (len(row) - n)))
    return float(np.mean(found))


@pytest.fixture(scope="module")
def watched_and_read(books, films):
    """Return [800, 1119] and [800, 573] bool, one row for each reader."""
    readers = sorted(books.interactions["user_id"].unique())
    tables = (pd.crosstab(t["user_id"], t["item_id"]) for t in (films, books.interactions))
    return [table.reindex(readers).to_numpy(dtype=bool) for table in tables]


def test_the_facts_of_the_films_one_watched_point_to_the_books_one_reads(
    watched_and_read, truth, films_truth
):
    watched, read = watched_and_read
    share = watched / watched.sum(axis=1, keepdims=True) - watched.sum(axis=0) / watched.sum()
    likes = share @ films_truth.facts.features[:, 1:].T.astype(float)  # [800, F]
    scores = likes @ truth.facts.features[:, 1:].astype(float)  # [800, 573]
    own = agreement(scores, read)
    others = agreement(np.roll(scores, 1, axis=0), read)
    assert abs(own - 0.68) < 0.02 and abs(others - 0.5) < 0.02
    assert_in_card(f"| facts of one's own films | {own:.2f} |", f"of another's | {others:.2f} |")


def test_who_watched_alike_reads_alike(watched_and_read):
    watched, read = watched_and_read
    habits = watched - watched.mean(axis=0)
    habits /= np.linalg.norm(habits, axis=1, keepdims=True)
    likeness = habits @ habits.T
    np.fill_diagonal(likeness, 0)
    strange = np.roll(likeness, 1, axis=0)
    np.fill_diagonal(strange, 0)
    own, others = (agreement(a @ (read - read.mean(axis=0)), read) for a in (likeness, strange))
    assert abs(own - 0.77) < 0.02 and abs(others - 0.5) < 0.02
    assert_in_card(f"| people who watched alike | {own:.2f} |", f"like another | {others:.2f} |")


def assert_in_card(*words):
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [text for text in words if text not in card] == []


def test_the_card_says_how_often_books_are_read_and_how_they_are_rated(books):
    rows = books.interactions
    counts = rows["item_id"].value_counts().sort_values()
    n, by_reader = len(counts), rows.groupby("user_id")
    gini = (2 * np.arange(1, n + 1) - n - 1) @ counts.to_numpy() / (n * len(rows))
    low, half, high = by_reader.size().quantile([0.25, 0.5, 0.75])
    days = (by_reader["timestamp"].max() - by_reader["timestamp"].min()).median() / 86400
    mean, spread = rows["rating"].mean(), rows["rating"].std()
    assert_in_card(
        f"573 real books with facts and one sentence each; 800 simulated people who gave "
        f"{len(rows):,}",
        f"| lengths, quartiles | {low:.0f}, {half:.1f}, {high:.0f} |",
        f"| ratings of a book, least and most | {counts.iloc[0]}, {counts.iloc[-1]} |",
        f"| share of ratings on the top tenth of books | {counts[-57:].sum() / len(rows):.2f} |",
        f"| Gini of books' ratings | {gini:.2f} |",
        f"| rating, mean and standard deviation | {mean:.2f}, {spread:.2f} |",
        f"| days between a reader's first and last rating, median | {days:.0f} |",
    )


def test_the_card_says_how_neighbouring_books_hang_together(books):
    rows, items = books.interactions, books.items.set_index("item_id")
    after = rows.groupby("user_id")["item_id"].shift(-1)
    one, other = items.loc[rows["item_id"][after.notna()]], items.loc[after.dropna().astype(int)]
    shares = {
        name: np.mean([bool({*a} & {*b}) for a, b in zip(one[name], other[name], strict=True)])
        for name in ("authors", "themes")
    }
    series = np.mean(
        (one["series"].to_numpy() == other["series"].to_numpy()) & (one["series"] > "")
    )
    assert_in_card(
        f"| next book is of the same series | {series:.1%} |".replace("%", " %"),
        f"| next book has an author in common | {shares['authors']:.1%} |".replace("%", " %"),
        f"| neighbouring books share a theme | {shares['themes']:.2f} |",
    )


def test_the_card_says_what_a_film_does_for_its_book(books, films, watched_and_read):
    watched, read = watched_and_read
    pairs = books.items.merge(load("films").items, on="title", suffixes=("", "_film"))
    film = np.searchsorted(np.unique(films["item_id"]), pairs["item_id_film"])
    seen, had = watched[:, film], read[:, pairs["item_id"] - 1]
    together = (seen & had).sum() / (seen.sum(axis=0) * had.sum(axis=0) / len(read)).sum()
    everything = (watched.T.astype(int) @ read).sum() / (
        watched.sum(axis=0)[:, None] * read.sum(axis=0) / len(read)
    ).sum()
    assert_in_card(f"{len(pairs)} pairs", f"{together:.1f} times", f"({everything:.1f} times")


def test_the_card_says_how_little_watching_says_about_how_much_one_reads(watched_and_read, books):
    watched, read = watched_and_read
    found = np.corrcoef(watched.sum(axis=1), read.sum(axis=1))[0, 1]
    early = (books.items["year"] < 1960).mean()
    assert_in_card(f"correlation {found:.2f}", f"{early:.0%}".replace("%", " %"))
