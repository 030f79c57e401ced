"""Read off a machine what `doctor` judges: versions, memory, threads, folders, checksums.

Nothing here imports torch: a broken installation is a finding too.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rectutor import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "EXTENSIONS",
    "HOME",
    "NEEDED",
    "TRIED_PYTHON",
    "Readings",
    "damaged_files",
    "installed_version",
    "is_writable",
    "read",
]

NEEDED = {  # package on the index: the name it is imported by
    "altair": "altair",
    "anywidget": "anywidget",
    "huggingface-hub": "huggingface_hub",
    "ipykernel": "ipykernel",
    "ipywidgets": "ipywidgets",
    "jsonschema": "jsonschema",
    "jupyterlab": "jupyterlab",
    "jupytext": "jupytext",
    "nbclient": "nbclient",
    "nbformat": "nbformat",
    "nbval": "nbval",
    "numpy": "numpy",
    "opacus": "opacus",
    "pandas": "pandas",
    "peft": "peft",
    "plotly": "plotly",
    "safetensors": "safetensors",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "tqdm": "tqdm",
    "transformers": "transformers",
    "vl-convert-python": "vl_convert",
}
EXTENSIONS = {  # JupyterLab extension: the package that brings it
    "anywidget": "anywidget",
    "@jupyter-widgets/jupyterlab-manager": "ipywidgets",
    "jupyterlab-plotly": "plotly",
}
HOME = "your home folder"
TRIED_PYTHON = (3, 11)


@dataclass(frozen=True)
class Readings:
    """What was read off a machine; the defaults describe a healthy one."""

    python: tuple[int, int, int] = (*TRIED_PYTHON, 0)
    versions: Mapping[str, str | None] = field(default_factory=dict)  # installed; None: missing
    pinned: Mapping[str, str] = field(default_factory=dict)  # what the course was tested with
    memory_gb: float | None = 8.0  # None: this system does not say
    disk_gb: float = 10.0  # free, where the working folder lies
    cores: int = 2
    environment: Mapping[str, str] = field(default_factory=dict)
    unwritable: tuple[str, ...] = ()  # folders out of working folder, home and temporary folder
    missing_extensions: tuple[str, ...] = ()  # of EXTENSIONS
    scripts: tuple[str, ...] = ()  # Python files in the working folder
    damage: tuple[str, ...] = ()  # messages about shipped files


def read(folder: Path | str = ".") -> Readings:
    """Take the readings of this machine, as seen from a working folder.

    Args:
        folder: where the learner's notebooks lie.
    """
    folder = Path(folder)
    places = {str(folder.resolve()): folder, HOME: Path.home()}
    return Readings(
        python=(sys.version_info.major, sys.version_info.minor, sys.version_info.micro),
        versions={name: installed_version(name, module) for name, module in NEEDED.items()},
        pinned=_pinned(files.shipped("constraints.txt").read_text(encoding="utf-8")),
        memory_gb=_memory_gb(),
        disk_gb=shutil.disk_usage(folder).free / 1e9,
        cores=os.cpu_count() or 1,
        environment=dict(os.environ),
        unwritable=tuple(name for name, place in places.items() if not is_writable(place)),
        missing_extensions=tuple(name for name in EXTENSIONS if not _has_extension(name)),
        scripts=tuple(sorted(path.name for path in folder.glob("*.py"))),
        damage=tuple(damaged_files()),
    )


def installed_version(name: str, module: str) -> str | None:
    """Return a package's version, None where it or its module is missing."""
    try:
        return metadata.version(name) if find_spec(module) else None
    except metadata.PackageNotFoundError:
        return None


def _pinned(constraints: str) -> dict[str, str]:
    """Read `name==version` lines; names as on the index, in lower case."""
    pairs = re.findall(r"^([\w.-]+)==(\S+)", constraints, flags=re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def _memory_gb() -> float | None:
    """Read the memory of the machine, or of the container when that is less."""
    try:
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):  # not every system has these
        return None
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text().strip() if limit.exists() else "max"
    return min(installed, int(allowed) / 1e9) if allowed.isdigit() else installed


def is_writable(folder: Path) -> bool:
    """Tell by writing: permissions alone do not show a read-only file system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _has_extension(name: str) -> bool:
    from jupyter_core.paths import jupyter_path

    return any((Path(place) / name).is_dir() for place in jupyter_path("labextensions"))


def damaged_files() -> Iterator[str]:
    """Name each shipped folder whose files differ from their checksums."""
    assets = Path(files.__file__).parent / "assets"
    try:
        trees = {files.shipped("datasets_small"): "datasets_small", assets: "rectutor/assets"}
    except FileNotFoundError as error:
        yield str(error)
        return
    for tree, name in trees.items():
        for sums in sorted(tree.rglob(files.CHECKSUMS)):
            try:
                files.check_sums(sums.parent, f"install again, or `git checkout {name}` in a clone")
            except ValueError as error:
                yield str(error)
