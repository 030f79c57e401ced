# ---
# jupyter:
#   rectutor:
#     lesson: "05"
#     title: P5, or what an id string knows
#     minutes: 75
#     budget_seconds: 60
#     budget_mb: 1800
# ---

# %% [markdown]
# # 05 · What does an id string know, and what does it leak?
#
# P5 (Geng et al., RecSys 2022) turns recommendation into writing. A text model reads a sentence about
# a person, and writes the name of an item. But what *is* the name of an item? A number drawn by lot?
# The next free number? A path through a catalogue? The model has to spell it, token by token, and what
# two names have in common, the model takes for something that two items have in common.
#
# After this lesson you can
#
# - say what a T5 reads and writes, and why tokens of one item carry one number;
# - write items in six ways, and predict which of them a small model can learn from;
# - find a leak in how items are numbered.
#
# **Before**: lessons 00 (tokens, beam search), 01 (popularity), 02 (SASRec), 03 (leakage) and 04 (hidden kinds). **Time**: 75 minutes of
# study, half a minute to run. **Not reproduced**: the paper's T5 with 61 or 223 million weights; ours has
# about 130 thousand and starts from nothing. Lesson 05b asks all five families of tasks.

# %% id="settings"
import numpy as np
import pandas as pd
import torch

from rectutor import charts
from rectutor.course import ask, calibration, closed_book, lesson05, need, reveal
from rectutor.data import load, load_truth
from rectutor.training.assets import fit_or_load, split_of

RETRAIN = False  # True trains the shipped P5 here instead of loading it, about a quarter of an hour
films = load("films")
split = split_of("films")
by_id = dict(zip(films.items["item_id"], films.items["title"], strict=True))
titles = ["", *(by_id[item] for item in split.item_ids[1:])]

# %% [markdown]
# ## 1. Every task is a sentence
#
# Five families of questions, one model. Each has several wordings, and one that is never trained on.

# %% id="families"
from rectutor.prompts.p5 import FAMILIES, tasks

values = {"user": "user_7", "item": "item_31", "title": "Jaws", "stars": "4.5", "answer": "yes"}
values |= {"history": "item_4, item_17", "feature": "sharks", "review": "I did not go swimming."}
values |= {"explanation": "likes sharks", "summary": "frightening", "candidates": "item_2, item_31"}
for family in FAMILIES:
    pair = tasks(family)[0].fill(values)
    print(f"{family:<12} {pair.source}  ->  {pair.target}")

# %% [markdown]
# This lesson stays with the sequential family: a person, a history, *what comes next?*
#
# ## 2. What the model reads
#
# A **T5** has two halves. The *encoder* reads the question, every token looking at every other. The
# *decoder* writes the answer from left to right, looking at what the encoder made of the question. An
# item's name is more than one token. How should the model know where one item ends and the next begins?
# P5 adds a second vector to each token, its **whole-word embedding**: all tokens of one word share it.
#
# In what follows a person is two tokens with the number 11, one more than the ten films that we read. A film is
# three tokens, for example `A2 B6 4`; section 3 says where they come from. Words have the number 0.

# %% id="reads"
model = fit_or_load("p5-films", retrain=RETRAIN)
someone = split.test.queries.take(slice(7, 8))
tokens, numbers = model.sentences.write(someone.user_index, someone.history[:, -3:])
said = model.sentences.vocabulary.said
rows = [(said([token]), number) for token, number in zip(tokens[0], numbers[0], strict=True)]
print(pd.DataFrame(rows, columns=["token", "whole word"]).to_string(index=False))

# %% [markdown]
# Ours counts back: the newest item is number 1 in every history and every wording, so that "the newest"
# is one vector, which the decoder can learn to look for. (P5 counts from the front of the sentence.)

