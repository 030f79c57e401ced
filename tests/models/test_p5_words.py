"""The vocabulary of P5: nothing gets lost between text and tokens."""

import numpy as np
import pytest

from rectutor.models.item_ids import ItemIds
from rectutor.models.p5_words import UNKNOWN, Vocabulary, closed_up, words_of

IDS = ItemIds("two", np.array([[0, 0], [1, 1], [1, 2], [2, 1]]), ("", "a", "b"))


def vocabulary(*words):
    return Vocabulary(IDS, 130, words)


def test_a_rating_is_one_word_and_a_stop_is_one():
    assert words_of("Is 4.5 it? Then 5. {stars}") == [
        "Is",
        "4.5",
        "it",
        "?",
        "Then",
        "5",
        ".",
        "{stars}",
    ]


def test_every_token_means_one_thing():
    v = vocabulary("yes", "no")
    items = v.items(np.array([[1, 2, 3, 0]]))
    people = v.people(np.arange(130))
    assert items.tolist() == [[1, 1, 1, 2, 2, 1, 0, 0]]
    assert len(np.unique(people, axis=0)) == 130 and people.min() > v.end > items.max()
    assert {v.word("no"), v.word("yes")} == {v.n_tokens - 2, v.n_tokens - 1}
    assert people.max() < v.first_word


def test_texts_become_tokens_and_come_back():
    v = vocabulary("likes", "dislikes", "heist", "war", ",")
    tokens = v.texts(["likes heist, dislikes war", "likes war"])
    assert tokens.shape == (2, 5) and (tokens[1, 2:] == 0).all()
    assert [v.said(row) for row in tokens.tolist()] == ["likes heist, dislikes war", "likes war"]
    assert v.said([tokens[0, 0], v.end, tokens[0, 1]]) == "likes"
    assert v.said([1, 2, v.people(np.array([3]))[0, 0]]) == "a b (person)"


def test_no_text_has_no_tokens():
    assert vocabulary().texts([]).shape == (0, 0) and vocabulary().said([]) == ""


def test_a_word_that_training_never_showed_is_the_unknown_one():
    v = vocabulary("heist", UNKNOWN)
    assert v.word("quest") == v.word(UNKNOWN) != v.word("heist")
    with pytest.raises(KeyError, match="unknown"):
        vocabulary("heist").word("quest")


def test_it_knows_which_words_it_has():
    v = vocabulary("Guess", "the", UNKNOWN)
    assert v.knows("Guess the {stars}") and not v.knows("Guess a {stars}")


def test_a_person_without_a_number_is_refused():
    with pytest.raises(ValueError, match=r"users must be in 0..129, got 3..130"):
        vocabulary().people(np.array([3, 130]))


def test_padding_goes_to_one_side_and_numbers_go_along():
    tokens, numbers = np.array([[5, 0, 6, 0, 7]]), np.array([[1, 9, 2, 9, 3]])
    left, right = closed_up(tokens, numbers), closed_up(tokens, numbers, to_the_left=True)
    assert left[0].tolist() == [[0, 0, 5, 6, 7]] and left[1].tolist() == [[0, 0, 1, 2, 3]]
    assert right[0].tolist() == [[5, 6, 7, 0, 0]] and right[1].tolist() == [[1, 2, 3, 0, 0]]
