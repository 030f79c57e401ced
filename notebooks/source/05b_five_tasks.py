# ---
# jupyter:
#   rectutor:
#     lesson: "05b"
#     title: Five tasks, one model
#     minutes: 60
#     budget_seconds: 90
#     budget_mb: 1800
# ---

# %% [markdown]
# # 05b · Can one model do five tasks, and tell them apart?
#
# Lesson 05 asked P5 one kind of question: *what comes next?* P5 (Geng et al., RecSys 2022) is meant to
# answer five kinds: it rates, continues a history, explains, sums up a review, and picks from a list.
# One set of weights does all that, and only the words of the question say which is wanted. You ask it all
# five, measure each beside counting, and then change the words.
#
# After this half lesson you can
#
# - say what each of the five families needs to be measured by, and what counting reaches there;
# - show that an explanation can share a third of its words with the truth and give hardly a right reason;
# - replace the words of a question by three learned vectors (POD), and say what that saves;
# - test the claim that tasks help each other.
#
# **Before**: lesson 05 (names, whole words). **Time**: 60 minutes of study, a minute to run. **Not
# reproduced**: the paper's size and its pretrained T5; its reviews by real people. Ours are written by a
# grammar from each person's hidden taste, so what a true reason is, is known.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor.analysis.family_answers import said_to, true_answers
from rectutor.course import ask, calibration, closed_book, lesson05b, need, reveal
from rectutor.prompts.p5 import FAMILIES, tasks
from rectutor.prompts.pod import bare_tasks, vectors_of, with_vectors
from rectutor.training.assets import split_of
from rectutor.training.family_cases import questions_of_test
from rectutor.training.shipped_families import families_p5

RETRAIN = False  # True trains the shipped P5 here instead of loading it, about twenty minutes
split, model = split_of("films"), families_p5(retrain=RETRAIN)
asked = questions_of_test("films", split, model)  # the held-out film of each person

# %% [markdown]
# ## 1. Five kinds of question, one kind of token
#
# The encoder reads names of films, two tokens for a person, and words; the decoder writes any of them.
# Films are named by succession, as in lesson 05. Numbers of whole words tell lists apart: films of the
# history count back from the newest, the film that is asked about has a number of its own, and so has
# each candidate. Two questions, cut to three films each, with the number of its word below each token:

# %% id="tokens"
one = asked.take(slice(7, 8))
short = one._replace(history=one.history[:, -3:], candidates=one.candidates[:, :3])
for family in ("sequential", "direct"):
    tokens, numbers = model.questions.source(tasks(family)[0], short)
    words = [model.vocabulary.said([token]) for token in tokens[0]]
    rows = pd.DataFrame([words, numbers[0]])
    print(rows.to_string(index=False, header=False), "\n")
print(f"{model.vocabulary.n_tokens:,} tokens, of which {len(model.vocabulary.words):,} are words")

# %% [markdown]
# One person, five questions. (The model is also given three learned vectors in front of each, which name the
# family and are not printed; section 5 is about them.)

# %% id="five"
from textwrap import fill

person, queries = asked.take(slice(7, 8)), split.test.queries.take(slice(7, 8))
true = true_answers(model, person)
for family in FAMILIES:
    wording = with_vectors(tasks(family)[0])
    question, said, right = said_to(model, [wording], person, queries)[0][0]
    question = question.removeprefix(vectors_of(family)).strip()
    print(fill(f"{family}: {question}", 100, subsequent_indent="   "))
    print(f"   says {said} ({'right' if right else 'wrong'}); true is {true[family][0]}")

# %% [markdown]
# (Titles stand for the names that the model reads, and long lists are cut to three. *Right* means: a rating
# within half a star, the next film among the first ten, the first reason true, otherwise the same answer.)
#
# One person is an anecdote. Over many, and beside counting?
#
# ## 2. What each task is measured by
#
# - **rating**: squared error of the mean of the stars that the model gives probability to; its root is
#   the RMSE. (Writing the likeliest stars would throw away what the model knows. RMSE is lowest at the
#   mean, MAE at the median: choose one before you look.)
# - **sequential**: HR@10, all films.
# - **explanation**: the share of its clauses (such as *likes heist*) that are among the person's true
#   reasons. Reasons that it leaves out cost nothing.
# - **review**: whether the summary (*good, heist*) is right as a whole.
# - **direct**: whether the held-out film comes first among 20, the others drawn at random.
#
# Counting has an answer to each of them, too. For ratings: the mean of all, plus what is usual for the
# film, plus what is usual for the person. For the others: what is commonest in the training part.

