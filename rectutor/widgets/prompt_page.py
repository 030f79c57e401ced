"""What the browser draws the prompt-sensitivity lab from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rectutor.analysis.prompt_grid import Cell
from rectutor.prompts.yes_no import OPTIONAL, REQUIRED
from rectutor.widgets.prompt_state import PromptState
from rectutor.widgets.view import plain

__all__ = ["lab_page", "triples"]


def lab_page(state: PromptState) -> dict[str, Any]:
    """Ship each model's grid once; pairs of cells are compared by bits on the page."""
    bench, K = state.bench, state.bench.n_columns
    asked = bench.asked
    used = np.unique(np.c_[asked.liked, asked.disliked, asked.item_index]).tolist()
    at = {item: place for place, item in enumerate(used)}
    return {
        "templates": [plain(cell.template.name) for cell in bench.cells[::K]],
        "columns": [_column(cell) for cell in bench.cells[:K]],
        "texts": [_half_filled(cell) for cell in bench.cells],
        "titles": [plain(bench.titles[item]) for item in used],
        "liked": [[at[i] for i in row] for row in asked.liked.tolist()],
        "disliked": [[at[i] for i in row] for row in asked.disliked.tolist()],
        "asked": [at[i] for i in asked.item_index.tolist()],
        "people": asked.user_index.tolist(),
        "answers": asked.is_liked.astype(int).tolist(),
        "required": list(REQUIRED),
        "optional": list(OPTIONAL),
        "models": [_model(state, place) for place in range(len(state.models))],
    }


def _model(state: PromptState, place: int) -> dict[str, Any]:
    """Lay out one model."""
    own = replace(state, model=place)
    measured, G, T = own.measured, own.bench.G, own.bench.n_templates
    medians = np.median(measured.grid, axis=1, keepdims=True)
    enough = own.enough()
    return {
        "name": measured.name,
        "cells": triples(measured.aucs),
        "said": [own.cell_said(cell) for cell in range(G)],
        "signs": [_bits(row) for row in measured.grid > 0],
        "above": [_bits(row) for row in measured.grid > medians],
        "means": measured.grid.mean(axis=1).round(2).tolist(),
        "luck": [[round(float(low), 4), round(float(high), 4)]
                 for low, high in zip(measured.luck.low, measured.luck.high, strict=True)],
        "which": measured.luck.which.tolist(),
        "luckSaid": [own.luck_said(m) for m in range(1, T + 1)],
        "goals": [m == enough for m in range(1, T + 1)],
        "fresh": triples(measured.fresh_aucs),
        "shuffled": measured.shuffled_aucs.round(4).tolist(),
        "shares": [
            [factor, *(None if np.isnan(x) else round(x, 4) for x in values)]
            for factor, *values in measured.shares.itertuples(index=False)
        ],
    }  # fmt: skip


def triples(table: Any) -> list[list[float]]:
    """Return `value`, `low` and `high` of each row, rounded for the page."""
    return [[round(float(x), 4) for x in row] for row in table.to_numpy()]


def _bits(row: np.ndarray) -> str:
    return "".join("1" if bit else "0" for bit in row)


def _column(cell: Cell) -> dict[str, Any]:
    words = f"{cell.labels.positive}/{cell.labels.negative}"
    order = cell.order.split("-")[0]
    return {"labels": words, "order": order, "told": cell.n_history}


def _half_filled(cell: Cell) -> str:
    """Fill in what does not depend on the question."""
    text = cell.template.text
    fixed = {"medium": "film", "Yes": cell.labels.positive, "No": cell.labels.negative}
    for name, word in fixed.items():
        text = text.replace("{" + name + "}", word)
    return text
