"""Conversations as records, and their score."""

import numpy as np
import pytest

from rectutor.agents.dialogue import Act, Round, Said, Talk, converse, leak_in, naming, scores_of
from rectutor.agents.seekers import FilmSeeker
from tests.agents.small import catalogue


class Lists:
    """Recommends given lists, one after the other."""

    name = "lists"

    def __init__(self, *lists):
        self.lists = lists

    def act(self, opening, rounds):
        return Act("recommend", "These?", items=self.lists[len(rounds)])


def seeker(target=2, **options):
    return FilmSeeker(catalogue(), target, np.random.default_rng(0), **options)


def test_a_talk_ends_when_the_film_is_found_or_the_rounds_are_over():
    talk = converse(Lists((1, 3), (4, 2), (5,)), seeker())
    assert (talk.found, len(talk.rounds), talk.advisor) == (True, 2, "lists")
    assert not converse(Lists((1,), (3,)), seeker(), n_rounds=2).found
    assert not Talk("nobody", Said("Hm."), ()).found


def test_success_recall_made_up_and_repeated_items_are_counted():
    talk = converse(Lists((1, 99), (1, 3), (2,)), seeker())
    assert scores_of(talk, 2, catalogue()) == {
        "success": 1.0,
        "rounds": 3.0,
        "recall": 1.0,
        "made up": 1 / 5,
        "repeated": 1 / 5,
    }
    none = Talk("a", Said("Hm."), (Round(Act("chat", "Hm."), Said("Yes.")),))
    assert scores_of(none, 2, catalogue())["made up"] == 0.0


@pytest.mark.parametrize(
    "words",
    ["I want [2].", "collateral, please", "like Collateral!", "a film with series Collateral"],
)
def test_a_seeker_that_names_its_film_fails_the_run(words):
    talk = Talk("a", Said(words), ())
    assert leak_in(talk, 2, catalogue()) is not None
    with pytest.raises(ValueError, match=r"gave item 2 away, saying '(?i:collateral|\[2\])'"):
        scores_of(talk, 2, catalogue())


def test_words_that_only_hold_a_title_are_no_leak():
    assert leak_in(Talk("a", Said("a collateralised film, [22]"), ()), 2, catalogue()) is None


def test_short_titles_are_words_of_any_text():
    own = catalogue()
    assert naming(own, 3).search("look up") is None
    assert naming(own, 3).search("like Up, say")
    assert naming(own, 3).search("[3]")


def test_after_it_was_recommended_the_film_may_be_named():
    found = Round(Act("recommend", "Collateral?", items=(2,)), Said("Collateral it is", found=True))
    assert leak_in(Talk("a", Said("A film."), (found,)), 2, catalogue()) is None


def test_simulated_seekers_never_give_their_film_away():
    for target in range(1, 6):
        talk = converse(Lists(*[(1,), (2,), (3,), (4,), (5,)]), seeker(target), n_rounds=5)
        assert leak_in(talk, target, catalogue()) is None
        assert talk.found
