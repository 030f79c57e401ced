"""From odds to items: beams over the trie of ids, and grounding of what was written freely."""

from rectutor.decoding.beam import Writer, beam_search, exact_scores
from rectutor.decoding.trace import Beams, Step, cut_off

__all__ = ["Beams", "Step", "Writer", "beam_search", "cut_off", "exact_scores"]
