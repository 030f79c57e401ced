"""What a decoder keeps of made-up people, and what privacy costs: canaries and DP-SGD on LoRA.

`python -m rectutor.analysis.private_tuning` tunes the shipped decoder by LoRA on the films of real
people and of canaries, without privacy and with more and more noise, and writes two records: what
each tuning is worth and guarantees, and the exposure of every canary.
"""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora
from rectutor.lm.title_rows import TitleTokens
from rectutor.metrics.bootstrap import mean_interval
from rectutor.metrics.memorisation import exposure
from rectutor.schema import Split
from rectutor.training.assets import split_of
from rectutor.training.canaries import Canaries, make_canaries, secret_scores
from rectutor.training.fingerprint import fingerprint
from rectutor.training.private import Privacy, epsilon_of
from rectutor.training.private_titles import newest_rows, tune_private
from rectutor.training.taste import decoder
from rectutor.training.titles import titles_of

__all__ = ["CANARIES", "CODE", "DELTA", "NAME", "Case", "auc_per_person", "case_of", "measured"]

NAME, CANARIES = "private_tuning", "private_tuning_canaries"
DELTA = 1e-3  # below 1 / n
LENGTH = 5  # titles of a row: four are told
N_PEOPLE, N_EACH, REPEATS = 300, 8, (0, 1, 4, 16)
N_EXPECTED, N_STEPS, LOOKS = 48, 96, (0, 24, 48, 96)
N_JUDGED = 150  # people whose held-out film is asked for
N_CANDIDATES = 64  # a film and those that could stand in its place
SETTINGS = (  # clip, noise, steps
    (math.inf, 0.0, 0),  # not tuned
    (math.inf, 0.0, N_STEPS),
    (1.0, 0.0, N_STEPS),
    (1.0, 0.5, N_STEPS),
    (1.0, 1.0, N_STEPS),
    (1.0, 4.0, N_STEPS),
)
CODE = (
    "rectutor.lm.lora",
    "rectutor.metrics.memorisation",
    "rectutor.training.canaries",
    "rectutor.training.private",
    "rectutor.training.private_titles",
)


class Case(NamedTuple):
    """Everything that a tuning is run on and judged by."""

    split: Split
    tokens: TitleTokens
    canaries: Canaries
    rows: np.ndarray  # [n, LENGTH], real people and planted canaries
    judged: np.ndarray  # [m, LENGTH], the last is held out


def case_of(world: str = "films", seed: int = 0) -> tuple[CausalLM, Case]:
    """Draw people and canaries, and load a decoder with LoRA.

    Args:
        world: a shipped one.
        seed: of people, canaries and LoRA.
    """
    split, model = split_of(world), decoder()
    tokens = TitleTokens(titles_of(world, split)[1:], model.tokenizer)
    add_lora(model.model, 8, 16, seed=seed)
    rng = np.random.default_rng([seed, 1])
    canaries = make_canaries(split.n_items, LENGTH, N_EACH, REPEATS, rng)
    people = newest_rows(split.train, LENGTH, N_PEOPLE, seed)
    some = split.test.take(np.sort(rng.permutation(split.n_users)[:N_JUDGED]))
    judged = np.concatenate([some.queries.history[:, 1 - LENGTH :], some.targets[:, :1]], axis=1)
    return model, Case(split, tokens, canaries, canaries.planted(people), judged)


def auc_per_person(model: CausalLM, case: Case) -> np.ndarray:
    """Return for each judged person the share of films drawn by lot that score below the next one.

    Unlike a hit rate, this needs no correction for having drawn some of the films only: its mean
    is the same for all of them.

    Returns:
        [m] from 0 to 1; ties count half.
    """
    scores = secret_scores(model, case.tokens, case.judged, N_CANDIDATES, np.random.default_rng(2))
    won = scores[:, :1] > scores[:, 1:]
    return (won + 0.5 * (scores[:, :1] == scores[:, 1:])).mean(axis=1)


def measured(clip: float, noise: float, n_steps: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tune with one setting, and look at the canaries several times on the way.

    Args:
        clip: longest gradient of a person, math.inf for ordinary tuning.
        noise: in clips.
        n_steps: of the tuning; 0 leaves the decoder as it was.

    Returns:
        One row for the setting (clip, noise, rate, steps, epsilon, AUC with low and high, length,
        the median of gradients' lengths), and one row for each look and canary (clip, noise, step,
        repeats, exposure).
    """
    model, case = case_of()
    privacy = Privacy(clip, noise, N_EXPECTED / len(case.rows))
    seen: list[pd.DataFrame] = []

    def look(step: int) -> None:
        if step == n_steps or (math.isinf(clip) and step in LOOKS):
            scores = secret_scores(
                model, case.tokens, case.canaries.rows, N_CANDIDATES, np.random.default_rng(3)
            )
            about = {"clip": clip, "noise": noise, "step": step, "repeats": case.canaries.repeats}
            seen.append(pd.DataFrame(about | {"exposure": exposure(scores)}))

    if n_steps == 0:
        look(0)
    report = tune_private(
        model, case.tokens, case.rows, privacy, n_steps, after=look, progress=sys.stderr.isatty()
    )
    value, low, high = mean_interval(auc_per_person(model, case), seed=0)
    row: dict[str, Any] = {
        "clip": clip, "noise": noise, "rate": privacy.rate, "steps": n_steps, "delta": DELTA,
        "epsilon": epsilon_of(noise, privacy.rate, n_steps, DELTA),
        "AUC": value, "low": low, "high": high,
        "length": float(np.nanmedian(report.lengths)) if n_steps else np.nan,
    }  # fmt: skip
    print(row, file=sys.stderr, flush=True)
    return pd.DataFrame([row]), pd.concat(seen, ignore_index=True)


def main() -> None:
    """Measure all settings, and write the records."""
    worth, kept = zip(*(measured(*setting) for setting in SETTINGS), strict=True)
    stamp, command = fingerprint("films", CODE), f"python -m rectutor.analysis.{NAME}"
    print(write_record(NAME, pd.concat(worth), command, stamp))
    print(write_record(CANARIES, pd.concat(kept), command, stamp))


if __name__ == "__main__":
    main()
