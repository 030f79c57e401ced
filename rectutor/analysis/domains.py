"""One decoder for films and books: how much of what it writes belongs to the shop that asks?

`python -m rectutor.analysis.domains` merges what 800 people have watched and read, in order of
time, without the last two of each, and tunes the shipped `bigrec-films` on these histories, with a
tag in front of each title, "film" or "book". Then it asks people for a film and for a book, each
time twice: just before they watched their last film, and just before they read their last book. It
records

- `domains`: of ten written titles, which share is of the domain that is asked for, of the other, or
  unknown; by way: the decoder is told nothing, or told the domain, or held to its titles;
- `domains_hits`: HR@10 where the truth is known, beside the nearest titles of the domain to the
  first that was written (retrieval) and its most popular ones.

**Departures.** Only a person's own last two events of each domain are left out of the tuning, not
all that came later: where people stop reading before they stop watching, films from after their
last book were tuned on.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.events import cases_between, keep_events, number_events
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.tagged_titles import tagged_titles
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.bigrec import own_states
from rectutor.models.told_titles import LABELS, ToldTitles, domain_labels
from rectutor.schema import ITEM_ID, PAD, USER_ID, Cases, Events, Split
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped_titles import load_titles
from rectutor.training.titles import titles_of, tune_titles

__all__ = ["DOMAINS", "Shop", "held_out", "label_rates", "shop", "tuned_for"]

DOMAINS = ("film", "book")
N_PEOPLE, N_BEAMS, EPOCHS, SEED = 80, 10, 1, 0
CODE = (
    "rectutor.analysis.domains",
    "rectutor.decoding.beam",
    "rectutor.lm.tagged_titles",
    "rectutor.lm.title_rows",
    "rectutor.lm.title_writer",
    "rectutor.models.told_titles",
    "rectutor.training.shipped_titles",
    "rectutor.training.titles",
)


class Shop(NamedTuple):
    """Two catalogues and the people of both, numbered together: films first, books behind."""

    train: Events  # merged histories without the last two events of each domain
    asked: dict[str, Cases]  # before each person's last film, and before their last book
    validation: Cases  # before the film before the last
    titles: dict[str, list[str]]  # of each domain, with "" in front
    history_titles: list[str]  # of all, tagged, with "" in front

    @property
    def n_films(self) -> int:
        """Count the films; a larger item index is a book."""
        return len(self.titles["film"]) - 1

    def local(self, items: np.ndarray, domain: str) -> np.ndarray:
        """Number items within a domain, PAD for those of the other."""
        is_book = items > self.n_films
        if domain == "film":
            return np.where(is_book, PAD, items)
        return np.where(is_book, items - self.n_films, PAD)

    def split(self, n_people: int | None = None) -> Split:
        """Return what a decoder is tuned on: everybody's events, or those of the first people."""
        train, n_users = self.train, len(self.train.offsets) - 1
        if n_people is not None:
            train = keep_events(train, train.user_index < n_people)
        ids = np.arange(len(self.history_titles))
        users = np.arange(n_users)
        return Split("merged", train, self.validation, self.asked["film"], users, ids)


def held_out(events: Events, is_book: np.ndarray, nth: int = 1) -> dict[str, np.ndarray]:
    """Find the place of each person's nth event from the end, of films and of books.

    Args:
        events: merged, sorted by user and time.
        is_book: [E] bool.
        nth: 1 is the last.

    Returns:
        "film" and "book", [n_users] places in the events.

    Raises:
        ValueError: a person has fewer.
    """
    found = {}
    for domain, own in (("film", ~is_book), ("book", is_book)):
        places = np.flatnonzero(own)
        counts = np.bincount(events.user_index[places], minlength=len(events.offsets) - 1)
        if counts.min() < nth:
            user = int(counts.argmin())
            raise ValueError(
                f"held_out needs {nth} or more of each domain, user {user} has {counts[user]} of "
                f"{domain}; leave such people out"
            )
        found[domain] = places[np.cumsum(counts) - nth]
    return found


