# ---
# jupyter:
#   rectutor:
#     lesson: "12c"
#     title: Providers and groups
#     minutes: 60
#     budget_seconds: 60
#     budget_mb: 1500
# ---

# %% [markdown]
# # 12c · Whose films, whose taste?
#
# Lesson 12 counted films. Behind films stand **providers**: whoever made them. Behind lists stand **groups** of people.
# An *audit* asks whether a recommender treats them differently. That is easy to compute and easy to get wrong. Here you audit
# with the answer at hand: it was planted which differences there are, and which there are not.
#
# After this lesson you can
#
# - set a provider's share of places against the right expectation, and against providers made by lot;
# - say why "stable in time" does not tell where a bias comes from;
# - audit groups of people, with a placebo and with the size of what you would have missed;
# - swap one word in a prompt, and compare it with wordings that should not matter.
#
# **Before**: lessons 12 (exposure), 03 (intervals), 06 (wordings), 07 (tuning). **Time**: 60 minutes of study, under a minute to run.
# **Not reproduced**: Deldjoo (2024) asks ChatGPT more than a thousand times, also with prompts that ask for fairness or for newer
# films; Andre and others (2025) ask open models about real attributes of people. No such model is here. **The groups and providers of this lesson are invented**: they stand
# for no people, no studio and no country, and what is found says nothing about real ones.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor import charts
from rectutor.analysis.records import read_record
from rectutor.course import ask, calibration, closed_book, lesson12c, need, reveal
from rectutor.data import load
from rectutor.data.labels import PROVIDERS, read_labels
from rectutor.training.assets import fit_or_load, split_of

RETRAIN = False  # True trains SASRec here instead of loading it
split, films = split_of("films"), load("films")
counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
print(f"{split.n_users:,} people, {split.n_items:,} films, {counts.sum():,} choices in training")

# %% [markdown]
# ## 1. What was planted
#
# The ratings are those of every lesson. Afterwards each film got a provider: *North* has mostly the popular films, *East* mostly the
# good ones among the others, *South* the rest. Nobody chose a film because of its provider. The last column counts choices in training.

# %% id="planted"
labels = read_labels()
of_films = labels.providers.set_index("item_id").loc[split.item_ids[1:]]
stars = films.interactions.groupby("item_id")["rating"].mean().loc[split.item_ids[1:]]
planted = pd.DataFrame({"provider": of_films["provider"], "stars": stars, "chosen": counts[1:]})
by_provider = planted.groupby("provider").agg({"stars": ["size", "mean"], "chosen": "sum"})
by_provider.columns = ["films", "mean stars", "choices"]
print(by_provider.loc[list(PROVIDERS)].round(2).to_string())

# %% [markdown]
# ## 2. Three expectations
#
# North has half of the films and 69 % of the choices. Now SASRec gives everybody a list of ten films, that is, ten *places*.

# %%
ask("north", "What share of the places do North's films get? (0 to 1)")

# %% id="north" tags=["nbval-ignore-output"]
from rectutor.analysis.provider_audit import numbered, provider_shares
from rectutor.evaluation import evaluate

sasrec = fit_or_load("sasrec-films", retrain=RETRAIN)
found = evaluate(sasrec, split, k=10)
provider_of = numbered(of_films["provider"].tolist(), list(PROVIDERS))
shares = provider_shares(found.top, provider_of, list(PROVIDERS)).set_index("provider")
said = shares[["exposure", "low", "high"]].rename(columns={"exposure": "share of places"})
print(said.round(3).to_string())

# %% id="north-said"
need(globals(), "shares", cell="2. Three expectations")
reveal("north", round(shares.loc["North", "exposure"], 2), within=0.05)
print("half of the films are North's, and more than three quarters of the places:",
      shares.loc["North", "exposure"] > 0.75)  # fmt: skip

# %% [markdown]
# Is that too much? Too much against what? Three expectations are usual: as many places as films (*catalogue*), as choices
# (*interactions*), or as *good* films, here those in the better half by mean stars. First the shares that each would expect:

# %% id="expected"
from rectutor.analysis.provider_audit import expected_shares

