"""rectutor's beams: run by run_beams.py in a process of its own.

`rectutor.decoding.beam_search` with `rectutor.lm.t5_writer`: what a user has read is projected
once, all beams share it.
"""

from __future__ import annotations

import beams_common as shared
import numpy as np
import torch

from rectutor.decoding.beam import beam_search
from rectutor.models.tiger_t5 import TIGERT5
from rectutor.schema import Queries


def search(model: TIGERT5, queries: Queries) -> tuple[np.ndarray, np.ndarray]:
    """Return items and scores [B, W]; items of the history may come out, as in `generate`."""
    with torch.inference_mode():
        beams = beam_search(model.trie, model.write(queries), shared.BEAMS)
    return beams.items, beams.scores


if __name__ == "__main__":
    shared.measure("beams", search)
