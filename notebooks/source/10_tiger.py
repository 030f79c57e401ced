# ---
# jupyter:
#   rectutor:
#     lesson: "10"
#     title: TIGER, or a model that writes ids
#     minutes: 80
#     budget_seconds: 90
#     budget_mb: 1800
# ---

# %% [markdown]
# # 10 · Can a generator replace the index?
#
# SASRec (lesson 02) compares one vector with the vector of every item: what it searches is an *index* of all items.
# TIGER (Rajput et al., NeurIPS 2023) compares nothing. It reads the codes of what a person has chosen, and
# **writes** the codes of what comes next, one after the other (lesson 09 made them). No list of items is looked
# through, and an item that came out today can be written, if its id can.
#
# After this lesson you can
#
# - follow an id from history to list: what reads, what writes, and what keeps it to ids that exist;
# - say where a search loses the best item, and what it costs to find it;
# - read "TIGER beats SASRec" and ask the two questions that matter.
#
# **Before**: lessons 02 (SASRec and its two losses), 03 (intervals), 05 (names of items) and 09 (codebooks).
# **Time**: 80 minutes of study, a minute to run. **Not reproduced**: the paper's Amazon data, and its T5 of 13 million
# weights.

# %% id="settings"
import numpy as np
import pandas as pd
import torch

from rectutor import charts
from rectutor.course import ask, calibration, closed_book, lesson10, need, reveal
from rectutor.data import load
from rectutor.training.assets import fit_or_load, split_of

RETRAIN = False  # True trains TIGER here instead of loading it; the card says how long that takes
films, split = load("films"), split_of("films")
print(f"{split.n_items:,} films, {split.n_users:,} people")

# %%
known = films.items.set_index("item_id").loc[split.item_ids[1:]]
titles = ["", *known["title"]]  # by item index
model = fit_or_load("tiger-films", retrain=RETRAIN)

# %% [markdown]
# ## 1. Codes in, codes out
#
# Each film has two codes of 64. They describe its text and what it follows and precedes: the vectors of lesson 04
# and those that the SASRec of lesson 02 has learned, put side by side and quantised as in lesson 09. Films that would share an id were
# moved to the next nearest that is free. (Keep in mind that this TIGER has had a SASRec as a teacher.)

# %% id="ids"
person = split.test.queries.take(slice(12, 13))
for item in person.history[0, -5:]:
    print(f"reads  {tuple(model.codes[item].tolist())!s:<9} {titles[item]}")
target = split.test.targets[12, 0]
print(f"next   {tuple(model.codes[target].tolist())!s:<9} {titles[target]}")

# %% [markdown]
# The **encoder** is a transformer like SASRec: it reads the films of the history, each the sum of the vectors of its codes. The
# **decoder** begins from what the encoder made of the newest film, looks back at the others, and gives a probability to each
# first code. Then it is told which code was taken, and gives probabilities for the second.

# %% id="first"
with torch.inference_mode():
    writer = model.write(person)
    first = writer.first()[0, 0].exp()  # [K]
print(f"probabilities of {len(first)} first codes, they sum to {first.sum():.3f}")
for code in first.topk(3).indices.tolist():
    begun = [titles[i] for i in np.flatnonzero(model.codes[:, 0] == code) if i][:3]
    print(f"{first[code]:.2f}  ({code}, ...)  {'; '.join(begun)}")

# %% [markdown]
# An item's probability is a product: that of its first code, times that of its second *given the first*. Training
# makes the products of what people really chose large; nothing else. The loss is the sum of two cross-entropies, and every
# film of a history but the first is a target once an epoch.

# %%
ask(
    "weights",
    "The survey gives TIGER 60 million weights (C062); the paper's T5 has about 13. And ours, 64 wide, "
    "with two encoder blocks and one decoder block? (in thousands)",
)

