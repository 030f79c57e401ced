"""Measure the language models' speed against peft and transformers: part of `make bench`.

    python tests/bench/run_lm.py --out build/bench [--rounds 3] [--only NAME ...] [--record DIR]

As in `run.py`: both sides in turn, A B A B, each in a process of its own with one thread, on the
same text; processor seconds count. peft and transformers lie in our own environment, so nothing is
installed. The decoder has `TinyConfig`'s default sizes with 4,000 entries and random weights.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from run import Answer, Comparison, Lab, Side, asked_for, compare, is_asked, report, settings

WORKERS = ("lm_worker.py", "peft_worker.py", "lm_common.py")


def per_million_tokens(answer: Answer) -> float:
    """Return processor seconds per million tokens, padding not counted."""
    return 1e6 * answer["seconds"] / answer["tokens"]


def per_candidate(answer: Answer) -> float:
    """Return processor milliseconds for one candidate."""
    return 1e3 * answer["seconds"] / answer["candidates"]


TUNING = Comparison(
    "LoRA tuning, against peft", Side("lm", "tune"), Side("peft", "tune"),
    "", 2.0, per_million_tokens, "CPU s per million tokens",
)  # fmt: skip
SCORING = Comparison(
    "scoring 20 candidates, against no shared prefix", Side("lm", "score"), Side("peft", "score"),
    "", 4.0, per_candidate, "CPU ms per candidate",
)  # fmt: skip
SAME = {TUNING: ("first", "last"), SCORING: ("mean",)}  # what both sides must agree on
NAMES = {
    "first": "mean loss of the first epoch",
    "last": "mean loss of the last epoch",
    "mean": "mean score of a candidate",
}


class OwnLab(Lab):
    """Runs every worker in the environment of this very process."""

    def python(self, who: str) -> Path:
        """Return this interpreter."""
        return Path(sys.executable)


def agreement(one: Comparison, answers: Sequence[Answer], tolerance: float = 1e-3) -> list[Answer]:
    """Return one row for each number that both sides must agree on, with its largest difference.

    Args:
        one: what was compared.
        answers: ours and the peer's in turn, of all rounds.
        tolerance: nats.

    Raises:
        AssertionError: they do not agree, so their times cannot be compared.
    """
    ours, peer = answers[::2], answers[1::2]
    rows = []
    for key in SAME[one]:
        pairs = [(a[key], b[key]) for a, b in zip(ours, peer, strict=True)]
        assert all(abs(a - b) < tolerance for a, b in pairs), f"{key} differs: {pairs}"
        worst = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
        rows.append(
            {
                "measured": f"{NAMES[key]}, where it differs most",
                "unit": "nats",
                "ours": worst[0],
                "peer": worst[1],
                "rounds": len(pairs),
            }
        )
    return rows


def main() -> None:
    """Measure, print one table, and write it with every single answer."""
    asked = asked_for(__doc__, has_peers=False)
    lab = OwnLab(asked.out.absolute(), None)
    rows: list[Answer] = []
    for one in SAME:
        if is_asked(one.name, asked):
            before = len(lab.answers)
            rows += compare(lab, one, asked.rounds)
            rows += agreement(one, lab.answers[before:])
    against = "; ".join(f"{name}=={version(name)}" for name in ("peft", "transformers", "torch"))
    said = f"{settings(WORKERS)}\n\none thread each"
    report("run_lm.py", rows, lab.answers, asked, against, said)


if __name__ == "__main__":
    main()
