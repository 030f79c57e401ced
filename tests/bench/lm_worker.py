"""rectutor's LoRA and scoring: run by run_lm.py in a process of its own.

`tune`: `rectutor.training.tune` on `rectutor.lm.lora`, pairs side by side without padding, the
output layer and the last feed-forward part at answers only. `score`: `CausalLM.score`, each prompt
read once.
"""

from __future__ import annotations

import time

import lm_common as shared
import torch
from bench_common import answer, arguments, seconds_of

from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora
from rectutor.training.tune import TuneReport, tune


def tuned(n: int, seed: int) -> tuple[TuneReport, float]:
    """Tune LoRA on n pairs; return the report, and the processor seconds from text to weights."""
    model, words, asked = shared.model(), shared.tokenizer(), shared.yes_or_no(n, seed)
    add_lora(model, shared.RANK, shared.ALPHA, shared.TARGETS, seed=seed)
    started = time.process_time()
    report = tune(
        model,
        words,
        *asked,
        epochs=shared.EPOCHS,
        batch_size=shared.BATCH_SIZE,
        learning_rate=shared.RATE,
        seed=seed,
        progress=False,
    )
    return report, time.process_time() - started


def tuning(seed: int) -> None:
    """Tune once to warm up, then with the clock running."""
    tuned(shared.WARM_UP, seed)
    report, seconds = tuned(shared.PAIRS, seed)
    answer(seconds=seconds, tokens=report.tokens, first=report.losses[0], last=report.losses[-1])


def scoring(seed: int) -> None:
    """Score all candidates of all prompts."""
    lm = CausalLM(shared.model(), shared.tokenizer(), "bench")
    prompts, candidates = shared.titles(seed)
    scores = lm.score(prompts, candidates)
    answer(
        seconds=seconds_of(lambda: lm.score(prompts, candidates), repeats=3),
        candidates=sum(map(len, scores)),
        mean=float(sum(row.sum() for row in scores) / sum(map(len, scores))),
    )


def main() -> None:
    """Run one task."""
    asked = arguments()
    torch.set_num_threads(1)
    {"tune": tuning, "score": scoring}[asked.task](asked.seed)


if __name__ == "__main__":
    main()
