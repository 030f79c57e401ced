"""Small data for each view, with titles that try to do harm."""

import numpy as np
import pandas as pd

from rectutor.widgets import AttentionCase, Round

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\x1b[31mRed\x07 alert",
    "\u202eevil\u202c",
    "فيلم",
)


def rounds(n: int = 3) -> list[Round]:
    """Rounds whose right answer is option 1; popularity says 0, the oracle 1."""
    options = ("Heat", "Alien", "Fargo")
    return [Round(("Jaws", "Psycho"), options, 1, {"Popularity": 0, "Oracle": 1})] * n


def case(titles: tuple[str, ...] = ("Heat", "Alien", "Fargo")) -> AttentionCase:
    """Three films; the newest looks half at the second, whose deletion matters least."""
    one_head = np.array([[1, 0, 0], [0.4, 0.6, 0], [0.3, 0.5, 0.2]])
    attention = np.stack([np.stack([one_head, np.eye(3)])])  # one block, two heads
    return AttentionCase("Person 7", titles, attention, "Jaws", 2.0, np.array([1.0, 2.1, 1.5]))


def training() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "architecture": ["SASRec", "SASRec", "SASRec", "GRU4Rec", "GRU4Rec"],
            "n_negatives": [1, 16, 99, 1, 99],
            "value": [0.10, 0.19, 0.20, 0.09, 0.18],
            "low": [0.09, 0.18, 0.19, 0.08, 0.17],
            "high": [0.11, 0.20, 0.21, 0.10, 0.19],
        }
    )


def sampled() -> pd.DataFrame:
    """EASE leads up to m = 10, Markov at m = 99."""
    return pd.DataFrame(
        {
            "model": ["EASE"] * 3 + ["Markov"] * 3,
            "m": [1, 10, 99] * 2,
            "value": [0.9, 0.6, 0.1, 0.8, 0.5, 0.2],
            "low": [0.85, 0.55, 0.05, 0.75, 0.45, 0.15],
            "high": [0.95, 0.65, 0.15, 0.85, 0.55, 0.25],
        }
    )


def tuned() -> tuple[pd.DataFrame, pd.DataFrame]:
    """LoRA of two ranks on three sizes, counts beside it, and the directions of the updates."""
    rows = [
        ("LoRA", 1, 16, 0.49, 0.46, 0.53),
        ("LoRA", 1, 64, 0.52, 0.49, 0.55),
        ("LoRA", 8, 16, 0.5, 0.47, 0.53),
        ("LoRA", 8, 64, 0.54, 0.51, 0.57),
        ("LoRA", 8, 256, 0.56, 0.53, 0.59),
        ("Counts", 0, 16, 0.52, 0.5, 0.54),
        ("Counts", 0, 64, 0.55, 0.53, 0.57),
        ("Counts", 0, 256, 0.6, 0.57, 0.63),
    ]
    table = pd.DataFrame(rows, columns=["model", "rank", "n", "value", "low", "high"])
    places = [(1, 16, 1, 3.0), (1, 64, 1, 5.0)]
    places += [(8, n, place, value) for n in (16, 64) for place, value in ((1, 4.0), (2, 2.0))]
    return table, pd.DataFrame(places, columns=["rank", "n", "place", "value"])
