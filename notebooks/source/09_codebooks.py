# ---
# jupyter:
#   rectutor:
#     lesson: "09"
#     title: Codebooks, or what a semantic id knows
#     minutes: 75
#     budget_seconds: 90
#     budget_mb: 1800
# ---

# %% [markdown]
# # 09 · What does a semantic id know?
#
# SASRec (lesson 02) has a vector for each item, and P5 (lesson 05) writes a name for it. Both begin by asking who
# chose what. A **semantic id** begins with what an item *is*: its description becomes a vector, and the vector
# becomes a short row of codes, from coarse to fine. Two films with the same first code are described more alike
# than most. And a film that came out today has an id, too, before anybody has seen it.
#
# After this lesson you can
#
# - turn vectors into codes by residual quantisation, and say what each level adds;
# - judge a table of codes: use, collisions, meaning above luck, neighbours kept;
# - train an RQ-VAE, make its codebooks collapse, and cure them.
#
# **Before**: lessons 03 (controls), 04 (text vectors) and 05 (names of items). **Time**: 75 minutes of study, a
# minute to run. **Not reproduced**: the papers' catalogues of ten thousand items and more with codebooks of 256.
# Lesson 10 lets a model write these codes.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor.course import ask, calibration, closed_book, lesson09, need, reveal
from rectutor.data import load
from rectutor.training.assets import split_of, text_vectors

films = load("films")
split = split_of("films")
vectors = text_vectors("films", split)[1:]  # [N, E], one row a film
known = films.items.set_index("item_id").loc[split.item_ids[1:]]
titles = known["title"].tolist()
L, K = 3, 64  # levels, and codes of a level
print(f"{len(vectors):,} films, a vector of {vectors.shape[1]} numbers each")

# %% [markdown]
# ## 1. How many ids are there?
#
# Some words first. To **quantise** a vector is to replace it by the number of the nearest of K fixed vectors. These
# fixed vectors are **entries**, the list of them is a **codebook**, the number is a **code**. Several codebooks one
# after another are **levels**.
#
# Three levels of 64 codes make 64 x 64 x 64 ids, from 3 x 64 entries. With four levels of 256, as is common, are there enough
# ids for any shop? The survey says yes on one page and hardly on another (claims C164 and C165). Suppose codes were
# given by lot. Each other item draws my id with a chance of 1 in the number of ids; how likely is it that one of
# them does?

# %%
ask(
    "space",
    "Four codes of 256, a thousand million items. What share of the items has its id in common "
    "with another? (0 to 1)",
)

# %% id="space"
for n_codes, n_items in ((3 * (64,), 1119), (4 * (256,), 10**9), (4 * (256,), 10**10)):
    ids = np.prod(n_codes, dtype=float)
    share = 1 - np.exp(-(n_items - 1) / ids)  # nobody else drew mine
    print(f"{ids:>13,.0f} ids, {n_items:>14,} items: {share:.3f} share theirs")
reveal("space", round(1 - np.exp(-(10**9) / 256**4), 2), within=0.1)

# %% [markdown]
# What counts is the number of ids per item. With four ids an item a fifth of the items collides; with 234 an item, as
# for our films, 0.4 %, which is 5 films. And that is by lot. Codes that mean something put alike items together on purpose.
#
# ## 2. One code
#
# K-means finds entries: give each film to its nearest entry, move each entry to the mean of its films, and repeat. How
# much does a code say? Replace each film's vector by its entry, and measure what is left over, as a share of the squared
# distance to the mean of all films. (64 groups drawn by lot leave 0.94 over: each entry is the mean of some 17 films,
# so it fits them a little.)

# %%
ask("one", "64 entries for 1,119 films. What share of the squared distance is left over? (0 to 1)")

# %% id="one"
from rectutor.models.kmeans import kmeans

about = vectors - vectors.mean(axis=0)
whole = (about**2).sum()
first = kmeans(about, K, np.random.default_rng(0))
left = about - first.centres[first.nearest]
jaws = titles.index("Jaws")
print("films with the code of Jaws:")
for film in np.flatnonzero(first.nearest == first.nearest[jaws])[:8]:
    print("  ", titles[film], known["genres"].iloc[film])
