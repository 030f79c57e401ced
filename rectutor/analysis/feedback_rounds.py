"""Does a list get better while a user agent answers? Hit rate by round of the feedback loop.

`python -m rectutor.analysis.feedback_rounds` lets two agents exchange offers and reasons
(`agents.feedback`) for four rounds over the 20 films that SASRec finds for each test person of the
shipped world `films`, and looks where the film that the person chose next stands after each round.
The user agent is one of three:

- **own taste**: judges by genres and decades of the person's history, which the recommender knows,
  too;
- **by lot**: the control, whose answers and reasons mean nothing;
- **told the film**: a leak. It knows the film that it will choose and nothing else. It shows that
  the loop can carry knowledge, and why a user agent that was told anything of the target proves
  nothing about a recommender.

`over lot` is the paired difference to the control after as many rounds, `change` that to the
retriever's own order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.feedback import feedback_rounds
from rectutor.agents.feedback_agents import SHARPNESS, Answering, FactTable, Offering
from rectutor.agents.rec_agent import SimulatedUser
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.models.tallrec import Reranker
from rectutor.schema import PAD, Cases
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of

__all__ = ["CODE", "NAME", "N_ROUNDS", "rows_of", "talked", "user_agents"]

NAME = "feedback_rounds"
N_ROUNDS, N_CANDIDATES, CUTOFFS = 4, 20, (1, 5, 10)
_CONTROL = "by lot"
_KNOWS, _TOLERANCE = 64.0, 0.1  # of who was told the film: it accepts this one, and few others
CODE = (
    "rectutor.agents.catalogue",
    "rectutor.agents.chat_rec",
    "rectutor.agents.chooser",
    "rectutor.agents.feedback",
    "rectutor.agents.feedback_agents",
    "rectutor.agents.rec_agent",
    "rectutor.agents.reranking",
    "rectutor.analysis.feedback_rounds",
)

# (items seen, the film chosen next, the noise) -> who answers
Makes: TypeAlias = Callable[[np.ndarray, int, np.random.Generator], Answering]


def user_agents(table: FactTable) -> Mapping[str, Makes]:
    """Return the three user agents by name.

    Args:
        table: of the items.
    """

    def own_taste(seen: np.ndarray, _: int, rng: np.random.Generator) -> Answering:
        return Answering(SimulatedUser(table.features, seen, rng, sharpness=SHARPNESS), table)

    def by_lot(seen: np.ndarray, _: int, rng: np.random.Generator) -> Answering:
        return Answering(SimulatedUser(table.features, seen, rng, sharpness=0.0), table)

    def told(_: np.ndarray, target: int, rng: np.random.Generator) -> Answering:
        knows = SimulatedUser(table.features, np.array([target]), rng, sharpness=_KNOWS)
        return Answering(knows, table, _TOLERANCE)

    return {"own taste": own_taste, _CONTROL: by_lot, "told the film": told}


def talked(
    catalogue: Catalogue, cases: Cases, found: np.ndarray, makes: Makes, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Run the loop for each case.

    Args:
        catalogue: of the items.
        cases: B people.
        found: [B, C] candidates of each, in the retriever's order.
        makes: the user agent.
        seed: of its noise, together with the case's place.

    Returns:
        ranks [B, N_ROUNDS + 1]: the target's place after each round, 1 is best, 0 where it is no
        candidate; accepted [B]: the round whose offer was accepted, 0 where none was.
    """
    offers = Offering(FactTable(catalogue))
    ranks = np.zeros((len(found), N_ROUNDS + 1), dtype=np.int64)
    accepted = np.zeros(len(found), dtype=np.int64)
    for place, candidates in enumerate(found):
        history, target = cases.queries.history[place], int(cases.targets[place, 0])
        seen = history[history != PAD]
        agents = (offers, makes(seen, target, np.random.default_rng([seed, place])))
        looped = feedback_rounds(agents, catalogue, seen.tolist(), candidates.tolist(), N_ROUNDS)
        ranks[place] = [(*order, target).index(target) + 1 for order in looped.orders]
        if looped.accepted is not None:
            accepted[place] = len(looped.trace.calls)
    return np.where(ranks > found.shape[1], 0, ranks), accepted


def rows_of(
    who: str, ranks: np.ndarray, accepted: np.ndarray, control: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Write one row for each round and cut-off, with intervals over people.

    Args:
        who: the user agent.
        ranks: [B, N_ROUNDS + 1] from `talked`.
        accepted: [B] from `talked`.
        control: [B, N_ROUNDS + 1] ranks of the same people with answers by lot.
    """
    for cutoff in CUTOFFS:
        hits, by_lot = (((own > 0) & (own <= cutoff)).astype(float) for own in (ranks, control))
        for turn in range(hits.shape[1]):
            mean = mean_interval(hits[:, turn], seed=0)
            row: dict[str, Any] = {"user agent": who, "round": turn, "metric": f"HR@{cutoff}"}
            row |= {"value": mean.mean, "low": mean.low, "high": mean.high}
            for name, other in (("change", hits[:, 0]), ("over lot", by_lot[:, turn])):
                gap = paired_difference(hits[:, turn], other, seed=0)
                row |= {name: gap.mean, f"{name} low": gap.low, f"{name} high": gap.high}
            row["accepted"] = float(((accepted > 0) & (accepted <= turn)).mean())
            row["ceiling"] = float((ranks[:, 0] > 0).mean())
            yield row | {"people": len(ranks)}


def main() -> None:
    """Measure and write the record."""
    split, model = split_of("films"), fit_or_load("sasrec-films")
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    catalogue = Catalogue(items)
    found = Reranker(model, model, N_CANDIDATES).candidates(split.test.queries)
    agents = user_agents(FactTable(catalogue))
    talks = {who: talked(catalogue, split.test, found, makes, 0) for who, makes in agents.items()}
    control = talks[_CONTROL][0]
    table = pd.DataFrame(
        [row for who, talk in talks.items() for row in rows_of(who, *talk, control)]
    )
    print(table.round(3).to_string(index=False))
    command = "python -m rectutor.analysis.feedback_rounds"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
