"""faiss's k-means, level by level: run by run_codes.py in an environment of its own.

`faiss.Kmeans` as its documentation tells, 25 rounds from drawn points, one thread; what is left
over goes to the next level.
"""

from __future__ import annotations

import time

import codes_common as shared
import numpy as np
from bench_common import answer, arguments


def main() -> None:
    """Run the only task."""
    import faiss  # its environment alone has it

    seed = arguments().seed
    faiss.omp_set_num_threads(1)
    vectors = shared.items(seed)
    started = time.process_time()
    left = vectors.copy()
    for _ in range(shared.N_LEVELS):
        found = faiss.Kmeans(shared.E, shared.SIZE, niter=25, seed=seed + 1)
        found.train(left)
        _, nearest = found.index.search(left, 1)
        left -= found.centroids[nearest[:, 0]]
    seconds = time.process_time() - started
    answer(seconds=seconds, error=shared.error(left, np.zeros_like(left)))


if __name__ == "__main__":
    main()
