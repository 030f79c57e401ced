"""Workers are scripts that import their neighbour, so the tests need this folder on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