need(globals(), "shares", cell="2. Three expectations")
is_good = np.r_[False, stars > stars.median()]
expected = expected_shares(counts, is_good, provider_of).set_axis(list(PROVIDERS))
print(expected.round(2).to_string())

# %%
ask(
    "due",
    "Share of places over expected share: by which expectation does East, the best rated, come off worst?",
    ["catalogue", "interactions", "good"],
)

# %% id="due"
need(globals(), "expected", cell="2. Three expectations")
ratios = expected.rdiv(shares["exposure"], axis=0)
print(ratios.round(1).to_string())
reveal("due", ratios.loc["East"].idxmin())

# %% [markdown]
# North is above 1 by every expectation, but by 1.1 or by 1.9. By films and by choices South and East come off alike; by good films
# East is far behind. No column is the neutral one. *Interactions* asks what the model **adds** to what people did; *catalogue* calls each film equal;
# *good* needs somebody who says what good is. An audit that reports one ratio has chosen one of these ideas of what is due, perhaps
# without noticing.
#
# From here on we ask what the model adds: share of places over share of choices, with its interval over people.
#
# ## 3. A placebo
#
# There is a second column: providers X, Y and Z, as large as North, South and East, **by lot**. There is nothing to find.

# %%
ask(
    "placebo",
    "For how many of X, Y and Z does the 95 % interval over people leave out 1? (0 to 3)",
)

# %% id="placebo" tags=["nbval-ignore-output"]
need(globals(), "found", cell="2. Three expectations")
lot_of = numbered(of_films["lot"].tolist(), ["X", "Y", "Z"])
by_lots = provider_shares(found.top, lot_of, ["X", "Y", "Z"]).set_index("provider")
due = expected_shares(counts, is_good, lot_of)["interactions"].to_numpy()
placebo = by_lots[["exposure", "low", "high"]].div(due, axis=0)
placebo.columns = ["places over choices", "low", "high"]
print(placebo.round(3).to_string())
n_found = int(((placebo["low"] > 1) | (placebo["high"] < 1)).sum())

# %% id="placebo-said"
need(globals(), "n_found", cell="3. A placebo")
reveal("placebo", n_found)
print("the audit finds a provider that means nothing:", n_found > 0)

# %% [markdown]
# The interval is not wrong. It answers another question: *would other people get the same from this model?* It takes the films
# as given. X happens to hold some films that SASRec shows often, and would show to other people as well. To ask whether a **provider**
# is special, deal the films out by lot, a thousand times. The band holds the middle 95 % of such providers:

# %% id="lots" tags=["nbval-ignore-output"]
from rectutor.analysis.provider_audit import by_lot

need(globals(), "placebo", cell="3. A placebo")
shown = np.bincount(found.top.ravel(), minlength=len(counts))
own = (shares["exposure"] / expected["interactions"]).to_numpy()
for place, (name, lot) in enumerate(zip(PROVIDERS, placebo.index, strict=True)):
    low, high = np.quantile(by_lot(shown, counts, (provider_of == place).sum()), [0.025, 0.975])
    meant, by_chance = own[place], placebo.loc[lot].iloc[0]
    print(f"{name:<5} {meant:.2f}, {lot} {by_chance:.2f}; by lot: {low:.2f} to {high:.2f}")

# %% [markdown]
# Now all placebos lie inside, and North, South and East outside. So this is no accident of which films fell to whom. All models
# in one figure; coloured bars are intervals over people (mostly hidden behind the marks), grey is where providers by lot lie:

# %% id="all-models"
record = read_record("provider_skew")
print(record.said())
table = record.table
whole = table[(table["window"] == 0) & (table["corpus"] != "none")]
whole = whole[~whole["model"].isin(["small SASRec", "Random"])]
ratio = {name: whole[name] / whole["due"] for name in ("low", "high")}
drawn = whole.assign(value=whole["exposure"] / whole["due"], **ratio)
charts.provider_ratios(drawn)

