"""Decode titles from a table of all their tokens: length, ghost tokens, and a helper without text.

Bao et al., "Decoding Matters: Addressing Amplification Bias and Homogeneity Issue for LLM-based
Recommendation" (D3), EMNLP 2024 (arXiv 2406.14900). A beam usually divides the log-probability of a
text by its length. Titles have **ghost tokens**, whose probability is about 1 once the title is
begun: they add nothing to the sum but count in the length, so a title with many of them is lifted.
D3 does not divide. It also adds the log-probability that a **text-free helper** gives to each
token: of what the helper expects below the beginning, the share that lies below the token,

    alpha * log p_text(token) + (1 - alpha) * log p_helper(token)

as `LogitProcesser.py` of the authors' code has it, which they publish beside the paper.

Over a whole title the helper's shares multiply to its probability of the item. So where nothing is
dropped on the way, D3 is a weighted sum of two log-probabilities of items; only in a beam does it
matter that the helper speaks at each token.

**Departures.** The helper is our SASRec. Where the authors' code adds a title's probabilities or
takes the largest ("max or sum"), we add. What a person has seen is left out of the beam.

A table is [B, N, M]: people, items (row i belongs to item index i + 1), places of a title.
"""

from __future__ import annotations

import numpy as np

from rectutor.schema import PAD
from rectutor.trie import Trie

__all__ = ["beam_lists", "ghost_tokens", "helper_table", "mixed", "title_scores"]


def title_scores(log_p: np.ndarray, lengths: np.ndarray, power: float = 0.0) -> np.ndarray:
    """Score whole titles: the sum over their tokens, divided by length to a power.

    Args:
        log_p: [B, N, M], 0 behind a title's end.
        lengths: [N] tokens of each title, 1 and up.
        power: 0 does not divide (D3); 1 gives the mean over tokens, as beams usually do.

    Returns:
        [B, N + 1] float32, column 0 is -inf: ready for `evaluation`.

    Raises:
        ValueError: there is not one length for each title, or one is below 1.

    Example: a title of three tokens, two of them ghosts, against one of one token.
        >>> table = np.log([[[0.1, 1.0, 1.0], [0.2, 1.0, 1.0]]])
        >>> [title_scores(table, np.array([3, 1]), p).argmax() for p in (0, 1)]
        [np.int64(2), np.int64(1)]
    """
    if lengths.shape != log_p.shape[1:2] or (lengths < 1).any():
        raise ValueError(
            f"title_scores needs a length of 1 or more for each of {log_p.shape[1]} titles, got "
            f"{lengths.shape} from {lengths.min()}; give `TitleTokens.lengths[1:]`"
        )
    scores = log_p.sum(axis=2) / lengths**power
    return np.pad(scores, ((0, 0), (1, 0)), constant_values=-np.inf).astype(np.float32)


def ghost_tokens(log_p: np.ndarray, lengths: np.ndarray, above: float = 0.99) -> np.ndarray:
    """Tell which tokens are ghosts, [B, N, M] bool; behind a title's end there are none.

    Args:
        log_p: [B, N, M].
        lengths: [N].
        above: the probability from which on a token is called a ghost, 0 to 1.
    """
    is_token = np.arange(log_p.shape[2]) < lengths[:, None]  # [N, M]
    is_ghost: np.ndarray = (log_p > np.log(above)) & is_token
    return is_ghost


def helper_table(trie: Trie, log_items: np.ndarray) -> np.ndarray:
    """Turn probabilities of items into those of tokens, as at the top of this module.

    Args:
        trie: of the titles.
        log_items: [B, N] log-probabilities of items; -inf for an item that is ruled out.

    Returns:
        [B, N, M] float32; over the tokens of a title they add up to the item's log-probability
        (less that of all items together). -inf from the token on below which nothing is possible.
    """
    B, N = log_items.shape
    peak = log_items.max(axis=1, keepdims=True)
    mass = np.exp((log_items - peak).astype(np.float64))  # [B, N]
    shares = np.zeros((B, N, trie.n_levels), dtype=np.float32)
    above = np.broadcast_to(mass.sum(axis=1, keepdims=True), (B, N))
    for level, (node_of, n_nodes) in enumerate(_nodes(trie)):
        below = np.zeros((B, n_nodes))
        np.add.at(below.T, node_of, mass.T)
        own = below[:, node_of]  # [B, N]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares[:, :, level] = np.where(own > 0, np.log(own / above), -np.inf)
        above = own
    return shares


