"""Trie stepper: a beam search over ids, step by step, with all that it threw away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import numpy as np
import traitlets

from rectutor.charts.beams import beam_steps
from rectutor.charts.bundle import Twin
from rectutor.decoding.beam import Writer
from rectutor.decoding.sweeps import Sweep, sweep
from rectutor.decoding.trace import Beams
from rectutor.schema import PAD, Queries
from rectutor.trie import Trie
from rectutor.widgets.codebook_catalogue import Catalogue
from rectutor.widgets.trie_cases import telling
from rectutor.widgets.trie_missions import narrow, trie_missions
from rectutor.widgets.trie_page import trie_page
from rectutor.widgets.trie_searched import Asked, Searched
from rectutor.widgets.trie_state import BY_HAND, TrieState
from rectutor.widgets.view import Missions, View, page_code, plain

__all__ = ["TrieStepper", "WritesIds"]

_WIDTHS = (1, 2, 3, 5, 10, 20, 50)
_TEMPERATURES = (0.5, 1.0, 2.0)


class WritesIds(Protocol):
    """A model that writes the ids of a trie, such as `rectutor.models.tiger.TIGER`."""

    trie: Trie

    def write(self, queries: Queries) -> Writer:
        """Read questions, and be ready to write the ids of what comes next."""
        ...


class TrieStepper(View):
    """Follow the beams code by code, and see where they lose the true item."""

    knobs = ("width", "person", "model", "temperature", "is_held", "step", "hand", "is_enlarged")
    _esm = page_code("trie_strip.js", "trie_stepper.js")
    width = traitlets.Int(1).tag(sync=True)
    person = traitlets.Int(0).tag(sync=True)
    model = traitlets.Int(0).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    is_held = traitlets.Bool(True).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    hand = traitlets.List(traitlets.Int()).tag(sync=True)
    is_enlarged = traitlets.Bool(False).tag(sync=True)

    def __init__(self, state: TrieState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        missions = missions or trie_missions(state)
        super().__init__(state, "Trie stepper", missions, trie_page(state, missions))

    @classmethod
    def of(
        cls,
        models: Mapping[str, WritesIds],
        queries: Queries,
        targets: np.ndarray,
        titles: Sequence[str],
        facts: Sequence[Sequence[tuple[str, str]]] | None = None,
        *,
        counts: np.ndarray | None = None,
        n_cases: int = 4,
        widths: Sequence[int] = _WIDTHS,
        temperatures: Sequence[float] = _TEMPERATURES,
        noun: str = "film",
    ) -> TrieStepper:
        """Search for some people with every width, temperature, and with and without the trie.

        Args:
            models: by name, writers of ids, each of its own; the first is opened.
            queries: B questions; the most telling are shown, by the first model.
            targets: [B] item index of what truly came next.
            titles: N of them.
            facts: for each item (kind, value) pairs, as in `("genre", "crime")`.
            counts: [N] how often each item was chosen; well known titles stand for others.
            n_cases: how many people are shown.
            widths: of the beams.
            temperatures: log-probabilities are divided by them.
            noun: what an item is called.

        Raises:
            ValueError: there is no question, or the parts do not fit together.
        """
        targets = np.asarray(targets)
        if not len(targets) or len(targets) != len(queries.now):
            raise ValueError(
                f"the stepper needs a target for each of one or more questions, got {len(targets)} "
                f"targets for {len(queries.now)} questions"
            )
        first = next(iter(models.values()))
        tried = sweep(
            first.trie, lambda: first.write(queries), widths, (1.0,), queries.history, True
        )
        rows = np.array(telling(tried, targets, n_cases))
        few = queries.take(rows)
        cases = tuple(
            Asked(f"person {user}", tuple(history[history != PAD].tolist()), int(target))
            for user, history, target in zip(
                few.user_index, few.history, targets[rows], strict=True
            )
        )
        swept = {
            name: (one.trie, sweep(one.trie, partial(one.write, few), widths, temperatures,
                                   few.history))
            for name, one in models.items()
        }  # fmt: skip
        return cls(_state(swept, cases, titles, facts, counts, noun))

    @classmethod
    def of_beams(
        cls,
        trie: Trie,
        beams: Beams,
        titles: Sequence[str],
        facts: Sequence[Sequence[tuple[str, str]]] | None = None,
        *,
        targets: np.ndarray | None = None,
        is_held: bool = True,
        name: str = "model",
        noun: str = "item",
    ) -> TrieStepper:
        """Show searches that were run elsewhere, such as those of a `BeamRecorder`.

        Only their own width can be looked at, and there are no exact ranks.

        Args:
            trie: of the searches.
            beams: of B questions, each of which is shown.
            titles: N of them.
            facts: for each item (kind, value) pairs.
            targets: [B] item index of what truly came next, if it is known.
            is_held: whether the beams were held to the trie.
            name: of the model.
            noun: what an item is called.
        """
        B, W = beams.items.shape
        wanted = np.zeros(B, dtype=np.int64) if targets is None else targets
        cases = tuple(Asked(f"question {i}", (), int(wanted[i])) for i in range(B))
        run = Sweep({(W, 1.0, is_held): beams}, {})
        return cls(_state({name: (trie, run)}, cases, titles, facts, None, noun))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def twin(self) -> Twin:
        """Return every step of the search, the narrow one by hand, as bars and as a table."""
        state: TrieState = self.state
        if state.width == BY_HAND:
            state = replace(state, width=narrow(state.widths))
        table = state.table()
        return Twin(beam_steps(table, repr(self), state.searched.catalogue.noun), table)


def _state(
    swept: Mapping[str, tuple[Trie, Sweep]],
    cases: tuple[Asked, ...],
    titles: Sequence[str],
    facts: Sequence[Sequence[tuple[str, str]]] | None,
    counts: np.ndarray | None,
    noun: str,
) -> TrieState:
    """Put together the catalogue and the searches."""
    N = len(titles)
    known = tuple(
        tuple((plain(kind), plain(value)) for kind, value in own)
        for own in (facts if facts is not None else [()] * N)
    )
    catalogue = Catalogue(tuple(map(plain, titles)), known, None, plain(noun))
    chosen = np.zeros(N) if counts is None else np.asarray(counts)
    for name, (trie, _) in swept.items():
        if len(trie.codes[-1]) != N:
            raise ValueError(
                f"titles must name the {len(trie.codes[-1])} {noun}s of {name}, got {N}; leave out "
                "the padding"
            )
    if chosen.shape != (N,):
        raise ValueError(f"counts must be one for each of {N} titles, got {list(chosen.shape)}")
    searched = tuple(
        Searched(plain(name), trie, run, catalogue, cases, chosen)
        for name, (trie, run) in swept.items()
    )
    first = searched[0].sweep
    width = BY_HAND if first.full is not None else min(W for W, _, _ in first.beams)
    T = 1.0 if any(T == 1 for _, T, _ in first.beams) else min(T for _, T, _ in first.beams)
    return TrieState(searched, width, T, is_held=next(iter(first.beams))[2])
