# ---
# jupyter:
#   rectutor:
#     lesson: "03"
#     title: Can two HR@10 be compared?
#     minutes: 85
#     budget_seconds: 40
#     budget_mb: 1200
# ---

# %% [markdown]
# # 03 · Can two HR@10 be compared?
#
# Suppose two papers print HR@10 for the same model on the same data, and the numbers differ by a
# factor of three. Both can be right. HR@10 is a number *and* a **protocol**: what was ranked
# against what, who was asked, what the model had been allowed to see, and how the winner was
# chosen. In this lesson you turn one knob of the protocol at a time, change nothing in the models
# themselves, and watch what moves.
#
# After this lesson you can
# - say what HR@10 against 99 sampled items measures, compute it exactly from full ranks, and say
#   what a correction repairs and costs;
# - find a leak in an evaluation, and say what a model may know of the future under leave-one-out;
# - tell apart the uncertainty over users, the spread over training seeds, and the optimism that
#   comes of choosing on the test.
#
# **Before**: lesson 01 (leave-one-out, HR, NDCG, the paired bootstrap). Lesson 02 is useful, not
# needed. **Time**: 85 minutes of study, under a minute to run. **Not reproduced**: no paper's own
# table. The mechanisms are shown on simulated people and, from a record, on MovieLens.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor import charts
from rectutor.course import ask, calibration, closed_book, expect, lesson03, need, reveal
from rectutor.data import k_core, leave_one_out, load, number_events

RETRAIN = False  # True trains SASRec here instead of loading it, some minutes
K = 10

# %% [markdown]
# ## 1. Six models, ranked in full
#
# The films world, the split of lesson 01: each person's last film is held out, and ranked among
# *all* films this person had not seen. These are its **candidates**.
#
# Three models count: *Popularity*, *Item-kNN* and a *Markov* counter. *EASE* (lesson 02) also
# counts what goes with what, and solves a linear system, so that every film of a history has its
# say. *SASRec* is the trained network of lesson 02. *Random* knows nothing at all.
#
# The Markov counter here is the plainest of its kind: *Markov (last film)* looks at the last film
# only, and asks what came right after it in other histories. A film that nobody ever watched right
# after it gets score 0. Remember that; it will matter.

# %% id="films"
films = load("films")
interactions = k_core(films.interactions, k=5)
split = leave_one_out(interactions)

# %% id="models"
from rectutor.evaluation import evaluate
from rectutor.models.ease import EASE
from rectutor.models.item_knn import ItemKNN
from rectutor.models.markov import Markov
from rectutor.models.popularity import Popularity
from rectutor.models.random_scores import RandomScores
from rectutor.training import fit
from rectutor.training.assets import fit_or_load

markov = Markov(window=1)
markov.name = "Markov (last film)"
counted = [RandomScores(), Popularity(), ItemKNN(), EASE(), markov]

# %% id="ranks"
for model in counted:
    fit(model, split)
models = [*counted, fit_or_load("sasrec-films", retrain=RETRAIN)]
found = {model.name: evaluate(model, split) for model in models}
ranks = {name: one.ranks[:, 0] for name, one in found.items()}  # [users] each

# %% [markdown]
# These **full ranks** are nearly all that the next two sections need. Each person has their own
# number of candidates, since what they have seen is not ranked.

# %% id="candidates"
from rectutor.analysis.negatives import candidates_per_user, full_and_sampled, pairs

need(globals(), "ranks", cell="1. Six models, ranked in full")
n_candidates = candidates_per_user(split.test, split.n_items)  # [users]
print(
    f"{len(n_candidates)} people, {split.n_items} films, each ranked among "
    f"{n_candidates.min()} to {n_candidates.max()} candidates"
)

# %% [markdown]
# ## 2. Against 99 sampled films
#
# Ranking a million items for every user is slow. So for years many papers ranked the held-out
# item against **99 others drawn at random**, the *sampled negatives*, and called the share of
# people with a place in the first ten "HR@10". Under full ranking, the Markov counter is ahead of
# EASE here:

# %% id="full-order"
rivals = {name: ranks[name] for name in (markov.name, "EASE")}
lead = pairs(rivals, n_candidates, m=99, k=K)
print(f"HR@10 in full, {lead['pair'][0]}: {lead['full'][0]:.3f}")
print("its 95 % interval lies above zero:", lead["full low"][0] > 0)

# %%
question = f"{markov.name} or EASE: which leads among 99 sampled negatives?"
ask("flip", question, [markov.name, "EASE", "neither, within noise"])

# %%
ask(
    "depth",
    "HR@10 among 100 films is closest to which HR among all 1,000 or so?",
    ["HR@10", "HR@30", "HR@100"],
)

# %% [markdown]
# You need no random draw to find out. Say a film has full rank $r$ among $N$ candidates: $r - 1$
# films stand above it. Draw $m$ of the other $N - 1$. The held-out film stays in the first ten if
# at most nine of the films drawn come from those $r - 1$ above it. Their number $X$ is
# *hypergeometric* (balls from an urn, none put back), so for one person
#
# $$\text{chance of a hit} = P(X \le k - 1), \qquad X \sim \text{Hypergeometric}(N - 1,\; r - 1,\; m).$$
#
# Which full ranks among 1,000 count as a hit in the first ten of 100?

# %% id="chance"
from rectutor.metrics import expected_sampled_hit_rate

somewhere = np.array([1, 10, 50, 100, 150, 200])  # full ranks among 1,000
chance = expected_sampled_hit_rate(somewhere, 1000, m=99, k=K)
for rank, one in zip(somewhere, chance, strict=True):
    print(f"full rank {rank:>3}: a hit in {one:.0%} of all draws")

