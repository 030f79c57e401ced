"""Which people to show: those with whom the width of the beam matters, and some with whom not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectutor.decoding.sweeps import Sweep

__all__ = ["telling"]


def telling(sweep: Sweep, targets: Sequence[int] | np.ndarray, n: int, T: float = 1.0) -> list[int]:
    """Choose questions whose search is worth looking at.

    First comes the one that takes the widest beam beyond its target's rank in the widest search: a
    good item that a narrow beam loses. Among the others are one whose target the narrowest beam
    finds and one whose target none finds, where there are such.

    Args:
        sweep: of B questions, held to the trie.
        targets: [B] item index of each target.
        n: how many are chosen, fewer where B is less.
        T: the temperature at which they are compared.

    Returns:
        Their rows, the most telling first.
    """
    widths = sorted({width for width, _, _ in sweep.beams})
    found = {W: sweep.beams[W, T, True].items == np.asarray(targets)[:, None] for W in widths}
    is_found = np.stack([found[W].any(axis=1) for W in widths])  # [n_widths, B]
    needed = np.array(widths)[is_found.argmax(axis=0)]
    rank = 1 + found[widths[-1]].argmax(axis=1)
    ever = is_found[-1]
    gaps = np.where(ever, needed / rank, 0.0)
    order = np.argsort(-gaps, kind="stable").tolist()
    easy = [row for row in order if is_found[0, row]][:1]
    never = [row for row in order if not ever[row]][:1]
    others = [row for row in order[1:] if row not in (*easy, *never)]
    if n < 3 or order[0] in (*easy, *never):
        return order[:n]
    return [order[0], *others[: n - 1 - len(easy) - len(never)], *easy, *never][:n]