# %% id="size"
n = sum(parameter.numel() for parameter in model.parameters())
print(
    f"{n:,} weights, vocabulary {model.sentences.n_tokens}, {model.ids.codes.shape[1]} tokens a name"
)
print("the next item of this person:", titles[split.test.targets[7, 0]])
for item in model.recommend(someone, 3)[0]:
    print(f"  P5 says: {model.ids.text(item):<12} {titles[item]}")

# %% [markdown]
# ## 3. Six names for one film
#
# Where do the tokens of a name come from? Take a number and cut it into pieces, as a tokenizer of text
# would. Our own decoder's tokenizer learned from other numbers than these:

# %% id="pieces"
from rectutor.lm.loading import language_model

tokenizer = language_model().tokenizer
for text in ("item_7", "item_31", "item_731", "item_1034"):
    print(f"{text:<10} {tokenizer.tokenize(text)}")

# %% [markdown]
# Uneven pieces, and names of unlike length. So let us decide ourselves (Hua et al., 2023, compare such
# choices):
#
# - **one token**: each item has a token of its own;
# - **random**: a number drawn by lot, in pieces of two digits, `09 63`;
# - **sequential**: numbered in the order in which people chose them, person by person;
# - **content**: first genre, second genre, and a number among equals, `Comedy Drama 0`;
# - **collaborative**: films that the *same people* choose, in clusters, cut again, numbered, `A14 B0 3`;
# - **succession**: likewise, but close are films that come *after and before the same films*.

# %% id="schemes"
from rectutor.analysis.p5_indexing import same_among_prefix, schemes

every = schemes(split, films.items)
jaws = titles.index("Jaws")
for ids in every:
    print(f"{ids.name:<14} {ids.text(jaws):<16} {ids.n_tokens:>5,} tokens in all")

# %% [markdown]
# Films in this world have one of twenty *hidden kinds*, drawn by lot (lesson 04): no title and no genre tells
# it.

# %%
ask(
    "prefix",
    "Two films whose names begin with the same token: under which scheme are they most often of "
    "one hidden kind? (by luck 5 %)",
    [ids.name for ids in schemes(split, films.items)[1:]],
)

# %% id="names" tags=["nbval-ignore-output"]
from rectutor.widgets import ItemNames

need(globals(), "every", cell="3. Six names for one film")
kinds = load_truth("films")["hidden.kind"][1:].astype(int)  # [N]
known = np.bincount(split.train.item_index, minlength=split.n_items + 1)
best_known = np.argsort(-known[1:], kind="stable") + 1  # [N]
spelled = {
    ids.name: [tuple(ids.pieces[token] for token in ids.codes[item]) for item in best_known]
    for ids in every
}
view = ItemNames.of([titles[item] for item in best_known], spelled, kinds[best_known - 1])
view

# %% [markdown]
# One film is an example. Over all pairs of films (no two share both tokens of a name of two):

# %% id="prefix"
need(globals(), "kinds", cell="3. Six names for one film")
shares = pd.Series({ids.name: same_among_prefix(ids, kinds) for ids in every[1:]})
longer = {ids.name: same_among_prefix(ids, kinds, 2) for ids in every if ids.codes.shape[1] > 2}
table = pd.DataFrame({"first token": shares, "first two": pd.Series(longer)})
print("of all pairs that share the first token, or the first two, so many are of one kind:")
print(table.loc[shares.index].round(2).to_string(na_rep="-"))
reveal("prefix", str(shares.idxmax()))

# %% [markdown]
# And *Star Wars: Episode IV - A New Hope*, with which the view opens, after one token:

# %% id="names-twin" tags=["nbval-ignore-output"]
one_token = view.state.at(film=0, read=1)
charts.films_left(one_token.table(), split.n_items, one_token.sentence())

