"""Measure speed against other libraries: `make bench`.

    python tests/bench/run.py --out build/bench [--rounds 3] [--peers DIR] [--only NAME ...]

Ours and the other library run in turn, A B A B, each in a process and an environment of its own,
with one thread and on the same data, split, targets, width (64), blocks (2) and length (50). What
counts is processor seconds, since a machine is seldom ours alone; each round gives one ratio, and
the table shows the least, the median and the largest. Above 1, ours is the quicker one.

The data are the ml-100k sample that RecBole's package carries. Its tied timestamps are settled
once, in the file that everybody reads, so all hold out the same events.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))  # the clone that this file lies in is what is measured

from rectutor.analysis.records import machine_size, write_record  # noqa: E402
from rectutor.data import k_core  # noqa: E402
from rectutor.files import write_atomically  # noqa: E402

Answer = dict[str, Any]
TORCH = "torch==2.13.0"
PEERS = {  # what pip installs for each
    "rectools": ["RecTools[torch]==0.19.0", TORCH],
    "recbole": [
        "recbole==1.2.1",
        TORCH,
        "numpy==1.26.4",  # it uses names that NumPy 2 has removed
        "pandas==2.2.3",
        "scipy==1.13.1",
        "setuptools<81",
    ],
    "ranx": ["ranx==0.3.21"],
}
SAMPLE = Path("recbole", "dataset_example", "ml-100k", "ml-100k.inter")
NEWEST = 53  # events of a user: 51 to train on, which are 50 targets for everybody
FEW = 100  # users for RecBole, whose whole epoch would take minutes


@dataclass(frozen=True)
class Side:
    """One contender of a comparison: "ours" or a peer, and its task."""

    who: str
    task: str


@dataclass(frozen=True)
class Comparison:
    """Two tasks that are run in turn, and what is compared."""

    name: str
    ours: Side
    peer: Side
    data: str  # stem of the CSV file
    goal: float  # least ratio
    cost: Callable[[Answer], float]  # the lower, the better
    unit: str
    of_medians: bool = False  # judge the ratio of medians, not the median of ratios


def per_million(answer: Answer) -> float:
    """Return processor seconds per million target positions."""
    return 1e6 * answer["seconds"] / answer["targets"]


def seconds(answer: Answer) -> float:
    """Return processor seconds."""
    return float(answer["seconds"])


def per_thousand_users(answer: Answer) -> float:
    """Return processor milliseconds for one user."""
    return 1e3 * answer["seconds"] / answer["users"]


MILLION = "CPU s per million targets"
COMPARISONS = [
    Comparison(
        "training, against RecTools", Side("ours", "train_cost"), Side("rectools", "train_cost"),
        "newest", 2.5, per_million, MILLION,
    ),
    Comparison(
        "training, against RecBole", Side("ours", "train_cost"), Side("recbole", "train_cost"),
        "few", 20.0, per_million, MILLION,
    ),
    Comparison(
        "to validation NDCG@10 0.04 (ours: 0.06), against RecTools", Side("ours", "to_quality"),
        Side("rectools", "to_quality"), "newest", 2.0, seconds, "CPU s", of_medians=True,
    ),
    Comparison(
        "metric stage, against ranx", Side("ours", "metrics"), Side("ranx", "metrics"),
        "", 4.0, per_thousand_users, "CPU ms per user",
    ),
    Comparison(
        "product and metric stage, against product and torch.topk",
        Side("ours", "product_and_metrics"), Side("ours", "product_and_topk"),
        "", 0.8, per_thousand_users, "CPU ms per user",
    ),
    Comparison(
        "ranking end to end, against RecTools' recommend", Side("ours", "recommend"),
        Side("rectools", "recommend"), "newest", 4.0, per_thousand_users, "CPU ms per user",
    ),
]  # fmt: skip
SCALES = (1, 4, 16)


def spread(ours: Sequence[float], peer: Sequence[float], of_medians: bool = False) -> dict:
    """Compare two costs, round by round.

    Args:
        ours: cost of each round, lower is better.
        peer: cost of the same rounds.
        of_medians: judge the ratio of the two medians instead of the median of the ratios.

    Returns:
        `ratio`, which is judged, and `least` and `most` of the rounds; above 1, ours is better.

    Example:
        >>> spread([1.0, 2.0, 1.0], [4.0, 4.0, 6.0])
        {'ratio': 4.0, 'least': 2.0, 'most': 6.0}
    """
    ratios = [theirs / own for own, theirs in zip(ours, peer, strict=True)]
    middle = statistics.median(ratios)
    if of_medians:
        middle = statistics.median(peer) / statistics.median(ours)
    return {"ratio": middle, "least": min(ratios), "most": max(ratios)}


def row_of(name: str, unit: str, goal: float, ours: Sequence[float], peer: Sequence[float],
           of_medians: bool = False) -> Answer:  # fmt: skip
    """Return one row of the table; `reached` is judged on the ratio before rounding."""
    compared = spread(ours, peer, of_medians)
    return {
        "measured": name,
        "unit": unit,
        "ours": statistics.median(ours),
        "peer": statistics.median(peer),
        **compared,
        "goal": goal,
        "reached": "yes" if compared["ratio"] >= goal else "no",
        "rounds": len(ours),
    }


def bound_row(name: str, unit: str, values: Sequence[float], most: float) -> Answer:
    """Return a row about something that must stay below a bound; `ours` is the largest value."""
    reached = "yes" if max(values) < most else "no"
    return {
        "measured": name,
        "unit": unit,
        "ours": max(values),
        "goal": most,
        "reached": reached,
        "rounds": len(values),
    }


def quality_row(ours: Sequence[Answer], peer: Sequence[Answer]) -> Answer:
    """Return the row that says whether the quicker training was also no worse on the test."""
    own, theirs = ([answer["test"] for answer in side] for side in (ours, peer))
    return row_of("test NDCG@10 at that point (ours / peer)", "NDCG@10", 1.0, theirs, own, True) | {
        "ours": statistics.median(own),
        "peer": statistics.median(theirs),
    }


class Lab:
    """Runs workers: knows the environments and the data, and keeps every answer.

    Args:
        out: folder for environments, data and answers.
        peers: folder with environments that exist already, or None to make them.
        pins: what pip installs for each peer; those of this benchmark when None.
    """

    def __init__(
        self, out: Path, peers: Path | None, pins: dict[str, list[str]] | None = None
    ) -> None:
        self.out, self.made_here = out, peers is None
        self.pins = PEERS if pins is None else pins
        self.answers: list[Answer] = []
        self.peers = (peers or out / "peers").absolute()

    def python(self, who: str) -> Path:
        """Return a contender's interpreter; a missing environment is made."""
        if who == "ours":
            return Path(sys.executable)
        python = self.peers / who / "bin" / "python"
        if not python.exists():
            if not self.made_here:
                raise FileNotFoundError(f"{self.peers} needs an environment {who!r}")
            self.make(who)
        return python

    def make(self, who: str) -> None:
        """Make the environment of one peer with pinned versions."""
        print(f"making an environment for {who}: {' '.join(self.pins[who])}", flush=True)
        folder = self.peers / who
        draft = folder.with_name(f"{who}.draft")  # renaming would break its scripts, not python
        subprocess.run([sys.executable, "-m", "venv", "--clear", draft], check=True)
        index = os.environ.get("TORCH_INDEX")
        more = ["--extra-index-url", index] if index else []
        pip = [draft / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *more, *self.pins[who]], check=True)
        draft.rename(folder)

    def prepare(self) -> None:
        """Write the data that everybody reads: each user's newest events, all users or a few."""
        self.python("recbole")
        found = sorted((self.peers / "recbole").glob(f"lib/python*/site-packages/{SAMPLE}"))
        if not found:
            raise FileNotFoundError(f"the environment in {self.peers / 'recbole'} has no {SAMPLE}")
        table = pd.read_csv(found[0], sep="\t")
        table.columns = pd.Index([name.split(":")[0] for name in table.columns])
        table = k_core(table, 5).sort_values(["user_id", "timestamp", "item_id"])
        table["timestamp"] = range(len(table))  # no ties
        newest = table.groupby("user_id").tail(NEWEST)
        few = newest[newest["user_id"].isin(newest["user_id"].unique()[:FEW])]
        for name, part in {"newest": newest, "few": few}.items():
            with write_atomically(self.out / f"{name}.csv") as draft:
                part.to_csv(draft, index=False)

    def run(self, side: Side, data: str = "", seed: int = 0, times: int = 1) -> Answer:
        """Run one task in a process of its own and return what it measured."""
        worker = "ours.py" if side.who == "ours" else f"{side.who}_worker.py"
        scratch = self.out / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        command = [self.python(side.who), HERE / worker, side.task, "--seed", seed]
        command += ["--times", times, "--scratch", scratch]
        command += ["--data", self.out / f"{data}.csv"] if data else []
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "NUMBA_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT) if side.who == "ours" else "",
        }
        done = subprocess.run(
            [str(part) for part in command],
            env=environment, cwd=scratch, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{side.who} {side.task} failed:\n{done.stderr[-2000:]}")
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        self.answers.append(
            {"who": side.who, "task": side.task, "data": data, "seed": seed, "times": times}
            | answer
        )
        print("  ", side.who, side.task, json.dumps(answer), flush=True)
        return answer


def compare(lab: Lab, one: Comparison, rounds: int) -> list[Answer]:
    """Run both sides in turn and return the rows that come of it."""
    print(one.name, flush=True)
    ours, peer = [], []
    for seed in range(rounds):
        ours.append(lab.run(one.ours, one.data, seed))
        peer.append(lab.run(one.peer, one.data, seed))
    costs = [[one.cost(answer) for answer in side] for side in (ours, peer)]
    rows = [row_of(one.name, one.unit, one.goal, *costs, of_medians=one.of_medians)]
    if one.ours.task == "to_quality":
        rows.append(quality_row(ours, peer))
    if one.peer.who == "ranx":
        assert abs(ours[0]["ndcg"] - peer[0]["ndcg"]) < 1e-6, "ranx and we disagree"
        arrays = [1e3 * answer["seconds_arrays"] / answer["users"] for answer in peer]
        shortcut = row_of(f"{one.name} past its Run", one.unit, 0.0, costs[0], arrays)
        rows.append({k: v for k, v in shortcut.items() if k not in ("goal", "reached")})
    return rows


def grow(lab: Lab) -> list[Answer]:
    """Measure cost and memory on synthetic data of growing size."""
    rows = []
    for times in SCALES:
        answer = lab.run(Side("ours", "scale"), times=times)
        size = f"synthetic, {943 * times:,} users and {1263 * times:,} items"
        rows += [
            {"measured": f"training, {size}", "unit": MILLION, "ours": per_million(answer)},
            {
                "measured": f"ranking, {size}",
                "unit": "CPU ms per user",
                "ours": 1e3 * answer["ranking"] / answer["users"],
            },
            bound_row(f"peak memory, {size}", "MB", [answer["peak_mb"]], 1000.0),
        ]
    return rows


def memory(lab: Lab) -> list[Answer]:
    """Return the row about the largest memory of our trainings so far."""
    trainings = [a for a in lab.answers if a["who"] == "ours" and a["task"].startswith("t")]
    if not trainings:
        return []
    return [bound_row("peak memory of training", "MB", [a["peak_mb"] for a in trainings], 1000.0)]


def shown(rows: list[Answer]) -> str:
    """Return the table as text."""
    table = pd.DataFrame(rows)
    return table.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.3g}")


