# ---
# jupyter:
#   rectutor:
#     lesson: "14b"
#     title: Conversation and simulators
#     minutes: 75
#     budget_seconds: 60
#     budget_mb: 1500
# ---

# %% [markdown]
# # 14b · Who finds the film, and who says that the seeker was real?
#
# Somebody looks for a film and says a little about it. An *advisor* asks, recommends, listens. This lesson takes such talks apart, and
# then the people in them: they are **simulated**, here as in most papers. What is measured is the advisor *and* the simulator.
#
# After this lesson you can
#
# - unfold a talk with three responders and a planner, and say what each part is worth and costs;
# - score a talk, and make a run fail when the simulator gives the answer away;
# - say why a part that helps with one kind of simulated people harms with another;
# - say what an advisor loses that has to understand words, and what a retriever takes from the model above it;
# - compute how far simulated choices are from real ones, with a floor, and say what a small distance does not show;
# - read real conversations, and take out the shortcut of naming again what was named.
#
# **Before**: lessons 02 (SASRec), 03 (intervals), 14 (agents, traces). **Time**: 75 minutes of study, 40 of them for the exercises; under a minute to run.
# **Not reproduced**: in the papers large language models play advisors and people. Here rules do, so every choice can be explained and
# nothing is said for style; no success rate below is one of theirs. The people who look for films are made by the course.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor import charts
from rectutor.analysis.records import read_record
from rectutor.course import ask, calibration, closed_book, lesson14b, need, reveal
from rectutor.data import load
from rectutor.training.assets import fit_or_load, split_of

RETRAIN = False  # True trains SASRec here instead of loading it
split, films = split_of("films"), load("films")
in_order = films.items.set_index("item_id").loc[split.item_ids[1:]].reset_index()

# %% [markdown]
# The film that a person chose last was held out. It is the film that they look for: `wanted`. SASRec (lesson 02) says
# how much each person is expected to like each film: `scores`. All advisors rank with it, so they differ only in how they talk.

# %% id="people"
from rectutor.agents.catalogue import Catalogue
from rectutor.analysis.talks import unseen_scores

catalogue = Catalogue(in_order)
rows = np.random.default_rng(0).permutation(split.n_users)[:200]
people = split.test.take(rows)
scores = unseen_scores(fit_or_load("sasrec-films", retrain=RETRAIN), people)
wanted = people.targets[:, 0]
print(f"{len(wanted)} people, each looks for one of {catalogue.n_items:,} films")

# %% [markdown]
# ## 1. You are the advisor
#
# The words of this lesson:
#
# - the **seeker** has one film in mind, and says truly, but not always fully, what it is like;
# - a **fact** is something that the film has: a genre, a theme, a person who made it or plays in it, a country, a decade ("years");
# - a **round** is one **act** of the advisor (ask, recommend five films, or chat) and the seeker's answer;
# - **candidates** are the films that have all facts said so far and were not refused.
#
# The talk ends when the film is recommended, or after eight rounds. One question in five is answered with "I do not know". After a refused list this seeker
# says one fact that the first film of the list lacks.

# %% id="seeker"
from rectutor.agents.dialogue import converse
from rectutor.agents.macrs import MACRS
from rectutor.agents.plain_advisors import ByHand, candidates_left
from rectutor.agents.seekers import FilmSeeker

PERSON = 139
reader = MACRS(catalogue, scores[PERSON])  # here only to count candidates
seeker = FilmSeeker(catalogue, int(wanted[PERSON]), np.random.default_rng(14))
opening = seeker.opening()
print(opening.text, "Facts:", opening.facts)
print(f"{len(reader.profile(opening, []).candidates)} films fit")

# %%
ask(
    "question",
    "You may ask one question. Which leaves the fewest films, for the typical seeker of 200?",
    ["genre", "theme", "person", "country", "years"],
)

# %% id="question"
left = {}
for field in ("genre", "theme", "person", "country", "years"):
    talks = [
        converse(ByHand(catalogue, own, [field]),
                 FilmSeeker(catalogue, int(film), np.random.default_rng([0, row])), n_rounds=1)
        for row, (own, film) in enumerate(zip(scores, wanted, strict=True))
    ]  # fmt: skip
    left[field] = [candidates_left(talk, reader)[1] for talk in talks]
after = pd.DataFrame(left).median()
print(after.rename("films left, median").to_string())
print("before the question:", np.median([candidates_left(talk, reader)[0] for talk in talks]))
reveal("question", after.idxmin())

# %% [markdown]
# A person's name leaves 3.5 films of 329, a country most of them. The less you can foretell the answer, the more it tells you. **Entropy** measures how uncertain an answer is: minus
# the sum of p log₂ p over all answers, where p is the share of the candidates with that answer. It is counted in bits, and is 0 when there is only one answer. The first exercise asks you to use it.
#
# Now it is your turn: each button is an act (Tab and Enter do it, too). Find the film in as few rounds as you can. Rounds can be taken back; the seeker answers the same acts alike.

# %% id="lead"
from rectutor.course.advising import advise

advise(catalogue, scores[PERSON], int(wanted[PERSON]), seed=14)

# %% [markdown]
# The same talk as a plan: one word a round, "recommend" or one of the five fields. Write yours.

