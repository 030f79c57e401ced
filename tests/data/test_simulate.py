import json

import numpy as np
import pandas as pd
import pytest

from rectutor.data import make_worlds
from rectutor.data import simulate as simulator
from rectutor.data.choice import ChoiceModel, Knobs
from rectutor.data.make_worlds import WORLDS, main, make_hidden, shipped_facts
from rectutor.data.people import draw_calendar
from rectutor.data.simulate import simulate
from rectutor.data.world_files import digest, read_truth, write_world
from rectutor.files import check_sums, shipped
from tests.data.plain_processor import run_plainly

SMALL = Knobs(n_users=60)
SMALL_DIGEST = "93c03c0bc625c06297845e9920408da3a5468de97533aeace20f6d9836094882"
PRINT_DIGEST = (
    "from rectutor.data.make_worlds import shipped_facts\n"
    "from rectutor.data.simulate import simulate\n"
    "from rectutor.data.choice import Knobs\n"
    "from rectutor.data.world_files import digest\n"
    "print(digest(*simulate(shipped_facts(), Knobs(n_users=60), seed=7)))"
)


@pytest.fixture(scope="module")
def facts():
    return shipped_facts()


@pytest.fixture(scope="module")
def world(facts):
    return simulate(facts, SMALL, seed=7)


def read(name):
    return pd.read_csv(shipped("datasets_small", name, "interactions.csv.gz"))


def test_nobody_watches_a_film_before_its_release(world):
    interactions, truth = world
    place = np.searchsorted(truth.facts.item_id, interactions["item_id"])
    assert (interactions["timestamp"] >= truth.facts.out_on[place]).all()


def test_no_two_events_share_a_second(world):
    assert world[0]["timestamp"].is_unique


def test_nobody_watches_a_film_twice_and_histories_keep_to_their_limits(world):
    interactions, _ = world
    assert not interactions.duplicated(["user_id", "item_id"]).any()
    lengths = interactions.groupby("user_id").size()
    assert len(lengths) == 60 and lengths.between(12, 180).all()
    assert set(interactions["rating"] * 2) <= set(range(1, 11))


def test_events_are_sorted_by_user_and_time(world):
    expected = world[0].sort_values(["user_id", "timestamp"], ignore_index=True)
    pd.testing.assert_frame_equal(world[0], expected)


def test_the_same_seed_makes_the_same_world_as_ever(world):
    assert digest(*world) == SMALL_DIGEST


def test_another_seed_makes_other_people(world, facts):
    other, _ = simulate(facts, SMALL, seed=8)
    assert set(other["timestamp"]).isdisjoint(world[0]["timestamp"])


def test_a_processor_without_its_special_instructions_makes_the_same_world():
    assert run_plainly(PRINT_DIGEST) == SMALL_DIGEST


def test_worlds_with_other_knobs_have_the_same_people_at_the_same_times(world, facts):
    interactions, truth = world
    flat, other = simulate(facts, Knobs(n_users=60, content=0.0, order=0.0), seed=7)
    assert (other.people.tastes == truth.people.tastes).all()
    assert flat["timestamp"].equals(interactions["timestamp"])
    assert not flat["item_id"].equals(interactions["item_id"])


