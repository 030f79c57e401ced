import hashlib
import re

import pandas as pd
import pytest

from rectutor.data import load, load_truth
from rectutor.data.make_worlds import SEED
from rectutor.data.phrases import decade_of, genre_label, topic_of
from rectutor.lm.corpus import KINDS, corpus
from rectutor.lm.sources import PEOPLE_SEED, labels, sources
from rectutor.lm.wordings import FACTS, QUIZ, SIMILAR, tidy

N_PEOPLE = 60
DIGEST = "38508f2f61a85cffb06110a4c41504d1c4a941f906cbecb3ccd16ce10928b062"


@pytest.fixture(scope="module")
def made():
    return corpus(0, N_PEOPLE)


@pytest.fixture(scope="module")
def worlds():
    return {source.name: source for source in sources(N_PEOPLE)}


def digest(made):
    return hashlib.sha256("\n\n".join(pd.concat(made)["text"]).encode()).hexdigest()


def facts_by_label(documents):
    """Return {label: fact documents}; the item of a document is named in each of its sentences."""
    found = {}
    names = [label for world in ("films", "books") for label in labels(load(world).items)]
    by_word = {}
    for name in names:
        by_word.setdefault(re.match(r"\W*(\w+)", name)[1], []).append(name)
    for text in documents.loc[documents["kind"] == "facts", "text"]:
        candidates = [n for word in set(re.findall(r"\w+", text)) for n in by_word.get(word, ())]
        own = max((n for n in candidates if text.count(n) > 1), key=len)
        found.setdefault(own, []).append(text)
    return found


def wordings(texts, label, values):
    """Return {value: skeletons of the sentences that tell it}, names of the kind masked."""
    masked = []
    for text in texts:
        text = text.replace(label, "T")
        for number, value in enumerate(values):
            text = re.sub(rf"\b{re.escape(value)}", f"<{number}>", text, flags=re.IGNORECASE)
        masked += re.split(r"(?<=[.?]) (?=[A-Z])", text)
    return {
        value: {re.sub(r"(?:(?:, | and )?<\d>)+", "V", s) for s in masked if f"<{number}>" in s}
        for number, value in enumerate(values)
    }


def test_the_same_seed_writes_the_same_corpus_as_ever(made):
    assert digest(made) == DIGEST


def test_another_seed_writes_another_corpus(made):
    other = corpus(1, N_PEOPLE)
    share = other.documents["text"].isin(set(made.documents["text"])).mean()
    assert share < 0.5


def test_every_kind_of_both_worlds_is_trained_on_and_held_out(made):
    for table in made:
        assert set(table["kind"]) == set(KINDS)
        assert set(table["world"]) == {"films", "books"}
    assert 0.01 < len(made.held_out) / len(made.documents) < 0.05


def test_documents_are_shuffled(made):
    first = made.documents.head(200)
    assert first["kind"].nunique() >= 5 and first["world"].nunique() == 2


@pytest.mark.parametrize("world", ["films", "books"])
def test_every_fact_is_trained_on_in_three_wordings_or_more(made, world):
    found = facts_by_label(made.documents)
    items = load(world).items
    creators = items["directors" if world == "films" else "authors"]
    for label, names, year, genres, themes in zip(
        labels(items), creators, items["year"], items["genres"], items["themes"], strict=True
    ):
        kinds = [names, [decade_of(year)], [str(year)], [genre_label(g) for g in genres]]
        for values in (*kinds, [topic_of(theme) for theme in themes]):
            for value, told in wordings(found[label], label, values).items():
                assert len(told) >= 3, (label, value, told)


def test_what_is_held_out_is_not_trained_on(made):
    assert set(made.held_out["text"]).isdisjoint(made.documents["text"])
    assert set(made.held_out["about"]).isdisjoint(made.documents["about"])
    assert "" not in set(made.held_out["about"])


def test_a_held_out_fact_is_trained_on_in_other_wordings_only(made, worlds):
    films = {f"facts of films: {item.label}": item for item in worlds["films"].items.values()}
    known = "\n".join(made.documents.loc[made.documents["kind"] == "facts", "text"])
    n_checked = 0
    for text, about in zip(made.held_out["text"], made.held_out["about"], strict=True):
        if about in films:
            item = films[about]
            for pattern in (*FACTS["year"], *FACTS["decade"]):
                sentence = tidy(pattern.format(**item.slots | {"title": item.label}))
                if sentence in text:
                    assert f" {sentence} " not in known and f"\n{sentence} " not in known
                    n_checked += 1
    assert n_checked > 50


def test_held_out_people_are_held_out_of_reviews_and_histories(made):
    people = made.held_out[made.held_out["kind"].isin(["reviews", "histories"])]
    assert set(people["kind"]) == {"reviews", "histories"}
    assert people["about"].str.fullmatch(r"person \d+").all()