# %% [markdown]
# Numbers drawn by lot know nothing, as they should: the control. But neither do genres, nor clusters of
# films that the same people choose. Kinds follow each other: who has just seen a film of one kind chooses next
# from a certain other. So films of one kind *replace* each other: they come between the same films, and nothing
# brings them into one history more often than luck. A graph of company cannot see that; a graph of succession
# can.
#
# ## 4. Writing a name that exists
#
# The decoder gives a probability to every token at every step. Nothing keeps it from writing
# `A3 A3 A3`. How much of its probability lies on names that exist?

# %%
ask("exists", "Before any training: how much of its probability lies on names of films? (0 to 1)")

# %% id="exists"
from rectutor.models.p5 import P5, P5Config

need(globals(), "someone", cell="2. What the model reads")
some = split.test.queries.take(slice(0, 40))
untrained = P5(P5Config(split.n_users), model.ids, seed=1)
exact = {m: m.log_probabilities(some) for m in (untrained, model)}  # [40, N + 1]
exists = {m: float(np.exp(log_p[:, 1:]).sum(axis=1).mean()) for m, log_p in exact.items()}
reveal("exists", round(exists[untrained], 4), within=0.01)
print("after training more than nine tenths:", exists[model] > 0.9)

# %% [markdown]
# More than nine tenths lie on real names. The rest would be films that the shop does not have. So the beam follows the **tree of names**: it goes on only where some
# name goes on. That makes every answer valid. Does it make it right?

# %% id="valid"
from rectutor.evaluation import evaluate

need(globals(), "untrained", cell="4. Writing a name that exists")
few = split._replace(test=split.test.take(slice(0, 600)))
print("of ten names each, written by the untrained P5, are films:",
      (untrained.recommend(few.test.queries, 10) > 0).mean())  # fmt: skip
hits = {"untrained": evaluate(untrained, few).mean("HR@10")}
hits["trained"] = evaluate(model, few).mean("HR@10")
print(f"HR@10: untrained {hits['untrained']:.2f}, trained {hits['trained']:.2f}")

# %% [markdown]
# All valid, and no better than a lottery: 10 of 1,119 would be right by luck in one case of a hundred. A
# tree keeps a model from nonsense, not from error.
#
# A beam keeps the W best beginnings and forgets the others for good. With so few names we can ask for
# all of them and see what was lost:

# %%
ask(
    "beam",
    "A beam of 1 takes the likeliest token each time. For how many of 40 people does it write the most "
    "probable name?",
)

# %% id="beam"
need(globals(), "exact", cell="4. Writing a name that exists")
unseen = exact[model].copy()
np.put_along_axis(unseen, some.history, -np.inf, axis=1)
best = np.argsort(-unseen, axis=1)  # [40, N + 1], by the probability of the whole name
agreed = {}
for width in (1, 2, 5, 10, 20):
    items, _ = model.beam(some, width)
    pairs = zip(best[:, :width], items, strict=True)
    agreed[width] = np.mean([np.isin(b, i).mean() for b, i in pairs])
    print(f"beam of {width:>2}: {agreed[width]:.2f} of the {width} most probable names")
reveal("beam", round(40 * agreed[1]), within=5)

# %% [markdown]
# A narrow beam misses some of the best names: their first token was not among the likeliest, and what is
# dropped never comes back. With a width of 20, next to nothing is lost. Lesson 10 opens that box.
#
# ## 5. The exam
#
# Six P5s that differ in their names alone, and so in the number of token vectors and the length of an answer.
# Each read every event of the training part eight times. Table and charts show means of two seeds; `low` and
# `high` are the means of two 95 % intervals over people.

# %%
ask(
    "exam",
    "Popularity has HR@10 0.049. How many of the six kinds of names reach at least twice that?",
)

# %% id="exam"
from rectutor.analysis.p5_indexing import CURVES, NAME
from rectutor.analysis.records import read_record

record = read_record(NAME)
print(record.said())
runs = record.table
columns = ["tokens", "seconds", "value", "low", "high", "NDCG@10"]
means = runs.groupby("scheme", sort=False)[columns].mean().round(3)
table = means.astype({"tokens": int, "seconds": int}).rename(columns={"value": "HR@10"})
print(table.to_string())
reveal("exam", int((means["value"] > 2 * 0.049).sum()))