def shop() -> Shop:
    """Merge the shipped films and books of those who have both, in order of time."""
    films, books = split_of("films"), split_of("books")
    both = np.intersect1d(films.user_ids, books.user_ids)
    tables = []
    for name, split, offset in (("films", films, 0), ("books", books, films.n_items)):
        table = load(name).interactions
        place = {item: i for i, item in enumerate(split.item_ids.tolist())}
        table = table[table[USER_ID].isin(both) & table[ITEM_ID].isin(place.keys())]
        tables.append(table.assign(**{ITEM_ID: table[ITEM_ID].map(place) + offset}))
    events, _, numbers = number_events(pd.concat(tables, ignore_index=True))
    numbers[PAD] = PAD  # those whom nobody here has chosen keep a number, too
    events = events._replace(item_index=numbers[events.item_index])
    last, before = (held_out(events, events.item_index > films.n_items, nth) for nth in (1, 2))
    users = np.arange(len(events.offsets) - 1)
    cases = {domain: cases_between(events, users, at, at + 1) for domain, at in last.items()}
    stays = np.ones(len(events.item_index), dtype=bool)
    stays[np.concatenate([*last.values(), *before.values()])] = False
    titles = {"film": titles_of("films", films), "book": titles_of("books", books)}
    tagged = [tagged_titles(titles[domain], [domain])[1:] for domain in DOMAINS]
    validation = cases_between(events, users, before["film"], before["film"] + 1)
    train = keep_events(events, stays)
    return Shop(train, cases, validation, titles, ["", *tagged[0], *tagged[1]])


def tuned_for(world: Shop, n_people: int | None = None) -> CausalLM:
    """Tune the shipped writer of films on merged histories of the first people, or of all."""
    model, bar = load_titles(), sys.stderr.isatty()
    model.model.requires_grad_(True)
    split = world.split(n_people)
    tune_titles(model, split, world.history_titles, epochs=EPOCHS, seed=SEED, progress=bar)
    return model


def label_rates(labels: list[list[str]]) -> dict[str, float]:
    """Return the share of each label among first texts ("@1") and among all ("@10").

    Args:
        labels: [B][W], best first.
    """
    rates = {}
    for label in LABELS:
        rates[f"{label} @1"] = float(np.mean([own[0] == label for own in labels]))
        rates[f"{label} @10"] = float(np.mean([one == label for own in labels for one in own]))
    return rates


def _bare(text: str) -> str:
    """Take a tag away that a decoder has chosen itself."""
    return next((text[len(tag) + 1 :] for tag in DOMAINS if text.startswith(f"{tag} ")), text)


