"""Tables of codes on disk: the same codes come back, and damage is noticed."""

import json

import numpy as np
import pytest
import torch

from rectutor.models.balanced_codes import balanced_residual_kmeans
from rectutor.models.product_codes import product_codes
from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import CodeTable, encode, residual_kmeans
from rectutor.training.checkpoint import save_tensors
from rectutor.training.code_files import load_codes, save_codes, write_codes_as_json

WAYS = [residual_kmeans, balanced_residual_kmeans, product_codes, random_codes]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_codebooks_saved_and_loaded_give_the_same_codes_to_old_and_new_items(way, tmp_path):
    rng = np.random.default_rng(0)
    table = way(rng.normal(size=(60, 5)), n_levels=2, codebook_size=8)
    save_codes(tmp_path / "codes.safetensors", table)
    again = load_codes(tmp_path / "codes.safetensors")
    assert np.array_equal(again.codes, table.codes)
    assert np.array_equal(again.codebooks, table.codebooks)
    new = rng.normal(size=(20, 5))
    assert np.array_equal(encode(new, again.codebooks), encode(new, table.codebooks))


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = residual_kmeans(np.random.default_rng(0).normal(size=(30, 3)), 2, 4)
    for name in ("one", "other"):
        save_codes(tmp_path / name, table)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_missing_a_damaged_and_a_foreign_file_are_told_apart(tmp_path):
    path = tmp_path / "codes.safetensors"
    with pytest.raises(
        FileNotFoundError, match=r"codes\.safetensors; write it again with `save_co"
    ):
        load_codes(path)
    save_codes(path, CodeTable(np.zeros((1, 2, 3), np.float32), np.array([[0], [1]])))
    path.write_bytes(path.read_bytes()[:-1] + b"\7")
    with pytest.raises(ValueError, match=r"codes\.safetensors does not have the content .*; write"):
        load_codes(path)
    save_tensors(path, {"codes": torch.zeros(1), "weights": torch.zeros(2)}, {})
    with pytest.raises(ValueError, match="should hold codebooks, codes, found codes, weights; wri"):
        load_codes(path)


def test_codes_that_are_not_in_their_codebooks_are_refused(tmp_path):
    codebooks = np.zeros((2, 4, 3), np.float32)
    for codes, came in (([[0, 4]], r"\[1, 2\] of 0\.\.4"), ([[0], [1]], r"\[2, 1\] of 0\.\.1")):
        wanted = rf"codes must be \[N, 2\] of 0\.\.3 as the codebooks are, got {came}"
        with pytest.raises(ValueError, match=wanted):
            save_codes(tmp_path / "codes", CodeTable(codebooks, np.array(codes)))
    assert list(tmp_path.iterdir()) == []


def test_other_projects_read_codes_by_the_items_name(tmp_path):
    codes = np.array([[3, 1], [0, 2]])
    write_codes_as_json(tmp_path / "codes.json", codes, ["tt 7", 'Müller "x"'])
    text = (tmp_path / "codes.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"tt 7": [3, 1], 'Müller "x"': [0, 2]}
    assert len(text.splitlines()) == 4
    write_codes_as_json(tmp_path / "codes.json", codes)
    assert json.loads((tmp_path / "codes.json").read_text()) == {"1": [3, 1], "2": [0, 2]}


def test_names_must_be_as_many_as_items_and_differ(tmp_path):
    codes = np.array([[3, 1], [0, 2]])
    with pytest.raises(ValueError, match="2 items need a name each, got 2 names, 1 of them diff"):
        write_codes_as_json(tmp_path / "codes.json", codes, ["a", "a"])
    with pytest.raises(ValueError, match="2 items need a name each, got 0 names, 0 of them diff"):
        write_codes_as_json(tmp_path / "codes.json", codes, [])
