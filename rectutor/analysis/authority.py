"""Is a film liked better when its description sounds learned? One phrase swapped behind a title.

`python -m rectutor.analysis.authority` lets the decoder that was tuned on many wordings judge 20
films for each of 40 people. Behind the title of a candidate stands a phrase: one that sounds like
scholarship, or one of about the same length that says as little in plain words. The history is told
by titles alone. Three phrases of each style show how far two phrases of one style are apart, which
is what a difference between styles has to be compared with.

The survey calls it authority bias, after Dai and others (its section 11.2). **Departures.** Chat
models are asked there, which have read how people write of what is good. This decoder has read the
synopses and reviews of this project alone, so nothing but their words can have taught it respect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rectutor.analysis.provider_prompts import candidates_by_lot
from rectutor.analysis.records import write_record
from rectutor.data.worlds import load
from rectutor.lm.yes_no import dated_titles
from rectutor.metrics.bootstrap import mean_interval
from rectutor.models.tallrec import TALLRec
from rectutor.schema import Queries, Scorer
from rectutor.training.adapters import load_tuned
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import fingerprint

__all__ = ["NAME", "PHRASES", "odds_by_phrase", "phrased", "style_rows"]

NAME = "authority"
N_PEOPLE, N_CANDIDATES, K, N_LOTS = 40, 20, 5, 50
PHRASES = {
    "learned": (
        "a seminal work in the scholarly literature",
        "the subject of peer-reviewed research by professors",
        "canonical according to leading academic critics",
    ),
    "plain": (
        "a film that one can see on a free evening",
        "the kind of thing that is shown on a screen",
        "around for a while according to the calendar",
    ),
}
CODE = (
    "rectutor.analysis.authority",
    "rectutor.analysis.provider_prompts",
    "rectutor.models.tallrec",
)


def phrased(titles: Sequence[str], phrases: Sequence[str]) -> list[str]:
    """Return the titles, then for each phrase the titles of all items with it behind them.

    Args:
        titles: N + 1 by item index, [0] is padding.
        phrases: P of them.

    Returns:
        1 + (1 + P) N titles; item i with phrase p, from 0, is at i + (p + 1) N.

    Example:
        >>> phrased(["", "Up"], ["so they say"])
        ['', 'Up', 'Up, so they say']
    """
    return [*titles, *(f"{title}, {phrase}" for phrase in phrases for title in titles[1:])]


def odds_by_phrase(
    judge: Scorer, queries: Queries, candidates: np.ndarray, n_items: int, n_phrases: int
) -> np.ndarray:
    """Return [P, B, C]: the log-odds of a yes for each candidate with each phrase.

    Args:
        judge: knows items by the titles of `phrased`.
        queries: B people.
        candidates: [B, C] item indices, 1..N.
        n_items: N.
        n_phrases: P.
    """
    twins = [candidates + (p + 1) * n_items for p in range(n_phrases)]
    return np.stack([judge.score(queries, own) for own in twins])


def style_rows(
    odds: np.ndarray, phrases: Mapping[str, Sequence[str]], k: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Compare every two phrases: how much the odds rise, and who gets the places.

    Args:
        odds: [P, B, C], phrases in the order of `phrases`.
        phrases: by style.
        k: places of a list.
        rng: of the lots by which candidates get one phrase or the other.

    Returns:
        A row for each pair: one, other, kind ("two styles" or "one style"), rise of log-odds from
        `other` to `one` with low and high (95 %, over people), and share: of the places for
        candidates with `one` where a half of the candidates by lot has it; without a pull, 0.5.
    """
    listed = [(style, text) for style, own in phrases.items() for text in own]
    rows = []
    for i, (style, one) in enumerate(listed):
        for j in range(i + 1, len(listed)):
            other_style, other = listed[j]
            rise = mean_interval((odds[i] - odds[j]).mean(axis=1), seed=0)
            kind = "one style" if style == other_style else "two styles"
            share = _share_of_places(odds[i], odds[j], k, rng)
            rows.append((one, other, kind, style, *rise, share))
    columns = ["one", "other", "kind", "style", "rise", "low", "high", "share"]
    return pd.DataFrame(rows, columns=columns)


def _share_of_places(one: np.ndarray, other: np.ndarray, k: int, rng: np.random.Generator) -> float:
    """Give a half of the candidates one phrase; return its share of the k best, over many lots."""
    half = one.shape[1] // 2
    shares = []
    for _ in range(N_LOTS):
        has_one = rng.permuted(np.tile(np.arange(one.shape[1]) < half, (len(one), 1)), axis=1)
        scores = np.where(has_one, one, other)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        shares.append(np.take_along_axis(has_one, best, axis=1).mean())
    return float(np.mean(shares))


def main() -> None:
    """Ask with every phrase and write the record."""
    split = split_of("films")
    people = np.random.default_rng(0).permutation(split.n_users)[:N_PEOPLE]
    queries = split.test.queries.take(people)
    candidates = candidates_by_lot(queries, split.n_items, N_CANDIDATES)
    texts = [text for own in PHRASES.values() for text in own]
    titles = phrased(dated_titles(load("films").items, split.item_ids), texts)
    judge = TALLRec(load_tuned("tallrec-many-films"), titles)
    odds = odds_by_phrase(judge, queries, candidates, split.n_items, len(texts))
    table = style_rows(odds, PHRASES, K, np.random.default_rng(0))
    print(table.round(3).to_string())
    command = "python -m rectutor.analysis.authority"
    print(write_record(NAME, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
