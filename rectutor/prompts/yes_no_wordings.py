"""The wordings of the yes/no question, those for tuning and those for judging.

Each has {liked}, {disliked} and {title}, and {medium}, {Yes} and {No} where it speaks of them. The
label word follows the last character, with a space of its own. An empty list reads "none", so
lists stand apart, most of them after a colon or in brackets.
"""

from __future__ import annotations

from rectutor.prompts.template import Template

__all__ = ["HELD_OUT", "HISTORY", "TALLREC", "TUNING"]

# The sections of the paper's own format: instruction, input, answer.
TALLREC = Template(
    "tallrec",
    "Instruction: Will this person like the new {medium}? Answer {Yes} or {No}.\n"
    "Input:\nLiked: {liked}\nDisliked: {disliked}\nNew: {title}\nResponse:",
)
# The sentence in which the shipped decoder read histories of other people. Its answer is not yes or
# no but "liked" or "not liked", so it is not one of `YES_NO`.
HISTORY = Template("history", "Liked: {liked}. Not liked: {disliked}. Next: {title}, which was")
# A tuning on many templates may use these.
TUNING = (
    TALLREC,
    Template(
        "question-last",
        'Liked: {liked}. Disliked: {disliked}. Will the same person like "{title}"?',
    ),
    Template(
        "question-first",
        'Will this person enjoy "{title}"? They have enjoyed: {liked}. '
        "They have not enjoyed: {disliked}. Answer:",
    ),
    Template(
        "target-first",
        "New {medium}: {title}\nEarlier hits with this person: {liked}\nEarlier misses: {disliked}"
        "\nIs the new one a hit, {Yes} or {No}?",
    ),
    Template("symbols", "+ {liked}\n- {disliked}\n? {title}\n="),
    Template("telegraphic", 'Fan of: {liked}. Tired of: {disliked}. Offered: "{title}". Verdict:'),
    Template(
        "first-person",
        'I loved these {medium}s: {liked}. These bored me: {disliked}. Is "{title}" for me?',
    ),
    Template(
        "shop",
        "A customer came back with praise for: {liked}. And with complaints about: {disliked}. "
        'Would "{title}" satisfy this customer? Say {Yes} or {No}:',
    ),
    Template(
        "sentence",
        "Worth the time: {liked}. A waste of time: {disliked}. "
        'Asked whether "{title}" was worth it, the same person said',
    ),
    Template(
        "adviser",
        "You advise people on {medium}s. Your client's favourites: {liked}. Your client's "
        'disappointments: {disliked}. Do you suggest "{title}"? Reply with {Yes} or {No}:',
    ),
    Template(
        "two-lists",
        "Here are two lists by one person. Favourites: {liked}. Rejects: {disliked}. "
        'Does "{title}" belong among the favourites?',
    ),
    Template(
        "marks",
        "High marks went to: {liked}. Low marks went to: {disliked}. "
        'Does "{title}" get high marks from this person too? {Yes} or {No}:',
    ),
    Template(
        "form",
        "Taste of one person\nEnjoyed: {liked}\nRegretted: {disliked}\n"
        "Suggested {medium}: {title}\nTo be recommended:",
    ),
    Template(
        "given",
        'Given the hits [{liked}] and the flops [{disliked}], can we expect "{title}" to be '
        "a hit? Choose {Yes} or {No}:",
    ),
    Template(
        "friend",
        "A friend asks me for advice. Treasured: {liked}. Abandoned halfway: {disliked}. "
        'Should my friend try "{title}"? My answer is',
    ),
    Template(
        "task-first",
        "Predict in one word, {Yes} or {No}, whether praise will follow.\n"
        "Praised so far: {liked}\nCriticised so far: {disliked}\n"
        'Praise for "{title}":',
    ),
)
# These are for judging; a dialogue, a record, a claim and the dislikes first are new in style too.
HELD_OUT = (
    Template(
        "dialogue",
        "A: Which {medium}s do you like?\nB: {liked}\nA: Which do you dislike?\nB: {disliked}\n"
        'A: Do you think you would like "{title}"?\nB:',
    ),
    Template(
        "record",
        "liked = [{liked}]\ndisliked = [{disliked}]\ncandidate = [{title}]\nwill_like(candidate) =",
    ),
    Template(
        "claim",
        'Claim: "{title}" will delight this person. Loved before: {liked}. '
        "Hated before: {disliked}. Is the claim true?",
    ),
    Template(
        "dislikes-first",
        "Wrong for this person: {disliked}. Right for this person: {liked}. "
        'And "{title}", is it right as well, {Yes} or {No}?',
    ),
    Template(
        "diary",
        'My diary. Evenings well spent: {liked}. Evenings wasted: {disliked}. Tonight: "{title}". '
        "Will tonight be well spent?",
    ),
    Template(
        "formal",
        "Decide whether the last {medium} agrees with this person's taste.\n"
        "Approved: {liked}\nRefused: {disliked}\nLast: {title}\nDecision, {Yes} or {No}:",
    ),
    Template("thumbs", 'Thumbs up: {liked}\nThumbs down: {disliked}\nThumbs up for "{title}"?'),
    Template(
        "gift",
        "We need a gift for a colleague. Adored so far: {liked}. Not to their taste: {disliked}. "
        'Would "{title}" be welcome? {Yes} or {No}:',
    ),
)
