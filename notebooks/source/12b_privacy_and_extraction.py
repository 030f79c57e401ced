# ---
# jupyter:
#   rectutor:
#     lesson: "12b"
#     title: Privacy and extraction
#     minutes: 55
#     budget_seconds: 60
#     budget_mb: 1800
# ---

# %% [markdown]
# # 12b · What does a model give away?
#
# Two things can be carried out of a recommender that was only asked questions: what single people did who are in its
# training data, and what the model as a whole has learned. Here you plant made-up people in the data and measure how
# well the model remembers them; then you hide single people by **differential privacy** and see what it costs; then
# you copy a SASRec that gives nothing but lists.
#
# After this half lesson you can
#
# - measure memory by **exposure**, beside secrets that were never planted;
# - take one step of DP-SGD by hand, and say what its epsilon promises and what it does not;
# - copy a recommender by asking, and test what "the parameters were extracted" would have to mean.
#
# **Before**: lessons 02 (SASRec), 03 (intervals), 07 (LoRA), 12. **Time**: 55 minutes of study, under a minute to run.
# **Not reproduced**: the papers' models and data. Theirs are larger by orders of magnitude, and a guarantee that is
# cheap for a million people is dear for the few hundred here.

# %% id="settings"
import numpy as np
import pandas as pd
import torch

from rectutor import charts
from rectutor.analysis.records import read_record
from rectutor.course import ask, calibration, closed_book, lesson12b, need, reveal
from rectutor.evaluation import evaluate
from rectutor.models.sasrec import SASRec, SASRecConfig
from rectutor.training.assets import fit_or_load, split_of

split = split_of("films")
N = split.n_items
print(f"{split.n_users:,} people, {N:,} films")

# %% [markdown]
# ## 1. Exposure: memory in bits
#
# A **canary** is a made-up person with films drawn by lot (Carlini et al., 2019). Its last film is the secret. Ask the
# model how probable the secret is after the other films, and how probable films are that could have been drawn in its
# place. If the secret comes first among C, the model gives log2(C) bits away:
#
# exposure = log2(C) - log2(rank)

# %% id="by-hand"
log_p = np.array([-19.2, -21.0, -17.5, -22.4, -20.3, -24.0, -18.8, -21.7])
secret = 6  # the seventh film is the secret
rank = int((log_p >= log_p[secret]).sum())
print(f"rank {rank} of {len(log_p)}: {np.log2(len(log_p)) - np.log2(rank):.1f} bits")

# %% [markdown]
# A secret that was never planted has a rank, too. So chance has an exposure, and it is not 0.

# %%
ask(
    "chance",
    "64 candidates, so at most 6 bits. What is the mean exposure of secrets that the model has never seen?",
)

# %% id="chance"
from rectutor.metrics.memorisation import chance_exposure

ranks = np.arange(1, 65)  # each as likely as any other
print(f"mean over all ranks: {(6 - np.log2(ranks)).mean():.2f} bits")
reveal("chance", round(chance_exposure(64), 1))

# %% [markdown]
# ## 2. What a decoder remembers
#
# The shipped decoder is tuned by LoRA (rank 8 on query and value projections, lesson 07) to write the titles of people's
# films: 300 real people, five films each, and canaries that were planted once, 4 times and 16 times. A fourth group was never planted:
# the control. Each group has eight canaries.

# %% id="canary"
from rectutor.analysis.private_tuning import case_of

model, case = case_of()
titles = case.tokens.titles  # item 1 stands at place 0
real, made_up = case.rows[0], case.canaries.rows[-1]
print("a person:", "; ".join(titles[item - 1] for item in real))
print("a canary:", "; ".join(titles[item - 1] for item in made_up))
print(f"{len(case.rows)} rows, {len(case.rows) - 300} of them copies of {len(case.canaries.rows)}")

# %%
ask(
    "remembered",
    "After 96 steps (each row was drawn about ten times): which group's mean exposure is above 3 of 6 bits?",
    ["none", "16 copies", "4 and 16 copies", "all that were planted"],
)

# %% id="remembered"
from rectutor.analysis.private_tuning import CANARIES