# %% [markdown]
# Averaged over people, these chances are what a sampled evaluation shows *on average over all
# possible draws*. The slider below computes them from the full ranks you just made. At its right
# end all the other films are drawn, for everybody: full ranking.

# %% id="slider" tags=["nbval-ignore-output"]
from rectutor.widgets import SampledNegatives

need(globals(), "ranks", "n_candidates", cell="2. Against 99 sampled films")
slider = SampledNegatives.from_ranks(ranks, n_candidates, k=K)
slider

# %% id="slider-twin" tags=["nbval-ignore-output"]
slider.twin().table

# %% [markdown]
# The lines cross. Now your first prediction:

# %% id="flip"
need(globals(), "lead", cell="2. Against 99 sampled films")
flipped = lead["verdict"][0] == "flips"
reveal("flip", "EASE" if lead["sampled high"][0] < 0 else "not EASE")
print("the order flips, and both intervals leave zero out:", flipped)
at_200 = pairs(rivals, n_candidates, m=200, k=K)["sampled"][0]
print("with 200 drawn the counter is above again:", at_200 > 0)

# %% [markdown]
# All six models under both protocols. *Inflation* is sampled divided by full:

# %% id="both" tags=["nbval-ignore-output"]
both = full_and_sampled(ranks, n_candidates, m=99, k=K)
both.round(3)

# %% id="both-said"
for _, row in both.iterrows():
    if row["model"] in (markov.name, "EASE", "Random"):
        expect(f"HR@10 of {row['model']} among all candidates", row["full"])
        expect(f"HR@10 of {row['model']} among 99 negatives", row["sampled"])

# %% [markdown]
# Six models make fifteen pairs. Which of them change places beyond noise, with one interval above
# zero and the other below?

# %% id="all-pairs"
every = {m: pairs(ranks, n_candidates, m, K) for m in (19, 99, 499)}
flips = {m: table[table["verdict"] == "flips"] for m, table in every.items()}
counts = [len(flips[m]) for m in (19, 99, 499)]
print("pairs that flip with 19, 99 and 499 drawn:", counts)
flipping = pd.concat(flips.values())["pair"]
print("the counter is in each of these pairs:", flipping.str.contains("Markov").all())

# %% [markdown]
# *full* and *sampled* are differences in HR@10, the first model minus the second:

# %% id="all-pairs-table" tags=["nbval-ignore-output"]
pd.concat(table.assign(m=m) for m, table in flips.items())[["m", "pair", "full", "sampled"]].round(
    3
)

# %% [markdown]
# **Which depth does it measure?** A place in the first 10 of 100 is a place in the top tenth. The
# top tenth of about a thousand films ends near rank 100. So compare the sampled HR@10 with the full
# HR at 10, at 30 and at 100:

# %% id="depth"
from rectutor.metrics import hit_rate

sampled = [expected_sampled_hit_rate(own, n_candidates, 99, K).mean() for own in ranks.values()]
gap = {}  # mean distance over the models
for depth in (10, 30, 100):
    full = [hit_rate(own, depth) for own in ranks.values()]
    gap[f"HR@{depth}"] = np.abs(np.subtract(full, sampled)).mean()
reveal("depth", min(gap, key=gap.get))
for name, distance in gap.items():
    print(f"mean distance between sampled HR@10 and full {name}: {distance:.2f}")

# %% [markdown]
# So **sampled HR@10 is not a noisy HR@10. It is a smooth HR@100.** Averaging more draws makes it
# a more precise HR@100. Our two models differ in just this. The counter is often *exactly* right,
# but beyond the few films that it has seen follow the last one, it knows nothing. EASE is less
# often exactly right, and less often far off. Full ranking asks for the first skill, 99 negatives
# for the second.
#
# And *inflation* is no constant factor: it goes from about two to more than ten in one table. No
# rule of thumb takes you from one protocol to the other.

# %% [markdown]
# ### A shift, not noise: the expectation against real draws
#
# A control: run the protocol the way the papers do. Score the films again, draw 99 for each
# person, rank. Repeat ten times with other draws.

# %% id="simulated"
from rectutor.evaluation import mask_seen
from rectutor.metrics import sampled_ranks

need(globals(), "ranks", "n_candidates", cell="1. Six models, ranked in full")
ease = models[3]
scores = mask_seen(ease.score(split.test.queries), split.test)
target = split.test.targets[:, 0]
rng = np.random.default_rng(0)
ten = [hit_rate(sampled_ranks(scores, target, 99, rng), K) for _ in range(10)]
exact = expected_sampled_hit_rate(ranks["EASE"], n_candidates, 99, K).mean()
agrees = abs(np.mean(ten) - exact) < 0.005

# %% id="simulated-said"
print("the mean of ten real draws is within 0.005 of the exact expectation:", agrees)
print(f"the draws differ by {max(ten) - min(ten):.3f} at most")
print(f"the shift from full ranking is {exact - (ranks['EASE'] <= K).mean():.3f}")

# %% [markdown]
# More draws average the small difference away. No number of draws removes the shift.
#
# Three more controls, whose answers are known beforehand. With all other films drawn the
# expectation must be the full HR@10. With nine drawn everybody is in the first ten. And a random
# scorer must get one in ten from 99 negatives: a model that knows *nothing* has HR@10 near 0.10.

# %% id="edges"
own, floor = ranks["EASE"], ranks["Random"]
for user, n in enumerate(n_candidates[:200]):
    one = expected_sampled_hit_rate(own[[user]], n, n - 1, K)
    assert np.isclose(one, own[user] <= K)
