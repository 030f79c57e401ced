# ---
# jupyter:
#   rectutor:
#     lesson: "02b"
#     title: "Architecture or loss? The loss"
#     minutes: 60
#     budget_seconds: 50
#     budget_mb: 1200
# ---

# %% [markdown]
# # 02b · Architecture or loss? The loss
#
# Lesson 02 built an architecture. A model is an architecture **and** a loss, and papers that
# compare architectures often change both. Here you change one at a time: two architectures
# (SASRec's attention, GRU4Rec's recurrent network), three kinds of loss, one to all negatives, and
# BERT4Rec with as many training steps as SASRec and with thirty times as many.
#
# After this half lesson you can
#
# 1. write down binary cross-entropy, sampled softmax and full cross-entropy for one position, and
#    say which rivals each of them pushes down;
# 2. tell a gain by architecture from a gain by loss, with paired intervals;
# 3. ask the four questions that a number called "SASRec" in a table must answer.
#
# | | |
# |---|---|
# | Before this | 02 (SASRec by hand), 01 (paired bootstrap) |
# | Takes | 60 minutes of study, about 40 seconds of computing, 1 GB of memory |
# | Papers | Klenitskiy and Vasilev, *Turning Dross Into Gold Loss* (RecSys 2023); Petrov and Macdonald, *A Systematic Review and Replicability Study of BERT4Rec* (RecSys 2022) |
# | Not reproduced | their data sets and sizes; the sweeps here use 600 of the 2,400 simulated people, so that they fit into a quarter of an hour |

# %% id="start"
import numpy as np
import pandas as pd
import torch
from torch.nn import functional as F

from rectutor import charts
from rectutor.analysis.loss_sweep import NAME, PEOPLE, Point, smaller_films, train_point
from rectutor.analysis.records import read_record
from rectutor.course import ask, expect, lesson02b, need, reveal
from rectutor.evaluation import evaluate
from rectutor.metrics.bootstrap import mean_interval, paired_difference
from rectutor.training.assets import fit_or_load, split_of

RETRAIN = False  # True: train the shipped models again, here and now (minutes)

# %% [markdown]
# ## 1. One position, three questions
#
# A person has seen some films; the next one is known. The model has a score for every film. What
# should the loss ask?
#
# - **Binary cross-entropy** (BCE, the SASRec paper): *"Is it this film?"* should be yes for the
#   right film, and no for one film drawn at random (or for n of them).
# - **Sampled softmax**: *"Which of these n + 1 films is it?"* The n are drawn at random; each stands
#   for N / n films, so log(N / n) is added to its score.
# - **Full cross-entropy** (CE): *"Which of all N films is it?"*
#
# In words, for scores s: BCE adds up log(1 + e^-s) of the right film and log(1 + e^s) of each drawn
# one; a softmax loss is the log of the sum of all e^s, minus the right film's s.

# %% id="three-losses"
right, drawn, N = torch.tensor(2.0), torch.tensor([1.0, -1.0, 0.5]), 1000
bce = F.softplus(-right) + F.softplus(drawn).sum()
corrected = torch.cat([right[None], drawn + np.log(N / len(drawn))])
sampled = corrected.logsumexp(dim=0) - right
print(f"BCE with 3 negatives {bce:.3f}; sampled softmax with 3 of {N} {sampled:.3f}")

# %% [markdown]
# The difference lies in *who gets pushed*. The gradient of the full softmax pushes each wrong film
# down in proportion to the probability that the model gives it: the push goes to those that are in
# the way. A film drawn at random is nearly always one that nobody would have recommended.

# %% id="push"
split, model = split_of("films"), fit_or_load("sasrec-films", retrain=RETRAIN)
some = split.test.take(slice(0, split.n_users, 4))
scores = torch.from_numpy(model.score(some.queries)).double()
push = scores.softmax(dim=1)  # [B, N + 1], what each wrong film receives
push[torch.arange(len(push)), torch.from_numpy(some.targets[:, 0])] = 0
strongest = push.sort(dim=1, descending=True).values[:, :50].sum(dim=1) / push.sum(dim=1)
expect("share of the push on the 50 strongest rivals", strongest.mean().item())
print(f"chance that one drawn film is among them: {50 / split.n_items:.3f}")