def mixed(log_p: np.ndarray, helper: np.ndarray, alpha: float) -> np.ndarray:
    """Return alpha * text + (1 - alpha) * helper, [B, N, M]; a weight of 0 takes nothing along.

    Args:
        log_p: [B, N, M] of the decoder.
        helper: [B, N, M] of the helper.
        alpha: weight of the decoder, 0 to 1; 1 leaves the helper out.

    Raises:
        ValueError: alpha is out of range.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be 0 to 1, the weight of the decoder, got {alpha}")
    if alpha == 1:
        return log_p
    return helper if alpha == 0 else alpha * log_p + (1 - alpha) * helper


def beam_lists(
    trie: Trie, log_p: np.ndarray, n_beams: int, power: float = 0.0, seen: np.ndarray | None = None
) -> np.ndarray:
    """Search for titles as transformers does: what is finished waits aside, judged by length.

    Beginnings are compared by their sums. A title that ends among the 2 W best goes to the finished
    ones, which are compared by sum / length^power; W beginnings go on. (`decoding.beam` lets
    finished titles keep their beams instead.)

    Args:
        trie: of the titles, whose codes behind the end are 0.
        log_p: [B, N, M].
        n_beams: W, 1 or more.
        power: as in `title_scores`.
        seen: [B, T] items that must not come out, PAD elsewhere.

    Returns:
        [B, W] int64 item index, best first; PAD where fewer were found.

    Raises:
        ValueError: n_beams is below 1.
    """
    if n_beams < 1:
        raise ValueError(f"n_beams must be 1 or more, got {n_beams}")
    B, N, _ = log_p.shape
    free = np.ones((B, N + 1), dtype=bool)
    if seen is not None:
        free[np.arange(B)[:, None], seen] = False
    lists = np.full((B, n_beams), PAD)
    nodes = _nodes(trie)
    for b in range(B):
        found = _one_search(trie, nodes, log_p[b], free[b, 1:], (n_beams, power))
        lists[b, : len(found)] = found
    return lists


def _one_search(
    trie: Trie,
    nodes: list[tuple[np.ndarray, int]],
    log_p: np.ndarray,
    free: np.ndarray,
    how: tuple[int, float],
) -> list[int]:
    """Search for one person; `how` is width and power."""
    (width, power), M = how, trie.n_levels
    alive, scores = np.zeros(1, dtype=np.int64), np.zeros(1)
    done: list[tuple[float, int]] = []
    for level, (node_of, n_nodes) in enumerate(nodes):
        owner, children = trie.legal(level, alive)
        item = np.zeros(n_nodes, dtype=np.int64)
        item[node_of] = np.arange(len(node_of))  # any item below each node
        may_be = np.zeros(n_nodes, dtype=bool)
        np.logical_or.at(may_be, node_of, free)
        total = np.where(may_be[children], scores[owner] + log_p[item[children], level], -np.inf)
        best = np.argsort(-total, kind="stable")[: 2 * width]
        best = best[total[best] > -np.inf]
        over = _is_over(trie, level, children[best])
        for place in best[over]:
            value = total[place] / (level + 1) ** power
            done.append((-float(value), int(item[children[place]]) + 1))
        on = best[~over][:width]
        alive, scores = children[on], total[on]
        if not len(on) or level == M - 1:
            break
    return [found for _, found in sorted(done)[:width]]


def _is_over(trie: Trie, level: int, nodes: np.ndarray) -> np.ndarray:
    """Tell which nodes of level + 1 are whole titles: only a gap can follow, or nothing."""
    if level == trie.n_levels - 1:
        return np.ones(len(nodes), dtype=bool)
    first = trie.starts[level + 1][nodes].astype(np.int64)
    is_over: np.ndarray = trie.codes[level + 1][first] == PAD
    return is_over


def _nodes(trie: Trie) -> list[tuple[np.ndarray, int]]:
    """Return for each level the node of every item, [N], and how many nodes there are."""
    leaves = np.arange(len(trie.codes[-1]))
    items = trie.item_of(leaves) - 1
    levels = [(leaves, len(leaves))]
    for starts in reversed(trie.starts[1:]):
        above = np.searchsorted(starts[1:], levels[-1][0], side="right")
        levels.append((above, len(starts) - 1))
    out = []
    for node_of, n_nodes in reversed(levels):
        by_item = np.empty(len(leaves), dtype=np.int64)
        by_item[items] = node_of
        out.append((by_item, n_nodes))
    return out
