import hashlib
import re

import numpy as np
import pandas as pd
import pytest

from rectutor.data import load, load_truth
from rectutor.data.phrases import BOOK, FILM, joined, medium_of, topic_of, with_article
from rectutor.data.review_frames import OPENINGS, VERDICTS
from rectutor.data.review_patterns import CONCESSIONS, PAIRS, REASONS
from rectutor.data.review_text import Aspect, review_text
from rectutor.data.reviews import write_reviews
from rectutor.data.world_files import unpack_truth

N = 1000
SEED = 3
DIGEST = "5e10906573b64a58d378f270fc0f4fe0f132deb93055939ed3fcd165761919a2"
LIKING = re.compile(
    r"\b(love|enjoy|enjoys|enjoyed|fond|soft spot|happy|treat|fine|delight|delighted|excellent|"
    r"impressed|won me over|favourites?|joy|charm|good|wonderful)\b"
)
DISLIKING = re.compile(
    r"\b(tired|patience|bores?|bored|tedious|dull|avoid|yawning|annoyed|tiresome|dreary|"
    r"(?:wear|wears|wore) me out)\b"
)
COMPLAINT = re.compile(
    r"\b(waste|worst|bad|poor|cannot recommend|never again|left me cold|unmoved)"
)
# Words of aspects that are written otherwise than the value of the aspect.
RENAMED = {"Sci-Fi": "science fiction", "Film-Noir": "noir"}


@pytest.fixture(scope="module")
def films():
    return load("films")


@pytest.fixture(scope="module")
def truth():
    return unpack_truth(load_truth("films"))


@pytest.fixture(scope="module")
def reviews(films, truth):
    return write_reviews(films.items, events(films), truth, SEED)


