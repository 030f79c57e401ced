"""From probabilities to items: beams over the trie of ids, and grounding of free writing."""

from rectutor.decoding.beam import Writer, beam_search, exact_scores
from rectutor.decoding.bm25 import BM25, merge_queries
from rectutor.decoding.grounding import Grounded, code_distances, ground_codes, nearest
from rectutor.decoding.hallucination import hallucination_rates, is_hallucinated
from rectutor.decoding.processor import TrieProcessor, items_of, prefix_function
from rectutor.decoding.recorder import BeamRecorder
from rectutor.decoding.sweeps import Sweep, Tempered, sweep
from rectutor.decoding.title_grounding import NormalTitle, TitleIndex, normal_title
from rectutor.decoding.trace import Beams, Step, cut_off
from rectutor.decoding.vector_grounding import (
    ground_vectors,
    popularity_weighted,
    vector_distances,
)

__all__ = [
    "BM25",
    "BeamRecorder",
    "Beams",
    "Grounded",
    "NormalTitle",
    "Step",
    "Sweep",
    "Tempered",
    "TitleIndex",
    "TrieProcessor",
    "Writer",
    "beam_search",
    "code_distances",
    "cut_off",
    "exact_scores",
    "ground_codes",
    "ground_vectors",
    "hallucination_rates",
    "is_hallucinated",
    "items_of",
    "merge_queries",
    "nearest",
    "normal_title",
    "popularity_weighted",
    "prefix_function",
    "sweep",
    "vector_distances",
]
