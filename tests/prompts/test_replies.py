import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import ParsedRanking, parse_ranking

FILMS = ["Alien (1979)", "Heat (1995)", "Good Morning, Vietnam (1987)", "Schindler's List (1993)"]
ALL = ParsedRanking((1, 0, 2, 3), 0, 0, 0)


@pytest.mark.parametrize(
    "reply",
    [
        "1. Heat (1995)\n2. Alien (1979)\n3. Good Morning, Vietnam (1987)\n"
        "4. Schindler's List (1993)",
        "1) heat\n2) ALIEN\n3) good morning, vietnam\n4) schindler’s list",
        "- Heat\n* Alien\n• Good Morning, Vietnam\n– Schindler's List",
        "(1) “Heat”\n(2) 'Alien'\n(3) \"Good Morning, Vietnam\"\n(4) «Schindler's List»",
        "**1. Heat** (1995)\n2. **Alien**\n**3.** Good Morning, Vietnam\n4. __Schindler's List__",
        "Heat (1995).\n\nAlien,\n   Good   Morning, Vietnam\n\n---\nSchindler's List\n",
        "1.Heat\r\n2.Alien\r\n3.Good Morning, Vietnam\r\n4.Schindler's List",
        "Heat, Alien, Good Morning, Vietnam, Schindler's List",
        "Heat (1995); Alien (1979); Good Morning, Vietnam (1987); Schindler's List (1993).",
        '"Heat", "Alien", "Good Morning, Vietnam", "Schindler\'s List"',
        "1. Heat, 2. Alien, 3. Good Morning, Vietnam, 4. Schindler's List",
        "7. Heat\n5. Alien\n1. Good Morning, Vietnam\n1. Schindler's List",  # numbers do not count
    ],
)
def test_a_complete_reply_is_understood_in_every_usual_format(reply):
    assert parse_ranking(reply, FILMS) == ALL


def test_titles_without_year_are_found_where_the_reply_adds_one():
    assert parse_ranking("1. Heat (1995)\n2. Alien", ["Alien", "Heat"]).order == (1, 0)


def test_another_year_is_another_film():
    assert parse_ranking("Alien (1992)", FILMS) == ((), 1, 0, 4)


def test_titles_that_differ_by_the_year_alone_need_it():
    kings = ["King Kong (1933)", "King Kong (2005)", "Up (2009)"]
    reply = "1. King Kong\n2. King Kong (2005)\n3. up\n4. King Kong (1976)"
    assert parse_ranking(reply, kings) == ((1, 2), 2, 0, 1)


def test_a_title_without_year_beside_one_with_names_itself():
    kings = ["King Kong (1933)", "King Kong"]
    assert parse_ranking("king kong\nKing Kong (1933)", kings).order == (1, 0)
    assert parse_ranking("King Kong (1976)", kings) == ((), 1, 0, 2)


def test_titles_that_differ_by_capitals_alone_are_named_by_their_exact_letters():
    assert parse_ranking("IT\nIt\nit", ["It", "IT"]) == ((1, 0), 1, 0, 0)


def test_unknown_repeated_and_missing_titles_are_counted():
    reply = "Here is my ranking:\n1. Heat\n2. Jaws\n3. HEAT (1995)\n4. Alien: Covenant\n5. Alien\n"
    assert parse_ranking(reply, FILMS) == ((1, 0), 3, 1, 2)


def test_a_part_of_a_title_is_not_the_title():
    assert parse_ranking("Aliens\nAlien Nation\nGood Morning\nAlien 3 (1992)", FILMS).n_unknown == 4


def test_a_remark_makes_a_title_unknown():
    assert parse_ranking("1. Heat - a fine thriller\n2. Alien", FILMS) == ((0,), 1, 0, 3)


def test_pieces_of_a_line_are_counted_one_by_one_when_one_of_them_is_known():
    assert parse_ranking("Heat, Jaws, Ran; Alien", FILMS) == ((1, 0), 2, 0, 2)
    assert parse_ranking("Jaws, Ran, Up", FILMS) == ((), 1, 0, 4)  # a line of no candidate is one


def test_the_longest_title_wins_where_one_begins_another():
    films = ["Good", "Good, Bad", "Bad"]
    assert parse_ranking("Good, Bad, Good", films) == ((1, 0), 0, 0, 1)


@pytest.mark.parametrize(
    "reply", ["", " \n\t\n", "---\n1.\n2)\n**\n", "I cannot say.", "1. Jaws\n2. Ran", ",;,;"]
)
def test_a_reply_that_names_no_candidate_is_a_failure(reply):
    parsed = parse_ranking(reply, FILMS)
    assert parsed.is_failure and parsed.order == () and parsed.n_missing == 4