record = read_record(CANARIES)
print(record.said())
kept = record.table
plain = kept[np.isinf(kept["clip"])]
shown = plain.pivot_table(index="step", columns="repeats", values="exposure")
print(shown.round(1).to_string())
print("risen by:", (shown.loc[96] - shown.loc[0]).round(1).to_dict())
above = [n for n in (1, 4, 16) if shown.loc[96, n] > 3]
said = {0: "none", 1: "16 copies", 2: "4 and 16 copies", 3: "all that were planted"}
reveal("remembered", said[len(above)])

# %% [markdown]
# Row 0 is the decoder before tuning: the groups differ already, by luck, for eight canaries are few. So compare each group
# with its own beginning. Sixteen copies have risen most, four copies less; the rise of a single copy is hardly more than that of the control,
# which nobody planted. A rise of less than a bit says nothing here.
#
# ## 3. One step of DP-SGD
#
# Nobody can be remembered whose part in each step is small and hidden. So DP-SGD (Abadi et al., 2016) takes **one gradient
# for each person**, shortens those that are longer than a `clip`, adds them up, and adds noise that is as large as
# what one person could have moved. On LoRA (Yu et al., 2022) that is cheap: 24,576 numbers for each person instead of
# two and a half million.

# %% id="one-by-one"
from rectutor.training.private import example_gradients
from rectutor.training.private_titles import person_losses

some = np.concatenate([case.rows[:6], case.rows[-2:]])  # six people, and two copies of a canary
gradients, losses = example_gradients(model.model, lambda: person_losses(model, case.tokens, some))
lengths = gradients.norm(dim=1)
print("gradients:", list(gradients.shape))

# %% id="same-sum"
need(globals(), "gradients", cell="3. One step of DP-SGD")
trained = [p for p in model.model.parameters() if p.requires_grad]
whole = torch.autograd.grad(person_losses(model, case.tokens, some).sum(), trained)
whole = torch.cat([part.flatten() for part in whole])
same = torch.allclose(gradients.sum(dim=0), whole, atol=1e-4)
print("they add up to the gradient of the batch:", same)
print("the two copies have the same gradient:", torch.allclose(*gradients[-2:], atol=1e-5))

# %%
ask("most", "The clip is 0.5. By how much, at most, can one person more move the sum (its length)?")

# %% id="most"
from rectutor.training.private import clipped

need(globals(), "gradients", cell="3. One step of DP-SGD")
short = clipped(gradients, 0.5)
print("all at most 0.5 long:", bool((short.norm(dim=1) <= 0.5001).all()))
moved = (short.sum(dim=0) - short[:-1].sum(dim=0)).norm()
reveal("most", round(float(moved), 2))

# %% [markdown]
# And the two copies together move it by 1.0: they point the same way. The promise is made to **one row**.
# Somebody who is in the data sixteen times has to be counted as sixteen.
#
# Now the noise. Its length grows with the number of weights, which is the reason to train few:

# %% id="noise"
need(globals(), "gradients", cell="3. One step of DP-SGD")
generator = torch.Generator().manual_seed(0)
noise = 1.0 * 0.5 * torch.randn(gradients.shape[1], generator=generator)
expected = (gradients.shape[1] ** 0.5) * 0.5
print(f"noise of 1 clip: {float(noise.norm()):.0f} long, by arithmetic {expected:.0f}")
print(f"the sum of eight clipped gradients: at most {8 * 0.5:.0f} long")

# %% [markdown]
# One step drowns. What saves training is that noise of many steps cancels and the people's common direction adds up,
# and that with more people in a step the noise stays the same.
#
# ## 4. What epsilon promises
#
# Take two trainings, one with a row more. Whoever sees the weights may say which it was. With epsilon 0 this is a guess;
# with a small one the odds move by a factor of at most exp(epsilon), except with probability delta. An **accountant** adds up what
# all steps give away. Ours is Opacus's.

# %%
ask(
    "epsilon",
    "Noise of 1 clip, every row drawn with probability 0.1, 96 steps, delta 0.001. What is epsilon, about?",
    ["0.5", "2", "5", "20"],
)

# %% id="epsilon"
from rectutor.training.private import epsilon_of