def events(films):
    return films.interactions.iloc[:: len(films.interactions) // N].head(N)


def expected_word(value):
    """Return the beginning of the longest word of a value: "detective-work" gives "detec"."""
    if value in RENAMED:
        return RENAMED[value]
    return max(re.split(r"[- ]", value.lower()), key=len)[:5]


def without_names(row, title):
    """Take out of a review what only names things: the title, topics and people."""
    text = row.text.replace(title, "")
    for aspect in row.aspects:
        kind, value, _ = aspect.split(":")
        text = text.replace(topic_of(value) if kind == "theme" else value, "")
    return text


def test_a_thousand_reviews_are_nearly_all_different(reviews):
    assert len(reviews) == N and reviews["text"].nunique() >= 990


def test_reviews_have_8_to_40_words_and_two_or_three_aspects(reviews):
    assert reviews["text"].str.split().map(len).between(8, 40).all()
    assert set(reviews["aspects"].map(len)) == {2, 3}


def test_the_grammar_has_more_than_a_hundred_patterns():
    tables = (REASONS, CONCESSIONS, PAIRS, OPENINGS, VERDICTS)
    assert len({pattern for table in tables for row in table.values() for pattern in row}) >= 100


def test_the_words_of_each_aspect_stand_in_the_text(reviews):
    missing = [
        (aspect, row.text)
        for row in reviews.itertuples()
        for aspect in row.aspects
        if expected_word(aspect.split(":")[1]) not in row.text.lower()
        and aspect.split(":")[1] not in row.text
    ]
    assert missing == []


def test_every_aspect_is_a_fact_of_the_item(reviews, films):
    facts = films.items.set_index("item_id")
    for row in reviews.itertuples():
        item = facts.loc[row.item_id]
        own = {("genre", g) for g in item.genres} | {("theme", t) for t in item.themes}
        own |= {("director", name) for name in item.directors}
        decade = f"{item.year // 10 * 10}s" if item.year >= 1960 else "before 1960"
        own.add(("era", decade))
        assert {tuple(aspect.split(":")[:2]) for aspect in row.aspects} <= own


@pytest.mark.parametrize("key", REASONS)
def test_the_words_of_a_reason_agree_with_its_polarity(key):
    says, must_not_say = (LIKING, DISLIKING) if key[1] == "+" else (DISLIKING, LIKING)
    for pattern in REASONS[key]:
        assert says.search(pattern) and not must_not_say.search(pattern), pattern


@pytest.mark.parametrize("polarity", "+-")
def test_the_words_of_a_pair_agree_with_its_polarity(polarity):
    says, must_not_say = (LIKING, DISLIKING) if polarity == "+" else (DISLIKING, LIKING)
    for pattern in PAIRS[polarity]:
        assert says.search(pattern) and not must_not_say.search(pattern), pattern


def test_five_stars_never_read_as_a_complaint(reviews, films):
    titles = films.items.set_index("item_id")["title"]
    best = reviews[reviews["rating"] == 5.0]
    likings = best[best["aspects"].map(lambda row: all(a.endswith("+") for a in row))]
    assert len(likings) > 100
    for row in likings.itertuples():
        text = without_names(row, titles[row.item_id])
        assert LIKING.search(text) and not DISLIKING.search(text), row.text
    assert not best["text"].str.contains(COMPLAINT.pattern.replace("(", "(?:")).any()


def test_a_low_rating_is_explained_by_dislikes_or_says_that_a_liking_did_not_help(reviews, films):
    titles = films.items.set_index("item_id")["title"]
    low = reviews[reviews["rating"] <= 2.5]
    assert low["aspects"].map(lambda row: any(a.endswith("-") for a in row)).mean() > 0.9
    for row in low.itertuples():
        text = without_names(row, titles[row.item_id])
        if all(aspect.endswith("-") for aspect in row.aspects):
            assert DISLIKING.search(text) and not LIKING.search(text), row.text
        else:
            ends = r"left me cold|passed me by|reach me|touch me|hoped for more|unmoved|nothing for"
            assert re.search(ends, text), row.text


def test_aspects_agree_with_the_hidden_taste(reviews, films, truth):
    themes = sorted({theme for row in films.items["themes"] for theme in row})
    genres = sorted({genre for row in films.items["genres"] for genre in row})
    taste = {"+": [], "-": []}
    for row in reviews.itertuples():
        for kind, value, polarity in (aspect.split(":") for aspect in row.aspects):
            place = {"genre": genres, "theme": [*genres, *themes]}.get(kind, ())
            if value in place:
                taste[polarity].append(truth.people.tastes[row.user_id - 1, place.index(value)])
    assert min(len(taste["+"]), len(taste["-"])) > 200
    assert np.mean(np.array(taste["+"]) > 0) == 1.0
    assert np.mean(np.array(taste["-"]) > 0) == 0.0


def test_strong_tastes_are_named_more_often_than_weak_ones(reviews, films, truth):
    genres = sorted({genre for row in films.items["genres"] for genre in row})
    own = films.items.set_index("item_id")["genres"]
    named, silent = [], []
    for row in reviews[reviews["rating"] >= 4].itertuples():
        for genre in own[row.item_id]:
            taste = truth.people.tastes[row.user_id - 1, genres.index(genre)]
            if taste > 0:
                (named if f"genre:{genre}:+" in row.aspects else silent).append(taste)
    assert np.mean(named) > 1.4 * np.mean(silent)


def test_a_favourite_director_is_named_and_nobody_elses(reviews, films, truth):
    names = sorted({name for row in films.items["directors"] for name in row})
    found = 0
    for row in reviews.itertuples():
        liked = {names[n - 1] for n in truth.people.favourites[row.user_id - 1]}
        stated = {a.split(":")[1] for a in row.aspects if a.startswith("director:")}
        assert stated <= liked
        found += len(stated)
    assert found > 10


def test_the_same_seed_writes_the_same_reviews_as_ever(reviews):
    text = "\n".join(
        f"{t}|{' '.join(a)}" for t, a in zip(reviews.text, reviews.aspects, strict=True)
    )
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST


def test_another_seed_writes_other_reviews(reviews, films, truth):
    other = write_reviews(films.items, events(films), truth, SEED + 1)
    assert (other["text"] != reviews["text"]).mean() > 0.99


def test_the_text_is_clean_english(reviews):
    text = reviews["text"]
    assert not text.str.contains(r"[{}]|  | \.|\.\.$|,\.").any()
    assert not text.str.contains(r"\ba (?:action|adventure|animated)|\ban (?:[^aeiou])").any()
    assert text.str.contains(r"[.!?]$").all()


def test_a_book_is_read_and_has_an_author():
    aspects = [Aspect("author", "Jane Austen", 5), Aspect("genre", "War", 3)]
    text, used = review_text("Emma", aspects, "great", BOOK, iter([0] * 24))
    assert used == aspects
    assert text == (
        "Emma is wonderful. I love books by Jane Austen and war books, and here I got both. "
        "I could read it again tomorrow."
    )


def test_books_are_known_by_their_columns(films):
    books = films.items.rename(columns={"directors": "authors", "franchise": "series"})
    assert (medium_of(films.items), medium_of(books)) == (FILM, BOOK)
    with pytest.raises(ValueError, match="must have a column directors or authors, got title;"):
        medium_of(pd.DataFrame({"title": ["Emma"]}))


def test_reviews_of_books_speak_of_books(films, truth):
    books = films.items.rename(columns={"directors": "authors", "franchise": "series"})
    texts = write_reviews(books, events(films).head(200), truth, SEED)["text"]
    titles = "|".join(map(re.escape, films.items["title"]))
    rest = texts.str.replace(titles, "", regex=True).str.replace("the making of films", "")
    assert rest.str.contains("book").mean() > 0.8 and not rest.str.contains("film").any()


def test_readers_of_books_judge_by_their_tastes_for_films(films):
    books, truth = load("books"), unpack_truth(load_truth("books"))
    some = books.interactions.iloc[::40]
    written = write_reviews(books.items, some, truth, SEED, films.items)
    themes = sorted({theme for row in films.items["themes"] for theme in row})
    n_genres = len({genre for row in films.items["genres"] for genre in row})
    n_checked = 0
    for row in written.itertuples():
        for kind, value, polarity in (aspect.split(":") for aspect in row.aspects):
            if kind == "theme":
                place = n_genres + themes.index(value)
                taste = truth.people.tastes[row.user_id - 1, place]
                assert (taste > 0) == (polarity == "+")
                n_checked += 1
    assert n_checked > 100
    assert written["aspects"].map(lambda row: any(a.startswith("author:") for a in row)).any()


def test_books_without_their_readers_films_are_refused():
    books, truth = load("books"), unpack_truth(load_truth("books"))
    with pytest.raises(ValueError, match='but "Harry Potter and the Sorcerer\'s Stone" has the '):
        write_reviews(books.items, books.interactions.head(9), truth, SEED)


def test_items_of_another_world_are_refused(films, truth):
    with pytest.raises(ValueError, match="needs the 1119 items of the truth, got 20, of which 20"):
        write_reviews(films.items.head(20), events(films), truth, SEED)


def test_a_rating_between_half_stars_is_refused(films, truth):
    odd = events(films).head(1).assign(rating=3.7)
    with pytest.raises(ValueError, match=r"user_id 1 gave item_id \d+ 3\.7; round"):
        write_reviews(films.items, odd, truth, SEED)


def test_lists_and_articles_are_written_as_in_english():
    assert joined(["A", "B", "C"]) == "A, B and C"
    assert [with_article(n) for n in ("action film", "war film")] == [
        "an action film",
        "a war film",
    ]
