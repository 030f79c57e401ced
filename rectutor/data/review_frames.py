"""The first and last sentences of reviews, by tone, with slots.

`{title}` is the item; `{film}`, `{films}`, `{watch}` and `{watched}` are words of
`phrases.Medium`. They praise or blame without a reason: the reasons stand in `review_patterns`.
"""

from __future__ import annotations

__all__ = ["OPENINGS", "VERDICTS"]

OPENINGS = {
    "great": (
        "{title} is wonderful",
        "what a {film}",
        "{title} went straight onto my list of favourites",
        "I loved every minute of {title}",
        "few {films} have pleased me as much as {title}",
    ),
    "good": (
        "{title} is a good {film}",
        "I liked {title}",
        "{title} was time well spent",
        "I had a good time with {title}",
        "{title} is well worth a look",
    ),
    "mixed": (
        "I am in two minds about {title}",
        "{title} is a mixed bag",
        "{title} is neither good nor bad",
        "there are two sides to {title}",
        "I do not quite know what to say of {title}",
    ),
    "weak": (
        "{title} did not win me over",
        "I did not take to {title}",
        "{title} is not for me",
        "I had hoped for more from {title}",
        "{title} was a let-down",
    ),
    "bad": (
        "{title} was a waste of an evening",
        "I wish I had left {title} alone",
        "{title} is a bad {film}",
        "I could hardly wait for {title} to end",
        "{title} is one of the worst {films} I know",
    ),
}

VERDICTS = {
    "great": (
        "I could {watch} it again tomorrow",
        "a delight from beginning to end",
        "I recommend it to everybody",
        "one of the best {films} I have {watched}",
        "I was happy for days",
        "simply wonderful",
    ),
    "good": (
        "I was glad I chose it",
        "a good choice for an evening",
        "I would {watch} it again",
        "not perfect, but I enjoyed it",
        "it did me good",
        "a solid {film} and a pleasant evening",
    ),
    "mixed": (
        "it was all right",
        "I will not {watch} it twice, but I do not regret it",
        "what I liked and what I did not cancel out",
        "it may suit others better",
        "neither a hit nor a miss for me",
        "an evening that I will soon forget",
    ),
    "weak": (
        "I would not {watch} it again",
        "I was glad when it was over",
        "it was not my kind of evening",
        "I cannot recommend it",
        "I would sooner have gone for a walk",
        "not much of it will stay with me",
    ),
    "bad": (
        "I want my evening back",
        "I nearly gave up halfway",
        "nobody should have to {watch} this",
        "I would warn a friend against it",
        "a thoroughly poor {film}",
        "never again",
    ),
}
