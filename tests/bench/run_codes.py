"""Measure tries and tokenizers against dictionaries, faiss and ResidualVQ: part of `make bench`.

    python tests/bench/run_codes.py --out build/bench [--rounds 3] [--peers DIR] [--only NAME ...]

As in `run.py`: both sides in turn, A B A B, each in a process and an environment of its own, with
one thread and on the same numbers; processor seconds count. What a peer that cannot be installed
would be compared with is left out, and that is said.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from run import (
    TORCH,
    Answer,
    Comparison,
    Lab,
    Side,
    asked_for,
    bound_row,
    compare,
    is_asked,
    report,
    row_of,
    seconds,
    settings,
)

PANDAS = "pandas==2.2.3"  # for the file that all workers share
PEERS = {
    "faiss": ["faiss-cpu==1.15.1", PANDAS],
    "vq": ["vector-quantize-pytorch==1.32.0", TORCH, PANDAS],
}
WORKERS = ("codes_common.py", "codes_worker.py", "faiss_worker.py", "vq_worker.py")


def megabytes(answer: Answer) -> float:
    """Return the memory of the ids."""
    return float(answer["mb"])


def milliseconds(answer: Answer) -> float:
    """Return processor milliseconds."""
    return 1e3 * float(answer["seconds"])


FAISS = Side("faiss", "kmeans")
COMPARISONS = [
    Comparison(
        "memory of a million ids, against dictionaries", Side("codes", "trie"),
        Side("codes", "dicts"), "", 40.0, megabytes, "MB",
    ),
    Comparison(
        "residual k-means to faiss's error", Side("codes", "kmeans"), FAISS,
        "", 0.8, seconds, "CPU s",
    ),
    Comparison(
        "residual k-means, 25 rounds each", Side("codes", "kmeans_25"), FAISS,
        "", 0.8, seconds, "CPU s",
    ),
    Comparison(
        "RQ-VAE step, against ResidualVQ", Side("codes", "rqvae"), Side("vq", "rqvae"),
        "", 1.0, milliseconds, "CPU ms",
    ),
]  # fmt: skip


class CodesLab(Lab):
    """Runs our workers in the environment of this very process, and peers in their own."""

    def python(self, who: str) -> Path:
        """Return a contender's interpreter."""
        return Path(sys.executable) if who == "codes" else super().python(who)


def measured(lab: Lab, one: Comparison, rounds: int) -> list[Answer]:
    """Compare two sides; return the rows, also of what must hold besides the time."""
    before = len(lab.answers)
    rows = compare(lab, one, rounds)
    ours, peer = lab.answers[before::2], lab.answers[before + 1 :: 2]
    if one.peer == FAISS:
        errors = [[answer["error"] for answer in side] for side in (ours, peer)]
        rows.append(row_of(f"error of {one.name}", "squared distance", 1.0, *errors))
    if one.ours.task == "rqvae":
        starts = [answer["start"] for answer in ours]
        rows.append(bound_row("placing the entries of an RQ-VAE", "CPU s", starts, 3.0))
    return rows


def large_trie(lab: Lab, rounds: int) -> list[Answer]:
    """Measure ten million ids: how long they take to build, and a step along one code."""
    answers = [lab.run(Side("codes", "large_trie"), seed=seed) for seed in range(rounds)]
    bounds = {
        "seconds": ("trie of ten million sorted ids", "CPU s", 1.0),
        "root_us": ("its step from the root", "CPU us", 10.0),
        "child_us": ("its step from a child", "CPU us", 10.0),
    }
    rows = [bound_row(n, u, [a[key] for a in answers], m) for key, (n, u, m) in bounds.items()]
    size = {"measured": "its memory", "unit": "MB", "ours": answers[0]["mb"], "rounds": rounds}
    return [*rows, size]


def main() -> None:
    """Measure, print one table, and write it with every single answer."""
    asked = asked_for(__doc__)
    lab = CodesLab(asked.out.absolute(), asked.peers, PEERS)
    rows: list[Answer] = []
    for one in COMPARISONS:
        if is_asked(one.name, asked):
            try:
                rows += measured(lab, one, asked.rounds)
            except subprocess.CalledProcessError as error:
                print(f"left out: pip could not install {PEERS[one.peer.who][0]} ({error})")
    if is_asked("trie", asked):
        rows += large_trie(lab, asked.rounds)
    against = "; ".join(" ".join(pins) for pins in PEERS.values())
    said = f"{settings(WORKERS)}\n\none thread each"
    report("run_codes.py", rows, lab.answers, asked, against, said)


if __name__ == "__main__":
    main()
