"""What a lesson uses beside the models: predictions, checks, expectations, claims.

Names are loaded when they are first used, so that the rules of a lesson's kernel (`guard`)
can be set before anything heavy is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "CheckResult": "checks",
    "Exercise": "checks",
    "ask": "forms",
    "calibration": "predictions",
    "claims_of": "claims",
    "closed_book": "questions",
    "expect": "expectations",
    "learner_seed": "checks",
    "need": "show",
    "predict": "predictions",
    "reveal": "predictions",
    "show_claims": "claims",
}
__all__ = [
    "CheckResult",
    "Exercise",
    "ask",
    "calibration",
    "claims_of",
    "closed_book",
    "expect",
    "learner_seed",
    "need",
    "predict",
    "reveal",
    "show_claims",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
