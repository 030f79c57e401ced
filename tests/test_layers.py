"""The layer table: a module imports only from lower rows, siblings never import each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rectutor"
ROWS = {
    "schema": 0,
    "chat": 0,
    "files": 0,
    "data": 1,
    "metrics": 1,
    "trie": 1,
    "prompts": 1,
    "layers": 1,
    "lm": 2,
    "decoding": 2,
    "models": 3,
    "evaluation": 4,
    "training": 5,
    "agents": 5,
    "analysis": 6,
    "charts": 7,
    "widgets": 8,
    "course": 8,
    "own_data": 9,
    "terminal": 9,
    "cli": 10,
    "__main__": 11,
}
# Heavy or optional libraries, and the parts that may load them.
ALLOWED = {
    "torch": {"schema", "layers", "lm", "decoding", "models", "training", "analysis", "course"},
    "transformers": {"lm"},
    "tokenizers": {"lm"},
    "huggingface_hub": {"lm"},
    "peft": {"lm", "layers"},
    "openai": {"lm"},
    "jsonschema": {"lm"},
    "pandas": {"data", "evaluation", "analysis", "charts", "widgets", "course", "lm", "agents"},
    "opacus": {"training"},
    "IPython": {"charts", "widgets", "course"},
    "ipywidgets": {"widgets", "course"},
    "anywidget": {"widgets", "course"},
    "plotly": {"charts", "widgets"},
    "altair": {"charts", "widgets"},
}


def modules():
    """Return {dotted name: source} for every file of the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts)] = path.read_text(encoding="utf-8")
    return found


def imports(source, with_types=True):
    """List the dotted names that a file imports, wherever in it the import stands.

    `from a import b` yields both `a` and `a.b`, since b may be a module.
    """
    tree = ast.parse(source)
    skipped = set()
    if not with_types:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                skipped.update(id(inner) for body in node.body for inner in ast.walk(body))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"line {node.lineno}: write the import in full, from rectutor..."
            )
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(name):
    """Return the row owner of a dotted name: rectutor.data.movielens belongs to data."""
    pieces = name.split(".")
    return pieces[1] if len(pieces) > 1 else "__init__"


def wrong_imports(sources):
    """List "importer -> imported" for every import that the table forbids."""
    wrong = []
    for name, source in sources.items():
        own = part(name)
        for imported in imports(source):
            pieces = imported.split(".")
            if pieces[0] in ("notebooks", "tests"):
                wrong.append(f"{name} -> {imported}")
            if pieces[0] != "rectutor" or len(pieces) == 1:
                continue
            other = pieces[1]
            if other in ("__version__", own):
                continue
            if own == "__init__" or ROWS[other] >= ROWS[own]:
                wrong.append(f"{name} -> {imported}")
    return wrong


def cycles(sources):
    """List the modules that can be reached from themselves; imports for types do not count."""
    graph = {}
    for name, source in sources.items():
        targets = set()
        for imported in imports(source, with_types=False):
            for candidate in (imported, f"{imported}.__init__"):
                if candidate in sources and candidate != name:
                    targets.add(candidate)
        graph[name] = targets
    found = []
    for start in graph:
        reached, ahead = set(), list(graph[start])
        while ahead:
            module = ahead.pop()
            if module not in reached:
                reached.add(module)
                ahead.extend(graph[module])
        if start in reached:
            found.append(start)
    return found


def test_every_part_of_the_package_stands_in_the_table():
    missing = {part(name) for name in modules()} - set(ROWS) - {"__init__"}
    assert not missing, f"give {sorted(missing)} a row"


def test_a_module_imports_only_from_lower_rows():
    assert wrong_imports(modules()) == []


def test_no_file_imports_itself_by_a_detour():
    assert cycles(modules()) == []


def test_heavy_libraries_are_loaded_only_where_they_are_needed():
    wrong = [
        f"{name} -> {imported}"
        for name, source in modules().items()
        for imported in imports(source, with_types=False)
        if "." not in imported and imported in ALLOWED and part(name) not in ALLOWED[imported]
    ]
    assert wrong == []


def test_metrics_are_numpy_only():
    standard = sys.stdlib_module_names | {"__future__", "numpy", "rectutor"}
    wrong = [
        f"{name} -> {imported}"
        for name, source in modules().items()
        if part(name) == "metrics"
        for imported in imports(source)
        if imported.split(".")[0] not in standard
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("rectutor.data.movielens", "from rectutor.models.ease import EASE"),  # upwards
        ("rectutor.data.movielens", "from rectutor.metrics import ndcg"),  # a sibling in the row
        ("rectutor.data.movielens", "def f():\n    import rectutor.cli"),  # inside a function
        ("rectutor.__init__", "from rectutor import schema"),  # the package itself stays empty
        ("rectutor.cli", "from tests.helpers import small_world"),
    ],
)
def test_a_forbidden_import_is_found(name, source):
    assert len(wrong_imports({name: source})) >= 1


def test_a_permitted_import_is_not_complained_about():
    source = "from rectutor import schema\nfrom rectutor.data.core import k_core\nimport numpy"
    assert wrong_imports({"rectutor.data.splits": source}) == []


def test_a_cycle_of_three_files_is_found():
    sources = {
        "rectutor.data.a": "from rectutor.data.b import x",
        "rectutor.data.b": "from rectutor.data import c",
        "rectutor.data.c": "def f():\n    from rectutor.data.a import y",
        "rectutor.data.d": "from rectutor.data.a import x",
    }
    assert cycles(sources) == ["rectutor.data.a", "rectutor.data.b", "rectutor.data.c"]


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, rectutor, rectutor.cli, rectutor.schema, rectutor.files\n"
        "print(sorted({'torch', 'transformers', 'pandas', 'plotly', 'IPython'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert out.stdout.strip() == "[]"