# %% [markdown]
# So one negative learns slowly, and more negatives should help. How many? And is that gain larger
# or smaller than the gain from a better architecture? Commit yourself.

# %%
ask(
    "bigger",
    "What moves NDCG@10 more here: GRU4Rec in place of SASRec, both with full cross-entropy, or full "
    "cross-entropy in place of BCE with one negative, both SASRec?",
    ["The architecture", "The loss", "About the same"],
)

# %%
ask(
    "enough",
    "Sampled softmax in SASRec: with how many negatives is it no worse than full cross-entropy?",
    ["1", "4", "16", "64", "256", "none of these"],
)

# %%
ask(
    "bert",
    "BERT4Rec trained for as many steps as SASRec, on the same people: its NDCG@10 is ...",
    ["ahead of SASRec", "within noise of SASRec", "behind SASRec"],
)

# %% [markdown]
# ## 2. The sweep
# Two architectures, all losses, three seeds each, one stopping rule for all: 40 epochs at most,
# stopped when validation has not improved for eight. It takes a quarter of an hour, so it is
# recorded: one table of runs, and one with every person's NDCG@10, so that models can be paired.

# %% id="sweep"
runs, people = read_record(NAME), read_record(PEOPLE).table
print(runs.said())
print(f"{len(runs.table)} trainings, {len(people)} people, {runs.table['n_items'][0]} films")
n_all = int(runs.table["n_items"][0]) - 1  # with full cross-entropy every other film is a rival
rows = []
for label in people.columns:
    architecture, loss, count = label.split()
    n = n_all if count == "all" else int(count)
    rows.append((architecture, loss, n, *mean_interval(people[label].to_numpy(), seed=0)))
sweep = pd.DataFrame(rows, columns=["architecture", "loss", "n_negatives", "value", "low", "high"])
softmaxes = sweep[sweep["loss"] != "bce"]

# %% tags=["nbval-ignore-output"] id="loss-explorer"
from rectutor.widgets import LossExplorer

view = LossExplorer(softmaxes.drop(columns="loss"), metric="NDCG@10", n_items=n_all + 1)
view

# %%
print(view)

# %%
view.twin().table

# %% [markdown]
# Intervals that overlap do not say that two models are equal: they are not paired. The same people
# stand behind all points, so take differences person by person.


# %% id="paired"
def gap(a, b):
    """Pair two settings person by person: a minus b."""
    return paired_difference(people[a].to_numpy(), people[b].to_numpy(), seed=0)


CE, GRU = "SASRec cross_entropy all", "GRU4Rec cross_entropy all"
pairs = {
    "GRU4Rec - SASRec (CE)": (GRU, CE),
    "CE - BCE 1 (SASRec)": (CE, "SASRec bce 1"),
    "CE - BCE 1 (GRU4Rec)": (GRU, "GRU4Rec bce 1"),
    "GRU4Rec CE - SASRec BCE 1": (GRU, "SASRec bce 1"),
}
table = pd.DataFrame([[k, *gap(*pair)[:3]] for k, pair in pairs.items()])
table.columns = ["pair", "value", "low", "high"]
charts.differences(table, metric="NDCG@10")

# %%
architecture, loss = (gap(*pair) for pair in list(pairs.values())[:2])
overlap = loss.low <= architecture.high and architecture.low <= loss.high
larger = "The loss" if loss.mean > architecture.mean else "The architecture"
reveal("bigger", "About the same" if overlap else larger)

