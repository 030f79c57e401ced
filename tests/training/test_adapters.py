"""Shipped tunings: whole, fresh, and honest about what they were made from."""

import json
import shutil

import numpy as np
import pytest

from rectutor.files import ASSETS, write_sums
from rectutor.lm.yes_no import AS_TALLREC
from rectutor.metrics.judgement import auc
from rectutor.training import adapters
from rectutor.training.taste import decoder, taste_of

NAMES = list(adapters.ADAPTERS)


@pytest.mark.parametrize("name", NAMES)
def test_every_tuning_is_made_from_todays_decoder_data_and_code(name):
    assert not adapters.stale(name), f"run `python -m rectutor.training.adapters {name}`"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_tuning_judges_as_its_card_says(name):
    judged = json.loads((ASSETS / name / "config.json").read_text())["judged"]
    taste = taste_of(n_people=400)
    assert len(taste.judged.item_index) == judged["questions"]
    rows = np.arange(0, judged["questions"], 4)  # a quarter: its AUC is known to about 0.02
    some = taste._replace(judged=taste.judged.take(rows))
    odds = some.judge(adapters.load_tuned(name), AS_TALLREC)
    assert auc(odds, some.judged.is_liked) == pytest.approx(judged["AUC"], abs=0.05)
    assert f"AUC {judged['AUC']:.3f}" in (ASSETS / name / "README.md").read_text()


def test_a_tuned_model_answers_yes_or_no_where_the_frozen_one_does_not():
    taste = taste_of("books", n_people=20)
    prompts = AS_TALLREC.prompts(taste.judged, taste.titles)[:8]
    share = {}
    for model in (decoder(), adapters.load_tuned(NAMES[0])):
        scores = model.score(prompts, [[" Yes", " No"]] * len(prompts))
        share[model.name] = min(float(np.exp(pair).sum()) for pair in scores)
    assert share[NAMES[0]] > 0.9 > 0.1 > share["tiny-decoder"]


def test_an_unknown_tuning_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"must be one of tallrec-films, .* got 'x'"):
        adapters.load_tuned("x")
    with pytest.raises(ValueError, match="got 'y'"):
        adapters.make_adapter("y")


def copy_of(name, folder, monkeypatch):
    shutil.copytree(ASSETS / name, folder / name)
    shutil.copytree(ASSETS / "tiny-decoder", folder / "tiny-decoder")
    monkeypatch.setattr(adapters, "ASSETS", folder)
    return folder / name


def test_a_missing_stale_or_damaged_tuning_names_the_remedy(tmp_path, monkeypatch):
    folder = copy_of(NAMES[0], tmp_path, monkeypatch)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"fingerprint": "older"}))
    with pytest.raises(ValueError, match=r"config\.json should have SHA-256 .*make assets"):
        adapters.load_tuned(NAMES[0])
    write_sums(folder)
    with pytest.raises(ValueError, match=f"'{NAMES[0]}' was made from another .*make assets"):
        adapters.load_tuned(NAMES[0])
    shutil.rmtree(folder)
    with pytest.raises(ValueError, match=f"tuning '{NAMES[0]}' is not at .*make assets"):
        adapters.load_tuned(NAMES[0])


@pytest.mark.slow
def test_making_a_tuning_writes_what_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(adapters, "N_EXAMPLES", 16)
    taste = taste_of("books", n_people=20)
    folder = adapters.make_adapter(NAMES[0], tmp_path, taste)
    facts = json.loads((folder / "config.json").read_text())
    assert facts["examples"] == 16
    assert facts["judged"]["questions"] == len(taste.judged.item_index)
    shutil.copytree(ASSETS / "tiny-decoder", tmp_path / "tiny-decoder")
    monkeypatch.setattr(adapters, "ASSETS", tmp_path)
    odds = taste.judge(adapters.load_tuned(NAMES[0]), AS_TALLREC)
    assert auc(odds, taste.judged.is_liked) == pytest.approx(facts["judged"]["AUC"], abs=1e-3)
