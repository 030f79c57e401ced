"""Cards of the shipped language models: what they are, what was measured, what they cannot do."""

from __future__ import annotations

from typing import Any

__all__ = ["card"]


def card(name: str, facts: dict[str, Any]) -> str:
    """Write the card of a language model from what was measured when it was made.

    Args:
        name: "tiny-decoder" or "text-encoder".
        facts: its facts.json.
    """
    return {"tiny-decoder": _decoder, "text-encoder": _encoder}[name](facts)


def _decoder(facts: dict[str, Any]) -> str:
    floors = f"unigram {facts['perplexity_unigram']}, untrained {facts['perplexity_untrained']}"
    quiz = "\n".join(
        f"| quiz, {kind} | {share:.2f} | 0.25 |" for kind, share in facts["quiz"].items()
    )
    return f"""# tiny-decoder

A Llama of transformers with {facts["weights"] / 1e6:.2f} million weights and a byte-level BPE
tokenizer of 4,000 entries, both learned from nothing but the project's own text: facts about films
and books, synopses, statements of similarity, and reviews, dialogues and histories of simulated
people who are in no split; {facts["documents"]:,} documents, written by `rectutor/lm/corpus.py`.

Made on {facts["date"]} by `python -m rectutor.training.language tiny-decoder` in
{facts["cpu_seconds"]:,} processor seconds on one thread: {facts["tokens"]:,} tokens, seed
{facts["seed"]}. Stored in half precision, computed with in single precision. No pickle.

| what it has learned, before any tuning | it | floor |
|---|---|---|
| perplexity of held-out text | {facts["perplexity"]} | {floors} |
{quiz}

What it cannot do: it has read about 1,119 films and 573 books in the sentences of a grammar, and
nothing else. It knows no other film, no other language and no instruction. Half of what it says
about people comes from a simulator. Another processor trains slightly other weights; compare
measures with a tolerance.
"""


def _encoder(facts: dict[str, Any]) -> str:
    films = facts["films"]
    rows = "\n".join(f"| {what} | {value:.3f} |" for what, value in films.items())
    return f"""# text-encoder

A small encoder of texts with {facts["weights"] / 1e6:.2f} million weights and the tokenizer of
`tiny-decoder`, trained to bring two texts about the same film or book together (facts, synopses,
requests; InfoNCE) and to tell them from all others of a batch. One item in 20 was left out.

Made on {facts["date"]} by `python -m rectutor.training.language text-encoder` in
{facts["cpu_seconds"]:,} processor seconds on one thread: {facts["texts"]:,} texts, seed
{facts["seed"]}. Stored in half precision, computed with in single precision. No pickle.

| measured on the 1,119 films | share |
|---|---|
{rows}

It has no block of attention: a text is the mean of learned token vectors, normalised. With one
block and ten epochs, 77 processor seconds instead of 12 went in, and 0.69 instead of 0.92 of the
synopses found their film (unseen films: 0.07 instead of 0.11; 56 of them, so that is noise).

A query finds its film when that is among the ten nearest. Neighbours are the five nearest; by
synopsis, the theme itself is not in the text.

What it cannot do: it has seen English about films and books in few words. On other text it is
little more than a comparison of words; take `text_encoder("sentence-transformers/all-MiniLM-L6-v2",
download=True)` where there is a network.
"""