def test_a_held_out_pair_is_never_said_to_be_alike(made):
    def pairs(table):
        return {frozenset(about.split(": ", 1)[1].split(" and ")) for about in table["about"]
                if about.startswith("pair of")}  # fmt: skip

    assert pairs(made.held_out).isdisjoint(pairs(made.documents))


def test_a_statement_about_two_films_is_true(made):
    table = load("films").items
    dated = table["title"] + " (" + table["year"].astype(str) + ")"
    of = dict(zip(dated, table["directors"], strict=True))
    said = re.compile(r"(.+ \(\d{4}\)) and (.+ \(\d{4}\)) were both directed by (.+)\.")
    found = [said.fullmatch(text) for text in made.documents["text"]]
    found = [match for match in found if match]
    assert len(found) > 30
    assert all(m[3] in of[m[1]] and m[3] in of[m[2]] for m in found)


def test_the_answer_of_a_dialogue_has_both_things_that_were_asked_for(made):
    table = load("films").items
    dated = table["title"] + " (" + table["year"].astype(str) + ")"
    rows = {name: row for row, name in enumerate(dated)}
    dialogues = made.documents[made.documents["kind"] == "dialogues"]
    n_checked = 0
    for text in dialogues.loc[dialogues["world"] == "films", "text"]:
        question, answer = text.split("\n")[:2]
        wish = re.search(r"a film by ([^?.]+) from the (\d{4}s)[?.]", question)
        name = next((name for name in rows if name in answer), None)
        if wish:
            film = table.iloc[rows[name]]
            assert wish[1] in film["directors"] and wish[2] == decade_of(film["year"])
            n_checked += 1
    assert n_checked > 20


def test_the_people_of_the_corpus_are_not_those_of_the_shipped_worlds(worlds):
    assert PEOPLE_SEED != SEED
    for name, source in worlds.items():
        shipped = load(name).interactions
        theirs, ours = (
            {tuple(row) for row in events.groupby("user_id")["item_id"].agg(tuple)}
            for events in (shipped, source.events)
        )
        assert len(ours) >= N_PEOPLE // 3 and ours.isdisjoint(theirs)
    ours = {row.tobytes() for row in worlds["films"].truth.people.tastes}
    assert len(ours) == N_PEOPLE
    assert ours.isdisjoint(row.tobytes() for row in load_truth("films")["people.tastes"])


def test_a_history_is_told_in_the_order_of_time(made, worlds):
    source = worlds["films"]
    order = {}
    for user, events in source.events.groupby("user_id"):
        order[f"person {user}"] = [source.items[i].slots["dated"] for i in events["item_id"]]
    told = made.documents[made.documents["text"].str.startswith("Watched in this order: ")]
    assert len(told) > 20
    for text, about in zip(told["text"], told["about"], strict=True):
        listed, last = re.fullmatch(r"[^:]+: (.+)\. Next: (.+)\.", text).groups()
        names = [*listed.split("; "), last]
        start = order[about].index(names[0])
        assert order[about][start : start + len(names)] == names


def test_a_book_and_a_film_of_one_title_have_different_names():
    films, books = load("films").items, load("books").items
    names = [*labels(films), *labels(books)]
    assert len(set(names)) == len(names)
    assert {"Forrest Gump (film)", "Forrest Gump (book)", "King Kong (1933)", "Heat"} <= set(names)


def test_no_document_is_broken(made):
    text = pd.concat(made)["text"].str.replace("Then There Were None", "a title")
    assert text.str.len().between(20, 1200).all()
    broken = r"[{}]|  |\bnan\b|\bNone\b|<NA>|\?\?|!\.|\?\.|(?<!\.)\.\.(?!\.)|\.{4}| [,;]|\(\)"
    assert text[text.str.contains(broken)].tolist() == []
    assert not text.str.contains("�").any()
    assert (text == text.str.normalize("NFC")).all()
    assert text.str.contains(r"[.!?]$").all()


def test_all_wordings_of_a_kind_differ_and_the_quiz_has_its_own():
    for table in (FACTS, SIMILAR):
        for patterns in table.values():
            assert len(set(patterns)) == len(patterns) >= 4
    trained = {pattern for patterns in FACTS.values() for pattern in patterns}
    for patterns in QUIZ.values():
        assert not any(question in pattern for question in patterns for pattern in trained)


def test_too_few_people_are_refused():
    with pytest.raises(ValueError, match="n_people of 3 or more, got 2: one in 3 reads"):
        corpus(0, 2)


@pytest.mark.slow
def test_the_whole_corpus_has_the_size_that_is_trained_on():
    documents = corpus(0).documents
    assert 20_000 < len(documents) < 40_000
    assert 4e6 < documents["text"].str.encode("utf-8").map(len).sum() < 8e6
