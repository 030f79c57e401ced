"""Puts the lessons and the data into the wheel, under `rectutor/shipped/`.

An editable install needs none of it: there `rectutor.files.shipped` finds the clone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATTERNS = [
    "constraints.txt",
    "datasets_small/**/*",
    "figures/**/*",
    "notebooks/*.ipynb",
    "notebooks/source/*.py",
]


class ShippedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Adds each file that matches PATTERNS to a wheel that is not editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatchling where each file goes, before it builds."""
        if version == "editable":
            return
        root = Path(self.root)
        for pattern in PATTERNS:
            for path in sorted(root.glob(pattern)):
                if path.is_file() and not path.name.startswith("."):
                    inside = path.relative_to(root).as_posix()
                    build_data["force_include"][str(path)] = f"rectutor/shipped/{inside}"