# %% id="play"
PLAN = ["genre", "recommend", "years"]  # your turn; when the plan is over, films are recommended
seeker = FilmSeeker(catalogue, int(wanted[PERSON]), np.random.default_rng(14))
mine = converse(ByHand(catalogue, scores[PERSON], PLAN), seeker)
print(mine.opening.text)
for n, (act, said) in enumerate(mine.rounds, start=1):
    print(f"{n}. {act.kind} {act.field or len(act.items)}: {said.text}")
print("found:", mine.found, "in", len(mine.rounds), "rounds")

# %% [markdown]
# Three plans for the same film, and how many films are left after each round. The scale is logarithmic: one grid line down means about a tenth is left.

# %% id="narrowing"
plans = {
    "genre, years, theme": ["genre", "years", "theme"],
    "person": ["person"],
    "only recommends": [],
}
drawn = []
for name, plan in plans.items():
    seeker = FilmSeeker(catalogue, int(wanted[PERSON]), np.random.default_rng(14))
    talk = converse(ByHand(catalogue, scores[PERSON], plan), seeker)
    drawn += [(name, n, left) for n, left in enumerate(candidates_left(talk, reader))]
charts.candidates_by_round(pd.DataFrame(drawn, columns=["talk", "round", "left"]))

# %% [markdown]
# For this seeker one name leaves one film. But a refused list is not lost either: what the seeker says about it leaves 11 films of 463.
#
# ## 2. Three who propose and one who picks
#
# MACRS (Fang and others, 2024) has four agents and a habit:
#
# - three **responders** each propose an act: one asks, one recommends, one chats. Our asker takes the field with the highest entropy;
# - a **planner** picks one of the three. Ours asks while more than ten films fit, then recommends;
# - **reflection** learns from what went wrong. *Information*: what a refusal says about the film is kept. *Strategy*: what failed twice in a row is not done a third time.
#
# One talk, unfolded:

# %% id="unfolded"
advisor = MACRS(catalogue, scores[98])
talk = converse(advisor, FilmSeeker(catalogue, int(wanted[98]), np.random.default_rng([0, 98])))
print(talk.opening.text)
for n, (act, said) in enumerate(talk.rounds):
    known = advisor.profile(talk.opening, talk.rounds[:n])
    print(f"{len(known.candidates)} fit, {known.n_unsure} unanswered; proposed: ask "
          f"{advisor.ask(known).field}, recommend {len(advisor.recommend(known).items)}, chat")  # fmt: skip
    print(f"  picked: {act.kind} {act.field} | {said.text}")

# %% [markdown]
# Two questions fail, so it stops asking and recommends (strategy). The list is refused, but the seeker says what was missing, and 115 films become 14 (information). The planner asks again.
#
# What is a part worth? Take it away and measure. Two other planners: one only recommends; one asks about all five fields first. MACRS and the one who only recommends are
# measured without reflection, too.

# %%
ask(
    "fastest",
    "Who needs the fewest rounds?",
    ["MACRS", "only recommends", "asks all it can, then recommends"],
)

# %% id="parts"
parts = read_record("talk_parts")
print(parts.said())
rich = parts.table[parts.table["comments"]].set_index("advisor")
shown = rich.rename(columns={"rounds, low": "from", "rounds, high": "to"})
columns = ["success", "rounds", "from", "to", "films shown"]
print(shown[columns].iloc[:5].round(2).to_string())
reveal("fastest", rich["rounds"].iloc[[0, 2, 3]].idxmin())

# %% [markdown]
# (`from` and `to` are the 95 % interval of the rounds, over people.) MACRS loses to the one who never asks: 2.6 rounds against 1.8, and the intervals are far apart. What it saves is
# wrong lists: it shows three films to find one, the other eight.
#
# Reflection looks worthless in MACRS: 2.6 rounds with it and without. For the one who only recommends it is everything: without it, one film in four is not found. MACRS rarely hears a
# refusal, so it has little to reflect on. The worth of a part depends on the other parts.
#
# **The price.** If a language model played every part, a round of MACRS would take four calls (three responders, a planner), not counting reflection:

# %% id="cost"
need(globals(), "rich", cell="2. Three who propose and one who picks")
three = rich.loc[["MACRS", "asks all it can, then recommends", "only recommends"]]
print(three[["calls a turn", "rounds", "calls"]].round(2).to_string())
ratio = rich.loc["MACRS", "calls"] / rich.loc["only recommends", "calls"]
print(f"calls for a whole talk, MACRS over one responder that only recommends: {ratio:.1f}")

# %% [markdown]
# Four times the calls in a round is a matter of counting. In a whole talk it is 5.6 times, because the talk is longer, too. (Asking all, and only recommending, need no planner: one call.)
#
# ### Knowledge and goals
#
# ChatCRS (Li and others, 2025) gives the one who talks two helpers. The **knowledge** agent looks up which films fit; without it, only refused films are left out. The **goal** agent says what the next
# round is for: to ask, recommend or chat. Ours has counted what MACRS did in successful talks with 100 other people, and says what was most frequent in the same situation. Without goals
# every round recommends: with knowledge, that is the one who only recommends.

# %%
ask(
    "goals",
    "With knowledge, do goals make the search faster?",
    ["faster", "slower", "no difference"],
)

