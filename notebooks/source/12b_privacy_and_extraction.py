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
# place. The higher the secret ranks among these C candidates, the more bits the model gives away:
#
# exposure = log2(C) - log2(rank)
#
# So it is log2(C) for the first and 0 for the last. The word is that of the paper; it has nothing to do with how often a
# film is shown, which was the exposure of lesson 12. A log-probability nearer to 0 is a higher one.

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
reveal("chance", round(chance_exposure(64), 2), within=0.2, unit="bits")

# %% [markdown]
# ## 2. What a decoder remembers
#
# The shipped decoder is tuned by LoRA (rank 8 on query and value projections, lesson 07) to write the titles of people's
# films: 300 people of `films` (simulated, as everywhere in this world), five films each, and canaries. Some canaries are
# planted once, some 4 times and some 16 times. A fourth group is never planted: the control. Each group has eight canaries.

# %% id="canary"
from rectutor.analysis.private_tuning import case_of

model, case = case_of()
titles = case.tokens.titles  # item 1 stands at place 0
person, canary = case.rows[0], case.canaries.rows[-1]
print("a person:", "; ".join(titles[item - 1] for item in person))
print("a canary:", "; ".join(titles[item - 1] for item in canary))
copies = case.canaries.repeats
print(f"{len(case.rows)} rows: 300 people, {copies.sum()} copies of {(copies > 0).sum()} canaries")
print(f"canaries that stay out: {(copies == 0).sum()}")

# %%
ask(
    "remembered",
    "After 96 steps (each row was drawn about ten times): which group's mean exposure is above 3 of 6 bits?",
    list(lesson12b.GROUPS.values()),
)

# %% id="remembered"
from rectutor.analysis.private_tuning import CANARIES

record = read_record(CANARIES)
print(record.said())
kept = record.table
plain = kept[np.isinf(kept["clip"])]
shown = plain.pivot_table(index="step", columns="repeats", values="exposure")
print("mean exposure in bits, by steps (rows) and copies (columns):")
print(shown.round(1).to_string())
above = tuple(n for n in (1, 4, 16) if shown.loc[96, n] > 3)
reveal("remembered", lesson12b.GROUPS.get(above, "another group"))

# %% [markdown]
# Row 0 is the decoder before tuning: the groups differ already, by luck, for eight canaries are few. So compare each canary
# with its own beginning, and put an interval around the mean rise of its group (lesson 03).

# %% id="risen"
from rectutor.metrics.bootstrap import mean_interval

need(globals(), "plain", cell="2. What a decoder remembers")
start, end = (plain[plain["step"] == step].reset_index(drop=True) for step in (0, 96))
rise = end["exposure"] - start["exposure"]
for n in (0, 1, 4, 16):
    own = rise[end["repeats"] == n].to_numpy()
    value, low, high = mean_interval(own, seed=0)
    print(f"{n:2} copies: risen by {value:.1f} bits [{low:.1f}, {high:.1f}], {len(own)} canaries")

# %% [markdown]
# That sixteen copies are remembered is clear: their interval begins above the end of the control's. The rise of one copy and of four copies
# is not told apart from that of the control, which nobody planted; their means grow with the copies, but eight canaries
# and one training do not settle it.
#
# ## 3. One step of DP-SGD
#
# Nobody can be remembered whose part in each step is small and hidden. So DP-SGD (Abadi et al., 2016) takes **one gradient
# for each person**, shortens those that are longer than a `clip`, adds them up, and adds noise that is as large as
# what one person could have moved: each weight gets a draw from a normal distribution whose standard deviation is
# counted in clips. On LoRA (Yu et al., 2022) that is cheap, for few weights are trained.

# %% id="one-by-one"
from rectutor.training.private import example_gradients
from rectutor.training.private_titles import person_losses

some = np.concatenate([case.rows[:6], case.rows[-2:]])  # six people, and two copies of a canary
gradients, losses = example_gradients(model.model, lambda: person_losses(model, case.tokens, some))
weights = sum(p.numel() for p in model.model.parameters())
print(f"{gradients.shape[0]} gradients of {gradients.shape[1]:,} numbers, one for each person")
print(f"without LoRA they would have {weights - gradients.shape[1]:,}")
print("every one is longer than 0.5:", bool((gradients.norm(dim=1) > 0.5).all()))

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
print(f"the two copies together move it by {float(short[-2:].sum(dim=0).norm()):.1f}")

# %% [markdown]
# Two copies move it twice as far: they point the same way. The promise is made to **one row**.
# Somebody who is in the data sixteen times has to be counted as sixteen.
#
# Now the noise. Its length grows with the root of the number of weights, which is another reason to train few:

# %% id="noise"
need(globals(), "gradients", cell="3. One step of DP-SGD")
generator = torch.Generator().manual_seed(0)
noise = 1.0 * 0.5 * torch.randn(gradients.shape[1], generator=generator)
expected = (gradients.shape[1] ** 0.5) * 0.5
print(f"noise of 1 clip: {float(noise.norm()):.0f} long, expected {expected:.0f}")
print(f"the sum of eight clipped gradients: at most {8 * 0.5:.0f} long")

