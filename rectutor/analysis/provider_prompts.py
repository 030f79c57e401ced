"""Does another wording of the prompt serve another provider? A tuned decoder, asked in four ways.

`python -m rectutor.analysis.provider_prompts` lets the decoder that was tuned on many wordings
order 20 films for each of 40 people. The films are drawn by lot from those not seen, so that what
was found before the decoder favours nobody: each provider's due is its share of these films. The
five best are audited. Two of the wordings were in the tuning, two were not.

After Deldjoo (2024), who compares designs of prompts by accuracy, providers and recency.
**Departures.** There prompts ask for other things (fairness, diversity, newer films) or give the
model another role; here all ask the same in other words, and films come from a list of 20.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from rectutor.analysis.provider_audit import age_of_places, numbered, places_of
from rectutor.analysis.records import write_record
from rectutor.data.labels import PROVIDERS, read_labels
from rectutor.data.worlds import load
from rectutor.lm.yes_no import Style, dated_titles
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.tallrec import TALLRec
from rectutor.prompts.yes_no import HELD_OUT, LABEL_WORDS, TUNING
from rectutor.schema import Queries
from rectutor.training.adapters import load_tuned
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "WORDINGS", "audited_places", "candidates_by_lot"]

NAME = "provider_prompts"
WORDINGS = {"trained": (TUNING[1], TUNING[5]), "new": (HELD_OUT[1], HELD_OUT[6])}
N_PEOPLE, N_CANDIDATES, K = 40, 20, 5
_CODE = (
    "rectutor.analysis.provider_audit",
    "rectutor.analysis.provider_prompts",
    "rectutor.data.labels",
    "rectutor.models.tallrec",
)


def candidates_by_lot(queries: Queries, n_items: int, n: int, seed: int = 0) -> np.ndarray:
    """Return [B, n] items by lot that are not in the history, none twice.

    Args:
        queries: B questions.
        n_items: N.
        n: candidates of each.
        seed: of the lots.

    Raises:
        ValueError: somebody has seen so much that fewer than n are left.
    """
    rng = np.random.default_rng(seed)
    lots = rng.random((len(queries.history), n_items + 1))
    np.put_along_axis(lots, queries.history, np.inf, axis=1)
    lots[:, 0] = np.inf
    left = np.isfinite(lots).sum(axis=1)
    if left.min() < n:
        raise ValueError(f"{n} candidates were asked for, and one person has {left.min()} unseen")
    return np.argsort(lots, axis=1)[:, :n]


def audited_places(
    tops: dict[str, np.ndarray], candidates: np.ndarray, provider_of: np.ndarray
) -> pd.DataFrame:
    """Audit lists of the same people under several wordings.

    Args:
        tops: [B, k] lists by wording; the first is what the others are compared with.
        candidates: [B, n] what could be listed.
        provider_of: [N + 1] from `numbered`, in the order of `PROVIDERS`.

    Returns:
        A row for each wording and provider: exposure; due, its share of the candidates; over, the
        difference, with low and high (95 %, the same people); and overlap with the first wording's
        lists, 0 to 1.
    """
    first = next(iter(tops.values()))
    due = places_of(candidates, provider_of)
    rows = []
    for name, top in tops.items():
        shares = places_of(top, provider_of)
        same = (top[:, :, None] == first[:, None, :]).any(axis=2).mean()
        for place, provider in enumerate(PROVIDERS):
            over = mean_interval(shares[:, place] - due[:, place], seed=0)
            means = shares[:, place].mean(), due[:, place].mean()
            rows.append((name, provider, *means, *over, same))
    columns = ["wording", "provider", "exposure", "due", "over", "low", "high", "overlap"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Ask in four ways, audit, and write the record."""
    split = split_of("films")
    people = np.random.default_rng(0).permutation(split.n_users)[:N_PEOPLE]
    queries = split.test.queries.take(people)
    items = load("films").items
    films = items.set_index("item_id").loc[split.item_ids[1:]]
    labels = read_labels().providers.set_index("item_id").loc[split.item_ids[1:]]
    provider_of = numbered(labels["provider"].tolist(), list(PROVIDERS))
    year = np.array([0, *films["year"].astype(int)])
    candidates = candidates_by_lot(queries, split.n_items, N_CANDIDATES)
    model, titles = load_tuned("tallrec-many-films"), dated_titles(items, split.item_ids)
    tops, kinds, ages = {}, {}, {}
    for kind, templates in WORDINGS.items():
        for template in templates:
            judge = TALLRec(model, titles, Style((template,), LABEL_WORDS[0]))
            order = np.argsort(-judge.score(queries, candidates), axis=1, kind="stable")[:, :K]
            tops[template.name] = np.take_along_axis(candidates, order, axis=1)
            kinds[template.name] = kind
            age = age_of_places(tops[template.name], year, queries.now)
            ages[template.name] = age.mean()
            print(template.name, age.mean().round(1), file=sys.stderr, flush=True)
    table = audited_places(tops, candidates, provider_of)
    table = table.assign(kind=table["wording"].map(kinds), age=table["wording"].map(ages))
    command = "python -m rectutor.analysis.provider_prompts"
    print(table.round(3).to_string())
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