# %% id="goals"
talks_record = read_record("talks")
print(talks_record.said())
crs = talks_record.table.iloc[:4].set_index("advisor")
print(crs[["success", "low", "high", "in two rounds", "rounds"]].round(2).to_string())
added = crs.loc["ChatCRS", "rounds"] - crs.loc["ChatCRS without goals", "rounds"]
reveal("goals", "slower" if added > 0.2 else "faster" if added < -0.2 else "no difference")

# %% [markdown]
# With knowledge all films are found; without knowledge and goals, 46 % in eight rounds (`low` and `high` belong to `success`). Goals make it *slower*: 2.4 rounds against 1.8, and 76 against 86 %
# found in two rounds. In the paper both helpers raise accuracy. What is different here?
#
# Look at what our seekers do. To a refused list they always **say what was missing**; a question they answer four times in five. So to recommend is to ask, and it may find the film besides. Test this
# explanation: the same advisors, with seekers who only say no.

# %%
ask(
    "silent",
    "Seekers only say no. Who needs fewer rounds?",
    ["ChatCRS", "ChatCRS without goals"],
)

# %% id="silent"
need(globals(), "parts", cell="2. Three who propose and one who picks")
both = parts.table[parts.table["advisor"].str.startswith("ChatCRS")]
both = both.rename(columns={"rounds, low": "from", "rounds, high": "to"})
columns = ["advisor", "comments", "success", "rounds", "from", "to"]
print(both[columns].round(2).to_string(index=False))
silent = both[~both["comments"]].set_index("advisor")
reveal("silent", silent["rounds"].idxmin())

# %% [markdown]
# It has turned round. With goals 2.45 rounds, as before; without goals 4.0, and a quarter of the films are not found. Nothing has changed but how the **simulated people** say no. Who takes a part away
# and measures with a simulator measures the part *and* the simulator. A paper that reports one simulator has reported one of these tables.
#
# ## 3. What a score counts, and the leak test
#
# Five numbers for a talk:
#
# - **success**: was the film found? **Rounds**: how many?
# - **recall**: was the film in any list, whatever the seeker said to it?
# - **made up**: the share of recommended items that do not exist. **Repeated**: the share that had been recommended before.
#
# In the record of talks the last two are 0 for all. Before you call that a result, ask whether it could be anything else. Our advisors take films from the catalogue and leave out what was refused, so
# neither can happen. To see that the count works, plant both:

# %% id="planted"
from rectutor.agents.dialogue import Act, Round, Said, Talk, scores_of
from rectutor.agents.plain_advisors import WordSearch

need(globals(), "talks_record", cell="2. Three who propose and one who picks")
bad_lists = ((5, 1120), (5, 7))  # film 1120 does not exist; film 5 comes twice
planted = Talk(
    "planted",
    Said("I look for a film."),
    tuple(Round(Act("recommend", "?", items=own), Said("No.")) for own in bad_lists),
)
print("record:", talks_record.table[["made up", "repeated"]].max().to_dict())
print("planted:", dict(scores_of(planted, 7, catalogue)))

# %% [markdown]
# Recall is 1 and success 0: film 7 was in a list, and this seeker did not take it.
#
# **The leak.** A simulator knows the film. A language model that plays the seeker may just say it. Let us plant such a seeker:


# %% id="telling"
class Telling(FilmSeeker):
    """Names its film at once."""

    def opening(self) -> Said:
        """Say a fact, and the title."""
        title = self.catalogue.titles[self.target]
        return Said(f"{super().opening().text} Something like {title}.")


print(Telling(catalogue, 37, np.random.default_rng(0)).opening().text)

# %% [markdown]
# Who gains by that? An advisor that reads words. `WordSearch` is the plainest of all: it never asks, does not know the person, and puts all that was said into the catalogue's text search. The seekers
# of this comparison only say no.

# %%
ask(
    "inflated",
    "Honest seekers: the word search finds 0.065 of the films. Seekers who name them? (0 to 1)",
)

# %% id="inflated"
found = {}
for kind in (FilmSeeker, Telling):
    talks = [
        converse(WordSearch(catalogue),
                 kind(catalogue, int(film), np.random.default_rng([0, row]), comments=False))
        for row, film in enumerate(wanted)
    ]  # fmt: skip
    found[kind.__name__] = np.mean([talk.found for talk in talks])
    rounds = np.mean([len(talk.rounds) for talk in talks])
    print(f"{kind.__name__}: {found[kind.__name__]:.3f} found, {rounds:.1f} rounds")
reveal("inflated", round(float(found["Telling"]), 2), within=0.1)

# %% [markdown]
# From .065 to .985. In rounds this advisor would beat MACRS, ChatCRS and all others, and it has understood nothing. Zhu and others (2024) studied a well-known simulator played by a language
# model. They found such leaks in the conversation it was given and in its replies. So `scores_of` refuses such a talk, and one refused talk ends the run:

# %% id="refused"
need(globals(), "talks", cell="3. What a score counts, and the leak test")
try:
    scores_of(talks[0], int(wanted[0]), catalogue)
except ValueError as error:
    print(error)

# %% [markdown]
# The test looks for the number and the title as whole words. It compares letters, and misses other ways to give a film away:

# %% id="slips"
from rectutor.agents.dialogue import leak_in

film = 37
print(catalogue.name(film))
sly = ["Something like S h r e k.", "The one with the green ogre.", "Like shrek!", "Number [37]."]
for text in sly:
    print(f"{text:<30} leak: {leak_in(Talk('a', Said(text), ()), film, catalogue)}")

# %% [markdown]
# Two things help. *By construction*: our seekers choose from a list of facts, and facts that hold the title are struck out beforehand. *By a control*: run an advisor that should find little, such as the word
# search. If it finds much, ask why. Here it is once more with honest seekers, who comment on a refused list or only say no:

# %% id="control"
need(globals(), "parts", cell="2. Three who propose and one who picks")
control = parts.table[parts.table["advisor"] == "word search"]
print(control[["comments", "success", "low", "high", "rounds"]].round(3).to_string(index=False))

# %% [markdown]
# With seekers who **comment** it finds 93 % of the films, in 4.4 rounds: the control gives an alarm. No title was said; but names of people were, and a search finds them. Seekers who know the whole cast and not the
# title are rare. How much do our results owe to them? Take the people out of what they know:


# %% id="forgets"
class Vague(FilmSeeker):
    """Has forgotten who made the film and who plays in it."""

    def opening(self) -> Said:
        """Forget, then begin."""
        self.facts = [fact for fact in self.facts if fact[0] != "person"]
        return super().opening()


# %% id="vague" tags=["nbval-ignore-output"]
n_rounds = {}
for kind in (FilmSeeker, Vague):
    talks = [
        converse(MACRS(catalogue, own), kind(catalogue, int(film), np.random.default_rng([0, row])))
        for row, (own, film) in enumerate(zip(scores, wanted, strict=True))
    ]
    n_rounds[kind.__name__] = np.mean([len(talk.rounds) for talk in talks])
    share = np.mean([talk.found for talk in talks])
    print(f"{kind.__name__}: {n_rounds[kind.__name__]:.1f} rounds, {share:.2f} found")

# %% id="vague-said"
need(globals(), "n_rounds", cell="3. What a score counts, and the leak test")
more = n_rounds["Vague"] - n_rounds["FilmSeeker"]
print("vague seekers cost MACRS more than one and a half rounds:", more > 1.5)

# %% [markdown]
# MACRS needs 4.4 rounds in place of 2.6. Success stays at 1, since eight rounds are many; only the rounds show the difference. A table of advisors should say what its seekers know.
#
# ## 4. Words in place of facts
#
# So far the advisor was handed facts, as if it understood everything. Now the seekers **speak**. A grammar puts each fact into words and keeps the meaning beside them, for the score alone. It
# has two sets of wordings that share none: one to train or write rules on, one for the test.

# %% id="spoken"
from rectutor.agents.heard import Heard, SpokenSeeker

for person in (98, 111):
    for part in ("train", "test"):
        rng = np.random.default_rng([0, person])
        said = SpokenSeeker(catalogue, int(wanted[person]), rng, part).opening()
        print(f"{part:<5} {said.text!r} means {said.facts}")

# %% [markdown]
# An **ear** turns words into facts, and the advisor acts on what was heard. The simplest ear knows names and keywords, and takes each that it meets for a fact. One talk with it, in test wordings:

# %% id="misheard"
from rectutor.agents.ears import keyword_ear
from rectutor.lm.chat.linking import Linker

listener = Heard(MACRS(catalogue, scores[10]), keyword_ear(Linker(in_order)))
seeker = SpokenSeeker(catalogue, int(wanted[10]), np.random.default_rng([0, 10]), "test")
talk = converse(listener, seeker)
for act, said in [(None, talk.opening), *talk.rounds[:2]]:
    print(f"{act.kind if act else 'opening'}: {said.text!r}")
    print(f"  meant {said.facts}, heard {listener.heard(said, act).facts}")
print("found:", talk.found, "in", len(talk.rounds), "rounds")

# %% [markdown]
# "If memory serves" was heard as the theme *memory*. Then the seeker named somebody they had had **enough** of, and that was heard as a wish. No film fits all this, so MACRS can only chat until the
# rounds are over. A fact that was *missed* costs a round. A fact that was *misheard* costs the film.
#
# An ear may also *guess*: where it finds no keyword, it takes the genre whose sentences are nearest to what was said, by a text encoder (lesson 04). It hears more facts.

# %%
ask(
    "guess",
    "What does guessing do to success, with wordings never seen?",
    ["raises it", "lowers it", "no difference"],
)

# %% id="ears"
spoken = read_record("spoken_talks")
print(spoken.said())
named = {"success low": "from", "success high": "to"}
heard = spoken.table.rename(columns=named).set_index("ear")
columns = ["wordings", "heard", "misled", "success", "from", "to", "rounds"]
print(heard[columns].round(2).to_string())
new = heard[heard["wordings"] == "test"]["success"]
change = new["keywords, else the nearest genre"] - new["keywords"]
word = "raises it" if change > 0.02 else "lowers it" if change < -0.02 else "no difference"
reveal("guess", word)

