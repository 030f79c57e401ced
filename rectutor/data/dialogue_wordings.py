"""How people talk about a film that one of them looks for: frames by what is done, in three parts.

Slots: {film} is described by facts that it has ("a French comedy about siblings"), {other} by facts
that it has not; {names} are titles. Frames stand in blocks, divided by bars. Train, validation and
test have none in common. Two things are hard on purpose, as they are in talk: some answers say what
the film is *not*, and the test part says some genres and decades in words that no catalogue has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rectutor.data.request_wordings import frames
from rectutor.data.spoken import GENRES

__all__ = ["TEST", "TRAIN", "VALIDATION", "Voice"]


class Voice(NamedTuple):
    """All wordings of one part of the data."""

    says: Mapping[str, tuple[str, ...]]  # by what is done, see `dialogues.Done`
    asks: Mapping[str, tuple[str, ...]]  # by the field that is asked about
    parts: Mapping[str, tuple[str, ...]]  # by filter: what stands behind "a film"
    nouns: tuple[str, ...]
    genres: Mapping[str, tuple[str, ...]]  # genre -> what stands in front of the noun
    decades: tuple[str, ...]  # {first} and {last} year, {name} or {short} of the decade
    openers: tuple[str, ...]


_PLAIN = {genre: (said[0],) for genre, said in GENRES.items()}
_FAR = {  # words that no catalogue has
    "Adventure": "adventurous",
    "Animation": "hand-drawn",
    "Children": "family",
    "Comedy": "funny",
    "Crime": "gangster",
    "Documentary": "non-fiction",
    "Drama": "serious",
    "Fantasy": "fairy-land",
    "Horror": "scary",
    "Musical": "singing",
    "Mystery": "whodunit",
    "Romance": "romantic",
    "Sci-Fi": "futuristic",
    "Thriller": "nail-biting",
    "War": "battlefield",
    "Western": "cowboy",
}

TRAIN = Voice(
    {
        "opening": frames("""i look for {film} | i am looking for {film} | it was {film} |
            help me find {film} | do you know {film}? | i try to remember {film} |
            i saw {film} once, and want it again | there was {film}, which one was it? |
            i need the title of {film} | find me {film} | i have {film} in mind"""),
        "answer": frames("""it is {film} | {film} | i think it is {film} | it was {film} |
            {film}, i believe | yes, that i know: it is {film} | it must have been {film} |
            as far as i know, {film} | one could call it {film}"""),
        "comment": frames("""no, it is {film} | none of them, it is {film} | no, i mean {film} |
            these are wrong, i look for {film} | no, mine is {film} | sadly no. it is {film} |
            i do not see it there, it is {film} | no luck, it was {film}"""),
        "contrast": frames("""no, not {other}, it is {film} | it is {film}, not {other} |
            i did not say {other}, i said {film} | no, it is {film} and not {other} |
            instead of {other}, think of {film} | it is not {other}, it is {film}"""),
        "refusal": frames("""no, none of them | no | no, it is not there | none of these |
            that is not it | i know them all, and no | not one of them"""),
        "unsure": frames("""i do not know | i have no idea | i cannot say | i forgot that |
            no idea, sorry | i am not sure | that i do not remember"""),
        "found": frames("""that is the one | yes, that is it | there it is, thanks | found |
            that is what i was looking for"""),
        "small talk": frames("""yes, yes | that is true | i think so, too | quite | indeed"""),
        "recommend": frames("""is it one of these: {names}? | how about {names}? |
            it could be one of {names} | i would say {names} | have a look at {names}"""),
        "chat": frames("""good films are hard to forget | we will find it | let me think |
            it is nice to talk about films"""),
    },
    {
        "genre": frames("what genre is it? | what kind of film is it? | is it a comedy, say?"),
        "theme": frames("what is it about? | what does the story deal with? | which theme has it?"),
        "person": frames("who is in it? | who made it, or plays in it? | do you know a name?"),
        "country": frames("where was it made? | which country is it from?"),
        "years": frames("how old is it? | when was it made? | from which years is it?"),
    },
    {
        "theme": frames("about {theme} | that is about {theme} | dealing with {theme}"),
        "person": frames("with {person} | in which {person} has a part"),
        "country": frames("from {country} | made in {country}"),
        "years": frames("from {years} | of {years} | made in {years}"),
        "language": frames("in {language} | where they speak {language}"),
        "series": frames("of the {series} series | from the {series} films"),
    },
    ("film", "movie"),
    _PLAIN,
    frames("the {first}s | the {name} | between {first} and {last}"),
    ("", "", "", "hi, ", "hello, ", "from memory, ", "well, ", "please, ", "hey, ", "so, "),
)

VALIDATION = Voice(
    {
        "opening": frames("""could you get me {film}? | the thing i want is {film} |
            i would like to see {film} again | all i know: {film} | my friend told me of {film}"""),
        "answer": frames("""we saw {film} | i would say {film} | to my mind {film} |
            surely {film}"""),
        "comment": frames("""no, the film i mean is {film} | i do not want those, i want {film} |
            not quite, it should be {film} | no, try {film}"""),
        "contrast": frames("""i am not talking of {other}, but of {film} |
            rather {film} than {other} | {other}? no, {film}"""),
        "refusal": frames("""no, sorry | that is none of mine | wrong ones | no, go on"""),
        "unsure": frames("""ask me something else | i would have to guess | who knows? |
            it is too long ago"""),
        "found": frames("""yes, the very one | you have got it | thanks, it is in there"""),
        "small talk": frames("""so it is | you are right | sure"""),
        "recommend": frames("""could it be {names}? | my guesses: {names} | what of {names}?"""),
        "chat": frames("""i like this game | give me a moment | films are a wide field"""),
    },
    {
        "genre": frames("how would you class it? | in which drawer does it belong?"),
        "theme": frames("what goes on in it? | what is the topic?"),
        "person": frames("whose film is it? | who could be seen?"),
        "country": frames("what is its country? | from what part of the world?"),
        "years": frames("what is its date? | was it long ago?"),
    },
    {
        "theme": frames("concerning {theme} | that touches on {theme}"),
        "person": frames("involving {person} | {person} was in"),
        "country": frames("produced in {country} | that comes from {country}"),
        "years": frames("that came out in {years} | belonging to {years}"),
        "language": frames("spoken in {language}"),
        "series": frames("belonging to the {series} series"),
    },
    ("flick", "title"),
    _PLAIN,
    frames("{first} to {last} | the {name} or so | the decade of {first}"),
    ("", "", "", "sorry, ", "good evening, ", "once more, ", "to the best of my memory, "),
)

TEST = Voice(
    {
        "opening": frames("""what was the name of {film}? | i cannot place {film} |
            can you dig out {film}? | somebody spoke of {film}, and i want to see it |
            {film} is on my mind | which one could it be, {film}? | track down {film} for me |
            tonight i must see {film} again | years ago i came across {film}"""),
        "answer": frames("""as i recall, {film} | {film}, more or less | call it {film} |
            what i saw was {film} | my answer is {film} | put down {film} |
            i would file it as {film} | without doubt {film}"""),
        "comment": frames("""nope, what i saw was {film} | you are off, look for {film} |
            good ones, but it has to be {film} | that misses it, search for {film} |
            nothing there, we are after {film} | cold, very cold: think of {film}"""),
        "contrast": frames("""you offer {other}, and i want {film} | forget {other}, try {film} |
            far from {other}, it is {film} | {other} is wrong, {film} is right |
            i have had enough of {other}, i am after {film} | mine was {film}, never {other}"""),
        "refusal": frames("""nope | not among those | you missed it | cold, very cold |
            keep looking | these do not ring a bell | another try, please"""),
        "unsure": frames("""beats me | that slipped my mind | search me | hard to tell |
            i could not tell you | don't ask me | i draw a blank"""),
        "found": frames("""bingo | exactly this one | you did it, thank you | that's it"""),
        "small talk": frames("""fair enough | true, true | i see | if you say so"""),
        "recommend": frames("""does {names} ring a bell? | would you know it in {names}? |
            please look at {names} | among {names}, is there yours?"""),
        "chat": frames("""patience, we will get there | what a nice riddle | hm, hm"""),
    },
    {
        "genre": frames("how would you describe its mood? | in what section would it stand?"),
        "theme": frames("which subject does it have? | what is at stake in it?"),
        "person": frames("do you recall a face or a name? | who was involved?"),
        "country": frames("where does it come from? | was it shot abroad?"),
        "years": frames("which decade are we in? | since when has it been around?"),
    },
    {
        "theme": frames("around {theme} | whose subject is {theme} | with a lot of {theme} in it"),
        "person": frames("featuring {person} | that {person} was part of"),
        "country": frames("shot in {country} | out of {country}"),
        "years": frames("released in {years} | dating from {years}"),
        "language": frames("with {language} dialogue"),
        "series": frames("out of the {series} cycle"),
    },
    ("picture", "feature"),
    {genre: (*said, _FAR.get(genre, said[0])) for genre, said in _PLAIN.items()},
    frames("the '{short}s | {first}-something | from {first} to {last}"),
    (
        "",
        "",
        "",
        "listen, ",
        "good morning, ",
        "excuse me, ",
        "hm, ",
        "tell me, ",
        "if memory serves, ",
    ),
)
