import subprocess
import sys

import pytest

import rectutor.course


@pytest.mark.parametrize("name", rectutor.course.__all__)
def test_every_public_name_is_found(name):
    assert getattr(rectutor.course, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'guess'"):
        rectutor.course.guess  # noqa: B018


def test_importing_the_course_loads_nothing_heavy():
    heavy = "{'torch', 'pandas', 'ipywidgets', 'jupytext', 'nbclient'}"
    code = f"import sys, rectutor.course; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
