"""Running code as on a processor without special instructions."""

import os
import subprocess
import sys

import numpy as np


def run_plainly(code: str) -> str:
    """Run Python code with NumPy's and OpenBLAS's extensions off; return what it printed."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(found),
                   "OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
