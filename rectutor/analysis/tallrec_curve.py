"""How few examples suffice: TALLRec's learning curve beside what counting makes of the same data.

`python -m rectutor.analysis.tallrec_curve` tunes the shipped decoder with LoRA on 16 to all
questions, with other ranks, with the loss on all tokens and from random weights, asks everything
the same held-out questions, and writes two records: the curve, and the singular values of some
updates.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.judged import N_PEOPLE, judged_row, likes_in, next_item_scores
from rectutor.analysis.records import write_record
from rectutor.analysis.updates import singular_values
from rectutor.data.judgements import LIKED_FROM
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import n_trainable
from rectutor.lm.tiny import TinyConfig, tiny_decoder
from rectutor.lm.yes_no import AS_TALLREC, Style
from rectutor.models.like_counts import LikeCounts
from rectutor.models.like_mf import LikeMF
from rectutor.training.assets import fit_or_load
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import Taste, decoder, few_shot, taste_of

__all__ = ["CURVE", "UPDATES", "Arm", "arms", "mean_over_seeds"]

CURVE, UPDATES = "tallrec_curve", "tallrec_updates"
SIZES = {16: 5, 64: 5, 256: 5, 1024: 3, 4096: 2}  # examples: seeds
RANKS = (1, 32)  # beside 8
LARGEST = 1024  # examples, with another rank than 8
_CODE = ("rectutor.data.judgements", "rectutor.lm.lora", "rectutor.training.taste")


class Arm(NamedTuple):
    """One judge of the questions, before it has learned."""

    name: str
    n: int  # examples; 0 for none
    rank: int = 8
    seed: int = 0
    style: Style = AS_TALLREC
    options: dict[str, Any] = {}  # noqa: RUF012, of `few_shot`


def mean_over_seeds(runs: pd.DataFrame) -> pd.DataFrame:
    """Average runs that differ in their seed alone; intervals are those of single runs, averaged.

    Args:
        runs: `model`, `rank`, `n`, `value`, `low`, `high`, and others, which are averaged too.
    """
    groups = runs.groupby(["model", "rank", "n"], sort=False, as_index=False)
    return groups.mean(numeric_only=True).drop(columns="seed", errors="ignore")


def arms(n_questions: int) -> Iterator[Arm]:
    """List what is tuned, the quickest first; `n_questions` are all there are."""
    for n, seeds in SIZES.items():
        yield from (Arm("LoRA", n, seed=seed) for seed in range(seeds))
    yield from (Arm("LoRA", n, rank) for n in SIZES if n <= LARGEST for rank in RANKS)
    yield Arm("LoRA, loss on all tokens", 1024, options={"loss_on": "all"})
    yield Arm("LoRA on random weights", 1024)
    yield Arm("LoRA", n_questions)


def untrained() -> CausalLM:
    """Return a decoder of the same sizes that has read nothing."""
    known = decoder()
    size = TinyConfig(len(known.tokenizer))
    return CausalLM(tiny_decoder(size), known.tokenizer, "untrained", batch_tokens=8192)


def counted(taste: Taste) -> Iterator[tuple[str, int, int, float, np.ndarray]]:
    """Judge by what needs no language: (name, examples, seed, seconds, scores [n])."""
    asked, events, known = taste.judged, taste.events, taste.is_known
    makers: dict[str, Callable[[], LikeCounts | LikeMF]] = {
        "Counts": LikeCounts,
        "MF": lambda: LikeMF(int(events.user_index.max()) + 1, int(events.item_index.max())),
    }
    ratings = events.user_index[known], events.item_index[known], events.rating[known] >= LIKED_FROM
    for name, make in makers.items():
        for n, seeds in {**SIZES, len(taste.tuning.item_index): 1}.items():
            for seed in range(seeds):
                rows = np.random.default_rng(seed).permutation(len(taste.tuning.item_index))[:n]
                started, judge = time.process_time(), make()
                judge.learn(*likes_in(taste.tuning.take(rows)))
                seconds = time.process_time() - started
                yield name, n, seed, seconds, judge.log_odds(asked.user_index, asked.item_index)
        started, judge = time.process_time(), make()
        judge.learn(*ratings)
        seconds = time.process_time() - started
        odds = judge.log_odds(asked.user_index, asked.item_index)
        yield f"{name}, all ratings", len(ratings[0]), 0, seconds, odds


def main() -> None:
    """Tune and judge everything, and write both records."""
    taste = taste_of(n_people=N_PEOPLE)
    asked, rows, updates = taste.judged, [], []

    def note(name: str, n: int, rank: int, seed: int, seconds: float, **measured: float) -> None:
        about = {"model": name, "n": n, "rank": rank, "seed": seed, "seconds": round(seconds, 1)}
        rows.append(about | measured)
        print(about, {k: round(v, 3) for k, v in measured.items()}, file=sys.stderr, flush=True)

    for name, n, seed, seconds, odds in counted(taste):
        note(name, n, 0, seed, seconds, parameters=0, **judged_row(odds, asked))
    scores = next_item_scores(fit_or_load("sasrec-films"), taste)
    note("SASRec (CE)", 0, 0, 0, 0.0, parameters=0, **judged_row(scores, asked, False))
    frozen = judged_row(taste.judge(decoder(), AS_TALLREC), asked)
    note("frozen", 0, 0, 0, 0.0, parameters=0, **frozen)
    for arm in arms(len(taste.tuning.item_index)):
        start = untrained() if "random" in arm.name else None
        model, report = few_shot(
            taste, arm.n, arm.style, rank=arm.rank, seed=arm.seed, model=start, progress=False,
            **arm.options,
        )  # fmt: skip
        measured = judged_row(taste.judge(model, AS_TALLREC), asked)
        trained = n_trainable(model.model)
        note(arm.name, arm.n, arm.rank, arm.seed, report.seconds, parameters=trained, **measured)
        if arm.name == "LoRA" and arm.seed == 0:
            updates.append(singular_values(model).assign(n=arm.n, rank=arm.rank))
    command = "python -m rectutor.analysis.tallrec_curve"
    made_from = fingerprint("films", _CODE)
    print(write_record(CURVE, pd.DataFrame(rows), command, made_from))
    print(write_record(UPDATES, pd.concat(updates), command, made_from))


if __name__ == "__main__":
    main()
