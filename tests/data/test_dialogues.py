"""The grammar of dialogues: meanings are kept, the parts share nothing, no film is named."""

import itertools
from collections import Counter

import numpy as np
import pytest

from rectutor.data.dialogue_wordings import TEST, TRAIN, VALIDATION
from rectutor.data.dialogues import Talker, dialogues, facts_of, title_in
from rectutor.data.requests import names_of
from rectutor.data.spoken import COUNTRIES, GENRES, country_words, theme_words
from rectutor.data.worlds import load

ITEMS = load("films").items
FILMS = ITEMS.to_dict("records")
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
DRAWN = {part: dialogues(ITEMS, part, 300, seed=3) for part in PARTS}
SEEKER = ("opening", "answer", "comment", "contrast", "refusal", "unsure", "found", "small talk")
LOOSE = {""}  # nobody owns the opener that says nothing


def frames_of(voice):
    blocks = [*voice.says.values(), *voice.asks.values(), *voice.parts.values()]
    own = {frame for block in blocks for frame in block}
    return own | {*voice.nouns, *voice.openers, *voice.decades} - LOOSE


def talker(part="train", seed=0, title=""):
    return Talker(part, np.random.default_rng(seed), title)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PARTS, 2)))
def test_the_wordings_of_the_parts_share_no_frame(one, other):
    assert not frames_of(PARTS[one]) & frames_of(PARTS[other])
    used = [
        {own for talk in DRAWN[part] for turn in talk.turns for own in turn.wordings}
        for part in (one, other)
    ]
    assert not used[0] & used[1] and min(map(len, used)) > 50
    assert {own for part in used for own in part} <= {
        own for voice in PARTS.values() for own in frames_of(voice)
    }


@pytest.mark.parametrize("part", PARTS)
def test_every_part_can_say_all_that_another_can(part):
    voice = PARTS[part]
    assert set(voice.says) == set(TRAIN.says) == {*SEEKER, "recommend", "chat"}
    assert set(voice.asks) == set(TRAIN.asks)
    assert set(voice.parts) == set(TRAIN.parts)
    assert set(voice.genres) == set(GENRES)


def test_only_the_test_part_says_genres_in_words_that_no_catalogue_has():
    for genre, (adjective, _) in GENRES.items():
        assert TRAIN.genres[genre] == VALIDATION.genres[genre] == (adjective,)
        assert TEST.genres[genre][0] == adjective
    assert sum(len(set(said)) == 2 for said in TEST.genres.values()) == 16


def test_the_parts_look_for_different_films_and_name_different_people():
    for part, talks in DRAWN.items():
        rows, folk = names_of(ITEMS, part)
        assert {talk.target for talk in talks} <= set(rows)
        said = {fact for talk in talks for turn in talk.turns for fact in turn.facts}
        assert {value for field, value in said if field == "person"} <= folk


@pytest.mark.parametrize("part", PARTS)
def test_what_is_meant_is_true_of_the_film_and_what_is_denied_is_not(part):
    n_denied = 0
    for talk in DRAWN[part]:
        truth = facts_of(FILMS[talk.target])
        for turn in talk.turns:
            assert set(turn.facts) <= set(truth)
            assert not set(turn.denied) & set(truth)
            assert bool(turn.denied) == (turn.done == "contrast")
            n_denied += len(turn.denied)
    assert n_denied > 20


def test_plain_words_of_a_fact_stand_in_what_is_said():
    for talk in DRAWN["train"]:
        for turn in talk.turns:
            for field, value in (*turn.facts, *turn.denied):
                words = {
                    "genre": [GENRES[value][0]] if field == "genre" else [],
                    "theme": [theme_words(value)],
                    "person": [value],
                    "country": list(country_words(value)),
                    "years": [value[:4], {"1990": "nineties", "1980": "eighties"}.get(value[:4])],
                }[field]
                decades = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies")
                said = turn.text.lower()
                assert any(own.lower() in said for own in words if own) or (
                    field == "years" and any(own in said for own in decades)
                )


@pytest.mark.parametrize("part", PARTS)
def test_no_seeker_names_the_film_before_it_is_found(part):
    for talk in DRAWN[part]:
        title = FILMS[talk.target]["title"]
        for turn in talk.turns:
            if turn.done in SEEKER and turn.done != "found":
                assert not title_in(title, turn.text), (title, turn.text)


