"""GPT4Rec in miniature: what one, five and ten search queries find.

`python -m rectutor.analysis.queries` lets the shipped `bigrec-films` write queries for 120 people,
and records

- `queries`: hits and diversity of what BM25 finds for them, in titles alone, and in titles with
  directors, genres and themes, beside the ten most probable titles of the same decoder;
- `queries_pairs`: differences in HR@10 on the same people;
- `queries_found`: what the queries are (a title, or words that are none), and how many items share
  a word with one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.describe import by_index
from rectutor.data.worlds import load
from rectutor.decoding.bm25 import BM25
from rectutor.evaluation import Evaluation, compare, evaluate, leaderboard
from rectutor.models.bigrec import BIGRec, BIGRecConfig, TitleBeam
from rectutor.models.gpt4rec import GPT4Rec
from rectutor.schema import Queries, Split
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped_titles import load_titles
from rectutor.training.titles import N_TOLD, titles_of

__all__ = ["COUNTS", "Told", "engines", "facts_of", "found_by"]

COUNTS = (1, 5, 10)  # queries
N_PEOPLE, SEED = 120, 0
COLUMNS = ("HR@1", "HR@10", "NDCG@10")
CODE = (
    "rectutor.analysis.queries",
    "rectutor.decoding.beam",
    "rectutor.decoding.bm25",
    "rectutor.lm.title_writer",
    "rectutor.models.gpt4rec",
    "rectutor.training.shipped_titles",
    "rectutor.training.titles",
)


class Told(GPT4Rec):
    """A GPT4Rec whose queries were written before, so that many engines can search them."""

    def __init__(self, writes: BIGRec, engine: BM25, texts: dict[int, list[str]]) -> None:
        super().__init__(writes, engine, len(next(iter(texts.values()))))
        self._texts = texts

    def queries(self, asked: Queries) -> list[list[str]]:
        """Return what was written for these people."""
        return [self._texts[user] for user in asked.user_index.tolist()]


def facts_of(split: Split) -> list[str]:
    """Write down what a search may look at beside the title: directors, genres, themes; [N]."""
    items = load("films").items
    words = [
        " ".join(word for column in row for word in column)
        for row in zip(items["directors"], items["genres"], items["themes"], strict=True)
    ]
    return list(by_index(words, items, split.item_ids))


def engines(titles: list[str], facts: list[str]) -> dict[str, BM25]:
    """Make a search engine of titles, and one of titles and facts.

    Args:
        titles: N + 1, by item index.
        facts: N, in the same order without padding.
    """
    both = [f"{title} {more}" for title, more in zip(titles[1:], facts, strict=True)]
    return {"titles": BM25(titles[1:]), "titles and facts": BM25(both)}


def found_by(texts: list[list[str]], titles: list[str], engine: BM25) -> dict[str, float]:
    """Say what queries are, and how much they find.

    Args:
        texts: [B][M] queries.
        titles: N + 1, by item index.
        engine: that searches them.

    Returns:
        "titles": the share of queries that are a title; "distinct": different queries; "items":
        the median number of items that share a word with a query.
    """
    flat = [query for row in texts for query in row]
    known = set(titles[1:])
    return {
        "titles": float(np.mean([query in known for query in flat])),
        "distinct": float(len(set(flat))),
        "items": float(np.median((engine.scores(flat) > 0).sum(axis=1))),
    }


def _row(one: Evaluation, queries: int, searches: str) -> pd.DataFrame:
    board = leaderboard([one], COLUMNS).drop(columns=["ms per user", "how"])
    print(f"{one.name}, {searches}: HR@10 {board['HR@10'][0]:.3f}", flush=True)
    return board.assign(queries=queries, searches=searches)


def main() -> None:
    """Write queries, search, and record."""
    split = split_of("films")
    titles = titles_of("films", split)
    users = np.sort(np.random.default_rng(SEED).permutation(split.n_users)[:N_PEOPLE])
    rec = BIGRec(load_titles(), titles, config=BIGRecConfig(N_TOLD))
    search, cases = engines(titles, facts_of(split)), split.test.take(users)
    rows, kinds, kept = [], [], dict[Any, Evaluation]()
    for n in COUNTS:
        texts: list[list[str]] = []
        for start in range(0, len(users), 20):
            some = cases.queries.take(slice(start, start + 20))
            texts += GPT4Rec(rec, search["titles"], n).queries(some)
        by_user = dict(zip(cases.queries.user_index.tolist(), texts, strict=True))
        for name, engine in search.items():
            kinds.append({"queries": n, "searches": name, **found_by(texts, titles, engine)})
            kept[n, name] = evaluate(Told(rec, engine, by_user), split, users=users)
            rows.append(_row(kept[n, name], n, name))
    kept["trie"] = evaluate(TitleBeam(rec, 10), split, users=users, batch_size=20)
    rows.append(_row(kept["trie"], 0, "ten most probable titles"))
    asked = {
        "5 queries less 1": (kept[5, "titles"], kept[1, "titles"]),
        "10 queries less 5": (kept[10, "titles"], kept[5, "titles"]),
        "10 queries less ten titles": (kept[10, "titles"], kept["trie"]),
        "facts less titles, 1 query": (kept[1, "titles and facts"], kept[1, "titles"]),
    }
    pairs = [(name, *compare(*two, "HR@10")[:3]) for name, two in asked.items()]
    made = {
        "queries": pd.concat(rows),
        "queries_pairs": pd.DataFrame(pairs, columns=["what", "difference", "low", "high"]),
        "queries_found": pd.DataFrame(kinds),
    }
    for name, table in made.items():
        command = "python -m rectutor.analysis.queries"
        print(write_record(name, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