def settings(workers: Sequence[str]) -> str:
    """Return what each worker says about how it is set up."""
    said = (ast.get_docstring(ast.parse((HERE / name).read_text("utf-8"))) for name in workers)
    return "\n\n".join(text or "" for text in said)


def asked_for(about: str | None, has_peers: bool = True) -> argparse.Namespace:
    """Read the words behind a command that measures; `about` is its module's docstring."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    parser.add_argument("--rounds", type=int, default=3)
    if has_peers:
        parser.add_argument("--peers", type=Path, help="environments to use, not to be made")
    parser.add_argument("--only", nargs="*", help="words that the name of a comparison contains")
    parser.add_argument("--record", type=Path, help="folder for the tables, figures/records")
    return parser.parse_args()


def is_asked(name: str, asked: argparse.Namespace) -> bool:
    """Tell whether a comparison is among those that `--only` names."""
    return not asked.only or any(word in name for word in asked.only)


def report(
    file: str,
    rows: list[Answer],
    answers: list[Answer],
    asked: argparse.Namespace,
    against: str,
    said: str,
) -> None:
    """Print one table, and write it and every single answer.

    Args:
        file: of the command, such as "run_lm.py"; the record is called after it.
        rows: the table.
        answers: what every worker answered.
        asked: from `asked_for`.
        against: the versions of the peers.
        said: what goes before the table.
    """
    print(f"\n{said}\n\n{shown(rows)}\n\n{date.today()}, {machine_size()}")
    name = file.removesuffix(".py").replace("run", "bench")
    command = f"python tests/bench/{file} --out build/bench --rounds {asked.rounds}"
    for folder in filter(None, (asked.out, asked.record)):
        write_record(name, pd.DataFrame(rows), command, against, folder)
        write_record(f"{name}_answers", pd.DataFrame(answers), command, against, folder)


def main() -> None:
    """Measure, print one table, and write it with every single answer."""
    asked = asked_for(__doc__)
    lab = Lab(asked.out.absolute(), asked.peers)
    lab.prepare()
    chosen = [one for one in COMPARISONS if is_asked(one.name, asked)]
    rows = [row for one in chosen for row in compare(lab, one, asked.rounds)]
    rows += memory(lab)
    if is_asked("scale", asked):
        rows += grow(lab)
    against = "; ".join(" ".join(pins) for pins in PEERS.values())
    said = settings(["ours.py", *(f"{who}_worker.py" for who in PEERS)])
    report("run.py", rows, lab.answers, asked, against, f"{said}\n\none thread each")


if __name__ == "__main__":
    main()
