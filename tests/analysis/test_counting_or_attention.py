import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.counting_or_attention import (
    compare,
    main,
    on_real_data,
    share_within_a_day,
)
from rectutor.analysis.records import read_record


def test_all_models_are_paired_on_the_same_people(tiny_split):
    table = compare(tiny_split, "tiny", seeds=(0, 1), epochs=1)
    assert table["model"].tolist() == ["Markov", "EASE", *["SASRec (CE)"] * 3]
    assert table["seed"].tolist() == ["", "", "0", "1", "mean of seeds"]
    markov, ease, first, second, mean = table["HR@10"]
    trained = table.iloc[2:]
    assert trained["minus Markov"].tolist() == pytest.approx(trained["HR@10"] - markov)
    assert trained["minus EASE"].tolist() == pytest.approx(trained["HR@10"] - ease)
    assert mean == pytest.approx((first + second) / 2)
    assert (table["users"] == tiny_split.n_users).all()
    assert (trained["minus Markov low"] <= trained["minus Markov"]).all()


def test_one_seed_needs_no_mean(tiny_split):
    assert compare(tiny_split, "tiny", seeds=(0,), epochs=1)["seed"].tolist() == ["", "", "0"]


def test_people_who_rated_everything_within_a_day_are_counted():
    day = 86400
    table = pd.DataFrame(
        {"user_id": [1, 1, 2, 2, 3], "timestamp": [0, day, 0, day + 1, 5], "item_id": 1}
    )
    assert share_within_a_day(table) == pytest.approx(2 / 3)


def test_the_command_says_what_it_takes():
    with pytest.raises(SystemExit, match="'films'"):
        main(["films"])


@pytest.mark.parametrize("name", ["", "_ml_latest_small"])
def test_the_records_pair_three_seeds(name):
    table = read_record(f"counting_or_attention{name}").table
    for _, block in table.groupby("data"):
        assert block["seed"].fillna("").tolist() == ["", "", "0", "1", "2", "mean of seeds"]
        seeds, mean = block["HR@10"].iloc[2:5], block["HR@10"].iloc[5]
        np.testing.assert_allclose(seeds.mean(), mean, atol=1e-5)


@pytest.mark.slow
@pytest.mark.real_data
def test_real_people_can_be_measured_again(real_data):
    table = on_real_data(real_data, seeds=(0,), epochs=1)
    recorded = read_record("counting_or_attention_ml_latest_small").table
    assert table["users"].tolist() == [610] * 3
    assert table["within a day"].round(2).tolist() == [0.59] * 3
    assert table["HR@10"][0] == pytest.approx(recorded["HR@10"][0], abs=0.005)
