"""The leak of sequential numbers: who is new to the world, and what it gives away."""

import numpy as np
import pandas as pd

from rectutor.analysis import p5_leak
from rectutor.analysis.p5_leak import Group, first_seen_last, groups_of, numbered_twice
from rectutor.data import leave_one_out, load
from rectutor.data.events import number_events
from rectutor.evaluation import evaluate
from rectutor.models.item_ids import sequential_ids
from rectutor.models.next_number import NextNumber


def group_of(histories: list[list[int]]) -> Group:
    table = pd.DataFrame(
        [(u, i, t, 4.0) for u, h in enumerate(histories) for t, i in enumerate(h)],
        columns=["user_id", "item_id", "timestamp", "rating"],
    )
    return Group(leave_one_out(table), number_events(table)[0])


def test_a_held_out_item_is_new_if_nobody_before_has_it():
    group = group_of([[1, 2, 3], [2, 1, 4], [4, 1, 2]])
    assert first_seen_last(group).tolist() == [True, True, False]


def test_numbers_of_everything_tell_the_new_item_and_those_of_training_do_not():
    group = group_of([[1, 2, 30], [4, 5, 6], [7, 8, 9]])
    hits = {}
    for events in (group.split.train, group.everything):
        reader = NextNumber(sequential_ids(events, group.split.n_items))
        hits[events is group.everything] = evaluate(reader, group.split, k=1).mean("HR@1")
    assert hits[True] == 1.0 and hits[False] < 1.0


def test_groups_are_of_other_people_and_have_their_own_catalogue():
    films = load("films").interactions
    first, second = groups_of(films, n_people=120, n_groups=2)
    assert not set(first.split.user_ids) & set(second.split.user_ids)
    assert 0 < first.split.n_items < 1119
    assert len(first.everything.item_index) == len(first.split.train.item_index) + 2 * len(
        first.split.user_ids
    )
    assert len(list(groups_of(films, n_people=2000, n_groups=9))) == 2  # no more people


def test_both_readers_are_asked_under_both_numberings(monkeypatch, capsys):
    monkeypatch.setattr(p5_leak, "EPOCHS", 1)
    rng = np.random.default_rng(0)
    group = group_of([(1 + rng.permutation(30)[:6]).tolist() for _ in range(20)])
    found = numbered_twice(group)
    assert set(found) == {
        f"{model}, {by}"
        for model in ("P5", "next number")
        for by in ("training only", "everything")
    }
    assert all(hits.shape == (20,) for hits in found.values())
    assert capsys.readouterr().out.count("P5, ") == 2
