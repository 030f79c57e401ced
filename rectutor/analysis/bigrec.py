"""BIGRec in miniature: what it writes, what that is grounded to, and what recommends best.

`python -m rectutor.analysis.bigrec` asks 300 people of films, and records

- `bigrec`: hits of each way to come from the decoder to items, beside floor, control and SASRec;
- `bigrec_written`: how much of what is written is no film, by three rules, free and held;
- `bigrec_gamma`: what the weight of popularity moves, on validation and on test.

BIGRec's own way is the L2 distance between its own states. Their mean is taken unless a way says
`last` (the authors' choice). The lists of the first are asked on test; gamma is chosen on
validation, where the same people have shorter histories. Three decoders are asked: tuned (as it
ships), frozen (before it was tuned) and one of random weights.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.decoding.hallucination import hallucination_rates
from rectutor.evaluation import Evaluation, evaluate, leaderboard
from rectutor.lm.causal import CausalLM
from rectutor.lm.loading import text_encoder
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from rectutor.models.bigrec import BIGRec, BIGRecConfig, Embed, TitleBeam, own_states
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.schema import PAD, Cases, Queries, Split
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint
from rectutor.training.shipped_titles import load_titles
from rectutor.training.taste import decoder
from rectutor.training.titles import N_TOLD, titles_of

__all__ = [
    "GAMMAS",
    "Written",
    "choose_gamma",
    "other_vectors",
    "rates_of",
    "remembered",
    "ways_of",
]

GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
N_PEOPLE, N_BEAMS, SEED = 300, 10, 0
OWN = "l2, own states (mean)"  # how BIGRec grounds here, and how the sweep of gamma does
COLUMNS = ("HR@1", "HR@10", "NDCG@10")
CODE = (
    "rectutor.analysis.bigrec",
    "rectutor.decoding.beam",
    "rectutor.decoding.hallucination",
    "rectutor.decoding.title_grounding",
    "rectutor.decoding.vector_grounding",
    "rectutor.lm.causal",
    "rectutor.lm.title_rows",
    "rectutor.lm.title_writer",
    "rectutor.models.bigrec",
    "rectutor.training.shipped_titles",
    "rectutor.training.titles",
)


class Written:
    """A `schema.Scorer`: grounds what was written already, so that many ways ground one text.

    Args:
        grounds: its way to ground counts; it writes nothing.
        texts: by user_index.
        name: of the row in a table.
    """

    def __init__(self, grounds: BIGRec, texts: dict[int, str], name: str = BIGRec.name) -> None:
        self.grounds, self.name = grounds, name
        self._texts = texts

    def write(self, queries: Queries) -> list[str]:
        """Return what was written for these people."""
        return [self._texts[user] for user in queries.user_index.tolist()]

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Score items by their distance to what was written (see `schema.Scorer`)."""
        return self.grounds.score_texts(self.write(queries), candidates)


def other_vectors() -> Embed:
    """Return the shipped text encoder as what embeds; an empty text is read as "nothing"."""
    encoder = text_encoder()
    return lambda texts: encoder.embed([text or "nothing" for text in texts])


def remembered(embed: Embed) -> Embed:
    """Return what embeds each text only once."""
    known: dict[str, np.ndarray] = {}

    def again(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts])

    return again


def ways_of(
    model: CausalLM, titles: Sequence[str], texts: dict[int, str]
) -> Iterator[tuple[str, Written]]:
    """List the ways to ground one set of texts, without the weight of popularity."""
    for own in ("mean", "last"):
        embed = remembered(partial(own_states, model, own=own))
        for how in ("l2", "cosine") if own == "mean" else ("l2",):
            config = BIGRecConfig(N_TOLD, own, how)
            grounds = BIGRec(model, titles, config=config, embed=embed)
            yield f"{how}, own states ({own})", Written(grounds, texts)
    config = BIGRecConfig(N_TOLD, how="cosine")
    other = BIGRec(model, titles, config=config, embed=other_vectors())
    yield "cosine, text encoder", Written(other, texts)


def rates_of(texts: Sequence[str], titles: Sequence[str], history: np.ndarray) -> dict[str, float]:
    """Say how much of what was written is no item, is in the person's history, or is repeated.

    Args:
        texts: B of them.
        titles: N + 1, by item index.
        history: [B, T], PAD anywhere.

    Returns:
        "exact", "normalised" and "fuzzy", shares of texts that are no item by that rule; "seen",
        the share that stands in the history; "distinct", how many different texts.
    """
    place = {title: item for item, title in enumerate(titles) if item != PAD}
    items = np.array([place.get(text, -1) for text in texts])
    seen = (history == items[:, None]).any(axis=1)
    return {
        **hallucination_rates(texts, titles[1:]),
        "seen": float(seen.mean()),
        "distinct": float(len(set(texts))),
    }


