"""What may be asked of a language model: checked once, for every model alike."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["check_generation", "check_questions", "check_texts"]


def check_texts(texts: Sequence[str], what: str) -> None:
    """Refuse a single string where a list of them is meant, and anything else that is no text.

    Args:
        texts: what the caller gave.
        what: what the caller's parameter is called, for the message.

    Raises:
        TypeError: `texts` is one string, or a member of it is not a string; names the member.
    """
    if isinstance(texts, str):
        raise TypeError(
            f"{what} must be a list of strings, got the string {texts!r}; write [{what}]"
        )
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"{what} must be strings, got {type(text).__name__} at position {place}; "
                "turn it into text first"
            )


def check_questions(prompts: Sequence[str], continuations: Sequence[Sequence[str]]) -> None:
    """Check that every prompt is a text and has its own list of texts to score.

    Args:
        prompts: n texts.
        continuations: n lists of texts.

    Raises:
        TypeError: a text is not a string, or a list of texts is one string.
        ValueError: there are more or fewer lists than prompts, or a continuation is empty.
    """
    check_texts(prompts, "prompts")
    if len(continuations) != len(prompts):
        raise ValueError(
            f"score needs one list of continuations per prompt, got {len(continuations)} lists for "
            f"{len(prompts)} prompts; repeat the list when all prompts share it"
        )
    for place, texts in enumerate(continuations):
        check_texts(texts, f"continuations[{place}]")
        if "" in texts:
            raise ValueError(
                f"continuations[{place}][{list(texts).index('')}] is empty, and every answer "
                "begins with nothing: its probability would be 1; leave it out"
            )


def check_generation(max_new_tokens: int, n_beams: int, temperature: float) -> None:
    """Check the knobs of `generate`.

    Raises:
        ValueError: a knob is out of its range, or beams and temperature are asked for together.
    """
    if max_new_tokens < 1:
        raise ValueError(f"max_new_tokens must be 1 or more, got {max_new_tokens}")
    if n_beams < 1:
        raise ValueError(f"n_beams must be 1 or more, got {n_beams}")
    if not temperature >= 0:
        raise ValueError(f"temperature must be 0 (greedy) or more, got {temperature}")
    if n_beams > 1 and temperature > 0:
        raise ValueError(
            "beams look for the most probable reply, a temperature draws one: got "
            f"n_beams={n_beams} and temperature={temperature}; leave one of them out"
        )
