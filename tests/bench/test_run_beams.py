"""The benchmark of beams: both sides answer the same questions with the same beams."""

import beams_common as shared
import beams_worker
import generate_worker
import numpy as np
import pytest
import run_beams
from run_beams import COMPARISONS, agreement, measured, processor, wall
from run_lm import OwnLab


def test_both_sides_find_the_same_beams(monkeypatch):
    for name, size in {"WIDTH": 16, "LAYERS": 2, "N_ITEMS": 2_000, "BEAMS": 5}.items():
        monkeypatch.setattr(shared, name, size)
    model, people = shared.model(0), shared.people(3, 0)
    assert (model.trie.codebook_size, model.t5.config.vocab_size) == (256, 3_025)
    assert people.history.shape == (3, 20) and people.history.min() > 0
    ours, theirs = beams_worker.search(model, people), generate_worker.search(model, people)
    assert np.array_equal(ours[0], theirs[0]) and (ours[0] > 0).all()
    np.testing.assert_allclose(ours[1], theirs[1], atol=1e-5)


def left(folder, items, scores):
    """Leave what both workers would leave; `items` and `scores` are what ours found."""
    found = {"items": np.array([[1, 2], [3, 4]]), "scores": np.array([[-1.0, -2], [-3, -4]])}
    folder.mkdir(exist_ok=True)
    np.savez(folder / "generate_batch_16_0.npz", **found)
    np.savez(folder / "beams_batch_16_0.npz", items=np.array(items), scores=np.array(scores))


def test_near_ties_may_fall_either_way(tmp_path):
    left(tmp_path, [[2, 1], [3, 4]], [[-1.00001, -2], [-3, -4]])
    row = agreement(tmp_path, "batch_16", rounds=1)
    assert row["ours"] == 1.0 and row["peer"] == pytest.approx(1e-5)


@pytest.mark.parametrize(
    ("items", "scores", "message"),
    [
        ([[1, 2], [3, 5]], [[-1, -2], [-3, -4]], r"batch_16: only 0\.7500 of the items are"),
        ([[1, 2], [3, 4]], [[-1, -2], [-3, -4.5]], r"batch_16: scores differ by 0\.5"),
    ],
)
def test_beams_must_agree_before_their_times_are_compared(tmp_path, items, scores, message):
    left(tmp_path, items, scores)
    with pytest.raises(AssertionError, match=message):
        agreement(tmp_path, "batch_16", rounds=1)


class ScriptedLab(OwnLab):
    """Answers without running anything."""

    def run(self, side, data="", seed=0, times=1):
        """Answer that ours takes 2 s of the wall and 3 of the processor, the other 10 and 12."""
        wall, seconds = (2.0, 3.0) if side.who == "beams" else (10.0, 12.0)
        self.answers.append({"wall": wall, "seconds": seconds, "users": 50})
        return self.answers[-1]


def test_the_wall_clock_is_judged_and_rates_and_processor_time_stand_below(tmp_path):
    left(tmp_path / "scratch", [[1, 2], [3, 4]], [[-1, -2], [-3, -4]])
    judged, rates, spent, alike = measured(ScriptedLab(tmp_path, None), COMPARISONS[1], rounds=1)
    assert (judged["ours"], judged["peer"], judged["ratio"]) == (40, 200, 5)
    assert (judged["goal"], judged["reached"]) == (4.0, "yes")
    assert (rates["ours"], rates["peer"]) == (25, 5)
    assert (spent["ours"], spent["peer"], spent["ratio"]) == (60, 240, 4)
    assert "reached" not in spent and alike["ours"] == 1.0


def test_goals_are_those_of_three_batch_sizes():
    assert [(one.ours.task, one.goal) for one in COMPARISONS] == [
        ("batch_1", 2.5), ("batch_16", 4.0), ("batch_64", 5.0)
    ]  # fmt: skip
    answer = {"wall": 0.5, "seconds": 0.25, "users": 100}
    assert (wall(answer), processor(answer)) == (5.0, 2.5)
    assert "12,000 items of 4 codes" in run_beams.settings(run_beams.WORKERS)
