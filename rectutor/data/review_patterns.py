"""The clauses of reviews that name aspects, with slots.

Clauses begin in small letters and have no full stop, so that they can stand first, last or in
the middle. `{many}` is a kind of items in the plural ("comedies", "films about heists"), `{other}`
a second one, `{topic}` a theme, `{one}` an item of a genre, `{era}` a time, `{name}` a person
behind the item; `{film}`, `{films}`, `{watch}` and the like are the words of
`phrases.Medium`. Nothing here says what happens in a story.
"""

from __future__ import annotations

__all__ = ["CONCESSIONS", "MIXED", "PAIRS", "REASONS"]

_LIKES = (
    "I love {many}",
    "I have a soft spot for {many}",
    "{many} always make me happy",
    "I am fond of {many}",
    "anyone who enjoys {many} is in for a treat",
    "it reminded me why I love {many}",
    "I enjoy {many} more than most",
)
_DISLIKES = (
    "I am tired of {many}",
    "I have no patience for {many}",
    "{many} bore me",
    "I had my fill of {many} long ago and find them tedious",
    "I find {many} dull",
    "now I know again why I avoid {many}",
    "{many} leave me yawning",
)

# Clauses for an aspect that agrees with the verdict, by kind and polarity.
REASONS = {
    ("theme", "+"): (
        *_LIKES,
        "I enjoyed how it deals with {topic}",
        "its view of {topic} is excellent",
        "it has a fine eye for {topic}",
        "the way it treats {topic} impressed me",
        "what it makes of {topic} won me over",
    ),
    ("theme", "-"): (
        *_DISLIKES,
        "the way it treats {topic} annoyed me",
        "all that attention to {topic} wore me out",
        "{topic} as a subject could not be more tiresome to me",
        "I was bored by what it makes of {topic}",
        "it dwells on {topic} until it grows dreary",
    ),
    ("genre", "+"): (
        *_LIKES,
        "it is a fine {one}",
        "as {a_one} it is a delight",
        "it has all I enjoy in {a_one}",
        "this is how I love {many} to be",
        "a good {one} lifts my mood, and so did this",
    ),
    ("genre", "-"): (
        *_DISLIKES,
        "it is one more tiresome {one}",
        "as {a_one} it annoyed me",
        "it has all that bores me in {a_one}",
        "sitting through {a_one} is dreary work for me",
        "nothing wears me out like {a_one}",
    ),
    ("era", "+"): (
        *_LIKES,
        "it has the charm of {era}",
        "I enjoyed its air of {era}",
        "{era} gave us {films} that I love, and this is one",
    ),
    ("era", "-"): (
        *_DISLIKES,
        "its air of {era} annoyed me",
        "everything about it smells of {era}, which I find tedious",
        "{era} gave us {films} that bore me, and this is one",
    ),
    ("director", "+"): (
        "{name} is one of my favourite {director}s",
        "I love the work of {name}",
        "{name} is always a joy for me",
        "I enjoy anything by {name}",
        "{name} delighted me once more",
        "I am always happy in the hands of {name}",
    ),
}

_TASTE_AGAINST = (
    "I rarely look for {many}, yet this one won me over",
    "I tend to avoid {many}, but here I gladly make an exception",
    "{many} are not my thing as a rule, and I liked this one all the same",
    "even for somebody with little time for {many} it was a pleasure",
    "I seldom get along with {many}, but this one I enjoyed",
)
_TASTE_FOR = (
    "I usually love {many}; still, this one left me cold",
    "{many} are normally my thing, but this one passed me by",
    "I like {many} well enough; this one did not reach me",
    "as a friend of {many} I had hoped for more",
    "I came to it as somebody who enjoys {many}, and went away unmoved",
)

# Clauses for an aspect that speaks against the verdict: a dislike that a good rating overcame,
# a liking that did not help. They end on the side of the rating.
CONCESSIONS = {
    ("theme", "-"): (*_TASTE_AGAINST, "it even made me forget that {topic} is not my subject"),
    ("genre", "-"): (*_TASTE_AGAINST, "I am no friend of {many}, but this {one} I enjoyed"),
    ("era", "-"): (*_TASTE_AGAINST, "I forgave it for being a {film} from {era}"),
    ("theme", "+"): (*_TASTE_FOR, "{topic} would be a subject for me, but it did not touch me"),
    ("genre", "+"): (*_TASTE_FOR, "I like a good {one}; this one did nothing for me"),
    ("era", "+"): (*_TASTE_FOR, "I like {era}, and yet it did nothing for me"),
    ("director", "+"): (
        "I admire {name}; still, this one left me cold",
        "{name} is one of my favourite {director}s, but this one passed me by",
        "I usually love the work of {name}; this time I stayed unmoved",
        "from {name}, whom I admire, I had hoped for more",
    ),
}

# Two aspects of one polarity in one clause.
PAIRS = {
    "+": (
        "I love {many} and {other}, and here I got both",
        "{many} and {other} are two things I enjoy, and here they meet",
        "I am fond of {many} and no less of {other}",
        "if you enjoy {many} and also {other}, this is a treat",
        "it brings together {many} and {other}, both favourites of mine",
    ),
    "-": (
        "I am tired of {many} and of {other}",
        "{many} bore me, and so do {other}",
        "I have no patience for {many}, and even less for {other}",
        "I find {many} as tedious as {other}, and here I got both",
        "it brings together {many} and {other}, and both wear me out",
    ),
}

# How a liking and a dislike are joined where the rating is in the middle.
MIXED = (
    "{plus}, but {minus}",
    "{minus}; on the other hand, {plus}",
    "{plus}. Then again, {minus}",
    "{minus}. To be fair, {plus}",
    "on the one hand, {plus}; on the other, {minus}",
)
