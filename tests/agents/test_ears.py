"""What ears hear, and what they should not."""

import numpy as np
import pytest

from rectutor.agents.ears import careful_ear, deaf, guessing_ear, keyword_ear, writer_ear
from rectutor.chat import ToolCall
from rectutor.data.dialogues import dialogues
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.tiny import shipped_writer
from rectutor.lm.loading import text_encoder

ITEMS = load("films").items
LINKER = Linker(ITEMS)
KEYWORDS, CAREFUL = keyword_ear(LINKER), careful_ear(LINKER)
COMEDY, WAR = ("genre", "Comedy"), ("genre", "War")


def test_keywords_hear_every_name_whatever_is_said_of_it():
    text = "No, not a comedy film like Heat, it is a French war film from the 1990s with Al Pacino"
    assert set(KEYWORDS(text, "")) == {
        COMEDY,
        WAR,
        ("country", "France"),
        ("years", "1990-1999"),
        ("person", "Al Pacino"),
    }
    assert KEYWORDS("I do not know", "genre") == ()
    assert KEYWORDS("a war film, war", "") == (WAR,)


@pytest.mark.parametrize(
    "text",
    [
        "no, not a comedy film, it is a war film",
        "it is a war movie, not a comedy movie",
        "instead of a comedy film, think of a war film",
        "rather a war title than a comedy title",
        "a comedy title? no, a war flick",
        "i did not say a comedy film, i said a war film",
        "from memory, i look for a war film",
    ],
)
def test_the_careful_ear_leaves_out_what_is_denied(text):
    assert CAREFUL(text, "") == (WAR,)
    assert len(KEYWORDS(text, "")) == 2


def test_the_careful_ear_hears_an_answer_as_one():
    assert CAREFUL("a French war film", "country") == (("country", "France"),)
    assert CAREFUL("a French war film", "years") == ()


def test_the_careful_ear_is_right_on_the_wordings_that_its_rules_were_written_for():
    shares = {}
    for part in ("train", "test"):
        said = [turn for own in dialogues(ITEMS, part, 150) for turn in own.turns if turn.facts]
        shares[part] = np.mean([CAREFUL(turn.text, "") == turn.facts for turn in said])
    assert shares["train"] > 0.98 > 0.85 > shares["test"]


def test_a_denial_in_other_words_fools_it():
    assert CAREFUL("forget a comedy film, try a war film", "") == (COMEDY, WAR)


class OneCall:
    """A writer that writes given calls."""

    def __init__(self, *calls):
        self.written, self.asked = calls, []

    def calls(self, requests, tools):
        self.asked.append(([own.text for own in requests], [own.name for own in tools]))
        return [self.written]


def test_the_arguments_of_the_calls_of_a_writer_are_facts():
    writer = OneCall(
        ToolCall("recommend", {"genre": "War"}),
        ToolCall("recommend", {"genre": "War", "theme": "prison"}),
    )
    ear = writer_ear(LINKER, writer)
    assert ear("A war film about prison", "") == (WAR, ("theme", "prison"))
    assert writer.asked == [(["A Genre 1 film about Theme 2"], ["recommend"])]
    assert ear("Nobody knows", "") == () and len(writer.asked) == 1


def test_the_shipped_writer_hears_a_plain_wish():
    ear = writer_ear(LINKER, shipped_writer())
    assert ear("i am looking for a war film from the 1990s", "") == (WAR, ("years", "1990-1999"))


class Letters:
    """Embeds a text by which of three words stand in it."""

    def embed(self, texts):
        words = ("comedy", "war", "know")
        vectors = np.array([[float(own in text) for own in words] for text in texts]) + 0.01
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_guessing_ear_names_the_nearest_genre_where_no_name_is_linked():
    ear = guessing_ear(LINKER, Letters())
    assert ear("a French film", "") == (("country", "France"),)
    assert ear("warlike, I say", "genre") == (WAR,)
    assert ear("warlike, I say", "years") == ()  # was not asked about genres
    assert ear("I do not know", "genre") == ()


def test_the_guessing_ear_hears_an_answer_in_new_words_seldom_right():
    ear = guessing_ear(LINKER, text_encoder())
    heard = [ear(f"i would file it as a {own} picture", "genre") for own in ("funny", "singing")]
    assert all(len(own) == 1 for own in heard) and heard[0] != (COMEDY,)


def test_the_deaf_hear_nothing():
    assert deaf("a war film", "genre") == ()
