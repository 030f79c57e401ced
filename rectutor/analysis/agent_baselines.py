"""Other ways to find the calls that a request means: chance, keywords, the encoder's head alone.

All are held to the same grammar of calls as the tiny agent, so all their calls can be read, and all
are given the same linked names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rectutor.chat import ToolCall, ToolSchema
from rectutor.lm.chat.clauses import best_division, pieces_of, stretches
from rectutor.lm.chat.evidence import LABELS
from rectutor.lm.chat.linking import Linked
from rectutor.lm.chat.notation import END, NOTHING, SEVERAL, CallGrammar
from rectutor.lm.chat.writer import CallWriter, prompt_of

__all__ = ["by_chance", "by_head", "by_keywords", "keyword_tool"]

_SEEN = re.compile(r"\b(watched|watching|seen|saw|history|viewing|recent|last films|past films)\b")
_LIKE = re.compile(
    r"\b(like|similar|close|closest|nearest|resembles?|kind|sort|another|vein|style)\b"
)
_WHY = re.compile(
    r"\b(why|reasons?|evidence|common|taste|suits?|fits?|match|for me|my|share|argue|justify"
    r"|enjoy)\b"
)
_TELL = re.compile(
    r"\b(who|when|where|what|about|facts|details|information|describe|entry|background|cast|look up"
    r"|year|know)\b"
)
_WISH = re.compile(
    r"\b(recommend\w*|suggest|should|would|taste|me to|for me|mood|tonight|evening|i want|i feel"
    r"|enjoy|love|advise|choose|pick|surprise|tips|suits?|fits?|best|good|fancy|propose|next)\b"
)
_SHOW = re.compile(r"\b(list|show|which|what|are there|all|find|name|how many|count|have|films?)\b")


def keyword_tool(linked: Linked) -> str | None:
    """Choose a tool by words and by the kinds of marks; None while nothing points to one.

    Example:
        >>> keyword_tool(Linked("what have i watched", ()))
        'history'
    """
    text, kinds = linked.text.lower(), {mark.kind for mark in linked.marks}
    if "Words" in kinds:
        return "search"
    if "Film" in kinds:
        if _WHY.search(text) or _SEEN.search(text):
            return "evidence"
        if _LIKE.search(text):
            return "similar"
        return "facts" if _TELL.search(text) else None
    if kinds:
        if _WISH.search(text):
            return "recommend"
        if kinds <= {"Person", "Theme"} and not re.search(r"\b(films?|movies?|stor)", text):
            return "facts" if _TELL.search(text) else None
        return "films_with" if _SHOW.search(text) else None
    if _SEEN.search(text):
        return "history"
    return "recommend" if _WISH.search(text) else None


def by_keywords(linked: Linked, tools: Sequence[ToolSchema]) -> tuple[ToolCall, ...]:
    """Read pieces until a keyword decides, then begin anew; every mark goes where it fits."""
    calls, first = list[ToolCall](), None
    for start, last in pieces_of(linked):
        first = start if first is None else first
        part = linked.part(first, last)
        tool, grammar = keyword_tool(part), CallGrammar(tools, part.marks)
        if tool in grammar.legal([]):
            calls.append(grammar.call(_filled(grammar, str(tool))))
            first = None
    return tuple(calls)


def by_chance(
    linked: Linked, tools: Sequence[ToolSchema], rng: np.random.Generator
) -> tuple[ToolCall, ...]:
    """Divide a request at a random place or not at all, and write random legal signs."""
    parts = stretches(linked)
    n = max(j for _, j in parts)
    cut = int(rng.integers(n))
    chosen = [(0, n)] if cut == 0 or rng.random() < 0.5 else [(0, cut), (cut, n)]
    calls = []
    for stretch in chosen:
        grammar, symbols = CallGrammar(tools, parts[stretch].marks), list[str]()
        while (options := grammar.legal(symbols)) and (
            sign := options[int(rng.integers(len(options)))]
        ) != END:
            symbols.append(sign)
        if symbols:
            calls.append(grammar.call(symbols))
    return tuple(calls)


def by_head(
    writer: CallWriter, requests: Sequence[Linked], tools: Sequence[ToolSchema]
) -> list[tuple[ToolCall, ...]]:
    """Let the linear head over the encoder decide alone; every mark goes where it fits."""
    found = []
    for request in requests:
        parts = stretches(request)
        log_p = writer.head.read(writer.encoder, [prompt_of(own) for own in parts.values()])
        best, scores = dict[tuple[int, int], tuple[CallGrammar, str]](), {}
        for (stretch, own), row in zip(parts.items(), log_p, strict=True):
            grammar = CallGrammar(tools, own.marks)
            legal = grammar.legal([])
            if not legal:
                continue
            known = row[[LABELS.index(sign) for sign in [*legal, SEVERAL, NOTHING]]]
            best[stretch] = grammar, legal[int(np.argmax(known[: len(legal)]))]
            scores[stretch] = float(known[: len(legal)].max() - np.logaddexp.reduce(known))
        chosen = [best[stretch] for stretch in best_division(scores)]
        found.append(tuple(own.call(_filled(own, tool)) for own, tool in chosen))
    return found


def _filled(grammar: CallGrammar, tool: str) -> list[str]:
    """Give a tool every mark that it can take."""
    symbols = [tool]
    while options := [own for own in grammar.legal(symbols) if own != END]:
        symbols.append(options[0])
    return symbols
