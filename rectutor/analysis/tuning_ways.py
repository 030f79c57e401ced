"""Which weights to tune: LoRA in all blocks, LoRA in the last one, or everything; and what is lost.

`python -m rectutor.analysis.tuning_ways` tunes the shipped decoder on the same questions in three
ways, asks it the held-out questions and the quiz about films and books, and writes a record.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from rectutor.analysis.tuned_runs import record_runs, row_of_run
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora, n_trainable
from rectutor.lm.quiz import all_questions
from rectutor.lm.yes_no import AS_TALLREC
from rectutor.training.taste import Taste, decoder, tune_on

__all__ = ["NAME", "WAYS", "measured_ways"]

NAME = "tuning_ways"
N_EXAMPLES, SEEDS = 4096, (0, 1)
_QUESTIONS = 100  # of each kind and world, in the quiz
_CODE = ("rectutor.data.judgements", "rectutor.lm.lora", "rectutor.training.taste")


def _lora(model: CausalLM, seed: int) -> float:
    add_lora(model.model, 8, 16, seed=seed)
    return 3e-3


def _top_quarter(model: CausalLM, seed: int) -> float:
    n = model.model.config.num_hidden_layers
    add_lora(model.model, 8, 16, layers=range(n - max(1, n // 4), n), seed=seed)
    return 3e-3


def _everything(model: CausalLM, seed: int) -> float:
    model.model.requires_grad_(True)
    return 3e-4


# Each thaws what it tunes and returns the step size; all weights take a tenth of LoRA's.
WAYS: dict[str, Callable[[CausalLM, int], float]] = {
    "LoRA": _lora,
    "LoRA, top quarter": _top_quarter,
    "all weights": _everything,
}


def measured_ways(
    taste: Taste, n: int = N_EXAMPLES, seed: int = 0, n_questions: int = _QUESTIONS
) -> pd.DataFrame:
    """Tune in every way on the same n questions, and measure taste and memory.

    Args:
        taste: from `taste_of`.
        n: examples.
        seed: of the examples, their order, and LoRA.
        n_questions: of the quiz, see `all_questions`.

    Returns:
        A row for "frozen" and for each way: way, parameters, seconds, the measures of
        `judged_row`, and the share of right answers to each kind of the quiz.
    """
    quiz = all_questions(n_questions)
    rows = []
    for way in ("frozen", *WAYS):
        model, seconds, trained = decoder(), 0.0, 0
        if way in WAYS:
            rate = WAYS[way](model, seed)
            trained = n_trainable(model.model)
            report = tune_on(
                model, taste, n, AS_TALLREC, seed=seed, learning_rate=rate, progress=False
            )
            seconds = report.seconds
        about = {"way": way, "parameters": trained, "seconds": round(seconds, 1), "seed": seed}
        odds = taste.judge(model, AS_TALLREC)
        rows.append(row_of_run(about, odds, taste.judged, model, quiz))
    return pd.DataFrame(rows)


def main() -> None:
    """Measure with every seed, and write the record."""
    record_runs(NAME, measured_ways, SEEDS, _CODE)


if __name__ == "__main__":
    main()