def test_one_candidate_is_enough_not_to_fail():
    parsed = parse_ranking("Well, I do not know.\nHeat", FILMS)
    assert not parsed.is_failure and parsed == ((1,), 1, 0, 3)


@pytest.mark.parametrize(
    ("reply", "n_unknown"), [("", 0), ("\n---\n1.\n2)\n**\n- \n,;", 0), ("?\n300", 2)]
)
def test_only_lines_with_something_in_them_are_unknown(reply, n_unknown):
    assert parse_ranking(reply, FILMS).n_unknown == n_unknown


@pytest.mark.parametrize(
    "titles",
    [
        ["9 to 5 (1980)", "1. FC (2001)", "2. FC (2002)", "300 (2006)", "2001: A Space Odyssey"],
        ["*batteries not included (1987)", "M*A*S*H (1970)", "'burbs, The (1989)", "$ (1971)"],
        ["(500) Days of Summer (2009)", "- 8 Mile", "...And Justice for All", "***", "(1994)"],
        ["{liked}", "%s", "ואלס עם באשיר", "Am\u202eelie", "a;b;c;d", ";"],
    ],
)
def test_odd_titles_are_found_again(titles):
    expected = (tuple(range(len(titles))), 0, 0, 0)
    assert parse_ranking("\n".join(titles), titles) == expected
    for mark in ("{}. ", "{}) ", "- "):
        lines = [mark.format(n) + title for n, title in enumerate(titles, 1)]
        assert parse_ranking("\n".join(lines), titles) == expected


def test_a_candidate_on_two_lines_is_found_on_one():
    assert parse_ranking("1. Good Morning", ["Good\nMorning"]).order == (0,)


WORDS = st.text("abc ,;.'\"*-(1987)\n", max_size=12)


@given(st.lists(WORDS), st.lists(st.sampled_from([*FILMS, "Alien", "heat"])), st.randoms())
def test_the_counts_always_add_up(noise, named, random):
    lines = noise + named
    random.shuffle(lines)
    parsed = parse_ranking("\n".join(lines), FILMS)
    assert sorted(set(parsed.order)) == sorted(parsed.order)
    assert all(0 <= place < 4 for place in parsed.order)
    assert len(parsed.order) + parsed.n_missing == 4
    assert len(parsed.order) + parsed.n_repeated >= len(named)
    assert parsed.is_failure == (parsed.order == ())


@pytest.mark.parametrize(
    ("piece", "n_unknown"),
    [(" ", 0), ("a", 1), (",", 0), ("1. ", 1), ("(1979) ", 1), ("x, ", 1), ("\n", 0), ("*-", 0)],
)
def test_a_huge_reply_without_titles_is_read_to_its_end(piece, n_unknown):
    parsed = parse_ranking(piece * 20_000 + "\nHeat", FILMS)
    assert parsed == ((1,), n_unknown, 0, 3)


def test_a_huge_reply_full_of_titles_is_counted():
    assert parse_ranking("Heat, " * 20_000, FILMS) == ((1,), 0, 19_999, 3)
    assert parse_ranking("2. Jaws\n" * 20_000 + "Heat", FILMS) == ((1,), 20_000, 0, 3)


def test_the_work_grows_in_proportion_to_the_reply(monkeypatch):
    from rectutor.prompts import replies

    looked_at = []
    plain = replies._plain
    monkeypatch.setattr(replies, "_plain", lambda text: looked_at.append(len(text)) or plain(text))

    def work(n):
        looked_at.clear()
        parse_ranking("no title, " * n, FILMS)
        return sum(looked_at)

    assert work(2000) < 2.1 * work(1000)


def test_one_reply_at_a_time():
    wanted = "parse_ranking needs one reply as a string, got list; call it for each reply"
    with pytest.raises(TypeError, match=wanted):
        parse_ranking(["Heat"], FILMS)


@pytest.mark.parametrize(
    ("candidates", "error", "wanted"),
    [
        ("Heat", TypeError, "candidates must be a list of titles, got the string 'Heat'"),
        ([], ValueError, "a ranking needs 1 or more candidates, got 0"),
        (["Heat", "Heat "], ValueError, "got 'Heat' at positions 0 and 1; add the year"),
    ],
)
def test_candidates_are_checked(candidates, error, wanted):
    with pytest.raises(error, match=re.escape(wanted)):
        parse_ranking("Heat", candidates)
