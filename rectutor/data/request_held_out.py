"""Wordings of requests that training never sees: some for validation, others for test.

They have the form of those in `request_wordings` and share no frame with them, nor with each other.
"""

from __future__ import annotations

from rectutor.data.request_wordings import Described, Wordings, frames

__all__ = ["TEST", "VALIDATION"]

VALIDATION = Wordings(
    {
        "search": frames("""is there a film that says {words}? | find out which plot has {words} |
            somebody told me about {words}, what film is that? | where have i read {words}? |
            check the synopses, the words are {words} | get hits for {words} |
            a film, i think it went {words} | retrieve by keywords {words}"""),
        "films_with": frames("""what {films} could you show? | put up a table of {films} |
            tell me all {films} by name | how large is the choice of {films}? |
            which entries are {films}? | i am curious what {films} you have got |
            see if there are {films} | return {films} | the full list of {films}, if any"""),
        "recommend": frames("""i would be glad of {films}, what is best for me? |
            what are the {films} that i should not miss? | find me {films} to my liking |
            make a choice of {films} for me | i need {films} for the weekend, advice? |
            what would please me among {films}? | decide on {films} for me |
            bring me {films} that i am going to love | my evening is free, which {films}?"""),
        "anything": frames("""i am bored, what do you propose? | what would please me? |
            decide what i see tonight | a film for me, your choice | advise me"""),
        "similar": frames("""which films are nearest to {film}? | i adored {film}, what now? |
            what could i see that is just like {film}? | look for a match to {film} |
            films of the same type as {film} | what follows from liking {film}? |
            show things close to {film} | i am after something like {film} again"""),
        "facts": frames("""what should i know about {name}? | open the page of {name} |
            explain to me {name} | give me data about {name} | say more on {name} |
            who was behind the camera of {film}? | which people worked on {film}? |
            from when is {film}? | what does {film} tell? | what person is {person}?"""),
        "history": frames("""i want to see my past viewing | the films i saw, please list them |
            what did i look at the last time? | tell me my history |
            which films have i been through? | what is behind me so far? |
            what was my latest film? | show me what i have seen up to now"""),
        "evidence": frames("""for what reason would {film} be good for me? |
            is there a link between {film} and what i watched? | why is {film} for me? |
            how well does {film} go with my history? | tell me the case for {film} |
            does my history speak for {film}? | what would draw me to {film}? |
            what have i watched that is in {film}, too?"""),
    },
    Described(
        ("titles", "flicks"),
        ("concerning {theme}", "that touch on {theme}"),
        ("involving {person}", "that have {person} in them"),
        ("produced in {country}",),
        ("that came out in {years}",),
    ),
    ("", "good evening, ", "sorry, ", "well, "),
    (", plus ", " as well as ", "? and "),
    ("", ", would you", " then"),
)

TEST = Wordings(
    {
        "search": frames("""could you dig out the movie that speaks of {words}? |
            my friend quoted {words} and i cannot place it | scan every synopsis for {words} |
            {words} is all i have to go on, find the film | identify a film from {words} |
            help me track down a film by these words: {words} | locate {words} |
            where do the words {words} occur? | somewhere it says {words}, where? |
            put {words} into the search box | the summary read {words}, which film is that? |
            match {words} against the descriptions | lookup by text {words} |
            there is a story containing {words}, find it"""),
        "films_with": frames("""which of your titles count as {films}? | display {films} |
            i would like an overview of {films} | bring up everything under {films} |
            what do you hold of {films}? | hand me the complete set of {films} |
            what can be found among {films}? | what is on file as {films}? |
            run through the {films} for me | write down the {films} |
            is there such a thing as {films} in your collection? | {films}: what is available? |
            narrow the catalogue down to {films} | go through all {films} that are stored"""),
        "recommend": frames("""what do you think i will enjoy among {films}? |
            i need {films} to unwind with | name the {films} i am most likely to love |
            could you find me {films} worth my evening? | sort {films} the way i would |
            we are having a film night, which {films} would you put on for me? |
            i have time for {films}, advise me | with my taste, which {films} come first? |
            give me a personal pick of {films} | what {films} would make me happy? |
            select {films} on my behalf | looking for {films} that are made for me |
            which {films} have i missed that i would like? |
            tonight calls for {films}, your choice"""),
        "anything": frames("""what could i put on tonight? | i am out of ideas, help |
            your personal tip for me? | something that i will love | make my evening |
            which film is made for me?"""),
        "similar": frames("""what should come after {film} if i want the same again? |
            {film} was great, what else is there of that kind? | movies close to {film} in story |
            which ones are cut from the same cloth as {film}? | name titles resembling {film} |
            find me a twin of {film} | i cannot get enough of {film}, what is near it? |
            what are the nearest films to {film}? | got anything comparable with {film}? |
            which others are told the way {film} is? | films akin to {film} |
            something in the same spirit as {film} | what would remind me of {film}? |
            list alternatives to {film}"""),
        "facts": frames("""fill me in on {name} | what can you say about {name}? |
            i have never heard of {name}, explain | give me a short profile of {name} |
            everything you have on {name} | read me the record of {name} |
            what are the key data of {name}? | inform me about {name} | who shot {film}? |
            who was the director of {film}? | who acts in {film}? |
            in which year did {film} come out? | which actors appear in {film}? |
            what is the story of {film}? | what sort of artist is {person}? |
            introduce me to {person}"""),
        "history": frames("""which movies are behind me? | my viewing so far |
            what have you got down as watched by me? | go over the films i saw |
            i lost track of my viewing, help | bring back the list of everything i watched |
            what did i finish most recently? | recall my past choices |
            what have my last evenings looked like, film-wise? | how does my record look? |
            what was i watching the other day? | let me look back at what i saw |
            name the films that i already know | display what i viewed lately"""),
        "evidence": frames("""what is it about {film} that fits me? |
            how come {film} is on my list? | is there anything in {film} for a viewer like me? |
            on the basis of what i saw, is {film} a good choice? | explain the choice of {film} |
            back up your choice of {film} | what ties {film} to the films i watched? |
            which of my past films speak for {film}? | what makes you offer me {film}? |
            in what way does {film} resemble my history? | show me what links me and {film} |
            i doubt that {film} is for me, convince me | what have i seen that goes with {film}? |
            how close is {film} to what i usually watch?"""),
    },
    Described(
        ("pictures", "features"),
        ("around {theme}", "with {theme} in them", "whose subject is {theme}"),
        ("featuring {person}", "that {person} was part of"),
        ("shot in {country}", "out of {country}"),
        ("released in {years}", "dating from {years}"),
    ),
    ("", "good morning, ", "listen, ", "one more thing: "),
    (", after that ", ". besides, ", " and while you are at it, "),
    ("", ", if you do not mind", " thank you"),
)
