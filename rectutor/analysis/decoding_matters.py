"""Length normalisation, ghost tokens and a helper without text, on the titles that BIGRec writes.

`python -m rectutor.analysis.decoding_matters` asks 300 people of films, on validation and on test,
and records

- `decoding_matters`: hits, long titles and diversity, by search (a beam, or all titles), by the
  power of the length that sums are divided by, and by alpha, the weight of the decoder beside the
  helper (1 leaves the helper out, 0 leaves the decoder out);
- `decoding_matters_pairs`: differences in HR@10 on the same people, test;
- `decoding_matters_ghosts`: which share of tokens are ghosts, by their place in a title;
- `decoding_matters_lengths`: which titles are listed, by their length.

The decoder is the shipped `bigrec-films`, the helper the shipped `sasrec-films`; nothing is
trained. See `decoding.title_scores` for the formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.decoding.title_scores import (
    beam_lists,
    ghost_tokens,
    helper_table,
    mixed,
    title_scores,
)
from rectutor.evaluation import Evaluation, compare, evaluate, leaderboard
from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import TitleTokens
from rectutor.lm.title_tree import TitleTree
from rectutor.schema import PAD, Cases, Queries, Scorer, Split
from rectutor.training.assets import fit_or_load, split_of
from rectutor.training.fingerprint import fingerprint
from rectutor.training.shipped_titles import load_titles
from rectutor.training.titles import N_TOLD, titles_of
from rectutor.trie import Trie

__all__ = [
    "ALPHAS",
    "COLUMNS",
    "LONG",
    "ByUser",
    "Tables",
    "alike",
    "by_length",
    "choose_alpha",
    "decoded",
    "ghosts_by_place",
    "tables_of",
]

ALPHAS = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3, 0.0)
N_PEOPLE, N_BEAMS, SEED = 300, 10, 0
COLUMNS = ("HR@1", "HR@10", "NDCG@10")
LONG = 7  # tokens, the end mark among them; a fifth of the catalogue has as many or more
CODE = (
    "rectutor.analysis.decoding_matters",
    "rectutor.decoding.title_scores",
    "rectutor.lm.title_rows",
    "rectutor.lm.title_tree",
    "rectutor.training.shipped_titles",
    "rectutor.training.titles",
)


class Tables(NamedTuple):
    """All that is needed to decode titles in any way, of B people."""

    users: np.ndarray  # [B] user_index
    log_p: np.ndarray  # [B, N, M] of the decoder
    helper: np.ndarray  # [B, N, M] of the helper
    lengths: np.ndarray  # [N] tokens
    trie: Trie
    history: np.ndarray  # [B, T]
    first: np.ndarray  # [N] first token of each title


class ByUser:
    """A `schema.Scorer`, or with lists a `schema.Recommender`, that was worked out before.

    Args:
        users: [B] user_index.
        values: [B, N + 1] scores; rows are looked up by user.
        name: of the row in a table.
    """

    def __init__(self, users: np.ndarray, values: np.ndarray, name: str) -> None:
        self.name, self._values = name, values
        self._row = {int(user): row for row, user in enumerate(users)}

    def score(self, queries: Queries, candidates: np.ndarray | None = None) -> np.ndarray:
        """Look scores up (see `schema.Scorer`)."""
        own = self._values[[self._row[int(user)] for user in queries.user_index]].copy()
        return own if candidates is None else np.take_along_axis(own, candidates, axis=1)


class _Lists:
    """A `schema.Recommender` of lists that were searched before."""

    def __init__(self, users: np.ndarray, lists: np.ndarray, name: str, how: str) -> None:
        self.name, self.how, self._lists = name, how, lists
        self._row = {int(user): row for row, user in enumerate(users)}

    def recommend(self, queries: Queries, k: int) -> np.ndarray:
        return self._lists[[self._row[int(user)] for user in queries.user_index], :k]


def tables_of(model: CausalLM, helper: Scorer, titles: list[str], cases: Cases) -> Tables:
    """Ask a decoder for all tokens of all titles, and a helper for all items.

    Args:
        model: writes titles.
        helper: its scores are logarithms of probabilities up to a constant, as SASRec's are. What
            a person has seen is ruled out.
        titles: N + 1, by item index.
        cases: of B people, once each.
    """
    tokens = TitleTokens(titles[1:], model.tokenizer)
    queries = cases.queries
    log_p = TitleTree(tokens).log_p(model, tokens.rows(queries.history[:, -N_TOLD:]))
    trie = Trie(tokens.codes, len(model.tokenizer))
    scores = helper.score(queries)
    np.put_along_axis(scores, queries.history, -np.inf, axis=1)
    lengths = tokens.lengths[1:]
    shares = helper_table(trie, scores[:, 1:])
    first = tokens.codes[:, 0]
    return Tables(queries.user_index, log_p, shares, lengths, trie, queries.history, first)


def decoded(
    tables: Tables, alpha: float = 1.0, power: float = 0.0, n_beams: int | None = None
) -> Any:
    """Decode in one way; returns a scorer of all items, or with beams a recommender of lists."""
    log_p = mixed(tables.log_p, tables.helper, alpha)
    name = f"alpha {alpha:g}, power {power:g}"
    if n_beams is None:
        return ByUser(tables.users, title_scores(log_p, tables.lengths, power), name)
    lists = beam_lists(tables.trie, log_p, n_beams, power, tables.history)
    return _Lists(tables.users, lists, name, f"beam of {n_beams}")


def alike(lists: np.ndarray, first: np.ndarray) -> float:
    """Return the share of pairs in a list whose titles begin with the same token.

    Args:
        lists: [B, k] item indices; PAD is left out.
        first: [N] first token of each title.

    Example:
        >>> alike(np.array([[1, 2, 3, 0]]), np.array([7, 7, 8]))
        0.3333333333333333
    """
    own = np.where(lists == PAD, -1, first[lists - 1])
    n_same = n_pairs = 0
    for i in range(lists.shape[1]):
        for j in range(i):
            is_pair = (own[:, i] >= 0) & (own[:, j] >= 0)
            n_pairs += int(is_pair.sum())
            n_same += int((is_pair & (own[:, i] == own[:, j])).sum())
    return n_same / max(n_pairs, 1)


def ghosts_by_place(tables: Tables, listed: np.ndarray, n_places: int = 8) -> pd.DataFrame:
    """Say which share of tokens has a probability above .99, by place in the title.

    Args:
        tables: of B people.
        listed: [B, k] items that each person is shown.
        n_places: places from 1; those behind are left out.

    Returns:
        place, titles ("all" or "listed"), tokens (how many), ghosts (share), p (median).
    """
    is_ghost = ghost_tokens(tables.log_p, tables.lengths)
    is_token = np.broadcast_to(
        np.arange(is_ghost.shape[2]) < tables.lengths[:, None], is_ghost.shape
    )
    chosen = np.zeros(is_ghost.shape[:2], dtype=bool)
    row, column = np.nonzero(listed != PAD)
    chosen[row, listed[row, column] - 1] = True
    rows = []
    for name, of_titles in (("all", np.ones_like(chosen)), ("listed", chosen)):
        for place in range(n_places):
            there = of_titles & is_token[:, :, place]
            p = np.exp(tables.log_p[:, :, place][there])
            ghosts = float(is_ghost[:, :, place][there].mean())
            rows.append((place + 1, name, int(there.sum()), ghosts, float(np.median(p))))
    return pd.DataFrame(rows, columns=["place", "titles", "tokens", "ghosts", "p"])


def by_length(lengths: np.ndarray, lists: dict[str, np.ndarray]) -> pd.DataFrame:
    """Count titles by their tokens, as shares: of the catalogue, and of each set of lists.

    Args:
        lengths: [N] tokens of each title.
        lists: item indices of any shape, by name; PAD is left out.

    Returns:
        tokens ("2-3", "4-5", "6-7", "8 and more"), titles (name), share.
    """
    edges, names = np.array([4, 6, 8]), ["2-3", "4-5", "6-7", "8 and more"]
    rows = []
    for name, items in {"catalogue": np.arange(1, len(lengths) + 1), **lists}.items():
        group = np.digitize(lengths[items[items != PAD] - 1], edges)
        shares = np.bincount(group, minlength=4) / len(group)
        rows += [(*pair, name) for pair in zip(names, shares.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["tokens", "share", "titles"])


def choose_alpha(table: pd.DataFrame, search: str = "all titles") -> float:
    """Return the alpha with the best NDCG@10 on validation, not divided; the largest of equals."""
    own = table[(table["on"] == "validation") & (table["search"] == search) & (table["power"] == 0)]
    own = own.sort_values("alpha", ascending=False)
    return float(own["alpha"].to_numpy()[own["NDCG@10"].to_numpy().argmax()])


def _ways() -> Iterator[tuple[float, float, int | None]]:
    for n_beams in (N_BEAMS, None):
        for alpha in ALPHAS:
            yield alpha, 0.0, n_beams
        yield 1.0, 1.0, n_beams
        yield 0.5, 1.0, n_beams


def _row(one: Evaluation, tables: Tables) -> pd.DataFrame:
    board = leaderboard([one], COLUMNS).drop(columns=["model", "ms per user", "how"])
    tokens = np.where(one.top == PAD, 0, tables.lengths[one.top - 1])
    there = one.top != PAD
    return board.assign(
        long=float((tokens >= LONG).sum() / there.sum()), alike=alike(one.top, tables.first)
    )


def _judged(tables: Tables, split: Split, on: str) -> tuple[pd.DataFrame, dict[Any, Evaluation]]:
    rows, kept = [], {}
    for alpha, power, n_beams in _ways():
        way = decoded(tables, alpha, power, n_beams)
        one = evaluate(way, split, on, users=tables.users)
        search = "all titles" if n_beams is None else f"beam of {n_beams}"
        kept[search, power, alpha] = one
        rows.append(_row(one, tables).assign(on=on, search=search, power=power, alpha=alpha))
        print(f"{on}, {search}, {way.name}: HR@10 {rows[-1]['HR@10'][0]:.3f}", flush=True)
    return pd.concat(rows, ignore_index=True), kept


def _pairs(kept: dict[Any, Evaluation], alpha: float) -> pd.DataFrame:
    """Compare ways on the same people, on test."""
    exact, beam = "all titles", f"beam of {N_BEAMS}"
    plain, chosen = kept[exact, 0.0, 1.0], kept[exact, 0.0, alpha]
    asked = {
        "divided less not, beam": (kept[beam, 1.0, 1.0], kept[beam, 0.0, 1.0]),
        "divided less not, all titles": (kept[exact, 1.0, 1.0], plain),
        "with helper less without, all titles": (chosen, plain),
        "with helper less without, beam": (kept[beam, 0.0, alpha], kept[beam, 0.0, 1.0]),
        "with helper less helper alone, all titles": (chosen, kept[exact, 0.0, 0.0]),
        "all titles less beam, not divided": (plain, kept[beam, 0.0, 1.0]),
    }
    rows = []
    for column in ("HR@10", "NDCG@10"):
        for name, (one, other) in asked.items():
            rows.append((name, column, *compare(one, other, column)[:3]))
    return pd.DataFrame(rows, columns=["what", "metric", "difference", "low", "high"])


def main() -> None:
    """Ask, decode in every way, and write the records."""
    split = split_of("films")
    titles, model, helper = titles_of("films", split), load_titles(), fit_or_load("sasrec-films")
    users = np.sort(np.random.default_rng(SEED).permutation(split.n_users)[:N_PEOPLE])
    boards = []
    for on, cases in (("validation", split.validation), ("test", split.test)):
        asked = cases.take(np.isin(cases.queries.user_index, users))
        tables = tables_of(model, helper, titles, asked)
        board, kept = _judged(tables, split, on)
        boards.append(board)
    table = pd.concat(boards, ignore_index=True)  # what follows is about test
    plain, divided = (kept["all titles", power, 1.0].top for power in (0.0, 1.0))
    lists = {"truly next": asked.targets, "not divided": plain, "divided": divided}
    made = {
        "decoding_matters": table,
        "decoding_matters_pairs": _pairs(kept, choose_alpha(table)),
        "decoding_matters_ghosts": ghosts_by_place(tables, plain),
        "decoding_matters_lengths": by_length(tables.lengths, lists),
    }
    for name, one in made.items():
        command = "python -m rectutor.analysis.decoding_matters"
        print(write_record(name, one, command, fingerprint("films", CODE)))


if __name__ == "__main__":
    main()
