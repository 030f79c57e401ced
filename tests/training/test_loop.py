"""`fit`: stopping, resuming, and what happens when a run goes wrong."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from rectutor.models.markov import Markov
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training import fit, loop
from rectutor.training.checkpoint import load_tensors, save_tensors
from tests.models.worlds import cycle_world

ROOT = Path(__file__).parents[2]
SPLIT = cycle_world()
CONFIG = SASRecConfig(12, max_length=8, width=8, dropout=0.2)


def train(model: SASRec, **knobs):
    knobs = {"epochs": 4, "patience": 9, "batch_size": 16, "progress": False} | knobs
    return fit(model, SPLIT, **knobs)


def weights(model: SASRec) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def same(one: SASRec, other: SASRec) -> bool:
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def test_a_counting_model_learns_in_one_pass():
    model = Markov()
    report = fit(model, SPLIT)
    assert report.stopped_by == "counting" and report.best_epoch == 0
    assert model.follows.sum() > 0


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    one, again, other = (SASRec(CONFIG) for _ in range(3))
    train(one, seed=1)
    train(again, seed=1)
    train(other, seed=2)
    assert same(one, again)
    assert not same(one, other)


def test_a_resumed_run_ends_exactly_where_an_uninterrupted_one_does(tmp_path: Path):
    whole, broken = SASRec(CONFIG), SASRec(CONFIG)
    expected = train(whole)
    train(broken, epochs=2, checkpoint=tmp_path / "run.safetensors")
    resumed = SASRec(CONFIG, seed=9)  # its weights come from the checkpoint
    report = train(resumed, checkpoint=tmp_path / "run.safetensors")
    assert same(whole, resumed)
    assert report.losses == expected.losses
    assert report.validation == expected.validation


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path):
    train(SASRec(CONFIG), epochs=1, checkpoint=tmp_path / "run.safetensors")
    with pytest.raises(ValueError, match="belongs to another run: its seed is 0, this run's is 5"):
        train(SASRec(CONFIG), seed=5, checkpoint=tmp_path / "run.safetensors")


def test_training_stops_when_validation_no_longer_rises(monkeypatch: pytest.MonkeyPatch):
    quality = iter([0.1, 0.3, 0.2, 0.2, 0.9])

    class Judged:
        def __init__(self, *_, **__):
            self.value = next(quality)

        def mean(self, column: str) -> float:
            return self.value

    monkeypatch.setattr(loop, "evaluate", Judged)
    report = train(SASRec(CONFIG), epochs=50, patience=2)
    assert report.validation == [0.1, 0.3, 0.2, 0.2]
    assert (report.best_epoch, report.stopped_by) == (2, "patience")


def test_the_best_weights_are_kept_not_the_last(monkeypatch: pytest.MonkeyPatch):
    best = SASRec(CONFIG)
    train(best, epochs=1)
    quality = iter([0.9, 0.1, 0.1])
    monkeypatch.setattr(
        loop, "evaluate", lambda *_, **__: type("E", (), {"mean": lambda *_: next(quality)})()
    )
    model = SASRec(CONFIG)
    train(model, epochs=3)
    assert same(model, best)


def test_time_runs_out_between_epochs():
    report = train(SASRec(CONFIG), epochs=50, max_seconds=0.0)
    assert report.stopped_by == "max_seconds" and report.losses == []
    report = train(SASRec(CONFIG), epochs=50, max_seconds=1e-9)
    assert report.stopped_by == "max_seconds" and len(report.losses) == 1


def test_a_loss_that_is_not_a_number_stops_and_keeps_the_best_weights(
    monkeypatch: pytest.MonkeyPatch,
):
    model = SASRec(CONFIG)
    before = [w.clone() for w in weights(model)]
    plain = SASRec.loss
    monkeypatch.setattr(SASRec, "loss", lambda self, *batch: plain(self, *batch) * math.nan)
    with pytest.raises(FloatingPointError, match=r"SASRec \(CE\) became nan in epoch 1"):
        train(model)
    assert all(torch.isfinite(w).all() for w in weights(model))
    assert all(torch.equal(a, b) for a, b in zip(before[:1], weights(model)[:1], strict=True))


def test_what_cannot_learn_is_refused_by_name():
    with pytest.raises(TypeError, match=r"fit needs a model with `count`.*got dict"):
        fit({}, SPLIT)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda b: b"", r"\(0 bytes\) is not a whole safetensors file"),
        (lambda b: b[: len(b) // 2], "is not a whole safetensors file"),
        (lambda b: b"garbage" * 50, r"\(350 bytes\) is not a whole safetensors file"),
        (lambda b: b[:-3] + bytes([b[-3] ^ 1]) + b[-2:], "does not have the content"),
    ],
    ids=["empty", "cut", "garbage", "one bit"],
)
def test_a_damaged_checkpoint_is_named_with_its_remedy(tmp_path: Path, damage, message: str):
    path = tmp_path / "x.safetensors"
    save_tensors(path, {"a": torch.arange(10.0)}, {"n": 1})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=message) as error:
        load_tensors(path, "make it again")
    assert str(path) in str(error.value) and "make it again" in str(error.value)


def test_the_same_content_gives_the_same_bytes(tmp_path: Path):
    paths = [tmp_path / f"{i}.safetensors" for i in range(8)]
    for path in paths:
        save_tensors(path, {"a": torch.eye(3), "b": torch.tensor(2)}, {"n": 1, "m": 2})
    assert len({path.read_bytes() for path in paths}) == 1


def test_a_checkpoint_comes_back_as_it_was_written(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    save_tensors(path, {"a": torch.eye(3)[:, 1], "b": torch.tensor(2)}, {"n": [1, 2]})
    tensors, notes = load_tensors(path, "")
    assert tensors["a"].tolist() == [0, 1, 0] and tensors["b"].item() == 2
    assert notes == {"n": [1, 2]}
    assert path.stat().st_mode & 0o044 == 0o044
    with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*y\.safetensors; look"):
        load_tensors(tmp_path / "y.safetensors", "look")


def test_tied_weights_are_written_once_and_come_back_under_each_name(tmp_path: Path):
    path, weight = tmp_path / "x.safetensors", torch.arange(6.0).reshape(2, 3)
    save_tensors(path, {"a": weight, "b": weight, "c": weight.clone(), "d": weight[:1]}, {})
    with safe_open(str(path), framework="pt") as file:
        assert set(file.keys()) == {"a", "c", "d"}
    tensors, _ = load_tensors(path, "")
    assert torch.equal(tensors["b"], weight) and torch.equal(tensors["d"], weight[:1])
    path.write_bytes(path.read_bytes().replace(b'b\\": \\"a', b'b\\": \\"c'))
    with pytest.raises(ValueError, match=r"x\.safetensors does not have the content .*; look"):
        load_tensors(path, "look")


def test_dropout_does_not_touch_the_callers_randomness():
    torch.manual_seed(4)
    expected = torch.rand(1)
    torch.manual_seed(4)
    train(SASRec(CONFIG), epochs=1)
    assert torch.equal(torch.rand(1), expected)
    assert np.isfinite(expected.item())


def test_a_training_that_stops_early_leaves_a_full_bar(capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(loop._Run, "over", lambda run, *_: "patience" if run.done == 3 else "")
    train(SASRec(CONFIG), epochs=50, progress=True)
    last = capsys.readouterr().err.rstrip().split("\r")[-1]
    assert "SASRec (CE): 100%" in last and "3/3" in last


@pytest.mark.slow
@pytest.mark.parametrize(("environment", "shown"), [({}, True), ({"TQDM_DISABLE": "1"}, False)])
def test_training_shows_a_bar_unless_the_environment_forbids_it(environment, shown):
    code = (
        "from tests.training.test_loop import CONFIG, SPLIT, SASRec, fit\n"
        "fit(SASRec(CONFIG), SPLIT, epochs=2)"
    )
    inherited = {key: value for key, value in os.environ.items() if key != "TQDM_DISABLE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=inherited | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("SASRec (CE): 100%" in done.stderr) is shown
