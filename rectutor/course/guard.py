"""The rules of a lesson's kernel: no network, and its cost on record.

Loaded as an IPython extension from a private `IPYTHONDIR`, so that a lesson runs alike when it
is built and when it is tested, and neither the user's own start-up files nor a variable of
this module reach the lesson.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rectutor import files

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["USAGE", "NetworkRefusedError", "lesson_environment", "load_ipython_extension", "usage"]

USAGE = "RECTUTOR_USAGE"  # names the JSON file that a kernel keeps up to date
_ROOT = Path(__file__).resolve().parents[2]
_CONFIG = """\
c.InteractiveShellApp.extensions = ["rectutor.course.guard"]
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = 40  # errors only
"""
_FIXED = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONHASHSEED": "0",
    "PLOTLY_RENDERER": "plotly_mimetype",
    "TQDM_DISABLE": "1",  # progress bars hold times, which no test can compare
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
_PERSONAL = ("RECTUTOR_LEARNER", "RECTUTOR_JOURNAL", "RECTUTOR_REAL_DATA", USAGE)
_refused: list[str] = []


class NetworkRefusedError(RuntimeError):
    """A lesson tried to leave the machine.

    Not an OSError, so that code which quietly survives a missing network cannot hide it.
    """


def lesson_environment(folder: Path | str) -> dict[str, str]:
    """Return the environment variables under which every lesson's kernel is started.

    Args:
        folder: an existing folder that keeps the private IPython profile; a temporary one.

    Returns:
        A copy of this process's environment: one thread, no personal settings, this package
        importable, and the guard loaded when the kernel starts.
    """
    config = Path(folder) / "profile_default" / "ipython_config.py"
    with files.write_atomically(config) as draft:
        draft.write_text(_CONFIG)
    kept = {name: value for name, value in os.environ.items() if name not in _PERSONAL}
    path = os.pathsep.join(filter(None, [str(_ROOT), kept.get("PYTHONPATH")]))
    return kept | _FIXED | {"IPYTHONDIR": str(folder), "PYTHONPATH": path}


def usage() -> dict[str, Any]:
    """Measure this process: CPU-seconds with its children, peak megabytes, refused addresses."""
    spent = os.times()
    return {
        "cpu_seconds": round(sum(spent[:4]), 2),
        "peak_mb": round(_peak_bytes() / 1e6, 1),
        "refused": list(_refused),
    }


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Block the network from here on, and record the cost after every cell."""
    sys.addaudithook(_refuse_network)
    if path := os.environ.get(USAGE):
        shell.events.register("post_run_cell", lambda _result: _record(Path(path)))


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """Raise when Python code resolves or contacts any host but this machine.

    The kernel's own channels are opened by ZeroMQ, which does not pass through here.
    """
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # text: a local Unix socket
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost", "::1") or str(name).startswith("127."):
        return
    _refused.append(str(name))
    raise NetworkRefusedError(
        f"a lesson runs without a network, and this cell tried to reach {name}; everything it "
        "needs ships with rectutor: load data with rectutor.data.load, models with load_asset"
    )


def _record(path: Path) -> None:
    with files.write_atomically(path) as draft:
        draft.write_text(json.dumps(usage()))


def _peak_bytes() -> int:
    """Read the largest resident size so far; Linux's own counter starts afresh at exec."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource  # Unix only

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
