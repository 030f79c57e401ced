"""Training of codebooks: every epoch leaves a trace of what became of the codes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import torch

from rectutor.metrics.codes import usage_perplexity
from rectutor.models.residual_codes import CodeTable
from rectutor.models.rqvae import RQVAE
from rectutor.training.bar import progress_bar
from rectutor.training.step import take_step

__all__ = ["CodeReport", "fit_codes"]


@dataclass
class CodeReport:
    """What happened, epoch by epoch."""

    reconstruction: list[float] = field(default_factory=list)  # mean of each epoch
    levels: list[list[float]] = field(default_factory=list)  # of each epoch, [L]
    perplexity: list[list[float]] = field(default_factory=list)  # of use after each epoch, [L]
    usage: list[np.ndarray] = field(default_factory=list)  # items of each code after it, [L, K]
    n_revived: list[int] = field(default_factory=list)  # entries that were moved
    seconds: float = 0.0  # processor seconds

    def look_at(self, codes: np.ndarray, codebook_size: int) -> None:
        """Note who uses which code after an epoch.

        Args:
            codes: [N, L], 0..K-1.
            codebook_size: K.
        """
        counts = [np.bincount(level, minlength=codebook_size) for level in codes.T]
        self.usage.append(np.stack(counts))
        self.perplexity.append(usage_perplexity(codes, codebook_size).tolist())


def fit_codes(
    model: RQVAE,
    embeddings: np.ndarray,
    *,
    epochs: int = 100,
    batch_size: int = 256,
    learning_rate: float = 3e-3,
    seed: int = 0,
    kmeans_start: bool = True,
    revives: bool = True,
    progress: bool = True,
) -> tuple[CodeTable, CodeReport]:
    """Train an RQ-VAE on item vectors, and write every item in its codes.

    Args:
        model: changed in place; one that was trained before goes on from where it is.
        embeddings: [N, E], without a row for padding.
        epochs: passes through all items.
        batch_size: items of a step.
        learning_rate: step size of AdamW.
        seed: of k-means, of the order, and of what is revived.
        kmeans_start: place the first entries by k-means.
        revives: move unused entries after every epoch but the last.
        progress: show a bar.

    Returns:
        The codebooks [L, K, D] of the middle with the codes [N, L], and what happened.

    Raises:
        ValueError: a knob is below its range, or the vectors have another width than the model.
    """
    _check(model, embeddings, epochs, batch_size, learning_rate)
    rng = np.random.default_rng(seed)
    items = torch.from_numpy(np.ascontiguousarray(embeddings, dtype=np.float32))
    parameters, report = list(model.parameters()), CodeReport()
    optimiser = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.0, fused=True)
    started = time.process_time()
    if not model.is_ready:
        model.start(items, rng if kmeans_start else None)
    with progress_bar("codebooks", epochs, 0, progress) as bar:
        for epoch in range(epochs):
            sums = np.zeros(1 + model.config.n_levels)
            for rows in torch.from_numpy(rng.permutation(len(items))).split(batch_size):
                parts = model.losses(items[rows], rows)
                take_step(optimiser, parts.total, parameters)
                own = [parts.reconstruction.item(), *parts.levels.tolist()]
                sums += len(rows) / len(items) * np.array(own)
            is_last = epoch == epochs - 1
            report.n_revived.append(model.revive(items, rng) if revives and not is_last else 0)
            report.reconstruction.append(float(sums[0]))
            report.levels.append(sums[1:].tolist())
            report.look_at(model.codes_of(items), model.config.codebook_size)
            bar.update()
    report.seconds = time.process_time() - started
    return CodeTable(model.codebooks.detach().numpy().copy(), model.codes_of(items)), report


def _check(
    model: RQVAE, embeddings: np.ndarray, epochs: int, batch_size: int, learning_rate: float
) -> None:
    """Refuse knobs that are out of range."""
    for name, value in {"epochs": epochs, "batch_size": batch_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, got {value}")
    if not learning_rate > 0:
        raise ValueError(f"learning_rate must be above 0, got {learning_rate}")
    if embeddings.ndim != 2 or embeddings.shape[1] != model.config.n_inputs:
        raise ValueError(
            f"embeddings must be [N, {model.config.n_inputs}] as the model was built, got "
            f"{list(embeddings.shape)}"
        )
