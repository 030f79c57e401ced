"""Tuning on titles learns what comes next, keeps its best epoch, and ships what it says."""

import json
import shutil

import numpy as np
import pytest
import torch

from rectutor.files import ASSETS, write_sums
from rectutor.lm.title_rows import TitleTokens
from rectutor.schema import Cases, Events, Queries, Split
from rectutor.training import shipped_titles, titles
from rectutor.training.assets import split_of
from rectutor.training.titles import surprise, title_loss, titles_of, tune_titles
from tests.lm.small import small_llama

TITLES = ("", "western", "the critic", "a thriller", "a musical")
N = len(TITLES) - 1


def circle(n_users: int = 24, length: int = 6) -> Split:
    """People who watch 1, 2, 3, 4, 1, 2, ... from where they begin."""
    history = 1 + (np.arange(n_users)[:, None] + np.arange(length)) % N
    users = np.repeat(np.arange(n_users), length - 1)
    known = history[:, :-1]
    events = Events(
        users, known.ravel(), np.zeros(users.size, np.float32), np.arange(users.size),
        np.arange(n_users + 1) * (length - 1),
    )  # fmt: skip
    zeros = np.zeros(n_users, np.int64)
    queries = Queries(np.arange(n_users), known, known * np.float32(0), known * 0, zeros)
    cases = Cases(queries, history[:, -1:])
    return Split("circle", events, cases, cases, np.arange(n_users), np.arange(N + 1))


def test_it_learns_what_comes_next_and_keeps_the_best_epoch():
    model, split = small_llama(), circle()
    tokens = TitleTokens(TITLES[1:], model.tokenizer)
    before = surprise(model, tokens, split.test)
    report = tune_titles(
        model, split, TITLES, epochs=20, batch_size=4, learning_rate=1e-2, progress=False
    )
    after = surprise(model, tokens, split.test)
    assert after < 0.7 < np.log(N) < before
    assert after == pytest.approx(min(report.validation), abs=1e-4)
    assert report.best_epoch == 1 + int(np.argmin(report.validation))
    assert report.losses[-1] < report.losses[0] and report.seconds > 0


def test_the_loss_counts_the_asked_titles_alone():
    model = small_llama()
    model.model.eval()
    tokens = TitleTokens(TITLES[1:], model.tokenizer)
    history = np.array([[0, 2, 3]])
    with torch.no_grad():
        loss, n = title_loss(model, tokens.rows(history, "right"), torch.tensor([2]))
    assert n == tokens.lengths[3]
    by_text = model.score(["Watched in this order: the critic;"], [[" a thriller;"]])[0]
    assert float(loss) * n == pytest.approx(-float(by_text[0]), abs=1e-3)


def test_a_frozen_model_and_a_loss_that_is_no_number_are_refused():
    model = small_llama()
    model.model.requires_grad_(False)
    with pytest.raises(ValueError, match=r"all are; call model\.model\.requires_grad_"):
        tune_titles(model, circle(), TITLES, epochs=1, progress=False)
    model.model.requires_grad_(True)
    with torch.no_grad():
        model.model.lm_head.weight.fill_(torch.nan)
    with pytest.raises(FloatingPointError, match="loss of tuning titles became nan"):
        tune_titles(model, circle(), TITLES, epochs=1, progress=False)


def test_titles_have_a_year_where_two_films_share_one():
    named = titles_of("films", split_of("films"))
    assert named[0] == "" and len(set(named)) == len(named)
    dated = [title for title in named if title.startswith("King Kong")]
    assert sorted(dated) == ["King Kong (1933)", "King Kong (2005)"]
    assert "Forrest Gump" in named


def test_eight_bits_are_off_by_half_a_step_at_most():
    difference = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
    steps, size = shipped_titles.eight_bits(difference)
    assert steps.dtype == torch.int8 and size.shape == (5, 1)
    assert ((steps.float() * size - difference).abs() <= size / 2 + 1e-6).all()


def test_what_ships_is_made_from_todays_decoder_data_and_code():
    assert not shipped_titles.stale(), "run `python -m rectutor.training.shipped_titles`"


def test_what_ships_writes_better_than_the_decoder_it_was_made_from():
    facts = json.loads((ASSETS / shipped_titles.NAME / "config.json").read_text())
    split = split_of("films")
    model = shipped_titles.load_titles()
    tokens = TitleTokens(titles_of("films", split)[1:], model.tokenizer)
    judged = split.test.take(slice(60))
    found = surprise(model, tokens, judged)
    assert found == pytest.approx(facts["nats_per_title"], abs=0.8)  # 60 of 500 people
    assert found < np.log(1119) < facts["nats_per_title_frozen"]
    card = (ASSETS / shipped_titles.NAME / "README.md").read_text()
    assert f"by {facts['nats_per_title']:.2f} nats" in card


def copied(folder, monkeypatch):
    for name in (shipped_titles.NAME, "tiny-decoder"):
        shutil.copytree(ASSETS / name, folder / name)
    monkeypatch.setattr(shipped_titles, "ASSETS", folder)
    return folder / shipped_titles.NAME


def test_a_missing_stale_or_damaged_tuning_names_the_remedy(tmp_path, monkeypatch):
    folder = copied(tmp_path, monkeypatch)
    config = folder / "config.json"
    facts = json.loads(config.read_text())
    config.write_text(json.dumps(facts | {"fingerprint": "old"}))
    write_sums(folder)
    with pytest.raises(ValueError, match="was made from another decoder, data or code"):
        shipped_titles.load_titles()
    (folder / "difference.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match=r"difference\.safetensors"):
        shipped_titles.load_titles()
    shutil.rmtree(folder)
    with pytest.raises(ValueError, match="tuning 'bigrec-films' is not at"):
        shipped_titles.load_titles()


def test_a_folder_is_written_whole(tmp_path, monkeypatch):
    def few(*args):
        found = windows(*args)
        return found._replace(items=found.items[:8])

    windows = titles.windows
    monkeypatch.setattr(titles, "windows", few)
    monkeypatch.setattr(titles, "_VALIDATED", 4)
    monkeypatch.setattr(shipped_titles, "_JUDGED", 4)
    folder = shipped_titles.make_titles(tmp_path, split_of("films"), epochs=1)
    facts = json.loads((folder / "config.json").read_text())
    assert facts["people"] == 4 and facts["best_epoch"] == 1
    shutil.copytree(ASSETS / "tiny-decoder", tmp_path / "tiny-decoder")
    monkeypatch.setattr(shipped_titles, "ASSETS", tmp_path)
    assert shipped_titles.load_titles().name == shipped_titles.NAME
