"""What the documents promise exists, and what no file of the project may contain."""

import ast
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from rectutor.cli import build_parser
from rectutor.course.readme import fill

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
UNFINISHED = "unfinished work"
MACHINE = "a folder of somebody's machine"
FORBIDDEN = {  # written in two parts, so that this file does not contain them
    MACHINE: r"(?<![\w.])/(?:home|Users|" + r"root)/\w",
    "loading a pickle": "allow_pickle=" + "True|weights_only=" + "False",
    UNFINISHED: r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplemented" + "Error",
    "a traceback-hiding bare except": r"except" + r"\s*:",
}
SEARCHED = ["rectutor", "tests", "notebooks", "datasets_small", "figures", ".ci"]
ENDINGS = {".py", ".md", ".js", ".css", ".toml", ".yaml", ".cff", ".csv", ".ipynb", ".txt", ".json"}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def code_in(text):
    """Yield each line of code in a Markdown text: blocks without a language, and inline code."""
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE):
        yield from block.splitlines()
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", prose)


def commands(program):
    """List every call of a program in the documents, as words, without the program itself."""
    lines = [line for name in DOCUMENTS for line in code_in(text_of(name))]
    return [shlex.split(line)[1:] for line in lines if line.split()[:1] == [program]]


def targets():
    phony = re.search(r"^\.PHONY: (.*)$", text_of("Makefile"), flags=re.MULTILINE)[1].split()
    rules = re.findall(r"^(\w+):", text_of("Makefile"), flags=re.MULTILINE)
    assert set(phony) <= set(rules)
    return set(phony)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(name):
    links = re.findall(r"\]\(([^)#\s]+)", text_of(name))
    broken = [x for x in links if not x.startswith("https://") and not (ROOT / x).exists()]
    assert broken == []


def test_every_make_command_in_the_documents_exists():
    named = {word for words in commands("make") for word in words if "=" not in word}
    assert {"tour", "test", "lab", "check"} <= named
    assert named <= targets()


def test_every_rectutor_command_in_the_documents_is_understood():
    calls = [words for words in commands("rectutor") if words and words[:2] != ["data", "make"]]
    assert {words[0] for words in calls} >= {"tour", "lab", "lessons", "data", "doctor"}
    for words in calls:
        build_parser().parse_args(words)  # ends the test by SystemExit where it is wrong


def test_every_module_that_the_documents_run_exists():
    calls = [words for words in commands("python") if words[:1] == ["-m"]]
    modules = [words[1] for words in calls]
    assert "rectutor.course.readme" in modules
    assert [name for name in modules if find_spec(name) is None] == []


def test_the_python_of_the_readme_names_what_exists():
    examples = re.findall(r"^```python\n(.*?)^```$", text_of("README.md"), re.DOTALL | re.M)
    parsed = [node for example in examples for node in ast.parse(example).body]
    imported = [node for node in parsed if isinstance(node, ast.ImportFrom)]
    assert {"rectutor.evaluation", "rectutor.lm.loading"} <= {node.module for node in imported}
    for node in imported:
        module = __import__(node.module, fromlist=["_"])
        assert [a.name for a in node.names if not hasattr(module, a.name)] == []


def test_every_lesson_is_on_the_map_and_every_link_is_a_lesson():
    linked = set(re.findall(r"\(notebooks/(\w+)\.ipynb\)", text_of("README.md")))
    assert linked == {path.stem for path in (ROOT / "notebooks" / "source").glob("*.py")}


def test_the_tables_of_the_readme_are_the_measured_ones():
    readme = text_of("README.md")
    assert "<!-- leaderboard:films -->" in readme
    assert "<!-- leaderboard:ml-latest-small -->" in readme
    assert readme == fill(readme, ROOT / "figures"), "run `python -m rectutor.course.readme`"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_contains(what):
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in SEARCHED:
        paths += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    found = []
    for path in paths:
        named = path.suffix in ENDINGS or path.name in {"Makefile", "run", "LICENSE"}
        if not named or path == Path(__file__) or ".ipynb_checkpoints" in path.parts:
            continue
        if what in (MACHINE, UNFINISHED) and path.parent.parent == ROOT / "tests":
            continue  # tests show made-up folders and stubs to what must recognise them
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := re.search(FORBIDDEN[what], line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert found == []