# %% [markdown]
# `heard` is the share of the facts said that were heard right, `misled` the share of talks with a wrong fact, `from` and `to` the interval of `success`. The two ends are *what was meant*, which finds every
# film, and *deaf*, which finds 29 %.
#
# - New wordings cost a quarter of the facts. Success with keywords goes from .90 to .86; the intervals overlap.
# - Rules of denial ("not", "instead of") were written for the training wordings, and are perfect there. On new wordings they add nothing at all.
# - Guessing hears two facts in a hundred more and lowers success from .86 to .62, with intervals far apart: in three talks of eight it heard something wrong.
# - The tiny agent of lesson 14 was tuned on requests, not on talks, and hears as the keywords do.
#
# One author wrote the wordings, the rules and the list of names, so ears hear more here than they would of people.
#
# ### A sandwich: retrieve below, order above
#
# Many conversational recommenders have two layers. A **retriever** finds k films by what was said; a model puts them into order. The **ceiling** is the share of requests whose film is among the k: no order
# can exceed it. 300 people ask once, by two facts, in test wordings. The retriever is BM25, a search that counts words in common, rare ones more.
#
# **Protocol**: recall@10 over all films. A film that was not retrieved is a miss.

# %%
ask("ceiling", "With 10 films retrieved the ceiling is 0.41. With 100 films? (0 to 1)")

# %% id="sandwich"
sandwich = read_record("sandwich")
print(sandwich.said())
heard_test = sandwich.table[sandwich.table["wordings"] == "test"]
bm25 = heard_test[heard_test["retriever"] == "BM25"]
wide = bm25.pivot(index="k", columns="order", values="recall@10").drop(columns="facts heard")
wide = wide.rename(columns={"facts heard, then SASRec": "facts, then SASRec"})
wide.insert(0, "ceiling", bm25.groupby("k")["ceiling"].first())
print(wide.round(2).to_string())
reveal("ceiling", round(float(wide.loc[100, "ceiling"]), 2), within=0.1)

# %% id="sandwich-lines"
need(globals(), "wide", cell="4. Words in place of facts")
charts.recall_by_depth(wide.reset_index().melt("k", var_name="order", value_name="recall"))

# %% [markdown]
# *As retrieved*, more films change nothing: the first ten stay the first ten. *SASRec* has heard nothing of the request; it gains until 50 films and then no more. Only the order that uses what was said, *facts, then
# SASRec*, stays near the ceiling: .74 of .77. What if there is no retriever, and all films are put into order?

# %% id="no-retriever"
need(globals(), "heard_test", cell="4. Words in place of facts")
whole = heard_test[heard_test["retriever"] == "all films"]
columns = ["order", "recall@10", "recall@10 low", "recall@10 high"]
print(whole[columns].round(2).to_string(index=False))

# %% [markdown]
# By the facts .85: the retriever cost 11 requests in 100. By SASRec alone .28, against .55 of 100 films retrieved: for an order that hears nothing, the retriever did the listening.
#
# Can the query be made better? **Expansion** searches for the same request in several wordings and joins the lists. In papers a language model paraphrases; here the grammar does. Two controls of one query
# each: all eight wordings in one text, without any lists to join; and the bare words of the facts, which only somebody who knows what was meant can write.

# %% id="expansion"
queries = read_record("sandwich_queries").table
mine = queries[(queries["wordings"] == "test") & (queries["retriever"] == "BM25")]
mine = mine[mine["queries"].isin([1, 8]) & (mine["facts"] == 2)]
columns = ["way", "queries", "recall@10", "gain", "gain low", "gain high"]
print(mine[columns].round(2).to_string(index=False))

# %% [markdown]
# Eight wordings lift .41 to .60. Most of that comes without joining lists: all in one query reach .56. And the bare words reach .70. The words *around* the facts ("want", "name") stand in synopses, too,
# and mislead the search; in eight wordings they weigh less. An ear that finds the facts is worth more.
#
# ## 5. Simulated users who choose
#
# Other simulated people do not search, they **choose from pages**, as those of RecAgent (Wang and others, 2024) do. Ours remember what they chose; a film counts half after 20 later ones. Their **taste** is
# the share of that memory that has each genre and each decade:

# %% id="taste"
from rectutor.agents.rec_agent import SimulatedUser
from rectutor.analysis.simulated_choices import features_of

