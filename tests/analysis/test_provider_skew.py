import numpy as np
import pytest

from rectutor.analysis.provider_skew import CORPORA, Lists, audited, thinned, windows
from rectutor.analysis.records import read_record
from rectutor.schema import Events

TRAIN = Events(
    np.array([0, 0, 0, 1, 1]),
    np.array([1, 2, 1, 2, 3]),
    np.ones(5, dtype=np.float32),
    np.arange(5),
    np.array([0, 3, 5]),
)
ONLY_1 = np.array([False, True, False, False])


def test_all_events_of_a_thinned_item_may_go_and_no_other_does():
    left = thinned(TRAIN, ONLY_1, kept=0.0, seed=0)
    assert left.item_index.tolist() == [2, 2, 3]
    assert left.user_index.tolist() == [0, 1, 1]
    assert left.timestamp.tolist() == [1, 3, 4]
    assert left.offsets.tolist() == [0, 1, 3]


def test_who_is_left_without_events_keeps_a_row():
    left = thinned(TRAIN, np.array([False, True, True, False]), kept=0.0, seed=0)
    assert left.offsets.tolist() == [0, 0, 1]


def test_keeping_all_changes_nothing_and_half_keeps_about_half():
    same = thinned(TRAIN, ONLY_1, kept=1.0, seed=0)
    assert all((one == other).all() for one, other in zip(same, TRAIN, strict=True))
    many = Events(
        np.zeros(2000, int), np.ones(2000, int), np.ones(2000), np.arange(2000), np.array([0, 2000])
    )
    assert 900 < len(thinned(many, ONLY_1, 0.5, seed=1).item_index) < 1100


def test_a_chance_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"kept must be from 0 to 1, .* got 1\.5"):
        thinned(TRAIN, ONLY_1, kept=1.5, seed=0)


def test_windows_hold_equally_many_questions():
    now = np.random.default_rng(0).permutation(100)
    window = windows(now, 5)
    assert np.bincount(window).tolist() == [0, 20, 20, 20, 20, 20]
    assert now[window == 1].max() < now[window == 2].min()


def test_an_audit_says_what_each_window_shows():
    of = np.array([-1, 0, 1, 2])
    lists = Lists(
        "a", "b", 0, np.array([[1], [1], [2], [3]]), np.array([1, 0, 0, 1.0]), np.arange(4.0)
    )
    table = audited(lists, np.array([1, 1, 2, 2]), of, np.array([0, 2, 1, 1])).set_index(
        ["window", "provider"]
    )
    assert table["exposure"].loc[0].tolist() == [0.5, 0.25, 0.25]
    assert table["exposure"].loc[1].tolist() == [1, 0, 0]
    assert table["exposure"].loc[2].tolist() == [0, 0.5, 0.5]
    assert table["HR"].loc[(0, "North")] == table["HR"].loc[(2, "East")] == 0.5
    assert table["age"].loc[(2, "South")] == 2.5
    assert table["due"].loc[0].tolist() == [0.5, 0.25, 0.25]
    assert (table["lots low"].loc[0] == 1).all()  # every film has its due, so every lot has
    assert table["lots low"].loc[(1, "North")] == 0 and table["lots high"].loc[(1, "North")] == 2


def test_the_record_holds_every_corpus_seed_and_window():
    table = read_record("provider_skew").table
    trained = table[table["model"] == "small SASRec"]
    assert len(trained) == len(CORPORA) * 3 * 6 * 3
    whole = table.groupby(["model", "corpus", "seed", "window"])["exposure"].sum()
    assert whole.to_numpy() == pytest.approx(np.ones(len(whole)), abs=1e-5)