def test_cold_films_appear_only_in_the_last_tenth_of_all_events(facts):
    interactions, truth = simulate(facts, Knobs(n_users=60, cold_items=300), seed=7)
    nine_tenths = interactions["timestamp"].sort_values().iloc[len(interactions) * 9 // 10]
    held_back = truth.facts.item_id[truth.facts.out_on >= nine_tenths]
    assert len(held_back) >= 300
    watched = interactions[interactions["item_id"].isin(held_back)]
    assert len(watched) > 0 and watched["timestamp"].min() >= nine_tenths


def test_cold_people_come_late_and_watch_little(facts):
    interactions, _ = simulate(facts, Knobs(n_users=60, cold_users=20), seed=7)
    by_user = interactions.groupby("user_id")["timestamp"]
    assert by_user.size().loc[41:].between(3, 11).all()
    assert by_user.size().loc[:40].min() >= 12
    assert pd.to_datetime(by_user.min().loc[41:].min(), unit="s").year >= 2016


def test_more_films_than_exist_cannot_be_watched(facts):
    few = facts._replace(out_on=np.where(np.arange(facts.n_films + 1) > 20, 2**40, facts.out_on))
    with pytest.raises(ValueError, match="films are out when the first person joins"):
        simulate(few, SMALL, seed=7)


def test_films_are_drawn_in_proportion_to_their_weights():
    weights = np.tile(np.array([0, 3, 0, 1], dtype=np.int64), (4000, 1))
    drawn = np.bincount(simulator._draw(weights, np.random.default_rng(0)), minlength=4)
    assert drawn[[0, 2]].tolist() == [0, 0]
    assert abs(drawn[1] - 3000) < 3 * np.sqrt(4000 * 0.75 * 0.25)


def test_a_calendar_has_as_many_moments_as_its_lengths_say():
    calendar = draw_calendar(40, 0, np.random.default_rng(1))
    moments = calendar.timestamps
    assert ((moments > 0).sum(axis=1) == calendar.lengths).all()
    assert (np.diff(moments, axis=1)[moments[:, 1:] > 0] > 0).all()


def test_leniency_moves_ratings_and_not_choices(facts):
    plain, _ = simulate(facts, Knobs(n_users=60, generosity=0.0), seed=7)
    spread, truth = simulate(facts, Knobs(n_users=60, generosity=1.5), seed=7)
    assert spread["item_id"].equals(plain["item_id"])
    gain = (spread["rating"] - plain["rating"]).groupby(spread["user_id"]).mean()
    assert np.corrcoef(gain, truth.people.generosity)[0, 1] > 0.8


@pytest.mark.parametrize("name", WORLDS)
def test_a_shipped_world_is_whole_and_says_what_it_is(name):
    folder = shipped("datasets_small", name)
    check_sums(folder, "restore it")
    card = json.loads((folder / "world.json").read_text())
    truth = read_truth(folder)
    assert truth.knobs == WORLDS[name] and card["seed"] == make_worlds.SEED
    assert card["digest"] == digest(read(name), truth)


@pytest.mark.slow
def test_the_shipped_films_are_what_the_simulator_makes(facts):
    card = json.loads(shipped("datasets_small", "films", "world.json").read_text())
    assert digest(*simulate(facts, WORLDS["films"], make_worlds.SEED)) == card["digest"]


def test_the_shipped_films_hold_what_is_promised():
    interactions, truth = read("films"), read_truth(shipped("datasets_small", "films"))
    per_film = interactions["item_id"].value_counts()
    assert 95_000 < len(interactions) < 110_000
    assert interactions["user_id"].nunique() == 2400
    assert len(per_film) == truth.facts.n_films and per_film.min() >= 5


def test_a_world_survives_being_written_and_read(world, tmp_path):
    write_world(tmp_path, "small", 7, *world)
    check_sums(tmp_path, "make it again")
    stored = read_truth(tmp_path)
    assert stored.knobs == SMALL
    assert (ChoiceModel(stored).lasting == ChoiceModel(world[1]).lasting).all()
    interactions = pd.read_csv(tmp_path / "interactions.csv.gz")
    pd.testing.assert_frame_equal(interactions, world[0])
    assert "60 simulated people" in (tmp_path / "README.md").read_text()


def test_a_folder_without_truth_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"read_truth needs .*truth\.npz, which does not"):
        read_truth(tmp_path)


def test_a_truth_of_another_version_is_refused(tmp_path):
    np.savez(tmp_path / "truth.npz", knobs=np.zeros(10))
    with pytest.raises(ValueError, match=r"needs the array 'facts\.directors', got 1 others"):
        read_truth(tmp_path)


def test_students_get_a_hidden_world_without_its_answers(tmp_path):
    make_hidden(5, tmp_path, n_users=30)
    given = sorted(p.name for p in (tmp_path / "students").iterdir())
    assert given == ["README.md", "SHA256SUMS", "interactions.csv.gz", "items.csv", "themes.csv"]
    assert (tmp_path / "answers" / "truth.npz").exists()
    knobs = read_truth(tmp_path / "answers").knobs
    for name, (low, high) in make_worlds.HIDDEN_RANGES.items():
        assert low <= getattr(knobs, name) <= high
    assert knobs != Knobs(n_users=30)


def test_the_command_makes_a_world_with_the_given_knobs(tmp_path):
    main(["--n-users", "30", "--order", "0", "--seed", "3", "--out", str(tmp_path / "mine")])
    card = json.loads((tmp_path / "mine" / "world.json").read_text())
    assert (card["name"], card["seed"], card["n_users"]) == ("mine", 3, 30)
    assert card["knobs"]["order"] == 0.0


def test_the_command_wants_to_know_where_to_write(capsys):
    with pytest.raises(SystemExit):
        main(["--seed", "3"])
    assert "--out FOLDER is needed" in capsys.readouterr().err
