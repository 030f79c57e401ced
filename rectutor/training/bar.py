"""One progress bar for every training, in a terminal and in a notebook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.auto import tqdm

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(name: str, total: int, done: int, shown: bool) -> Iterator[Any]:
    """Show a bar while the block runs, unless the environment has TQDM_DISABLE=1.

    A block that ends before `total` was not broken off: it needed fewer steps, so the bar ends
    full. (tqdm would leave it red in a notebook. And there `disable=False` overrules the
    environment, which is therefore asked here.)

    Args:
        name: stands in front of the bar.
        total: steps at most.
        done: steps behind us.
        shown: whether to show it at all.

    Yields:
        The tqdm bar: call `update` after each step.
    """
    hidden = not shown or os.environ.get("TQDM_DISABLE", "") not in ("", "0")
    with tqdm(total=total, initial=done, desc=name, disable=hidden) as bar:
        yield bar
        bar.total = bar.n
        if box := getattr(bar, "container", None):
            box.children[1].max = bar.n  # the bar of a notebook keeps a length of its own
        bar.refresh()