# %% id="weights"
n_weights = sum(parameter.numel() for parameter in model.parameters())
of_codes = model.vectors.numel() + model.outputs.numel()
print(f"{n_weights:,} weights, of these {of_codes:,} belong to codes")
print(f"a vector for each film instead would be {split.n_items * model.config.width:,}")
reveal("weights", round(n_weights / 1e3), within=60)

# %% [markdown]
# With a thousand films that saves little. A hundred million items would need a table of 26 GB at this width; four codebooks of 256 need
# a quarter of a megabyte.
#
# ## 2. Ids that do not exist
#
# Two codes of 64 make 4,096 ids, for 1,119 films. Let the model write freely: the 20 most probable ids of each
# person, whether or not there is such a film.

# %%
ask("invalid", "Of the ids that TIGER writes freely, what share is no film? (by lot 0.73)")

# %% id="invalid"
from rectutor.models.tiger import TIGER

few = split.test.take(slice(0, 400))
untrained = TIGER(model.codes[1:].numpy(), model.config)
share_of = {}
for name, one in {"untrained": untrained, "trained": model}.items():
    free = one.beam(few.queries, 20, is_held=False)
    share_of[name] = (free.items == 0).mean()
    n_first = (free.items[:, 0] == 0).sum()  # of the most probable id of each person
    print(
        f"{name:<10} {(free.items == 0).sum():>5,} of {free.items.size:,}, {n_first} of 400 firsts"
    )
reveal("invalid", round(float(share_of["trained"]), 2), within=0.1)

# %% [markdown]
# Not one of 8,000. A trained model knows which ids exist, for only those were ever its targets, and with four possible ids a film
# that is easily learned. (The paper, with far more ids, reports 0.1 to 1.6 %, and drops them.) But "seldom" is a
# hope, and a shop wants a guarantee.
#
# ## 3. A trie holds the pen
#
# Write down all ids as a tree: from the root a branch for each first code, from there one for each second code that *exists*
# behind it. Such a tree of beginnings is a **prefix trie**. At each step the model may only take a branch that is
# there; all others are struck out (what is left is not scaled up). What comes out is a film, always.

# %%
ask(
    "held",
    "An untrained TIGER with the trie: all its ids are films. How does its HR@10 compare with luck?",
    ["like luck", "twice as good", "ten times as good"],
)

# %% id="held"
from rectutor.evaluation import evaluate

by_luck = 10 / (split.n_items - (split.test.queries.history > 0).sum(axis=1)).mean()
judged = {"untrained": evaluate(untrained, split), "TIGER": evaluate(model, split)}

# %% tags=["nbval-ignore-output"]
need(globals(), "judged", cell="3. A trie holds the pen")
for name, one in judged.items():
    valid = (one.top > 0).mean()
    print(f"{name:<10} {valid:.0%} films, HR@10 {one.mean('HR@10'):.3f} (by lot {by_luck:.3f})")
ratio = judged["untrained"].mean("HR@10") / by_luck
answers = ["like luck", "twice as good", "ten times as good"]
reveal("held", answers[int(np.searchsorted([1.5, 5], ratio))])

# %% [markdown]
# A trie cures invalid ids, not ignorance. "No hallucinated items" says nothing about quality.
#
# How large is a trie? The survey says on one page that it is small, "four codebooks of 256 entries", and on another that it
# becomes a bottleneck (C176, C177). Entries are not nodes:

# %%
ask(
    "nodes",
    "A million items with four codes of 256 by lot: how many nodes has their trie, in millions?",
)

# %% id="nodes"
from rectutor.trie import Trie

rng = np.random.default_rng(0)
drawn = np.unique(rng.integers(0, 256, (1_000_000, 4)), axis=0)
large = Trie(drawn, 256)
n_nodes = sum(len(codes) for codes in large.codes)
print("nodes on each level:", [f"{len(codes):,}" for codes in large.codes])
print(f"{len(drawn):,} ids, {n_nodes:,} nodes, {large.n_bytes / 1e6:.0f} MB in arrays")
print(f"an item: {large.n_bytes / len(drawn):.1f} bytes, and 4 for its number")
reveal("nodes", round(n_nodes / 1e6, 1), within=0.5)

