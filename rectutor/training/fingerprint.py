"""What an asset was made from: a hash of the data and of the code that matters.

Comments, docstrings and layout do not count: mending a sentence makes no checkpoint stale.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from rectutor.files import CHECKSUMS, shipped

__all__ = ["code_fingerprint", "fingerprint", "meaning_of"]


def fingerprint(world: str, modules: Iterable[str]) -> str:
    """Hash a world's interactions and the named modules, 16 hexadecimal digits.

    Args:
        world: a folder of `datasets_small`, such as "films".
        modules: dotted names, such as "rectutor.models.sasrec".
    """
    sums = (shipped("datasets_small", world) / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    total = hashlib.sha256("".join(line for line in sums if "interactions" in line).encode())
    total.update(_code(modules))
    return total.hexdigest()[:16]


def code_fingerprint(modules: Iterable[str]) -> str:
    """Hash the named modules alone, 16 hexadecimal digits."""
    return hashlib.sha256(_code(modules)).hexdigest()[:16]


def meaning_of(source: str) -> str:
    """Return Python source without comments, docstrings and blanks.

    Example:
        >>> meaning_of('x = 1  # one')
        'x=1'
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                for row in range(first.lineno, (first.end_lineno or first.lineno) + 1):
                    lines[row - 1] = ""
    return "".join("".join(lines).split())


def _code(modules: Iterable[str]) -> bytes:
    """Join what the named modules mean, in the order of their names."""
    parts = []
    for name in sorted(modules):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"an asset depends on {name}, which is not there")
        parts.append(meaning_of(Path(spec.origin).read_text(encoding="utf-8")))
    return "".join(parts).encode()
