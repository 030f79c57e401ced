"""Measure beams over the trie against `generate` of transformers: part of `make bench`.

    python tests/bench/run_beams.py --out build/bench [--rounds 3] [--only NAME ...] [--record DIR]

As in `run.py`, both sides in turn, A B A B, each in a process of its own, with the same weights,
trie and people; but with two threads, and what counts is users per second by the clock on the wall.
Processor seconds stand beside it, for a machine that is busy otherwise. Both sides must find the
same beams: near ties apart, which may fall either way, the same items with the same scores.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from run import Answer, Comparison, Side, asked_for, compare, is_asked, report, row_of, settings
from run_lm import OwnLab

GOALS = {1: 2.5, 16: 4.0, 64: 5.0}
WORKERS = ("beams_common.py", "beams_worker.py", "generate_worker.py")
SAME, CLOSE = 0.999, 1e-4  # share of equal items at least, and difference of scores at most


def wall(answer: Answer) -> float:
    """Return milliseconds by the clock on the wall for one user."""
    return 1e3 * float(answer["wall"]) / answer["users"]


def processor(answer: Answer) -> float:
    """Return processor milliseconds for one user."""
    return 1e3 * float(answer["seconds"]) / answer["users"]


COMPARISONS = [
    Comparison(
        f"beams of {batch} at once, against generate", Side("beams", f"batch_{batch}"),
        Side("generate", f"batch_{batch}"), "", goal, wall, "ms per user",
    )
    for batch, goal in GOALS.items()
]  # fmt: skip


def in_words(name: str, row: Answer, ours: Sequence[Answer], peer: Sequence[Answer]) -> list:
    """Return what stands below the judged row: users per second, and processor time."""
    rates = {
        "measured": "  that is",
        "unit": "users per second",
        "ours": 1e3 / row["ours"],
        "peer": 1e3 / row["peer"],
        "rounds": row["rounds"],
    }
    costs = [[processor(answer) for answer in side] for side in (ours, peer)]
    spent = row_of(f"{name}, processor", "CPU ms per user", 0.0, *costs)
    return [rates, {k: v for k, v in spent.items() if k not in ("goal", "reached")}]


def agreement(scratch: Path, task: str, rounds: int) -> Answer:
    """Return a row that says how alike the beams of both sides are.

    Args:
        scratch: where the workers have left items and scores.
        task: of the workers.
        rounds: how often both have run.

    Raises:
        AssertionError: they are not alike, so their times cannot be compared.
    """
    shares, gaps = [], []
    for seed in range(rounds):
        ours, peer = (
            np.load(scratch / f"{who}_{task}_{seed}.npz") for who in ("beams", "generate")
        )
        pairs = zip(ours["items"], peer["items"], strict=True)
        shares.append(statistics.mean(len(np.intersect1d(*pair)) / len(pair[0]) for pair in pairs))
        gaps.append(float(np.abs(ours["scores"] - peer["scores"]).max()))
    assert min(shares) >= SAME, f"{task}: only {min(shares):.4f} of the items are the same"
    assert max(gaps) <= CLOSE, f"{task}: scores differ by {max(gaps):.2g}"
    return {
        "measured": "  share of beams in common, and the largest difference of scores",
        "unit": "share; nats",
        "ours": min(shares),
        "peer": max(gaps),
        "rounds": rounds,
    }


def measured(lab: OwnLab, one: Comparison, rounds: int) -> list[Answer]:
    """Compare two sides; return the rows, also of processor time and of how alike beams are."""
    before = len(lab.answers)
    rows = compare(lab, one, rounds)
    ours, peer = lab.answers[before::2], lab.answers[before + 1 :: 2]
    rows += in_words(one.name, rows[0], ours, peer)
    return [*rows, agreement(lab.out / "scratch", one.ours.task, rounds)]


def main() -> None:
    """Measure, print one table, and write it with every single answer."""
    asked = asked_for(__doc__, has_peers=False)
    lab = OwnLab(asked.out.absolute(), None)
    chosen = [one for one in COMPARISONS if is_asked(one.name, asked)]
    rows = [row for one in chosen for row in measured(lab, one, asked.rounds)]
    against = "; ".join(f"{name}=={version(name)}" for name in ("transformers", "torch"))
    said = f"{settings(WORKERS)}\n\ntwo threads each"
    report("run_beams.py", rows, lab.answers, asked, against, said)


if __name__ == "__main__":
    main()
