"""Amazon reviews, on samples made by hand in the formats of the three releases."""

import gzip
import json

import pytest

from rectutor.data import k_core, leave_one_out, load


def review(user, item, rating, time):
    return {"reviewerID": user, "asin": item, "overall": rating, "unixReviewTime": time}


REVIEWS = [
    review("B", "p2", 3.0, 50),
    review("A", "p2", 5.0, 20),
    review("A", "p1", 4.0, 10),
    review("A", "p2", 1.0, 30) | {"reviewText": "again"},
]
META_2014 = [
    {"asin": "p1", "title": "Salt &amp; Soap", "brand": "Sun",
     "categories": [["Beauty", "Skin Care", "Face"], ["Gifts"]], "price": 3.5},
    {"asin": "p9", "title": "Nobody's", "categories": [["Beauty"]]},
    {"asin": "p2", "description": "no title, it's said"},
]  # fmt: skip


def written(path, records, dump=json.dumps):
    text = "".join(dump(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_2014_is_read_with_metadata_that_are_python_literals(tmp_path):
    written(tmp_path / "reviews_Beauty_5.json", REVIEWS)
    written(tmp_path / "meta_Beauty.json", META_2014, repr)
    data = load("amazon-2014", folder=tmp_path)
    assert data.interactions.to_numpy().tolist() == [
        ["A", "p1", 4, 10], ["A", "p2", 5, 20], ["B", "p2", 3, 50],
    ]  # fmt: skip
    assert data.items["item_id"].tolist() == ["p1", "p2"]
    assert data.items["title"].tolist() == ["Salt & Soap", "p2"]
    assert data.items["brand"].tolist() == ["Sun", ""]
    assert data.items["genres"].tolist() == [("Skin Care", "Face"), ()]
    assert data.items["year"].isna().all() and data.items["year"].dtype == "Int64"
    assert data.notes == (
        "1 repeated reviews were left out; the earliest is kept",
        "1 products have no title; their id stands in",
    )


def test_a_literal_that_would_run_code_is_refused(tmp_path):
    written(tmp_path / "reviews_Beauty_5.json", REVIEWS)
    (tmp_path / "meta_Beauty.json").write_text("{'asin': 'p1', 'title': __import__('os').name}\n")
    with pytest.raises(ValueError, match=r"meta_Beauty\.json: line 1 cannot be read \(malformed"):
        load("amazon-2014", folder=tmp_path)


def test_2018_is_read_packed_and_pieces_of_web_pages_are_no_titles(tmp_path):
    written(tmp_path / "All_Beauty_5.json.gz", REVIEWS)
    meta = [
        {"asin": "p1", "title": "var aPageStart = (new Date()).getTime();"},
        {"asin": "p2", "title": "Soap", "category": ["All Beauty", "Bath", "Soap", "Bar", "Big"]},
    ]
    written(tmp_path / "meta_All_Beauty.json.gz", meta)
    data = load("amazon-2018", folder=tmp_path)
    assert data.items["title"].tolist() == ["p1", "Soap"]
    assert data.items["genres"].tolist() == [(), ("Bath", "Soap", "Bar")]


def test_2023_has_other_names_and_milliseconds(tmp_path):
    one = {"user_id": "A", "asin": "x", "parent_asin": "p1", "rating": 5.0}
    other = one | {"asin": "y", "parent_asin": "p2"}
    rows = [one | {"timestamp": 1588687728923}, other | {"timestamp": 1588687728001}]
    written(tmp_path / "Gift_Cards.jsonl", rows)
    meta = [{"parent_asin": "p1", "title": "Card", "store": "Shop", "categories": ["Gifts", "A"]}]
    written(tmp_path / "meta_Gift_Cards.jsonl", meta)
    data = load("amazon-2023", folder=tmp_path)
    assert data.interactions["timestamp"].tolist() == [1588687728, 1588687728]
    assert data.items["title"].tolist() == ["Card", "p2"]
    assert data.items["brand"].tolist() == ["Shop", ""]
    assert data.items["genres"].tolist() == [("A",), ()]


def test_without_metadata_ids_stand_in_and_the_rest_follows(tmp_path):
    rows = [review(u, f"p{i}", 5.0, 10 * i) for u in "ABC" for i in range(4)]
    written(tmp_path / "reviews_Toys_5.json", rows)
    data = load("amazon-2014", folder=tmp_path)
    assert data.notes == ("no file meta_... lies there: titles are ids, and there are no genres",)
    assert data.titles(["p0", "p3"]).tolist() == ["p0", "p3"]
    split = leave_one_out(k_core(data.interactions, 3))
    assert (split.n_users, split.n_items) == (3, 4)
    assert split.item_ids[split.test.targets[0]].tolist() == ["p3"]


BROKEN = [
    ('{"reviewerID": "A"', r"line 2 cannot be read \(Expecting"),
    ('["A", "p1"]', r"line 2 must be a record in \{\}, got '\[\"A\", \"p1\"\]'"),
    ('{"user_id": "A"}', "line 2 is at fault: KeyError 'reviewerID'. Is it a file of amazon-2014?"),
    (
        json.dumps(review("A", "p1", "five", 3)),
        "line 2 is at fault: ValueError could not convert string to float: 'five'",
    ),
    (json.dumps(review("A", None, 5, 3)), "line 2 is at fault: ValueError None is no id"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_broken_line_is_named_by_its_number(tmp_path, line, message):
    path = written(tmp_path / "reviews_Toys_5.json", REVIEWS[:1])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(ValueError, match=message):
        load("amazon-2014", folder=tmp_path)


def test_a_cut_archive_and_an_empty_file_are_named(tmp_path):
    path = tmp_path / "All_Beauty_5.json.gz"
    path.write_bytes(gzip.compress(json.dumps(REVIEWS).encode() * 100)[:-20])
    with pytest.raises(ValueError, match=r"All_Beauty_5\.json\.gz cannot be unpacked"):
        load("amazon-2018", folder=tmp_path)
    path.write_bytes(gzip.compress(b"\n"))
    with pytest.raises(ValueError, match="holds no review"):
        load("amazon-2018", folder=tmp_path)


def test_a_folder_with_no_file_or_with_several_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"amazon-2023 needs a file of .* found none"):
        load("amazon-2023", folder=tmp_path)
    for name in ("Toys.jsonl", "Beauty.jsonl"):
        (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match=r"one file of reviews .*Beauty\.jsonl, Toys\.jsonl; give"):
        load("amazon-2023", folder=tmp_path)
