"""A chat model for Chat-Rec that can choose: a scorer orders what the prompt lists, and says so.

Chat-Rec (see `chat_rec`) needs a model that reads candidates and names the best. The project's tiny
chat model only chooses tools, so a scorer takes the turn, for instance the decoder that was tuned
to judge films (`training.judges.shipped_judge`); its answer is a text like any other model's.

**Departures.** It is deaf to the request: a scorer knows the person's history and nothing else. The
history is the question it was given, not what the prompt says; only the candidates are read there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from rectutor.chat import ChatError, Message, Reply, ToolSchema
from rectutor.lm.chat.scripted import counted, in_pieces
from rectutor.schema import Queries, Scorer

__all__ = ["Chooser", "candidates_in"]

_LISTED = re.compile(r"^\[(\d{1,9})\] .*$", re.MULTILINE)
_CANDIDATES = "\n\nCandidates:\n"


class Chooser:
    """Names the candidates that a scorer likes best.

    Args:
        scorer: orders the candidates; ties stay in the order of the prompt.
        query: one question, of the person who is recommended to.
        n_named: candidates it names at most; it leaves the others to whoever reads the answer.

    Raises:
        ValueError: `query` is not one question, or `n_named` is below 1.
    """

    def __init__(self, scorer: Scorer, query: Queries, n_named: int = 10) -> None:
        if len(query.history) != 1:
            raise ValueError(
                f"a chooser answers for one person, got {len(query.history)} questions; "
                "take one of them"
            )
        if n_named < 1:
            raise ValueError(f"n_named must be 1 or more candidates, got {n_named}")
        self.scorer, self.query, self.n_named = scorer, query, n_named
        self.name = f"chooser ({scorer.name})"

    def chat(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Reply:
        """Take the next turn (see `chat.ChatModel`); tools are never called.

        Raises:
            ChatError: of kind "refused" when the last turn lists no candidates.
        """
        lines = candidates_in(messages[-1].text if messages else "")
        items = np.array(list(lines))
        scores = self.scorer.score(self.query, items[None])[0]
        best = np.argsort(-scores, kind="stable")[: self.n_named]
        above = float(scores[best[0]] - scores.mean())
        why = (
            f"The first fits best: {self.scorer.name} puts it {above:.2f} above the mean of "
            f"all {len(items)}."
        )
        named = "\n".join(lines[int(item)] for item in items[best])
        return counted(messages, Reply(f"{named}\n{why}"))

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> Iterator[str | Reply]:
        """Take the next turn word by word."""
        yield from in_pieces(self.chat(messages, tools))


def candidates_in(prompt: str) -> dict[int, str]:
    r"""Read the candidates of a prompt by `chat_rec.prompt_of`, in its order: number -> line.

    Raises:
        ChatError: of kind "refused" when there are none.

    Example:
        >>> candidates_in("Somebody.\n\nCandidates:\n[7] Up (2009)\n[3] Heat (1995)\n\nSoon.")
        {7: '[7] Up (2009)', 3: '[3] Heat (1995)'}
    """
    shown = prompt.partition(_CANDIDATES)[2].split("\n\n")[0]
    lines = {int(line[1]): line[0] for line in _LISTED.finditer(shown)}
    if not lines:
        raise ChatError(
            "refused",
            'a prompt needs candidates, one "[12] Title (year)" a line under "Candidates:", and '
            "this one has none; write it by `chat_rec.prompt_of`",
        )
    return lines
