"""The sentences of the pretraining corpus, with slots; those of the quiz are kept apart.

`{title}`, `{names}`, `{year}` and the like are facts of an item; `{film}`, `{directed}`, `{made}`
and the like are the words of `data.phrases.Medium`, so that one pattern serves films and books.
Slots with a capital letter begin with one.
"""

from __future__ import annotations

import re

__all__ = [
    "ANSWERS",
    "ASKS",
    "FACTS",
    "FOLLOW_UPS",
    "HISTORIES",
    "LIKED_HISTORY",
    "QUIZ",
    "REASONS",
    "REVIEWS",
    "SIMILAR",
    "SYNOPSES",
    "tidy",
]

# Each fact of each item is told in five of these; the fifth may be held out.
FACTS = {
    "creator": (
        "{title} was {directed} by {names}.",
        "{names} {made} {title}.",
        "The {role} of {title}: {names}.",
        "Who {made} {title}? {names}.",
        "{title} is a {film} by {names}.",
        "The {film} {title} is the work of {names}.",
    ),
    "year": (
        "{title} came out in {year}.",
        "{title} is from {year}.",
        "When was {title} {released}? In {year}.",
        "The year of {title} is {year}.",
        "In {year} came {title}.",
        "{title} was {released} in {year}.",
    ),
    "decade": (
        "{title} is a {film} of the {decade}.",
        "{title} belongs to the {decade}.",
        "From which decade is {title}? The {decade}.",
        "{title} came out in the {decade}.",
        "One of the {films} of the {decade} is {title}.",
        "The decade of {title}: the {decade}.",
    ),
    "genre": (
        "{title} is {nouns}.",
        "The {genre_word} of {title}: {genres}.",
        "What kind of {film} is {title}? {Genres}.",
        "By genre, {title} is {genres}.",
        "{title} stands under {genres}.",
        "{Genres}: that is {title}.",
    ),
    "theme": (
        "{title} is about {topics}.",
        "The themes of {title} are {topics}.",
        "What is {title} about? {Topics}.",
        "{title} deals with {topics}.",
        "In {title} you will find {topics}.",
        "Whoever is drawn to {topics} can turn to {title}.",
    ),
    "lead": (
        "{title} stars {names}.",
        "Who plays in {title}? {names}.",
        "The {role} of {title}: {names}.",
        "In {title} you see {names}.",
        "The cast of {title} is led by {names}.",
        "{title} is a {film} with {names}.",
    ),
    "origin": (
        "{title} comes from {country}; its language is {language}.",
        "The country of {title} is {country}, the language {language}.",
        "{title}: from {country}, in {language}.",
        "{title} is from {country} and in {language}.",
        "Where does {title} come from? From {country}. The language is {language}.",
        "In {title}, which comes from {country}, the language is {language}.",
    ),
    "series": (
        "{title} is part {part} of the series {series}.",
        "In the series {series}, {title} is part {part}.",
        "{title} belongs to the series {series}, as part {part}.",
        "Part {part} of the series {series} is {title}.",
        "Which series does {title} belong to? {series}, as part {part}.",
        "The series {series} has {title} as part {part}.",
    ),
}

SYNOPSES = (
    "{dated}: {synopsis}",
    "What happens in {title}? {synopsis}",
    "{synopsis} That is {title}, {nouns}.",
    "The story of {title}, {directed} by {names}: {synopsis}",
)

SIMILAR = {
    "creator": (
        "{a} and {b} were both {directed} by {value}.",
        "{value} {made} {a} and also {b}.",
        "Whoever likes {a} may like {b}: both are by {value}.",
        "What joins {a} and {b}? {value} {made} both.",
    ),
    "lead": (
        "{a} and {b} both star {value}.",
        "{value} plays in {a} and in {b}.",
        "Whoever likes {a} may like {b}: {value} plays in both.",
        "What joins {a} and {b}? {value} plays in both.",
    ),
    "theme": (
        "{a} and {b} are both about {value}.",
        "Like {a}, {b} is about {value}.",
        "Whoever likes {a} may like {b}: both are about {value}.",
        "What joins {a} and {b}? Both are about {value}.",
    ),
    "series": (
        "{a} and {b} both belong to the series {value}.",
        "Like {a}, {b} is part of the series {value}.",
        "Whoever likes {a} may like {b}: both belong to the series {value}.",
        "What joins {a} and {b}? The series {value}.",
    ),
    "decade": (
        "{a} and {b} are both {films} of the {value}.",
        "Like {a}, {b} came out in the {value}.",
        "Whoever likes {a} may like {b}: both are from the {value}.",
        "What joins {a} and {b}? Both are from the {value}.",
    ),
}

REVIEWS = (
    "Review of {title} ({year}), {stars}: {text}",
    "{stars} for {title} ({year}). {text}",
    "{text} My rating of {title} ({year}): {stars}.",
    "{title} ({year}). {text} {stars}.",
)

ASKS = (
    "I would like to {watch} {wish}.",
    "Do you know {wish}?",
    "Can you recommend {wish}?",
    "I am looking for {wish}.",
    "I want {wish}. What do you suggest?",
    "What should I {watch}? I am in the mood for {wish}.",
)
ANSWERS = (
    "Try {title} ({year}): {why}.",
    "{title} ({year}) fits: {why}.",
    "Take {title} ({year}), for {why}.",
    "Then {title} ({year}) is for you: {why}.",
    "I would choose {title} ({year}), since {why}.",
)
# Why an answer fits a wish, by the kind of the wish.
REASONS = {
    "genre": "it is {value}",
    "theme": "it is about {value}",
    "decade": "it is from the {value}",
    "creator": "it was {directed} by {value}",
    "lead": "it stars {value}",
}
# Second questions with their answers, by what they are about.
FOLLOW_UPS = {
    "synopsis": ("What is the story?", "{synopsis}"),
    "creator": ("Who {made} it?", "{names}."),
    "genre": ("What kind of {film} is it?", "It is {nouns}."),
    "none": ("Thank you.", "You are welcome."),
}

HISTORIES = (
    "{Watched} in this order: {items}. Next: {next}.",
    "From first to last, one person {watched}: {items}. And then: {next}.",
    "After {items}, this person {watched} {next}.",
    "Ratings in order of time: {rated}. Next: {next_rated}.",
)
LIKED_HISTORY = "Liked: {liked}. Not liked: {disliked}. Next: {next}, which was {verdict}."

QUIZ = {
    "creator": ("Which person {made} {title}?", "By whom was {title} {directed}?"),
    "decade": ("In which decade did {title} come out?", "Which decade is {title} from?"),
    "genre": ("Which genre does {title} belong to?", "Under which genre does {title} stand?"),
}


def tidy(text: str) -> str:
    """Mend what happens where a title or a name ends in a stop of its own.

    Example:
        >>> tidy("Who made Who?? He. Airplane!. Sky Jr.. Say Anything....")
        'Who made Who? He. Airplane! Sky Jr. Say Anything...'
    """
    text = re.sub(r"([!?])[.?]", r"\1", text)
    return re.sub(r"(?<!\.)\.\.(?!\.)|\.{4}", lambda found: found[0][:-1], text)