print("m = all others gives the full HR@10, person by person")
nine = expected_sampled_hit_rate(floor, n_candidates, 9, K).mean()
print(f"m = 9 gives everybody a hit, also at random: {nine:.1f}")
tenth = expected_sampled_hit_rate(floor, n_candidates, 99, K).mean()
print("m = 99 gives the random scorer about a tenth:", abs(tenth - 0.1) < 0.015)

# %% [markdown]
# ### Part of the story is a tie rule
#
# Remember the zeros. When nobody was seen to watch the held-out film right after the last one, the
# counter scores it 0, together with hundreds of others. This course counts ties *against* the
# held-out item, so it stands last, and is missed as soon as ten films are drawn. That is the cliff
# in the slider, where the counter falls below a random order. Does the flip survive if ties are
# broken at random, or in favour?

# %% id="ties"
from rectutor.analysis.protocols import ranks_by_tie_rule

need(globals(), "target", cell="2. Against 99 sampled films")
scores = mask_seen(markov.score(split.test.queries), split.test)
zeros = scores[np.arange(len(scores)), target] == 0
print(f"score 0 for the held-out film: {zeros.mean():.0%} of the people. Markov minus EASE:")
for rule, own in ranks_by_tie_rule(scores, target, np.random.default_rng(0)).items():
    one = pairs({"Markov": own, "EASE": ranks["EASE"]}, n_candidates, m=99, k=K).iloc[0]
    numbers = f"{one['full']:.2f} in full, {one['sampled']:.2f} sampled"
    print(f"ties {rule}: {numbers}: {one['verdict']}")

# %% [markdown]
# So the tie rule decides whether the lead is lost or turned around. Broken at random, ties leave
# the counter a lead in full and nothing beyond noise among 99. In favour of the target, a long row
# of zeros becomes a gift, and the counter leads under both protocols. But the rule is not all of
# it: a model that fills its zeros with something sensible still loses ground under sampling. Let
# the counter look at the five newest films, which leaves few ties:

# %% id="wide"
wide = Markov(window=5)
fit(wide, split)
wide_ranks = evaluate(wide, split).ranks[:, 0]
two = {"Markov (5 films)": wide_ranks, "EASE": ranks["EASE"]}
leads = {m: pairs(two, n_candidates, m, K).iloc[0] for m in (19, 99, 499)}
for m, one in leads.items():
    print(f"its lead over EASE with m = {m:>3}: {one['sampled']:.3f} ({one['verdict']})")
print(f"its lead in full: {leads[19]['full']:.3f}")

# %% [markdown]
# Its lead is real, shrinks as fewer films are drawn, and is gone at 19. Whether two models change
# places, and at which m, is a property of the two models. There is no safe small number.

# %% [markdown]
# ## 3. Repairing a sampled number
#
# Suppose you are given sampled ranks only; full ranks are gone. Can HR@10 be estimated from them?
# Krichene and Rendle (2020) give each sampled rank a *value* instead of "hit" or "miss". The values
# are chosen so that their expectation comes close to the full metric (least squares over all full
# ranks, each taken as equally likely). The weight `gamma` limits the scatter. With a smaller gamma
# the values fit more closely, but they grow and change sign:

# %% id="worth"
from rectutor.metrics import corrected_metric

need(globals(), "n_candidates", cell="1. Six models, ranked in full")
N = round(n_candidates.mean())  # one number for all: the method wants it so
hit_in_full = (np.arange(1, N + 1) <= K).astype(float)
for gamma in (0.1, 0.001):
    worth = corrected_metric(np.arange(1, 9), N, 99, hit_in_full, gamma)
    print(f"gamma {gamma}: sampled ranks 1 to 8 are worth {worth.round(1).tolist()}")

# %%
ask(
    "noise",
    "You lower gamma, for a closer fit. The scatter between repeated draws ...",
    ["shrinks", "stays", "grows"],
)

# %% id="correction"
from rectutor.analysis.negatives import repeat_correction

need(globals(), "ranks", "n_candidates", cell="1. Six models, ranked in full")
chosen = {name: ranks[name] for name in ("Random", "Item-kNN", "EASE", markov.name)}
repaired = repeat_correction(chosen, n_candidates, m=99, k=K, gammas=(0.1, 0.001), n_draws=200)

# %% id="correction-figure" tags=["nbval-ignore-output"]
bars = repaired.assign(pair=repaired["model"] + ": " + repaired["estimator"])
bars = bars.assign(**{c: bars[c] - bars["truth"] for c in ("value", "low", "high")})
charts.differences(bars, title="estimate less full HR@10, with the middle 95 % of 200 draws")

# %% id="correction-table" tags=["nbval-ignore-output"]
repaired.round(4)

# %% id="correction-said"
by_estimator = repaired.set_index(["estimator", "model"])
sampled, mild, sharp = (by_estimator.loc[name] for name in repaired["estimator"].unique())
reveal("noise", "grows" if (sharp["noise"] > mild["noise"]).all() else "does not grow")
small = (mild["bias"].abs() < 0.1 * sampled["bias"].abs()).all()
print("the correction leaves less than a tenth of the bias:", small)
loud = (sharp["noise"] > 2 * mild["noise"]).all()
print("gamma 0.001 scatters more than twice as much as gamma 0.1:", loud)
right = mild["value"].idxmax() == mild["truth"].idxmax()
print("the corrected numbers put the right model first again:", right)
closer = (sharp["bias"].abs() < mild["bias"].abs()).all()
print("the smaller gamma leaves less bias for every model:", closer)

# %% [markdown]
# What it **repairs**: the level and the order. What it **costs**: scatter that was not there (the
# full ranking has none) and a knob to choose. And look at the *bias* column: the closer fit holds
# on average over full ranks that are *equally likely*. Those of a trained model are not; they crowd
# near the top. So some bias stays, and for some models a smaller gamma leaves more of it. If you
# can compute full ranks, you need no repair: rank in full.