# %% [markdown]
# Entries do not grow with the catalogue; nodes do, by one an item at least. With a million items nearly every item has a path of its own after its
# third code. So a trie is not "1,024 entries". Nor need it be a bottleneck: at ten bytes an item, a billion (10⁹) items take some 10 GB, which fits
# into one machine.
#
# ## 4. Beams
#
# To find the most probable *film*, one would have to write them all. A **beam search** keeps, at each step, only
# the W most probable beginnings. With one beam that is greedy: the best first code, then the best second
# behind it.

# %%
ask(
    "greedy",
    "One beam: for what share of people does it end at the most probable film of all those that "
    "they have not seen? (0 to 1)",
)

# %% id="exact"
from rectutor.evaluation import mask_seen
from rectutor.models.code_recommender import Exact

scores = mask_seen(Exact(model).score(few.queries), few)  # every film's id, written out
ranked = np.argsort(-scores, axis=1, kind="stable")
print(f"{len(few.targets)} people, {scores.shape[1] - 1:,} films each")

# %% id="greedy"
need(globals(), "ranked", cell="4. Beams")
rows = []
for width in (1, 2, 3, 5, 10, 20):
    items = model.beam(few.queries, width).items
    found = (ranked[:, :width, None] == items[:, None, :]).any(axis=2)
    hits = [(some == few.targets).any(axis=1).mean() for some in (items, ranked[:, :width])]
    rows.append((width, found.all(axis=1).mean(), *hits))
columns = ["beams W", "all of the best W found", "HR@W", "HR@W, exact"]
table = pd.DataFrame(rows, columns=columns).set_index("beams W")

# %% tags=["nbval-ignore-output"]
need(globals(), "table", cell="4. Beams")
print(table.round(3).to_string())
reveal("greedy", round(float(table["all of the best W found"][1]), 2), within=0.1)

# %% [markdown]
# `all of the best W found` is the share of people for whom the films that a beam of W comes out with are the W most probable ones. `HR@W`
# says how often the film that came next is among them, beside what an exact search would hit.
#
# Why does a narrow beam lose the best film? A first code is judged by all films that share it *together*. A probable film among
# improbable ones stands behind a weak first code, and is gone before its own code is asked for.
#
# And why is ten enough? Because here a search is short: two steps, and behind a first code stand some 17 films. With longer ids
# there are more steps at which a beam can die. Measure it; do not assume it, neither way.
#
# Now do it yourself. Keep two beginnings by hand, then let the beams walk. ★ is the film that the person really chose next.
# Choose a person, the number of beams, and step: every bar is a beginning with the probability of all that it has written;
# hollow ones were dropped. Switch the trie off and see where ids lead that do not exist.

# %% id="stepper" tags=["nbval-ignore-output"]
from rectutor.data.phrases import genre_label
from rectutor.widgets import TrieStepper

facts = [[("genre", genre_label(genre)) for genre in genres] for genres in known["genres"]]
counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)[1:]
both, targets = {"trained": model, "untrained": untrained}, few.targets[:, 0]
view = TrieStepper.of(both, few.queries, targets, titles[1:], facts, counts=counts)
view

# %% [markdown]
# ## 5. Other lists: temperature
#
# The list is the same whenever you ask. To vary it, *draw* films by their probabilities instead of taking the best, with
# probabilities made flatter by a **temperature** T: divide the log-probabilities by T, and scale the probabilities to sum to one. Drawing ten without putting back is a
# line of code: add Gumbel noise to the log-probabilities, and take the ten best (Kool et al., 2019). `T = 0` is the list of the ten best.

# %%
ask(
    "drawn", "At T = 1, what is HR@10 of drawn lists, as a share of HR@10 of the best ten? (0 to 1)"
)

# %% id="drawn"
from rectutor.metrics.exposure import coverage, exposure_counts, gini