levels = (0.5, 1.0, 2.0, 4.0)
table = pd.DataFrame(
    {n: [epsilon_of(noise, 0.1, n, 1e-3) for noise in levels] for n in (24, 96, 384)},
    index=pd.Index(levels, name="noise"),
)
print("epsilon by noise (rows) and steps (columns):")
print(table.round(1).to_string())
choices = (0.5, 2, 5, 20)
reveal("epsilon", f"{min(choices, key=lambda one: abs(np.log(one / table.loc[1.0, 96]))):g}")

# %% [markdown]
# Four times the steps cost about twice the epsilon, not four times. And exp(5) is 148: an epsilon of 5 is not a strong promise. It is
# a bound for the worst case, so a model may keep much less than it allows.
#
# **Turn the knobs**: what lowers epsilon most, twice the noise, half the steps, or ten times the people with as many of them in a step?
# `factor` is exp(epsilon).

# %% id="knobs" tags=["nbval-ignore-output"]
from rectutor.widgets import EpsilonDial

dial = EpsilonDial()
dial

# %% id="knobs-said"
print(dial.table().to_string(index=False))

# %% [markdown]
# ## 5. What privacy costs
#
# The same tuning with a clip of 1, and with noise. It is judged by the AUC of the film that a person did choose next, against 63 drawn
# by lot, for 150 people; a coin has 0.5.

# %%
ask(
    "price",
    "Exposure of the canaries with 16 copies, with noise of 1 clip: does it fall to chance (within 1 bit)? Does the AUC stay?",
    ["falls, AUC stays", "falls, AUC falls", "does not fall"],
)

# %% id="price"
from rectutor.analysis.private_tuning import NAME as PRIVATE

need(globals(), "kept", cell="2. What a decoder remembers")
record = read_record(PRIVATE)
names = ["not tuned", "no clip", "clip 1", "noise 0.5", "noise 1", "noise 4"]
worth = record.table.assign(setting=names).set_index("setting")
ends = kept.merge(worth[["clip", "noise", "steps"]].rename(columns={"steps": "step"}))
bits = ends.pivot_table("exposure", ["clip", "noise", "step"], "repeats", sort=False)
bits.columns = [f"{n} copies" for n in bits.columns]
table = worth[["epsilon", "AUC", "low", "high"]].join(bits.set_index(worth.index))
print(table.round({"epsilon": 1} | {name: 1 for name in bits} | {"AUC": 2, "low": 2, "high": 2}))

# %% id="price-said"
need(globals(), "bits", cell="5. What privacy costs")
noisy, plain = table.loc["noise 1"], table.loc["no clip"]
falls = noisy["16 copies"] < chance_exposure(64) + 1
cheap = "falls, AUC stays" if noisy["high"] >= plain["low"] else "falls, AUC falls"
print("intervals of the AUC overlap:", bool(noisy["high"] >= plain["low"]))
reveal("price", cheap if falls else "does not fall")

# %% id="price-chart" tags=["nbval-ignore-output"]
need(globals(), "bits", cell="5. What privacy costs")
labels = [
    f"{name}, ε {'none' if np.isinf(e) else f'{e:.1f}'}" for name, e in table["epsilon"].items()
]
shown = table.reset_index(drop=True).assign(setting=labels, exposure=list(table["16 copies"]))
charts.against_epsilon(shown.rename(columns={"AUC": "value"}), chance_exposure(64))

# %% [markdown]
# Three things are to be seen. **Clipping alone hides nothing**: without noise all eight canaries with sixteen copies come
# first of 64. Each copy is shortened, but there are sixteen. **Noise hides**: with 1 clip they are near chance. The promise
# of epsilon is for one row, so for sixteen copies it is far weaker than the number in the table; what was measured is better than what was
# promised, as the promise is for the worst case.
#
# **And the AUC shows no price**: all intervals overlap, that of the decoder before tuning among them. Five films of 300 people
# teach little that noise could take away, and yet the same tuning has learned sixteen copies by heart. Do not carry this over to
# large data, where tuning teaches more: Yu et al. report, for RoBERTa-Large on MNLI, 90.2 % without privacy and 87.8 % at an epsilon of 6.7
# (their abstract).

