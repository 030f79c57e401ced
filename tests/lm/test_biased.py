"""A ranker with dialled faults does what the dials say."""

import numpy as np
import pytest

from rectutor.lm.biased import Faults, biased_ranker
from rectutor.prompts.ranking import Conventions, ranking_prompt
from rectutor.prompts.replies import parse_ranking

LIST = ["Alien", "Big", "Heat"]


def affinity(past: str, title: str) -> float:
    """Jaws leads to Alien, Up leads to Big; nothing else leads anywhere."""
    return float((past, title) in {("Jaws", "Alien"), ("Up", "Big")})


def probabilities(model, prompt):
    return np.exp(model.score([prompt], [[f"\n1. {title}" for title in LIST]])[0])


def test_without_faults_the_newest_title_counts_twice_the_one_before():
    prompt = ranking_prompt(["Jaws", "Up"], LIST, Conventions())
    odds = np.exp(np.array([1 / 3, 2 / 3, 0.0]))  # weights 1/2 and 1 of 3/2
    assert probabilities(biased_ranker(affinity), prompt) == pytest.approx(odds / odds.sum())


def test_an_order_blind_ranker_says_the_same_of_a_history_turned_round():
    model = biased_ranker(affinity, Faults(is_order_blind=True))
    one, other = (
        probabilities(model, ranking_prompt(past, LIST, Conventions(says_order=False)))
        for past in (["Jaws", "Up"], ["Up", "Jaws"])
    )
    assert one == pytest.approx(other)
    assert one[0] == pytest.approx(one[1])


def test_position_bias_lifts_the_first_place_by_its_size():
    model = biased_ranker(affinity, Faults(position=2.0))
    p = probabilities(model, ranking_prompt([], LIST, Conventions()))
    assert np.log(p[0] / p[2]) == pytest.approx(2.0)
    assert np.log(p[1] / p[2]) == pytest.approx(1.0)


def test_its_reply_is_the_ranking_of_its_scores():
    prompt = ranking_prompt(["Up"], LIST, Conventions())
    (reply,) = biased_ranker(affinity).generate([prompt], 40)
    assert parse_ranking(reply, LIST).order == (1, 0, 2)


def test_without_a_demanded_format_it_chats_unless_it_needs_none():
    prompt = ranking_prompt(["Up"], LIST, Conventions(demands_format=False))
    chats, lists = (
        biased_ranker(affinity, Faults(needs_format=needs)).generate([prompt], 40)[0]
        for needs in (True, False)
    )
    assert parse_ranking(chats, LIST).is_failure
    assert not parse_ranking(lists, LIST).is_failure


def test_without_a_list_it_names_what_it_has_read():
    prompt = ranking_prompt(["Jaws", "Up"], LIST, Conventions(lists_candidates=False))
    model = biased_ranker(affinity, Faults(position=9.0))
    assert model.generate([prompt], 40) == ["\n1. Jaws\n2. Up"]
    sigmoid = 1 / (1 + np.exp(-2 / 3))  # no place, so nothing of the bias
    assert model.score([prompt], [["\n1. Big"]])[0][0] == pytest.approx(np.log(sigmoid))


def test_a_bias_that_is_no_number_is_named():
    with pytest.raises(ValueError, match="position must be a finite number, got inf"):
        Faults(position=float("inf"))
