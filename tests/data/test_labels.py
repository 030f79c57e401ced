import filecmp

import pandas as pd
import pytest

from rectutor.data.labels import GENRE, PROVIDERS, draw_labels, main, read_labels
from rectutor.data.world_files import read_truth
from rectutor.data.worlds import load
from rectutor.files import CHECKSUMS, shipped


@pytest.fixture(scope="module")
def truth():
    return read_truth(shipped("datasets_small", "films"))


@pytest.fixture(scope="module")
def genres():
    return sorted(set(load("films").items["genres"].explode()))


def test_the_command_draws_the_shipped_labels(tmp_path):
    main([str(tmp_path)])
    for name in ("people.csv", "providers.csv"):
        shipped_file = shipped("datasets_small", "films-people", name)
        assert filecmp.cmp(tmp_path / name, shipped_file, shallow=False)


def test_a_damaged_file_is_named(tmp_path):
    main([str(tmp_path)])
    path = tmp_path / "people.csv"
    path.write_text(path.read_text().replace("1,A", "1,B", 1))
    with pytest.raises(ValueError, match=r"people\.csv should have SHA-256 .*git checkout"):
        read_labels(tmp_path)


def test_without_a_folder_the_command_says_what_it_needs():
    with pytest.raises(SystemExit, match="needs one folder to write into, got 0 arguments"):
        main([])


def test_everybody_and_every_film_has_labels_of_the_stated_sizes():
    labels, data = read_labels(), load("films")
    assert labels.people["user_id"].tolist() == sorted(data.interactions["user_id"].unique())
    assert labels.providers["item_id"].tolist() == sorted(data.items["item_id"])
    assert labels.people["group"].value_counts().to_dict() == {"A": 1920, "B": 480}
    assert labels.people["lot"].value_counts().to_dict() == {"X": 1920, "Y": 480}
    sizes = {"North": 559, "South": 337, "East": 223}
    assert labels.providers["provider"].value_counts().to_dict() == sizes
    assert sorted(labels.providers["lot"].value_counts()) == sorted(sizes.values())
    assert list(sizes) == list(PROVIDERS)


def test_group_b_has_the_taste_that_is_planted_and_a_lot_has_none(truth, genres):
    people = read_labels().people
    taste = truth.people.tastes[:, genres.index(GENRE)].astype(float)
    taste = pd.Series((taste - taste.mean()) / taste.std())
    by_group = taste.groupby(people["group"]).mean()
    by_lot = taste.groupby(people["lot"]).mean()
    assert by_group["B"] - by_group["A"] == pytest.approx(1.57, abs=0.005)
    assert abs(by_lot["Y"] - by_lot["X"]) < 0.01


def test_the_card_tells_the_popularity_and_quality_of_each_provider(truth):
    providers = read_labels().providers
    for name, expected in {
        "popularity": [0.57, -0.58, -0.55],
        "quality": [-0.01, -0.47, 0.72],
    }.items():
        hidden = getattr(truth.hidden, name)[1:].astype(float)
        values = pd.Series((hidden - hidden.mean()) / hidden.std())
        means = values.groupby(providers["provider"]).mean()
        assert means[list(PROVIDERS)].round(2).tolist() == expected
        by_lot = values.groupby(providers["lot"]).mean()
        assert by_lot.abs().max() < 0.06


def test_another_seed_draws_others_and_the_same_seed_the_same(truth, genres):
    one, again, other = (draw_labels(truth, genres, seed).people for seed in (1, 1, 2))
    assert one.equals(again)
    assert not one["group"].equals(other["group"])


def test_the_ratings_are_frozen():
    sums = dict(
        reversed(line.split("  "))
        for line in shipped("datasets_small", "films", CHECKSUMS).read_text().splitlines()
    )
    begins = {name: sums[name][:12] for name in ("interactions.csv.gz", "items.csv", "truth.npz")}
    assert begins == FROZEN


FROZEN = {  # the labels were drawn after the ratings, and changed none
    "interactions.csv.gz": "6da6438c8868",
    "items.csv": "fe85ddd3ff8a",
    "truth.npz": "b50bef40079b",
}