# %% id="enough"
print("sampled softmax in SASRec, minus full cross-entropy:")
enough = "none of these"
for n in (256, 64, 16, 4, 1):
    change = gap(f"SASRec sampled_softmax {n}", CE)
    enough = str(n) if change.high >= 0 else enough
    verdict = "better" if change.low > 0 else "worse" if change.high < 0 else "within noise"
    print(f"{n:>4} negatives: {change.mean:+.3f}, {verdict}")
reveal("enough", enough)

# %% [markdown]
# **What we saw.** Both matter, the loss more. And the plain recurrent network of 2016, given the full
# cross-entropy, is far ahead of the famous architecture with its published loss: whoever compares
# "GRU4Rec" with "SASRec" and changes the loss on the way measures the loss. A handful of negatives in
# a softmax is enough. More than that cannot be told from all of them, or is even a little better:
# with 600 people, other rivals in every step seem to work against learning by heart. (A guess. How
# would you test it?)
#
# ## 3. More is not always better: BCE with many negatives
# The same grid for BCE.

# %% id="bce"
bce = sweep[(sweep["loss"] == "bce") & (sweep["architecture"] == "SASRec")]
for row in bce.to_dict("records"):
    interval = f"[{row['low']:.3f}, {row['high']:.3f}]"
    print(f"BCE, {row['n_negatives']:>3} negatives: {row['value']:.3f} {interval}")
print("BCE gains from 1 to 16 negatives:", gap("SASRec bce 16", "SASRec bce 1").low > 0)
print("and loses it all with 64:", gap("SASRec bce 1", "SASRec bce 64").low > 0)

# %% [markdown]
# What has happened with 64? Each right film stands against 64 answers of "no". The cheapest way to
# be right 64 times is a score far below zero for *every* film and *everybody*. See whether the
# model took that way: train it for four epochs, and ask how alike the hidden states of different
# people are (mean cosine; 1 means that all point the same way, and that everybody gets one list).

# %% id="hole"
from rectutor.analysis.loss_sweep import build, sameness
from rectutor.training import fit

small, crowd = smaller_films(), split.test.queries.take(slice(0, 300))
stuck = build(Point("SASRec", "bce", 64), small.n_items, seed=0)
fit(stuck, small, epochs=4, progress=False)
print("BCE with 64 negatives, all states alike:", sameness(stuck, crowd) > 0.99)
print("shipped SASRec, states differ:", sameness(model, crowd) < 0.9)
print("every score of every film is below 0:", stuck.score(crowd)[:, 1:].max() < 0)

# %% [markdown]
# One direction for everybody: the model has become a popularity list. With 1 to 16 negatives it
# climbs out of this hole after ten epochs or so; with 64 it is still in it after forty. A softmax does
# not fall in as deep: it sees only *differences* between scores, so "all low" earns it nothing.
# Remember this when you read "we tried more negatives and it got worse": that may be a statement about
# BCE. (Petrov and Macdonald's gSASRec, RecSys 2023, mends it in another way.)
#
# ### Who stopped the training?
# The same hole has a second lesson. Look at the three seeds of SASRec with one negative.

# %% id="patience"
one = runs.table.query("architecture == 'SASRec' and loss == 'bce' and n_negatives == 1")
print(
    one[["seed", "NDCG@10", "best_epoch", "epochs", "stopped_by"]].round(3).to_string(index=False)
)

# %% [markdown]
# One seed was still in the hole when validation had not improved for eight epochs, and the rule
# stopped it. Same architecture, same loss, other seed: a third of the quality. The *stopping rule* is
# the third thing, beside architecture and loss, that a comparison must hold equal, and must not choose
# so that it favours the quick learner. With more patience and all 2,400 people the same loss comes
# close to full cross-entropy, as you will see in section 7. It takes longer.
#
# ## 4. What does it cost?
# Processor seconds of a whole training, mean of three seeds, on one thread of a busy machine: look at
# the ratios.

