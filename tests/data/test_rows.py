import gzip

import pandas as pd
import pytest

from rectutor.data import rows
from rectutor.data.rows import need_columns, numbers, read_rows


def written(tmp_path, content: bytes, name: str = "table.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_crlf_quotes_and_a_byte_order_mark_are_taken_away(tmp_path):
    path = written(tmp_path, '\ufeffid,title\r\n1,"Hello, ""you"""\r\n2,\r\n'.encode())
    assert read_rows(path).to_dict("list") == {"id": ["1", "2"], "title": ['Hello, "you"', ""]}


def test_words_that_look_like_gaps_stay_words(tmp_path):
    path = written(tmp_path, b"id,title\n1,NA\n2,null\n3,None\n")
    assert read_rows(path)["title"].tolist() == ["NA", "null", "None"]


def test_a_long_separator_and_quotes_without_meaning(tmp_path):
    path = written(tmp_path, b'1::"Quoted" and: half\n2::x\n')
    table = read_rows(path, separator="::", header=False)
    assert table[1].tolist() == ['"Quoted" and: half', "x"]


def test_a_packed_file_is_read_like_a_plain_one(tmp_path):
    path = written(tmp_path, gzip.compress(b"id\n7\n"), "table.csv.gz")
    assert read_rows(path)["id"].tolist() == ["7"]


def test_a_cut_row_is_named(tmp_path):
    path = written(tmp_path, b"id,title\n1,a\n2\n")
    with pytest.raises(ValueError, match=r"table\.csv needs 2 fields in every row; row 2 of 2"):
        read_rows(path)


def test_a_row_with_too_many_fields_is_named(tmp_path):
    path = written(tmp_path, b"id,title\n1,a\n2,b,c\n")
    with pytest.raises(ValueError, match="Expected 2 fields in line 3, saw 3"):
        read_rows(path)


def test_a_quote_that_never_ends_is_named(tmp_path):
    path = written(tmp_path, b'id,title\n1,"a\n')
    with pytest.raises(ValueError, match="is not a whole table: EOF inside string"):
        read_rows(path)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_named(tmp_path, content):
    with pytest.raises(ValueError, match=r"table\.csv is empty"):
        read_rows(written(tmp_path, content))


def test_a_nul_byte_is_named_by_its_line(tmp_path):
    with pytest.raises(ValueError, match=r"a NUL byte in line 3 \(byte 5\)"):
        read_rows(written(tmp_path, b"id\n1\n\x002\n"))


def test_latin_1_is_named_by_its_byte_and_read_when_told(tmp_path):
    path = written(tmp_path, "id,title\n1,Amélie\n".encode("latin-1"))
    with pytest.raises(
        ValueError, match=r'not utf-8: byte 13 in line 2 is 0xe9; pass encoding="lat'
    ):
        read_rows(path)
    assert read_rows(path, encoding="latin-1")["title"].tolist() == ["Amélie"]


def test_a_cut_archive_is_named(tmp_path):
    packed = gzip.compress(b"id\n" + b"12345\n" * 1000)
    with pytest.raises(ValueError, match=r"cannot be unpacked .* may be cut short"):
        read_rows(written(tmp_path, packed[:-20], "table.csv.gz"))
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read_rows(written(tmp_path, b"no archive at all", "table.csv.gz"))


def test_an_archive_of_absurd_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_BYTES", 1000)
    path = written(tmp_path, gzip.compress(b"id\n" + b"1\n" * 1000), "table.csv.gz")
    with pytest.raises(ValueError, match="unpacks to more than 1000 bytes"):
        read_rows(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.csv"):
        read_rows(tmp_path / "nowhere.csv")


def test_a_missing_column_is_named_with_the_nearest_it_has():
    table = pd.DataFrame(columns=["userId", "movieId"])
    with pytest.raises(
        ValueError, match=r"""a column "user_id", found .* \(did you mean "userId"\?\); mend it"""
    ):
        need_columns(table, ["user_id"], "x.csv", "mend it")
    with pytest.raises(ValueError, match=r'a column "rating", found \[.*\]; mend it'):
        need_columns(table, ["rating"], "x.csv", "mend it")


def test_a_value_that_is_no_number_is_named_by_its_row():
    column = pd.Series(["1", "2.5", "x", "inf"], name="rating")
    with pytest.raises(ValueError, match=r'"rating"; row 3 has "x" \(2 such rows\)'):
        numbers(column, "x.csv")
    with pytest.raises(ValueError, match=r'a whole number in column "rating"; row 2 has "2\.5"'):
        numbers(column[:2], "x.csv", whole=True)
    assert numbers(column[:2], "x.csv").tolist() == [1.0, 2.5]