# %% [markdown]
# ## 4. Leaks
#
# A **leak** is a path by which the answer reaches the model in an evaluation, but not in real use.
# First a planted one: a bug that puts **the held-out film at the end of its own history**, a common
# slip of one index.

# %%
ask(
    "leak",
    "With the answer at the end of the history, the HR@10 of Markov (last film) ...",
    ["rises", "stays", "falls"],
)

# %% id="leak"
from rectutor.analysis.protocols import Canary, with_target_in_history

need(globals(), "models", "split", cell="1. Six models, ranked in full")
leaky = split._replace(test=with_target_in_history(split.test))
canary = Canary()
fit(canary, split)
watched = [markov, ease, canary]
leaks = pd.DataFrame({"model": [model.name for model in watched]})
leaks["honest"] = [evaluate(model, split).mean("HR@10") for model in watched]
leaks["answer in history"] = [evaluate(model, leaky).mean("HR@10") for model in watched]

# %% id="leak-table" tags=["nbval-ignore-output"]
leaks.round(3)

# %% id="leak-said"
after, before = leaks["answer in history"], leaks["honest"]
reveal("leak", "falls" if after[0] < before[0] else "does not fall")
print("Markov and EASE both look worse with the answer in hand:", (after < before)[:2].all())
print(f"the canary goes from {before[2]:.0f} to {after[2]:.0f}")

# %% [markdown]
# A leak need not flatter. Both models ask "what goes *with* these films?", and a film does not go
# with itself. So the slip makes them look bad, and nobody searches for a bug that lowers scores.
#
# The **canary** is a model that recommends only what the history already holds. Under an honest
# protocol it must score exactly 0; here it scores 1. It costs a few lines, and it is the control
# that must fail: put it into every evaluation you write.

# %% [markdown]
# The other classic: **test events counted in training**, because someone called `count` before the
# split.

# %% id="train-on-test"
need(globals(), "wide_ranks", "found", cell="2. Against 99 sampled films")
events = number_events(interactions)[0]  # everybody's events, test and validation among them
spoiled = {}
for make in (Popularity, EASE, Markov):
    model = make()
    model.count(events, split.n_items)
    spoiled[model.name] = evaluate(model, split).mean("HR@10")
honest = {name: found[name].mean("HR@10") for name in ("Popularity", "EASE")}
honest["Markov"] = hit_rate(wide_ranks, K)  # the counter that looks at five films
for name, value in spoiled.items():
    print(f"{name}: HR@10 {honest[name]:.2f}, with the test events counted {value:.2f}")

# %% [markdown]
# Popularity keeps one number for each film, and one more event hardly moves it. EASE and Markov
# keep a number for each *pair* of films, so they remember the answer itself. The leak does not
# raise all numbers alike: it favours models that can memorise. The canary is silent here, since
# the histories are clean. No single control finds every leak.

# %% [markdown]
# ### What leave-one-out lets a model know
#
# Leave-one-out asks about one person's Tuesday in 2001, and lets the model train on what everybody
# else did until 2021. How much training lies in the future of the question?

# %% id="later"
from rectutor.analysis.future import ask_in_blocks, future_table, share_later

need(globals(), "split", cell="1. Six models, ranked in full")
ahead = share_later(split)
print(f"of all pairs (question, training event), {ahead:.0%} have the event after the question")

# %%
ask(
    "future",
    "Train the Markov counter of five films only on what came before each question. Its HR@10 "
    "falls by what share? (0.1 means a tenth)",
)

# %%
ask(
    "why",
    "What makes it fall?",
    ["it lost the future", "it has fewer events", "both, about equally"],
)

# %% [markdown]
# The comparison needs care. A model that knows only the past has also seen *fewer* events. So the
# questions are sorted by time and cut into blocks, and three kinds of training answer each block:
# - *leave one out*: everything but the held-out films, later years too;
# - *same number of events*: the same, thinned to as many events as the past has (whole people,
#   drawn at random, are dropped);
# - *only the past*: what had happened when the block began.
#
# The columns: *value* is HR@10, *events* is how many were trained on (the mean over blocks),
# *unborn* is the share of the recommended films that nobody had watched yet, and *difference* is
# HR@10 less that of *only the past*, on the same people, with its interval.
#
# A first attempt, with five blocks (the first has no past and is left out):

# %% id="future"
five = future_table(ask_in_blocks(Markov, split, events, n_blocks=5))

# %% id="future-table" tags=["nbval-ignore-output"]
columns = ["kind", "value", "events", "unborn", "difference", "difference low", "difference high"]
five[columns].round(3)

# %% id="future-said"
need(globals(), "five", cell="4. Leaks")
is_real = five["difference low"][1] > 0
print("at the same number of events, the future is worth something, beyond noise:", is_real)

# %% [markdown]
# That looks like proof that the future leaks. But five blocks mean a model that is trained four
# times in more than twenty years: at the end of a block it has missed years of new films. Is it the
# future that helps, or is the other model *stale*? Turn that knob: cut into twenty blocks.

# %% id="future-twenty"
answers = {}
for make in (Markov, ItemKNN):
    answers[make.name] = ask_in_blocks(make, split, events, n_blocks=20)
twenty = pd.concat(future_table(one).assign(model=name) for name, one in answers.items())

