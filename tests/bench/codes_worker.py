"""rectutor's trie, residual k-means and RQ-VAE: run by run_codes.py in a process of its own.

`trie` and `dicts`: a million ids of 4 codes as arrays, and as a dictionary for every node with the
item's number at the end; memory of the objects themselves. `large_trie`: ten million.
`kmeans`: residual k-means with as many rounds as reach faiss's error; `kmeans_25`: with 25, as
faiss. `rqvae`: losses, gradients and AdamW of a batch, after k-means has placed the entries.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this clone is what is measured

import codes_common as shared
import numpy as np
import torch
from bench_common import answer, arguments, seconds_of

from rectutor.models.kmeans import kmeans
from rectutor.models.residual_codes import decode, level_by_level
from rectutor.models.rqvae import RQVAE, RQVAEConfig
from rectutor.trie import Trie

ROUNDS = 6  # that reach an error no larger than faiss's 25
LARGE = 10_000_000
LOOK_UPS = 10_000


def nested(ids: np.ndarray) -> dict[int, Any]:
    """Write ids as dictionaries in dictionaries."""
    root: dict[int, Any] = {}
    for item, (*before, last) in enumerate(ids.tolist(), start=1):
        node = root
        for code in before:
            node = node.setdefault(code, {})
        node[last] = item
    return root


def bytes_of(node: dict[int, Any] | int) -> int:
    """Return the memory of a node and all below it."""
    below = sum(map(bytes_of, node.values())) if isinstance(node, dict) else 0
    return sys.getsizeof(node) + below


def arrays(seed: int) -> None:
    """Measure the memory of a million ids."""
    answer(mb=Trie(shared.ids(shared.IDS, seed), shared.SIZE).n_bytes / 1e6)


def dicts(seed: int) -> None:
    """Measure it for dictionaries."""
    answer(mb=bytes_of(nested(shared.ids(shared.IDS, seed))) / 1e6)


def large(seed: int) -> None:
    """Build a trie of ten million ids, and take steps from the root and from its children."""
    ids = shared.ids(LARGE, seed)
    started = time.process_time()
    trie = Trie(ids, shared.SIZE)
    seconds = time.process_time() - started
    codes = np.random.default_rng(seed).integers(shared.SIZE, size=LOOK_UPS).tolist()

    def steps(level: int, node: int) -> float:
        def walk() -> None:
            for code in codes:
                trie.child(level, node, code)

        return 1e6 * seconds_of(walk) / LOOK_UPS

    answer(seconds=seconds, mb=trie.n_bytes / 1e6, root_us=steps(0, 0), child_us=steps(1, 7))


def clustered(seed: int, rounds: int) -> None:
    """Learn residual codebooks."""
    vectors, rng = shared.items(seed), np.random.default_rng(seed)
    started = time.process_time()
    table = level_by_level(
        vectors, shared.N_LEVELS, lambda left, _: kmeans(left, shared.SIZE, rng, rounds)
    )
    seconds = time.process_time() - started
    answer(seconds=seconds, error=shared.error(vectors, decode(table.codes, table.codebooks)))


def rqvae(seed: int) -> None:
    """Place the entries of an RQ-VAE, then train it."""
    vectors = torch.from_numpy(shared.items(seed))
    sizes = {"n_levels": shared.N_LEVELS, "codebook_size": shared.SIZE}
    config = RQVAEConfig(shared.E, shared.WIDTH, shared.INNER, **sizes)
    model = RQVAE(config, seed)
    started = time.process_time()
    model.start(vectors, np.random.default_rng(seed))
    start = time.process_time() - started

    seconds = shared.seconds_a_step(
        lambda batch: model.losses(batch).total, list(model.parameters()), vectors
    )
    answer(seconds=seconds, start=start)


TASKS = {
    "trie": arrays,
    "dicts": dicts,
    "large_trie": large,
    "kmeans": lambda seed: clustered(seed, ROUNDS),
    "kmeans_25": lambda seed: clustered(seed, 25),
    "rqvae": rqvae,
}


def main() -> None:
    """Run one task."""
    asked = arguments()
    torch.set_num_threads(1)
    TASKS[asked.task](asked.seed)


if __name__ == "__main__":
    main()
