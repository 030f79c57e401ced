import pandas as pd
import pytest

from rectutor.data import export_csv, leave_one_out, load_table
from rectutor.data.titles import MAX_TITLE, clean_titles

GOOD = "user_id,item_id,rating,timestamp\n1,10,4,100\n1,20,5,200\n1,30,3,300\n"


def written(tmp_path, text: str, name: str = "mine.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_a_plain_table_is_read(tmp_path):
    data = load_table(written(tmp_path, GOOD))
    assert data.name == "mine"
    assert data.interactions.to_numpy().tolist() == [
        [1, 10, 4, 100],
        [1, 20, 5, 200],
        [1, 30, 3, 300],
    ]
    assert data.titles([10, 30]).tolist() == ["10", "30"]
    assert data.notes == ()
    assert leave_one_out(data.interactions).test.targets.tolist() == [[3]]


def test_columns_of_other_names_are_mapped_and_extra_ones_noted(tmp_path):
    path = written(tmp_path, "who,what,when,mood\nann,tea,2020-01-01,good\n")
    data = load_table(path, columns={"user_id": "who", "item_id": "what", "timestamp": "when"})
    assert data.interactions["item_id"].tolist() == ["tea"]
    assert data.notes == (
        "columns not read: mood",
        "no ratings: every rating is 0",
        "1 users have fewer than 3 interactions",
    )


def test_a_mapped_column_wins_over_one_that_has_our_name(tmp_path):
    path = written(tmp_path, "user_id,account,item_id,timestamp\n1,7,2,3\n")
    assert load_table(path, {"user_id": "account"}).interactions["user_id"].tolist() == [7]


def test_iso_dates_become_seconds_and_may_stand_beside_numbers(tmp_path):
    path = written(
        tmp_path,
        "user_id,item_id,timestamp\n1,1,1970-01-02\n1,2,1970-01-01T01:00:00+01:00\n1,3,5.9\n"
        "1,4,1970-01-01 00:01:00\n",
    )
    rows = load_table(path).interactions.sort_values("item_id")
    assert rows["timestamp"].tolist() == [86400, 0, 5, 60]


def test_ids_become_numbers_only_if_nothing_is_lost(tmp_path):
    rows = "user_id,item_id,timestamp\n007,1,1\n7,2,2\n"
    data = load_table(written(tmp_path, rows))
    assert data.interactions["user_id"].tolist() == ["007", "7"]
    assert data.interactions["item_id"].tolist() == [1, 2]


def test_a_table_of_items_gives_titles_years_and_genres(tmp_path):
    items = written(
        tmp_path,
        "item_id,name,year,genres\n10,Up,2009,Comedy|Drama\n40,=1+1,,\n20,,1999,\n",
        "i.csv",
    )
    data = load_table(written(tmp_path, GOOD), {"title": "name"}, items=items)
    assert data.items["item_id"].tolist() == [10, 20, 30, 40]
    assert data.titles([10, 20, 30, 40]).tolist() == ["Up", "20", "30", "=1+1"]
    assert data.items["year"].fillna(0).tolist() == [2009, 1999, 0, 0]
    assert data.items["genres"].tolist() == [("Comedy", "Drama"), (), (), ()]
    assert data.notes == ("2 items have no title; their id stands in",)


def test_ids_that_are_text_in_one_file_are_text_in_both(tmp_path):
    items = written(tmp_path, "item_id,title\n10,Up\nextra,Heat\n", "i.csv")
    data = load_table(written(tmp_path, GOOD), items=items)
    assert data.titles(["10", "extra", "30"]).tolist() == ["Up", "Heat", "30"]


def test_of_repeated_interactions_the_earliest_stays_and_the_others_are_counted(tmp_path):
    path = written(tmp_path, GOOD + "1,10,1,50\n1,10,2,400\n")
    data = load_table(path)
    assert data.interactions["timestamp"].tolist() == [50, 200, 300]
    assert data.notes == ("2 repeated interactions were left out; the earliest is kept",)


def test_people_with_little_are_counted_and_the_split_says_what_it_needs(tmp_path):
    data = load_table(written(tmp_path, GOOD + "2,10,4,100\n3,10,4,100\n3,20,4,101\n"))
    assert data.notes == ("2 users have fewer than 3 interactions",)
    with pytest.raises(ValueError, match="user_id 2 has 1, and 1 other user is short"):
        leave_one_out(data.interactions)


FUTURE = 4_102_444_800  # the year 2100
BAD_ROWS = [
    (",10,4,100", 'row 4 has no user: ""', "no user"),
    ("1, ,4,100", 'row 4 has no item: " "', "no item"),
    ("1,40,good,100", 'row 4 has no number as its rating: "good"', "no number as its rating"),
    ("1,40,nan,100", 'row 4 has no number as its rating: "nan"', "no number as its rating"),
    ("1,40,4,", 'row 4 has no time in seconds or as an ISO date: ""', "no time in seconds"),
    ("1,40,4,soon", 'row 4 has no time in seconds or as an ISO date: "soon"', "no time in seconds"),
    ("1,40,4,NaN", 'row 4 has no time in seconds or as an ISO date: "NaN"', "no time in seconds"),
    ("1,40,4,-5", 'row 4 has a negative timestamp: "-5"', "a negative timestamp"),
    ("1,40,4,1577836800000", 'divide milliseconds by 1000.*"1577836800000"', "in the future"),
    (f"1,40,4,{FUTURE}", f'row 4 has a timestamp in the future.*"{FUTURE}"', "in the future"),
]


@pytest.mark.parametrize(("row", "message", "fault"), BAD_ROWS)
def test_a_bad_row_is_named_or_dropped_and_counted_when_asked(tmp_path, row, message, fault):
    path = written(tmp_path, GOOD + row + "\n")
    with pytest.raises(ValueError, match=message + r".*\(1 such rows\)"):
        load_table(path)
    data = load_table(path, bad_rows="drop")
    assert len(data.interactions) == 3
    assert any(note.startswith("1 rows were left out") and fault in note for note in data.notes)


def test_a_table_of_bad_rows_only_is_an_error(tmp_path):
    path = written(tmp_path, "user_id,item_id,timestamp\n1,2,-1\n")
    with pytest.raises(ValueError, match="at least one good row, none of 1 is"):
        load_table(path, bad_rows="drop")


def test_choices_and_names_that_do_not_exist_are_listed(tmp_path):
    with pytest.raises(ValueError, match='bad_rows must be "error" or "drop", got "keep"'):
        load_table(tmp_path / "x.csv", bad_rows="keep")
    with pytest.raises(ValueError, match='"user" is none of ours: user_id, item_id, rating'):
        load_table(tmp_path / "x.csv", columns={"user": "user_id"})


def test_a_column_that_was_named_but_is_not_there_is_no_silence(tmp_path):
    path = written(tmp_path, "user_id,item_id,timestamp,stars\n1,2,3,4.5\n")
    message = (
        'mine.csv needs the column "points", which you named as rating; it has item_id, stars, '
        "timestamp, user_id. Name one of these, or leave rating out"
    )
    with pytest.raises(ValueError, match=message):
        load_table(path, columns={"rating": "points"})
    assert load_table(path, columns={"rating": "stars"}).interactions["rating"].tolist() == [4.5]


def test_a_missing_column_is_named_with_the_way_to_map_it(tmp_path):
    path = written(tmp_path, "userId,item_id,timestamp\n1,2,3\n")
    with pytest.raises(
        ValueError,
        match=r'mine\.csv needs a column "user_id".*did you mean "userId"\?\); name yours with col',
    ):
        load_table(path)


def test_a_byte_order_mark_a_nul_byte_and_latin_1_are_told_apart(tmp_path):
    assert len(load_table(written(tmp_path, "\ufeff" + GOOD)).interactions) == 3
    with pytest.raises(ValueError, match="NUL byte in line 5"):
        load_table(written(tmp_path, GOOD + "\x00"))
    path = tmp_path / "mine.csv"
    path.write_bytes((GOOD + "1,Amélie,4,400\n").encode("latin-1"))
    with pytest.raises(ValueError, match=r"byte .* in line 5 is 0xe9"):
        load_table(path)
    assert "Amélie" in load_table(path, encoding="latin-1").interactions["item_id"].tolist()


def test_a_cut_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="needs 4 fields in every row; row 4 of 4"):
        load_table(written(tmp_path, GOOD + "1,40"))


