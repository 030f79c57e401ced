"""The shipped P5 of five families: whole, fresh, and honest about what it was made from."""

import json
import shutil

import numpy as np
import pytest

from rectutor.evaluation import evaluate
from rectutor.files import ASSETS, write_sums
from rectutor.models.p5_words import UNKNOWN
from rectutor.prompts.pod import bare_tasks
from rectutor.training import shipped_families
from rectutor.training.family_cases import questions_of_test
from rectutor.training.recipes import split_of

FOLDER = ASSETS / shipped_families.NAME


def test_it_is_made_from_todays_data_and_code():
    assert not shipped_families.stale(), "run `python -m rectutor.training.shipped_families`"


def test_it_recommends_as_its_card_says():
    facts = json.loads((FOLDER / "config.json").read_text())
    split = split_of("films")
    few = split._replace(test=split.test.take(slice(0, 800)))
    hits = evaluate(shipped_families.families_p5(), few).mean("HR@10")
    assert hits == pytest.approx(facts["test"]["HR@10"], abs=0.04)  # 800 of 2,400 people
    card = (FOLDER / "README.md").read_text()
    assert f"HR@10 {facts['test']['HR@10']:.3f}" in card
    assert shipped_families.cpu_seconds() == facts["cpu_seconds"] > 0


def test_it_comes_back_with_its_words_titles_and_names():
    model = shipped_families.families_p5()
    twin = shipped_families.untrained()
    assert model.vocabulary.words == twin.vocabulary.words and UNKNOWN in model.vocabulary.words
    assert model.titles == twin.titles and not model.training
    assert np.array_equal(model.vocabulary.ids.codes, twin.vocabulary.ids.codes)


def test_it_answers_without_a_word():
    model = shipped_families.families_p5()
    split = split_of("films")
    asked = questions_of_test("films", split, model).take(slice(0, 200))
    (bare,) = (task for task in bare_tasks() if task.family == "review")
    tones = {answer.split(",")[0] for answer in model.write(bare, asked)}
    assert tones <= {"great", "good", "mixed", "weak", "bad"} and len(tones) >= 4


def test_a_stale_one_is_an_error_that_names_the_command(tmp_path, monkeypatch):
    folder = tmp_path / shipped_families.NAME
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(shipped_families, "ASSETS", tmp_path)
    config = json.loads((folder / "config.json").read_text()) | {"fingerprint": "older"}
    (folder / "config.json").write_text(json.dumps(config))
    write_sums(folder)
    assert shipped_families.stale()
    with pytest.raises(ValueError, match=f"asset '{shipped_families.NAME}' was made from other"):
        shipped_families.families_p5()


@pytest.mark.slow
def test_it_can_be_made_again_and_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped_families, "ASSETS", tmp_path)
    sizes = {"width": 16, "n_heads": 2, "max_length": 3, "n_candidates": 4}
    folder = shipped_families.make_families(tmp_path, epochs=0, **sizes)
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md", "SHA256SUMS", "config.json", "model.safetensors",
    ]  # fmt: skip
    assert shipped_families.families_p5().config.width == 16