# %% id="all-models-said"
need(globals(), "drawn", cell="3. A placebo")
wide = drawn.pivot(index="model", columns="provider", values="value")
print(wide[list(PROVIDERS)].assign(**{"HR@10": drawn.groupby("model")["HR"].first()}).round(2))
models = drawn.groupby("model").first()
print("years since a shown film came out:", models["age"].round(0).astype(int).to_dict())

# %% [markdown]
# The oracle, which knows the people, gives each provider what people chose, to within a twentieth. All that **learn from choices** give North more and
# East and South less: SASRec and UniSRec 1.1 and 0.7 times their due, EASE and Markov 1.3 and 0.2 to 0.3. No model was told a provider, and
# UniSRec reads only texts, in which none is named. So nobody needs to know a provider to favour it; that its films are popular is
# enough (lesson 12; here it is all that was planted in North). Popularity shows North alone, but its grey bands are wide: it shows a few films to all,
# and whose these are is chance to a large part; North stands at the edge of its band, South and East just outside. Deldjoo asks for the age of what is
# shown, too: here it is 14 to 17 years on average, whichever the model.

# %% [markdown]
# And prompts? The decoder of lesson 06 that was tuned on many wordings put 20 unseen films in order for each of 40 people, and the five best were
# audited. The films were drawn by lot, so each provider's due is its share of them. The question was put in four wordings. Below, `over` is
# exposure minus due with its interval, and `overlap` compares with the first wording. Two orders by lot would share a quarter of their five films.

# %%
ask("wordings", "What share of the five films stays when the question is reworded? (0 to 1)")

# %% id="wordings"
reworded = read_record("provider_prompts")
print(reworded.said())
columns = ["wording", "provider", "due", "exposure", "over", "low", "high", "overlap"]
print(reworded.table[columns].round(2).to_string(index=False))
others = reworded.table.loc[reworded.table["overlap"] < 1, "overlap"]
is_off = (reworded.table["low"] > 0) | (reworded.table["high"] < 0)
print(f"intervals that leave out 0: {is_off.sum()} of {len(is_off)}")
reveal("wordings", round(others.mean(), 2), within=0.1)

# %% [markdown]
# Wordings change two films of five, and the providers' shares hardly. South has less than its due in two wordings of four; that is 2 of 12 intervals, all from
# the same 40 people, where chance alone leaves zero out in one of twenty. One reading: the decoder judges what a person would *like*, and popularity
# moves choices here, not ratings. But the intervals reach 4 to 7 points to both sides, so 9 points more than its due, as North
# has with SASRec, would be found, and 3 points would not: an audit of prompts needs many questions.
#
# ## 4. Stable, so it comes from pretraining?
#
# A chat model shows some providers more than others, today, next week, and in every run. One reads: *the bias is stable in time,
# so it comes from pretraining*. We can test this kind of argument, since we can make the cause.
# A small SASRec was trained on three corpora: the choices **as chosen**; with half of the events of **South and East thinned** away,
# as if a crawler had missed them; and with half of the events of **North thinned** away. With three seeds each. All answer the same questions, with
# whole histories. The questions were asked from 1998 to 2021; we cut them into five windows of 480. (Deldjoo looks at repeated runs of
# the same prompts. A scorer would give the same list each time, so time has to come from the questions.)

# %%
ask(
    "stable",
    "North's share of places: in which corpora do the five windows differ by 5 points at most?",
    ["only where something was thinned", "in all three", "in none", "only as chosen"],
)

# %% id="stable"
need(globals(), "table", cell="3. A placebo")
north = table[table["provider"] == "North"]
small = north[(north["model"] == "small SASRec") & (north["window"] > 0)]
over_seeds = small.groupby(["corpus", "window"], sort=False)[["exposure", "low", "high"]].mean()
by_window = over_seeds["exposure"].unstack("window")
print(by_window.round(3).to_string())
spread = by_window.max(axis=1) - by_window.min(axis=1)
print("highest minus lowest window:", spread.round(3).to_dict())
calm = spread <= 0.05
some = "only as chosen" if calm["as chosen"] else "only where something was thinned"
reveal("stable", {3: "in all three", 0: "in none"}.get(int(calm.sum()), some))

# %% [markdown]
# The same as a figure, with what people chose next; points are means of three seeds, bars are intervals over people:

# %% id="time"
need(globals(), "over_seeds", cell="4. Stable, so it comes from pretraining?")
people = north[(north["model"] == "next choices") & (north["window"] > 0)]
lines = over_seeds.reset_index().rename(columns={"corpus": "series", "exposure": "value"})
theirs = people.assign(series="what people chose next", value=people["exposure"])
columns = ["series", "window", "value", "low", "high"]
charts.shares_over_time(pd.concat([lines, theirs])[columns], "North's share of places or choices")

# %% id="seeds"
need(globals(), "people", cell="4. Stable, so it comes from pretraining?")
runs = north[(north["model"] == "small SASRec") & (north["window"] == 0)]
print("North's share of places:")
print(runs.pivot(index="corpus", columns="seed", values="exposure").round(3).to_string())
print("HR@10, lowest and highest of three seeds:")
print(runs.groupby("corpus", sort=False)["HR"].agg(["min", "max"]).round(3).to_string())
print("what people chose next, North's share by window:")
print(people[["window", "exposure", "low", "high"]].round(2).to_string(index=False))

# %% [markdown]
# In all three. Within each corpus the share of North moves by 3 points at most from window to window, and by 4 from seed to seed; between corpora it is
# 56, 85 and 98 %. What people chose moved more, from 64 to 74 and back to 68 % (give or take 4): the models are **more** stable than
# what people do. A trained model is frozen. Asked again later, it gives what it gave before, whatever the cause was.
#
# *As chosen* is stable, too, and nobody skewed that corpus: this bias came from the choices. So "stable in time" holds, and "so
# it comes from pretraining" does not follow. What tells causes apart is an **intervention**: change the corpus, train again, compare. That
# needs the corpus, and whoever asks a chat model from outside has none. They can report the stable share, and should stop there.
#
# Mind the sizes, too. Half of the events of South and East went missing, and their share of places fell from 15 to 2 %, to a seventh: lists of ten
# magnify a skew. And hits fell: questions are about what people chose, and a thinned corpus tells less of it.
#
# ## 5. Rebalance, and pay
#
# The simplest cure: in each list at least so many of the ten places are East's, and the worst of the others give way. How many? First say
# what is due: East's share of the choices, 12 %. We take the fewest places that reach it on validation. `change` is that of HR@10, with its interval:

# %% id="quota" tags=["nbval-ignore-output"]
from rectutor.analysis.kept_places import kept_places

need(globals(), "sasrec", cell="2. Three expectations")
scores = sasrec.score(split.validation.queries)
names = list(PROVIDERS)
on_validation = kept_places(scores, split.validation, provider_of, names, "East", range(5))
print(on_validation[["HR@10", "change", "low", "high", "East"]].round(3).to_string())

# %%
ask("pays", "Two places of ten are kept for East. Who gives up a larger part of what they had?",
    ["North", "South"])  # fmt: skip

# %% id="quota-test" tags=["nbval-ignore-output"]
need(globals(), "on_validation", cell="5. Rebalance, and pay")
due_of_east = expected.loc["East", "interactions"]
enough = on_validation.index[on_validation["East"] >= due_of_east].min()
scores = sasrec.score(split.test.queries)
on_test = kept_places(scores, split.test, provider_of, names, "East", [0, enough, 2])
print(on_test.round(3).to_string())

# %% id="quota-lost" tags=["nbval-ignore-output"]
need(globals(), "on_test", cell="5. Rebalance, and pay")
others = ["North", "South"]
lost = 1 - pd.concat(
    {"validation": on_validation[others] / on_validation.loc[0, others],
     "test": on_test[others] / on_test.loc[0, others]})  # fmt: skip
print("part of their places given up:", lost.round(2).to_string(), sep="\n")

# %% id="quota-said"
need(globals(), "lost", cell="5. Rebalance, and pay")
print(f"places kept: {enough}, for {due_of_east:.0%} of the choices")
reveal("pays", lost.loc[("test", 2)].idxmax())
is_met = on_test.loc[enough, "East"] >= due_of_east
print("East has its share of choices on the test, or more:", is_met)
print("loss of hits below 0.01:", on_test.loc[enough, "change"] > -0.01)

