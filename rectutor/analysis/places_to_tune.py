"""Where to put few trained weights: LoRA, adapters, a prefix or a prompt, as many in each.

`python -m rectutor.analysis.places_to_tune` chooses a step size for each on questions that are not
judged, tunes the shipped decoder on the same questions, asks it the held-out questions and the quiz
about films and books, and writes a record.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.analysis.tallrec_curve import N_PEOPLE, judged_row
from rectutor.lm.bottleneck import add_bottlenecks
from rectutor.lm.causal import CausalLM
from rectutor.lm.judging import right_by_kind
from rectutor.lm.lora import add_lora, n_trainable
from rectutor.lm.quiz import all_questions
from rectutor.lm.soft_tokens import add_soft_tokens
from rectutor.lm.yes_no import AS_TALLREC, Style
from rectutor.metrics.judgement import log_loss
from rectutor.prompts.template import Template
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import Taste, decoder, taste_of, tune_on

__all__ = ["NAME", "PLACES", "behind", "best_rate", "measured_places", "rates_for"]

NAME = "places_to_tune"
N_EXAMPLES, SEEDS = 2048, (0, 1)
RATES = (1e-3, 3e-3, 1e-2)  # of weights; vectors that stand for words take three times as much
_TRIED_ON, _CHOSEN_ON = 512, 2000  # questions to tune on and to choose by, for the step size
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


def best_rate(taste: Taste, place: str, n: int = _TRIED_ON) -> float:
    """Return the step size under which n questions teach most of 2,000 others.

    Both are among those to tune on. What is judged by is the log loss.

    Args:
        taste: from `taste_of`.
        place: one of `PLACES`.
        n: questions to tune on; those to choose by are drawn from the rest.
    """
    order = np.random.default_rng(0).permutation(len(taste.tuning.item_index))
    tuned, chosen = order[:n], order[n : n + _CHOSEN_ON]
    part = taste._replace(tuning=taste.tuning.take(tuned), judged=taste.tuning.take(chosen))
    losses = {}
    for rate in rates_for(place):
        model, style, _ = _tuned(part, place, n, learning_rate=rate)
        odds = part.judge(model, style)
        losses[rate] = log_loss(1 / (1 + np.exp(-odds)), part.judged.is_liked)
        print(f"{place}, step size {rate:g}: log loss {losses[rate]:.4f}", flush=True)
    return min(losses, key=lambda rate: losses[rate])


def measured_places(
    taste: Taste,
    rates: dict[str, float],
    n: int = N_EXAMPLES,
    seed: int = 0,
    n_questions: int = _QUESTIONS,
) -> pd.DataFrame:
    """Tune in every place on the same n questions, and measure taste, memory and time.

    Args:
        taste: from `taste_of`.
        rates: the step size of each place.
        n: examples.
        seed: of the examples, their order, and what is trained.
        n_questions: of the quiz, see `all_questions`.

    Returns:
        A row for each place: place, parameters, rate, seconds (of tuning), answering (seconds for
        the judged questions), seed, the measures of `judged_row`, and the share of right answers
        to each kind of the quiz, which is asked without soft tokens.
    """
    quiz = all_questions(n_questions)
    rows = []
    for place, rate in rates.items():
        model, style, seconds = _tuned(taste, place, n, seed=seed, learning_rate=rate)
        started = time.process_time()
        odds = taste.judge(model, style)
        row: dict[str, Any] = {
            "place": place,
            "parameters": n_trainable(model.model),
            "rate": rate,
            "seconds": round(seconds, 1),
            "answering": round(time.process_time() - started, 1),
            "seed": seed,
        }
        row |= judged_row(odds, taste.judged)
        rows.append(row | right_by_kind(model, quiz))
        print(rows[-1], file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def _tuned(
    taste: Taste, place: str, n: int, *, learning_rate: float, seed: int = 0
) -> tuple[CausalLM, Style, float]:
    """Return a tuned decoder, how it wants to be asked, and the seconds that took."""
    model = decoder()
    style = behind(AS_TALLREC, PLACES[place](model, seed))
    options: dict[str, Any] = {"learning_rate": learning_rate, "progress": sys.stderr.isatty()}
    return model, style, tune_on(model, taste, n, style, seed=seed, **options).seconds


def main() -> None:
    """Choose step sizes, measure with every seed, and write the record."""
    taste = taste_of(n_people=N_PEOPLE)
    rates = {place: best_rate(taste, place) for place in PLACES}
    table = pd.concat([measured_places(taste, rates, seed=seed) for seed in SEEDS])
    command = "python -m rectutor.analysis.places_to_tune"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
