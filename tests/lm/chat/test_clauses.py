"""Where a request is divided."""

from rectutor.lm.chat.clauses import MOST_PIECES, best_division, pieces_of, stretches
from rectutor.lm.chat.linking import Linked, Mark


def texts(said, *marks):
    return [said[first:last] for first, last in pieces_of(Linked(said, marks))]


def test_signs_and_small_words_divide():
    assert texts("hi, show a; then b and also c. thanks!") == [
        "hi", "show a", "b", "c", "thanks"
    ]  # fmt: skip
    assert texts("what is like it?") == ["what is like it"]
    assert texts("android sands") == ["android sands"]  # no word is cut
    assert texts("") == []


def test_a_name_is_never_divided():
    said = "like Me, Myself and Irene and why"
    name = "Me, Myself and Irene"
    mark = Mark("Film", name, 5, 5 + len(name))
    assert texts(said, mark) == ["like Me, Myself and Irene", "why"]


def test_a_long_request_keeps_its_end_together():
    pieces = texts(", ".join("abcdefghij"))
    assert len(pieces) == MOST_PIECES and pieces[-1] == "f, g, h, i, j"


def test_stretches_are_all_neighbours():
    found = stretches(Linked("a, b, c", ()))
    assert {stretch: own.said for stretch, own in found.items()} == {
        (0, 1): "a",
        (0, 2): "a, b",
        (0, 3): "a, b, c",
        (1, 2): "b",
        (1, 3): "b, c",
        (2, 3): "c",
    }


def test_the_division_with_the_highest_sum_wins():
    scores = {(0, 1): -1.0, (1, 2): -1.0, (2, 3): -1.0, (0, 2): -0.5, (1, 3): -3.0, (0, 3): -2.0}
    assert best_division(scores) == [(0, 2), (2, 3)]  # -1.5 against -2, -3 and -4
    assert best_division({(0, 1): -1.0, (2, 3): -1.0}) == []  # nothing covers the middle
    assert best_division({}) == []