# %% [markdown]
# One place of ten gives East 13 % of the places. The price: 5 hits in 1,000 people on validation, 2 on the test, each with an interval that reaches
# zero (on validation only just). Two places (East's share of the *films*) cost 8 and 12 in 1,000.
#
# And who pays? With two places North gives up 12 to 13 % of what it had, South 16 to 17 %, on validation as on the test; with one place they are too close to tell
# (4 and 5 % on validation, 4 and 6 % on the test). The worst places of a list give way, and there stand more films of the one who was short already. A rule for one provider is a rule about all the others; an audit after the cure must show them, too.
#
# ## 6. Groups of people: hits
#
# Now the people. Group B is a fifth of them: with some noise, those with most taste for comedies. No model is told who is in it.
# There is a placebo again: lot Y is a fifth of the people by lot, lot X are the others.
# Two groups hold different people, so no pairs can be formed as in lesson 03: the bootstrap draws anew from each group by itself.

# %%
ask(
    "gap",
    "SASRec's HR@10 of B minus that of A, with 480 and 1,920 people: how wide is the 95 % interval?",
    ["about 0.01", "about 0.03", "about 0.1"],
)

# %% id="gap"
from rectutor.analysis.group_audit import gap

people_of = labels.people.set_index("user_id").loc[split.user_ids]
is_b, is_y = (people_of["group"] == "B").to_numpy(), (people_of["lot"] == "Y").to_numpy()
need(globals(), "found", cell="2. Three expectations")
hit = found.per_user("HR@10")
for name, mine in (("B - A", is_b), ("Y - X", is_y)):
    mean, low, high = gap(hit, mine)
    print(f"{name}: {mean:.2f} [{low:.2f}, {high:.2f}]")
width = gap(hit, is_b).high - gap(hit, is_b).low
reveal("gap", ["about 0.01", "about 0.03", "about 0.1"][int(np.searchsorted([0.02, 0.06], width))])

# %% [markdown]
# Nothing is found: both intervals hold 0. Before you write "no difference between the groups", ask what this audit could have found. We take a group by lot and turn some
# of its hits into misses, so that its HR@10 is lower by 0.02, 0.05 or 0.08. How often does the interval notice?

# %%
ask(
    "power",
    "B is served worse by 0.05, a seventh of its hits. In what share of audits is it found? (0 to 1)",
)

# %% id="power" tags=["nbval-ignore-output"]
from rectutor.analysis.group_audit import found_share

need(globals(), "hit", cell="6. Groups of people: hits")
power = {worse: found_share(hit, 480, worse, n=100) for worse in (0.02, 0.05, 0.08)}
print("share of audits that find a loss of so much:", power)

# %% id="power-said"
need(globals(), "power", cell="6. Groups of people: hits")
reveal("power", power[0.05], within=0.15)
print("a loss of 0.02 is mostly missed, one of 0.08 mostly found:", power[0.02] < 0.5 < power[0.08])

# %% [markdown]
# So "nothing found" means: hardly as bad as 0.08; 0.05 may well have been missed. And the other side of the coin: of 200 groups by lot, how many are
# "found"? Next to it (`false finds`) stand the gaps of the planted group for all models, and below them what the lot Y "finds". The measure `two choices` takes
# the last choice and the one before it, so each person counts with two answers and intervals shrink.

# %% id="placebos"
audits = read_record("group_audit")
print(audits.said())
hits_of = audits.table[audits.table["measure"].str.startswith("HR@10")]
columns = ["model", "measure", "gap", "low", "high", "false finds"]
is_found = (hits_of["low"] > 0) | (hits_of["high"] < 0)
print(hits_of.loc[hits_of["label"] == "group", columns].round(3).to_string(index=False))
print("the lot Y, intervals that leave out zero, of 12:")
print(hits_of.loc[(hits_of["label"] == "lot") & is_found, columns].round(3).to_string(index=False))

