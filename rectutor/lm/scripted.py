"""A language model that does what it is told, for tests and for biases that are dialled in by hand.

It needs neither torch nor transformers, has no tokens, and says the same on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from rectutor.lm.questions import check_generation, check_questions, check_texts
from rectutor.schema import LogitsProcessor

__all__ = ["ScriptedLM"]

_ROUNDING = 1e-6  # how far above 0 a computed log-probability may come out


class ScriptedLM:
    """A `schema.LanguageModel` made of functions.

    Args:
        log_probability: (prompt, continuation) -> natural log-probability, at most 0; -inf is one.
        replies: prompt -> reply, or replies that are handed out in this order, whatever is asked.
        width: D of the embeddings.
        name: what tables call it.
    """

    def __init__(
        self,
        log_probability: Callable[[str, str], float] | None = None,
        replies: Callable[[str], str] | Sequence[str] = (),
        width: int = 16,
        name: str = "scripted",
    ) -> None:
        self.log_probability, self.replies = log_probability, replies
        self.width, self.name = width, name
        self.n_replied = 0  # replies handed out so far

    def score(
        self, prompts: Sequence[str], continuations: Sequence[Sequence[str]]
    ) -> list[np.ndarray]:
        """Call the function on every pair (see `schema.LanguageModel`).

        Raises:
            ValueError: no function was given, or it returned what is no log-probability.
        """
        check_questions(prompts, continuations)
        return [
            np.array([self._checked(prompt, text) for text in texts], dtype=np.float32)
            for prompt, texts in zip(prompts, continuations, strict=True)
        ]

    def generate(
        self,
        prompts: Sequence[str],
        max_new_tokens: int,
        *,
        n_beams: int = 1,
        temperature: float = 0.0,
        seed: int = 0,
        logits_processor: LogitsProcessor | None = None,
    ) -> list[str]:
        """Hand out replies as they were written, malformed ones too.

        The knobs are checked and then change nothing: there are no tokens to cut, beam or draw.

        Raises:
            ValueError: a knob is out of range, there is a logits processor, or the list of
                replies is used up.
        """
        check_texts(prompts, "prompts")
        check_generation(max_new_tokens, n_beams, temperature)
        if logits_processor is not None:
            raise ValueError(f"{self.name} has no tokens to process, got {logits_processor!r}")
        if callable(self.replies):
            return [self.replies(prompt) for prompt in prompts]
        first, self.n_replied = self.n_replied, self.n_replied + len(prompts)
        if self.n_replied > len(self.replies):
            raise ValueError(
                f"{self.name} was given {len(self.replies)} replies and is asked for number "
                f"{self.n_replied}; give it more"
            )
        return list(self.replies[first : self.n_replied])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return the mean of the texts' word vectors, [B, D] float32, 0 for a text without words.

        A word's vector is read off its hash, each entry in -1..1: texts that share words are near
        each other, and nothing else is meant by them.
        """
        check_texts(texts, "texts")
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            if words := text.lower().split():
                vectors[row] = np.mean([_vector(word, self.width) for word in words], axis=0)
        return vectors

    def _checked(self, prompt: str, continuation: str) -> float:
        """Return one log-probability, or say that it is none."""
        if self.log_probability is None:
            raise ValueError(f"{self.name} was made without log_probability; give it a function")
        value = float(self.log_probability(prompt, continuation))
        if not value <= _ROUNDING:
            raise ValueError(
                f"a log-probability is at most 0, {self.name} was given {value} for {prompt!r} and "
                f"{continuation!r}; subtract the logarithm of the sum over all answers"
            )
        return value


def _vector(word: str, width: int) -> np.ndarray:
    """Turn a word's hash into [D] numbers in -1..1."""
    digest = hashlib.shake_256(word.encode()).digest(width)
    return np.frombuffer(digest, dtype=np.uint8) / 127.5 - 1.0
