"""Starting a sequence model's item vectors from text instead of from chance.

Harte, Zorgdrager, Louridas, Katsifodimos, Jannach and Fragkoulis, "Leveraging Large Language
Models for Sequential Recommendation", RecSys 2023, section 3.3 (LLM2BERT4Rec): text vectors are
brought to the model's width by PCA and become the first values of the item table; then the model
trains as usual, the table too.

E is the width of the text encoder.

Departures:
    - Any `SequenceModel` may start so, not BERT4Rec alone.
    - The table is rescaled to the spread that it had, so that the learning rate keeps its meaning.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch

from rectutor.models.sequence import SequenceModel

__all__ = ["principal_components", "start_from_text"]

AnyModel = TypeVar("AnyModel", bound=SequenceModel)


def start_from_text(model: AnyModel, item_vectors: np.ndarray) -> AnyModel:
    """Put the principal components of the text vectors into the item table; call before `fit`.

    `fit` begins with `prepare`, which sets the output bias only, so the start stands. A run that
    goes on from a checkpoint takes the checkpoint's weights instead: give this run one of its own.

    Args:
        model: a SASRec, GRU4Rec or BERT4Rec of N items and width D; changed in place.
        item_vectors: [N + 1, E] float, row 0 zeros.

    Returns:
        The same model; its name says how it started.

    Raises:
        ValueError: other items than the model's, or fewer items or columns than D.
    """
    N, D = model.n_items, model.items.embedding_dim
    if len(item_vectors) != N + 1:
        raise ValueError(
            f"item_vectors needs a row for padding and one for each of the model's {N} items, "
            f"{N + 1} in all, got {len(item_vectors)}; pass the vectors of the same split"
        )
    with torch.no_grad():
        usual = model.items.weight[1:].square().mean().sqrt()
        start = torch.from_numpy(principal_components(item_vectors[1:], D))
        model.items.weight[1:] = start * (usual / start.square().mean().sqrt())
    model.name = f"{model.name}, text start"
    return model


def principal_components(rows: np.ndarray, width: int) -> np.ndarray:
    """Turn and cut vectors so that the first columns tell them apart best (PCA).

    The sign of a component is free: the entry furthest from zero is made positive, so that the
    same rows give the same result wherever it is computed.

    Args:
        rows: [N, E] float.
        width: D, columns to keep.

    Returns:
        [N, D] float32, each column with mean 0, in the order of falling variance.

    Raises:
        ValueError: there are fewer than D rows or columns.

    Example:
        >>> principal_components(np.array([[0.0, 7.0], [0.0, 7.0], [3.0, 7.0]]), 1)[:, 0].tolist()
        [-1.0, -1.0, 2.0]
    """
    if min(rows.shape) < width:
        raise ValueError(
            f"{width} principal components need as many rows and columns or more, got "
            f"{rows.shape[0]} rows of {rows.shape[1]}; choose a model of width "
            f"{min(rows.shape)} or less"
        )
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)  # [N, min], [min]
    components = (left * sizes)[:, :width]
    furthest = np.abs(components).argmax(axis=0)
    signs = np.where(components[furthest, np.arange(width)] < 0, -1.0, 1.0)
    return (components * signs).astype(np.float32)