# %% id="seconds"
cost = runs.table.groupby(["architecture", "loss", "n_negatives"], sort=False)
cost = cost[["NDCG@10", "best_epoch", "seconds"]].mean().round({"NDCG@10": 3}).reset_index()
cost.loc[cost["loss"] == "cross_entropy", "n_negatives"] = n_all
cost = cost.round({"best_epoch": 0, "seconds": 0}).astype({"best_epoch": int, "seconds": int})
print(cost.sort_values("NDCG@10", ascending=False).to_string(index=False))

# %% [markdown]
# At this size full cross-entropy is among the cheapest for what it brings: a matrix product with a
# thousand films costs less than drawing negatives. With a million items that turns round, and sampled
# softmax is what one uses. (From 140 negatives on, our sampled losses are computed from all scores at
# once, which is quicker than fetching a vector for each negative, and gives the same value.)
#
# ## 5. Is that so? Train two points yourself
# A recorded number is a promise. Here are two points of the sweep, trained now, with the same
# people and ten epochs each.

# %% id="live"
need(globals(), "small", cell="3. More is not always better")
hits, seconds = {}, {}
for point in (Point("SASRec", "cross_entropy", 1), Point("SASRec", "bce", 1)):
    report, test = train_point(point, small, seed=0, epochs=10)
    hits[point.loss], seconds[point.loss] = test.per_user("NDCG@10"), report.seconds
live = paired_difference(hits["cross_entropy"], hits["bce"], seed=0)
print("full cross-entropy is ahead after ten epochs:", live.low > 0)
expect("NDCG@10 of SASRec (CE), 600 people, ten epochs", hits["cross_entropy"].mean())
expect("NDCG@10 of SASRec (BCE), 600 people, ten epochs", hits["bce"].mean())

# %% tags=["nbval-ignore-output"]
for loss, spent in seconds.items():
    print(f"{loss}: {spent:.0f} processor seconds")

# %% [markdown]
# ## 6. How long must BERT4Rec train?
# BERT4Rec hides some films of a history and fills them in, looking both ways. It uses full
# cross-entropy, and it learns from the films that it hid (two in five here) where SASRec learns from
# every one. So "the same number of steps" is not the same amount of teaching. Petrov and Macdonald
# report that up to thirty times the default training was needed to reach the published results.

# %% id="bert4rec"
from rectutor.analysis.bert4rec_steps import NAME as STEPS
from rectutor.analysis.bert4rec_steps import PEOPLE as STEPS_PEOPLE

walk, walkers = read_record(STEPS), read_record(STEPS_PEOPLE).table
print(walk.said())
marks = walk.table.groupby(["model", "times", "steps"], sort=False)
marks = marks[["HR@10", "NDCG@10", "seconds"]].mean().reset_index()
print(marks.round({"HR@10": 3, "NDCG@10": 3, "seconds": 0}).to_string(index=False))

# %%
labels = marks["model"] + " " + marks["times"].astype(str) + "x"
spread = [mean_interval(walkers[label].to_numpy(), seed=0) for label in labels]
curve = marks[["model", "steps"]].assign(
    value=[i.mean for i in spread], low=[i.low for i in spread], high=[i.high for i in spread]
)
charts.against_steps(curve, metric="NDCG@10")

# %% id="bert4rec-paired"
best = f"SASRec {marks.loc[marks['model'] == 'SASRec', 'times'].max()}x"
said = {}
for a, b in (("BERT4Rec 1x", "SASRec 1x"), ("BERT4Rec 30x", "BERT4Rec 1x"), ("BERT4Rec 30x", best)):
    difference = paired_difference(walkers[a].to_numpy(), walkers[b].to_numpy(), seed=0)
    ahead, behind = difference.low > 0, difference.high < 0
    said[a, b] = "ahead of" if ahead else "behind" if behind else "within noise of"
    print(
        f"{a} is {said[a, b]} {b}: {difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
    )
reveal("bert", f"{said['BERT4Rec 1x', 'SASRec 1x']} SASRec")

