import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import Conventions, Example, parse_ranking, ranking_prompt, self_example

HISTORY, CANDIDATES = ["Up", "Heat"], ["Alien", "Big", "Cats"]
NOTHING = Conventions(False, False, False, False)
# What each switch adds to the barest prompt.
ADDED = {
    "says_task": {"Which films suit this person next? Put them in order, the best first."},
    "says_order": {"Films that one person chose, from oldest to newest: Up; Heat", "Newest: Heat"},
    "lists_candidates": {"Candidates:", "- Alien", "- Big", "- Cats"},
    "demands_format": {"Write one title a line, numbered from 1."},
}
BARE = {"Films that one person chose: Up; Heat", "Answer:"}
TITLES = st.lists(
    st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool),
    min_size=1,
    max_size=8,
    unique=True,
)


def test_the_barest_prompt_tells_the_history_and_asks_for_an_answer():
    prompt = ranking_prompt(HISTORY, CANDIDATES, NOTHING)
    assert prompt == "Films that one person chose: Up; Heat\nAnswer:"


@pytest.mark.parametrize("switches", list(product([False, True], repeat=4)))
def test_each_switch_adds_its_lines_whatever_the_others_say(switches):
    conventions = Conventions(*switches)
    lines = ranking_prompt(HISTORY, CANDIDATES, conventions).splitlines()
    expected = set(BARE)
    for name, added in ADDED.items():
        if getattr(conventions, name):
            expected |= added
    if conventions.says_order:
        expected.remove("Films that one person chose: Up; Heat")
    assert set(lines) == expected and len(lines) == len(expected)
    assert lines[-1] == "Answer:"


def test_all_four_conventions_are_followed_unless_told_otherwise():
    assert Conventions() == Conventions(True, True, True, True)


def test_candidates_are_shown_in_the_order_given():
    prompt = ranking_prompt(HISTORY, CANDIDATES[::-1], Conventions())
    assert "Candidates:\n- Cats\n- Big\n- Alien\n" in prompt


def test_without_history_none_is_said_and_nothing_is_the_newest():
    prompt = ranking_prompt([], CANDIDATES, Conventions(), medium="book")
    assert prompt.startswith("Books that one person chose, from oldest to newest: none\nCandidates")
    assert "Which books suit" in prompt


def test_a_demonstration_is_the_same_prompt_with_its_answer():
    conventions = Conventions(says_task=False, demands_format=False)
    example = Example(["Gigli"], ["Jaws", "Ran"], ["Ran", "Jaws"])
    assert ranking_prompt(HISTORY, ["Alien"], conventions, [example]) == (
        "Films that one person chose, from oldest to newest: Gigli\nNewest: Gigli\n"
        "Candidates:\n- Jaws\n- Ran\nAnswer:\n1. Ran\n2. Jaws\n\n"
        + ranking_prompt(HISTORY, ["Alien"], conventions)
    )


def test_demonstrations_come_in_the_order_given():
    examples = [Example(["Up"], ["A1"], ["A1"]), Example(["Up"], ["B1"], ["B1"])]
    prompt = ranking_prompt(HISTORY, CANDIDATES, NOTHING, examples)
    assert prompt.index("1. A1") < prompt.index("1. B1") and prompt.count("Answer:") == 3


def test_a_persons_own_past_leads_to_their_newest_title():
    example = self_example(["Up", "Heat", "Alien"], ["Big", "Cats"])
    assert example == Example(["Up", "Heat"], ["Big", "Cats", "Alien"], ["Alien", "Big", "Cats"])


def test_the_newest_title_stays_where_the_candidates_have_it():
    example = self_example(["Up", "Alien"], ["Big", "Alien", "Cats"])
    assert example == Example(["Up"], ["Big", "Alien", "Cats"], ["Alien", "Big", "Cats"])
    assert self_example(["Up", "Alien"]) == Example(["Up"], ["Alien"], ["Alien"])


@given(TITLES, st.randoms())
def test_a_demonstrated_answer_is_parsed_to_its_own_order(titles, random):
    order = random.sample(range(len(titles)), len(titles))
    example = Example(["Up"], titles, [titles[place] for place in order])
    prompt = ranking_prompt(["Up"], ["Heat"], NOTHING, [example])
    reply = prompt.split("Answer:\n", 1)[1].rsplit("\n\n", 1)[0]
    assert parse_ranking(reply, titles) == (tuple(order), 0, 0, 0)


@pytest.mark.parametrize("history", [[], ["Up"]])
def test_a_past_of_one_title_demonstrates_nothing(history):
    wanted = (
        "self_example needs 2 or more titles (a history and what followed), got "
        f"{len(history)}; leave the example out"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        self_example(history, CANDIDATES)


@pytest.mark.parametrize(
    ("history", "candidates", "error", "wanted"),
    [
        ("Up", ["Big"], TypeError, "history_titles must be a list of titles, got the string 'Up'"),
        (["Up"], "Big", TypeError, "candidates must be a list of titles, got the string 'Big'"),
        (["Up", ""], ["Big"], ValueError, "history_titles must have text, got '' at position 1"),
        (["Up"], [], ValueError, "a ranking needs 1 or more candidates, got 0"),
        (["Up"], ["Big", "Ran", "Big"], ValueError, "got 'Big' at positions 0 and 2"),
    ],
)
def test_titles_are_checked_under_the_name_of_their_parameter(history, candidates, error, wanted):
    with pytest.raises(error, match=re.escape(wanted)):
        ranking_prompt(history, candidates, Conventions())


def test_the_ranking_of_a_demonstration_is_checked_too():
    with pytest.raises(TypeError, match="ranking must be a list of titles, got the string 'Ran'"):
        ranking_prompt(["Up"], ["Big"], NOTHING, [Example(["Up"], ["Ran"], "Ran")])
    with pytest.raises(ValueError, match="candidates must differ, got 'Big' at positions 0 and 1"):
        self_example(["Up", "Ran"], ["Big", "Big"])
