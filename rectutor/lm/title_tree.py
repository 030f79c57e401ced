"""What a decoder says of every token of every title behind a history: the whole tree at once.

A beam asks for the tokens it may need. Whoever wants to decode in many ways asks for all of them
once, and decodes from the table. Titles that begin alike share their first tokens, so each
beginning is read once: the beginnings lie side by side in one row, and a mask lets each see the
history and its own earlier tokens alone (Miao et al., "SpecInfer", ASPLOS 2024, call this tree
attention).
"""

from __future__ import annotations

import copy
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import Rows, TitleTokens

__all__ = ["TitleTree"]

_AT_ONCE = 400  # beginnings that one call reads; more only where one first token has more


class _Branch(NamedTuple):
    """Titles that are read in one call."""

    tokens: Tensor  # [n] of each beginning, its last token
    depth: Tensor  # [n] tokens before it
    may_attend: Tensor  # [n, n] bool, True at its own beginnings and itself
    cells: tuple[np.ndarray, np.ndarray]  # [m] each: item and place of each token that follows
    node: np.ndarray  # [m] the beginning that it follows
    next: np.ndarray  # [m] the token


class TitleTree:
    """The titles of a catalogue, laid out to be read at once.

    Args:
        tokens: of the catalogue.
    """

    def __init__(self, tokens: TitleTokens) -> None:
        self.tokens = tokens
        lengths = tokens.lengths[1:]
        order = np.lexsort(tokens.codes.T[::-1])
        groups, own = list[np.ndarray](), list[int]()
        for place, item in enumerate(order):
            is_other = place > 0 and tokens.codes[item, 0] != tokens.codes[order[place - 1], 0]
            if is_other and lengths[own].sum() - len(own) >= _AT_ONCE:
                groups.append(np.array(own))
                own = []
            own.append(int(item))
        groups.append(np.array(own))
        self._branches = [_branch(tokens.codes, lengths, group) for group in groups]

    @torch.inference_mode()
    def log_p(self, model: CausalLM, rows: Rows) -> np.ndarray:
        """Ask for all tokens of all titles.

        Args:
            model: a decoder with rotary positions (a Llama), whose tokenizer the titles have.
            rows: B histories; each is read on its own.

        Returns:
            [B, N, M] float32 log-probability of each token behind the history and the tokens
            before it; 0 behind a title's end.
        """
        model.model.eval()
        out = np.zeros((len(rows.tokens), *self.tokens.codes.shape), dtype=np.float32)
        for b, is_real in enumerate(rows.is_real.bool()):
            tokens = rows.tokens[b, is_real][None]
            reading, logits = model.read(tokens, torch.ones_like(tokens))
            first = logits[0].float().log_softmax(dim=0).numpy()
            out[b, :, 0] = first[self.tokens.codes[:, 0]]
            for branch in self._branches:
                if len(branch.tokens):
                    out[b][branch.cells] = _read(model, copy.deepcopy(reading.cache), branch)
        return out


def _branch(codes: np.ndarray, lengths: np.ndarray, items: np.ndarray) -> _Branch:
    """Lay out the beginnings of some titles, parents before children."""
    nodes: dict[tuple[int, ...], int] = {}
    paths: list[list[int]] = []
    cells: list[tuple[int, int, int, int]] = []
    for item in items.tolist():
        path: list[int] = []
        for place in range(int(lengths[item]) - 1):  # nothing follows the last
            key = tuple(codes[item, : place + 1].tolist())
            if key not in nodes:
                nodes[key] = len(paths)
                paths.append([*path, len(paths)])
            path = paths[nodes[key]]
            cells.append((item, place + 1, nodes[key], int(codes[item, place + 1])))
    may_attend = torch.zeros(len(paths), len(paths), dtype=torch.bool)
    for node, path in enumerate(paths):
        may_attend[node, path] = True
    item_of, place_of, node_of, token = np.array(cells, dtype=np.int64).reshape(-1, 4).T
    return _Branch(
        torch.tensor([key[-1] for key in nodes], dtype=torch.long),
        torch.tensor([len(key) - 1 for key in nodes], dtype=torch.long),
        may_attend,
        (item_of, place_of),
        node_of,
        token,
    )


def _read(model: CausalLM, cache: object, branch: _Branch) -> np.ndarray:
    """Read one branch behind a history, and return the log-probability of each cell, [m]."""
    n = len(branch.tokens)
    T = int(cache.get_seq_length())  # type: ignore[attr-defined]
    mask = torch.zeros(1, 1, n, T + n)
    mask[0, 0, :, T:].masked_fill_(~branch.may_attend, -torch.inf)
    out = model.model(
        input_ids=branch.tokens[None],
        attention_mask=mask,
        position_ids=(T + branch.depth)[None],
        past_key_values=cache,
        use_cache=True,
    )
    log_p = out.logits[0].float().log_softmax(dim=1).numpy()  # [n, V]
    values: np.ndarray = log_p[branch.node, branch.next]
    return values
