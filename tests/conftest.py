"""Fixtures that several folders share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from rectutor.data import leave_one_out, load
from rectutor.schema import Split

# The same examples on every machine, and no test that fails because a machine is busy.
settings.register_profile(
    "rectutor", derandomize=True, deadline=None, database=None, max_examples=40
)
settings.load_profile("rectutor")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reads real data, so that `-m "not real_data"` leaves it out."""
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real_data")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds `ml-latest-small/`; skips where there is none."""
    folder = Path(os.environ.get("RECTUTOR_REAL_DATA", "no-such-folder"))
    if not (folder / "ml-latest-small" / "ratings.csv").is_file():
        pytest.skip("set RECTUTOR_REAL_DATA to a folder that holds ml-latest-small/")
    return folder


@pytest.fixture(scope="session")
def tiny_split() -> Split:
    """The hand-made world of twelve people and twelve films, last film held out."""
    return leave_one_out(load("tiny").interactions)