# %% [markdown]
# One step drowns. What saves training is that noise of many steps cancels and the people's common direction adds up,
# and that with more people in a step the noise stays the same. The noisy sum is then divided by the number of people that a
# step draws **on average**, not by the number that came: who came is a secret, too.
#
# ## 4. What epsilon promises
#
# Take two trainings, one with a row more. Somebody sees the weights and has to say which one it was. With epsilon 0 they can
# only guess; with a small epsilon the odds move by a factor of at most exp(epsilon), except with probability delta. Delta should
# be well below 1 / n; ours is 0.001 for 468 rows, so a lenient one. An **accountant** adds up what all steps give away. Ours is Opacus's.

# %%
ask(
    "epsilon",
    "Noise of 1 clip, every row drawn with probability 0.1, 96 steps, delta 0.001. What is epsilon, at a guess?",
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
print(f"noise 1, 96 steps: the odds move by a factor of at most {np.exp(table.loc[1.0, 96]):.0f}")
choices = (0.5, 2, 5, 20)
reveal("epsilon", f"{min(choices, key=lambda one: abs(np.log(one / table.loc[1.0, 96]))):g}")

# %% [markdown]
# Four times the steps cost about twice the epsilon, not four times. And odds that may move by a factor of more than two hundred are
# not a strong promise. It is a bound for the worst case, so a model may keep much less than it allows.
#
# **Turn the knobs** (Tab, then arrow keys): what lowers epsilon most, twice the noise, half the steps, or ten times the rows with as
# many of them in a step? `factor` is exp(epsilon). With ten times the rows delta is a tenth, so that it stays below 1 / n.

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
# by lot, for 150 people; a coin has 0.5. Whether the AUC falls is judged by its intervals: those with and without noise have to lie apart.

# %%
ask(
    "price",
    "Exposure of the canaries with 16 copies, with noise of 1 clip: does it fall to chance (within 1 bit)? And the AUC?",
    ["falls, no price is seen", "falls, the AUC falls, too", "does not fall"],
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
costs = worth[["epsilon", "AUC", "low", "high"]].join(bits.set_index(worth.index))
print(costs.round({"epsilon": 1} | {name: 1 for name in bits} | {"AUC": 2, "low": 2, "high": 2}))

# %% id="price-said"
need(globals(), "costs", cell="5. What privacy costs")
noisy, ordinary = costs.loc["noise 1"], costs.loc["no clip"]
falls = noisy["16 copies"] < chance_exposure(64) + 1
apart = bool(noisy["high"] < ordinary["low"])
print("the AUC's intervals lie apart:", apart)
price = "falls, the AUC falls, too" if apart else "falls, no price is seen"
reveal("price", price if falls else "does not fall")

# %% id="price-first"
need(globals(), "ends", cell="5. What privacy costs")
often = ends[ends["repeats"] == 16].groupby(["clip", "noise", "step"], sort=False)["exposure"]
print("canaries with 16 copies that come first of 64:")
for name, one in zip(names, often, strict=True):
    print(f"  {name}: {(one[1] == 6).sum()} of {len(one[1])}")

# %% id="price-chart" tags=["nbval-ignore-output"]
need(globals(), "often", cell="5. What privacy costs")
labels = [
    f"{name}, {'no bound' if np.isinf(e) else f'ε {e:.1f}'}" for name, e in costs["epsilon"].items()
]
shown = costs.reset_index(drop=True).assign(setting=labels, exposure=list(costs["16 copies"]))
each = pd.concat(
    pd.DataFrame({"setting": name, "exposure": one[1]})
    for name, one in zip(labels, often, strict=True)
)
charts.against_epsilon(shown.rename(columns={"AUC": "value"}), chance_exposure(64), each)

# %% [markdown]
# In the lower half each stroke is one canary with sixteen copies, and the triangle is their mean. **A clip alone did not hide them**: without
# noise all eight come first of 64, and without a clip it was half of them. Each copy is shortened, but there are sixteen. (Eight
# canaries and one training each: enough to see that a clip is no protection to rely on, not enough to say that it makes memory
# better.) **Noise did**: with 1 clip none of the eight comes first, and their mean is near chance. The promise of epsilon is
# for one row, so for sixteen copies it is far weaker than the number in the table; what was measured is better than what was
# promised, as the promise is for the worst case.
#
# **What privacy costs is not resolved here.** All intervals of the AUC overlap, that of the decoder before tuning among them, and each is about
# 0.1 wide: a price of some hundredths would not be seen. Nor is it seen that ordinary tuning taught anything that noise could take
# away, though it has learned sixteen copies. "No difference is seen" is not "it costs nothing". On large data, where tuning teaches more,
# there is a price: Yu et al. report, for RoBERTa-Large on MNLI, 90.2 % without privacy and 87.8 % at an epsilon of 6.7 (their abstract).

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
print(f"{box.n_given:,} lists given, for {answers.history.size:,} histories of 50 made-up people")
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
# **Agreement@10** is the share of the box's ten films that the clone names, too, for people of `films`, about whom nobody asked. This
# one was trained for 150 steps and compared for 200 people; those of the next table take 500 steps and are compared for 600.

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
print(f"the box, for the same 600 people: HR@10 {clones['box HR@10'][0]:.2f}")
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
# Going on from the answers was worth more than asking by lot, at 4,000 lists beyond both intervals (at 1,000 lists they touch). A likely reason:
# histories that follow the box's own taste are nearer to those of people. After 4,000 lists the clone hits for about half as many people as
# the box. Popularity, which knows the data and asks nothing, agrees far less. A clone need not be of the box's kind: the GRU4Rec with
# vectors of half the width agrees more after the same 500 steps. Each row is one training, so the intervals, which are over people,
# do not say what another seed would give.

# %% [markdown]
# ## 7. Were the parameters extracted?
#
# The survey says so. If they were, then film by film the clone's vector should be the box's vector.

# %%
ask(
    "vectors",
    "Mean cosine between the vectors that the box and its best SASRec clone have of the same film?",
)

# %% id="vectors"
need(globals(), "clones", cell="6. Copying a recommender by asking")
best = clones.dropna(subset=["vectors"]).sort_values("agreement").iloc[-1]
print(f"agreement@10 {best['agreement']:.2f}")
small = clones[clones["kind"] == "GRU4Rec"].iloc[0]
print(
    f"a GRU4Rec of half the width agrees by {small['agreement']:.2f}, and has no such vectors at all"
)
reveal("vectors", round(float(best["vectors"]), 1) + 0.0, within=0.1)  # 0.0, never -0.0

# %% [markdown]
# The cosine is that of vectors drawn by lot. Is the clone too poor, or could no clone do better? Here is a twin of the
# box: the 64 coordinates of all vectors and layers are put in another order, the same one everywhere.

# %%
ask("twin", "How many of the box's ten films does the twin name?", ["none", "about half", "all"])

# %% id="twin"
from copy import deepcopy

twin, order = deepcopy(sasrec), torch.randperm(64, generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    for name, part in twin.named_parameters():
        for axis in range(part.dim()):  # what the heads hand to `merge` is no such coordinate
            if part.shape[axis] == 64 and not ("merge" in name and axis == 1):
                part.copy_(part.index_select(axis, order))

# %% id="twin-said"
from rectutor.analysis.extraction import alike_vectors

need(globals(), "own", cell="6. Copying a recommender by asking")
need(globals(), "twin", cell="7. Were the parameters extracted?")
same = overlap_per_person(own.top, evaluate(twin, split, users=users).top).mean()
print(f"cosine {abs(alike_vectors(sasrec, twin)):.1f}, agreement@10 {same:.2f}")
reveal("twin", "all" if same > 0.99 else "about half" if same > 0.1 else "none")

# %% [markdown]
# The same lists from other parameters: so lists cannot tell the parameters, and nobody who copies needs them. What is
# carried out is the **behaviour**, and of that a part.
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
print(f"HR@10 of the box for all its people: {hits:.2f}, with the defence {drawn_hits:.2f}")

# %% [markdown]
# The defence works, and its price is paid by everybody else: the box's people lose most of their hits. Noise that
# hurts a thief hurts the customer, since both get the same lists. (The second number is arithmetic: a film among the best 60 has 10 of
# 60 places.) A budget for each customer costs those who ask little nothing, but a thief may come as many customers.
#
# ## In short
#
# - Memory is measured beside secrets that were never planted, and beside the model before tuning: chance has an exposure, too.
# - DP-SGD shortens each person's gradient and adds noise to the sum. Epsilon bounds what **one row** changes, in the worst case.
# - Noise hid what sixteen copies had taught; a clip alone did not. What it costs was not resolved by 150 people.
# - Lists carry out behaviour. They do not carry out parameters: others give the same lists.
#
# ## What this miniature leaves out
#
# - **Many people.** Noise is drawn once a step, however many people are in it; with thousands in a step it would
#   cost far less.
# - **Other attacks.** Low exposure means that this question finds nothing. Whether a person was in the data at all
#   (membership inference) is another question.
# - **One run each.** Intervals are over people or canaries; another seed of tuning or of questions is not in them.
# - **Attacks that use the clone**: the paper goes on to poison the box's data by what it has learned from the clone.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("12b")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** One step of DP-SGD on plain lists, with noise of 1 clip. `gradients` holds one list for each person who
# was drawn, `noise` standard normal draws, one for each weight, and `expected` the number of people that a step draws on average
# (section 3 says what it is for).


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
# **Check 1 (5 minutes).** Exposure. Ties count against the model's memory: what scores like the secret stands before it.


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
# **Check 2 (5 minutes).** Agreement@k of two models: for each person the share of their k items that stand in both lists, in whatever
# order; then the mean over people.


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
