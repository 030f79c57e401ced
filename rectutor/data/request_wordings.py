"""How people ask a film agent: frames of clauses by the tool that answers them, for training.

A frame has one slot, or none: {film}, {person}, {name} (of a film, a person or a theme), {words}
(quoted) or {films} (films with attributes, whose own wordings are in `Described`). Frames stand in
blocks, divided by bars. Those of validation and test are in `request_held_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["TRAIN", "Described", "Wordings", "frames"]


class Described(NamedTuple):
    """Wordings of the parts of "films with attributes"."""

    nouns: tuple[str, ...]  # plural
    theme: tuple[str, ...]
    person: tuple[str, ...]
    country: tuple[str, ...]
    years: tuple[str, ...]  # in front of a year or decade; a range brings its own word


class Wordings(NamedTuple):
    """All wordings of one part of the data."""

    clauses: Mapping[str, tuple[str, ...]]  # by tool; "anything" is recommend without attributes
    described: Described
    openers: tuple[str, ...]
    joiners: tuple[str, ...]
    closers: tuple[str, ...]


def frames(block: str) -> tuple[str, ...]:
    """Divide a block of wordings at its bars.

    Example:
        >>> frames('''what is like {film}? |
        ...     more like {film}''')
        ('what is like {film}?', 'more like {film}')
    """
    return tuple(" ".join(part.split()) for part in block.split("|"))


_SEARCH = """search for {words} | search the catalogue for {words} | look for the words {words} |
find a film whose story mentions {words} | find {words} in the synopses | run a search on {words} |
i remember a line about {words}, find it | what comes up for {words}? | search by words: {words} |
which film has {words} in its story? | there was a film with {words}, which one was it? |
do a text search for {words} | look up the phrase {words} | type {words} into the search |
i only remember {words} | the plot had {words} in it, what was it called? | query {words} |
can you find the one where {words} happens? | does any title or story contain {words}? |
find me the film described as {words} | look through the stories for {words} | search {words} |
see whether {words} turns up anywhere | i am trying to find a film, it said {words} |
try the search with {words} | what film matches {words}? | which story goes {words}? |
hunt for {words} in the texts | give me whatever contains {words} | look for {words} |
the description was something like {words} | find the text {words} |
there is a scene where {words}, what film was that? | full text search, {words} |
all that comes to my mind is {words} | go and find {words} | which synopsis says {words}? |
somebody mentioned {words}, which film could it be? | hits for {words}? |
use {words} as keywords"""
_FILMS_WITH = """list {films} | list all {films} | show me {films} | show all the {films} you have |
which {films} are there? | what {films} are in the catalogue? | which {films} do you have? |
give me a list of {films} | i need the titles of all {films} | are there any {films}? |
do you have {films}? | name some {films} | what {films} exist? | find all {films} |
get me every one of the {films} | filter the catalogue for {films} | count the {films} |
i am looking through {films}, list them | how many {films} are there? | print the {films} |
tell me which {films} you know | let me browse {films} | let me see the {films} | pull up {films} |
enumerate the {films} | only {films}, in any order | what is there in the way of {films}? |
can you list {films}? | which titles are {films}? | open the list of {films} |
any {films} in here? | all {films} in the database | give me all the {films} there are |
i would like to know which {films} exist | what {films} could there be? |
collect the {films} | put all {films} in a list | what about {films}, have you got some? |
which of the titles in the catalogue are {films}? | see what there is of {films}"""
_RECOMMEND = """recommend {films} | recommend me some {films} | suggest {films} for me |
what {films} would i like? | which {films} should i watch? | pick {films} i would enjoy |
i want to watch {films}, what fits me? | give me your best {films} for my taste |
what {films} suit me? | choose {films} for tonight | i feel like {films} | propose {films} for me |
i am in the mood for {films} | find {films} that match my taste | rank {films} by my taste |
what would you advise me to watch among {films}? | help me choose {films} |
surprise me with {films} | which {films} are right for somebody like me? | any tips for {films}? |
i could do with {films} tonight | what are good {films} for me? | i fancy {films} this evening |
i would love to see {films}, ideas? | what next, if i want {films}? |
got a recommendation for {films}? | point me to {films} i will enjoy |
what do you suggest from the {films}? | tell me which {films} i will like best |
put together {films} for me to watch | which {films} come closest to my taste? |
my mood says {films}, so what is best? | where should i begin with {films}, given my taste? |
help me to good {films} | with which {films} can i do nothing wrong?"""
_ANYTHING = """recommend something | what should i watch next? | suggest something for tonight |
pick a film for me | surprise me | i do not know what to watch | what would i like? |
any ideas for this evening? | choose something i will enjoy | what do you recommend? |
what fits my taste? | i want to watch a good film | give me a recommendation | help me choose |
what is next for me? | find something for me | tell me what to watch | what suits me?"""
_SIMILAR = """films like {film} | something like {film} | what is similar to {film}? |
find films similar to {film} | what resembles {film}? | more like {film} | another {film} |
show me films that are like {film} | what else is like {film}? | films that feel like {film} |
i loved {film}, what is close to it? | what comes near to {film}? | which films go with {film}? |
films in the vein of {film} | which films tell a story like {film}? | neighbours of {film} |
what reminds one of {film}? | anything in the style of {film} | what is comparable to {film}? |
if i liked {film}, what is alike? | find the closest films to {film} | relatives of {film} |
which films have a similar story to {film}? | things along the lines of {film} |
show what lies closest to {film} | is there another film like {film}? | same kind as {film} |
what has the same feeling as {film}? | i want more of the kind of {film} |
who fell for {film} should see what? | i enjoyed {film}, give me more of that |
what other film is of the same sort as {film}? | give me something close to {film} |
name films that match {film} | take {film} and find its likes |
what would please a fan of {film}?"""
_FACTS = """tell me about {name} | what do you know about {name}? | facts about {name} |
give me the facts on {name} | look up {name} | what is known about {name}? | details on {name} |
information about {name} | i want to know more about {name} | say something about {name} |
describe {name} | show the entry of {name} | give me some background on {name} |
who directed {film}? | who is in {film}? | who stars in {film}? | when was {film} made? |
what year is {film} from? | what genre is {film}? | who made {film}? | what is {film} about? |
where was {film} made? | who plays in {film}? | which country is {film} from? |
what is the cast of {film}? | how old is {film}? | what are the themes of {film}? |
who is {person}? | what is {person} known for? | what do you have on the career of {person}? |
what happens in {film}? |
what kind of story is {film}? | name the actors of {film} |
in what year was {film} released? | i do not know {name}, who or what is that?"""
_HISTORY = """what have i watched? | show my history | which films did i see last? |
list what i have seen | what did i watch recently? | my last films | remind me what i saw |
what was the last film i watched? | show the films i have already seen | print my history |
what is in my history? | what have i been watching lately? | open my viewing history |
which ones have i seen already? | give me my watch history | what did i see before? |
tell me what i watched last | i forgot what i have watched | where did i leave off? |
let me see what i have watched | how much have i watched? | list my recent films |
what are the latest films in my record? | which titles are on my list of seen films? |
look at what i watched | what do you know of my viewing? | check my past films |
what was it that i saw last week? | review my history | do you remember what i watched? |
count what i have seen | everything that i ever watched here | the last things i saw |
have i watched much lately?"""
_EVIDENCE = """why would i like {film}? | why {film}? | give reasons for {film} | justify {film} |
what has {film} in common with what i saw? | explain why you would suggest {film} |
what connects {film} with my history? | why do you think {film} suits me? |
how does {film} fit my taste? | what speaks for {film} in my case? | argue for {film} |
show the evidence for {film} | what does {film} share with films i know? |
is {film} something for me? | why should i watch {film}? | reasons to watch {film} |
on what grounds do you offer {film}? | does {film} match what i have watched? |
what makes {film} right for me? | how is {film} related to what i have seen? |
what in my history points to {film}? | would {film} be to my taste? | what would i see in {film}? |
why was {film} picked for me? | which films of mine are linked with {film}? |
compare {film} with my history | where does {film} overlap with my films? |
tell me why {film} is a match | prove that {film} is for me | will i enjoy {film}? |
what do {film} and my films have in common? |
give me the reason for {film} | what is good about {film} for me? |
because of which films that i saw would you pick {film}?"""

TRAIN = Wordings(
    {
        "search": frames(_SEARCH),
        "films_with": frames(_FILMS_WITH),
        "recommend": frames(_RECOMMEND),
        "anything": frames(_ANYTHING),
        "similar": frames(_SIMILAR),
        "facts": frames(_FACTS),
        "history": frames(_HISTORY),
        "evidence": frames(_EVIDENCE),
    },
    Described(
        ("films", "movies", "stories"),
        ("about {theme}", "on {theme}", "dealing with {theme}", "that are about {theme}"),
        ("with {person}", "by {person}", "starring {person}", "in which {person} plays"),
        ("from {country}", "made in {country}", "that come from {country}"),
        ("from {years}", "of {years}", "made in {years}"),
    ),
    ("", "", "", "hi, ", "hello, ", "hey, ", "please, ", "okay, ", "so, ", "quick question: "),
    (" and ", ", and ", ", then ", " and then ", "; ", ". ", " and also ", ". also, ", ", "),
    ("", "", "", " please", ", thanks", " if you can"),
)
