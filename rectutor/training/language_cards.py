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
    write = {"tiny-decoder": _decoder, "text-encoder": _encoder}[name]
    made = (
        f"Made on {facts['date']} by `python -m rectutor.training.language {name}` in\n"
        f"{facts['cpu_seconds']:,} processor seconds on one thread, seed {facts['seed']}. "
        "Stored in half precision, computed with\nin single precision. No pickle. "
        "Another processor trains slightly other weights; compare measures\nwith a tolerance."
    )
    return f"# {name}\n\n{write(facts, made)}"


def _decoder(facts: dict[str, Any], made: str) -> str:
    million = f"{facts['weights'] / 1e6:.2f} million"
    floors = f"unigram {facts['perplexity_unigram']}, untrained {facts['perplexity_untrained']}"
    quiz = "\n".join(
        f"| quiz, {kind} | {share:.2f} | 0.25 |" for kind, share in facts["quiz"].items()
    )
    return f"""A Llama of transformers with {million} weights and a byte-level BPE tokenizer of
4,000 entries, both learned from nothing but the project's own text: facts about films and books,
synopses, statements of similarity, and reviews, dialogues and histories of simulated people who
are in no split. {facts["documents"]:,} documents, read {len(facts["loss"])} times
({facts["tokens"]:,} tokens); `rectutor/lm/corpus.py` writes them.

{made}

| what it has learned, before any tuning | it | floor |
|---|---|---|
| perplexity of held-out text | {facts["perplexity"]} | {floors} |
{quiz}

Answers of the quiz are weighed against the same question about "this film"
(`rectutor/lm/judging.py`). It remembers creators and decades well and genres badly: an item has
several of them, and the quiz asks in a wording that was never read.

What it cannot do: it has read about 1,119 films and 573 books in the sentences of a grammar, and
nothing else. It knows no other film, no other language and no instruction, and all that it has
read about people comes from a simulator.
"""


def _encoder(facts: dict[str, Any], made: str) -> str:
    million = f"{facts['weights'] / 1e6:.2f} million"
    rows = "\n".join(f"| {what} | {value:.3f} |" for what, value in facts["films"].items())
    return f"""A small encoder of texts with {million} weights and the tokenizer of `tiny-decoder`,
trained to bring two texts about the same film or book together (facts, synopses, requests;
InfoNCE) and to tell them from all others of a batch: {facts["texts"]:,} texts. One item in 20 was
left out.

{made}

| measured on the 1,119 films | share |
|---|---|
{rows}

A query finds its film when that is among the ten nearest. Neighbours are the five nearest; by
synopsis, the theme itself is not in the text.

It has no block of attention: a text is the mean of learned token vectors, normalised. With one
block and ten epochs, 77 processor seconds instead of 12 went in, and 0.69 instead of 0.92 of the
synopses found their film (unseen films: 0.07 instead of 0.11; 56 of them, so that is noise).

What it cannot do: it has seen English about films and books in few words. On other text it is
little more than a comparison of words; take `text_encoder("sentence-transformers/all-MiniLM-L6-v2",
download=True)` where there is a network.
"""