def choose_gamma(sweep: pd.DataFrame) -> float:
    """Return the weight of popularity with the best NDCG@10 on validation, the least of equals."""
    own = sweep[sweep["on"] == "validation"].sort_values("gamma")
    return float(own["gamma"].to_numpy()[own["NDCG@10"].to_numpy().argmax()])


def _rates(texts: Iterable[str], titles: Sequence[str], cases: Cases) -> dict[str, float]:
    return rates_of(list(texts), titles, cases.queries.history)


def _written(model: BIGRec, cases: Cases) -> tuple[dict[int, str], float]:
    """Write for all people; return the texts by user, and milliseconds a user."""
    started, texts = time.perf_counter(), list[str]()
    for start in range(0, len(cases.targets), 50):
        texts += model.write(cases.queries.take(slice(start, start + 50)))
    each = 1000 * (time.perf_counter() - started) / len(texts)
    return dict(zip(cases.queries.user_index.tolist(), texts, strict=True)), each


def _decoders() -> Iterator[tuple[str, CausalLM]]:
    yield "tuned", load_titles()
    frozen = decoder()
    yield "frozen", frozen
    config = TinyConfig(len(frozen.tokenizer))
    yield "random weights", CausalLM(tiny_decoder(config, SEED), frozen.tokenizer, "random")


def _row(one: Evaluation, weights: str, way: str, writing: float = 0.0) -> pd.DataFrame:
    board = leaderboard([one], COLUMNS).drop(columns="model")
    board["ms per user"] += writing
    print(f"{weights}, {way}: HR@10 {board['HR@10'][0]:.3f}", flush=True)
    return board.assign(weights=weights, way=way)


def _swept(
    model: CausalLM, titles: Sequence[str], texts: dict[int, str], split: Split, on: str
) -> pd.DataFrame:
    """Turn the weight of popularity over the same texts."""
    popularity = np.bincount(split.train.item_index, minlength=len(titles))[1:]
    rows, users = [], np.array(list(texts))
    embed = remembered(partial(own_states, model))
    for gamma in GAMMAS:
        config = BIGRecConfig(N_TOLD, gamma=gamma)
        grounds = BIGRec(model, titles, popularity, config, embed)
        weighed = Written(grounds, texts, f"{gamma:g}")
        board = leaderboard([evaluate(weighed, split, on, users=users)], COLUMNS)
        rows.append(board.assign(gamma=gamma, on=on))
    return pd.concat(rows, ignore_index=True)


def _asked(
    weights: str, model: CausalLM, titles: list[str], split: Split, users: np.ndarray
) -> tuple[list[pd.DataFrame], list[dict[str, object]], pd.DataFrame]:
    """Let one decoder write, free and held, and ground what it wrote; the tuned one in all ways."""
    rec, test = BIGRec(model, titles, config=BIGRecConfig(N_TOLD)), split.test.take(users)
    texts, writing = _written(rec, test)
    rates = [{"weights": weights, "way": "free", **_rates(texts.values(), titles, test)}]
    hits, sweep = [], pd.DataFrame()
    ways = dict(ways_of(model, titles, texts))
    if weights != "tuned":
        ways = {name: way for name, way in ways.items() if name == OWN}
    for way, grounded in ways.items():
        hits.append(_row(evaluate(grounded, split, users=users), weights, way, writing))
    if weights != "frozen":
        held = evaluate(TitleBeam(rec, N_BEAMS), split, users=users, batch_size=20)
        hits.append(_row(held, weights, "title trie"))
        first = [titles[item] for item in held.top[:, 0]]
        rates.append({"weights": weights, "way": "trie", **_rates(first, titles, test)})
    if weights == "tuned":
        earlier, _ = _written(rec, split.validation.take(users))
        sweep = pd.concat(
            [
                _swept(model, titles, earlier, split, "validation"),
                _swept(model, titles, texts, split, "test"),
            ],
            ignore_index=True,
        )
    return hits, rates, sweep


def main() -> None:
    """Ask every decoder and every way, and write the records."""
    split = split_of("films")
    titles = titles_of("films", split)
    users = np.sort(np.random.default_rng(SEED).permutation(split.n_users)[:N_PEOPLE])
    hits: list[pd.DataFrame] = []
    rates: list[dict[str, object]] = []
    sweeps: list[pd.DataFrame] = []
    for one in (RandomScores(), Popularity()):
        fit(one, split)
        hits.append(_row(evaluate(one, split, users=users), one.name, "scores"))
    sasrec = fit_or_load("sasrec-films")
    hits.append(_row(evaluate(sasrec, split, users=users), sasrec.name, "scores"))
    for weights, model in _decoders():
        own_hits, own_rates, sweep = _asked(weights, model, titles, split, users)
        hits, rates, sweeps = hits + own_hits, rates + own_rates, [*sweeps, sweep]
    tables = {"bigrec": pd.concat(hits), "bigrec_written": pd.DataFrame(rates)}
    for name, table in (tables | {"bigrec_gamma": pd.concat(sweeps)}).items():
        command = "python -m rectutor.analysis.bigrec"
        print(write_record(name, table, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
