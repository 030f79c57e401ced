"""The form in which a learner answers a question; the same as calling `predict`.

Every control is a native one with its label: the radio buttons and lists of a browser answer
to Tab and the arrow keys, and a screen reader names them. ipywidgets does not join radio buttons to
a group, and JupyterLab takes the arrow keys for itself; `OwnKeys` mends both.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

import anywidget
import ipywidgets
from IPython.display import display

from rectutor.course.predictions import commit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Form", "OwnKeys", "ask"]

_LINE = 95  # letters
_SURENESS = {f"{percent} % sure": percent / 100 for percent in (50, 60, 70, 80, 90, 100)}


class OwnKeys(anywidget.AnyWidget):
    """Put into a box, it makes its radio buttons one group, and lets lists keep the arrow keys."""

    _esm = """
    export default { render: ({ el }) => {
      el.style.display = "none";
      const name = `rt-${Math.random().toString(36).slice(2)}`;
      const claim = ({ target, currentTarget }) => {
        if (!target.matches("select, input[type=radio]")) return;
        target.setAttribute("data-lm-suppress-shortcuts", "true");
        currentTarget.querySelectorAll("input[type=radio]").forEach((one) => { one.name = name; });
      };
      const listen = (tries) => {
        const box = el.closest(".widget-vbox");
        if (box) box.addEventListener("focusin", claim);
        else if (tries) requestAnimationFrame(() => listen(tries - 1));
      };
      listen(100);
    } };
    """


class Form:
    """One question: choices or a number, how sure, and why.

    Attributes:
        answer, confidence, because, commit: the controls.
        box: what is displayed.
    """

    def __init__(self, key: str, question: str, choices: Sequence[str] = ()) -> None:
        """Build the controls; nothing is displayed and nothing is chosen beforehand."""
        self.key, self.question, self.choices = key, question, tuple(choices)
        style, layout = {"description_width": "8em"}, {"width": "36em"}
        wide = {"width": "max-content"}
        self.answer = (
            ipywidgets.RadioButtons(
                options=self.choices, value=None, description="Your answer", layout=wide
            )
            if choices
            else ipywidgets.Text(description="Your answer", placeholder="a number")
        )
        self.confidence = ipywidgets.Dropdown(
            options=_SURENESS, value=0.7, description="How sure", style=style
        )
        self.because = ipywidgets.Text(description="Because", style=style, layout=layout)
        self.answer.style = style
        self.commit = ipywidgets.Button(
            description="Commit", tooltip=f"Commit to your answer: {question}"
        )
        self.said = ipywidgets.HTML()  # a label would cut a long sentence; so escape it
        self.commit.on_click(self._commit)
        controls = [self.answer, self.confidence, self.because, self.commit, self.said]
        asked = ipywidgets.HTML(f"<p>{escape(question)}</p>")
        self.box = ipywidgets.VBox([asked, *controls, OwnKeys()])

    def text(self) -> str:
        """Return the question as plain text, with the call that answers it without a form."""
        asked = textwrap.fill(f"Question: {self.question}", _LINE)
        options = [f"  - {choice}" for choice in self.choices]
        call = f'predict("{self.key}", answer, confidence=0.7, because="...")'
        return "\n".join([asked, *options, f"Answer in the form, or with {call}."])

    def _commit(self, _button: ipywidgets.Button) -> None:
        if self.answer.value in (None, ""):
            self.said.value = "<p role='status'>Choose an answer first.</p>"
            return
        if not self.choices and not _is_number(self.answer.value):
            asked = f'a plain number is needed, such as 0.4, got "{self.answer.value}"'
            self.said.value = f"<p role='status'>Not taken: {escape(asked)}.</p>"
            return
        said = commit(self.key, self.answer.value, self.confidence.value, self.because.value)
        self.said.value = f"<p role='status'>{escape(said)}</p>"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def ask(key: str, question: str, choices: Sequence[str] = ()) -> None:
    """Show the form for one question; without widgets its text says how to answer.

    Args:
        key: the name that the `reveal` below uses.
        question: one sentence.
        choices: the answers to choose from; none for a number.
    """
    form = Form(key, question, choices)
    bundle = form.box._repr_mimebundle_() or {}
    display({**bundle, "text/plain": form.text()}, raw=True)
