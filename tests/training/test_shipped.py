"""Shipped folders are believed when they are whole and made from today's code."""

import json

import pytest

from rectutor.training.shipped import check_shipped, is_stale, left_to_make, write_facts


def test_what_was_written_is_whole_until_a_bit_or_the_code_changes(tmp_path):
    folder = tmp_path / "thing"
    folder.mkdir()
    write_facts(folder, {"fingerprint": "one", "epochs": 3}, "# thing\n")
    assert json.loads((folder / "config.json").read_text())["epochs"] == 3
    check_shipped(folder, "thing", "other code", "one")
    assert not is_stale(folder, "one") and is_stale(folder, "two")
    with pytest.raises(ValueError, match="thing was made from other code than today's; run `make"):
        check_shipped(folder, "thing", "other code", "two")
    (folder / "README.md").write_text("# another\n")
    with pytest.raises(ValueError, match=r"README\.md should have SHA-256"):
        check_shipped(folder, "thing", "other code", "one")
    with pytest.raises(ValueError, match=f"thing is not at {tmp_path / 'nowhere'}"):
        check_shipped(tmp_path / "nowhere", "thing", "other code", "one")


def test_a_folder_that_is_missing_is_stale(tmp_path):
    assert is_stale(tmp_path / "nowhere", "one")
    (tmp_path / "facts.json").write_text('{"fingerprint": "one"}')
    assert not is_stale(tmp_path, "one", "facts.json") and is_stale(tmp_path, "two", "facts.json")


def test_without_names_only_what_is_missing_or_stale_is_made(capsys):
    every = ["a", "b", "c"]
    assert list(left_to_make([], every, lambda name: name != "b")) == ["a", "c"]
    assert capsys.readouterr().out == "b: made from today's data and code, kept\n"
    assert list(left_to_make(["b"], every, lambda name: False)) == ["b"]


def test_what_became_stale_by_the_making_of_another_is_made_too():
    made = []
    for name in left_to_make([], ["a", "b"], lambda name: name == "a" or made == ["a"]):
        made.append(name)
    assert made == ["a", "b"]
