"""ranx, measured as its documentation tells: run by run.py in an environment of its own.

ranx evaluates lists, so NumPy's partial sort first cuts each row of scores to its ten best.
Its compiled functions are warm before the clock starts.
"""

from __future__ import annotations

import numpy as np
from bench_common import K, answer, arguments, factors, seconds_of

METRICS = [f"hit_rate@{K}", f"ndcg@{K}", f"mrr@{K}"]


def best(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return columns and scores of the K best of each row, best first: [B, K] each."""
    rows = np.arange(len(scores))[:, None]
    columns = np.argpartition(scores, -K, axis=1)[:, -K:]
    order = np.argsort(-scores[rows, columns], axis=1)
    columns = columns[rows, order]
    return columns, scores[rows, columns]


def metrics(seed: int) -> None:
    """From a matrix of scores to three metrics: by a `Run`, as documented, and past it."""
    from ranx import Qrels, Run, evaluate

    users, items, targets = factors(seed)
    scores = users @ items.T
    names = [str(user) for user in range(len(users))]
    docs = [str(item) for item in range(len(items))]
    qrels = Qrels({n: {docs[t]: 1} for n, t in zip(names, targets, strict=True)})
    wanted = np.stack([targets, np.ones_like(targets)], axis=1)[:, None].astype(float)

    def documented() -> dict[str, float]:
        columns, values = best(scores)
        lists = {
            name: dict(zip([docs[c] for c in row], value, strict=True))
            for name, row, value in zip(names, columns.tolist(), values.tolist(), strict=True)
        }
        return evaluate(qrels, Run(lists), METRICS, threads=1)

    def arrays() -> dict[str, float]:
        run = np.stack(best(scores), axis=2).astype(float)  # [B, K, 2], sorted
        return evaluate(wanted, run, METRICS, threads=1)

    found = arrays()
    assert np.allclose(list(found.values()), list(documented().values()))
    answer(
        seconds=seconds_of(documented, repeats=3),
        seconds_arrays=seconds_of(arrays),
        users=len(users),
        hit=float(found[METRICS[0]]),
        ndcg=float(found[METRICS[1]]),
        mrr=float(found[METRICS[2]]),
    )


def main() -> None:
    """Run the only task."""
    asked = arguments()
    {"metrics": metrics}[asked.task](asked.seed)


if __name__ == "__main__":
    main()
