"""Retrieve, then order: on five films by hand, and what the lesson says of the records."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.records import read_record
from rectutor.analysis.sandwich import (
    CODE,
    EVERYTHING,
    NAMES,
    Wish,
    by_encoder,
    ordered,
    query_rows,
    sandwich_rows,
    unseen,
    wishes,
)
from rectutor.data.dialogue_wordings import TRAIN
from rectutor.training.fingerprint import fingerprint
from tests.agents.small import catalogue

OWN = catalogue()
CRIME, MANN = ("genre", "Crime"), ("person", "Michael Mann")
WISH = Wish(2, (CRIME,), ("one", "two", "three", "four", "five", "six", "seven", "eight"))
KEYS = ["wordings", "facts", "retriever"]


def test_a_wish_says_the_same_facts_in_eight_frames():
    (wish,) = wishes(OWN, np.array([2]), 2, "train", 0)
    assert wish.target == 2 and len(set(wish.texts)) == 8
    assert wish.facts[0] == CRIME and len({field for field, _ in wish.facts}) == 2
    value = {"years": "2000", "country": "USA"}.get(wish.facts[1][0], wish.facts[1][1])
    for text in wish.texts:
        assert "crime" in text.lower()
        assert value in text or "American" in text
    bare = [own.split("{film}")[0].strip() for own in TRAIN.says["opening"]]
    assert all(any(own in text.lower() for own in bare if own) for text in wish.texts)


def test_the_same_seed_asks_for_the_same_facts_in_other_words():
    train, test = (wishes(OWN, np.array([1, 2, 5]), 3, part, 0) for part in ("train", "test"))
    assert [own.facts for own in train] == [own.facts for own in test]
    assert all(not set(a.texts) & set(b.texts) for a, b in zip(train, test, strict=True))
    assert wishes(OWN, np.array([1, 2, 5]), 3, "train", 1) != train


class Axes:
    """Embeds "x" and "y" as two axes."""

    def __init__(self):
        self.n = 0

    def embed(self, texts):
        self.n += len(texts)
        return np.array([[float("x" in text), float("y" in text)] for text in texts])


def test_a_search_by_cosine_is_in_order_and_embeds_a_text_once():
    encoder = Axes()
    search = by_encoder(encoder, np.array([[0, 0], [0.6, 0.8], [1, 0], [0, 1], [1, 0]]))
    assert search("x", 3) == [2, 4, 1]
    assert search("y", 4) == [3, 1, 2, 4]
    assert search("x", 1) == [2] and encoder.n == 2


def test_what_was_seen_is_left_out_and_the_list_stays_as_long():
    search = unseen(lambda text, k: list(range(1, 9))[:k], [0, 2, 3])
    assert search("", 3) == [1, 4, 5]


def test_orders_keep_what_was_retrieved():
    # Heat and Collateral are crime films by Mann, Airplane! is neither
    scores = np.array([-np.inf, 0.1, 0.9, 0.0, 0.0, 0.5])
    found = ordered(OWN, [5, 1, 2], [CRIME, MANN], scores)
    assert found == {
        "as retrieved": [5, 1, 2],
        "SASRec": [2, 5, 1],
        "facts heard": [1, 2, 5],
        "facts heard, then SASRec": [2, 1, 5],
    }
    assert ordered(OWN, [5, 1], [], scores)["facts heard"] == [5, 1]


def lists_of(**lists):
    return [lambda text, k: lists[text][:k]]


def test_the_ceiling_is_what_was_retrieved_whatever_the_order():
    films = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 2]  # the target comes eleventh
    table = pd.DataFrame(
        sandwich_rows(Twenty(), [WISH], {"one": lists_of(one=films)}, lambda *_: (CRIME,), SCORES)
    ).set_index(["k", "order"])
    assert table.loc[(10, "as retrieved"), "ceiling"] == 0
    assert table.loc[(20, "as retrieved"), "ceiling"] == 1
    assert table.loc[(20, "as retrieved"), "recall@10"] == 0
    assert table.loc[(20, "facts heard"), "recall@10"] == 1
    assert table.loc[(20, "SASRec"), "recall@10"] == 0
    assert (table["recall@10"] <= table["ceiling"]).all() and len(table) == 16


class Twenty:
    """Knows twenty films, of which the second is a crime film."""

    n_items = 20

    def having(self, filters):
        return [2]


SCORES = np.arange(21.0)[None]


def test_without_a_retriever_there_is_no_order_to_keep():
    every = {EVERYTHING: [lambda text, k: list(range(1, 21))[:k]]}
    table = pd.DataFrame(sandwich_rows(Twenty(), [WISH], every, lambda *_: (CRIME,), SCORES))
    assert table["order"].tolist() == ["SASRec", "facts heard, then SASRec"]
    assert table["k"].tolist() == [20, 20]
    assert table["recall@10"].tolist() == [0.0, 1.0] and (table["ceiling"] == 1).all()


def test_other_wordings_are_joined_and_controls_ask_once():
    others = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
    found = {"one": [*others, 2], "two": [2, 5], "Crime": [5, 2], " ".join(WISH.texts): others}
    search = [lambda text, k: found.get(text, [])[:k]]
    table = pd.DataFrame(query_rows([WISH], {"own": search})).set_index(["way", "queries"])
    assert table["recall@10"].to_dict() == {
        ("other wordings", 1): 0.0,
        ("other wordings", 2): 1.0,
        ("other wordings", 4): 1.0,
        ("other wordings", 8): 1.0,
        ("all in one query", 1): 0.0,
        ("words of the facts", 1): 1.0,
    }
    assert table["gain"].tolist() == table["recall@10"].tolist()


def test_no_order_beats_its_ceiling():
    table = read_record(NAMES[0]).table
    assert (table["recall@10"] <= table["ceiling"] + 1e-9).all()
    at_ten = table[table["k"] == 10]
    assert (at_ten["recall@10"] == at_ten["ceiling"]).all()


def test_what_the_lesson_says_of_orders():
    """SASRec lifts what BM25 found, the facts lift it more; and a retriever costs some of it."""
    table = (
        read_record(NAMES[0]).table.set_index(["wordings", "retriever", "k", "order"]).sort_index()
    )
    bm25 = table.loc[("train", "BM25", 100)]
    assert bm25.loc["SASRec", "recall@10 low"] > bm25.loc["as retrieved", "recall@10 high"]
    both = "facts heard, then SASRec"
    assert bm25.loc[both, "recall@10 low"] > bm25.loc["SASRec", "recall@10 high"]
    every = table.loc[("train", EVERYTHING)].droplevel("k")
    assert every.loc[both, "recall@10 low"] > bm25.loc[both, "recall@10 high"]
    assert every.loc["SASRec", "recall@10 high"] < bm25.loc["as retrieved", "recall@10 low"]


def test_what_the_lesson_says_of_queries():
    """Other wordings help where two facts are told; the words of the facts alone help more."""
    table = read_record(NAMES[1]).table.set_index([*KEYS, "way", "queries"]).sort_index()
    for part in ("train", "test"):
        own = table.loc[(part, 2, "BM25")]
        assert own.loc[("other wordings", 8), "gain low"] > 0
        at_once = own.loc[("all in one query", 1)]  # most of the gain needs no joining of lists
        assert at_once["gain low"] > 0
        assert at_once["gain"] > own.loc[("other wordings", 8), "gain"] / 2
        bare = own.loc[("words of the facts", 1)]
        assert bare["recall@10 low"] > own.loc[("other wordings", 8), "recall@10"]
        assert table.loc[(part, 1, "BM25", "other wordings", 8), "gain low"] < 0


@pytest.mark.parametrize("name", NAMES)
def test_the_records_were_made_from_this_code(name):
    assert read_record(name).fingerprint == fingerprint("films", CODE)