reveal("one", round(float((left**2).sum() / whole), 2), within=0.1)

# %% [markdown]
# Three quarters are left over: 192 numbers cannot be said by one code out of 64. But the code puts films together
# that have something in common.
#
# ## 3. A code for what is left over
#
# Put the entry aside, keep the *difference* to it, and find 64 entries for the differences. Then again. This is
# **residual quantisation**; a film is now the sum of three entries.

# %%
ask("three", "After one level 0.74 is left over. And after three?")

# %% id="three"
from rectutor.models.residual_codes import decode, residual_kmeans

need(globals(), "about", cell="2. One code")
rng, left, found = np.random.default_rng(0), about.copy(), []
for level in range(L):
    codebook, nearest = kmeans(left, K, rng)
    left -= codebook[nearest]
    found.append(nearest)
    print(f"after level {level + 1}: {(left**2).sum() / whole:.2f} left over")
codes = np.stack(found, axis=1)  # [N, L]
reveal("three", round(float((left**2).sum() / whole), 2), within=0.1)
learned = residual_kmeans(about, L, K)
print("the package's codes are the same:", np.array_equal(learned.codes, codes))

# %% id="jaws"
need(globals(), "codes", cell="3. A code for what is left over")
for title in ("Jaws", "Psycho", "Alien", "Aliens", "Amélie"):
    print(f"{title:<8} {tuple(codes[titles.index(title)].tolist())}")

# %% [markdown]
# Not 0.74 x 0.74 x 0.74 = 0.41: differences fall into groups less well than films do. Alien and Aliens begin alike,
# and so do Jaws and Psycho. But three of the five films end in 33, too. Is that meaning?
#
# ## 4. Meaning, or luck?
#
# A code is a group of films. Do its films have a genre in common? Any 64 small groups have *something* in common with
# 14 genres, so luck has to be taken off. **Adjusted** mutual information says how much one grouping tells of
# another, less what shuffled labels tell: 0 is luck, 1 is the same grouping. (64 groups cannot reach 1 against 14; compare with
# 0 and with other levels. A film's genres stand in alphabetical order, so its first genre is a rough label.)
# The control is a table of codes that were drawn by lot, no two films alike.

# %% id="control"
from rectutor.models.random_codes import random_codes

