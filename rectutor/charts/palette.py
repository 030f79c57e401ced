"""The colours, markers and dashes of the whole course, defined once.

The hues are those of Okabe and Ito ("Color Universal Design", 2008), which people with
colour-blind eyes can tell apart. Related models share a hue; within a hue the marker and the
dash differ, so colour never speaks alone and a grey print can still be read.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "LEVEL_HUES",
    "MARKERS",
    "MODEL_STYLES",
    "ORANGE",
    "PURPLE",
    "SKY",
    "TRUE_ITEM",
    "VERMILLION",
    "YELLOW",
    "ModelStyle",
    "model_style",
]

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#8A8A8A"  # not of the eight: controls, chance, "everything else"

LEVEL_HUES = (BLUE, ORANGE, GREEN, PURPLE)  # code levels 1, 2, 3 and the collision code


class ModelStyle(NamedTuple):
    """How one model looks in every chart and view."""

    colour: str  # "#RRGGBB"
    marker: str  # a key of MARKERS
    dash: tuple[int, ...]  # line and gap lengths in pixels; () is a solid line


# Outlines in a box from -1 to 1: Vega and the views' SVG draw the same path.
MARKERS = {
    "circle": "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0Z",
    "square": "M-0.9,-0.9H0.9V0.9H-0.9Z",
    "diamond": "M0,-1.2L1.2,0L0,1.2L-1.2,0Z",
    "up": "M0,-1.1L1.1,0.9H-1.1Z",
    "down": "M0,1.1L1.1,-0.9H-1.1Z",
    "bar": "M-1.3,-0.45H1.3V0.45H-1.3Z",
    "cross": "M-1.1,-0.7L-0.7,-1.1L0,-0.4L0.7,-1.1L1.1,-0.7L0.4,0L1.1,0.7L0.7,1.1L0,0.4"
    "L-0.7,1.1L-1.1,0.7L-0.4,0Z",
    "star": "M0,-1.4L0.33,-0.45L1.33,-0.43L0.53,0.17L0.82,1.13L0,0.56L-0.82,1.13L-0.53,0.17"
    "L-1.33,-0.43L-0.33,-0.45Z",
}

MODEL_STYLES = {
    "Random": ModelStyle(GREY, "cross", (2, 3)),
    "Popularity": ModelStyle(ORANGE, "square", ()),
    "Item-kNN": ModelStyle(SKY, "up", ()),
    "EASE": ModelStyle(SKY, "diamond", (6, 3)),
    "Markov": ModelStyle(GREEN, "down", ()),
    "Content": ModelStyle(GREEN, "bar", (6, 3)),
    "MF": ModelStyle(PURPLE, "bar", ()),
    "GRU4Rec": ModelStyle(PURPLE, "up", (6, 3)),
    "SASRec": ModelStyle(BLUE, "circle", ()),
    "SASRec (BCE)": ModelStyle(BLUE, "square", (6, 3)),
    "SASRec (CE) (text start)": ModelStyle(BLUE, "diamond", (2, 3)),
    "Two-tower": ModelStyle(VERMILLION, "circle", (6, 3)),
    "UniSRec (text)": ModelStyle(VERMILLION, "square", ()),
    "UniSRec (text and ids)": ModelStyle(VERMILLION, "up", (6, 3)),
    "RecFormer": ModelStyle(PURPLE, "square", (2, 3)),
    "NoteLLM": ModelStyle(GREEN, "diamond", (2, 3)),
    "P5": ModelStyle(PURPLE, "star", (6, 3)),
    "P5 (one token)": ModelStyle(ORANGE, "circle", (2, 3)),
    "P5 (random)": ModelStyle(GREY, "square", (6, 3)),
    "P5 (sequential)": ModelStyle(BLUE, "up", (6, 3)),
    "P5 (content)": ModelStyle(GREEN, "circle", (2, 3)),
    "P5 (collaborative)": ModelStyle(SKY, "circle", (6, 3)),
    "P5 (succession)": ModelStyle(PURPLE, "circle", ()),
    "TIGER": ModelStyle(GREEN, "star", ()),
    "TIGER (split codes)": ModelStyle(GREEN, "square", (6, 3)),
    "BIGRec": ModelStyle(ORANGE, "star", ()),
    "RPG": ModelStyle(SKY, "star", ()),
    "Counts": ModelStyle(SKY, "square", (2, 3)),
    "LoRA": ModelStyle(VERMILLION, "down", (6, 3)),
    "TALLRec": ModelStyle(VERMILLION, "bar", (2, 3)),
    "BERT4Rec": ModelStyle(VERMILLION, "diamond", ()),
    "these lists": ModelStyle(BLUE, "star", ()),
    "interactions": ModelStyle(GREY, "circle", (6, 3)),
    "Oracle": ModelStyle(BLACK, "star", ()),
    "Oracle (content only)": ModelStyle(BLACK, "up", (2, 3)),
    "Oracle (order only)": ModelStyle(BLACK, "down", (6, 3)),
}

TRUE_ITEM = ModelStyle(VERMILLION, "star", ())  # the held-out item, wherever it is drawn
_OTHER = ModelStyle("#5C5C5C", "diamond", (2, 3))


def model_style(name: str) -> ModelStyle:
    """Find a model's look by the longest known name that its own name begins with.

    "SASRec (CE)" looks like "SASRec", and "SASRec (BCE, 4)" like "SASRec (BCE)". A name that
    no known one begins is drawn in dark grey, so that a learner's own model stands apart.

    Example:
        >>> model_style("SASRec (BCE, 4)") == MODEL_STYLES["SASRec (BCE)"]
        True
        >>> model_style("oracle, order only") == MODEL_STYLES["Oracle (order only)"]
        True
    """
    known = [key for key in MODEL_STYLES if _begins(name, key)]
    return MODEL_STYLES[max(known, key=len)] if known else _OTHER


def _begins(name: str, known: str) -> bool:
    """Say whether `name` is `known`, perhaps with more behind it, at the end of a word."""
    stem = known.removesuffix(")").casefold()
    name = name.casefold().replace(", ", " (", 1)  # "oracle, content only"
    return name.startswith(stem) and not name[len(stem) : len(stem) + 1].isalnum()
