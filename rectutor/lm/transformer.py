"""What CausalLM and Seq2SeqLM share: a prompt is read once, however many answers it is asked for.

How text becomes tokens: prompt and continuation are tokenized separately and joined as tokens. So
a continuation has the same tokens after every prompt, and no token lies across the boundary. A
model that learned from running text expects the space before a word in the continuation (" yes"),
not at the end of the prompt.

What a score is: the log-probability that the answer *begins* with the continuation. Where one
title's tokens begin another's, the shorter is never the less probable. To ask for the whole
answer, end the continuation with the text of the tokenizer's `eos_token`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rectutor.lm.batching import by_length, cache_rows, mean_state, padded
from rectutor.lm.generation import plain_settings, processors
from rectutor.lm.questions import check_generation, check_questions, check_texts
from rectutor.lm.tokens import check_fit, lengths_of, limit_of, tokenized
from rectutor.schema import LogitsProcessor, seeded

if TYPE_CHECKING:
    from transformers import Cache, PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["Reading", "TransformerLM"]

_LOGITS_PER_TOKEN = 8192  # of more than these, a position counts as several tokens of the budget
_UNUSED = -100  # the label that torch's cross-entropy leaves out


class Reading(NamedTuple):
    """What is kept of B prompts once they have been read."""

    cache: Cache  # keys and values of every layer
    is_real: Tensor  # [B, T] int64, 1 at a token of the prompt, 0 at padding
    states: Tensor | None = None  # [B, T, D], what an encoder made of the prompts

    def take(self, rows: Tensor) -> Reading:
        """Return the prompts in `rows` [R], in that order and with repetitions."""
        states = None if self.states is None else self.states[rows]
        return Reading(cache_rows(self.cache, rows), self.is_real[rows], states)


class TransformerLM:
    """A model and tokenizer of transformers; a child says how prompts are read and extended.

    Args:
        model: any precision, on any device; every call puts it into evaluation mode.
        tokenizer: its own; padding is done here, so it needs no padding token.
        name: what tables call it.
        batch_tokens: tokens, padding included, that one call of the model may take. It bounds
            memory; scores do not depend on it.

    Raises:
        ValueError: the tokenizer has more entries than the model has embeddings, or the model puts
            vectors of its own before every text (prompt and prefix tuning by peft).
    """

    side: Literal["left", "right"] = "left"  # where prompts are padded

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        name: str,
        *,
        batch_tokens: int = 4096,
    ) -> None:
        n_embeddings = model.get_input_embeddings().weight.shape[0]
        if len(tokenizer) > n_embeddings:
            raise ValueError(
                f"{name}: the tokenizer has {len(tokenizer)} entries, the model embeds "
                f"{n_embeddings}; load both from the same folder"
            )
        tuning = getattr(model, "active_peft_config", None)
        if getattr(tuning, "is_prompt_learning", False):
            raise ValueError(
                f"{name}: {type(tuning).__name__} puts vectors before every text, also before one "
                "that goes on behind its cache, and scores would be wrong; use LoRA"
            )
        self.model, self.tokenizer, self.name = model, tokenizer, name
        self.batch_tokens, self.limit = batch_tokens, limit_of(model, tokenizer)

    def read(self, tokens: Tensor, is_real: Tensor) -> tuple[Reading, Tensor]:
        """Read prompts [B, T] once; return what is kept and the logits [B, V] of what follows."""
        raise TypeError(f"{type(self).__name__} must define read")

    def extend(self, reading: Reading, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Feed answers [R, L], padded on the right, after R readings; return logits [R, L, V]."""
        raise TypeError(f"{type(self).__name__} must define extend")

    def hidden(self, tokens: Tensor, is_real: Tensor) -> Tensor:
        """Return the last hidden states [B, T, D] of texts [B, T]."""
        raise TypeError(f"{type(self).__name__} must define hidden")

    def positions(self, prompt: np.ndarray, answer: np.ndarray) -> np.ndarray:
        """Return how many positions prompts and answers of these lengths take in the model."""
        raise TypeError(f"{type(self).__name__} must define positions")

    def prompt_tokens(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Tokenize prompts, with the special tokens that the tokenizer puts around a text."""
        return tokenized(self.tokenizer, texts, special=True)

    @torch.inference_mode()
    def score(
        self, prompts: Sequence[str], continuations: Sequence[Sequence[str]]
    ) -> list[np.ndarray]:
        """Score continuations of prompts (see `schema.LanguageModel` and the top of this module).

        Equal prompts are read once, and so is a pair that is asked for again.

        Raises:
            ValueError: a text is empty, the lists do not match, or a prompt with its longest
                continuation does not fit the model; names the tokens needed and the limit.
        """
        check_questions(prompts, continuations)
        asked = list(zip(prompts, continuations, strict=True))
        pairs = list(dict.fromkeys((prompt, text) for prompt, texts in asked for text in texts))
        known = dict(zip(pairs, self._scores_of(pairs).tolist(), strict=True))
        return [np.array([known[p, text] for text in texts], np.float32) for p, texts in asked]

    @torch.inference_mode()
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
        """Continue prompts (see `schema.LanguageModel`).

        Beams are compared by their whole log-probability, not by its mean over tokens. With a
        temperature, the replies depend on the seed and on all prompts of the call.

        Raises:
            ValueError: a knob is out of range, or a prompt and its answer do not fit the model.
        """
        check_texts(prompts, "prompts")
        check_generation(max_new_tokens, n_beams, temperature)
        tokens = self.prompt_tokens(prompts)
        lengths = lengths_of(tokens)
        needed = self.positions(lengths, np.full_like(lengths, max_new_tokens))
        check_fit(prompts, lengths, needed, self.limit)
        settings = plain_settings(self.model, self.tokenizer, max_new_tokens, n_beams, temperature)
        replies = [""] * len(prompts)
        self.model.eval()
        with seeded(seed):
            costs = n_beams * (lengths + max_new_tokens)
            for rows, ids, is_real in self._batches(tokens, costs):
                n_given = 1 if self.model.config.is_encoder_decoder else ids.shape[1]
                out = self.model.generate(
                    input_ids=ids,
                    attention_mask=is_real,
                    generation_config=settings,
                    logits_processor=processors(logits_processor, n_given),
                )[:, n_given:]
                texts = self.tokenizer.batch_decode(out, skip_special_tokens=True)
                for row, text in zip(rows, texts, strict=True):
                    replies[row] = text
        return replies

    @torch.inference_mode()
    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as the mean of the last hidden states over their real tokens.

        The tokens are those of a prompt, special ones included; an encoder-decoder gives the
        states of its encoder.

        Raises:
            ValueError: a text is empty or does not fit the model.
        """
        check_texts(texts, "texts")
        tokens = self.prompt_tokens(texts)
        lengths = lengths_of(tokens)
        check_fit(texts, lengths, lengths, self.limit)
        vectors = np.zeros((len(texts), self.model.config.hidden_size), dtype=np.float32)
        self.model.eval()
        for rows, ids, is_real in self._batches(tokens, lengths):
            states = self.hidden(ids, is_real).float()  # [B, T, D]
            vectors[rows] = mean_state(states, is_real).cpu().numpy()
        return vectors

    def _scores_of(self, pairs: list[tuple[str, str]]) -> np.ndarray:
        """Return the log-probability [n] of each distinct (prompt, continuation)."""
        number = {prompt: n for n, prompt in enumerate(dict.fromkeys(p for p, _ in pairs))}
        owners = np.array([number[prompt] for prompt, _ in pairs], dtype=np.int64)
        prompts = self.prompt_tokens(list(number))
        answers = tokenized(self.tokenizer, [text for _, text in pairs], special=False)
        lengths = lengths_of(prompts)
        needed = self.positions(lengths[owners], lengths_of(answers))
        check_fit([prompt for prompt, _ in pairs], lengths[owners], needed, self.limit)
        scores = np.empty(len(pairs), dtype=np.float32)
        place = np.empty(len(prompts), dtype=np.int64)  # of a prompt in its batch
        self.model.eval()
        for rows, ids, is_real in self._batches(prompts, lengths):
            reading, logits = self.read(ids, is_real)
            place[rows] = np.arange(len(rows))
            mine = np.flatnonzero(np.isin(owners, rows))
            scores[mine] = self._answers(
                reading, logits, place[owners[mine]], [answers[n] for n in mine]
            )
        return scores

    def _answers(
        self, reading: Reading, logits: Tensor, owners: np.ndarray, answers: list[np.ndarray]
    ) -> np.ndarray:
        """Score answers [n] after the prompts of a reading that `owners` [n] names."""
        heads = np.array([answer[0] for answer in answers])
        log_p = logits.float().log_softmax(dim=1)  # [B, V]
        scores = log_p[torch.from_numpy(owners), torch.from_numpy(heads)].cpu().numpy()
        n_more = lengths_of(answers) - 1  # tokens after the first
        longer = np.flatnonzero(n_more)
        T, V = reading.is_real.shape[1], logits.shape[1]
        costs = np.maximum(T + n_more, n_more * V // _LOGITS_PER_TOKEN)[longer]
        for chunk in by_length(costs, self.batch_tokens):
            rows = longer[chunk]
            owned = torch.from_numpy(owners[rows]).to(logits.device)
            scores[rows] += self._tails(reading.take(owned), [answers[row] for row in rows])
        return scores

    def _tails(self, reading: Reading, answers: list[np.ndarray]) -> np.ndarray:
        """Return the log-probability [R] of all tokens of answers but the first."""
        tokens, is_real = (part.to(reading.is_real.device) for part in padded(answers, "right"))
        logits = self.extend(reading, tokens[:, :-1], is_real[:, :-1])  # [R, L - 1, V]
        wanted = tokens[:, 1:].masked_fill(is_real[:, 1:] == 0, _UNUSED)  # [R, L - 1]
        losses = F.cross_entropy(
            logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=_UNUSED, reduction="none"
        )
        return -losses.view(wanted.shape).sum(dim=1).cpu().numpy()

    def _batches(
        self, prompts: list[np.ndarray], costs: np.ndarray
    ) -> Iterator[tuple[np.ndarray, Tensor, Tensor]]:
        """Yield row numbers [B], and those prompts padded to tokens and masks [B, T]."""
        for rows in by_length(costs, self.batch_tokens):
            tokens, is_real = padded([prompts[row] for row in rows], self.side)
            yield rows, tokens.to(self.model.device), is_real.to(self.model.device)
