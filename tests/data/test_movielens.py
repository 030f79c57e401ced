import pandas as pd
import pytest

from rectutor.data import leave_one_out, load
from rectutor.data.movielens import read_1m, read_100k, read_latest_small, tidy_titles, verify

MOVIES = (
    "movieId,title,genres\r\n"
    '1,"Matrix, The (1999)",Action|Sci-Fi\r\n'
    "2, Babylon 5 ,(no genres listed)\r\n"
    "3,Emma (1996),Romance\r\n"
    "4,Emma (1996),Comedy|Romance\r\n"
    '5,"11\'09""01 - September 11 (2002)",Drama\r\n'
)
RATINGS = (
    "userId,movieId,rating,timestamp\r\n"
    "2,3,4.5,100\r\n1,5,3.0,300\r\n1,1,5.0,300\r\n1,2,0.5,100\r\n2,4,4.0,200\r\n"
)


@pytest.fixture
def small(tmp_path):
    """A folder in the format of ml-latest-small, with every trap of the real one."""
    (tmp_path / "movies.csv").write_bytes(MOVIES.encode())
    (tmp_path / "ratings.csv").write_bytes(RATINGS.encode())
    return tmp_path


def test_crlf_quotes_and_outer_blanks_leave_clean_titles(small):
    items = read_latest_small(small).items
    assert items["title"].tolist() == [
        "The Matrix", "Babylon 5", "Emma", "Emma", "11'09\"01 - September 11",
    ]  # fmt: skip
    assert items["source_title"][1] == " Babylon 5 "
    assert items["year"].fillna(0).tolist() == [1999, 0, 1996, 1996, 2002]
    assert items["genres"].tolist()[:2] == [("Action", "Sci-Fi"), ()]


def test_interactions_are_sorted_by_user_time_and_item(small):
    rows = read_latest_small(small).interactions
    assert rows["user_id"].tolist() == [1, 1, 1, 2, 2]
    assert rows["item_id"].tolist() == [2, 1, 5, 3, 4]
    assert rows["rating"].tolist() == [0.5, 5.0, 3.0, 4.5, 4.0]
    assert rows["timestamp"].tolist() == [100, 300, 300, 100, 200]


def test_what_a_reader_should_know_is_counted(small):
    (small / "ratings.csv").write_text(RATINGS + "2,99,1.0,300\n3,99,1.0,300\n")
    assert set(read_latest_small(small).notes[2:]) == {
        "1 titles stand for more than one id; each id stays a film of its own",
        "1 titles have no year",
        "1 films have no genre",
        "2 ratings are of films that have no title",
        "1 users have a tied last timestamp; the larger item_id counts as later",
    }


def test_films_that_nobody_rated_stay_and_are_counted(small):
    (small / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,5.0,300\n")
    data = read_latest_small(small)
    assert len(data.items) == 5
    assert "4 films were never rated; they stay in items" in data.notes


def test_another_release_is_noted_and_no_error(small):
    notes = verify(small)
    assert len(notes) == 2
    assert notes[0].startswith("ratings.csv differs from the release this project was measured on")
    assert "known aa289ca83157..." in notes[0]


@pytest.mark.parametrize(
    ("source", "title", "year"),
    [
        ("Shawshank Redemption, The (1994)", "The Shawshank Redemption", 1994),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)",
         "The City of Lost Children", 1995),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995),
        ("Avventura, L' (a.k.a. Adventure, The) (1960)", "L'Avventura", 1960),
        ("Hidden (a.k.a. Cache) (Caché) (2005)", "Hidden", 2005),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006),
        ("Moonlight", "Moonlight", None),
        ("1984 (1984)", "1984", 1984),
        ("I, Robot (2004)", "I, Robot", 2004),
    ],
)  # fmt: skip
def test_titles_become_readable(source, title, year):
    tidy = tidy_titles(pd.Series([f"  {source} "]))
    assert tidy["title"][0] == title
    assert (None if pd.isna(tidy["year"][0]) else tidy["year"][0]) == year


