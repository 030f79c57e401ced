"""Writing a call sign by sign: the decoder's scores, the encoder's evidence, and what is legal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from rectutor.chat import ToolCall, ToolSchema
from rectutor.lm.batching import padded
from rectutor.lm.causal import CausalLM
from rectutor.lm.chat.clauses import best_division, stretches
from rectutor.lm.chat.evidence import LABELS, Head
from rectutor.lm.chat.linking import Linked
from rectutor.lm.chat.notation import END, MOST_MARKS, NOTHING, SEVERAL, SIGNS, CallGrammar
from rectutor.lm.encoder import TextEncoder
from rectutor.lm.transformer import Reading

__all__ = ["CallWriter", "Written", "answer_of", "prompt_of"]

_AT_ONCE = 256  # clauses


class Written(NamedTuple):
    """One clause as a call."""

    symbols: tuple[str, ...]  # without END; empty where no tool fits
    score: float  # log-probability among what is legal


def prompt_of(linked: Linked) -> str:
    """Write what the decoder and the encoder read: all in small letters."""
    return f"{linked.text.lower()} ="


def answer_of(symbols: Sequence[str], end_token: str) -> str:
    """Write symbols as the decoder does.

    Example:
        >>> answer_of(["similar", "1"], "<end>")
        ' like 1<end>'
    """
    return "".join(f" {SIGNS.get(symbol, symbol)}" for symbol in symbols) + end_token


class CallWriter:
    """Reads requests and writes calls.

    The score of a tool is the decoder's log-probability of its sign, `share` of the encoder's
    added to 1 - `share` of the decoder's; numbers are the decoder's alone.

    Args:
        lm: the tuned decoder.
        encoder: the frozen text encoder.
        head: over its vectors.
        share: of the encoder, 0 to 1; chosen on validation.
    """

    def __init__(self, lm: CausalLM, encoder: TextEncoder, head: Head, share: float) -> None:
        self.lm, self.encoder, self.head, self.share = lm, encoder, head, share
        words = {**SIGNS, **{str(n): str(n) for n in range(1, MOST_MARKS + 1)}}
        self.ids = {END: int(lm.tokenizer.eos_token_id)}
        for symbol, word in words.items():
            (self.ids[symbol],) = lm.tokenizer(f" {word}", add_special_tokens=False)["input_ids"]

    def calls(
        self, requests: Sequence[Linked], tools: Sequence[ToolSchema]
    ) -> list[tuple[ToolCall, ...]]:
        """Write the calls of requests, each divided into clauses as it reads best.

        Args:
            requests: whole ones, linked.
            tools: what is on offer.

        Returns:
            The calls of each request in the order of its clauses; none where no tool fits.
        """
        parts = [stretches(own) for own in requests]
        clauses = [own for each in parts for own in each.values()]
        grammars = [CallGrammar(tools, own.marks) for own in clauses]
        written = self.write(clauses, grammars)
        found, start = [], 0
        for each in parts:
            places = dict(zip(each, range(start, start + len(each)), strict=True))
            start += len(each)
            usable = {s: written[n].score for s, n in places.items() if written[n].symbols}
            chosen = [places[stretch] for stretch in best_division(usable)]
            found.append(tuple(grammars[n].call(written[n].symbols) for n in chosen))
        return found

    def write(self, clauses: Sequence[Linked], grammars: Sequence[CallGrammar]) -> list[Written]:
        """Write each clause as one call, the best legal sign at every step."""
        done = list[Written]()
        for start in range(0, len(clauses), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            done += self._some(clauses[some], grammars[some])
        return done

    @torch.inference_mode()
    def _some(self, clauses: Sequence[Linked], grammars: Sequence[CallGrammar]) -> list[Written]:
        """Write B clauses."""
        prompts = [prompt_of(own) for own in clauses]
        tokens, is_real = padded(self.lm.prompt_tokens(prompts), "left")
        reading, logits = self.lm.read(tokens, is_real)
        evidence = self.head.read(self.encoder, prompts)  # [B, labels]
        symbols: list[list[str]] = [[] for _ in clauses]
        scores, ended = np.zeros(len(clauses)), np.zeros(len(clauses), dtype=bool)
        while True:
            log_p = logits.float().log_softmax(dim=1).numpy()  # [B, V]
            for row in np.flatnonzero(~ended).tolist():
                options = grammars[row].legal(symbols[row])
                own = self._scores(options, log_p[row], evidence[row], not symbols[row])
                best = int(np.argmax(own)) if len(own) else 0
                ended[row] = not options or options[best] == END
                scores[row] += own[best] if options else 0.0
                symbols[row] += [] if ended[row] else [options[best]]
            if ended.all():
                return [Written(tuple(s), float(v)) for s, v in zip(symbols, scores, strict=True)]
            fed = [self.ids[END if over else s[-1]] for over, s in zip(ended, symbols, strict=True)]
            seen = torch.ones(len(fed), 1, dtype=is_real.dtype)
            logits = self.lm.extend(reading, torch.tensor(fed)[:, None], seen)[:, -1]
            reading = Reading(reading.cache, torch.cat([reading.is_real, seen], dim=1))

    def _scores(
        self, options: list[str], log_p: np.ndarray, evidence: np.ndarray, is_tool: bool
    ) -> np.ndarray:
        """Return log-probabilities of options; "several" and "nothing" compete with the tools."""
        known = [*options, SEVERAL, NOTHING] if is_tool else options
        scores = log_p[[self.ids[option] for option in known]]
        if is_tool:
            of_head = evidence[[LABELS.index(option) for option in known]]
            scores = (1 - self.share) * scores + self.share * of_head
        scores = scores - np.logaddexp.reduce(scores)
        own: np.ndarray = scores[: len(options)]
        return own
