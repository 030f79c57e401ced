"""Where to put few trained weights: LoRA, adapters, a prefix or a prompt, as many in each.

`python -m rectutor.analysis.places_to_tune` tunes the shipped decoder in each place on the same
questions, with two step sizes, asks it other questions to choose the step size by, the held-out
ones, and the quiz about films and books, and writes a record.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.tuned_runs import record_runs, row_of_run
from rectutor.lm.bottleneck import add_bottlenecks
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora, n_trainable
from rectutor.lm.quiz import all_questions
from rectutor.lm.soft_tokens import add_soft_tokens
from rectutor.lm.yes_no import AS_TALLREC, Style
from rectutor.metrics.judgement import auc
from rectutor.prompts.template import Template
from rectutor.training.taste import Taste, decoder, tune_on

__all__ = ["NAME", "PLACES", "behind", "chosen", "measured_places", "rates_for"]

NAME = "places_to_tune"
N_EXAMPLES, SEEDS = 2048, (0,)
RATES = (1e-3, 3e-3)  # of weights; vectors that stand for words take three times as much
_CHOSEN_ON = 2000  # questions to choose the step size by, beside those to tune on
_QUESTIONS = 100  # of each kind and world, in the quiz
_CODE = (
    "rectutor.data.judgements",
    "rectutor.lm.bottleneck",
    "rectutor.lm.lora",
    "rectutor.lm.soft_tokens",
    "rectutor.training.taste",
)


def _lora(model: CausalLM, seed: int) -> str:
    add_lora(model.model, 8, 16, seed=seed)
    return ""


def _adapters(model: CausalLM, seed: int) -> str:
    add_bottlenecks(model.model, 8, seed=seed)
    return ""


def _prefix(model: CausalLM, seed: int) -> str:
    return add_soft_tokens(model, 32, deep=True, seed=seed).text


def _prompt(model: CausalLM, seed: int) -> str:
    return add_soft_tokens(model, 128, seed=seed).text


def _short_prompt(model: CausalLM, seed: int) -> str:
    return add_soft_tokens(model, 16, seed=seed).text


# Each thaws what it tunes, and returns the text that prompts have to begin with. All but the last
# have 24,576 weights in the shipped decoder.
PLACES: dict[str, Callable[[CausalLM, int], str]] = {
    "LoRA": _lora,
    "adapters": _adapters,
    "prefix": _prefix,
    "prompt": _prompt,
    "prompt, 16 tokens": _short_prompt,
}


def behind(style: Style, text: str) -> Style:
    """Put a text in front of every question."""
    templates = (Template(one.name, text + one.text) for one in style.templates)
    return style._replace(templates=tuple(templates))


def rates_for(place: str) -> tuple[float, ...]:
    """Return the step sizes to try for one of `PLACES`."""
    factor = 3 if place.startswith(("prefix", "prompt")) else 1
    return tuple(factor * rate for rate in RATES)


def measured_places(
    taste: Taste, n: int = N_EXAMPLES, seed: int = 0, n_questions: int = _QUESTIONS
) -> pd.DataFrame:
    """Tune in every place and with every step size on the same n questions, and measure.

    Args:
        taste: from `taste_of`.
        n: examples.
        seed: of the examples, their order, and what is trained.
        n_questions: of the quiz, see `all_questions`.

    Returns:
        A row for each place and step size: place, parameters, rate, seconds (of tuning), answering
        (seconds for the judged questions), seed, elsewhere (the AUC on other questions, to choose
        the step size by), the measures of `judged_row`, and the share of right answers to each kind
        of the quiz, which is asked without soft tokens.
    """
    quiz = all_questions(n_questions)
    drawn = np.random.default_rng(seed).permutation(len(taste.tuning.item_index))
    others = taste.tuning.take(drawn[n : n + _CHOSEN_ON])
    rows = []
    for place, rate in [(own, rate) for own in PLACES for rate in rates_for(own)]:
        model, style, seconds = _tuned(taste, place, n, learning_rate=rate, seed=seed)
        started = time.process_time()
        odds = taste.judge(model, style)
        about: dict[str, Any] = {
            "place": place,
            "parameters": n_trainable(model.model),
            "rate": rate,
            "seconds": round(seconds, 1),
            "answering": round(time.process_time() - started, 1),
            "seed": seed,
        }
        elsewhere = taste._replace(judged=others).judge(model, style)
        about["elsewhere"] = auc(elsewhere, others.is_liked)
        rows.append(row_of_run(about, odds, taste.judged, model, quiz))
    return pd.DataFrame(rows)


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Keep of each place the row with the step size that was best on other questions.

    Args:
        table: `place`, `seed` and `elsewhere`, from `measured_places`.
    """
    best = table.groupby(["place", "seed"], sort=False)["elsewhere"].idxmax()
    return table.loc[best].reset_index(drop=True)


def _tuned(
    taste: Taste, place: str, n: int, *, learning_rate: float, seed: int = 0
) -> tuple[CausalLM, Style, float]:
    """Return a tuned decoder, how it wants to be asked, and the seconds that took."""
    model = decoder()
    style = behind(AS_TALLREC, PLACES[place](model, seed))
    options: dict[str, Any] = {"learning_rate": learning_rate, "progress": sys.stderr.isatty()}
    return model, style, tune_on(model, taste, n, style, seed=seed, **options).seconds


def main() -> None:
    """Measure with every seed, and write the record."""
    record_runs(NAME, measured_places, SEEDS, _CODE)


if __name__ == "__main__":
    main()
