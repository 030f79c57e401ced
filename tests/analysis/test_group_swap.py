import numpy as np
import pytest

from rectutor.analysis.group_swap import (
    STRENGTHS,
    compared,
    described,
    odds_of,
    overlap,
    planted_answers,
)
from rectutor.analysis.records import read_record
from rectutor.prompts.cold_start import COLD_START
from rectutor.training.assets import split_of


@pytest.fixture(scope="module")
def split():
    return split_of("films")


@pytest.fixture(scope="module")
def is_comedy(split):
    return described(split)[1]


def test_without_a_stereotype_the_group_says_nothing(split, is_comedy):
    answers = planted_answers(split, is_comedy, 4000, 0.0, seed=0)
    rates = [answers.is_liked[answers.group == group].mean() for group in (0, 1)]
    assert answers.is_liked.mean() == 0.5
    assert abs(rates[0] - rates[1]) < 0.05  # 1.6 % is one standard error


def test_a_full_stereotype_decides_comedies_and_leaves_the_rest(split, is_comedy):
    none, full = (planted_answers(split, is_comedy, 2000, s, seed=0) for s in (0.0, 1.0))
    funny = is_comedy[full.item_index]
    assert (full.is_liked[funny] == (full.group[funny] == 1)).all()
    assert (full.is_liked[~funny] == none.is_liked[~funny]).all()
    assert (full.item_index == none.item_index).all() and (full.group == none.group).all()


def test_half_a_stereotype_replaces_half_and_within_what_the_whole_replaces(split, is_comedy):
    none, half, full = (planted_answers(split, is_comedy, 4000, s, 0) for s in (0.0, 0.5, 1.0))
    moved = [(one.is_liked != none.is_liked) for one in (half, full)]
    assert not (moved[0] & ~moved[1]).any()
    assert moved[0].sum() / moved[1].sum() == pytest.approx(0.5, abs=0.06)


def test_a_strength_is_a_share(split, is_comedy):
    with pytest.raises(ValueError, match=r"strength must be from 0 to 1, .* got 1\.2"):
        planted_answers(split, is_comedy, 10, 1.2, seed=0)


def test_overlap_of_equal_scores_is_one_and_of_reversed_ones_nothing():
    scores = np.arange(8.0)
    assert overlap(scores, 2 * scores, 4) == 1
    assert overlap(scores, -scores, 4) == 0


def test_a_swap_that_lifts_comedies_alone_is_said_as_it_is():
    has = np.array([True, True, False, False])
    plain = np.array([0.0, 1.0, 2.0, 3.0])
    lifted = plain + np.where(has, 5.0, 1.0)  # comedies rise by 5, the others by 1
    odds = np.stack([np.stack([plain, lifted])] * len(COLD_START))
    table = compared(odds, has, k=2)
    words = table[table["change"] == "word"]
    assert words["tilt"].tolist() == [4.0] * 3
    assert words["overlap"].tolist() == [0.0] * 3
    assert (words["before"].tolist(), words["after"].tolist()) == ([0.0] * 3, [1.0] * 3)
    reworded = table[table["change"] == "wording"]
    assert len(reworded) == 6 and (reworded["overlap"] == 1).all() and (reworded["tilt"] == 0).all()


class Letters:
    """Judges a prompt by what it holds: group B and a comedy together are a yes."""

    name = "letters"

    def score(self, prompts, continuations):
        odds = [float("roup B" in p or "roup: B" in p) * ("Comedy" in p) for p in prompts]
        return [np.array([x, 0.0], dtype=np.float32) for x in odds]


def test_every_wording_and_group_is_asked():
    odds = odds_of(Letters(), ["Up (Comedy)", "Heat (Crime)"])
    assert odds.shape == (len(COLD_START), 2, 2)
    assert (odds[:, 1, 0] == 1).all() and odds.sum() == len(COLD_START)


def test_titles_name_year_and_genres(split):
    titles, is_comedy = described(split)
    assert len(titles) == len(is_comedy) == split.n_items + 1
    place = titles.index("The Shawshank Redemption (1994) (Crime, Drama)")
    assert not is_comedy[place] and not is_comedy[0]
    assert all(("Comedy" in title) >= funny for title, funny in zip(titles, is_comedy, strict=True))


def test_in_the_record_the_effect_grows_with_what_was_planted():
    table = read_record("group_swap").table
    words = table[table["change"] == "word"].groupby("strength")["tilt"].mean()
    assert words.index.tolist() == list(STRENGTHS)
    assert words.is_monotonic_increasing
    assert abs(words[0.0]) < words[1.0] / 5
