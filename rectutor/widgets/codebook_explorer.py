"""Codebook explorer: what the codes of items mean, what they leave over, how they were learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from rectutor.charts.bundle import Figure, Twin
from rectutor.charts.codes import code_training, code_use
from rectutor.models.residual_codes import CodeTable
from rectutor.training.codebooks import CodeReport
from rectutor.widgets.codebook_catalogue import Catalogue
from rectutor.widgets.codebook_missions import codebook_missions, options_of
from rectutor.widgets.codebook_page import codebook_page
from rectutor.widgets.codebook_state import CodebookState
from rectutor.widgets.codebook_table import Coded, Decoder
from rectutor.widgets.view import Missions, View, page_code, plain

__all__ = ["CodebookExplorer"]


class CodebookExplorer(View):
    """Click an item and see its codes, click a code and see its items."""

    knobs = ("table", "depth", "item", "part", "epoch")
    _esm = page_code("finder.js", "codebook_map.js", "codebook_training.js", "codebook_explorer.js")
    table = traitlets.Int(0).tag(sync=True)
    depth = traitlets.Int(1).tag(sync=True)
    item = traitlets.Int(0).tag(sync=True)
    part = traitlets.Int(0).tag(sync=True)
    epoch = traitlets.Int(1).tag(sync=True)

    def __init__(self, state: CodebookState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        options, answer = options_of(state)
        missions = missions or codebook_missions(state, options, answer)
        page = codebook_page(state, missions, [state.item, *options])
        super().__init__(state, "Codebook explorer", missions, page)

    @classmethod
    def of(
        cls,
        titles: Sequence[str],
        tables: Mapping[str, CodeTable | np.ndarray],
        facts: Sequence[Sequence[tuple[str, str]]] | None = None,
        vectors: np.ndarray | None = None,
        *,
        decoders: Mapping[str, Decoder] | None = None,
        traces: Mapping[str, CodeReport] | None = None,
        start: str | int | None = None,
        noun: str = "film",
    ) -> CodebookExplorer:
        """Show a catalogue as one or more tables of codes write it.

        Args:
            titles: N of them.
            tables: for each name codes and codebooks, or codes [N, L] alone; the first is opened.
            facts: for each item (kind, value) pairs, as in `("theme", "heists")`.
            vectors: [N, E], what the codes were made from. Without them there is no map, no
                reconstruction, and there are no true neighbours.
            decoders: by the tables' names, what turns codes [N, n] of the first n levels into
                [N, E], such as `rqvae.reconstruct`. Else entries as wide as the vectors are added
                up, and a table without such gets the best entries that its codes allow.
            traces: by the tables' names, what `fit_codes` reported.
            start: a title or an index; else an item whose codes are telling.
            noun: what an item is called.

        Raises:
            ValueError: the parts do not fit together, or a decoder or trace belongs to no table.
        """
        known = tuple(
            tuple((plain(kind), plain(value)) for kind, value in own)
            for own in (facts if facts is not None else [()] * len(titles))
        )
        catalogue = Catalogue(tuple(map(plain, titles)), known, vectors, plain(noun))
        for what, given in {"decoders": decoders or {}, "traces": traces or {}}.items():
            if lost := [name for name in given if name not in tables]:
                raise ValueError(f"{what} are given for {lost}, tables are {list(tables)}")
        coded = [
            _coded(name, table, catalogue, (decoders or {}).get(name), (traces or {}).get(name))
            for name, table in tables.items()
        ]
        state = CodebookState(catalogue, tuple(coded))
        state = replace(state, epoch=state.n_epochs)
        return cls(state.choose(_telling(state) if start is None else start))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def choose(self, item: str | int) -> None:
        """Go to an item by its title or index."""
        self.item = self.state.choose(item).item

    def step(self, *codes: int) -> None:
        """Read these codes, and go to their most typical item."""
        there = self.state.step(*codes)
        self.item, self.depth = there.item, there.depth

    def twin(self) -> Twin:
        """Return the use of every code of the chosen table, and the report card of all tables."""
        return Twin(code_use(self.state.coded.use(), repr(self)), self.state.card())

    def training(self) -> Figure:
        """Draw how the chosen table was learned.

        Raises:
            ValueError: there is no record of its training.
        """
        coded = self.state.coded
        if coded.trace is None:
            told = [one.name for one in self.state.tables if one.trace]
            raise ValueError(
                f"no training of {coded.name} is on record, only of {told}; pass what fit_codes "
                "reported as `traces`"
            )
        return code_training(coded.by_epoch(), coded.name)


def _coded(
    name: str,
    table: CodeTable | np.ndarray,
    catalogue: Catalogue,
    decoder: Decoder | None,
    trace: CodeReport | None,
) -> Coded:
    """Put together a table; codebooks of another width than the vectors need a decoder."""
    if not isinstance(table, CodeTable):
        codes = np.asarray(table)
        K = int(codes.max()) + 1 if codes.size else 0
        return Coded(plain(name), codes, K, catalogue, None, decoder, trace)
    K, D = table.codebooks.shape[1:]
    fits = catalogue.vectors is not None and catalogue.vectors.shape[1] == D
    return Coded(plain(name), table.codes, K, catalogue, table if fits else None, decoder, trace)


def _telling(state: CodebookState) -> int:
    """Find the typical item of the first code with the weightiest meaning."""
    coded = state.coded
    weights = [own[0].n_items * np.log(own[0].lift) if own else 0.0 for own in coded.meanings[1]]
    return int(coded.typical[1][int(np.argmax(weights))])