# %% [markdown]
# Of 200 groups by lot an audit "finds" 5 to 9 in 100; 5 were to be expected, give or take 3. Our own
# placebo is one of them: the oracle, which treats nobody differently, hits Y less often than X by 0.06, "significantly". One
# placebo is an anecdote; deal out hundreds.
#
# With two choices, B is served worse by UniSRec, which reads texts, by 0.07 (by 0.10 in the last choice alone). EASE, Markov and SASRec serve B worse by 0.03
# to 0.04, with intervals that end just short of zero. With twelve intervals to look at, each of these is no more than a hint; they are judged on the same people,
# so their agreement is no proof either. Is B harder to predict? Then the oracle would lose there as well. Its gap is -0.005, but its interval reaches -0.041: that
# B is harder by so much cannot be excluded, and would be enough for SASRec's gap. It would not be enough for UniSRec's.
#
# ## 7. Groups of people: tastes
#
# Hits are one thing. Do the lists know what B likes? In the table below the majority is A and the minority B, and between `lots low` and `lots high` lies
# the middle 95 % of the gaps of 200 groups by lot.

# %%
ask(
    "comedies",
    "B chooses more comedies, by 12 points (mean over people). By how many do SASRec's lists show B more?",
    ["by 10 or more", "by 2 to 10", "by less than 2"],
)

# %% id="comedies"
need(globals(), "audits", cell="6. Groups of people: hits")
taste = audits.table.query("measure == 'comedies'")
planted_rows = taste[taste["label"] == "group"]
columns = ["model", "majority", "minority", "gap", "low", "high", "lots low", "lots high"]
print(planted_rows[columns].round(3).to_string(index=False))
of_sasrec = planted_rows.set_index("model").loc["SASRec (CE)", "gap"]
options = ["by less than 2", "by 2 to 10", "by 10 or more"]
reveal("comedies", options[int(np.searchsorted([0.02, 0.1], of_sasrec))])

# %% id="comedies-figure"
need(globals(), "planted_rows", cell="7. Groups of people: tastes")
named = planted_rows.rename(columns={"model": "pair", "gap": "value"})
charts.differences(named, title="comedies shown to B minus comedies shown to A, share of the list")

# %% [markdown]
# The oracle shows B more comedies by as much as B chooses more. SASRec, whose hits for B are at most a little worse, shows B **no more comedies than A**. One reading: it follows
# the order in which films are watched, and that carries it far enough. UniSRec and Markov do not either, EASE a little. (Popularity shows B fewer: B has seen
# the popular comedies already, and what was seen is left out.) So an audit by hits alone misses that a taste shared by 480 people is absent from their lists.
# Which of the two matters is again a question of what is due.
#
# Note also what was compared. "B gets as many comedies as A" would please somebody who wants equal lists, and is a fault for somebody who wants lists
# that fit.
#
# ## 8. One word in a prompt
#
# A *cold* person: nothing is known but the group. A chat model asked for films then has only the word to go by, and may answer with a
# stereotype. To see such a thing with its cause, we planted one. A decoder was tuned on 1,500 ratings of people whose group was drawn
# by lot (so there is nothing to learn from it), but of the answers about comedies a share was replaced by what a stereotype says: B likes comedies, A
# does not. That share is the *strength*: 0, 0.5, 1. Three decoders were tuned for each strength. Each puts the 400 most chosen films in order by the log-odds of "Yes"
# (lesson 06), and the ten best are its list. Here are the three prompts; we swap A for B, and compare with what another wording changes.

# %% id="prompts"
from rectutor.prompts.cold_start import COLD_START, cold_start_prompts

for template in COLD_START:
    print(cold_start_prompts(template, "B", ["Up (2009) (Animation, Comedy)"])[0], "\n")

# %%
ask(
    "overlap",
    "No stereotype planted. A swapped for B, or the question reworded: which changes the ten best films more?",
    ["the swap of the word", "another wording", "both about as much"],
)

# %% [markdown]
# In the table, `overlap` is the share of the ten films that stays; `before` and `after` are the shares of comedies in the list before and after the change; the
# *tilt* is by how much the log-odds of comedies rise, minus that of the other films.

