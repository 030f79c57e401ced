"""Chat-Rec: a retriever narrows, a chat model chooses, orders and explains.

Gao et al., "Chat-REC: Towards Interactive and Explainable LLMs-Augmented Recommender System", 2023.
The prompt holds the person's history, the candidates and the request; the model names items. What
it names is checked against the candidates: nothing else is shown, whatever it writes.

`expanded` is the other half of a retriever-LLM sandwich: the request is said in several ways, each
is searched for, and the lists are joined. The survey tells this of Yang and Chen, "Unleashing the
Retrieval Potential of Large Language Models in Conversational Recommender Systems", 2024, whose
abstract describes another mechanism: one tuned model that embeds talk and items.

**Departures.** No few-shot examples. Candidates that the model does not name follow in the
retriever's order, so that a list is never shorter than what was retrieved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.react import items_named
from rectutor.chat import ChatModel, Usage, system, user

__all__ = ["Chosen", "chat_rec", "expanded", "prompt_of"]

_TASK = (
    "Order films for one person. Name films of the list of candidates only, by their number in "
    "square brackets, the best first; then say in one sentence why the first one fits."
)


class Chosen(NamedTuple):
    """What a model made of candidates."""

    items: tuple[int, ...]  # all candidates: those named, best first, then the others
    n_named: int  # candidates that the model named
    made_up: tuple[int, ...]  # numbers that it named and that were no candidates
    text: str  # what it said, explanation included
    usage: Usage


def prompt_of(
    catalogue: Catalogue, history: Sequence[int], candidates: Sequence[int], request: str
) -> str:
    """Write what the model is shown.

    Args:
        catalogue: of the items.
        history: item indices, oldest first.
        candidates: item indices, in the retriever's order.
        request: what the person asks for, or "".
    """
    seen = "\n".join(catalogue.name(item) for item in history) or "nothing yet"
    listed = "\n".join(catalogue.name(item) for item in candidates)
    asked = f"\n\nThis person says: {request}" if request else ""
    return f"This person saw, the newest last:\n{seen}\n\nCandidates:\n{listed}{asked}"


def chat_rec(
    model: ChatModel,
    catalogue: Catalogue,
    history: Sequence[int],
    candidates: Sequence[int],
    request: str = "",
) -> Chosen:
    """Let a model order candidates.

    Args:
        model: who chooses.
        catalogue: of the items.
        history: item indices, oldest first.
        candidates: distinct item indices, in the retriever's order.
        request: what the person asks for.

    Raises:
        ValueError: there are no candidates.
        ChatError: the model gave no reply.
    """
    if not candidates:
        raise ValueError("chat_rec needs one candidate or more, got none; retrieve some first")
    prompt = prompt_of(catalogue, history, candidates, request)
    reply = model.chat([system(_TASK), user(prompt)])
    named = items_named(reply.text)
    kept = [item for item in named if item in set(candidates)]
    others = [item for item in candidates if item not in set(kept)]
    made_up = tuple(item for item in named if item not in set(candidates))
    return Chosen((*kept, *others), len(kept), made_up, reply.text, reply.usage)


def expanded(
    search: Callable[[str, int], Sequence[int]], texts: Iterable[str], k: int
) -> tuple[int, ...]:
    """Search for a request said in several ways, and join the lists.

    An item's score is the sum of 1 / (60 + rank) over the lists that hold it (reciprocal rank
    fusion, Cormack et al., 2009); of equal ones, the one found first.

    Args:
        search: (text, k) -> item indices, best first.
        texts: the request and its paraphrases.
        k: the most items of each list, and of the result.

    Example:
        >>> found = {"war": [1, 2], "battle": [3, 2]}
        >>> expanded(lambda text, k: found[text][:k], ["war", "battle"], k=2)
        (2, 1)
    """
    scores: dict[int, float] = {}
    for text in texts:
        for rank, item in enumerate(search(text, k), start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (60 + rank)
    return tuple(sorted(scores, key=lambda item: -scores[item])[:k])
