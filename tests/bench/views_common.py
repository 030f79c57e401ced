"""Four views of 10,000 items each, for `run_views.py`.

Titles are made up, of two to six words; vectors stand in 300 groups. The codebook explorer shows
residual k-means (3 levels of 64) beside codes by lot, the trie stepper an untrained TIGER's beams
for four people (ids of 4 codes of 32), the Gini lab three lists for 500 people with every knob, the
grounding lab states of the shipped decoder and of the shipped text encoder.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this clone is what is measured

import numpy as np

from rectutor.analysis.exposure_lab import Catalogue
from rectutor.lm.loading import language_model, text_encoder
from rectutor.models.bigrec import own_states
from rectutor.models.residual_codes import residual_kmeans
from rectutor.models.tiger import TIGER
from rectutor.schema import PAD, Cases, Queries
from rectutor.widgets import CodebookExplorer, GiniLab, GroundingLab, GroundingSpace, TrieStepper
from rectutor.widgets.view import View

__all__ = ["VIEWS", "facts", "questions", "titles", "vectors"]

N, E, N_GROUPS = 10_000, 32, 300
_STARTS = ("mar", "del", "sol", "kin", "bar", "ven", "tor", "lus", "nor", "fel", "gra", "hol")
_ENDS = ("dan", "mir", "ga", "ten", "os", "ila", "ern", "ud", "y", "ost", "en", "ra")
_GENRES = ("crime", "space", "romance", "war", "horror", "comedy")


def titles(n: int, seed: int) -> list[str]:
    """Make up n titles of two to six words, no two alike."""
    rng = np.random.default_rng(seed)
    words = [f"{start}{end}".title() for start in _STARTS for end in _ENDS]
    made: dict[str, None] = {}
    while len(made) < n:
        chosen = rng.choice(words, rng.integers(2, 7))
        made[f"{' '.join(chosen)} ({rng.integers(1930, 2025)})"] = None
    return list(made)


def groups(n: int, seed: int) -> np.ndarray:
    """Draw the group of each item, [n]."""
    return np.random.default_rng(seed).integers(0, N_GROUPS, n)


def vectors(n: int, seed: int) -> np.ndarray:
    """Draw item vectors [n, E] float32 around the centres of their groups."""
    rng = np.random.default_rng([seed, 1])
    centres = rng.normal(size=(N_GROUPS, E))
    drawn = centres[groups(n, seed)] + 0.5 * rng.normal(size=(n, E))
    return drawn.astype(np.float32)


def facts(n: int, seed: int) -> list[list[tuple[str, str]]]:
    """Say of each item a genre and a theme of its group."""
    return [
        [("genre", _GENRES[group % len(_GENRES)]), ("theme", f"no. {group // 10}")]
        for group in groups(n, seed).tolist()
    ]


def questions(n_people: int, n: int, seed: int) -> tuple[Queries, np.ndarray]:
    """Draw people with ten items each, and what came next [n_people]."""
    rng = np.random.default_rng([seed, 2])
    rows = np.stack([rng.permutation(n)[:11] + 1 for _ in range(n_people)])
    nothing = np.zeros((n_people, 10))
    queries = Queries(np.arange(n_people), rows[:, :10], nothing, nothing.astype(np.int64),
                      np.zeros(n_people))  # fmt: skip
    return queries, rows[:, 10]


def codebooks(n: int, seed: int) -> CodebookExplorer:
    """Show two tables of codes."""
    points = vectors(n, seed)
    lot = np.random.default_rng(seed).integers(0, 64, (n, 3))
    tables = {"residual k-means": residual_kmeans(points, 3, 64), "by lot": lot}
    return CodebookExplorer.of(titles(n, seed), tables, facts(n, seed), points)


def trie(n: int, seed: int) -> TrieStepper:
    """Search among random ids."""
    numbers = np.random.default_rng(seed).choice(32**4, n, replace=False)
    model = TIGER(np.stack(np.unravel_index(numbers, (32,) * 4), axis=1), seed=seed).eval()
    queries, targets = questions(24, n, seed)
    return TrieStepper.of({"TIGER": model}, queries, targets, titles(n, seed), facts(n, seed))


def gini(n: int, seed: int) -> GiniLab:
    """Measure a model with every knob, a popular list and a random one."""
    rng = np.random.default_rng([seed, 3])
    queries, targets = questions(500, n, seed)
    counts = np.append(0, rng.pareto(1.2, n).astype(np.int64))
    own = np.log1p(counts) + rng.normal(size=(500, n + 1)) + 3 * np.eye(n + 1)[targets]
    own[:, PAD] = -np.inf
    own -= np.log(np.exp(own).sum(axis=1, keepdims=True))
    scores = {
        "model": own,
        "popular": np.tile(np.log1p(counts), (500, 1)),
        "random": rng.random(own.shape),
    }
    features = np.eye(len(_GENRES))[np.append(0, groups(n, seed) % len(_GENRES))]
    catalogue = Catalogue(counts, features)
    return GiniLab.of(scores, Cases(queries, targets[:, None]), catalogue, swept=["model"])


def grounding(n: int, seed: int) -> GroundingLab:
    """Ground texts by letters, words, and the states of two models."""
    names = titles(n, seed)
    own, other = partial(own_states, language_model()), text_encoder().embed
    states = own(names)
    spaces = {
        "own states (L2)": GroundingSpace(states, "l2", own),
        "own states (cosine)": GroundingSpace(states, "cosine", own),
        "text encoder": GroundingSpace(other(names), "cosine", other),
    }
    popularity = np.random.default_rng(seed).integers(0, 100, n)
    return GroundingLab.of(names, spaces, popularity, texts=[names[0], "Mardan 2", names[7][:9]])


VIEWS = {"codebooks": codebooks, "trie": trie, "gini": gini, "grounding": grounding}


def make(name: str, seed: int, n: int = N) -> View:
    """Make one of the four."""
    return VIEWS[name](n, seed)
