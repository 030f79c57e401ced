"""The wordings of the five families of P5: name, what is asked, what is answered.

The first rows of a family are trained on. The one under `HELD_OUT_WORDINGS` is kept for judging.
"""

from __future__ import annotations

__all__ = ["HELD_OUT_WORDINGS", "WORDINGS"]

WORDINGS = {
    "rating": (
        ("stars", "How many stars will {user} give {item}?", "{stars}"),
        ("stars-title", "{user} is about to rate {title}. Predict the stars.", "{stars}"),
        ("stars-both", "Rating of {item} ({title}) by {user}:", "{stars}"),
        ("check", "Will {user} give {item} a rating of {stars}?", "{answer}"),
        (
            "check-title",
            "Is {stars} the rating that {title} gets from {user}? Answer yes or no.",
            "{answer}",
        ),
    ),
    "sequential": (
        ("next", "{user} chose {history}. What comes next?", "{item}"),
        ("next-after", "After {history}, which item will {user} choose?", "{item}"),
        ("next-list", "Items of {user}, oldest first: {history}. Name the next one.", "{item}"),
        ("pick", "{user} chose {history}. Pick the next item from {candidates}.", "{item}"),
        (
            "pick-first",
            "Which of {candidates} continues the history {history} of {user}?",
            "{item}",
        ),
        ("check", "{user} chose {history}. Is {item} next?", "{answer}"),
        (
            "check-title",
            "Will {title} ({item}) be the choice of {user} after {history}? Answer yes or no.",
            "{answer}",
        ),
    ),
    "explanation": (
        ("opinion", "What does {user} think of {title}, and why?", "{explanation}"),
        (
            "for-or-against",
            "Explain to {user} what speaks for or against {title} ({item}).",
            "{explanation}",
        ),
        ("of-stars", "{user} gave {title} a rating of {stars}. Explain why.", "{explanation}"),
        (
            "feature",
            "Speaking of {feature}: what does {user} think of {title}, and why?",
            "{explanation}",
        ),
        (
            "feature-of-stars",
            "{user} gave {title} a rating of {stars}. Explain it, and mention {feature}.",
            "{explanation}",
        ),
        (
            "feature-first",
            "With {feature} in mind, explain to {user} what to expect of {title}.",
            "{explanation}",
        ),
    ),
    "review": (
        ("summary", "Summarise this review by {user}: {review}", "{summary}"),
        ("summary-title", "Sum up what {user} says of {title}: {review}", "{summary}"),
        ("headline", "Find a headline for this review of {item}: {review}", "{summary}"),
        ("stars", "How many stars go with this review by {user}? {review}", "{stars}"),
        (
            "stars-title",
            "{user} wrote about {title}: {review} Which rating came with these words?",
            "{stars}",
        ),
    ),
    "direct": (
        ("pick", "Which of {candidates} should {user} choose?", "{item}"),
        ("pick-best", "Find the best item for {user} among {candidates}.", "{item}"),
        ("pick-one", "Recommend one of these to {user}: {candidates}", "{item}"),
        ("check", "Should we recommend {item} to {user}?", "{answer}"),
        ("check-title", "Would {user} enjoy {title}? Answer yes or no.", "{answer}"),
    ),
}
HELD_OUT_WORDINGS = {
    "rating": ("Guess the number of stars that {title} ({item}) earns from {user}.", "{stars}"),
    "sequential": ("Predict one more item for {user}, who has had {history} so far.", "{item}"),
    "explanation": ("Give the reasons of {user} for liking or disliking {item}.", "{explanation}"),
    "review": ("What is the gist of these words on {title}? {review}", "{summary}"),
    "direct": ("Suppose {user} may take just one of {candidates}: the best is", "{item}"),
}