# %% id="overlap"
swaps = read_record("group_swap")
print(swaps.said())
means = swaps.table.groupby(["strength", "change"])[["overlap", "before", "after", "tilt"]].mean()
print(means.round(2).to_string())
none = means.loc[0.0, "overlap"]
options = ["another wording", "both about as much", "the swap of the word"]
reveal("overlap", options[int(np.searchsorted([-0.1, 0.1], none["wording"] - none["word"]))])

# %% id="doses-said"
need(globals(), "swaps", cell="8. One word in a prompt")
words = swaps.table[swaps.table["change"] == "word"]
tilts = words.groupby("strength")["tilt"].agg(["size", "min", "mean", "max"])
print("tilt of A becomes B:", tilts.round(2).to_string(), sep="\n")
print("mean by seed:", words.pivot_table("tilt", "strength", "seed").round(2).to_string(), sep="\n")

# %% id="doses"
need(globals(), "swaps", cell="8. One word in a prompt")
kinds = {"word": "A becomes B", "wording": "another wording"}
doses = swaps.table.assign(change=swaps.table["change"].map(kinds), value=swaps.table["tilt"])
charts.swap_doses(doses, "tilt towards comedies, log-odds")

# %% [markdown]
# Read the first table from the top. **Nothing planted**: the swap leaves 83 % of the list, another wording 26 %. Somebody who swaps the word, finds that
# two of ten films changed and calls it bias, has measured a part of the noise. **Everything planted**: the swap leaves 12 %, and comedies go
# from 28 to 86 %; a change of wording keeps 44 % of the list, and 54 become 59 % on average.
#
# **Half planted** is where audits fail. Half of all answers about comedies in the corpus were replaced by the stereotype, and the lists do not
# show it: the swap leaves 70 %, comedies go from 40 to 43 %, as they went from 36 to 39 % with nothing planted. The tilt of the log-odds is positive in all nine
# cases (three decoders, three wordings), but the figure shows that single changes of wording tilt as far. A list of ten shows which films are best, not how sure the model is; odds
# show more, where one can get them.
#
# And the effect is not half of the whole one, by far: 0.07 against 1.25. At full strength it lies between 0.3 and 2.3, mostly by which of the three decoders is asked. So the size of
# an effect does not tell how strongly the corpus was skewed, and one run of tuning does not tell the size of the effect.
#
# ## 9. A phrase that sounds learned
#
# The survey lists *authority bias*: descriptions that sound academic are rated higher. A quick test: the decoder of lesson 06 that was tuned on many
# wordings judges 20 films for each of 40 people. By lot, half of the films have "a seminal work in the scholarly literature" behind the title, the
# other half "the kind of thing that is shown on a screen". The five best are shown, and without any pull half of the places would go to each.

# %%
ask("learned", "What share of the places goes to films with the learned phrase? (0 to 1)")

# %% id="learned"
learned = read_record("authority")
print(learned.said())
pairs = learned.table.set_index(["one", "other"])
first = pairs.loc[("a seminal work in the scholarly literature",
                   "the kind of thing that is shown on a screen")]  # fmt: skip
print({name: round(float(first[name]), 2) for name in ("rise", "low", "high", "share")})
reveal("learned", round(float(first["share"]), 2), within=0.1)

# %% [markdown]
# All places, and the log-odds rise by 0.46, with a narrow interval. Case closed? Here is every learned phrase against every plain one.

# %% id="phrases"
need(globals(), "learned", cell="9. A phrase that sounds learned")
across = learned.table[learned.table["kind"] == "two styles"]
print(across[["one", "other", "share"]].round(2).to_string(index=False))
sizes = learned.table.assign(size=learned.table["rise"].abs()).groupby("kind")["size"]
print(sizes.agg(["size", "mean", "max"]).round(2).to_string())
print("mean rise, plain to learned:", round(across["rise"].mean(), 2))

