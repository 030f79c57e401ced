"""`python -m rectutor` is the `rectutor` command."""

import sys

from rectutor.cli import main

if __name__ == "__main__":
    sys.exit(main())
