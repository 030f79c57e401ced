"""The tiny agent learns: a decoder to write calls, a linear head to tell which tool is asked for.

Both learn from clauses of requests (`data.requests`) whose names are linked to marks. A request is
divided in every possible way (`lm.chat.clauses`), and of its stretches they see some: whole
clauses, with their call; several clauses at once; and pieces of a clause. Words of every other
example are dropped or changed for words of synopses, so that nothing relies on one word: what
people say is in no table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

from rectutor.data.requests import Request
from rectutor.lm.chat.clauses import pieces_of
from rectutor.lm.chat.evidence import LABELS, Head
from rectutor.lm.chat.linking import Linked, Linker
from rectutor.lm.chat.notation import NOTHING, SEVERAL, written
from rectutor.lm.chat.writer import answer_of, prompt_of
from rectutor.lm.encoder import TextEncoder

__all__ = ["Example", "examples", "fit_head", "noisy"]

_WORD = re.compile(r"[a-z']{2,}")
_KINDS = {"film", "person", "genre", "theme", "country", "years", "words"}


class Example(NamedTuple):
    """One stretch of a request, and what should be written about it."""

    linked: Linked
    symbols: tuple[str, ...]

    @property
    def prompt(self) -> str:
        """What is read."""
        return prompt_of(self.linked)

    @property
    def label(self) -> int:
        """What the head should answer."""
        return LABELS.index(self.symbols[0])

    def answer(self, end_token: str) -> str:
        """What the decoder should write."""
        return answer_of(self.symbols, end_token)


def examples(
    linker: Linker, requests: Sequence[Request], rng: np.random.Generator
) -> list[Example]:
    """Draw stretches of requests: each clause once, one of several clauses, and one that is none.

    A clause whose names were not found is left out, since no mark stands for them.

    Args:
        linker: of the catalogue.
        requests: to learn from.
        rng: decides which stretches.
    """
    found = []
    for request in requests:
        linked = linker.link(request.text)
        own: dict[str, list[Example]] = {}
        for key, example in _all_stretches(linked, request):
            own.setdefault(key, []).append(example)
        found += [options[int(rng.integers(len(options)))] for options in own.values()]
    return found


def noisy(
    prompts: Sequence[str], synopses: Sequence[str], rng: np.random.Generator, share: float = 0.1
) -> list[str]:
    """Drop words of every other prompt, and change as many for words of synopses.

    Args:
        prompts: small letters, with marks.
        synopses: they lend words.
        rng: decides.
        share: of the words that are dropped; as many are changed. Marks stay.
    """
    lent = sorted({w for text in synopses for w in _WORD.findall(text.lower())} - _KINDS)

    def changed(match: re.Match[str]) -> str:
        luck = rng.random()
        if match[0] in _KINDS or luck > 2 * share:
            return match[0]
        return "" if luck < share else lent[int(rng.integers(len(lent)))]

    done = [_WORD.sub(changed, prompt) if rng.random() < 0.5 else prompt for prompt in prompts]
    return [" ".join(prompt.split()) for prompt in done]


def fit_head(
    encoder: TextEncoder, prompts: Sequence[str], labels: Sequence[int], decay: float = 1e-6
) -> Head:
    """Fit the head by multinomial logistic regression on the frozen encoder's vectors.

    Args:
        encoder: frozen.
        prompts: n texts.
        labels: n places in `LABELS`.
        decay: what the sum of squared weights costs, in nats.
    """
    x, y = torch.from_numpy(encoder.embed(prompts)), torch.tensor(labels)
    weight = torch.zeros(len(LABELS), x.shape[1], requires_grad=True)
    bias = torch.zeros(len(LABELS), requires_grad=True)
    solver = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        solver.zero_grad()
        loss = F.cross_entropy(F.linear(x, weight, bias), y) + decay * weight.square().sum()
        loss.backward()
        return loss

    solver.step(closure)
    return Head(weight.detach().numpy(), bias.detach().numpy())


def _all_stretches(linked: Linked, request: Request) -> list[tuple[str, Example]]:
    """List all stretches of a request with their symbols, by the clause that they are."""
    pieces, found = pieces_of(linked), []
    for i, (first, _) in enumerate(pieces):
        for _, last in pieces[i:]:
            part = linked.part(first, last)
            whole = [n for n, (a, b) in enumerate(request.places) if first <= a and b <= last]
            cut = [
                n
                for n, (a, b) in enumerate(request.places)
                if n not in whole and first < b and a < last
            ]
            if cut or not whole:
                found.append((NOTHING, Example(part, (NOTHING,))))
            elif len(whole) > 1:
                found.append((SEVERAL, Example(part, (SEVERAL,))))
            else:
                try:
                    symbols = written(request.calls[whole[0]], part.marks)
                except ValueError:  # a name was not found
                    continue
                found.append((str(whole[0]), Example(part, tuple(symbols))))
    return found