# %% [markdown]
# ## 6. Copying a recommender by asking
#
# A SASRec stands behind a counter and gives lists of 20, no scores. Whoever wants a copy needs no data (Yue et al., 2021):
# make up a person, ask, **choose one film from the answer by lot**, ask again. A model of one's own then learns
# each list: every film above the next one, and above one drawn by lot, by a margin.

# %% id="box"
from rectutor.training.extraction import Box, ask_onwards, fit_clone, overlap_per_person

sasrec = fit_or_load("sasrec-films")
box = Box(sasrec, k=20, budget=1000)
answers = ask_onwards(box, N, n_people=50, length=20, rng=np.random.default_rng(1))
print(
    f"{box.n_given} lists given; asked about {answers.history.size} histories of 50 made-up people"
)
try:
    box.ask(np.array([[1]]))
except RuntimeError as error:
    print("one more:", error)

# %% id="live-clone" tags=["nbval-ignore-output"]
need(globals(), "answers", cell="6. Copying a recommender by asking")
users = np.arange(200)
own = evaluate(sasrec, split, users=users)
clone = SASRec(SASRecConfig(N), seed=1)
before = overlap_per_person(own.top, evaluate(clone, split, users=users).top).mean()
losses = fit_clone(clone, answers, n_steps=150, batch_size=16)
after = overlap_per_person(own.top, evaluate(clone, split, users=users).top).mean()
print(
    f"agreement@10 before {before:.2f}, after {after:.2f}; loss {losses[0]:.2f} to {losses[-1]:.2f}"
)

# %% id="live-clone-said"
print(
    "the clone agrees on at least twice as many films as untrained weights:",
    bool(after > 2 * before),
)

# %% [markdown]
# **Agreement@10** is the share of the box's ten films that the clone names, too, for real people about whom nobody asked. This
# one was trained for 150 steps; those of the next table take 500.

# %%
ask(
    "asking",
    "4,000 lists, about histories drawn by lot or about histories that go on from the answers: whose clone agrees more?",
    ["by lot", "onwards", "within noise"],
)

# %% id="asking"
from rectutor.analysis.extraction import NAME as EXTRACTION

record = read_record(EXTRACTION)
print(record.said())
clones = record.table
columns = ["how", "lists", "kind", "agreement", "low", "high", "HR@10"]
print(clones[columns].round(2).to_string(index=False))
print(f"the box: HR@10 {clones['box HR@10'][0]:.2f}")
two = clones[(clones["lists"] == 4000) & (clones["kind"] == "SASRec")].set_index("how")
lot, onwards = two.loc["by lot"], two.loc["onwards"]
apart = {"onwards": onwards["low"] > lot["high"], "by lot": lot["low"] > onwards["high"]}
reveal("asking", next((name for name, is_so in apart.items() if is_so), "within noise"))

# %% id="asking-chart" tags=["nbval-ignore-output"]
need(globals(), "clones", cell="6. Copying a recommender by asking")
pairs = [f"{r.kind}, {r.how}, {r.lists:,}" for r in clones.itertuples()]
shown = clones.rename(columns={"agreement": "value"}).assign(model=pairs)
charts.leaderboard(shown[["model", "value", "low", "high"]], "agreement@10")

# %% [markdown]
# Going on from the answers is worth more than asking by lot: histories that look like the box's own taste are nearer to those
# of real people. After 4,000 lists the clone hits on about half as many people as
# the box. Popularity, which asks nothing, agrees far less. A clone need not be of the box's kind: the GRU4Rec with
# vectors of half the width learns more from the same lists.

# %% [markdown]
# ## 7. Were the parameters extracted?
#
# The survey says so. If they were, then film by film the clone's vector should be the box's vector.

# %%
ask(
    "vectors",
    "Mean cosine between the vectors that the box and its best clone have of the same film?",
)

# %% id="vectors"
need(globals(), "clones", cell="6. Copying a recommender by asking")
best = clones.dropna(subset=["vectors"]).sort_values("agreement").iloc[-1]
print(f"agreement@10 {best['agreement']:.2f}")
small = clones[clones["kind"] == "GRU4Rec"].iloc[0]
print(
    f"a GRU4Rec of half the width agrees by {small['agreement']:.2f}, and has no such vectors at all"
)
reveal("vectors", round(float(best["vectors"]), 1) + 0.0)  # 0.0, never -0.0