# %% id="future-figure" tags=["nbval-ignore-output"]
drawn = twenty.assign(stratum=twenty["kind"], users=len(answers["Markov"]) // 3)
charts.strata(drawn, metric="HR@10")

# %% id="future-twenty-table" tags=["nbval-ignore-output"]
twenty[["model", *columns]].round(3)

# %% id="future-twenty-said"
everything, thinned, past = twenty[twenty["model"] == "Markov"].to_dict("records")
lost = 1 - past["value"] / everything["value"]
reveal("future", lost, within=0.05)
expect("share of HR@10 that Markov loses with the past only", lost)
is_same = thinned["difference low"] <= 0
reveal("why", "it has fewer events" if is_same else "it lost the future")
print("at the same number of events, the future is within noise of nothing:", is_same)
print("more than 1 recommended film in 100 was not out yet:", everything["unborn"] > 0.01)

# %% [markdown]
# The same in NDCG@10, which a claim at the end of this lesson is about:

# %% id="future-ndcg"
need(globals(), "answers", cell="4. Leaks")
gains = {}
for name, one in answers.items():
    gains[name] = future_table(one, "NDCG@10").set_index("kind")["value"]
    lost = 1 - gains[name]["only the past"] / gains[name]["leave one out"]
    expect(f"share of NDCG@10 that {name} loses with the past only", lost)
keeps = (gains["Markov"] > gains["Item-kNN"]).all()
print("the order of the two models is the same in all three:", keeps)

# %% [markdown]
# The first measurement could have been published as a leak. With a fresher model it is gone: on
# these people, whose taste does not change with the years, nearly all of the counter's fall is that
# the past holds fewer events. For Item-kNN the interval is too wide to say. (Section 9 asks real
# people.) The lesson inside the lesson: *make everything else equal before you call a difference
# a leak*.
#
# Leave-one-out still lets the model see what no service can: some lists hold films that nobody
# had yet. Its level is not what a service would get. It compares models fairly as long as none of
# them uses the future better than the others.
#
# **A trap in the other direction.** The strict split by one date (`time_split`) is honest about
# time, but asks other questions: only people active on both sides of the cut, and all their later
# films at once.

# %% id="time-split"
from rectutor.data import time_split

strict = time_split(interactions, validation_from=0.8, test_from=0.9)
popular = Popularity()
fit(popular, strict)
held = (strict.test.targets > 0).sum(axis=1)
hit, recall = (evaluate(popular, strict).mean(column) for column in ("HR@10", "Recall@10"))
print(f"{len(held)} people are left, with {held.mean():.0f} held-out films each")
usual = found["Popularity"].mean("HR@10")
print(f"popularity's HR@10 is {hit:.2f} here, against {usual:.2f} under leave-one-out")
print(f"its Recall@10, the share of the held-out films found, is {recall:.2f}")

# %% [markdown]
# One hit among some thirty held-out films is enough for HR. (Under leave-one-out, with one film
# held out, Recall@10 and HR@10 are the same.) A table that sets HR@10 of a time split beside HR@10
# of leave-one-out compares two different questions, asked of different people.

# %% [markdown]
# ## 5. Choosing on the test
#
# "I tried fifty settings, and report the best." Take the extreme case: fifty models that know
# nothing. The best on the test people is chosen and reported, and then meets **fresh people**.

# %%
ask(
    "best",
    "Fifty random models, judged on 300 people. The best one's HR@10 is how many times "
    "what it has on fresh people?",
)

# %% id="best"
from rectutor.analysis.selection import best_of, random_hits

need(globals(), "n_candidates", cell="1. Six models, ranked in full")
lucky = best_of(lambda rng: random_hits(n_candidates, 50, K, rng), n_choose=(100, 300, 1000, 2000))

# %% [markdown]
# A row for each number of people to choose on, means over 100 repetitions. *reported*: the best
# model, on the people it was chosen on. *fresh*: the same model on all the others. *average*: all
# fifty models on the others. *optimism*: reported less fresh.

# %% id="best-table" tags=["nbval-ignore-output"]
lucky.round(4)

# %% id="best-said"
small = lucky.set_index("users").loc[300]
reveal("best", small["reported"] / small["fresh"], within=0.5)
doubled = small["reported"] > 2 * small["fresh"]
print("on 300 people the best of fifty nothings reports at least twice its worth:", doubled)
same = abs(small["fresh"] - small["average"]) < 0.001
print("on fresh people it is a random model again, within 0.001:", same)
print("the optimism shrinks as people are added:", lucky["optimism"].is_monotonic_decreasing)

# %% [markdown]
# Now a real search: 24 settings of the Markov counter, which do differ.

# %% id="search"
windows, dampings = (1, 2, 3, 4, 5, 6, 8, 10), (0.0, 0.5, 1.0)
settings = [Markov(window, damping) for window in windows for damping in dampings]
for model in settings:
    fit(model, split)
hits = np.array([evaluate(model, split).per_user("HR@10") for model in settings])  # [24, users]
tuned = best_of(lambda rng: hits, n_choose=(100, 300, 1000))

# %% id="search-table" tags=["nbval-ignore-output"]
tuned.round(4)

# %% id="search-said"
need(globals(), "tuned", cell="5. Choosing on the test")
print(
    "choosing helps: fresh people get more than the average setting gives:",
    (tuned["fresh"] > tuned["average"]).all(),
)
print("and it flatters: more is reported than fresh people get:", (tuned["optimism"] > 0).all())

# %% [markdown]
# Harmless? **Choosing is right, reporting on the same people is not.** The optimism is larger with
# fewer people, and larger for fifty models that are all alike than for 24 settings that differ. The
# cure is simple: choose on validation, look at the test once.

# %% [markdown]
# ## 6. Whose HR@10?
#
# One mean hides many people. Here are four quarters of them, by length of history.

# %% id="strata"
from rectutor.analysis.strata import Forgetful, by_stratum, history_lengths, quarters

need(globals(), "found", cell="1. Six models, ranked in full")
lengths = history_lengths(split.test)
group = quarters(lengths, "films")
order = sorted(set(group), key=lambda name: int(name.split("-")[0]))
shown = [name for name in found if name not in ("Random", "Item-kNN")]
strata = by_stratum({name: found[name].per_user("HR@10") for name in shown}, group, order)

# %% id="strata-figure" tags=["nbval-ignore-output"]
charts.strata(strata, metric="HR@10")

# %% id="strata-said"
by_name = strata.pivot(index="stratum", columns="model", values="value").loc[order]
best = by_name.idxmax(axis=1)
print("the same model leads in every quarter:", best.nunique() == 1)
lower = (by_name.iloc[-1] < by_name.iloc[0]).all()
print("every model does worse for the longest histories than for the shortest:", lower)

# %% [markdown]
# More history, fewer hits, although most intervals overlap. Perhaps those who have seen the most
# have seen the easy films already. But these are *different people*, so the difference can come
# from the people, not from the length. To see what the length itself is worth, take the same
# people and let the model forget all but their newest films. (What they have seen stays masked.)

# %% id="forget"
remembered = (1, 2, 5, 20, 1000)
kept = pd.DataFrame(index=pd.Index(remembered, name="newest films known"))
for model in (ease, wide, models[-1]):
    asked = [evaluate(Forgetful(model, n), split) for n in remembered]
    kept[model.name] = [one.mean("HR@10") for one in asked]

# %% id="forget-table" tags=["nbval-ignore-output"]
kept.round(3)

# %% id="forget-said"
first, last = kept.iloc[0], kept.iloc[-1]
print(
    "EASE with one film known has less than four fifths of its HR@10:",
    first["EASE"] < 0.8 * last["EASE"],
)
print("five films are all the counter reads:", kept.loc[5, "Markov"] == last["Markov"])

# %% [markdown]
# So for the *same* people a longer memory helps EASE and SASRec. Between people it looked the other
# way round. A table by strata says where the hits are, not why.
#
# **Cold items.** Withhold a tenth of the films from training and ask for exactly those.

# %%
ask(
    "cold",
    "Asked for films it has never counted, popularity compared with a random order is ...",
    ["better", "the same", "worse"],
)

# %% id="cold"
from rectutor.data import cold_items, cold_users, load_truth
from rectutor.models.oracle import CONTENT_ONLY, Oracle

need(globals(), "interactions", cell="1. Six models, ranked in full")
withheld = cold_items(interactions, share=0.1, seed=0, max_cases=1000)
strangers = [RandomScores(), Popularity(), ItemKNN(), EASE(), Markov()]
for model in strangers:
    fit(model, withheld)
strangers.append(Oracle(load_truth("films"), withheld.user_ids, withheld.item_ids, CONTENT_ONLY))
cold = {model.name: evaluate(model, withheld).mean("HR@10") for model in strangers}

# %% id="cold-said"
need(globals(), "cold", cell="6. Whose HR@10?")
reveal("cold", "worse" if cold["Popularity"] < cold["Random"] else "not worse")
counting = [cold[name] for name in ("Popularity", "Item-kNN", "EASE", "Markov")]
print(f"the four models that count reach at most {max(counting):.3f}")
print("the random order does better than each of them:", cold["Random"] > max(counting))
print("reading content does better than random:", cold["oracle, content only"] > cold["Random"])

# %% [markdown]
# For a model made of ids a new film does not exist: it does not lose some hits, it loses all. The
# oracle that reads content shows that the questions can be answered, so the zero is the models'
# own. What text adds is the question of lesson 04.
#
# **Cold users** are another matter. These models never look up *who* asks, only what was watched.

# %% id="cold-users"
from rectutor.metrics import paired_difference

unknown = cold_users(interactions, share=0.2, seed=0)
met = Markov()
fit(met, unknown)
newcomers = evaluate(met, unknown)
knows_them = Markov()
fit(knows_them, split)
same = evaluate(knows_them, split, users=newcomers.user_index)
gain = paired_difference(same.per_user("HR@10"), newcomers.per_user("HR@10"), seed=0)
print(f"{len(newcomers.ranks)} people whom training has never met")
print("had it met them, their HR@10 would differ beyond noise:", gain.is_real)

# %% [markdown]
# A matrix factorisation, with one vector for each known person, could not be asked at all. "Cold
# start" is three things: new films, new people, and short histories. Say which one.

# %% [markdown]
# ## 7. Sure of what? Users, seeds, pairs
#
# The interval beside a number answers one question: what if *other people* of the same kind had
# been asked? It says nothing of training again. Below are two models, each trained five times
# with another seed and nothing else changed: a matrix factorisation, *MF (BPR)*, and a recurrent
# network, *GRU4Rec (CE)*, 32 wide. Twelve epochs at most keep the recording short.
#
# Compare two numbers: the *standard error over users* (the standard deviation of the mean; a 95 %
# interval reaches about two of them to either side) and the standard deviation over seeds.

# %%
ask(
    "seeds",
    "Can the standard deviation over five seeds be as large as the standard error over users?",
    ["no, for neither model", "yes, for one of them", "yes, for both"],
)

# %% id="seeds"
from rectutor.analysis.records import read_record
from rectutor.analysis.seeds import NAME, seed_pairs, seed_spread

record = read_record(NAME)
runs = record.table
print(record.said())

# %% id="seeds-table"
spread = seed_spread(runs)
spread.round(4)

# %% id="seeds-said"
ratio = (spread["over seeds"] / spread["over users"]).round(2)
for name, one in zip(spread["model"], ratio, strict=True):
    print(f"{name}: spread over seeds is {one} times the error over users")
large = int((ratio > 0.9).sum())
reveal("seeds", ["no, for neither model", "yes, for one of them", "yes, for both"][large])

# %% [markdown]
# (Five seeds tell a spread only roughly.)
#
# Now the trap. Compare two runs of *the same model* as if they were two models, on the same people,
# by the paired interval of lesson 01. Any "real difference" that comes out is a difference between
# seeds.

# %% id="seed-pairs"
need(globals(), "runs", cell="7. Sure of what? Users, seeds, pairs")
twins = pd.concat(seed_pairs(runs, name).assign(model=name) for name in spread["model"])
for name, one in twins.groupby("model", sort=False):
    n_real = int(one["is_real"].sum())
    print(f"{name}: {n_real} of {len(one)} pairs of seeds differ by their paired interval")
narrower = (twins["unpaired high"] - twins["unpaired low"]) / (twins["high"] - twins["low"])
print(f"the unpaired interval is {narrower.mean():.1f} times as wide as the paired one")

# %% id="seed-pairs-figure"
charts.differences(twins[twins["model"] == spread["model"].iloc[-1]], metric="HR@10")

# %% [markdown]
# The recurrent network "beats itself", beyond noise, in several pairs; by luck alone it would be
# one in twenty. A paired interval that leaves zero out says: *these two sets of weights* differ on
# people like these. To say that one *model* beats another, train both several times, and let the
# spread over seeds into the comparison. For the factorisation one seed would have done; you only
# know after looking.
#
# **Why pair at all?** Because people differ more than models do. Two models that count, same
# people, both ways:

# %% id="paired"
need(globals(), "found", cell="1. Six models, ranked in full")
a, b = (found[name].per_user("HR@10") for name in ("EASE", "Item-kNN"))
paired = paired_difference(a, b, seed=0)
error = np.hypot(a.std() / len(a) ** 0.5, b.std() / len(b) ** 0.5)
print(f"unpaired is {2 * 1.96 * error / (paired.high - paired.low):.1f} times as wide as paired")
shuffled = paired_difference(a, np.random.default_rng(0).permutation(b), seed=0)
wider = shuffled.high - shuffled.low > 1.1 * (paired.high - paired.low)
print("control: with the pairing shuffled the interval is wide again:", wider)

# %% [markdown]
# ## 8. Same model, other protocol
#
# Everything so far in one table, and a few habits more. The models are not touched; each row
# changes one thing.

# %%
ask(
    "range",
    "From lowest to highest row: HR@10 of the Markov counter (last film) varies by a factor of ...",
)

# %% id="protocols"
from rectutor.analysis.protocols import Constant, protocol_table


def last_film() -> Markov:
    """Make the counter of this lesson."""
    return Markov(window=1)


need(globals(), "interactions", cell="1. Six models, ranked in full")
habits = protocol_table(last_film, interactions)
other = protocol_table(EASE, interactions)
habits.insert(2, "EASE", other["value"])
habits["who leads"] = np.where(habits["value"] > habits["EASE"], "Markov", "EASE")

# %% id="protocols-table" tags=["nbval-ignore-output"]
habits.rename(columns={"value": "Markov"}).drop(columns=["low", "high"]).round(3)

# %% id="protocols-figure" tags=["nbval-ignore-output"]
charts.leaderboard(habits.rename(columns={"protocol": "model"}), metric="HR@10 of Markov")

# %% id="protocols-said"
factor = habits["value"].max() / habits["value"].min()
reveal("range", factor, within=2)
print("the protocol alone moves HR@10 by more than a factor of five:", factor > 5)
print(
    "and it decides who leads: both names stand in the last column:",
    habits["who leads"].nunique() == 2,
)
nothing = Constant()
fit(nothing, split)
scores = mask_seen(nothing.score(split.test.queries), split.test)
ties = ranks_by_tie_rule(scores, target, np.random.default_rng(0))
print("a constant scorer:", {rule: f"{hit_rate(own, K):.2f}" for rule, own in ties.items()})

# %% [markdown]
# The last line is the control. A model that scores everything alike is worth nothing, and
# gets HR@10 of 0 or of 1, by the tie rule alone.
#
# Look for the rows that surprise. Leaving the validation film out of the history cripples the
# counter, which then looks at the wrong last film, and hardly touches EASE. Counting only high
# ratings breaks the chain of films in the same way. Holding out a tenth asks which films fit
# *somewhere* ahead, which suits EASE, and gives several chances to hit. None of these choices is a
# lie, and together they can put either model first.
#
# **The protocol box.** Before you compare two HR@10, ask for all of these; a missing answer means
# the two cannot be compared.
#
# | knob | ask | this course |
# |---|---|---|
# | candidates | all items, or how many sampled, drawn how? | all |
# | seen items | masked? | masked, never the target |
# | ties | for, against, at random? | against |
# | held out | last item, a share, after a date? how many targets? | last item, one |
# | history | with the validation item? | with it |
# | thinning | k-core, ratings that count, users dropped? | 5-core, all ratings |
# | choice | on validation or on the test? how many tried? | validation |
# | certainty | interval over users? seeds? paired? | interval, paired; seeds where trained |

# %% [markdown]
# ## 9. On real people
#
# Does any of this depend on simulated people? The count models of this lesson on MovieLens
# ml-latest-small, recorded:

# %% id="real"
from rectutor.analysis import future, negatives
from rectutor.analysis.records import read_record

real = read_record(negatives.NAME)
print(real.said())
curve = real.table[real.table["model"].isin(["Random", "Popularity", "EASE", "Markov"])]
charts.order_of_models(curve)

# %% id="real-said"
values = real.table.pivot(index="m", columns="model", values="value")
print(values.loc[[99, values.index.max()]].T.round(3).to_string())
inflation = (values.loc[99] / values.iloc[-1]).drop("Random")
print(f"inflation by 99 negatives: from {inflation.min():.1f} to {inflation.max():.1f} times")
print(f"of a random order, by arithmetic: {(10 / 100) / (10 / 3650):.0f} times")

# %% [markdown]
# *Markov* is the counter that looks at five films. In full it leads EASE, and against 99 negatives
# it no longer does: on real people the lead is lost without a narrow model. (The largest m is full
# ranking. The intervals reach about 0.03 to either side, since there are only 610 people. The
# random order hit nobody in full, so its inflation is worked out: ten of 100 against ten of 3,650.)
#
# And what leave-one-out knows of the future, with the columns of section 4:

# %% id="real-future"
later = read_record(future.NAME)
print(later.said())
later.table[["model", "blocks", *columns]].round(3)

# %% id="real-future-said"
at_twenty = later.table[
    (later.table["blocks"] == 20) & (later.table["kind"].str.startswith("same"))
]
for _, row in at_twenty.iterrows():
    print(
        f"{row['model']}: at the same number of events the future is worth something, "
        f"beyond noise: {row['difference low'] > 0}"
    )

# %% [markdown]
# Here the answer depends on the model. The counter again lost events, not the future. Item-kNN,
# which mixes all years in one table of similarities, does use later years, and a fresher model does
# not change that: a leak. Whether the future leaks is a property of data *and* model, so measure it
# for yours.

# %% tags=["nbval-ignore-output"]
import os

if os.environ.get("RECTUTOR_REAL_DATA"):
    now = negatives.on_real_data(os.environ["RECTUTOR_REAL_DATA"])
    print(now.pivot(index="m", columns="model", values="value").round(3).to_string())
else:
    print("Set RECTUTOR_REAL_DATA to the folder that holds ml-latest-small/ to measure it here.")

# %% [markdown]
# ## What this miniature leaves out
#
# - **A catalogue of a million.** With 1,100 films 99 negatives are a tenth of everything. With a
#   million, sampled HR@10 measures the first *hundred thousand*: the distortion here is mild.
# - **Feedback.** Real logs show what a deployed system chose to show. No protocol above repairs
#   that; only an experiment with people does.
# - **Many seeds, tuned rivals.** Five seeds are few. And a badly tuned rival can matter more than
#   anything here, and a protocol box does not catch it.
# - **People.** These are simulated; the sizes of the effects are this world's. The mechanisms, and
#   the controls that expose them, carry over; section 9 shows two of them on real ratings.

# %% [markdown]
# ## Claims
#
# The survey "Large Language Models for Recommendation" gives some numbers about protocols. Before
# you read them:
# - the inflation by 99 negatives has **no fixed size**. It depends on the catalogue and on the
#   model: under three times for one that is often exactly right, more than thirty for a random
#   order on a real catalogue;
# - on films withheld from training, models of ids lose **everything**;
# - a counter that may not see the future loses **far more than a few per cent** here, nearly all of
#   it because it has fewer events.

# %% id="claims"
from rectutor.course import show_claims

show_claims("03")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** Build the heart of the slider: the exact expected HR@k of a few people
# under m negatives, from their full ranks alone. Everybody has the same number of candidates,
# the held-out film among them. No random numbers.

# %% exercise="expected_hit_rate"
from math import comb


def expected_hit_rate(ranks: list[int], n_candidates: int, m: int, k: int) -> float:
    """Return the expected HR@k when m of the other candidates are drawn without replacement."""
    ### BEGIN SOLUTION
    total = 0.0
    for rank in ranks:
        above, below = rank - 1, n_candidates - rank
        ways = sum(comb(above, x) * comb(below, m - x) for x in range(min(k - 1, m) + 1))
        total += ways / comb(n_candidates - 1, m)
    return total / len(ranks)
    ### END SOLUTION


# %%
lesson03.expected_hit_rate.hint(1)  # 2 and 3 tell more

# %% check="expected_hit_rate" points=4
result = lesson03.expected_hit_rate.check(expected_hit_rate)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# When it is right, give everybody the mean number of candidates, `n = round(n_candidates.mean())`,
# and call `expected_hit_rate([min(r, n) for r in ranks["EASE"]], n, 99, 10)`. You should land within
# 0.001 of the slider.
#
# **Check 1 (5 minutes).** The rank of one held-out item, ties counting against it.


# %% exercise="pessimistic_rank"
def pessimistic_rank(scores: list[float], target: int) -> int:
    """Return the rank of scores[target], 1 is best; equal scores count as standing above."""
    ### BEGIN SOLUTION
    return sum(score >= scores[target] for score in scores)
    ### END SOLUTION


# %%
lesson03.pessimistic_rank.hint(1)  # 2 and 3 tell more

# %% check="pessimistic_rank" points=1
result = lesson03.pessimistic_rank.check(pessimistic_rank)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Spot the leak. Each row is one question: a history of item numbers (0 is
# padding), the time of each, the held-out target, and the moment of the question. Return the
# numbers of the rows, counted from 0, whose history knows what it must not.


# %% exercise="leaking_rows"
def leaking_rows(
    histories: list[list[int]], times: list[list[int]], targets: list[int], now: list[int]
) -> list[int]:
    """Return the rows whose history holds the target, or an event at or after the question."""
    ### BEGIN SOLUTION
    leaks = []
    for row, history in enumerate(histories):
        late = any(i != 0 and t >= now[row] for i, t in zip(history, times[row], strict=True))
        if late or targets[row] in history:
            leaks.append(row)
    return leaks
    ### END SOLUTION


# %%
lesson03.leaking_rows.hint(1)  # 2 and 3 tell more

# %% check="leaking_rows" points=1
result = lesson03.leaking_rows.check(leaking_rows)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson03.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 04 asks what words add where ids know nothing, beginning with the cold films
# on which every counter here scored zero.
