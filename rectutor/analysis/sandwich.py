"""A retriever below, an orderer above: what one half of the sandwich costs the other.

`python -m rectutor.analysis.sandwich` lets 300 people of the shipped world `films` ask for the film
that was held out, by facts of it in words of the grammar of dialogues, and records

- `sandwich`: a retriever finds k films, by BM25 or by cosine in the text encoder's space; they are
  ordered as found, by the person's SASRec scores, or by how many of the facts that an ear heard
  they have. **Ceiling** is recall@k of the retriever: no order can do better. Without a retriever
  all films are ordered.
- `sandwich_queries`: the same request in 1, 2, 4, 8 wordings, each searched for, the lists joined
  by reciprocal rank fusion (`agents.chat_rec.expanded`). Two controls, each of one query: all eight
  wordings in one text, which shows what is gained by joining lists and what by other words alone
  (the encoder reads the first 160 tokens, which cuts eight wordings of three facts);
  and the words of the facts as the catalogue writes them, which only somebody who knows what was
  meant can write. The frames' own words ("want", "again", "name") stand in synopses, too: that
  control shows how much of what paraphrases gain is that noise averaged out.

After what the survey tells of Yang and Chen, "Unleashing the Retrieval Potential of Large Language
Models in Conversational Recommender Systems", 2024 (their abstract describes a tuned retriever).
**Departures.** Paraphrases come from a grammar, not from a language model: in the training wordings
a genre has one word, in the test wordings often two. Films that the person has seen are left out.
Every request is checked for a leak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_rec import expanded
from rectutor.agents.dialogue import Said, Talk, leak_in
from rectutor.agents.ears import careful_ear
from rectutor.agents.filters import filter_of
from rectutor.agents.heard import Ear, SpokenSeeker
from rectutor.agents.seekers import FIELDS
from rectutor.analysis.records import write_record
from rectutor.analysis.talks import SEED, unseen_scores
from rectutor.data.requests import Part
from rectutor.data.spoken import theme_words
from rectutor.data.worlds import load
from rectutor.lm.chat.linking import Linker
from rectutor.lm.encoder import TextEncoder
from rectutor.lm.loading import text_encoder
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of, text_vectors

__all__ = [
    "CODE",
    "NAMES",
    "Wish",
    "by_encoder",
    "ordered",
    "query_rows",
    "sandwich_rows",
    "unseen",
    "wishes",
]

NAMES = ("sandwich", "sandwich_queries")
N_PEOPLE, N_FACTS, KS, N_QUERIES, DEPTH = 300, 2, (10, 20, 50, 100), (1, 2, 4, 8), 100
EVERYTHING = "all films"
CONTROLS = (("all in one query", 1), ("words of the facts", 1))
PARTS: tuple[Part, ...] = ("train", "test")
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.chat_rec",
    "rectutor.agents.ears",
    "rectutor.agents.filters",
    "rectutor.agents.heard",
    "rectutor.agents.seekers",
    "rectutor.analysis.sandwich",
    "rectutor.data.dialogue_wordings",
    "rectutor.data.dialogues",
    "rectutor.data.spoken",
    "rectutor.lm.chat.linking",
)
Search: TypeAlias = Callable[[str, int], Sequence[int]]  # (text, k) -> items, best first


class Wish(NamedTuple):
    """What one person asks for."""

    target: int
    facts: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]  # the same facts, each in another frame


def wishes(
    catalogue: Catalogue, targets: np.ndarray, n_facts: int, part: Part, seed: int
) -> list[Wish]:
    """Let people ask for films by facts, a genre first, each in as many wordings as are searched.

    Args:
        catalogue: of the items.
        targets: [B] films.
        n_facts: of different kinds; fewer where so many are not known.
        part: whose wordings are used.
        seed: the same gives the same facts, whatever the wordings.

    Raises:
        ValueError: a request gives its film away.
    """
    asked = []
    for row, target in enumerate(map(int, targets)):
        rng = np.random.default_rng([seed, row])
        seeker = SpokenSeeker(catalogue, target, rng, part)
        known = [seeker.facts[place] for place in rng.permutation(len(seeker.facts))]
        one_each = {field: value for field, value in known if field in FIELDS}
        fields = sorted(one_each, key=lambda field: field != "genre")  # stable: others by lot
        facts = tuple((field, one_each[field]) for field in fields[:n_facts])
        texts = dict[str, str]()  # frame -> text
        while len(texts) < max(N_QUERIES):
            said = seeker.talker.say("opening", facts)
            texts.setdefault(said.wordings[0], said.text)
            talk = Talk("", Said(said.text, facts), ())
            if (leak := leak_in(talk, target, catalogue)) is not None:
                raise ValueError(f"the request {said.text!r} gives item {target} away: {leak!r}")
        asked.append(Wish(target, facts, tuple(texts.values())))
    return asked


def by_encoder(encoder: TextEncoder, vectors: np.ndarray) -> Search:
    """Search by cosine.

    Args:
        encoder: of texts; what was embedded once is kept.
        vectors: [N + 1, E] unit vectors of the items, row 0 for padding.
    """
    found: dict[str, np.ndarray] = {}

    def search(text: str, k: int) -> list[int]:
        if text not in found:
            cosines = vectors[1:] @ encoder.embed([text])[0]
            found[text] = 1 + np.argsort(-cosines, kind="stable")
        return [int(item) for item in found[text][:k]]

    return search


def unseen(search: Search, seen: Sequence[int]) -> Search:
    """Search among what a person has not seen."""
    without = set(seen)

    def own(text: str, k: int) -> list[int]:
        return [item for item in search(text, k + len(without)) if item not in without][:k]

    return own


def ordered(
    catalogue: Catalogue, found: Sequence[int], facts: Sequence[tuple[str, str]], own: np.ndarray
) -> dict[str, list[int]]:
    """Order what was retrieved in each way.

    Args:
        catalogue: of the items.
        found: as retrieved, best first.
        facts: that were heard.
        own: [N + 1], a person's scores.
    """
    having = [set(catalogue.having(filter_of(*fact))) for fact in facts]
    n_facts = {item: sum(item in own_set for own_set in having) for item in found}
    return {
        "as retrieved": list(found),
        "SASRec": sorted(found, key=lambda item: -own[item]),
        "facts heard": sorted(found, key=lambda item: -n_facts[item]),
        "facts heard, then SASRec": sorted(found, key=lambda item: (-n_facts[item], -own[item])),
    }


def sandwich_rows(
    catalogue: Catalogue,
    asked: Sequence[Wish],
    searches: Mapping[str, Sequence[Search]],
    ear: Ear,
    scores: np.ndarray,
) -> Iterator[dict[str, Any]]:
    """Measure recall@10 of every order of what every retriever found, beside its ceiling.

    Args:
        catalogue: of the items.
        asked: B wishes.
        searches: by name, one for each person; `EVERYTHING` returns all films in any order.
        ear: hears facts in the first wording.
        scores: [B, N + 1], of the people.
    """
    for name, own in searches.items():
        for k in (catalogue.n_items,) if name == EVERYTHING else KS:
            hits: dict[str, list[float]] = {}
            for row, wish in enumerate(asked):
                found = own[row](wish.texts[0], k)
                hits.setdefault("ceiling", []).append(float(wish.target in found))
                lists = ordered(catalogue, found, ear(wish.texts[0], ""), scores[row])
                for way, items in lists.items():
                    hits.setdefault(way, []).append(float(wish.target in items[:10]))
            ceiling = _measured("ceiling", hits.pop("ceiling"))
            for way, values in hits.items():
                if name == EVERYTHING and "SASRec" not in way:
                    continue  # what was not retrieved has no order to keep
                about = {"retriever": name, "k": k, "order": way, "requests": len(values)}
                yield about | _measured("recall@10", values) | ceiling


def query_rows(
    asked: Sequence[Wish], searches: Mapping[str, Sequence[Search]]
) -> Iterator[dict[str, Any]]:
    """Measure recall@10 by the number of wordings searched for, and what is gained over one.

    Args:
        asked: B wishes.
        searches: by name, one for each person.
    """
    for name, own in searches.items():
        alone = np.zeros(0)
        for way, n in [*(("other wordings", n) for n in N_QUERIES), *CONTROLS]:
            texts = [_texts(wish, way, n) for wish in asked]
            lists = [expanded(own[row], said, DEPTH) for row, said in enumerate(texts)]
            pairs = zip(lists, asked, strict=True)
            hits = np.array([float(wish.target in items[:10]) for items, wish in pairs])
            alone = hits if not len(alone) else alone
            gain = paired_difference(hits, alone, SEED)
            about = {"retriever": name, "way": way, "queries": n, "requests": len(hits)}
            gained = {"gain": gain.mean, "gain low": gain.low, "gain high": gain.high}
            yield about | _measured("recall@10", hits) | gained


def _texts(wish: Wish, way: str, n: int) -> Sequence[str]:
    """Return the queries of one way."""
    if way == "words of the facts":
        return [" ".join(theme_words(value) for _, value in wish.facts)]
    return [" ".join(wish.texts)] if way == "all in one query" else wish.texts[:n]


def _measured(name: str, values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Return a mean and its interval, named."""
    mean, low, high = mean_interval(np.array(values), SEED)
    return {name: mean, f"{name} low": low, f"{name} high": high}


