"""Making the shipped worlds, a world of one's own, and worlds with hidden knobs for coursework.

Examples:
    python -m rectutor.data.make_worlds --ship datasets_small
    python -m rectutor.data.make_worlds --seed 5 --order 0 --recency 0 --out my-world
    python -m rectutor.data.make_worlds --hidden 5 --out coursework
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rectutor.data import books
from rectutor.data.choice import Knobs
from rectutor.data.film_facts import FilmFacts, read_facts
from rectutor.data.simulate import simulate
from rectutor.data.world_files import read_truth, write_interactions, write_world
from rectutor.files import shipped, write_atomically, write_sums

__all__ = [
    "HIDDEN_RANGES",
    "SEED",
    "WORLDS",
    "main",
    "make_books",
    "make_hidden",
    "make_world",
    "shipped_book_facts",
    "shipped_facts",
]

SEED = 23
WORLDS = {
    "films": Knobs(),
    "films-order-off": Knobs(order=0.0, recency=0.0),
    "films-content-off": Knobs(content=0.0),
    "films-latent-off": Knobs(latent=0.0),
}
HIDDEN_RANGES = {  # make_hidden draws each knob evenly from here, in steps of 0.05
    "popularity": (0.4, 1.3),
    "content": (0.0, 2.5),
    "latent": (0.0, 2.5),
    "order": (0.0, 1.5),
    "recency": (0.0, 2.0),
    "generosity": (0.1, 0.9),
    "noise": (0.1, 0.9),
}


def shipped_facts() -> FilmFacts:
    """Read the facts of the shipped films."""
    folder = shipped("datasets_small", "films")
    return read_facts(pd.read_csv(folder / "items.csv"), pd.read_csv(folder / "themes.csv"))


def shipped_book_facts() -> FilmFacts:
    """Read the facts of the shipped books, with the feature rows of the shipped films."""
    folder = shipped("datasets_small", "films")
    return books.read_book_facts(
        pd.read_csv(shipped("datasets_small", "books", "items.csv")),
        pd.read_csv(folder / "items.csv"),
        pd.read_csv(folder / "themes.csv"),
    )


def make_world(name: str, knobs: Knobs, seed: int, folder: Path | str) -> None:
    """Simulate people on the shipped films and write the world into `folder`."""
    interactions, truth = simulate(shipped_facts(), knobs, seed)
    write_world(folder, name, seed, interactions, truth)


def make_books(folder: Path | str, seed: int = books.SEED) -> None:
    """Let people of the shipped `films` read the shipped books, and write the world."""
    films, items = shipped("datasets_small", "films"), shipped("datasets_small", "books")
    seen = pd.read_csv(films / "interactions.csv.gz")
    made = books.simulate_books(shipped_book_facts(), seen, read_truth(films), books.KNOBS, seed)
    _copy("items.csv", items, Path(folder))
    write_world(folder, "books", seed, *made, about="books")


def make_hidden(seed: int, folder: Path | str, n_users: int = 2400) -> None:
    """Make a world whose knobs the students do not know.

    Writes `students/` (films, interactions, a README without the knobs) and `answers/`
    (truth.npz with knobs and tastes, and the ranges). Some knobs come out as 0: each of the
    first five of `HIDDEN_RANGES` but popularity is switched off with chance 1 in 5.

    Args:
        seed: decides knobs and people; keep it from the students, who could make the world
            again with it.
        folder: gets the two sub-folders.
        n_users: people.
    """
    rng = np.random.default_rng([seed, len(HIDDEN_RANGES)])
    drawn: dict[str, Any] = {}
    for name, (low, high) in HIDDEN_RANGES.items():
        drawn[name] = int(rng.integers(round(low * 20), round(high * 20) + 1)) / 20
        if rng.integers(0, 5) == 0 and low == 0.0:
            drawn[name] = 0.0
    interactions, truth = simulate(shipped_facts(), replace(Knobs(n_users=n_users), **drawn), seed)
    students, answers = Path(folder) / "students", Path(folder) / "answers"
    write_interactions(students / "interactions.csv.gz", interactions)
    for name in ("items.csv", "themes.csv"):
        _copy(name, shipped("datasets_small", "films"), students)
    with write_atomically(students / "README.md") as draft:
        draft.write_text(_task(), encoding="utf-8")
    write_sums(students)
    write_world(answers, "hidden", seed, interactions, truth)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line; see the module's docstring for examples."""
    parser = argparse.ArgumentParser(prog="make_worlds", description="Make simulated people.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--ship", metavar="FOLDER", help="make the shipped worlds again here")
    what.add_argument("--hidden", metavar="SEED", type=int, help="a world with hidden knobs")
    parser.add_argument("--out", metavar="FOLDER", help="where to write (required without --ship)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the people (default {SEED})")
    for field in fields(Knobs):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default),
                            default=field.default, help=f"default {field.default}")  # fmt: skip
    given = parser.parse_args(arguments)
    if given.ship:
        for name, knobs in WORLDS.items():
            make_world(name, knobs, SEED, Path(given.ship) / name)
        make_books(Path(given.ship) / "books")
    elif not given.out:
        parser.error("--out FOLDER is needed, unless --ship FOLDER is given")
    elif given.hidden is not None:
        make_hidden(given.hidden, given.out, given.n_users)
    else:
        knobs = Knobs(**{field.name: getattr(given, field.name) for field in fields(Knobs)})
        make_world(Path(given.out).name, knobs, given.seed, given.out)


def _copy(name: str, source: Path, folder: Path) -> None:
    with write_atomically(folder / name) as draft:
        shutil.copyfile(source / name, draft)


def _task() -> str:
    ranges = "\n".join(f"- {name}: {low} to {high}" for name, (low, high) in HIDDEN_RANGES.items())
    return (
        "# A world with hidden knobs\n\n"
        "The films are real, the people are simulated. Each knob was drawn from its range, and "
        "content, latent, order and recency may have been switched off altogether:\n\n"
        f"{ranges}\n\nWhich are off? Defend each answer by a model that should gain from the "
        "knob, one that cannot, and a paired interval between them.\n"
    )


if __name__ == "__main__":
    main()