everyone = split.test
log_p = mask_seen(Exact(model).score(everyone.queries), everyone)
noise = np.random.default_rng(0).gumbel(size=log_p.shape)
rows = []
for T in (0, 0.5, 1, 2):
    keys = log_p if T == 0 else log_p / T + noise
    lists = np.argsort(-keys, axis=1, kind="stable")[:, :10]
    hit = (lists == everyone.targets).any(axis=1).mean()
    counted = exposure_counts(lists, split.n_items)
    rows.append((T, hit, coverage(lists, split.n_items), gini(counted)))
warm = pd.DataFrame(rows, columns=["T", "HR@10", "coverage", "Gini"]).set_index("T")

# %% tags=["nbval-ignore-output"]
need(globals(), "warm", cell="5. Other lists: temperature")
print(warm.round(3).to_string())
reveal("drawn", round(float(warm.loc[1, "HR@10"] / warm.loc[0, "HR@10"]), 2), within=0.15)

# %% [markdown]
# `coverage` and `Gini` are those of lesson 01: the share of films that anybody is shown, and how unequally they are shown. Variety has
# a price, and now you know it.

# %% id="drawn-said"
need(globals(), "warm", cell="5. Other lists: temperature")
print("each step of T shows more films:", warm["coverage"].is_monotonic_increasing)
print("and more evenly:", warm["Gini"].is_monotonic_decreasing)
print("and costs hits:", warm["HR@10"].is_monotonic_decreasing)

# %% [markdown]
# ## 6. What has to be in a code
#
# The mechanism is the same whatever the codes say. So change the codes alone: by lot, of text, of behaviour, of both; with more
# or fewer codes and levels. Each trains a TIGER of this size for twenty epochs, twice (the shipped one had up to sixty). The paper's ids are made of text
# alone: three levels and a suffix.
#
# In the table `value` is HR@10, `exact` the same when every id is scored instead of searched, `best_epoch` which of the twenty was best on
# validation, and `apart` the distance between the two trainings. (The row `read code by code` comes back below; it has one training.)

# %%
ask(
    "codes",
    "Codes by lot, learned by heart: HR@10 as a share of that with codes of text and behaviour? (0 to 1)",
)

# %% id="codes"
from rectutor.analysis.records import read_record

record = read_record("tiger_codes")
trainings = record.table.groupby("codes", sort=False)
shown = trainings[["value", "exact", "Gini", "best_epoch"]].mean()
shown["apart"] = trainings["value"].agg(np.ptp)  # between the two trainings
print(shown.sort_values("value", ascending=False).round(3).to_string())
print(record.said())
best = "text and behaviour, 2 x 64"
reveal(
    "codes", round(float(shown["value"]["by lot, 2 x 64"] / shown["value"][best]), 2), within=0.15
)

# %% id="codes-figure"
need(globals(), "record", cell="6. What has to be in a code")
first_runs = record.table[record.table["seed"] == 0].rename(columns={"codes": "model"})
charts.leaderboard(first_runs[["model", "value", "low", "high"]], metric="HR@10")

# %% [markdown]
# All of them are far above luck (0.009). **Codes by lot** know nothing of any film, and still reach two thirds of the
# best: 1,119 films are few enough to be learned by heart. This control ought to fail, and in a large shop it probably would; here it does not. Whoever tests
# semantic ids on a small catalogue without it may credit the codes with what plain memory does.
#
# Codes of **text** alone do *worse than codes by lot* here, in both trainings, and the paper's longer ids worse still. In this world much of a person's taste
# stands in no description, and films that are described alike share a first code although different people like them. But neither they nor codes by
# lot had stopped learning: their best epoch is the last. What was measured is twenty epochs.
#
# Codes of **behaviour** do it, with text or without. They come from a SASRec that has read the same events before, so they start ahead. How they are cut matters
# little: two levels or three, 64 codes or 256 differ by 0.01 at most, less than the widest pair of trainings; only three levels of 64, a quarter of a
# million ids for a thousand films, are a little harder. `exact` agrees to a few thousandths; where the ids are longest the beam loses most.
#
# Does it matter that the paper's model is a T5 that reads a flat row of codes, and that it reads each history anew for each target? Ours reads one vector a film,
# and one reading trains all targets of a history. For equal time on one processor (`untrained` is HR@10 before, `ms_per_user` the time to answer):