# %% [markdown]
# **What we saw.** After as many steps as SASRec, BERT4Rec is hardly better than a popularity list.
# Five times as many steps nearly double it. Then it has learned these 600 histories by heart:
# validation does not improve again, the best weights stay those of some forty epochs, and the rest
# brings nothing. "It must train longer" is right as far as the data reach. Petrov and Macdonald,
# with more people, report that it does reach the state of the art; this miniature cannot say so,
# and it does not contradict it. What it does say: a BERT4Rec in a table means nothing without its
# training length, and nor does a comparison "at the same number of steps".
#
# ## 7. What does the word "SASRec" in a table mean?
# Take four shipped models, trained on all 2,400 people until validation stopped them: SASRec under
# two losses, GRU4Rec and BERT4Rec. One data set, one protocol. And for one of them read two columns.

# %% id="baselines"
need(globals(), "split", cell="1. One position, three questions")
names = {"SASRec": "sasrec-films", "SASRec (BCE)": "sasrec-bce-films"}
names |= {"GRU4Rec": "gru4rec-films", "BERT4Rec": "bert4rec-films"}
shipped = {name: evaluate(fit_or_load(asset, RETRAIN), split) for name, asset in names.items()}
for name, test in shipped.items():
    expect(f"HR@10 of the shipped {name} on films", test.mean("HR@10"))
expect("HR@5 of the shipped SASRec on films", shipped["SASRec"].mean("HR@5"))

# %%
hits = {name: test.per_user("HR@10") for name, test in shipped.items()}
hits["SASRec, @5 read as @10"] = shipped["SASRec"].per_user("HR@5")
rows = [[name, *mean_interval(values, seed=0)] for name, values in hits.items()]
charts.leaderboard(pd.DataFrame(rows, columns=["model", "value", "low", "high"]), metric="HR@10")

# %% id="misread"
for name in ("SASRec (BCE)", "GRU4Rec", "BERT4Rec", "SASRec, @5 read as @10"):
    change = paired_difference(hits[name], hits["SASRec"], seed=0)
    share = 100 * change.mean / hits["SASRec"].mean()
    print(
        f"{name:24} {share:+4.0f} % against SASRec, {'differs' if change.is_real else 'within noise'}"
    )

# %% [markdown]
# **What we saw.** With everybody's histories, and patience, SASRec's two losses and GRU4Rec are within
# noise of each other. The gulf of section 2 was a matter of *how soon* as much as of *how good*: look
# at what each training took.

# %% id="took"
import json

from rectutor.training.assets import ASSETS

for name, asset in names.items():
    card = json.loads((ASSETS / asset / "config.json").read_text(encoding="utf-8"))
    print(f"{name:13} {card['epochs']:>3} epochs, {card['cpu_seconds']:>3} processor seconds")

# %% [markdown]
# A column that is misread costs far more than either of those choices. So a new method that "improves on
# SASRec by 20 %" may have improved on nothing but a column, a loss, or a training that was stopped
# too soon. Ask four questions of every number with that name:
#
# 1. **Which loss**, with how many negatives, and who stopped the training, when?
# 2. **Which cut-off**: @5 or @10?
# 3. **Ranked against what**: the whole catalogue, or 100 sampled items (lesson 03)?
# 4. **Whose run**: trained by the authors of the table, or copied from another table?
#
# ### The same in the wild
# Be warned: in the survey that this course walks through, one model on one data set carries three
# different numbers. For SASRec on Amazon Beauty the paper that they are taken from prints Recall@10
# 0.0605 and NDCG@10 0.0318, and Recall@5 0.0387 and NDCG@5 0.0249. Now look at what is printed
# elsewhere under the same name (the column "paper" is right).

# %% id="survey"
from rectutor.course import claims_of

ledger = claims_of("02")
wild = ledger[ledger["claim"].isin(["C066", "C067", "C068", "C071", "C072"])]
pd.set_option("display.max_colwidth", None)
wild[["claim", "paper", "the survey says"]]

