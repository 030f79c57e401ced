"""Training: one `fit` for every model, checkpoints that survive accidents, shipped assets."""

from rectutor.training.loop import FitReport, fit

__all__ = ["FitReport", "fit"]
