"""The tree of all semantic ids as arrays: which code may come next?

Rajput et al., "Recommender Systems with Generative Retrieval", NeurIPS 2023, section 3.1, write an
item as a tuple of codes; a generator that follows this tree names items that exist and no others.

Ids are sorted, so the children of a node lie side by side: a node needs its code and where its
children begin, two numbers in place of a dictionary.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

__all__ = ["Trie", "check_codes"]


class Trie:
    """The beginnings of all ids, level by level.

    A node is the number of a beginning among all beginnings of its length, in sorted order; node 0
    of level 0 is the root. Arrays of nodes may have any shape.

    Args:
        codes: [N, L] int, 0..K-1; row i belongs to item index i + 1.
        codebook_size: K; one more than the highest code when None.

    Attributes:
        n_levels: L.
        codebook_size: K.
        codes: of level 1..L, the last code of each node, [n_1], ..., [n_L].
        starts: of level 0..L-1, [n_l + 1], where the children of each node begin on the next level.

    Raises:
        ValueError: there is no item, a code is out of range, or two items have one id.
    """

    def __init__(self, codes: np.ndarray, codebook_size: int | None = None) -> None:
        check_codes(codes)
        N, self.n_levels = codes.shape
        self.codebook_size = int(codes.max()) + 1 if codebook_size is None else codebook_size
        if codes.min() < 0 or codes.max() >= self.codebook_size:
            raise ValueError(
                f"codes must be 0..{self.codebook_size - 1}, got {codes.min()}..{codes.max()}"
            )
        self._order = None if _is_sorted(codes) else np.lexsort(codes.T[::-1]).astype(np.uint32)
        ordered = codes if self._order is None else codes[self._order]  # [N, L]
        is_new = np.zeros(N, dtype=bool)  # does a beginning differ from that of the row above?
        is_new[0] = True
        firsts = [np.zeros(1, dtype=np.int64)]  # of each level, the first row of each node
        self.codes: list[np.ndarray] = []
        for level in range(self.n_levels):
            is_new[1:] |= ordered[1:, level] != ordered[:-1, level]
            firsts.append(np.flatnonzero(is_new))
            small = np.min_scalar_type(self.codebook_size - 1)
            self.codes.append(ordered[firsts[-1], level].astype(small))
        if not is_new.all():
            self._refuse_twins(ordered, int(np.flatnonzero(~is_new)[0]))
        self.starts = [
            np.append(np.searchsorted(below, above), len(below)).astype(np.uint32)
            for above, below in pairwise(firsts)
        ]

    @property
    def n_bytes(self) -> int:
        """Return the memory of all arrays."""
        order = [] if self._order is None else [self._order]
        return sum(array.nbytes for array in (*self.codes, *self.starts, *order))

    def item_of(self, leaves: np.ndarray) -> np.ndarray:
        """Return the item index of nodes of level L, in their shape; 0 for -1."""
        known = np.maximum(leaves, 0)
        rows = known if self._order is None else self._order[known].astype(np.int64)
        return np.where(np.asarray(leaves) >= 0, rows + 1, 0)

    def n_children(self, level: int, nodes: np.ndarray) -> np.ndarray:
        """Count the children of nodes on a level, in the nodes' shape."""
        starts = self.starts[level]
        return starts[nodes + 1].astype(np.int64) - starts[nodes]

    def child(self, level: int, nodes: np.ndarray | int, codes: np.ndarray | int) -> np.ndarray:
        """Go from nodes on a level along a code each.

        Args:
            level: 0..L-1.
            nodes: of that level, -1 where there is none.
            codes: in the same shape, 0..K-1.

        Returns:
            Nodes of the next level, -1 where no id goes on like that.
        """
        starts, below = self.starts[level], self.codes[level]
        if np.ndim(nodes) == 0:  # one step of a walk by hand: no arrays needed
            if nodes < 0:
                return np.array(-1)
            first, end = int(starts[nodes]), int(starts[nodes + 1])
            place = first + int(below[first:end].searchsorted(codes))
            return np.array(place if place < end and below[place] == codes else -1)
        nodes, codes = np.asarray(nodes), np.asarray(codes)
        known = np.maximum(nodes, 0)
        low, end = starts[known].astype(np.int64), starts[known + 1].astype(np.int64)
        high = end.copy()
        while (is_open := low < high).any():  # all halve their range at once, K at most
            middle = (low + high) // 2
            is_below = is_open & (below[np.minimum(middle, len(below) - 1)] < codes)
            low = np.where(is_below, middle + 1, low)
            high = np.where(is_open & ~is_below, middle, high)
        found = (low < end) & (nodes >= 0)
        found &= below[np.minimum(low, len(below) - 1)] == codes
        return np.where(found, low, -1)

    def legal(self, level: int, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """List every child of every node, as a beam search wants them.

        Args:
            level: 0..L-1.
            nodes: [n] of that level.

        Returns:
            Which of the n each child belongs to [m], and the children [m], nodes of the next level;
            their codes are `trie.codes[level][children]`.
        """
        counts = self.n_children(level, nodes)
        owner = np.repeat(np.arange(len(nodes)), counts)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        return owner, self.starts[level][nodes][owner].astype(np.int64) + place

    def legal_mask(self, level: int, nodes: np.ndarray) -> np.ndarray:
        """Mark the codes that may come next, [n, K] bool, for nodes [n] of a level."""
        owner, children = self.legal(level, nodes)
        mask = np.zeros((len(nodes), self.codebook_size), dtype=bool)
        mask[owner, self.codes[level][children]] = True
        return mask

    def find(self, codes: np.ndarray) -> np.ndarray:
        """Return the item index of whole ids [..., L], 0 where there is no such item."""
        nodes = np.zeros(codes.shape[:-1], dtype=np.int64)
        for level in range(self.n_levels):
            nodes = self.child(level, nodes, codes[..., level])
        return self.item_of(nodes)

    def _refuse_twins(self, ordered: np.ndarray, row: int) -> None:
        items = sorted(self.item_of(np.array([row - 1, row])).tolist())
        raise ValueError(
            f"every item needs an id of its own, items {items} share {ordered[row].tolist()}; "
            "add a code that tells them apart"
        )


def check_codes(codes: np.ndarray) -> None:
    """Refuse what is no table of codes.

    Raises:
        ValueError: the array is not [N, L] with one item and one level or more, or holds no whole
            numbers.
    """
    if codes.ndim != 2 or 0 in codes.shape or not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(
            f"codes must be whole numbers [N, L] with one item and one level or more, got "
            f"{codes.dtype} {list(codes.shape)}"
        )


def _is_sorted(codes: np.ndarray) -> bool:
    """Tell whether rows stand in lexicographic order."""
    is_apart = np.zeros(len(codes) - 1, dtype=bool)  # has an earlier code told two rows apart?
    for column in codes.T:
        if ((column[1:] < column[:-1]) & ~is_apart).any():
            return False
        is_apart |= column[1:] != column[:-1]
    return True