# %% [markdown]
# The cosine is that of vectors drawn by lot. Put the coordinates of all vectors and layers
# of a SASRec in another order, and it gives the same lists: so lists do not tell the parameters, and nobody who copies needs them. What is carried out is the **behaviour**.
#
# ## 8. Two defences and their price
#
# A **budget** of lists is what you have seen: every row of the table is one. The other one is to give answers that are
# not quite true: 20 films drawn by lot from the best 60. What does it cost the people for whom the box is there?

# %% id="defence"
need(globals(), "clones", cell="6. Copying a recommender by asking")
defended = clones[clones["how"] == "drawn from 60"].iloc[0]
everyone = evaluate(sasrec, split)
hits = (everyone.ranks[:, 0] <= 10).mean()
drawn_hits = (everyone.ranks[:, 0] <= 60).mean() * 10 / 60  # each of the 60 has 10 places in 60
print(
    f"agreement of a clone: {onwards['agreement']:.2f}, with the defence {defended['agreement']:.2f}"
)
print(f"HR@10 of the box for its people: {hits:.2f}, with the defence {drawn_hits:.2f}")

# %% [markdown]
# The defence works, and its price is paid by everybody else: the box's people lose most of their hits. Noise that
# hurts a thief hurts the customer, since both get the same lists. (The second number is arithmetic: a film among the best 60 has 10 of
# 60 places.) A budget for each customer costs nobody anything, but a thief may come as many customers.
#
# ## What this miniature leaves out
#
# - **Many people.** Noise is drawn once a step, however many people are in it; with thousands in a step it would
#   cost far less.
# - **Other attacks.** Low exposure means that this question finds nothing. Whether a person was in the data at all
#   (membership inference) is another question.
# - **One run each.** Intervals are over people; another seed of tuning is not in them.
# - **Attacks that use the clone**: the paper goes on to poison the box's data by what it has learned from the clone.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("12b")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** One step of DP-SGD on plain lists. `noise` holds standard normal draws, one for each weight;
# multiply them by the clip.


# %% exercise="private_mean"
def private_mean(
    gradients: list[list[float]], clip: float, noise: list[float], expected: float
) -> list[float]:
    """Return the noisy mean gradient; there may be no example at all."""
    ### BEGIN SOLUTION
    total = [clip * draw for draw in noise]
    for gradient in gradients:
        length = sum(value**2 for value in gradient) ** 0.5
        share = min(1.0, clip / length) if length > 0 else 1.0
        total = [a + share * b for a, b in zip(total, gradient, strict=True)]
    return [value / expected for value in total]
    ### END SOLUTION


# %%
lesson12b.private_mean.hint(1)  # 2 and 3 tell more

# %% check="private_mean" points=4
result = lesson12b.private_mean.check(private_mean)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** Exposure. Ties count against the model's memory.


# %% exercise="bits_of_exposure"
def bits_of_exposure(scores: list[float], secret: int) -> float:
    """Return the exposure in bits; `secret` is the secret's place in `scores`."""
    ### BEGIN SOLUTION
    rank = sum(score >= scores[secret] for score in scores)
    return float(np.log2(len(scores)) - np.log2(rank))
    ### END SOLUTION


# %%
lesson12b.bits_of_exposure.hint(1)  # 2 and 3 tell more

# %% check="bits_of_exposure" points=1
result = lesson12b.bits_of_exposure.check(bits_of_exposure)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Agreement@k of two models: the mean over people.


# %% exercise="agreement"
def agreement(one: list[list[int]], other: list[list[int]]) -> float:
    """Return the mean share of items that stand in both lists of a person."""
    ### BEGIN SOLUTION
    shares = [len(set(a) & set(b)) / len(a) for a, b in zip(one, other, strict=True)]
    return sum(shares) / len(shares)
    ### END SOLUTION


# %%
lesson12b.agreement.hint(1)  # 2 and 3 tell more

# %% check="agreement" points=1
result = lesson12b.agreement.check(agreement)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson12b.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 13, which knowledge from outside helps, and when.