# %% id="means"
from rectutor.analysis.p5_families import clauses_right
from rectutor.metrics.rating import mae, rmse
from rectutor.models.popularity import Popularity


def usual(index: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Return the mean of the values at each index, drawn towards 0 by five imagined zeros."""
    return np.bincount(index, values, n) / (5 + np.bincount(index, minlength=n))


# %% id="counted"
need(globals(), "usual", cell="2. What each task is measured by")
train = split.train
overall = train.rating.mean()
of_film = usual(train.item_index, train.rating - overall, split.n_items + 1)
of_person = usual(train.user_index, train.rating - overall - of_film[train.item_index], 2400)
counted = overall + of_film[asked.item] + of_person[asked.user]
stars = asked.half_stars / 2
for name, guess in {"one number": np.full(2400, overall), "counting": counted}.items():
    print(f"{name:<11} RMSE {rmse(guess, stars):.3f}, MAE {mae(guess, stars):.3f}")

# %% id="commonest"
need(globals(), "train", cell="2. What each task is measured by")
from rectutor.training.family_cases import opinions_in_training

known = opinions_in_training("films", split, 4000).texts
clause = pd.Series(known["explanation"]).str.split(", ").explode().mode()[0]
summary = pd.Series(known["summary"]).mode()[0]
few = asked.take(slice(0, 600))
true = true_answers(model, few)
common = {"rating": ((counted - stars)[:600] ** 2).mean()}
common["explanation"] = np.mean([clauses_right(clause, text) for text in true["explanation"]])
common["review"] = np.mean([text == summary for text in true["review"]])
print(f"commonest clause {clause!r}, commonest summary {summary!r}")

# %% id="popular"
need(globals(), "common", cell="2. What each task is measured by")
from rectutor.evaluation import evaluate

popular = Popularity()
popular.count(train, split.n_items)
fewer = split._replace(test=split.test.take(slice(0, 600)))
first = popular.score(fewer.test.queries, few.candidates).argmax(axis=1)
common["direct"] = (few.candidates[np.arange(600), first] == few.item).mean()
common["sequential"] = evaluate(popular, fewer).mean("HR@10")
print("counting reaches:")
print(pd.Series(common)[list(FAMILIES)].round(2).to_string())

# %%
ask(
    "gain",
    "In which of the five is P5 furthest ahead, as a multiple of what counting reaches? (Of an error, the "
    "other way round.)",
    list(FAMILIES),
)

# %% id="exam"
from rectutor.analysis.p5_families import judge

need(globals(), "common", "fewer", cell="2. What each task is measured by")
wordings = {family: with_vectors(tasks(family)[0]) for family in FAMILIES}
reached = {f: float(judge(model, task, few, fewer).mean()) for f, task in wordings.items()}
result = pd.DataFrame({"P5": reached, "counting": common}).loc[list(FAMILIES)]
result["times"] = result["P5"] / result["counting"]
result.loc["rating", "times"] = 1 / result.loc["rating", "times"]
result["measure"] = ["squared error, less is better", "HR@10", "reasons right",
                     "summary right", "HR@1 of 20"]  # fmt: skip
print(result.round(2).to_string(formatters={"times": "{:.2g}".format}))
reveal("gain", str(result["times"].idxmax()))

# %% [markdown]
# What stands in the text that it reads, P5 has learned to use: a review holds its own summary, and a history
# says what comes next. Of the person and the film it has learned enough to be right about one clause in four,
# where the commonest clause is right about one in eleven. But its ratings are no better than one number for
# everybody, where two means take a quarter off the squared error; and of 20 films it picks the right one less
# often than popularity does. A possible cause, not tested here: for both it would have to learn each person and
# each film from few steps, where counting needs one pass.
#
# ## 3. A reason that sounds right
#
# The field judges explanations by the words they share with the true text. ROUGE-1 is twice the number of words in
# common, over the words of both texts; BLEU counts runs of words. Take an explanation that has nothing to do with the question: the one that
# *another person* gave of *another film*.

# %%
ask(
    "rouge",
    "The explanation of another person on another film. What is its ROUGE-1 with the true one, on average? "
    "(0 to 1)",
)

# %% id="rouge"
from rectutor.analysis.p5_families import words_shared

need(globals(), "few", cell="2. What each task is measured by")
truths = true_answers(model, few)["explanation"]
written = model.write(with_vectors(tasks("explanation")[0]), few)
others = truths[1:] + truths[:1]  # everybody gets the next person's

# %%
rows = {}
for name, texts in {"another person's": others, "P5": written}.items():
    pairs = list(zip(texts, truths, strict=True))
    rows[name] = [
        np.mean([measure(*pair) for pair in pairs]) for measure in (words_shared, clauses_right)
    ]
print(pd.DataFrame(rows, index=["ROUGE-1", "reasons right"]).T.round(2).to_string())
reveal("rouge", round(rows["another person's"][0], 2), within=0.1)

# %% [markdown]
# The frame (*likes ..., dislikes ...*) is shared by all explanations, and ROUGE pays for the frame. Somebody
# else's explanation already gets this much, so a ROUGE means something only above it. Where the true reasons are known, count
# reasons. Where they are not, compare with the explanations of other people, as here, before you believe in a
# ROUGE.
#
# ## 4. The same question in other words
#
# Each family has one wording that training never showed, and that wants the same kind of answer as the first.
# Some of its words are new to the model: they all become one token, *unknown*. In three families it also tells
# other things, such as a name in place of a title, so a loss there has two possible causes.

# %% id="wordings"
from rectutor.models.p5_words import words_of

for family in FAMILIES:
    (other,) = tasks(family, held_out=True)
    unknown = [word for word in words_of(other.source.text) if not model.vocabulary.knows(word)]
    print(f"{family:<12} {tasks(family)[0].source.text}")
    print(f"{'':<12} {other.source.text}")
    print(f"{'':<12} new words: {', '.join(unknown)}")

# %%
ask(
    "unseen",
    "Which family loses the largest share of what it had when it is asked in the unseen wording?",
    list(FAMILIES),
)

# %% id="view" tags=["nbval-ignore-output"]
from rectutor.widgets import FiveTasks

need(globals(), "asked", cell="05b · Can one model do five tasks, and tell them apart?")
shown = asked.take(slice(0, 24))
asks = split.test.queries.take(slice(0, 24))
answers = {}
for family in FAMILIES:
    (bare,) = (task for task in bare_tasks() if task.family == family)
    three = [*map(with_vectors, (tasks(family)[0], *tasks(family, held_out=True))), bare]
    answers[family] = said_to(model, three, shown, asks)

# %% tags=["nbval-ignore-output"]
kinds = ("known wording", "unseen wording", "vectors alone")
view = FiveTasks.of(kinds, answers, true_answers(model, shown), family="review")
view

# %% [markdown]
# (*Vectors alone* is explained in the next section.) Twenty-four people are examples. The record asked all 2,400
# people. It is about two models: the one above, which always has three vectors in front that name the family,
# and one that has the words alone.

# %% id="unseen"
from rectutor.analysis.p5_families import NAME
from rectutor.analysis.records import read_record

record = read_record(NAME)
print(record.said())

# %%
runs = record.table
both = runs[runs["model"].isin(["five families", "five families, vectors"])]
table = both.set_index(["model", "family", "wording"])["value"].unstack(sort=False)
marked = {"rating": "rating (less is better)"}  # a squared error
print(table[["seen", "unseen"]].rename(index=marked).round(3).to_string())
lost = (1 - table["unseen"] / table["seen"]).loc["five families"]
lost["rating"] *= -1
reveal("unseen", str(lost.idxmax()))

# %% [markdown]
# What comes next is answered as well in other words: a person and a history are hard to take for anything else. But a model that sums up nine reviews in ten answers *none* of them in the unseen wording:
# look at what it says there (in the view, family *review*). It names stars. A question that holds a title and a
# review looks most like one that training knows, *Which rating came with these words?*, and so that is the question
# it answers. The three vectors in front, which name the family, do not keep it from that, since the review family
# has both kinds of answers. The model has learned five sets of sentences, and what it does between them is chance.
#
# ## 5. What the words are for
#
# A wording says one thing: which task it is. Why should that take ten words? **POD** (Li, Zhang and Chen,
# CIKM 2023) puts a few learned vectors in front of every question of a family, trains on questions with and
# without words, and later leaves the words out. Here a vector is the token of a made-up word:

# %% id="bare"
for family, task in zip(FAMILIES, bare_tasks(), strict=True):
    print(f"{task.source.text}\n    instead of {tasks(family)[0].source.text}")

# %%
ask(
    "tokens",
    "Of all tokens of a question (the history and the candidates included), how many per cent does POD "
    "save here, on average over the five families?",
)

# %% id="tokens-saved"
need(globals(), "runs", cell="4. The same question in other words")
pod = runs[runs["model"] == "five families, vectors"]
one = runs[(runs["model"] == "five families") & (runs["wording"] == "seen")]
bare = pod[pod["wording"] == "bare"]
kinds = {"vectors and words": pod[pod["wording"] == "seen"], "vectors alone": bare}
both = pd.DataFrame({name: part.set_index("family")["value"] for name, part in kinds.items()})
asks = {"words": one, "vectors": bare}  # tokens of a question that has one or the other
read = pd.DataFrame({name: part.set_index("family")["tokens"] for name, part in asks.items()})
both[["tokens, words", "tokens, vectors"]] = read.round(1)
print(both.loc[list(FAMILIES)].rename(index=marked).round(3).to_string())
saved = 1 - (read["vectors"] / read["words"]).mean()
reveal("tokens", round(100 * saved), within=5, unit="%")

# %% [markdown]
# Without a word, four families are answered as well as with words: for them, the words carried nothing but the name of the
# task. Explanations get worse, and there the vectors are not alone to blame: the bare question names the film by its
# id, the first wording by its title, and what a title shares with others this model has learned to use. In tokens POD
# saves little here, since our wordings are short and histories and lists are long. Where a wording takes fifty words,
# as it does in prompts for large models, the same three vectors save more.
#
# And note the reviews: 0.88 with vectors in training, 0.64 without. Nothing about POD says that it should be so.
# Each model was trained once, and two trainings of one kind can lie that far apart (lesson 01): an interval over
# people knows nothing of it.
#
# ## 6. Do the tasks help each other?
#
# The survey says that one set of weights for five tasks "transfers knowledge between them". So train one P5
# for each family alone, with as many questions of that family and as many steps on them, and compare. (The people
# are the same in both. The record has no paired intervals, so those below are wider than they need be, and may
# miss a small gain. A gain above zero is for the better in every row, also in that of the error.)

# %%
ask(
    "transfer",
    "How many of the five families are better off (outside the noise of 2,400 people) with one model for all "
    "than with one for each?",
)

# %% id="transfer"
need(globals(), "runs", cell="4. The same question in other words")
seen = runs[runs["wording"] == "seen"]
alone = seen[seen["model"].str.endswith("alone")].set_index("family").loc[list(FAMILIES)]
shared = seen[seen["model"] == "five families"].set_index("family").loc[list(FAMILIES)]
sign = np.where(alone["measure"] == "squared error", -1, 1)  # of an error, less is better
half = np.hypot(*((part["high"] - part["low"]) / 2 for part in (alone, shared)))
gain = sign * (shared["value"] - alone["value"])
compared = alone[["measure"]].assign(alone=alone["value"], shared=shared["value"], gain=gain)
compared["low"], compared["high"] = gain - half, gain + half
print(compared.rename(index=marked).round(3).to_string())
reveal("transfer", int((compared["low"] > 0).sum()))

# %% id="transfer-chart" tags=["nbval-ignore-output"]
from rectutor import charts

need(globals(), "compared", cell="6. Do the tasks help each other?")
shown = compared.reset_index().rename(columns={"family": "pair", "gain": "value"})
charts.differences(
    shown[["pair", "value", "low", "high"]],
    title="gain, each in its own measure: one model for all, against one for each",
)

# %% [markdown]
# One family is better off shared, picking from a list; summaries are better alone; for the other three
# the intervals hold zero. Add what section 5 found, that a single training can move summaries by 0.24, and neither of
# the two differences can be put down to sharing. "Transfers knowledge" is not what we see, and one training each
# could not show a small gain. What can be said: one model does here about what five of its size do.
#
# And in the unseen wording?

# %% id="transfer-unseen"
need(globals(), "compared", cell="6. Do the tasks help each other?")
unseen = runs[runs["wording"] == "unseen"].set_index("family")
sides = {
    "alone": unseen["model"].str.endswith("alone"),
    "shared": unseen["model"] == "five families",
}
asked_anew = pd.DataFrame({name: unseen.loc[rows, "value"] for name, rows in sides.items()})
print("in the unseen wording:")
print(asked_anew.loc[list(FAMILIES)].rename(index=marked).round(3).to_string())

# %% [markdown]
# Here, too, each is ahead somewhere: alone, the review model falls to nothing, and the shared one
# keeps a quarter.
#
# ## 7. On real people
#
# `ml-latest-small` has ratings and no reviews, so two of the five families are impossible there. The other three
# could be run; this lesson does not. (Where the field trains explanations, it takes reviews of a shop and
# a parser that guesses what each sentence is about: the truth it is judged by is itself a guess.)
#
# ## What this miniature leaves out
#
# - **A pretrained T5.** To ours an unseen word is nothing; to one that has read the web it is a word.
# - **Reviews by people.** A grammar wrote these. Its reasons are true by construction, and its sentences few.
# - **Sub-words**, and the paper's 47 wordings: ours are 28 and five held out.
# - **Seeds.** Each P5 of the record was trained once; intervals are over people, not over trainings.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("05b")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** Five families, each with its own number of batches. Let them take turns, so that at
# any moment each has done about the same *share* of its batches: whoever has done the smallest share goes next,
# the first of them where several have.


# %% exercise="take_turns"
def take_turns(sizes: dict[str, int]) -> list[str]:
    """Return whose batch comes at each step; `sizes[family]` is how many batches it has."""
    ### BEGIN SOLUTION
    done = dict.fromkeys(sizes, 0)
    turns = []
    while len(turns) < sum(sizes.values()):
        left = [name for name in sizes if done[name] < sizes[name]]
        name = min(left, key=lambda one: done[one] / sizes[one])
        done[name] += 1
        turns.append(name)
    return turns
    ### END SOLUTION


# %%
lesson05b.take_turns.hint(1)  # 2 and 3 tell more

# %% check="take_turns" points=4
result = lesson05b.take_turns.check(take_turns)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** The mean of the stars. Some of the probability lies on words that are no stars.


# %% exercise="mean_stars"
def mean_stars(p: dict[float, float]) -> float:
    """Return the mean of the stars; `p[stars]` is the probability of writing that number."""
    ### BEGIN SOLUTION
    return sum(stars * weight for stars, weight in p.items()) / sum(p.values())
    ### END SOLUTION


# %%
lesson05b.mean_stars.hint(1)  # 2 and 3 tell more

# %% check="mean_stars" points=1
result = lesson05b.mean_stars.check(mean_stars)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** ROUGE-1 as section 3 uses it: twice the words in common, over the words of both
# texts. A word that stands twice in one text and once in the other is in common once.


# %% exercise="rouge_1"
def rouge_1(written: str, true: str) -> float:
    """Return ROUGE-1 of two texts, words divided by spaces."""
    ### BEGIN SOLUTION
    own, other = written.split(), true.split()
    shared = sum(min(own.count(word), other.count(word)) for word in {*own})
    return 2 * shared / (len(own) + len(other))
    ### END SOLUTION


# %%
lesson05b.rouge_1.hint(1)  # 2 and 3 tell more

# %% check="rouge_1" points=1
result = lesson05b.rouge_1.check(rouge_1)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson05b.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 06 asks how much of an answer is the prompt.
