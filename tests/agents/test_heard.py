"""Words instead of facts: what an advisor makes of what it heard."""

import numpy as np
import pytest

from rectutor.agents.dialogue import Act, Round, Said, converse, leak_in, scores_of
from rectutor.agents.heard import Heard, SpokenSeeker, worded
from rectutor.agents.macrs import MACRS
from rectutor.agents.seekers import FilmSeeker
from rectutor.data.dialogue_wordings import TEST, TRAIN
from rectutor.data.dialogues import Talker
from tests.agents.small import catalogue

OWN = catalogue()
CRIME, DRAMA = ("genre", "Crime"), ("genre", "Drama")


class Lists:
    """Recommends given lists, one after the other, and keeps what it was told."""

    name = "lists"

    def __init__(self, *lists):
        self.lists, self.told = lists, []

    def act(self, opening, rounds):
        self.told.append((opening, list(rounds)))
        return Act("recommend", "These?", items=self.lists[len(rounds)])


def seeker(target=2, part="train", seed=0, **options):
    return SpokenSeeker(OWN, target, np.random.default_rng(seed), part, **options)


def echo(text, asked):
    """Hear a genre wherever the word stands, and what was asked."""
    return (CRIME,) * ("crime" in text.lower()) + ((asked, "heard"),) * bool(asked)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_a_spoken_seeker_means_what_the_silent_one_means(part):
    acts = [Act("ask", "?", field="genre"), Act("recommend", "?", items=(3, 4)), Act("chat", ".")]
    for target in (1, 2, 4, 5):
        for seed in range(10):
            spoken = seeker(target, part, seed)
            silent = FilmSeeker(OWN, target, np.random.default_rng(seed))
            pairs = [(spoken.opening(), silent.opening())]
            pairs += [(spoken.answer(act), silent.answer(act)) for act in acts]
            for said, meant in pairs:
                assert said._replace(text="") == meant._replace(text="")
                assert said.text != meant.text or said.text in ("I do not know.", "Yes, yes.")


def test_the_words_are_those_of_the_part():
    for part, voice in (("train", TRAIN), ("test", TEST)):
        said = {seeker(2, part, seed).answer(Act("chat", ".")).text for seed in range(40)}
        bare = {own.rstrip(".").lower() for own in said}
        assert bare == set(voice.says["small talk"])


def test_a_contrast_denies_what_the_first_of_the_list_has():
    said = [seeker(2, seed=n).answer(Act("recommend", "?", items=(5,))).text for n in range(60)]
    with_other = [own for own in said if "comedy" in own.lower()]  # Airplane! is one
    assert 5 < len(with_other) < 40
    assert all("crime" in own.lower() for own in with_other if "film" in own)


def test_a_refused_list_may_be_empty_or_get_no_comment():
    for items in ((), (3,)):
        said = seeker(comments=False).answer(Act("recommend", "?", items=items))
        assert said.refused == items and not said.facts
        assert said.text.rstrip(".").lower() in TRAIN.says["refusal"]


def test_a_spoken_seeker_never_names_its_film():
    for target in range(1, 6):
        for part in ("train", "test"):
            talk = converse(Lists((1,), (2,), (3,), (4,), (5,)), seeker(target, part), n_rounds=5)
            assert leak_in(talk, target, OWN) is None and talk.found


def test_the_advisor_gets_words_and_what_was_heard_in_them():
    inner = Lists((3,), (2,))
    ear_advisor = Heard(inner, echo)
    opening = Said("A crime film?", (("genre", "Drama"),))
    answered = Round(Act("ask", "?", field="years"), Said("The nineties", (("years", "1990-"),)))
    ear_advisor.act(opening, [answered])
    told, rounds = inner.told[0]
    assert told == Said("A crime film?", (CRIME,))
    assert rounds[0].said == Said("The nineties", (("years", "heard"),))
    assert ear_advisor.name == "lists"


def test_what_was_recommended_is_refused_as_long_as_the_talk_goes_on():
    own = Heard(Lists((1,)), lambda text, asked: ())
    said = own.heard(Said("Hm.", refused=()), Act("recommend", "?", items=(4, 5)))
    assert said.refused == (4, 5)
    assert own.heard(Said("Hm."), Act("chat", ".")).refused == ()


def test_the_same_words_are_heard_once_for_each_question():
    heard = []

    def ear(text, asked):
        heard.append((text, asked))
        return ()

    own = Heard(Lists((1,)), ear)
    for act in (None, None, Act("ask", "?", field="genre"), Act("ask", "?", field="years")):
        own.heard(Said("Hm."), act)
    assert heard == [("Hm.", ""), ("Hm.", "genre"), ("Hm.", "years")]


def test_hearing_what_was_meant_changes_nothing():
    scores = np.arange(6.0)
    for target in range(1, 6):
        plain = converse(MACRS(OWN, scores, k=1), seeker(target))
        heard = converse(Heard(MACRS(OWN, scores, k=1), None), seeker(target))
        assert plain == heard and scores_of(heard, target, OWN)["success"] == 1.0


def test_a_fact_that_is_heard_wrongly_shuts_the_film_out():
    def wrong(text, asked):
        return (("genre", "Comedy"),)  # Airplane! and nothing else

    talk = converse(Heard(MACRS(OWN, np.arange(6.0)), wrong), seeker(2))
    assert not talk.found
    assert {item for own in talk.rounds for item in own.act.items} == {5}


def test_acts_are_put_into_words():
    voice = worded(OWN, Talker("test", np.random.default_rng(0)))
    act = voice(Act("recommend", "?", items=(1, 3)))
    assert "Heat (1995), Up (2009)" in act.text and act.items == (1, 3)
    asked = {voice(Act("ask", "?", field="years")).text.rstrip(".").lower() for _ in range(20)}
    assert asked == set(TEST.asks["years"])
    chats = {voice(own).text.rstrip(".").lower() for own in [Act("chat", "."), Act("ask", ".")] * 9}
    assert chats == set(TEST.says["chat"])
    talk = converse(Heard(MACRS(OWN, np.arange(6.0)), None, voice), seeker(2))
    assert talk.found and talk.rounds[0].act.text != "Which genre has it?"