# %% id="flat"
record = read_record("tiger_flat")
flat = record.table.set_index("model")
shown = ["weights", "epochs", "seconds", "untrained", "value", "low", "high", "ms_per_user"]
print(flat[shown].round(3).to_string())
print(record.said())

# %% [markdown]
# The T5 gets through two epochs while ours gets through 37, so this says which of them a laptop can train, not which is better in the
# end. In ours, reading the codes one by one changed nothing (`read code by code` above).
#
# ## 7. "TIGER beats SASRec"
#
# So says the paper, and the survey says it four times, with four numbers. Three models have now been trained on these people: TIGER, and SASRec
# with each of its two losses (lesson 02b).

# %%
ask(
    "beats",
    "By HR@10 on these people, best first?",
    [
        "TIGER, SASRec (CE), SASRec (BCE)",
        "SASRec (CE), TIGER, SASRec (BCE)",
        "SASRec (CE), SASRec (BCE), TIGER",
    ],
)

# %% id="beats"
from rectutor.evaluation import compare

need(globals(), "judged", cell="3. A trie holds the pen")
for asset in ("sasrec-films", "sasrec-bce-films"):
    one = fit_or_load(asset)
    judged[one.name] = evaluate(one, split)
rivals = [name for name in judged if name.startswith("SASRec")]
three = sorted(["TIGER", *rivals], key=lambda name: -judged[name].mean("HR@10"))
reveal("beats", ", ".join(three))

# %% id="beats-figure" tags=["nbval-ignore-output"]
need(globals(), "rivals", cell='7. "TIGER beats SASRec"')
for name in three:
    one = judged[name]
    print(f"{name:<13} HR@10 {one.mean('HR@10'):.3f}  NDCG@10 {one.mean('NDCG@10'):.3f}")
rows = []
for metric in ("HR@10", "NDCG@10"):
    for rival in rivals:
        gap = compare(judged["TIGER"], judged[rival], metric)
        rows.append((f"{metric}: TIGER - {rival}", gap.mean, gap.low, gap.high))
table = pd.DataFrame(rows, columns=["pair", "value", "low", "high"])
charts.differences(table, metric="both measures")

# %% [markdown]
# By its means TIGER stands between the two, but only two of the four differences clear their interval, and both barely. It is below the SASRec with the full
# softmax in HR@10, not measurably in NDCG@10; it is above the one with binary cross-entropy in NDCG@10, by 5 %, not measurably in HR@10. So "TIGER beats SASRec" finds thin
# support against the weaker loss, and none against the stronger.
#
# The paper's SASRec had the weaker loss. There TIGER is 7 % ahead in HR@10 on Beauty (the survey makes it 13 % on one page and 14 % on another) and 15 to 21 % in
# NDCG@10 over three shops. A public replication on that data trained SASRec with the full softmax, too, and found it ahead of TIGER: 0.084 against 0.065 in
# Recall@10. When somebody tells you that one model beats another, ask which loss, and how wide the interval is.
#
# Two warnings. TIGER's ids know what this very SASRec has learned; with ids of text it was far behind both after twenty epochs (section 6). And all three are one training
# each; section 6 shows by how much two trainings differ.
#
# The survey also says where semantic ids gain most: among rare films, and least among popular ones (C180). By how often the
# film that came next was chosen in training:

# %%
ask(
    "rare",
    "Among the rarest quarter of these films, who has the lowest hit rate?",
    ["TIGER", "SASRec (CE)", "SASRec (BCE)"],
)