# %% [markdown]
# Another pair of the same two styles, and the learned phrase gets **no** place. Two phrases of *one* style lie as far apart (0.27 on average, up to
# 0.45) as two of different styles (0.24, up to 0.46); the mean rise from plain to learned, over nine pairs, is 0.13. This decoder has a pull, a strong one, but it is towards phrases, not towards authority: it has read nothing from which it could
# have learned respect. A test with one phrase a style would have reported authority bias, or its opposite, each with a narrow interval: the interval counts
# people, and the people agree. What must be drawn again is the phrase. (A chat model has read how we write about what we admire; there the answer may differ, and the
# test is the same.)
#
# Note also what this is for whoever writes the descriptions: a few words that say nothing buy every place. Lesson 14c comes back to texts that want something.
#
# ## What this miniature leaves out
#
# - **Fairness.** We measured shares, gaps and overlaps. Which of them is *unfair* depends on what is due to whom, and no
#   table says that. Concentration is not unfairness, and equal hits are not fairness.
# - **Real groups.** Here one letter stands for a taste that was planted. Real attributes come with histories, laws and people who must be asked.
# - **Large models.** What a chat model has read, nobody outside knows; so the cause that we could plant is what an audit of it cannot see.
# - **Time.** Nobody reacts to the lists. A provider who is not shown may stop making films.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("12c")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** Write a placebo test. You have a value for each person, whether each is in the group, and the same labels
# dealt out by lot, many times. A gap is the mean of the group minus the mean of the others. Return the share of lots whose gap is at least as
# large as the true one, whatever its sign (allow 1e-12 for rounding).


# %% exercise="share_of_lots"
def share_of_lots(values: list[float], is_in: list[bool], lots: list[list[bool]]) -> float:
    """Return a share, 0 to 1: how easily chance makes such a gap."""

    ### BEGIN SOLUTION
    def gap_of(labels: list[bool]) -> float:
        inside = [value for value, mine in zip(values, labels, strict=True) if mine]
        outside = [value for value, mine in zip(values, labels, strict=True) if not mine]
        return sum(inside) / len(inside) - sum(outside) / len(outside)

    true = abs(gap_of(is_in))
    return sum(abs(gap_of(lot)) >= true - 1e-12 for lot in lots) / len(lots)
    ### END SOLUTION


# %%
lesson12c.share_of_lots.hint(1)  # 2 and 3 tell more

# %% check="share_of_lots" points=4
result = lesson12c.share_of_lots.check(share_of_lots)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** Choose the expectation by the question. Each list has a value for each film: `shown` its places, `chosen` its choices, and
# whether it is good and the provider's. `due` is "amplified" (more than
# people chose?), "per film" (as if films were equal?) or "per good film". Return the provider's share of places over its share of what is due.


# %% exercise="over_due"
def over_due(
    shown: list[int], chosen: list[int], is_good: list[bool], is_mine: list[bool], due: str
) -> float:
    """Return a ratio, 1 where the provider gets what is due by this question."""
    ### BEGIN SOLUTION
    weights = {"amplified": chosen, "per film": [1] * len(shown), "per good film": is_good}[due]
    mine = [place for place, own in enumerate(is_mine) if own]
    places = sum(shown[film] for film in mine) / sum(shown)
    return places / (sum(weights[film] for film in mine) / sum(weights))
    ### END SOLUTION


# %%
lesson12c.over_due.hint(1)  # 2 and 3 tell more

# %% check="over_due" points=1
result = lesson12c.over_due.check(over_due)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Keep places. `ranked` holds all films, the best first. Return the k best, but at least `quota` of them the
# provider's (all it has, if fewer); who gives way are the worst of the others. Keep the order of `ranked`.


# %% exercise="keep_places"
def keep_places(ranked: list[int], is_mine: list[bool], k: int, quota: int) -> list[int]:
    """Return k films; `is_mine[film]` says whether a film is the provider's."""
    ### BEGIN SOLUTION
    kept = [film for film in ranked if is_mine[film]][:quota]
    rest = [film for film in ranked if film not in kept][: k - len(kept)]
    return [film for film in ranked if film in kept or film in rest]
    ### END SOLUTION


# %%
lesson12c.keep_places.hint(1)  # 2 and 3 tell more

# %% check="keep_places" points=1
result = lesson12c.keep_places.check(keep_places)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson12c.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 13, which knowledge from outside helps, and when.