features = features_of(in_order)  # a row for each film: 1 for its genres and its decade
genres = sorted(in_order["genres"].explode().dropna().unique())
decades = [f"{decade}0s" for decade in sorted(set(in_order["year"] // 10))]
history = people.queries.history[1][people.queries.history[1] > 0]
user = SimulatedUser(features, history, np.random.default_rng(0), half_life=20.0)
taste = pd.Series(user.taste(), index=[*genres, *decades])
print(taste.nlargest(5).round(2).to_string())

# %% [markdown]
# The **utility** of a film is the mean taste over its genres and decade. Choices are a softmax of *sharpness* times utility: 0 chooses by lot, 16 nearly always takes what fits best.
#
# Do such users choose as people do? The usual answer compares shares of groups, say of decades, by the **KL divergence** of real from simulated: the sum of p log(p / q) over the groups, p the real and q the
# simulated shares, with the natural logarithm. It is 0 if they are equal. By hand, ten real and ten simulated choices among three genres:

# %% id="by-hand"
from rectutor.metrics.divergence import kl_divergence

real, simulated = np.array([6, 3, 1]), np.array([7, 3, 0])
for pseudo in (1.0, 0.5, 0.05, 0.005):
    print(f"{pseudo} added to each bin: KL {kl_divergence(real, simulated, pseudo):.2f}")

# %% [markdown]
# The empty bin (nobody simulated chose the third genre) would make KL infinite. So something is added to every bin, which is called smoothing, and **how much decides the number**. In the course it is 0.5.
#
# And what is small? The **floor**: let a *perfect* simulator draw from the real shares, many times; 95 of 100 draws have a KL below it. Who lies below the floor cannot be told from the truth with so many choices.
#
# Each of 2,400 simulated users chooses one of the 20 films that SASRec ranks first for the person they stand for. **Blind** users choose by lot, **sharp** ones by taste (16).

# %%
ask("closer", "Whose shares of decades are closer to those of the people?", ["blind", "sharp"])

# %%
ask("same", "Who chooses the very film that the person chose more often?", ["blind", "sharp"])

# %% id="divergence"
choices = read_record("simulated_choices")
print(choices.said())
users = choices.table[choices.table["sharpness"] != 4].rename(columns={"sharpness": "users"})
users = users.replace({"users": {0: "blind", 16: "sharp"}})
twenty = users[users["page"] == "SASRec's 20"]
kl = twenty.pivot(index="grouping", columns="users", values="KL")
kl["floor"] = twenty.groupby("grouping")["floor"].first()
print(kl.loc[twenty["grouping"].unique()].round(3).to_string())
same = twenty.groupby("users")["same film"].first()
print(f"the same film: blind {same['blind']:.3f}, sharp {same['sharp']:.3f}")
reveal("closer", kl.loc["decade", ["blind", "sharp"]].idxmin())
reveal("same", same.idxmax())

# %% id="choosers"
from rectutor.analysis.simulated_choices import chosen_from, pages_of

sasrec = fit_or_load("sasrec-films", retrain=RETRAIN)
page = pages_of(sasrec, split.test, np.random.default_rng(0))["SASRec's 20"]
chosen = {"people": split.test.targets[:, 0]}
for name, sharpness in (("blind", 0.0), ("sharp", 16.0)):
    chosen[name] = chosen_from(page, split.test, features, sharpness, seed=0)

# %% id="shares" tags=["nbval-ignore-output"]
need(globals(), "chosen", cell="5. Simulated users who choose")
decade_of = np.r_[0, 10 * (in_order["year"].to_numpy() // 10)]
shares = [
    pd.Series(decade_of[own]).value_counts(normalize=True).rename("share").rename_axis("group")
    .sort_index().reset_index().assign(chooser=name) for name, own in chosen.items()
]  # fmt: skip
long = pd.concat(shares).assign(group=lambda own: own["group"].astype(str) + "s")
charts.choices_by_group(long, "decade")

# %% id="same-film"
from rectutor.metrics.bootstrap import paired_difference

need(globals(), "chosen", cell="5. Simulated users who choose")
hits = {name: chosen[name] == chosen["people"] for name in ("blind", "sharp")}
gap = paired_difference(hits["sharp"].astype(float), hits["blind"].astype(float), seed=0)
print(f"{len(page):,} people; the same film, sharp - blind:")
print(f"{gap.mean:.3f} (95 % interval {gap.low:.3f} to {gap.high:.3f})")

# %% [markdown]
# The blind users win by KL: .004 against .117 by decade, .007 against .063 by genre. By decade they lie at the floor: as good as perfect. And they choose **by lot**! Their shares are right because
# SASRec's *page* holds films as people choose them. The sharp users make a habit of a taste: too much of the decade that was most frequent already. Yet they name the person's own film
# nearly twice as often (36 against 19 in 1,000), and the interval of the difference leaves 0 out.
#
# So a small KL does not say that the same people choose the same films. It compares crowds: shuffle the simulated choices among the people, and it stays as it is. Ask for both, the crowd and the person.
#
# Two more traps. **Bins**: popularity in 5, 10 or 20 bins gives the blind users .102, .112 and .131, all far above the floor, which grows, too. (By popularity the sharp users are a little closer.) **Pages**: the same users before other pages, by popularity in 10 bins:

# %% id="pages"
need(globals(), "users", cell="5. Simulated users who choose")
by_page = users[users["grouping"] == "popularity in 10"]
print(by_page.pivot(index="page", columns="users", values="KL").round(3).to_string())

# %% [markdown]
# The page decides more than the way of choosing ("a lot" are 200 films drawn by lot). So a KL of choices measures the recommender that made the pages, too; and without its smoothing, its bins, its pages and its
# number of choices it compares with nothing.
#
# ### Two agents in a loop
#
# In an **agentic feedback loop** (Cai and others, 2024) a recommender agent offers a film and says why. A user agent accepts, or says what it wants less and more of. Both remember; the next offer builds on it.
# Two agents by rule, over the 20 films that SASRec finds for one person:

# %% id="loop"
from rectutor.agents.feedback import feedback_rounds
from rectutor.agents.feedback_agents import Answering, FactTable, Offering

facts = FactTable(catalogue)
user = SimulatedUser(facts.features, history, np.random.default_rng(3), sharpness=16.0)
found_films = np.argsort(-scores[1], kind="stable")[:20].tolist()
agents = (Offering(facts), Answering(user, facts))
looped = feedback_rounds(agents, catalogue, history.tolist(), found_films)
for offer, answer in zip(looped.trace.calls, looped.trace.observations, strict=True):
    print(f"{offer.arguments['item']}, because {offer.arguments['because']}\n  {answer.text}")

# %% [markdown]
# Does the list get better? Put the 20 films into the order that the loop ends with, and see where the film stands that the person chose. There are three user agents: one judges by the **taste** of the person's history,
# one answers by **lot**, one was **told the film**.
#
# **Protocol**: 2,400 people, four rounds, 20 films each. Who chose a film that SASRec did not find is a miss, so no order gets above the ceiling.

# %%
ask(
    "loop",
    "With the user agent that judges by taste, HR@10 after four rounds ...",
    ["rises", "falls", "stays within 0.01"],
)

# %% id="loop-rounds"
loop = read_record("feedback_rounds")
print(loop.said())
last = loop.table[(loop.table["round"] == 4) & loop.table["metric"].isin(["HR@1", "HR@10"])]
last = last.assign(before=last["value"] - last["change"]).rename(columns={"value": "after"})
columns = ["metric", "user agent", "before", "after", "change", "change low", "change high"]
print(last.sort_values("metric")[columns].round(3).to_string(index=False))
ten = last[last["metric"] == "HR@10"].set_index("user agent")
by_taste = ten.loc["own taste", "change"]
reveal("loop", "rises" if by_taste > 0.01 else "falls" if by_taste < -0.01 else "stays within 0.01")

# %% id="loop-lot"
need(globals(), "ten", cell="5. Simulated users who choose")
print(ten[["over lot", "over lot low", "over lot high", "ceiling"]].round(3).to_string())

# %% [markdown]
# It falls, from .335 to .294. This user agent reads the same history as SASRec, and reads it less well; the list was in a better order before. It beats answers by lot, but only by .010. The one that was told
# the film lifts HR@10 to .429, close to the ceiling of .444, and HR@1 from .082 to .315. So the loop does carry knowledge, if somebody has some. And whoever reports that a loop gains much must answer the question of
# section 3: what was the user agent told? (The paper reports average gains of 11.5 % for the recommender. There a language model answers, which may know what the history does not say.)
#
# ## 6. Real conversations
#
# ReDial (Li and others, 2018) holds conversations about films between paid people: one looks for a film, the other recommends. The data are CC BY 4.0 and are **not shipped**. Films stand in the text as @ and a number. Afterwards
# the people said of each film whether it had been suggested, seen and liked. A talk in that format, **made up for this lesson**:

# %% id="parsed"
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from rectutor.data.redial import read_redial, turns

with TemporaryDirectory() as folder:
    Path(folder, "valid_data.jsonl").write_text(json.dumps(lesson14b.EXAMPLE), encoding="utf-8")
    (example,) = read_redial(folder)
for said in example.utterances:
    print("seeker     " if said.by_seeker else "recommender", example.readable(said.text))

# %% [markdown]
# The task: before each turn of the recommender, foretell the films in it. We also note whether a film has been named before.

# %% id="turns"
for turn in turns([example], only_suggested=False):
    for film, old in zip(turn.films, turn.is_repeat, strict=True):
        print(turn.n_before, "utterances before;", example.mentions[film].title, "| repeat:", old)

# %% [markdown]
# *Collateral* is a repeat: the seeker had named it. He and others (2023) warn that an evaluation which counts repeats rewards **naming again what was named**. We measured three plain ways on 200 conversations,
# after counting on 800 others: name again the films of this talk, the newest first; take the films mentioned in most talks; take the films mentioned together with those named so far.

# %%
ask(
    "again",
    "Repeats count. Which has the higher recall@10, turn by turn?",
    ["naming again", "popularity", "within luck"],
)

# %% id="repeats"
redial = read_record("redial_recall")
print(redial.said())
few = redial.table[redial.table["k"] < 50].sort_values(["k", "repeats count"], kind="stable")
columns = ["k", "repeats count", "way", "recall", "over popularity", "over low", "over high"]
print(few[columns].round(3).to_string(index=False))
at_ten = few[few["repeats count"] & (few["k"] == 10)].set_index("way").loc["named again"]
ahead = "naming again" if at_ten["over low"] > 0 else "popularity"
reveal("again", "within luck" if at_ten["over low"] < 0 < at_ten["over high"] else ahead)

# %% [markdown]
# `over popularity` is the paired difference on the same turns, with its interval, for which whole conversations are drawn, since the turns of one are alike. Naming again, which recommends nothing, has .069 among ten films and popularity .049; that is within luck. As the **first** film it
# is ahead beyond luck: .024 against .006. Without repeats it has 0, of course. *Mentioned together* falls from .119 to .086: more than a quarter of its recall was naming again. So a recall on conversations has
# two values, and a paper should say which it reports.
#
# If you have ReDial, the next cell counts anew.

# %% tags=["nbval-ignore-output"] id="real-data"
import os

real_folder = Path(os.environ.get("RECTUTOR_REAL_DATA", "")) / "redial"
if "RECTUTOR_REAL_DATA" in os.environ and real_folder.exists():
    talks_read = read_redial(real_folder)
    asked = list(turns(talks_read, only_suggested=False))
    named = sum(len(turn.films) for turn in asked)
    old = sum(sum(turn.is_repeat) for turn in asked)
    n_films = len({film for own in talks_read for u in own.utterances for film in u.films})
    print(f"{len(talks_read):,} talks name {n_films:,} films; {old} of {named:,} were repeats")
else:
    print("RECTUTOR_REAL_DATA names no folder with redial/: the recorded table stands.")

# %% [markdown]
# ## Recap
#
# - A question is worth its entropy. Three responders and a planner cost four calls a round; what a part is worth depends on the other parts.
# - Goals made the search slower or faster, by how the simulated seekers say no. Vary the simulator before you believe that a part helps.
# - A seeker that names its film lifts a plain word search from .065 to .985. Test for leaks, fail the run, and run a control that should find little.
# - In words, a fact missed costs a round and a fact misheard costs the film. Guessing heard more and found less.
# - No order exceeds its retriever's ceiling, and only one that uses what was said comes near.
# - KL needs its smoothing, its bins, its pages and its floor, and compares crowds. Choosing by lot reached the floor.
# - Report recall on conversations with and without repeats.
#
# ## What this miniature leaves out
#
# - **Language.** Nobody here is polite, vague or funny. An advisor that talks well may find no more films, and people may still like it better.
# - **People who do not know.** Our seekers have one film in mind. Most people who talk to a recommender have none, and find out on the way.
# - **Patience.** A refusal costs nothing here; nobody gets bored, except that all leave after eight rounds.
# - **Large models as simulators.** They have read about the films. What a model knows leaks into what it says, in ways that no comparison of letters finds.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("14b")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** Ask the best question. `films` are the candidates: for each field a list of values. A film with several values of a field counts in parts: two genres count a half each. Return the field that is not in
# `asked` and has the highest entropy; "" if nothing has an entropy above 0.


# %% exercise="best_question"
def best_question(films: list[dict[str, list[str]]], asked: list[str]) -> str:
    """Return the field to ask about."""
    ### BEGIN SOLUTION
    entropy = {"": 1e-9}
    for field in films[0]:
        mass = {}
        for film in films:
            for value in film[field]:
                mass[value] = mass.get(value, 0.0) + 1 / len(film[field])
        p = np.array(list(mass.values())) / len(films)
        if field not in asked:
            entropy[field] = -(p * np.log2(p)).sum()
    return max(entropy, key=entropy.get)
    ### END SOLUTION


# %%
lesson14b.best_question.hint(1)  # 2 and 3 tell more

# %% check="best_question" points=4
result = lesson14b.best_question.check(best_question)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (10 minutes).** Write the leak test. `sayings` are a seeker's, in order. Return the place (0, 1, ...) of the first that names the film: by its number in square brackets, or by its title as whole words, in any case. A title of four letters
# or fewer must be written as it is ("Up" stands in many texts). Return -1 if none does. Titles may hold signs, as *Airplane!* does.


# %% exercise="first_leak"
def first_leak(sayings: list[str], number: int, title: str) -> int:
    """Return the place of the first saying that gives the film away, or -1."""
    ### BEGIN SOLUTION
    import re

    flags = re.IGNORECASE if len(title) > 4 else re.NOFLAG
    named = re.compile(rf"\[{number}\]|(?<!\w){re.escape(title)}(?!\w)", flags)
    return next((place for place, text in enumerate(sayings) if named.search(text)), -1)
    ### END SOLUTION


# %%
lesson14b.first_leak.hint(1)  # 2 and 3 tell more

# %% check="first_leak" points=2
result = lesson14b.first_leak.check(first_leak)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (10 minutes).** KL and its floor. `real` and `simulated` are counts by bin, `draws` are counts that a perfect simulator would have made. Add `pseudo` to every bin before you make shares. Return two numbers:
# KL of real from simulated (natural logarithm), and the 95th percentile (`np.quantile`) of KL of real from each draw.


# %% exercise="kl_with_floor"
def kl_with_floor(
    real: list[int], simulated: list[int], draws: list[list[int]], pseudo: float
) -> list[float]:
    """Return [KL, floor], in nats."""

    ### BEGIN SOLUTION
    def shares(counts: list[int]) -> np.ndarray:
        return (np.array(counts) + pseudo) / (np.array(counts) + pseudo).sum()

    def kl(other: list[int]) -> float:
        return (shares(real) * np.log(shares(real) / shares(other))).sum()

    return [kl(simulated), np.quantile([kl(draw) for draw in draws], 0.95)]
    ### END SOLUTION


# %%
lesson14b.kl_with_floor.hint(1)  # 2 and 3 tell more

# %% check="kl_with_floor" points=2
result = lesson14b.kl_with_floor.check(kl_with_floor)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson14b.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **To read**: He and others, "Large Language Models as Zero-Shot Conversational Recommenders" (2023), for repeats and for what language models know of films; Zhu and others, "How Reliable is Your Simulator?" (2024), for leaks.
#
# **Next**: 14c (attack and defence), what happens when a text in the catalogue gives orders.
