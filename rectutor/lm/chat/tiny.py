"""The project's own tiny model as a chat model: it chooses tools, and writes no prose.

A person's turn is linked to the catalogue (`linking`), divided into clauses (`clauses`), and each
clause is written as a call that the schemas on offer allow (`notation`, `writer`). Every call can
be read, whatever the weights are; whether it is the right one is another question, measured by
`python -m rectutor.analysis.agent_requests`.

**Departures** from what chat models do. It reads the last turn of the person alone. When tools have
answered it says fixed sentences that name the films which they listed or told of. It can call the
tools that it was tuned for and no others, and it cannot decline: asked about the weather it calls
some tool. What it asks is decided once: it does not look at a result and ask again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file

from rectutor.chat import ChatError, Message, Reply, ToolSchema, Usage
from rectutor.files import ASSETS, ASSETS_REMEDY, check_sums
from rectutor.lm.causal import CausalLM
from rectutor.lm.chat.evidence import Head
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.notation import SIGNS
from rectutor.lm.chat.scripted import in_pieces
from rectutor.lm.chat.writer import CallWriter, prompt_of
from rectutor.lm.loading import language_model, text_encoder

__all__ = ["NAME", "NOT_FOUND", "NOT_UNDERSTOOD", "TinyChat", "shipped_writer"]

NAME = "tiny-agent"
NOT_FOUND = "I found nothing that fits."
NOT_UNDERSTOOD = "I do not know what to look for; name a film, or say what you want to see."
_LISTED = re.compile(r"^\[\d{1,9}\] [^\n\[\]]{1,120}? \(\d{1,4}\)", re.MULTILINE)
_MOST_NAMED = 5  # films of each tool
_PLAIN = str.maketrans("ıİſ", "iIs")  # alike without case, and small letters of no name
_LONGEST = 300  # bytes of a turn: fewer tokens than the decoder reads, whatever they are


class TinyChat:
    """Takes a turn by choosing tools.

    Args:
        items: of the catalogue that requests are about.
        writer: turns linked requests into calls; what ships when None.
    """

    name = "tiny"

    def __init__(self, items: pd.DataFrame, writer: CallWriter | None = None) -> None:
        self.linker = Linker(items)
        self.writer = writer or shipped_writer()

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`).

        Raises:
            ChatError: of kind "refused" when nobody has said anything, or the turn is longer
                than the model reads.
        """
        turns = [place for place, message in enumerate(messages) if message.role == "user"]
        if not turns:
            raise ChatError("refused", "tiny answers a person's turn, and there is none; add one")
        text = messages[turns[-1]].text.encode("utf-8", "replace")  # no half characters
        if len(text) > _LONGEST:
            raise ChatError(
                "refused",
                f"tiny reads at most {_LONGEST} bytes of a turn, and this one has {len(text)}; "
                "say it in fewer words",
            )
        linked = self.linker.link(text.decode().translate(_PLAIN))
        n_read = len(self.writer.lm.prompt_tokens([prompt_of(linked)])[0])
        results = [own.text for own in messages[turns[-1] + 1 :] if own.role == "tool"]
        if results or not any(tool.name in SIGNS for tool in tools):
            return self._said(answer_to(results) if results else NOT_UNDERSTOOD, n_read)
        (calls,) = self.writer.calls([linked], tools)
        if not calls:
            return self._said(NOT_UNDERSTOOD, n_read)
        numbered = tuple(own._replace(call_id=f"call_{n}") for n, own in enumerate(calls))
        n_written = sum(2 + len(own.arguments) for own in calls)  # sign, numbers, end
        return Reply("", numbered, Usage(n_read, n_written))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn; the words come when the whole reply is there."""
        yield from in_pieces(self.chat(messages, tools))

    def _said(self, text: str, n_read: int) -> Reply:
        """Reply with a sentence, its tokens counted."""
        return Reply(text, (), Usage(n_read, len(self.writer.lm.prompt_tokens([text])[0])))


def answer_to(results: Sequence[str]) -> str:
    r"""Write what an answer says of results: names of films, never other words of a tool.

    Films of a list are named, each once. Where a tool tells about one film, in a line with its name
    and more lines, the answer points there.

    Example:
        >>> answer_to(["[12] Heat (1995)\n[7] Up (2009)", "no film has all of this"])
        'I found [12] Heat (1995), [7] Up (2009).'
        >>> answer_to(["[12] Heat (1995)\ndirected by Michael Mann"])
        'Above stands what is known of [12] Heat (1995).'
    """
    found, told = dict[str, None](), dict[str, None]()
    for text in results:
        names = _LISTED.findall(text)[:_MOST_NAMED]
        is_about_one = len(names) == 1 and text.startswith(f"{names[0]}\n")
        (told if is_about_one else found).update(dict.fromkeys(names))
    parts = [f"I found {', '.join(found)}."] if found else []
    parts += [f"Above stands what is known of {', '.join(told)}."] if told else []
    return " ".join(parts) or NOT_FOUND


def shipped_writer() -> CallWriter:
    """Load the decoder as it was tuned, and the head.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: a file is damaged.
    """
    folder = ASSETS / NAME
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{NAME!r} ships with the project, not at {folder}; {ASSETS_REMEDY}"
        )
    check_sums(folder, ASSETS_REMEDY)
    lm, encoder = language_model(), text_encoder()
    assert isinstance(lm, CausalLM)
    tensors = load_file(folder / "difference.safetensors")
    with torch.no_grad():
        for name, weight in lm.model.named_parameters():
            weight += tensors[f"{name}.steps"].float() * tensors[f"{name}.size"]
    head = Head(*(np.asarray(tensors[f"head.{part}"]) for part in ("weight", "bias")))
    facts = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    lm.name = NAME
    return CallWriter(lm, encoder, head, float(facts["share"]))
