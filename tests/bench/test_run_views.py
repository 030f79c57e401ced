"""The benchmark of views: real views of a few items, and rows that can be worked out on paper."""

import numpy as np
import pytest
import run_views
import views_common as shared
import views_worker
from run_lm import OwnLab
from run_views import NAMES, rows_of

from rectutor.widgets.view import page_code


def test_titles_differ_and_people_meet_each_item_once():
    made = shared.titles(300, 0)
    assert len(set(made)) == 300 and made == shared.titles(300, 0) != shared.titles(300, 1)
    queries, targets = shared.questions(5, 40, 0)
    rows = np.column_stack([queries.history, targets])
    assert rows.min() >= 1 and rows.max() <= 40
    assert all(len(set(row)) == 11 for row in rows.tolist())


def test_facts_and_vectors_are_of_the_same_groups():
    points, said = shared.vectors(2_000, 0), shared.facts(2_000, 0)
    groups = shared.groups(2_000, 0)
    same, other = np.flatnonzero(groups == groups[0])[:2], np.flatnonzero(groups != groups[0])[0]
    gaps = ((points[same[0]] - points[[same[1], other]]) ** 2).sum(axis=1)
    assert gaps[0] < gaps[1] and said[same[0]] == said[same[1]]


@pytest.mark.parametrize("name", ["codebooks", "trie", "gini"])
def test_every_change_is_allowed_and_answered(name, monkeypatch):
    monkeypatch.setattr(shared, "N", 700)
    view = shared.make(name, 0, n=700)
    changes = list(views_worker.knob_changes(name, view, 0))
    before = repr(view)
    spent = views_worker.python_times(view, changes)
    assert len(spent) == views_worker.N_CHANGES and min(spent) >= 0
    assert {knob for knob, _ in changes} <= set(view.knobs) and repr(view) != before
    last = dict(changes)
    assert all(getattr(view, knob) == value for knob, value in last.items())


def test_events_and_typed_texts_fit_the_views():
    assert set(views_worker.EVENTS) == set(views_worker.RAPID) == set(shared.VIEWS) == set(NAMES)
    assert max(map(len, views_worker.TYPED)) <= 120
    assert "root.dataset.draws" in page_code() and "root.dataset.draws" in views_worker.SCRIPT


ANSWER = {"python": 20.0, "python_median": 2.0, "page": 90.0, "page_median": 30.0,
          "burst": 1, "spread": 60, "frames": 80}  # fmt: skip


def test_the_slowest_round_is_judged_and_the_median_stands_below():
    python, usual, page, _, burst, spread = rows_of("gini", [ANSWER, ANSWER | {"page": 151.0}])
    assert (python["ours"], python["goal"], python["reached"]) == (20.0, 150.0, "yes")
    assert (usual["ours"], usual["rounds"]) == (2.0, 2) and "goal" not in usual
    assert (page["ours"], page["reached"]) == (151.0, "no")
    assert (burst["ours"], burst["goal"], burst["reached"]) == (1.0, 2.0, "yes")
    assert (spread["ours"], spread["reached"]) == (0.75, "yes")


@pytest.mark.parametrize(("view", "reached"), [("gini", "no"), ("grounding", "yes")])
def test_only_a_kernels_answer_is_drawn_once_more(view, reached):
    rows = rows_of(view, [ANSWER | {"burst": 2}])
    assert rows[4]["reached"] == reached
    assert ("kernel" in rows[4]["measured"]) == (view == "grounding")


def test_without_pages_python_is_measured_and_that_is_said(tmp_path, monkeypatch, capsys):
    def run(self, side, data="", seed=0, times=1):
        self.answers.append({"task": side.task, "python": 20.0, "python_median": 2.0})
        return self.answers[-1]

    monkeypatch.setattr(OwnLab, "run", run)
    monkeypatch.setattr("sys.argv", ["run_views.py", "--out", str(tmp_path), "--only", "Gini"])
    run_views.main()
    said = capsys.readouterr().out
    assert "left out: pages" in said and "Gini lab, answer in Python, slowest" in said
    assert "trie" not in (tmp_path / "bench_views.csv").read_text()