def test_a_talk_ends_when_the_film_is_named_and_answers_follow_acts():
    fitting = {
        "ask": {"answer", "unsure"},
        "recommend": {"refusal", "comment", "contrast", "found"},
        "chat": {"small talk"},
    }
    ends = Counter()
    for talk in DRAWN["test"]:
        assert talk.turns[0].done == "opening"
        for act, answer in zip(talk.turns[1::2], talk.turns[2::2], strict=True):
            assert answer.done in fitting[act.done]
            assert (talk.target in act.films) == (answer.done == "found")
            assert all(field == act.field for field, _ in answer.facts if act.done == "ask")
        is_found = [turn.done == "found" for turn in talk.turns]
        ends[sum(is_found)] += 1
        assert not any(is_found[:-1])
        asked = [turn.field for turn in talk.turns if turn.done == "ask"]
        assert len(set(asked)) == len(asked)
    assert set(ends) == {0, 1}


def test_the_same_seed_gives_the_same_dialogues_and_another_gives_others():
    assert dialogues(ITEMS, "test", 5, seed=3) == DRAWN["test"][:5]
    assert dialogues(ITEMS, "test", 5, seed=4) != DRAWN["test"][:5]


def test_several_facts_are_one_description():
    facts = [("genre", "Comedy"), ("theme", "road-trip"), ("years", "1995")]
    said = {talker(seed=seed).described(facts)[0] for seed in range(60)}
    assert "a comedy film about road trip from 1995" in said
    assert len(said) == 18  # 2 nouns, 3 themes, 3 years
    assert talker().described([("genre", "Film-Noir")])[0] == "a film noir"
    assert talker().described([("genre", "Adventure")])[0].startswith("an adventure ")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1990-1999", {"from the 1990s", "from the nineties", "between 1990 and 1999"}),
        ("2000-2009", {"from the 2000s", "between 2000 and 2009"}),
        ("1990-1995", {"from 1990 to 1995"}),
        ("1990-", {"since 1990"}),
        ("-1989", {"before 1990"}),
        ("1995", {"from 1995"}),
    ],
)
def test_years_are_said_as_a_range(value, said):
    found = {talker(seed=n).described([("years", value)])[0].split(" ", 2)[2] for n in range(80)}
    plain = {own.replace("made in", "from").replace("of ", "from ") for own in found}
    assert plain == said


def test_unknown_countries_are_said_as_they_are_written():
    assert "Atlantis" in talker().described([("country", "Atlantis")])[0]
    assert COUNTRIES["France"] == ("France", "French")


def test_a_wording_that_holds_the_title_is_drawn_anew():
    said = {
        talker("train", seed, "Nineties").say("answer", [("years", "1990-1999")]).text
        for seed in range(40)
    }
    assert said and not any("nineties" in own.lower() for own in said)
    with pytest.raises(ValueError, match=r"\('theme', 'magic'\).* holds the title 'Magic'"):
        talker(title="Magic").say("answer", [("theme", "magic")])


def test_what_is_done_must_fit_what_is_meant():
    fact = ("genre", "War")
    with pytest.raises(ValueError, match="'answer' takes some facts and no denied facts, got 0"):
        talker().say("answer")
    with pytest.raises(ValueError, match="'refusal' takes no facts and no denied facts, got 1"):
        talker().say("refusal", [fact])
    with pytest.raises(
        ValueError, match=r"'contrast' takes some facts and some denied.*got 1 and 0"
    ):
        talker().say("contrast", [fact])


def test_an_advisor_names_films_and_asks_about_a_field():
    act = talker().recommend({4: "Heat", 7: "Up"})
    assert "Heat, Up" in act.text and act.films == (4, 7)
    assert talker().ask("years").field == "years"
    assert talker().ask("years").wordings[0] in TRAIN.asks["years"]


def test_short_titles_are_words_of_any_text():
    assert title_in("Up", "like Up, say") and not title_in("Up", "look up")
    assert title_in("Collateral", "a collateral") and not title_in("Heat 2", "a heat 22")