def main() -> None:
    """Ask, measure, and write both records."""
    split = split_of("films")
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    catalogue, ear = Catalogue(items), careful_ear(Linker(items))
    rows = np.random.default_rng(SEED).permutation(len(split.test.targets))[:N_PEOPLE]
    test = split.test.take(rows)
    scores = unseen_scores(fit_or_load("sasrec-films"), test)
    plain = {
        "BM25": catalogue.search,
        "text encoder": by_encoder(text_encoder(), text_vectors("films", split)),
    }
    searches = {
        name: [unseen(search, history) for history in test.queries.history.tolist()]
        for name, search in plain.items()
    }
    every = list(range(1, catalogue.n_items + 1))
    everything = [unseen(lambda text, k: every[:k], own) for own in test.queries.history.tolist()]
    tables = dict[str, list[pd.DataFrame]]({name: [] for name in NAMES})
    for part in PARTS:
        for n_facts in (1, 2, 3):
            asked = wishes(catalogue, test.targets[:, 0], n_facts, part, SEED)
            found = {"sandwich_queries": query_rows(asked, searches)}
            if n_facts == N_FACTS:
                below = {**searches, EVERYTHING: everything}
                found["sandwich"] = sandwich_rows(catalogue, asked, below, ear, scores)
            for name, own in found.items():
                about = pd.DataFrame(own)
                about.insert(0, "wordings", part)
                about.insert(1, "facts", n_facts)
                tables[name].append(about)
    for name, parts in tables.items():
        table = pd.concat(parts, ignore_index=True)
        print(table.round(3).to_string(index=False))
        command = "python -m rectutor.analysis.sandwich"
        print(write_record(name, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