def test_a_missing_folder_names_the_page_and_the_files(tmp_path):
    with pytest.raises(
        FileNotFoundError,
        match=r"ml-latest-small needs ratings.csv and movies.csv in .*, missing ratings.csv and "
        r"movies.csv; download ml-latest-small.zip from https://grouplens.org/datasets/movielens/",
    ):
        read_latest_small(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"ml-100k needs u\.data and u\.item"):
        read_100k(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"ml-1m needs ratings\.dat and movies\.dat"):
        read_1m(tmp_path)


def test_a_single_missing_file_is_named_alone(small):
    (small / "movies.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"missing movies\.csv;"):
        read_latest_small(small)


def test_a_file_with_other_columns_is_named(small):
    (small / "ratings.csv").write_text("user,movieId,rating,timestamp\n1,1,5.0,300\n")
    with pytest.raises(ValueError, match=r'ratings\.csv needs a column "userId"'):
        read_latest_small(small)


def test_a_cut_file_is_named(small):
    (small / "ratings.csv").write_text(RATINGS[:-8])
    with pytest.raises(ValueError, match=r"ratings\.csv needs 4 fields in every row; row 5 of 5"):
        read_latest_small(small)


def test_a_rating_that_is_no_number_is_named(small):
    (small / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,good,300\n")
    with pytest.raises(ValueError, match='column "rating"; row 1 has "good"'):
        read_latest_small(small)


def test_a_hand_made_sample_of_100k_is_read(tmp_path):
    flags = "0|0|0|0|0|1|0|0|1" + "|0" * 10  # comedy and drama
    (tmp_path / "u.item").write_bytes(
        f"1|Amélie (2001)|01-Jan-2001||http://x|{flags}\n2|unknown||||1{'|0' * 18}\n".encode(
            "latin-1"
        )
    )
    (tmp_path / "u.data").write_text("196\t1\t3\t881250949\n22\t2\t1\t878887116\n")
    data = load("ml-100k", folder=tmp_path)
    assert data.items["title"].tolist() == ["Amélie", "unknown"]
    assert data.items["genres"].tolist() == [("Comedy", "Drama"), ()]
    assert data.interactions.to_numpy().tolist() == [[22, 2, 1, 878887116], [196, 1, 3, 881250949]]


def test_a_hand_made_sample_of_1m_is_read(tmp_path):
    folder = tmp_path / "ml-1m"
    folder.mkdir()
    (folder / "movies.dat").write_bytes(
        '1::Misérables, Les (1998)::Drama|Musical\n2::"Great" One, The (1980)::Drama\n'.encode(
            "latin-1"
        )
    )
    (folder / "ratings.dat").write_text("1::2::5::978300760\n1::1::4::978300761\n")
    data = load("ml-1m", folder=tmp_path)
    assert data.items["title"].tolist() == ["Les Misérables", 'The "Great" One']
    assert data.interactions["item_id"].tolist() == [2, 1]
    assert data.name == "ml-1m"


@pytest.fixture
def ten_million(tmp_path):
    """A folder in the format of MovieLens 10M."""
    folder = tmp_path / "ml-10M100K"
    folder.mkdir()
    (folder / "movies.dat").write_text(
        "1::Amélie (Fabuleux destin d'Amélie Poulain, Le) (2001)::Comedy|Romance\n"
        "2::Heat: A Film (1995)::(no genres listed)\n",
        encoding="utf-8",
    )
    (folder / "ratings.dat").write_text("7::2::4.5::838985046\n7::1::5::838983525\n")
    (folder / "tags.dat").write_text("7::2::Al Pacino::1\n8::2::al pacino ::2\n8::2::crime::3\n")
    return tmp_path


def test_a_hand_made_sample_of_10m_is_read(ten_million):
    data = load("ml-10m", folder=ten_million)
    assert data.items["title"].tolist() == ["Amélie", "Heat: A Film"]
    assert data.items["tags"].tolist() == [(), ("al pacino", "crime")]
    assert data.items["genres"].tolist() == [("Comedy", "Romance"), ()]
    assert data.interactions.to_numpy().tolist() == [
        [7, 1, 5, 838983525], [7, 2, 4.5, 838985046],
    ]  # fmt: skip
    assert data.name == "ml-10m" and load("ml-10m", ten_million / "ml-10M100K").name == "ml-10m"


def test_a_missing_archive_of_10m_goes_by_the_publishers_name(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"ml-10m needs .* download ml-10m\.zip"):
        load("ml-10m", folder=tmp_path)


@pytest.mark.parametrize("name", ["ml-25m", "ml-32m"])
def test_hand_made_samples_of_the_large_sets_are_read_like_the_small_one(small, name):
    (small / "tags.csv").write_text("userId,movieId,tag,timestamp\n1,3,Austen,5\n")
    data, known = load(name, folder=small), read_latest_small(small)
    assert data.interactions.to_numpy().tolist() == known.interactions.to_numpy().tolist()
    assert data.items.equals(known.items) and data.items["tags"][2] == ("austen",)
    assert data.notes == known.notes[2:]  # without those on checksums
    assert data.interactions.memory_usage(index=False).sum() == 20 * 5  # bytes of 5 rows
    assert len(leave_one_out(data.interactions[data.interactions["user_id"] == 1]).user_ids) == 1


BROKEN = [
    ("1,x,3,5", 'a whole number as item_id in every line, line 7 has "x"'),
    ("1,2,,5", 'a number as rating in every line, line 7 has ""'),
    ("1,2,3,5.5", 'a whole number as timestamp in every line, line 7 has "5.5"'),
    ("1,2,3", 'a whole number as timestamp in every line, line 7 has ""'),
    ("1,99999999999,3,5", r"ratings\.csv is not a whole table: .*copy or download it again"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_broken_line_among_millions_is_named(small, line, message):
    (small / "ratings.csv").write_text(RATINGS.replace("\r", "") + line + "\n")
    with pytest.raises(ValueError, match=message):
        load("ml-25m", folder=small)


def test_a_broken_line_of_10m_and_another_header_are_named(ten_million, small):
    (ten_million / "ml-10M100K" / "ratings.dat").write_text("7::2::4.5::838985046\n7::1::5\n")
    with pytest.raises(ValueError, match=r'timestamp in every line, line 2 has ""'):
        load("ml-10m", folder=ten_million)
    (small / "ratings.csv").write_text("user,movieId,rating,timestamp\n1,1,5.0,300\n")
    with pytest.raises(ValueError, match=r'ratings\.csv needs a column "userId"'):
        load("ml-32m", folder=small)


def test_a_dat_file_with_another_number_of_fields_is_named(tmp_path):
    (tmp_path / "movies.dat").write_text("1::Heat (1995)\n")
    (tmp_path / "ratings.dat").write_text("1::2::5\n")
    with pytest.raises(ValueError, match=r"movies\.dat needs 3 fields in a row, found 2"):
        read_1m(tmp_path)
    (tmp_path / "movies.dat").write_text("1::Heat (1995)::Crime\n")
    with pytest.raises(ValueError, match=r"ratings\.dat needs 4 fields in a row, found 3"):
        read_1m(tmp_path)


def test_a_copy_of_the_real_files_with_other_line_ends_is_the_same_release(real_data, tmp_path):
    for name in ("ratings.csv", "movies.csv"):
        content = (real_data / "ml-latest-small" / name).read_bytes()
        assert b"\r\n" in content
        (tmp_path / name).write_bytes(content.replace(b"\r\n", b"\n"))
    assert verify(tmp_path) == ()
    (tmp_path / "movies.csv").write_bytes(content.replace(b"Toy Story", b"Toy Storm"))
    assert len(verify(tmp_path)) == 1


def test_the_real_files_are_read_with_their_known_counts(real_data):
    data = load("ml-latest-small", folder=real_data)
    assert len(data.interactions) == 100_836
    assert data.interactions["user_id"].nunique() == 610
    assert len(data.items) == 9_742
    assert set(data.notes) == {
        "18 films were never rated; they stay in items",
        "5 titles stand for more than one id; each id stays a film of its own",
        "12 titles have no year",  # of 13, one gives a span of years and counts as its first
        "34 films have no genre",
        "94 users have a tied last timestamp; the larger item_id counts as later",
    }
    assert data.items["title"].str.strip().eq(data.items["title"]).all()
    assert (data.items["source_title"].str.strip() != data.items["source_title"]).sum() == 11
