"""Shipped checkpoints: whole, fresh, and honest about what they were made from."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rectutor.files import write_sums
from rectutor.training import assets, recipes
from rectutor.training.fingerprint import fingerprint, meaning_of
from rectutor.training.recipes import behaviour_vectors

NAMES = sorted(assets.RECIPES)


def copy_of(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(assets.ASSETS / name, folder / name)
    monkeypatch.setattr(assets, "ASSETS", folder)
    return folder / name


@pytest.mark.parametrize("name", NAMES)
def test_every_asset_is_made_from_todays_data_and_code(name: str):
    assert not assets.stale(name), f"run `python -m rectutor.training.assets {name}`"


@pytest.mark.parametrize("name", NAMES)
def test_every_asset_scores_what_its_card_says(name: str):
    facts = json.loads((assets.ASSETS / name / "config.json").read_text())
    split = assets.split_of(facts["world"])
    result = assets.evaluate(assets.fit_or_load(name), split)
    for column, value in facts["test"].items():
        assert result.mean(column) == pytest.approx(value, abs=0.003)  # other processors round
    card = (assets.ASSETS / name / "README.md").read_text()
    assert f"HR@10 {facts['test']['HR@10']:.3f}" in card


def test_an_unknown_asset_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"asset must be one of \['bert4rec-films'.*got 'x'"):
        assets.fit_or_load("x")


def test_a_stale_asset_is_an_error_that_names_the_command(tmp_path, monkeypatch):
    folder = copy_of(NAMES[0], tmp_path, monkeypatch)
    config = json.loads((folder / "config.json").read_text())
    config["fingerprint"] = "older"
    (folder / "config.json").write_text(json.dumps(config))
    write_sums(folder)
    with pytest.raises(ValueError, match=f"'{NAMES[0]}' was made from other data.*make assets"):
        assets.fit_or_load(NAMES[0])


def test_a_flipped_bit_is_found_before_the_weights_are_used(tmp_path, monkeypatch):
    path = copy_of(NAMES[0], tmp_path, monkeypatch) / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"model\.safetensors should have SHA-256 .*make assets"):
        assets.fit_or_load(NAMES[0])


def test_a_missing_asset_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    with pytest.raises(ValueError, match=f"asset '{NAMES[0]}' is not at .*make assets"):
        assets.fit_or_load(NAMES[0])


def test_comments_and_docstrings_make_nothing_stale_but_code_does():
    one = '"""Says one."""\nx = 1  # one\n\n\ndef f():\n    """F."""\n    return "#"\n'
    other = 'x = 1\ndef f():\n    return "#"\n'
    assert meaning_of(one) == meaning_of(other)
    assert meaning_of(one) != meaning_of(other.replace("1", "2"))
    assert meaning_of('x = "# no comment"') == 'x="#nocomment"'


def test_the_fingerprint_depends_on_world_and_modules():
    one = fingerprint("films", ["rectutor.layers"])
    assert one != fingerprint("films-order-off", ["rectutor.layers"])
    assert one != fingerprint("films", ["rectutor.layers", "rectutor.models.sasrec"])
    with pytest.raises(ModuleNotFoundError, match=r"rectutor\.nothing, which is not there"):
        fingerprint("films", ["rectutor.nothing"])


def test_behaviour_is_known_of_the_films_alone():
    assert behaviour_vectors("films").shape == (assets.split_of("films").n_items, 64)
    with pytest.raises(ValueError, match="ships for the world \"films\" alone, got 'books'"):
        behaviour_vectors("books")


def test_vectors_of_a_sasrec_that_is_stale_are_refused(monkeypatch):
    monkeypatch.setattr(recipes, "SASREC_FILMS", replace(recipes.SASREC_FILMS, knobs={"epochs": 1}))
    with pytest.raises(ValueError, match="'sasrec-films' was made from other data or code"):
        behaviour_vectors("films")


def test_a_tiger_is_put_together_with_the_ids_it_was_trained_on():
    recipe = assets.RECIPES["tiger-films"]
    fresh, shipped = recipe.untrained(assets.split_of("films")), assets.fit_or_load("tiger-films")
    assert (fresh.codes == shipped.codes).float().mean() > 0.9  # another processor rounds
    assert shipped.trie.find(shipped.codes[1:].numpy()).tolist() == list(range(1, 1120))
