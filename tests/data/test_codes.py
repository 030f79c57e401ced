import json

import numpy as np
import pytest

from rectutor.data.codes import read_arrays, read_codes

TABLE = [[3, 0], [1, 2], [0, 1]]


def written(tmp_path, found):
    path = tmp_path / "codes.json"
    path.write_text(found if isinstance(found, str) else json.dumps(found), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "found",
    [
        {"x": [3, 0], "y": [1, 2], "z": [0, 1]},
        {"x": ["<a_3>", "<b_0>"], "y": ["<a_1>", "<b_2>"], "z": ["<a_0>", "<b_1>"]},
        {"x": ["a_3", "b_0"], "y": ["a1", "b2"], "z": ["<|a_0|>", "<|b_1|>"]},
        {"x": "<a_3><b_0>", "y": "<a_1><b_2>", "z": "<a_0><b_1>"},
        {"x": ["3", "0"], "y": ["1", "2"], "z": ["0", "1"]},
        {"item_ids": ["x", "y", "z"], "codes": TABLE},
    ],
)
def test_every_form_gives_the_same_table(tmp_path, found):
    given = read_codes(written(tmp_path, found))
    assert given.item_ids.tolist() == ["x", "y", "z"] and given.codes.tolist() == TABLE
    assert given.notes == () and given.codes.dtype == np.int64


def test_tables_without_names_are_read_from_lists_and_arrays(tmp_path):
    np.save(tmp_path / "one.npy", np.array(TABLE, dtype=np.int32))
    np.savez(tmp_path / "two.npz", codes=np.array(TABLE, dtype=float), other=np.zeros(2))
    np.savez(tmp_path / "named.npz", codes=TABLE, item_ids=[7, 8, 9])
    for path in (written(tmp_path, TABLE), tmp_path / "one.npy", tmp_path / "two.npz"):
        given = read_codes(path)
        assert given.item_ids is None and given.codes.tolist() == TABLE
    assert read_codes(tmp_path / "named.npz").item_ids.tolist() == ["7", "8", "9"]


def test_an_item_may_be_called_codes(tmp_path):
    assert read_codes(written(tmp_path, {"codes": [1, 2], "b": [0, 3]})).codes.shape == (2, 2)


def test_levels_that_count_on_from_each_other_are_counted_afresh(tmp_path):
    given = read_codes(written(tmp_path, {"x": [0, 256, 515], "y": [255, 300, 512]}))
    assert given.codes.tolist() == [[0, 0, 3], [255, 44, 0]]
    assert given.notes == (
        "levels count on from each other (level 2 begins at 256), so each is counted from its own "
        "lowest code",
    )
    assert read_codes(written(tmp_path, {"x": [0, 1]})).codes.tolist() == [[0, 1]]


WRONG = [
    ({"x": [1, 2], "y": [1, 2, 3], "z": [0, 0]}, r'item "y" has 3 codes, most have 2'),
    ({"x": [1, 2], "y": 7}, 'item "y" has no list of codes, most have 2'),
    ([[1, 2], [1, 2.5]], "0 or more, row 2 has 2.5 on level 2"),
    ([[1, 2], [-1, 2]], "0 or more, row 2 has -1 on level 1"),
    ([[1, 2], [None, 2]], "0 or more, row 2 has None on level 1"),
    ([[True, 2]], "0 or more, row 1 has True on level 1"),
    ({"x": ["<a_1>", "two"]}, "tokens such as <a_12>, item \"x\" has 'two' on level 2"),
    (
        {"x": ["<a_1>", "<b_1>"], "y": ["<b_1>", "<a_1>"]},
        r'one letter a level, level 1 has "a" and "b" \(item "y"\)',
    ),
    ({}, "holds no item"),
    ("7", "an object from item to codes, or a list of lists, got int"),
    ('{"x": [1], "x": [2]}', "has the item 'x' twice"),
    ('{"x": [1],', "is no JSON: Expecting property name .* line 1 column 11"),
    ({"item_ids": ["x"], "codes": TABLE}, "each of 3 items, got 1 names, 1 of them different"),
]


@pytest.mark.parametrize(("found", "message"), WRONG)
def test_what_is_no_table_of_codes_is_named(tmp_path, found, message):
    with pytest.raises(ValueError, match=message):
        read_codes(written(tmp_path, found))


def test_files_that_are_missing_or_of_another_kind_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.json"):
        read_codes(tmp_path / "nowhere.json")
    (tmp_path / "codes.txt").write_text("1 2")
    with pytest.raises(ValueError, match=r"\.json, \.npy or \.npz, got codes\.txt"):
        read_codes(tmp_path / "codes.txt")


def test_arrays_with_objects_or_without_the_name_are_refused(tmp_path):
    np.savez(tmp_path / "two.npz", a=np.zeros(2), b=np.ones(2))
    with pytest.raises(ValueError, match=r"""an array "codes", found \['a', 'b'\]"""):
        read_arrays(tmp_path / "two.npz", "codes")
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="cannot be read as NumPy arrays"):
        read_arrays(tmp_path / "objects.npy", "codes")
    (tmp_path / "cut.npy").write_bytes(b"")
    with pytest.raises(ValueError, match=r"cut\.npy cannot be read as NumPy arrays"):
        read_arrays(tmp_path / "cut.npy", "codes")
    with pytest.raises(FileNotFoundError, match=r"no file .*gone\.npz"):
        read_arrays(tmp_path / "gone.npz", "codes")