# %% [markdown]
# 0.2147, 0.0387 and 0.0306, all "SASRec on Beauty": the first fits neither cut-off, the second is
# the @5 column, the third belongs to another data set. A reader who sees only one of these tables
# concludes that the next method doubled, or halved, the state of the art.
#
# ## 8. What this miniature leaves out
# - **Size**: 600 people to learn from in the sweeps, 1,119 films. With everybody's histories the gaps
#   shrink (section 7); with a hundred times the catalogue one negative is a hundred times rarer a rival.
# - **Tuning**: one learning rate and one stopping rule for all. A loss that is tuned by itself does
#   better; that is the point of "alike for all", and its price.
# - **Other draws of negatives**: by popularity, within the batch, hard ones on purpose.
# - **BERT4Rec's own recipe**: its paper mixes in rows that hide the last film, in a share that it does
#   not state; ours is chosen on validation.
#
# ## 9. Exercises
#
# ### Flagship (25 minutes): the two sampled losses
# Write BCE (summed over the target and its negatives) and sampled softmax (each negative stands for
# `n_items / len(negatives)` films) for one position, so that they survive scores like 900 and -900.


# %% exercise="loss_of_one_target"
def loss_of_one_target(target: float, negatives: list[float], n_items: int, loss: str) -> float:
    """Return the "bce" or "sampled_softmax" loss of a target's score and drawn negatives' scores."""
    ### BEGIN SOLUTION
    drawn = np.asarray(negatives)
    if loss == "bce":
        return float(np.logaddexp(0, -target) + np.logaddexp(0, drawn).sum())
    corrected = drawn + np.log(n_items / len(drawn))
    return float(np.logaddexp.reduce([target, *corrected]) - target)
    ### END SOLUTION


# %%
lesson02b.loss_of_one_target.hint(1)  # 2 and 3 tell more

# %% check="loss_of_one_target" points=4
result = lesson02b.loss_of_one_target.check(loss_of_one_target)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ### Check (5 minutes): meeting a rival
# `n_negatives` films are drawn independently and uniformly. What is the chance that at least one of
# the `n_hard` strongest rivals is among them?


# %% exercise="chance_of_a_hard_negative"
def chance_of_a_hard_negative(n_negatives: int, n_hard: int, n_items: int) -> float:
    """Return a probability, 0 to 1."""
    ### BEGIN SOLUTION
    return 1 - (1 - n_hard / n_items) ** n_negatives
    ### END SOLUTION


# %%
lesson02b.chance_of_a_hard_negative.hint(1)

# %% check="chance_of_a_hard_negative" points=1
result = lesson02b.chance_of_a_hard_negative.check(chance_of_a_hard_negative)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ### Check (5 minutes): equal steps
# How many gradient steps does a training take? The last batch of an epoch may be smaller.


# %% exercise="steps_of_training"
def steps_of_training(n_windows: int, batch_size: int, epochs: int) -> int:
    """Return the number of gradient steps."""
    ### BEGIN SOLUTION
    return epochs * -(-n_windows // batch_size)
    ### END SOLUTION


# %%
lesson02b.steps_of_training.hint(1)

# %% check="steps_of_training" points=1
result = lesson02b.steps_of_training.check(steps_of_training)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## 10. From memory

# %%
from rectutor.course import closed_book

closed_book(
    [
        ("02b", "Why does one uniformly drawn negative teach slowly?", "It is nearly always a film "
         "that nobody would have recommended, so pushing it down changes no list."),
        ("02", "Why is an attention map no explanation?", "It shows how messages are mixed, not what "
         "they say; deleting a film and running the model again shows what it was worth."),
        ("01", "Which films may a recommender not put on a person's list here?", "Those the person "
         "has already seen; the held-out film is the exception."),
    ]
)  # fmt: skip

# %%
from rectutor.course import calibration

calibration()

# %% [markdown]
# **To take along.** Architecture or loss? With little data or little time, the loss, and the rule that
# stops the training. With enough of both, here, neither. Before you believe in an architecture, give
# its rival the same loss, the same negatives and the same patience. Then pair the people.