# %% id="rare" tags=["nbval-ignore-output"]
from rectutor.analysis.strata import by_stratum, quarters

need(globals(), "rivals", cell='7. "TIGER beats SASRec"')
popularity = np.bincount(split.train.item_index, minlength=split.n_items + 1)
of_target = popularity[split.test.targets[:, 0]]
group = quarters(of_target, "choices")
order = sorted(set(group), key=lambda quarter: int(quarter.split("-")[0]))
hits = {name: judged[name].per_user("HR@10") for name in ("TIGER", *rivals)}
by_rarity = by_stratum(hits, group, order)
reveal("rare", min(hits, key=lambda name: hits[name][group == order[0]].mean()))

# %% tags=["nbval-ignore-output"]
need(globals(), "by_rarity", cell='7. "TIGER beats SASRec"')
charts.strata(by_rarity)

# %% [markdown]
# Not so here: TIGER has the lowest hit rate among the rarest quarter, though close to SASRec (CE), and is level with the best among the popular half. A
# likely reason: an id is shared goods. The first code of a rare film belongs to some 17 films, of which it is the least probable.
#
# ## 8. Films that nobody has seen
#
# A new film has an id as soon as it has a description. So TIGER *can* write it (C022), and SASRec, whose vector of that
# film was never trained, cannot place it. Does TIGER? Withhold a tenth of the films from training, give them ids in the
# codebooks of the others, from text alone (nobody has chosen them yet), and ask for them, a thousand times. TIGER may find them in three ways:
#
# - write the whole id, with a **suffix** (section 6 of lesson 09) or with the **next nearest** tuple;
# - by the paper's rule: when an id is written, new films that share all its codes but the suffix join the list, up to a fixed share of its
#   places (here at its end; the paper does not say where).
#
# Beside it stand SASRec and UniSRec (lesson 04), which compares text vectors and writes nothing.
#
# Two worlds: in `films`, taste has a hidden part that no description tells; in `films-latent-off` descriptions tell all.

# %%
ask(
    "cold",
    "In `films`: HR@10 on withheld films, by the better of the two ways to write the whole id? (0 to 1)",
)

# %% id="cold"
record = read_record("tiger_cold")
cold = record.table.set_index(["world", "model"])
print(cold[["value", "low", "high", "among", "chance"]].round(3).to_string())
print(record.said())
n_new = round(10 / cold["chance"].iloc[0])
print(f"{n_new} films withheld; a place by lot hits {1 / n_new:.3f}, five {5 / n_new:.3f}")
whole = cold.loc["films"].loc[["TIGER, suffix", "TIGER, next nearest"], "value"]
reveal("cold", round(float(whole.max()), 2), within=0.03)

# %% [markdown]
# `among` ranks the withheld films against each other only; `chance` is the same by lot.
#
# Written out whole, a new film is never found: neither with a suffix nor with the next nearest tuple, and not even where descriptions tell all. You have
# seen the reason in section 2: a trained model never writes an id that was not a target. To it, a new id is an id that does not exist. Among themselves,
# new films are ranked above luck with the next nearest tuple, in both worlds; with a suffix that cannot be told from luck in `films`. So the model knows something of
# them; it only never lets them in.
#
# The paper's rule opens the door by force. One kept place hits four to five times as often as by lot, five places 1.5 times. UniSRec, with no place kept, hits 0.03 and 0.05, and
# ranks new films best among themselves. What kept places cost among known films was not measured. "Generative models can emit items never seen in training" is true of
# what they *can* write, once somebody makes them.
#
# ## 9. On real people
#
# MovieLens ml-latest-small: 610 people, 3,650 films, real titles, years, genres and tags. The same models, each trained there until validation
# stops rising, three minutes at most; two codes of 128.

# %%
ask(
    "real",
    "On real people: is any TIGER above the SASRec with the full softmax, beyond its interval?",
    ["yes", "no"],
)

