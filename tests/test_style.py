"""Size, names and docstrings of every module, read from the source."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rectutor"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_PARAMETERS = 200, 40, 6
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def docstring_lines(tree):
    """Return the numbers of all lines that belong to docstrings."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and ast.get_docstring(node):
            lines.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def code_lines(text):
    """Return the numbers of lines that hold code, neither comment nor docstring nor blank."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped and token.string:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(ast.parse(text))


def listed(tree):
    """Return the names in `__all__`, or None where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return ast.literal_eval(node.value)
    return None


def without_docstring(tree):
    """List public classes, functions and methods without a docstring."""
    found = []
    for node in tree.body:
        members = [node, *node.body] if isinstance(node, ast.ClassDef) else [node]
        if not isinstance(node, (ast.ClassDef, *FUNCTIONS)) or node.name.startswith("_"):
            continue
        for member in members:
            if not isinstance(member, (ast.ClassDef, *FUNCTIONS)) or member.name.startswith("_"):
                continue
            if ast.get_docstring(member) is None and not overrides_torch(member):
                found.append(member.name)
    return found


def overrides_torch(node):
    """Tell whether a method belongs to torch's protocol, whose meaning torch documents."""
    return node.name in {"forward", "backward"}


def parameters(node):
    """Count what a caller may pass without naming it; keyword-only knobs are not counted."""
    names = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
    return len([name for name in names if name not in ("self", "cls")])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_small_lists_its_names_and_explains_them(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines = code_lines(text)
    complaints = []
    if len(lines) > MOST_LINES:
        complaints.append(f"{len(lines)} lines of code")
    if ast.get_docstring(tree) is None:
        complaints.append("no docstring")
    if path.stem != "__main__" and listed(tree) is None:
        complaints.append("no __all__")
    complaints += [f"{name} has no docstring" for name in without_docstring(tree)]
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            length = len(lines & set(range(node.lineno, node.end_lineno + 1)))
            if length > MOST_LINES_OF_A_FUNCTION:
                complaints.append(f"{node.name} has {length} lines of code")
            if parameters(node) > MOST_PARAMETERS:
                complaints.append(f"{node.name} has {parameters(node)} parameters")
    assert complaints == []


def test_docstrings_comments_and_blank_lines_are_not_counted():
    lines = ['"""One.', "", 'Two."""', "# three", "x = [", "    1,", "]"]
    lines += ["", "def f():", '    """Four."""', "    return x"]
    text = "\n".join(lines)
    assert len(code_lines(text)) == 5  # x = [ / 1, / ] / def f(): / return x


def test_a_public_method_without_a_docstring_is_found():
    text = 'class A:\n    """A."""\n    def f(self): ...\n    def _g(self): ...\n'
    assert without_docstring(ast.parse(text)) == ["f"]