need(globals(), "about", cell="2. One code")
groups = {name: known[f"{name}s"].str[0].fillna("").to_numpy(str) for name in ("genre", "theme")}
groups["decade"] = (known["year"] // 10).to_numpy()
by_lot = random_codes(about, L, K)
print(f"{len(set(groups['genre']))} first genres; codes by lot of Jaws: {by_lot.codes[jaws]}")

# %%
ask(
    "meaning",
    "Adjusted agreement with a film's first genre is 0.23 for level 1. And for level 3?",
    ["about the same", "half of it", "less than a quarter of it"],
)

# %% id="meaning"
from rectutor.analysis.report_card import report_card

need(globals(), "learned", cell="3. A code for what is left over")
need(globals(), "by_lot", cell="4. Meaning, or luck?")
cards = {"residual k-means": report_card(learned.codes, K, groups, about, learned.codebooks)}
cards["by lot"] = report_card(by_lot.codes, K, groups, about, by_lot.codebooks)
for name, card in cards.items():
    print(f"{name}\n{card.levels.round(2).to_string(index=False)}")
ratio = np.divide(*cards["residual k-means"].levels["genre"].iloc[[2, 0]])
answers = ["less than a quarter of it", "half of it", "about the same"]
reveal("meaning", answers[int(np.searchsorted([0.25, 0.75], ratio))])

# %% [markdown]
# `perplexity` says how many codes are in use, rare ones counted less (64 is the most; the formula of lesson 07, over codes).
# `dead` codes have no film. `error` is what is left over.
#
# The first code knows genres and themes. The third, *taken alone*, says next to nothing of them, and half as much of
# the decade as the first. (What it says together with the codes before it is another question.) And mind the control: codes
# by lot take 0.06 away on level 1 and 0.05 on level 3, just because entries are fitted to their films. Of the 0.09 that our third
# level takes away, about half is such fitting.
#
# ## 5. Look at it
#
# Levels from left to right, each code a bar of how many films have it. Choose a code, and the next level shows
# what goes on from there. Choose a film, and see its codes, and what each of them leaves over. Then switch to `by lot`.

# %% id="explorer" tags=["nbval-ignore-output"]
from rectutor.data.phrases import genre_label, topic_of
from rectutor.widgets import CodebookExplorer

need(globals(), "by_lot", cell="4. Meaning, or luck?")
facts = [
    [("genre", genre_label(g)) for g in genres] + [("theme", topic_of(t)) for t in themes]
    for genres, themes in zip(known["genres"], known["themes"], strict=True)
]
view = CodebookExplorer.of(
    titles, {"residual k-means": learned, "by lot": by_lot}, facts, about, start="Jaws"
)
view

# %% [markdown]
# One trap. The second code describes a *difference*. The same step is added under every first code, but which films it
# leads to depends on where one starts:

# %% id="parents"
need(globals(), "codes", cell="3. A code for what is left over")
second = np.bincount(codes[:, 1]).argmax()  # the commonest
for parent in pd.Series(codes[codes[:, 1] == second, 0]).value_counts().index[:3]:
    for has_it in (True, False):
        is_member = (codes[:, 0] == parent) & ((codes[:, 1] == second) == has_it)
        shown = "; ".join(titles[film] for film in np.flatnonzero(is_member)[:3])
        print(f"({parent}, {second if has_it else 'another'}): {shown}")

# %% [markdown]
# ## 6. Two films, one id
#
# An id should name one film.

# %%
ask(
    "collide",
    "Of 1,119 films, how many have all three codes in common with another? (By lot: 5 or so)",
)

# %% id="collide"
need(globals(), "codes", cell="3. A code for what is left over")
_, which, n_films = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
colliding = np.flatnonzero(n_films[which.ravel()] > 1)
print(f"{(n_films > 1).sum()} groups of films with one id, among them:")
for group in pd.unique(which.ravel()[colliding])[:6]:
    print("; ".join(titles[film] for film in np.flatnonzero(which.ravel() == group)))
reveal("collide", len(colliding), within=15)

# %% [markdown]
# Films of one series, mostly: 42 films in 20 groups. Two ways out:
#
# - **a suffix** (TIGER): a fourth code that counts, 0 for the first film of an id, 1 for the second;
# - **the next nearest** (Zhang et al., 2025): the film that fits worse takes the nearest id that is free.
#
# The second is called *purely semantic*, since it needs no suffix. (The survey behind this course says the
# opposite, C167.)

# %%
ask(
    "moved",
    "The next nearest id instead of a suffix: by how much does the share that is left over rise?",
    ["less than 0.01", "0.01 to 0.05", "more than 0.05"],
)

# %% id="moved"
from rectutor.metrics.codes import adjusted_nmi, collision_share
from rectutor.models.unique_codes import next_nearest, with_suffix

need(globals(), "by_lot", cell="4. Meaning, or luck?")
suffixed, moved = with_suffix(codes), next_nearest(about, learned)
left_by = {}
for name, ids in {"suffix": suffixed, "next nearest": moved}.items():
    left_by[name] = ((about - decode(ids[:, :L], learned.codebooks)) ** 2).sum() / whole
    print(f"{name:<13} {ids.shape[1]} codes, {collision_share(ids):.0%} collide")

# %% id="moved-cost"
need(globals(), "left_by", cell="6. Two films, one id")
print("films moved:", (moved != codes).any(axis=1).sum())
print(f"what the suffix knows of genres: {abs(adjusted_nmi(suffixed[:, 3], groups['genre'])):.2f}")
rise = left_by["next nearest"] - left_by["suffix"]
answers = ["less than 0.01", "0.01 to 0.05", "more than 0.05"]
reveal("moved", answers[np.searchsorted([0.01, 0.05], rise)])

# %% [markdown]
# Of each group one film stays, so 22 of 42 move, and that costs next to nothing here. The suffix means nothing: a model
# has to learn by heart which of two films is number 1, and for a *new* film nothing says which number it got.
#
# ## 7. The tokenizer of the paper: RQ-VAE
#
# TIGER does not quantise the vectors themselves. An *autoencoder* squeezes a vector and builds it up again. Here an
# encoder brings vectors into a *middle* (often called latent) of 32 numbers, the codes describe that, and a decoder turns the
# sum of entries back into a vector. All parts are trained together, so that the middle may become something that is easy to
# describe. (RQ-VAE is short for residual-quantised variational autoencoder; nothing is drawn at random, in spite of the name.)
#
# One obstacle: "the nearest entry" has no gradient. The remedy is a trick of one line. In the forward pass `said` *is* the
# sum of entries; in the backward pass the gradient passes as if it were the middle (**straight through**).

# %% id="straight"
import torch

from rectutor.models.rqvae import RQVAE, RQVAEConfig

model = RQVAE(RQVAEConfig(vectors.shape[1], n_levels=L, codebook_size=K))
items = torch.from_numpy(vectors[:5])
middle = model.encode(items)
entries = model.quantise(middle).entries.sum(dim=1)  # [5, D]
said = middle + (entries - middle).detach()
print("forward, it is the entries:", torch.allclose(said, entries, atol=1e-6))
(gradient,) = torch.autograd.grad(said.pow(2).sum(), middle)
print("backward, as if it were the middle:", torch.allclose(gradient, 2 * said))

# %% [markdown]
# So the encoder can be trained although codes jump. The loss has three parts: |rebuilt - vector|², and for each level
# |left over - entry|² twice, once to move the entry alone, and once, times 0.25, to move the encoder alone
# (*commitment*). Training takes some seconds:

# %% id="train"
from rectutor.training.codebooks import fit_codes

model = RQVAE(RQVAEConfig(vectors.shape[1], n_levels=L, codebook_size=K))
autoencoded, trace = fit_codes(model, vectors, epochs=150, progress=False)
is_wide = min(trace.perplexity[-1]) > K / 2
print("every level uses more than half of its codes, by perplexity:", is_wide)

# %%
ask(
    "better",
    "Which of the two leaves less over, in the vectors themselves?",
    ["residual k-means", "RQ-VAE"],
)

# %% id="better" tags=["nbval-ignore-output"]
from rectutor.metrics.codes import neighbours_kept

need(globals(), "trace", cell="7. The tokenizer of the paper: RQ-VAE")
need(globals(), "learned", cell="3. A code for what is left over")
back = {"residual k-means": decode(codes, learned.codebooks) + vectors.mean(axis=0)}
back["RQ-VAE"] = model.reconstruct(autoencoded.codes)
back["by lot"] = decode(by_lot.codes, by_lot.codebooks) + vectors.mean(axis=0)
rows = {
    name: (((vectors - own) ** 2).sum() / whole, neighbours_kept(vectors, own))
    for name, own in back.items()
}
print(pd.DataFrame(rows, index=["left over", "neighbours kept"]).T.round(2).to_string())
reveal("better", min(rows, key=lambda name: rows[name][0]))

# %% [markdown]
# `neighbours kept`: of the ten nearest films of each film, the share that is still there when films are known by
# their ids alone. The plain method leaves less over: that is all it works on, while the RQ-VAE describes a middle
# of 32 numbers and has to get back from there. By neighbours the two are about alike (one training, so a difference of 0.02
# is nothing to lean on). Which tokenizer is best depends on what you ask, and on how long it was trained.
#
# ## 8. Collapse
#
# An entry that no item is nearest to is never moved: it is dead. Our `fit_codes` does three things against that: vectors are
# standardised, k-means places the first entries, and after every epoch dead entries move to where items are
# (*revival*). Take them away:

# %%
ask("collapse", "Without all three: how many codes of level 1 are in use, by perplexity? (1 to 64)")

# %% id="ways"
ways = {  # standardised, first entries by k-means, revival
    "all three": (True, True, True),
    "not standardised": (False, True, True),
    "no revival": (True, True, False),
    "standardised only": (True, False, False),
    "none": (False, False, False),
}


# %% id="runs"
def trained(is_standardised: bool, kmeans_start: bool, revives: bool) -> tuple:
    """Return a model, its codes and what happened."""
    sizes = {"n_levels": L, "codebook_size": K, "is_standardised": is_standardised}
    made = RQVAE(RQVAEConfig(vectors.shape[1], **sizes))
    knobs = {"kmeans_start": kmeans_start, "revives": revives, "epochs": 60}
    return made, *fit_codes(made, vectors, **knobs, progress=False)


runs = {name: trained(*cures) for name, cures in ways.items()}

# %% id="collapse" tags=["nbval-ignore-output"]
from rectutor.metrics.codes import n_dead_codes

need(globals(), "runs", cell="8. Collapse")
rows = {}
for name, (made, own, report) in runs.items():
    error = ((vectors - made.reconstruct(own.codes)) ** 2).sum() / whole
    dead = n_dead_codes(own.codes, K).sum()
    rows[name] = [*report.perplexity[-1], dead, collision_share(own.codes), error]
table = pd.DataFrame(
    rows, index=["level 1", "level 2", "level 3", "dead", "collide", "left over"]
).T
print(table.round(2).astype({"dead": int}).to_string())
reveal("collapse", round(float(table.loc["none", "level 1"]), 1), within=3)

# %% [markdown]
# Columns `level` are perplexities, `dead` counts over all levels (of 192). Without any of the three nearly all entries
# are dead, and all films share an id or two. Standardising alone opens the codebooks again, and so do good first entries with
# revival, which leave no entry dead. But mind the second row: beside these two, standardising did not help; here
# the vectors as they are leave somewhat less over than standardised ones (one training each). A cure is for an illness. Look at the card before you take it.

# %% id="collapse-said"
need(globals(), "table", cell="8. Collapse")
print("without a cure no film has an id of its own:", table.loc["none", "collide"] == 1)
others = table.drop(index="none")
print("in every other way most films have an id of their own:", others["collide"].max() < 0.3)
print("least left over:", others["left over"].idxmin())

# %% [markdown]
# The scrubber replays each training, epoch by epoch.

# %% id="training" tags=["nbval-ignore-output"]
need(globals(), "runs", cell="8. Collapse")
tables = {name: table for name, (_, table, _) in runs.items()}
view = CodebookExplorer.of(
    titles,
    tables,
    facts,
    vectors,
    decoders={name: made.reconstruct for name, (made, _, _) in runs.items()},
    traces={name: trace for name, (_, _, trace) in runs.items()},
    start="Jaws",
)
view

# %% [markdown]
# ## 9. A film that the codebooks have not seen
#
# Learn codebooks from 1,000 films. The other 119, drawn by lot, come later: each gets the nearest entries, and nothing is
# trained again. Does their first code mean what it means for the old ones?

# %%
ask(
    "new",
    "Of the old films that share the first code, the share that also has the first genre: 0.5 for an "
    "old film. And for a new one? (by lot 0.2)",
)

# %% id="new"
from rectutor.models.residual_codes import encode

need(globals(), "by_lot", cell="4. Meaning, or luck?")
order = np.random.default_rng(0).permutation(len(about))
old, new = order[:1000], order[1000:]
base = residual_kmeans(about[old], L, K)
late = encode(about[new], base.codebooks)  # [119, L]


# %% id="mates"
def same_genre(own: np.ndarray, films: np.ndarray) -> float:
    """Return the share of old films with the same first code that have the same first genre."""
    genre, n_mates, n_same = groups["genre"], 0, 0
    for code, film in zip(own[:, 0], films, strict=True):
        mates = old[(base.codes[:, 0] == code) & (old != film)]
        n_mates += len(mates)
        n_same += (genre[mates] == genre[film]).sum()
    return float(n_same / n_mates)


# %%
need(globals(), "same_genre", cell="9. A film that the codebooks have not seen")
of_old, of_new = same_genre(base.codes, old), same_genre(late, new)
lot = same_genre(by_lot.codes[new], new)
print(f"old films {of_old:.2f}, new films {of_new:.2f}, by lot {lot:.2f}")
reveal("new", round(of_new, 2), within=0.1)
ids = with_suffix(late, taken=with_suffix(base.codes))
print("new films that need a suffix above 0:", int((ids[:, 3] > 0).sum()))

# %% [markdown]
# New films land nearly as well as old ones. Text vectors serve new films, too (lesson 04); here a new film gets a short
# *name*, which a model can write. 10 of 119 meet an id that is taken. Whether a recommender can make use of all that
# is another question (lesson 10).
#
# ## 10. On real people
#
# The same tokenizer on the texts of MovieLens ml-latest-small, if its folder is there (lesson 01 says how to get it). Titles,
# years and genres are shorter texts than ours: what do you expect of the error, and of the agreement with genres?

# %% id="real-parts"
import os

from rectutor.data.core import k_core
from rectutor.data.describe import by_index, describe
from rectutor.data.splits import leave_one_out
from rectutor.lm.encoder import item_vectors
from rectutor.lm.loading import text_encoder

# %% tags=["nbval-ignore-output"]
need(globals(), "item_vectors", cell="10. On real people")
if os.environ.get("RECTUTOR_REAL_DATA"):
    real = load("ml-latest-small", folder=os.environ["RECTUTOR_REAL_DATA"] + "/ml-latest-small")
    ids = leave_one_out(k_core(real.interactions, k=5)).item_ids
    theirs = item_vectors(text_encoder(), by_index(describe(real.items), real.items, ids))[1:]
    theirs -= theirs.mean(axis=0)
    made = residual_kmeans(theirs, L, K)
    genres = real.items.set_index("item_id").loc[ids[1:]]["genres"].str[0].fillna("")
    card = report_card(made.codes, K, {"genre": genres.to_numpy(str)}, theirs, made.codebooks)
    print(card.levels.round(2).to_string(index=False), card.said(), sep="\n")
else:
    print("Set RECTUTOR_REAL_DATA to the folder that holds ml-latest-small/ to measure it here.")

# %% [markdown]
# ## What this miniature leaves out
#
# - **Size.** With 1,119 items, K = 64 leaves some 17 films a code. Papers have 256 codes for ten thousand items or more.
# - **What the vectors know.** Ours come from text alone. Codes can be made from behaviour as well, or from both (lesson 10).
# - **Other identifiers**: product codes, levels that are named by tags, codes that the recommender's loss moves (lesson 09b).
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("09")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** Write a vector in given codebooks, on plain lists. On each level take the entry that is
# nearest (by squared distance) to what is left over; of equally near ones the first.


# %% exercise="write_codes"
def write_codes(vector: list[float], codebooks: list[list[list[float]]]) -> list[int]:
    """Return one code for each codebook; an entry is as long as the vector."""
    ### BEGIN SOLUTION
    left, codes = list(vector), []
    for entries in codebooks:
        gaps = [sum((a - b) ** 2 for a, b in zip(left, entry, strict=True)) for entry in entries]
        codes.append(gaps.index(min(gaps)))
        left = [a - b for a, b in zip(left, entries[codes[-1]], strict=True)]
    return codes
    ### END SOLUTION


# %%
lesson09.write_codes.hint(1)  # 2 and 3 tell more

# %% check="write_codes" points=4
result = lesson09.write_codes.check(write_codes)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** How many codes are in use, rare ones counted less? exp of the entropy, which is minus the sum
# of share times natural logarithm of share, over codes that have items (at least one has).


# %% exercise="perplexity"
def perplexity(counts: list[int]) -> float:
    """Return the usage perplexity; `counts` has the number of items of each code, some are 0."""
    ### BEGIN SOLUTION
    from math import exp, log

    shares = [count / sum(counts) for count in counts if count]
    return exp(-sum(share * log(share) for share in shares))
    ### END SOLUTION


# %%
lesson09.perplexity.hint(1)  # 2 and 3 tell more

# %% check="perplexity" points=1
result = lesson09.perplexity.check(perplexity)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Give suffixes: each item's id with a further code that counts the items with the same
# codes, 0 for the first.


# %% exercise="add_suffixes"
def add_suffixes(ids: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the ids, in the same order, each one code longer."""
    ### BEGIN SOLUTION
    counts: dict[tuple[int, ...], int] = {}
    longer = []
    for one in ids:
        longer.append((*one, counts.get(one, 0)))
        counts[one] = counts.get(one, 0) + 1
    return longer
    ### END SOLUTION


# %%
lesson09.add_suffixes.hint(1)  # 2 and 3 tell more

# %% check="add_suffixes" points=1
result = lesson09.add_suffixes.check(add_suffixes)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson09.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 10, in which a model writes these codes.
