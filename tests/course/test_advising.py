"""A talk led by hand: what is left, what is taken back, and the controls that lead it."""

import numpy as np
import pandas as pd
import pytest

from rectutor.agents.catalogue import Catalogue
from rectutor.course.advising import Leading, Led, advise

GENRES = ["Crime", "Crime", "Crime", "War", "War", "War", "War", "War"]
TITLES = ["Heat", "<b>Ronin</b>", "Rififi", "Zulu", "Dunkirk", "Platoon", "Glory", "Fury"]


def led(film=3, plan=()):
    """Eight films, three of crime; the seeker of seed 0 opens with the genre."""
    rows = [
        {"title": title, "year": 1950 + 10 * place, "genres": (genre,)}
        for place, (title, genre) in enumerate(zip(TITLES, GENRES, strict=True))
    ]
    return Led(Catalogue(pd.DataFrame(rows)), -np.arange(9.0), film, 0, plan)


def test_what_is_left_shrinks_with_each_answer():
    start = led()
    assert start.sentence() == "Round 1 of 8: what do you do? 3 films fit."
    assert start.lines() == ["I look for a film with genre Crime. (3 left)"]
    assert start.best() == ["[1] Heat (1950)", "[2] <b>Ronin</b> (1960)", "[3] Rififi (1970)"]
    asked = start.then("years")
    assert asked.left == [3, 1]
    assert asked.lines()[1] == "Which years has it? — One with years 1970-1979. (1 left)"
    assert asked.best() == ["[3] Rififi (1970)"]


def test_a_found_film_ends_the_talk_and_a_round_taken_back_opens_it():
    found = led(plan=("years",)).then("recommend")
    assert found.is_over
    assert found.sentence() == "Found in round 2: [3] Rififi (1970)."
    with pytest.raises(ValueError, match="over after 2 rounds; take one back"):
        found.then("genre")
    assert found.back().lines() == led(plan=("years",)).lines()
    assert led().back().plan == ()


def test_after_eight_rounds_the_film_is_named():
    over = led(plan=("genre",) * 8)
    assert over.is_over
    assert not over.talk.found
    assert over.sentence() == "8 rounds are over. It was [3] Rififi (1970)."


def test_buttons_lead_the_talk_and_take_it_back():
    own = Leading(led())
    assert own.back.disabled
    own.acts["years"].click()
    assert own.led.plan == ("years",)
    assert "1 film fits." in own.said.value
    own.acts["recommend"].click()
    assert all(button.disabled for button in own.acts.values())
    assert "Best of these" not in own.said.value
    own.back.click()
    assert own.led.plan == ("years",)
    assert not any(button.disabled for button in [*own.acts.values(), own.back])


def test_titles_are_shown_as_text():
    shown = Leading(led()).said.value
    assert "&lt;b&gt;Ronin&lt;/b&gt;" in shown
    assert "<b>Ronin" not in shown


def test_every_button_says_what_it_does_and_the_answer_is_announced():
    own = Leading(led())
    labels = ["Ask: genre", "Ask: theme", "Ask: person", "Ask: country", "Ask: years"]
    assert [button.description for button in own.acts.values()] == [*labels, "Recommend five"]
    assert own.back.description == "Take back"
    assert "role='status'" in own.said.value


def test_without_widgets_the_text_says_how_the_talk_begins(monkeypatch):
    shown = []
    monkeypatch.setattr("rectutor.course.advising.display", lambda data, raw: shown.append(data))
    start = led()
    advise(start.catalogue, start.scores, start.film, start.seed)
    assert shown[0]["text/plain"] == Leading(start).text()
    assert shown[0]["text/plain"].endswith("what do you do? 3 films fit.")
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
