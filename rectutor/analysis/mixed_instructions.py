"""What tuning makes a decoder forget, and what reading on beside it keeps.

`python -m rectutor.analysis.mixed_instructions` tunes the shipped decoder by LoRA on the same
questions, with texts of its own corpus as a quarter or half of the loss, or without, and measures
taste, surprise at texts held out, and the quiz about films and books.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from rectutor.analysis.tuned_runs import record_runs, row_of_run
from rectutor.lm.corpus import corpus
from rectutor.lm.lora import add_lora
from rectutor.lm.quiz import all_questions
from rectutor.lm.tiny import tokenized_documents
from rectutor.lm.yes_no import AS_TALLREC, answers_of
from rectutor.training.mixed import tune_mixed
from rectutor.training.pretrain import perplexity
from rectutor.training.taste import Taste, decoder

__all__ = ["NAME", "SHARES", "measured_shares"]

NAME = "mixed_instructions"
SHARES, SEEDS = (0.0, 0.25, 0.5), (0,)
N_EXAMPLES = 2048
_QUESTIONS = 100  # of each kind and world, in the quiz
_LENGTH = 512  # tokens of a row of held-out text, as on the card of the decoder
_CODE = (
    "rectutor.data.judgements",
    "rectutor.lm.corpus",
    "rectutor.lm.lora",
    "rectutor.training.mixed",
    "rectutor.training.taste",
)


def measured_shares(
    taste: Taste, n: int = N_EXAMPLES, seed: int = 0, n_questions: int = _QUESTIONS
) -> pd.DataFrame:
    """Tune with every share of texts on the same n questions.

    Args:
        taste: from `taste_of`.
        n: examples.
        seed: of the examples, their order, the texts and LoRA.
        n_questions: of the quiz, see `all_questions`.

    Returns:
        A row for the frozen decoder, whose share is NaN, and for each of `SHARES`: share, seed,
        seconds, perplexity on texts held out, the measures of `judged_row`, and the share of right
        answers to each kind of the quiz.
    """
    texts, quiz = corpus(0), all_questions(n_questions)
    drawn = np.random.default_rng(seed).permutation(len(taste.tuning.item_index))[:n]
    examples = taste.tuning.take(drawn)
    asked = AS_TALLREC.prompts(examples, taste.titles), answers_of(examples, AS_TALLREC.labels)
    rows = []
    for share in (np.nan, *SHARES):
        model, seconds = decoder(), 0.0
        if not np.isnan(share):
            add_lora(model.model, 8, 16, seed=seed)
            report = tune_mixed(
                model, *asked, texts.documents["text"].tolist(), share, seed=seed,
                progress=sys.stderr.isatty(),
            )  # fmt: skip
            seconds = report.seconds
        held_out = tokenized_documents(texts.held_out["text"].tolist(), model.tokenizer)
        about = {"share": share, "seed": seed, "seconds": round(seconds, 1)}
        about["perplexity"] = perplexity(model.model, held_out, _LENGTH)
        odds = taste.judge(model, AS_TALLREC)
        rows.append(row_of_run(about, odds, taste.judged, model, quiz))
    return pd.DataFrame(rows)


def main() -> None:
    """Measure with every seed, and write the record."""
    record_runs(NAME, measured_shares, SEEDS, _CODE)


if __name__ == "__main__":
    main()