class _Asking(NamedTuple):
    """One decoder, people at one moment, and the domain that they are asked about."""

    world: Shop
    writes: ToldTitles
    history: np.ndarray  # [B, T] numbers in the shop
    domain: str

    @property
    def seen(self) -> np.ndarray:
        return self.world.local(self.history, self.domain)

    def texts(self, is_told: bool) -> list[list[str]]:
        """Write ten titles freely."""
        out: list[list[str]] = []
        for rows in self._blocks():
            tags = [self.domain] * len(self.history[rows]) if is_told else None
            beams = self.writes.search(self.history[rows], tags, N_BEAMS, is_held=False)
            out += [[_bare(text) for text in row] for row in self.writes.texts(beams)]
        return out

    def held(self) -> np.ndarray:
        """List ten titles of the domain, [B, 10]."""
        found = []
        for rows in self._blocks():
            own, tags = self.history[rows], [self.domain] * len(self.history[rows])
            found.append(self.writes.search(own, tags, N_BEAMS, self.seen[rows]).items)
        return np.concatenate(found)

    def labels(self, texts: list[list[str]]) -> list[list[str]]:
        other = DOMAINS[1 - DOMAINS.index(self.domain)]
        own, theirs = self.world.titles[self.domain], self.world.titles[other]
        return [domain_labels(row, own, theirs) for row in texts]

    def items(self, texts: list[list[str]]) -> np.ndarray:
        """Turn free texts into unseen items of the domain, in order; what is none leaves a gap."""
        place = {title: i for i, title in enumerate(self.world.titles[self.domain]) if i}
        rows = np.array([[place.get(text, PAD) for text in row] for row in texts])
        return np.where((rows[:, :, None] == self.seen[:, None]).any(axis=2), PAD, rows)

    def nearest(self, texts: list[str]) -> np.ndarray:
        """Retrieve the ten unseen titles whose states are nearest to what was written."""
        titles, model = self.world.titles[self.domain], self.writes.model
        vectors, own = own_states(model, titles[1:]), own_states(model, texts)
        far = np.linalg.norm(own[:, None] - vectors[None], axis=2)  # [B, N]
        return _first_ten(-np.pad(far, ((0, 0), (1, 0))), self.seen)

    def popular(self) -> np.ndarray:
        """List the ten most chosen unseen items of the domain."""
        world = self.world
        counts = np.bincount(world.train.item_index, minlength=len(world.history_titles))
        first = 0 if self.domain == "film" else world.n_films
        own = counts[first : first + len(world.titles[self.domain])]
        return _first_ten(np.tile(own, (len(self.history), 1)).astype(float), self.seen)

    def _blocks(self) -> list[slice]:
        return [slice(start, start + 20) for start in range(0, len(self.history), 20)]


def _first_ten(scores: np.ndarray, seen: np.ndarray) -> np.ndarray:
    np.put_along_axis(scores, seen, -np.inf, axis=1)
    scores[:, PAD] = -np.inf
    return np.argsort(-scores, axis=1, kind="stable")[:, :N_BEAMS]


def _rates(asking: _Asking) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Ask in every way; return a row for each, and the lists that come out."""
    rows, lists = [], {}
    for way, is_told in (("told nothing", False), ("told the domain", True)):
        texts = asking.texts(is_told)
        rows.append({"way": way, **label_rates(asking.labels(texts))})
        lists[f"{way}, as written"] = asking.items(texts)
        lists[f"{way}, nearest titles"] = asking.nearest([row[0] for row in texts])
    held = asking.held()
    names = asking.world.titles[asking.domain]
    rows.append(
        {"way": "held", **label_rates(asking.labels([[names[i] for i in row] for row in held]))}
    )
    lists |= {"held": held, "most popular": asking.popular()}
    return pd.DataFrame(rows), lists


def main() -> None:
    """Tune, ask, and write both records."""
    world, rates, hits = shop(), [], []
    n_users = len(world.train.offsets) - 1
    users = np.sort(np.random.default_rng(SEED).permutation(n_users)[:N_PEOPLE])
    model = tuned_for(world)
    for moment in DOMAINS:
        asked = world.asked[moment].take(users)
        for domain in DOMAINS:
            writes = ToldTitles(model, world.history_titles, world.titles[domain])
            asking = _Asking(world, writes, asked.queries.history, domain)
            table, lists = _rates(asking)
            at: dict[str, Any] = {"next": moment, "asked for": domain, "people": N_PEOPLE}
            rates.append(table.assign(**at))
            target = world.local(asked.targets, domain)  # [B, 1]
            for way, items in lists.items() if domain == moment else ():
                mean = mean_interval((items == target).any(axis=1).astype(float), seed=0)
                hits.append({**at, "way": way, **mean._asdict()})
            print(rates[-1].round(3).to_string(), pd.DataFrame(hits).round(3), flush=True)
    command = "python -m rectutor.analysis.domains"
    for name, made in {"domains": pd.concat(rates), "domains_hits": pd.DataFrame(hits)}.items():
        print(write_record(name, made, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