def test_a_file_that_may_be_cut_within_its_last_value_is_noted(tmp_path):
    data = load_table(written(tmp_path, GOOD[:-2]))
    assert data.interactions["timestamp"].tolist() == [30, 100, 200]
    assert data.notes == (
        "the last line has no line end; if the file was cut, its last value is wrong",
    )


def test_a_title_of_a_megabyte_is_cut_and_counted(tmp_path):
    items = written(tmp_path, f"item_id,title\n10,{'x' * 1_000_000}\n20,b\n30,c\n", "i.csv")
    data = load_table(written(tmp_path, GOOD), items=items)
    assert len(data.items["title"][0]) == MAX_TITLE
    assert data.items["title"][0].endswith("x…")
    assert data.notes == (f"1 titles of more than {MAX_TITLE} characters were cut",)


def test_direction_marks_and_zero_width_characters_go_and_letters_of_every_script_stay():
    titles = pd.Series(
        ["Alien\u202egnp.exe", "He\u200bat", "\x1b[31mRed", "شب‌های روشن", "ויקיפדיה", "two\nlines"]
    )
    cleaned, notes = clean_titles(titles)
    assert cleaned.tolist() == [
        "Aliengnp.exe", "Heat", "[31mRed", "شب‌های روشن", "ויקיפדיה", "two lines",
    ]  # fmt: skip
    assert notes == ["3 titles held invisible or direction-turning characters, which were removed"]


def test_titles_that_are_formulas_are_defused_on_export(tmp_path):
    table = pd.DataFrame(
        {
            "title": ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", "Up, up", None],
            "score": [-1.5, 2, 3, 4, 5, 6, 7, 8],
            "=genres": [("=a", "b"), *[()] * 7],
        }
    )
    path = export_csv(table, tmp_path / "out.csv")
    back = pd.read_csv(path, keep_default_na=False)
    assert back.columns.tolist() == ["title", "score", "'=genres"]
    assert back["title"].tolist()[:4] == ["'=HYPERLINK(1)", "'+1", "'-1", "'@x"]
    assert all(text.startswith("'") for text in back["title"][:6])
    assert back["title"].tolist()[6:] == ["Up, up", ""]
    assert back["score"][0] == -1.5
    assert back["'=genres"][0] == "'=a|b"
    assert table["title"][0] == "=HYPERLINK(1)"
