"""The beams of transformers' `generate`: run by run_beams.py in a process of its own.

The same T5 with `prefix_allowed_tokens_fn`, our trie behind it, a cache, and `length_penalty=0`.
"""

from __future__ import annotations

from functools import lru_cache

import beams_common as shared
import numpy as np
import torch
from transformers.utils import logging

from rectutor.decoding.processor import items_of, prefix_function
from rectutor.models.tiger_t5 import TIGERT5
from rectutor.schema import Queries
from rectutor.trie import Trie

logging.set_verbosity_error()


@lru_cache(maxsize=1)
def token_trie(model: TIGERT5) -> Trie:
    """Build the trie of the items' tokens, once for each model."""
    return Trie((model.codes[1:] + model.first_tokens).numpy())


def search(model: TIGERT5, queries: Queries) -> tuple[np.ndarray, np.ndarray]:
    """Return items and scores [B, W]."""
    trie, B = token_trie(model), len(queries.now)
    source = model.source(torch.from_numpy(queries.user_index), torch.from_numpy(queries.history))
    out = model.t5.generate(
        input_ids=source,
        attention_mask=(source != 0).long(),
        num_beams=shared.BEAMS,
        num_return_sequences=shared.BEAMS,
        max_new_tokens=trie.n_levels,
        do_sample=False,
        length_penalty=0.0,
        use_cache=True,
        return_dict_in_generate=True,
        output_scores=True,
        prefix_allowed_tokens_fn=prefix_function(trie, end_token=0),
    )
    items = items_of(trie, out.sequences.unflatten(0, (B, shared.BEAMS)), end_token=0)
    return items, out.sequences_scores.view(B, -1).numpy()


if __name__ == "__main__":
    shared.measure("generate", search)