# %% id="exam-chart" tags=["nbval-ignore-output"]
need(globals(), "means", cell="5. The exam")
shown = means.assign(model="P5 (" + means.index + ")")
charts.leaderboard(shown[["model", "value", "low", "high"]])

# %% id="curves" tags=["nbval-ignore-output"]
need(globals(), "P5", cell="4. Writing a name that exists")
need(globals(), "read_record", cell="5. The exam")
seeds = read_record(CURVES).table.groupby(["scheme", "epoch"], sort=False)["validation"]
curves = seeds.mean().rename("value").reset_index()
curves["model"] = "P5 (" + curves["scheme"] + ")"
curves["steps"] = curves["epoch"] * -(-len(split.train.item_index) // P5.batch_size)
charts.against_steps(curves[["model", "steps", "value"]], "validation NDCG@10")

# %% [markdown]
# Three stories, from the table (HR@10; popularity 0.049) and the curve (NDCG@10 on validation; popularity
# about 0.02).
#
# - **One token** shares nothing, so nothing is wrong with it. It stays near popularity for an
#   epoch, then it climbs, and it is near its highest when the time is up.
# - **Succession** is after one epoch where one token is after five or six: what it learns about a
#   token, it has learned for all films that share it. After that it gains little.
# - **All others** stay close to popularity for eight epochs. Sharing what does not decide the next film did
#   worse here than sharing nothing: what the model learns about `09` from one film, it has to unlearn for
#   another. We have not measured whether more epochs would free them.
#
# So "sharing helps" is no law, and "collaborative" is no magic word. Names help as far as what they share
# decides what comes next. And mind the size of it: SASRec (lesson 02) has 0.32 after a minute or so. It
# learns from every position of a history at once, and it reads 50 films where P5 reads ten.
#
# ## 6. Is 31 more than 30?
#
# Names of digits look like quantities. Is the number of a token ever used? Nothing is trained here: give every
# token of the names another number, by lot, and move its vector along. If the number meant anything to the
# model, lists would change.

# %%
ask(
    "quantity",
    "After all tokens are exchanged, and their vectors with them, how many of 40 people get another "
    "list? (0 to 40)",
)

# %% id="quantity"
from rectutor.models.item_ids import ItemIds

need(globals(), "some", cell="4. Writing a name that exists")
rng = np.random.default_rng(0)
new = np.concatenate([[0], 1 + rng.permutation(model.ids.n_tokens)])  # token -> token
names = ItemIds("exchanged", new[model.ids.codes], model.ids.pieces)
twin = P5(model.config, names)
twin.load_state_dict(model.state_dict())
with torch.no_grad():
    vectors = model.t5.shared.weight
    twin.t5.shared.weight[torch.from_numpy(new)] = vectors[: len(new)]
other = (twin.recommend(some, 10) != model.recommend(some, 10)).any(axis=1)
reveal("quantity", int(other.sum()))

# %% [markdown]
# None, or one where two films are equally probable. A token is a row of a table, and its
# number is never used. Whether training puts the vectors of `31` and `32` close together is another question;
# in section 5, sequential numbers did no better than random ones. What counts is *which items share a token*.
#
# ## 7. The number that tells the answer
#
# Sequential numbers are given in the order in which people choose. Suppose somebody numbers the items
# once, for the whole data set, before the newest events are held out. It is the natural thing to do: the
# released code of P5 numbered its data in order, and the authors of TIGER found out (Rajput et al., 2023,
# table 9). What does it tell?
#
# Here is a recommender that learns nothing at all. It takes the number of your newest item, and
# recommends the items with the next ten numbers.

# %% id="next-number"
from rectutor.analysis.p5_leak import first_seen_last, groups_of
from rectutor.models.item_ids import sequential_ids
from rectutor.models.next_number import NextNumber


def both(group) -> list[float]:
    """Return HR@10 of the next numbers: training part numbered, everything numbered."""
    events = (group.split.train, group.everything)
    readers = [NextNumber(sequential_ids(e, group.split.n_items)) for e in events]
    return [evaluate(reader, group.split).mean("HR@10") for reader in readers]


# %%
ask(
    "leak",
    "120 people and their own catalogue of 352 films. HR@10 of the next ten numbers is 0.05 when only "
    "the training part was numbered. And when the held-out events were numbered too?",
)

# %% id="leak"
need(globals(), "both", cell="7. The number that tells the answer")
group = next(groups_of(films.interactions, n_people=120))
clean, leaked = both(group)
print(f"training part: {clean:.3f}")
reveal("leak", round(leaked, 3), within=0.03)

# %% [markdown]
# It learned nothing, so it cannot have understood anything. The answer is in the numbers: where your
# held-out film is one that nobody *above you in the table* had chosen, it got the number right after your last
# new one.
# How often is that so?

# %% id="leak-size"
need(globals(), "both", cell="7. The number that tells the answer")
rows = []
for n_people in (120, 240, 480, 2400):
    group = next(groups_of(films.interactions, n_people))
    fresh = first_seen_last(group).mean()
    rows.append((n_people, group.split.n_items, fresh, *both(group)))
columns = ["people", "films", "held out, first in the table", "clean HR@10", "leaked HR@10"]
whole = dict.fromkeys(["people", "films"], "{:,}".format)
print(pd.DataFrame(rows, columns=columns).round(3).to_string(index=False, formatters=whole))

# %% [markdown]
# With 2,400 people and 1,119 films hardly any held-out film appears there for the first time, and the leak adds
# next to nothing. With 120 people six hits become sixteen. Shops have many items and short histories:
# the leak grows where the catalogue is large against what people did.
#
# Does a P5 find it? It would have to learn counting: `04 31` after `04 30`. Five groups of 240 people, two
# P5s for each:

# %% id="leak-p5"
from rectutor.analysis.p5_leak import NAME as LEAK
from rectutor.analysis.records import read_record

record = read_record(LEAK)
print(record.said())
table = record.table.rename(columns={"value": "HR@10"})
print(table.round(3).to_string(index=False, formatters={"people": "{:,}".format}))

# %% [markdown]
# Ours shows no gain: the interval of the difference holds zero. But it is hardly above popularity, which has
# 0.051 in these groups, so it has learned little of any kind, and this does not show that a better P5 would miss
# the leak. The answer lay open all the same, for whoever can count.
#
# ## 8. On real people
#
# The reader of numbers, on MovieLens ml-latest-small, if its folder is there (lesson 01 says how to get
# it). 610 people chose among 3,650 films.

# %% tags=["nbval-ignore-output"]
import os

if os.environ.get("RECTUTOR_REAL_DATA"):
    real = load("ml-latest-small", folder=os.environ["RECTUTOR_REAL_DATA"] + "/ml-latest-small")
    group = next(groups_of(real.interactions, n_people=610))
    clean, leaked = both(group)
    print(f"next ten numbers: HR@10 {clean:.3f}, everything numbered {leaked:.3f}")
    print(f"held out, first in the table: {first_seen_last(group).mean():.1%}")
else:
    print("Set RECTUTOR_REAL_DATA to the folder that holds ml-latest-small/ to measure it here.")

# %% [markdown]
# On 23 November 2026 a popularity list had 0.039 there (lesson 01). The next ten numbers have 0.026, and
# 0.049 once everything is numbered: a table with that row in it would print a method above
# popularity, by six people of 610.
#
# ## What this miniature leaves out
#
# - **Four of the five families**, multi-task training and prompt distillation: lesson 05b.
# - **A pretrained T5.** P5 starts from one that has read the web; ours has read nothing, so its words are
#   tokens without a past. Names made of words would profit from a model that knows words.
# - **Sub-words.** The paper's names are split by a tokenizer of text. Ours are split as the schemes say.
# - **Long histories.** The newest ten items are read.
# - **Cold items.** Content names could name a film that nobody has chosen; lesson 10 tries that.
#
# ## Claims
#
# Before you read what the survey says about P5: several of its numbers are the paper's in another column or
# of another data set. A ratio can make you look twice. NDCG@k divides each hit by log2(1 + rank), so NDCG@10
# lies between 0.289 and 1 times HR@10, and 0.8 would need most hits on the first two ranks:

# %% id="ratio"
survey = {
    "P5": (0.0312, 0.0387),
    "SASRec": (0.0249, 0.0387),
}  # NDCG@10, HR@10 on Beauty, as printed
for name, (ndcg, hr) in survey.items():
    print(f"{name}: {ndcg / hr:.2f} as printed")
need(globals(), "runs", cell="5. The exam")
ratios = runs["NDCG@10"] / runs["value"]
print(f"our P5s: {ratios.min():.2f} to {ratios.max():.2f}")

# %% [markdown]
# It proves nothing, and it misses things: SASRec's 0.64 looks harmless, and that row is @5 too. Only the
# paper settles it.

# %% id="claims"
from rectutor.course import show_claims

show_claims("05")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** A beam that writes only names that exist, in plain dicts.


# %% exercise="beam_names"
def beam_names(
    names: dict[str, tuple[str, ...]],
    log_p: dict[tuple[str, ...], dict[str, float]],
    n_beams: int,
) -> list[str]:
    """Return the items that a beam of `n_beams` writes, best first.

    `names[item]` are its tokens, as many for each item. `log_p[beginning][token]` is the
    log-probability of a token after a beginning; `()` is the empty one. Tokens with which no name
    goes on are in there too.
    """
    ### BEGIN SOLUTION
    beams: list[tuple[tuple[str, ...], float]] = [((), 0.0)]
    for length in range(1, 1 + len(next(iter(names.values())))):
        begun = {name[:length] for name in names.values()}
        longer = [
            ((*beam, token), score + value)
            for beam, score in beams
            for token, value in log_p[beam].items()
            if (*beam, token) in begun
        ]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    items = {name: item for item, name in names.items()}
    return [items[beam] for beam, _ in beams]
    ### END SOLUTION


# %%
lesson05.beam_names.hint(1)  # 2 and 3 tell more

# %% check="beam_names" points=4
result = lesson05.beam_names.check(beam_names)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** Numbers for whole-word embeddings: every token of the newest item gets 1, every
# token of the one before gets 2, and so on.


# %% exercise="word_numbers"
def word_numbers(n_tokens: list[int]) -> list[int]:
    """Return a number for each token; `n_tokens[i]` is how many item i has, oldest first."""
    ### BEGIN SOLUTION
    n = len(n_tokens)
    return [n - i for i, many in enumerate(n_tokens) for _ in range(many)]
    ### END SOLUTION


# %%
lesson05.word_numbers.hint(1)  # 2 and 3 tell more

# %% check="word_numbers" points=1
result = lesson05.word_numbers.check(word_numbers)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Sequential numbers: from 0, in the order in which items first appear.


# %% exercise="number_items"
def number_items(histories: list[list[str]]) -> dict[str, int]:
    """Return the number of each item; `histories` are those of one person after the other."""
    ### BEGIN SOLUTION
    numbers: dict[str, int] = {}
    for history in histories:
        for item in history:
            numbers.setdefault(item, len(numbers))
    return numbers
    ### END SOLUTION


# %%
lesson05.number_items.hint(1)  # 2 and 3 tell more

# %% check="number_items" points=1
result = lesson05.number_items.check(number_items)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson05.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: 05b (optional) asks all five families; lesson 06 asks how much of an answer is the prompt.