# %% id="real"
record = read_record("tiger_ml_latest_small")
real = record.table.set_index("model")
columns = ["value", "low", "high", "Gini", "coverage", "best_epoch", "seconds"]
print(real[columns].round(3).to_string())
print(record.said())
tigers = real[real.index.str.startswith("TIGER")]
is_above = (tigers["low"] > real.loc["SASRec (CE)", "value"]).any()
reveal("real", "yes" if is_above else "no")

# %% [markdown]
# The same order as among simulated people: the full softmax first, TIGER behind it, one negative last. With 610 people the intervals of the first two
# overlap widely. Here codes of text are ahead of codes by lot, but these intervals overlap, too, it is one training each, and these models trained to
# the end, while those of section 6 did not. So whether meaning helps a writer of ids is still open; that behaviour helps is seen twice. TIGER shows fewer films, and
# shows them less evenly, than the SASRec with the full softmax.
#
# ## What this miniature leaves out
#
# - **Size.** The paper has 256 codes on each of three levels, and a suffix: 16 million ids before the suffix. With 4,096 ids for 1,119 films ours is crowded.
# - **The T5.** Ours reads a film as one vector and begins its answer from the newest; the paper's T5 reads a flat row of codes in both
#   directions. `rectutor.models.tiger_t5` is that T5.
# - **The tokenizer is made first and never changed.** Papers since then move the codes while the recommender learns (lesson 09b).
# - **Long ids written at once, several shops in one codebook, places instead of films**: lesson 10b.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("10")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** A beam search by hand. `ids` are the ids that exist, `log_p` gives for each beginning the
# log-probabilities of all next codes. Keep at each length the `n_beams` most probable beginnings that exist.


# %% exercise="beam_ids"
def beam_ids(
    ids: list[tuple[int, ...]], log_p: dict[tuple[int, ...], list[float]], n_beams: int
) -> list[tuple[int, ...]]:
    """Return at most `n_beams` ids, the most probable first; `log_p[()]` is for the first code."""
    ### BEGIN SOLUTION
    beams = [((), 0.0)]
    for length in range(1, len(ids[0]) + 1):
        legal = {one[:length] for one in ids}
        longer = [
            ((*beam, code), score + value)
            for beam, score in beams
            for code, value in enumerate(log_p[beam])
            if (*beam, code) in legal
        ]
        beams = sorted(longer, key=lambda one: -one[1])[:n_beams]
    return [beam for beam, _ in beams]
    ### END SOLUTION


# %%
lesson10.beam_ids.hint(1)  # 2 and 3 tell more

# %% check="beam_ids" points=4
result = lesson10.beam_ids.check(beam_ids)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** How many nodes has the trie of these ids, the root not counted?


# %% exercise="n_nodes"
def n_nodes(ids: list[tuple[int, ...]]) -> int:
    """Count the nodes of the trie; all ids have the same length."""
    ### BEGIN SOLUTION
    return len({one[:length] for one in ids for length in range(1, len(one) + 1)})
    ### END SOLUTION


# %%
lesson10.n_nodes.hint(1)  # 2 and 3 tell more

# %% check="n_nodes" points=1
result = lesson10.n_nodes.check(n_nodes)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** After a beginning, what share of the probability falls on codes with which no id goes on? (It is what
# the trie cuts off there.)


# %% exercise="cut_off"
def cut_off(ids: list[tuple[int, ...]], beginning: tuple[int, ...], shares: list[float]) -> float:
    """Return the share that leads nowhere; `shares` has the probability of each next code."""
    ### BEGIN SOLUTION
    n = len(beginning)
    legal = {one[n] for one in ids if one[:n] == beginning}
    return sum(share for code, share in enumerate(shares) if code not in legal)
    ### END SOLUTION


# %%
lesson10.cut_off.hint(1)  # 2 and 3 tell more

# %% check="cut_off" points=1
result = lesson10.cut_off.check(cut_off)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson10.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 11, in which a model writes titles, and something has to find the film that is meant.
