import numpy as np
import pytest

from rectutor.widgets import GuessingGame, Round, draw_rounds
from rectutor.widgets.guessing import GameState
from tests.widgets.samples import rounds


def test_the_game_opens_with_a_question():
    assert repr(GuessingGame(rounds())) == "Round 1 of 3: what did this person watch next?"


def test_a_guess_is_answered_with_the_film_and_with_who_knew():
    state = GameState(tuple(rounds()), guesses=(0,), asking=False)
    assert state.sentence() == (
        "Round 1: the person watched Alien; you said Heat. Right: Oracle. "
        "Right after 1 of 3 rounds: You 0, Popularity 0, Oracle 1."
    )


def test_when_nobody_was_right_that_is_said():
    hard = Round((), ("A", "B"), 1, {"Popularity": 0})
    assert "Right: nobody." in GameState((hard,), guesses=(0,), asking=False).reveal()


def test_the_score_counts_the_rounds_played_so_far():
    state = GameState(tuple(rounds()), guesses=(1, 0))
    assert state.score() == {"You": 1, "Popularity": 0, "Oracle": 2}


def test_guessing_moves_the_view():
    game = GuessingGame(rounds())
    game.guesses = [1]
    assert repr(game).startswith("Round 2 of 3: what did this person watch next? Right after 1")
    game.asking = False
    assert repr(game).startswith("Round 1: the person watched Alien; you said Alien.")


def test_the_page_holds_the_sentence_of_every_round_score_and_guess():
    game = GuessingGame(rounds())
    game.guesses, game.asking = [1, 0, 2], False
    assert game.page["rounds"][2]["told"][1][2] == repr(game)
    game.guesses, game.asking = [1, 0], True
    assert game.page["rounds"][2]["asked"][1] == repr(game)


def test_the_table_names_everybody_s_choice():
    game = GuessingGame(rounds())
    assert game.twin().table.empty
    game.guesses = [2]
    assert game.twin().table.to_dict("records") == [
        {"round": 1, "answer": "Alien", "You": "Fargo", "Popularity": "Heat", "Oracle": "Alien"}
    ]


def test_a_guess_that_is_no_option_is_refused():
    game = GuessingGame(rounds())
    with pytest.raises(ValueError, match=r"round 1 has the options 0\.\.2, got guess 3"):
        game.guesses = [3]


def test_more_guesses_than_rounds_are_refused():
    with pytest.raises(ValueError, match="2 guesses were given for 1 rounds"):
        GuessingGame(rounds(1)).guesses = [0, 0]


def test_no_rounds_are_refused():
    with pytest.raises(ValueError, match=r"GuessingGame needs 1\.\.20 rounds, got 0"):
        GuessingGame([])


def test_a_round_with_one_option_is_refused():
    with pytest.raises(ValueError, match=r"round 1 needs 2\.\.6 options, got 1"):
        GuessingGame([Round((), ("A",), 0, {})])


def test_an_answer_outside_the_options_is_refused():
    with pytest.raises(ValueError, match=r"round 1: the answer must be an option 0\.\.1, got 2"):
        GuessingGame([Round((), ("A", "B"), 2, {})])


def test_a_choice_outside_the_options_is_refused():
    with pytest.raises(ValueError, match=r"round 1: EASE must be an option 0\.\.1, got -1"):
        GuessingGame([Round((), ("A", "B"), 1, {"EASE": -1})])


def test_rounds_with_different_models_are_refused():
    other = rounds(1)[0]._replace(choices={"EASE": 0})
    with pytest.raises(ValueError, match=r"round 2 has the models \['EASE'\], round 1 has"):
        GuessingGame([*rounds(1), other])


TITLES = ["", "A", "B", "C", "D", "E", "F", "G"]
HISTORY = np.array([[0, 1, 2], [3, 4, 5]])
TARGETS = np.array([3, 6])


def drawn(**options):
    scores = {"Popularity": -np.arange(8.0) * np.ones((2, 1))}
    rng = np.random.default_rng(0)
    return draw_rounds(HISTORY, TARGETS, TITLES, scores, rng, **{"n_rounds": 2, **options})


def test_drawn_rounds_hold_the_true_film_and_no_film_seen_before():
    for one in drawn():
        row = 0 if one.history == ("A", "B") else 1
        assert one.options[one.answer] == TITLES[TARGETS[row]]
        assert not set(one.options) & set(one.history)
        assert len(set(one.options)) == 4


def test_a_model_chooses_its_highest_score_among_the_options():
    for one in drawn():
        assert one.options[one.choices["Popularity"]] == min(one.options)


def test_drawn_rounds_repeat_under_the_same_seed_and_tell_only_the_last_films():
    assert drawn() == drawn()
    assert sorted(one.history for one in drawn(n_history=1)) == [("B",), ("E",)]


def test_too_few_people_are_named():
    with pytest.raises(ValueError, match="draw_rounds needs 3 people or more, got 2"):
        drawn(n_rounds=3)


def test_too_few_unseen_films_are_named():
    with pytest.raises(ValueError, match=r"row [01]: 5 unseen films are needed, [34] are left"):
        drawn(n_options=6)
