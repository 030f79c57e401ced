"""Data in: shipped worlds, real files, a learner's own table, and how they are divided."""

from rectutor.data.core import k_core
from rectutor.data.events import histories_before, number_events, queries_from_histories
from rectutor.data.interactions import Dataset
from rectutor.data.splits import cold_items, cold_users, leave_one_out, ratio_split, time_split
from rectutor.data.table import export_csv, load_table
from rectutor.data.worlds import load, load_truth

__all__ = [
    "Dataset",
    "cold_items",
    "cold_users",
    "export_csv",
    "histories_before",
    "k_core",
    "leave_one_out",
    "load",
    "load_table",
    "load_truth",
    "number_events",
    "queries_from_histories",
    "ratio_split",
    "time_split",
]
