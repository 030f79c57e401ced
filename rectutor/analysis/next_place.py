"""Where will somebody go next? A TIGER over codes of places, beside what people did before.

Wang et al., "Generative Next POI Recommendation with Semantic ID", 2025: a place gets a semantic id
from its features, where it is among them, and a language model writes the id of the next one.

**Departures.** A made-up city (`rectutor.data.places`), residual k-means on place and kind in place
of their RQ-VAE with visitors and regions, and our TIGER in place of a large language model.

`python -m rectutor.analysis.next_place` trains a TIGER on codes that know the map and one on codes
that were drawn by lot, and records hits at places where the person has been and where not.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch

from rectutor.analysis.records import write_record
from rectutor.data.events import cases_between, keep_events
from rectutor.data.places import City, draw_city, draw_visits, place_vectors
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.ranking import ranks_of_targets
from rectutor.models.code_recommender import Exact
from rectutor.models.markov import Markov
from rectutor.models.own_places import OwnPlaces
from rectutor.models.popularity import Popularity
from rectutor.models.random_codes import random_codes
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Cases, Events, seeded
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.semantic_ids import unique_ids

__all__ = [
    "NAME",
    "N_DAYS",
    "N_PEOPLE",
    "PlaceRanks",
    "last_visits",
    "place_ids",
    "place_ranks",
    "row_of",
    "taught",
]

NAME = "next_place"
N_PEOPLE, N_DAYS = 1500, 6
_EPOCHS = 12
_LEVELS, _CODEBOOK_SIZE = 3, 8  # 512 ids for 160 places
_CODE = (
    "rectutor.data.places",
    "rectutor.models.markov",
    "rectutor.models.own_places",
    "rectutor.models.tiger",
    "rectutor.training.semantic_ids",
)


class PlaceRanks(NamedTuple):
    """How a model ranked the place where each person went."""

    ranks: np.ndarray  # [B] int64, among all places; 1 is best
    is_new: np.ndarray  # [B] bool, the person had never been there


def place_ids(city: City) -> np.ndarray:
    """Write each place in three codes of 8, by where it is and of what kind; [N, 3]."""
    return unique_ids(place_vectors(city), _LEVELS, _CODEBOOK_SIZE)


def last_visits(visits: Events) -> tuple[Events, Cases]:
    """Hold out each person's last visit; returns what is learned from, and the questions."""
    last = visits.offsets[1:] - 1
    stays = np.ones(len(visits.item_index), dtype=bool)
    stays[last] = False
    return keep_events(visits, stays), cases_between(visits, np.arange(len(last)), last, last + 1)


def place_ranks(model: Any, cases: Cases) -> PlaceRanks:
    """Rank all places for each question, those too where the person has been.

    People go back, so nothing is masked here, unlike with films; equal scores count against.
    """
    scores = model.score(cases.queries)
    ranks = ranks_of_targets(scores, cases.targets[:, 0])
    return PlaceRanks(ranks, ~(cases.queries.history == cases.targets).any(axis=1))


def taught(model: TIGER, train: Events, epochs: int = _EPOCHS, seed: int = 0) -> float:
    """Train on visits for some epochs, and return the processor seconds.

    `rectutor.training.fit` judges by lists without what was seen, which is no use here.
    """
    started = time.process_time()
    optimiser = torch.optim.Adam(model.parameters(), lr=model.learning_rate)
    rng = np.random.default_rng(seed)
    model.prepare(train)
    model.train()
    with seeded(seed):
        for _ in range(epochs):
            for batch in model.epoch(train, model.batch_size, rng):
                optimiser.zero_grad(set_to_none=True)
                model.loss(*batch).backward()
                optimiser.step()
    model.eval()
    return time.process_time() - started


def row_of(name: str, found: PlaceRanks, seconds: float) -> dict[str, Any]:
    """Sum up: HR@1 as value, low, high; HR@5; how many places are new, and HR@5 at those."""
    ranks, is_new = found
    row: dict[str, Any] = {"model": name, "seconds": seconds, "people": len(ranks)}
    row |= dict(zip(("value", "low", "high"), mean_interval(ranks <= 1.0, seed=0), strict=True))
    row |= {"HR@5": (ranks <= 5).mean(), "new places": int(is_new.sum())}
    new = mean_interval((ranks[is_new] <= 5).astype(float), seed=0)
    return row | dict(zip(("new HR@5", "new low", "new high"), new, strict=True))


def main() -> None:
    """Count, train, measure and record."""
    city = draw_city()
    train, cases = last_visits(draw_visits(city, N_PEOPLE, N_DAYS))
    rows = []
    habits: list[Any] = [OwnPlaces(n_steps) for n_steps in range(3)]
    for kind in (Popularity(), *habits, Markov(1, 1.0)):
        kind.count(train, len(city.kind))
        rows.append(row_of(kind.name, place_ranks(kind, cases), np.nan))
    by_lot = random_codes(place_vectors(city), _LEVELS, _CODEBOOK_SIZE).codes
    tables = {"TIGER, codes of the map": place_ids(city), "TIGER, codes by lot": by_lot}
    for name, codes in tables.items():
        model = TIGER(codes, TIGERConfig(n_encoder_blocks=1))
        seconds = round(taught(model, train))
        rows.append(row_of(name, place_ranks(Exact(model), cases), seconds))
        print(rows[-1], flush=True)
    command = f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.DataFrame(rows), command, code_fingerprint(_CODE)))


if __name__ == "__main__":
    main()
