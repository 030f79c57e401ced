# ---
# jupyter:
#   rectutor:
#     lesson: "09b"
#     title: Other identifiers
#     minutes: 60
#     budget_seconds: 60
#     budget_mb: 1800
# ---

# %% [markdown]
# # 09b · What else can a code be?
#
# In lesson 09 a code described what the codes before it had left over, the text alone decided, and collisions were
# mended after training. None of that has to be so. Here codes stand side by side instead of one after another; levels get
# names; training is asked to keep items apart; and a recommender may change codes that do not suit it. Last, you
# bring a table of your own.
#
# After this lesson you can
#
# - tell product codes from residual codes, and build an item's vector from the vectors of its codes;
# - compare ids by two tasks at once, search and recommendation;
# - test what training was asked for: tags, on items whose tags it never saw; ids that differ, by counting;
# - say when a recommender's loss moves codes, and what a control has to show before you believe any code table.
#
# **Before**: lessons 09 (residual codes, RQ-VAE, collisions, controls), 02 (SASRec) and 01 (intervals). **Time**: 60 minutes of study, half a
# minute to run. **Not reproduced**: the papers' pretraining on several catalogues, and their sizes.

# %% id="settings"
import numpy as np
import pandas as pd

from rectutor.course import ask, calibration, closed_book, lesson09b, need, reveal
from rectutor.data import load
from rectutor.metrics.codes import adjusted_nmi, collision_share
from rectutor.training.assets import split_of, text_vectors

split = split_of("films")
vectors = text_vectors("films", split)[1:]  # [N, E], a row a film
known = load("films").items.set_index("item_id").loc[split.item_ids[1:]]
titles = known["title"].tolist()
genre = known["genres"].str[0].fillna("").to_numpy(str)

# %% id="sizes"
about = vectors - vectors.mean(axis=0)
whole = (about**2).sum()
L, K = 3, 64  # levels, and codes on a level
print(f"{len(about):,} films, {about.shape[1]} numbers each")

# %% [markdown]
# ## 1. Codes side by side
#
# **Product quantisation** cuts a vector of 192 numbers into three blocks of 64 numbers. Each block gets a codebook of its own, by
# k-means. No code waits for another: a film is three descriptions of three parts. How much does that leave over, compared
# with residual codes of the same size (0.52) and codes drawn by lot (0.84)?
#
# It depends on where you cut. `as they stand` cuts between columns of the text encoder. `turned` first turns
# the space (which changes no distance) so that each block gets its share of the directions in which films differ.
# `genre by level` is the adjusted agreement of lesson 09 with a film's first genre: 0 is luck.

# %% id="made"
from rectutor.models.product_codes import product_codes
from rectutor.models.random_codes import random_codes
from rectutor.models.residual_codes import decode, encode, residual_kmeans

made = {"residual": residual_kmeans(about, L, K)}
made["product, as they stand"] = product_codes(about, L, K, is_turned=False)
made["product, turned"] = product_codes(about, L, K)
made["by lot"] = random_codes(about, L, K)

# %%
ask(
    "cut",
    "Three codes of 64 leave how much over, cut as the columns stand? (residual 0.52, by lot 0.84)",
)

# %% id="cut"
need(globals(), "made", cell="1. Codes side by side")
left = {}
for name, table in made.items():
    left[name] = ((about - decode(table.codes, table.codebooks)) ** 2).sum() / whole
    shares = [adjusted_nmi(level, genre) for level in table.codes.T]
    print(f"{name:<23} {left[name]:.2f} left over; genre by level {np.round(shares, 2) + 0.0}")
reveal("cut", round(float(left["product, as they stand"]), 2), within=0.07)

# %% [markdown]
# Residual codes leave least over: each looks at everything that is left. But only their first code knows genres; of the
# product codes each knows some. Turning made the cut better here. Does it also help with eight blocks of 16 codes?

# %% id="turned"
need(globals(), "made", cell="1. Codes side by side")
for levels, size in ((3, 64), (8, 16)):
    rest = []
    for is_turned in (False, True):
        table = product_codes(about, levels, size, is_turned=is_turned)
        rest.append(((about - decode(table.codes, table.codebooks)) ** 2).sum() / whole)
    print(f"{levels} blocks of {size} codes: {rest[0]:.2f} as they stand, {rest[1]:.2f} turned")

# %% [markdown]
# It helps there, too, and by more (0.14 against 0.07). Now the order. Write every film again, in the same codebooks, but
# begin with the *last* one. (Each code is still the nearest entry to what is left.)

# %%
ask(
    "order",
    "What share of the residual codes stays the same when codebooks are used in reverse order? (0 to 1)",
)

# %% id="order"
need(globals(), "left", cell="1. Codes side by side")
stays = {}
for name in ("residual", "product, turned"):
    table = made[name]
    again = encode(about, table.codebooks[::-1])[:, ::-1]
    rest = ((about - decode(again, table.codebooks)) ** 2).sum() / whole
    stays[name] = (again == table.codes).mean()
    print(f"{name:<16} {stays[name]:.2f} stay; left over {left[name]:.2f}, now {rest:.2f}")
reveal("order", round(float(stays["residual"]), 2), within=0.1)

# %% [markdown]
# Product codes do not notice. So nothing has to be written before anything else, and a model may name all codes at once
# (RPG, lesson 10b). Of the residual codes a fifth changes, and more is left over: there the order is part of the meaning.

# %% [markdown]
# ## 2. Items that are sums
#
# SASRec keeps a vector for each film. **VQ-Rec** (Hou et al., 2023) keeps a vector for each *code*, and a film's vector is
# the sum of those of its codes. With 8 levels of 16 codes that is about a ninth of the numbers. What is learned for one
# film is learned for all that share a code with it, and a film that nobody has seen has a vector, too.

# %% id="sums"
from rectutor.models.sasrec import SASRecConfig
from rectutor.models.vqrec import VQRec

need(globals(), "made", cell="1. Codes side by side")
model = VQRec(product_codes(about, 8, 16).codes, SASRecConfig(len(about)))
codes, table = model.items.codes, model.items.entries.detach()  # [N, 8], [8, 16, D]
jaws = titles.index("Jaws")
by_hand = sum(table[level, codes[jaws, level]] for level in range(8))
print("Jaws has the codes", codes[jaws].tolist())
print("its vector is their sum:", np.allclose(by_hand, model.items.weight.detach()[jaws + 1]))
n_own = len(about) * table.shape[2]
print(f"numbers to learn: {table.numel():,}; with a vector for each film {n_own:,}")

# %% [markdown]
# No film has a number of its own, so two films with the same eight codes get the same score from every history.

# %%
ask("twins", "Of 1,119 films, how many have all eight codes in common with another?")

# %% id="twins"
need(globals(), "model", cell="2. Items that are sums")
ways = {"turned": True, "as they stand": False}
twins = {}
for name, is_turned in ways.items():
    own = product_codes(about, 8, 16, is_turned=is_turned).codes
    twins[name] = round(collision_share(own) * len(own))
    print(f"{name}: {twins[name]} films; {len(np.unique(own, axis=0)):,} of {16**8:,} ids in use")
reveal("twins", twins["turned"], within=10)

# %% [markdown]
# Next to none: there are four thousand million ids for a thousand films. But that vectors *differ* does not say that they
# tell what is chosen next. The control has codes by lot: it knows no text, but has as many numbers to learn. Each way
# was trained once, for five epochs. Then both go on to *books*, of which they have seen nothing: the books' texts are
# written in the films' codebooks, and a book's vector is a sum of what was learned for films. By lot, books get codes that
# are drawn anew. What is the least that a model has to beat in each world?

# %% id="least"
from rectutor.evaluation import evaluate
from rectutor.models.popularity import Popularity
from rectutor.training import fit

for world in ("films", "books"):
    own, counted = split_of(world), Popularity()
    fit(counted, own)
    n_left = own.n_items - len(own.train.item_index) / own.n_users  # that a person has not chosen
    hits = evaluate(counted, own).mean("HR@10")
    print(f"{world}: popularity, counted there, {hits:.3f}; ten by lot {10 / n_left:.3f}")

# %%
ask(
    "sum",
    "Five epochs on films give SASRec HR@10 0.28. Codes of texts against codes by lot, on films: which is better?",
    [
        "texts, and as good as SASRec",
        "texts, but far behind SASRec",
        "their intervals overlap",
    ],
)

# %% id="sum"
from rectutor.analysis.code_vectors import NAME
from rectutor.analysis.records import read_record

record = read_record(NAME)
print(record.said())
columns = ["world", "way", "HR@10", "low", "high"]  # low and high: 95 % over people
print(record.table[columns].round(3).to_string(index=False))
films = record.table.query("world == 'films'").set_index("way")
texts, lot, own = (films.loc[way] for way in ("VQ-Rec, texts", "VQ-Rec, by lot", "SASRec"))
better = "texts, and as good as SASRec"
if texts["high"] < own["low"]:
    better = "texts, but far behind SASRec"
reveal("sum", better if texts["low"] > lot["high"] else "their intervals overlap")

# %% [markdown]
# On films codes of texts come out higher, but the two intervals overlap (0.054 to 0.059), and each way was trained once: a
# paired interval (lesson 01) and more trainings would have to decide. What does show: both are far behind SASRec, and not
# far from popularity. Perhaps 8 x 16 = 128 vectors for a thousand films are too few, perhaps five epochs are; these numbers cannot tell.
#
# On books the control is at chance: by lot, a code of a book has nothing in common with the same code of a film.
# Codes of texts bring 0.045, more than chance, before anybody has chosen a book. Counting books, once people have
# chosen some, brings 0.071, though these two intervals overlap. That is what VQ-Rec is for: a code that *means*
# something can travel.

# %% [markdown]
# ## 3. Levels with names
#
# What does code 17 stand for? Somebody has to look at its films and say. **HiD-VAE** (Fang et al., 2025) lets each level
# answer for a tag while an RQ-VAE is trained: here level 1 for the first genre, level 2 for the first theme. (A linear
# layer, the *reader*, reads a tag from the sum of the entries so far.) The tags of a fifth of the films are hidden from
# training. On these it is judged: on the others, agreement could be memory. The control is taught tags that were shuffled among films.

# %% id="tags"
from rectutor.models.tagged_codes import TaggedConfig, TaggedRQVAE
from rectutor.training.codebooks import fit_codes

theme = known["themes"].str[0].fillna("").to_numpy(str)
names, numbers = zip(*(np.unique(tag, return_inverse=True) for tag in (genre, theme)), strict=True)
tags = np.stack(numbers, axis=1)  # [N, 2]
rng = np.random.default_rng(0)
is_hidden = np.isin(np.arange(len(tags)), rng.permutation(len(tags))[: len(tags) // 5])
told = np.where(is_hidden[:, None], -1, tags)
shuffled = told.copy()
shuffled[~is_hidden] = rng.permutation(told[~is_hidden])
print(f"{len(names[0])} genres, {len(names[1])} themes; hidden: {is_hidden.sum()} of {len(tags):,}")


# %% id="runs"
def with_tags(own_tags: np.ndarray, tag_weight: float, unique_weight: float = 0.0) -> tuple:
    """Return a model, its codes, and what it leaves over."""
    weights = {"tag_weight": tag_weight, "unique_weight": unique_weight}
    model = TaggedRQVAE(TaggedConfig(vectors.shape[1], **weights), own_tags)
    codes = fit_codes(model, vectors, epochs=40, progress=False)[0].codes
    rest = ((vectors - model.reconstruct(codes)) ** 2).sum() / whole
    return model, codes, rest


ways = {"no tags": (told, 0.0), "tags": (told, 10.0), "shuffled tags": (shuffled, 10.0)}
runs = {name: with_tags(*way) for name, way in ways.items()}

# %% [markdown]
# To read a genre from any code, name each first code by the commonest genre of its films whose tags are *known*. Then look
# at the hidden ones. The least to beat: give every film the commonest genre.

# %% id="commonest"
need(globals(), "is_hidden", cell="3. Levels with names")
commonest = pd.Series(genre[~is_hidden]).mode()[0]
share = (genre[is_hidden] == commonest).mean()
print(f"{commonest} for every film: right for {share:.2f} of the hidden films")

# %%
ask(
    "named",
    "Trained without tags, the first code tells the genre of 0.57 of the hidden films. And trained with tags? (0 to 1)",
)

# %% id="named" tags=["nbval-ignore-output"]
need(globals(), "runs", cell="3. Levels with names")
rows = {}
for name, (_, codes, rest) in runs.items():
    seen = pd.DataFrame({"code": codes[:, 0], "genre": genre})[~is_hidden]
    said = seen.groupby("code")["genre"].agg(lambda own: own.mode()[0])
    hit = (said.reindex(codes[is_hidden, 0]).to_numpy() == genre[is_hidden]).mean()
    levels = [adjusted_nmi(codes[:, level], tag) for level, tag in ((0, genre), (1, theme))]
    rows[name] = [hit, *levels, rest, collision_share(codes)]
columns = ["hidden genres read", "level 1, genre", "level 2, theme", "left over", "collide"]
named = pd.DataFrame(rows, index=columns).T
print(named.round(2).to_string())
reveal("named", round(float(named.loc["tags", "hidden genres read"]), 2), within=0.1)

# %% id="named-said"
need(globals(), "named", cell="3. Levels with names")
read = named["hidden genres read"]
print("taught tags, more hidden genres are read than without:", read["tags"] > read["no tags"])
gain = read - read["no tags"]
print("shuffled tags help less than half as much:", gain["shuffled tags"] < gain["tags"] / 2)
more = named.loc["tags", "left over"] > named.loc["no tags", "left over"]
print("with tags, more is left over:", more)

# %% [markdown]
# The columns `level` are adjusted agreements over all films, also those whose tags were known, so they flatter; the
# first column is what counts. (It rests on 223 films and one training each: a difference of 0.03, about one standard
# error, would be nothing.) Level 2 agrees less, and 80 themes for 896 known films are few examples each. What is left over rises
# by so little that one training cannot tell whether tags have a price. Now a code says what it stands for: the model's
# readers name it, and we need not look at its films.

# %% id="concepts" tags=["nbval-ignore-output"]
need(globals(), "runs", cell="3. Levels with names")
model, codes, _ = runs["tags"]
read = model.tags_of(codes)  # [N, 2]
for film in np.flatnonzero(is_hidden)[:8]:
    words = [names[level][read[film, level]] for level in (0, 1)]
    print(f"{titles[film]:<30.30} {words[0]:<12} {words[1]:<22} tags: {genre[film]}, {theme[film]}")

# %% [markdown]
# (A film's tags are its first genre and theme, by alphabet, so `Crime` for a film with the tag `Comedy` need not be wrong.)

# %% [markdown]
# ## 4. Apart from the start
#
# Lesson 09 told films of one id apart *after* training, by a suffix or by the next nearest id. There, with three levels,
# 22 films moved. Two levels are more crowded:

# %%
ask(
    "crowd",
    "Two levels of 64 for 1,119 films: how many films have to move to the next nearest id?",
)

# %% id="crowd"
from rectutor.models.unique_codes import next_nearest, with_suffix

for levels in (3, 2):
    table = residual_kmeans(about, levels, K)
    moved = next_nearest(about, table)
    is_moved = (moved != table.codes).any(axis=1)
    at_first = (moved != table.codes)[:, 0].sum()
    print(f"{levels} levels: {is_moved.sum()} move, {at_first} at level 1")
    for when, ids in (("before", table.codes), ("after", moved)):
        rest = ((about - decode(ids, table.codebooks))[is_moved] ** 2).sum()
        print(f"   of those that move, {rest / (about[is_moved] ** 2).sum():.2f} left over {when}")
reveal("crowd", int(is_moved.sum()), within=30)

# %% id="movers"
need(globals(), "is_moved", cell="4. Apart from the start")
print("codes that a suffix needs with two levels:", with_suffix(table.codes)[:, -1].max() + 1)
n_chosen = np.bincount(split.train.item_index, minlength=len(about) + 1)[1:]
medians = [np.median(n_chosen[which]) for which in (is_moved, ~is_moved)]
print(f"times chosen, median: {medians[0]:.0f} of those that move, {medians[1]:.0f} of others")

# %% [markdown]
# Who moves is decided by who fits worse; how often a film was chosen is not asked (those that moved were chosen a little more
# often). The movers pay: with two levels 0.12 more of them is left over, and 28 lose even their first code. With a
# suffix nothing is lost, but a suffix says nothing about the film.
#
# HiD-VAE asks *training* for ids that differ: two films of a batch that share all codes pay by how far the cosine of
# their middles (lesson 09) is above 0.5. We try two weights of that penalty.

# %%
ask(
    "penalty",
    "With the better of the two weights, is every film alone on its id?",
    ["yes", "no, but fewer collide", "no, and no fewer collide"],
)

# %% id="penalties"
need(globals(), "with_tags", cell="3. Levels with names")
apart = {0: runs["no tags"], **{weight: with_tags(told, 0.0, weight) for weight in (100.0, 1000.0)}}

# %% id="penalty" tags=["nbval-ignore-output"]
need(globals(), "apart", cell="4. Apart from the start")
paid = pd.DataFrame(
    {weight: [collision_share(codes), rest] for weight, (_, codes, rest) in apart.items()},
    index=["collide", "left over"],
).T
print(paid.rename_axis("weight of the penalty").round(3).to_string())
none, *with_penalty = paid["collide"]
fewest = min(with_penalty)
joined = "but fewer" if fewest < none else "and no fewer"
reveal("penalty", f"no, {joined} collide" if fewest else "yes")

# %% id="penalty-said"
need(globals(), "paid", cell="4. Apart from the start")
print("some films collide under every weight:", paid["collide"].min() > 0)
print("the larger the weight, the more is left over:", paid["left over"].is_monotonic_increasing)

# %% [markdown]
# A penalty asks, it does not guarantee: one of the two repairs is needed after it all the same. It pushes apart what looks
# alike, which codes were to put together; and here ten times the weight left more collisions, not fewer (one training each).
# Nor does any method get round counting: with 32 x 32 = 1,024 ids, 1,119 films cannot have one each.

# %% id="too-few"
need(globals(), "next_nearest", cell="4. Apart from the start")
try:
    next_nearest(about, residual_kmeans(about, 2, 32))
except ValueError as error:
    print(error)

# %% [markdown]
# ## 5. Codes that the recommender moves
#
# So far texts decided. If what people do follows something else, a recommender with these codes is stuck: films with
# the same codes get the same score, for ever. **Differentiable ids** (Fu et al., 2026) let its loss change who has which code.
#
# A choice of one code out of K has no gradient. So on each level a film has K numbers, and its own code has the largest at first.
# In each step random noise (of a kind called *Gumbel*) is added, and the code with the largest sum is used. Backward, the gradient
# passes as if a film had a bit of every code (straight through, the trick of lesson 09). A code that would have predicted better gains,
# until its number is the largest.
#
# Here is a world to see it in: 48 films in 6 groups of 8, and everybody chooses within one group. But the texts say another
# grouping, which cuts across the first. Each film has one code of six.

# %% id="planted"
from rectutor.analysis.planted_groups import perplexity_on, planted_histories, teach
from rectutor.models.moving_codes import MovingCodes

need(globals(), "VQRec", cell="2. Items that are sums")
said, done = np.arange(48) % 6, np.arange(48) // 8  # groups by texts, groups by what people do
shared = np.zeros((6, 6), dtype=int)
np.add.at(shared, (said, done), 1)
print("films that a group of texts shares with each group of people:", shared[0].tolist())
sizes = SASRecConfig(48, max_length=12, width=16, n_blocks=1, n_heads=1, dropout=0.0)
print("of one group:", (planted_histories(done, n_users=1)[0] - 1).tolist())

# %% [markdown]
# Perplexity (lesson 07) says among how many films a model wavers at each choice: 8 is best (choices within a group are by lot), 48
# is knowing nothing, and more than 48 is being sure of what is wrong. The control is the same world where people *do* follow texts:
# there nothing should move. In the table `moved` is the share of films with another code than at first, `as texts say` and `as people do`
# are adjusted agreements of codes with the two groupings.

# %%
ask(
    "moving",
    "Codes that start as the misleading texts say, but may move: among how many films does it waver after 300 steps? "
    "(8 to 48)",
)

# %% id="taught"
need(globals(), "planted_histories", cell="5. Codes that the recommender moves")
taught = {}
for name, kind, follows in (
    ("texts mislead, codes stay", VQRec, done),
    ("texts mislead, codes move", MovingCodes, done),
    ("texts are right, codes move", MovingCodes, said),
):
    own = kind(said[:, None], sizes)
    teach(own, planted_histories(follows))
    taught[name] = (own, perplexity_on(own, planted_histories(follows, seed=9)))

# %% id="moving" tags=["nbval-ignore-output"]
need(globals(), "taught", cell="5. Codes that the recommender moves")
rows = {}
for name, (own, wavers) in taught.items():
    now = own.codes()[:, 0] if isinstance(own, MovingCodes) else said
    rows[name] = [wavers, (now != said).mean(), adjusted_nmi(now, said), adjusted_nmi(now, done)]
columns = ["wavers among", "moved", "as texts say", "as people do"]
moving = pd.DataFrame(rows, index=columns).T
print(moving.round(2).to_string())
reveal("moving", round(float(moving["wavers among"].iloc[1]), 1), within=5)

# %% id="moving-said"
need(globals(), "moving", cell="5. Codes that the recommender moves")
stay, move, right = (moving.iloc[row] for row in range(3))
print("with codes that stay, next to nothing is known:", stay["wavers among"] > 40)
print("codes that move come to agree with what people do:", move["as people do"] > 0.5)
print("where texts are right, no film moves:", right["moved"] == 0)

# %% [markdown]
# (-0.19 is less than luck: each group of texts is spread as evenly as can be over those of people.) Nobody told the model the
# groups: it found them through what is chosen after what, if not quite (0.8, not 1). And where texts are
# right it left them alone, so here noise by itself moved nothing.
#
# Mind two kinds of films. A *new* film, which comes after training, has no numbers yet: it stays where its text puts it. But a film of the
# catalogue that nobody chooses does move: it is a wrong answer at every step, and is pushed away from codes that are right often.

# %% [markdown]
# And on films, with texts that nobody made misleading? Take the codes of section 2, in three ways: they stay, they may move, and (the
# control) they may move but start by lot. Each was trained once, for eight epochs with larger steps. `moved` is the share of codes that changed;
# `genre` and `behaviour` are adjusted agreements, the mean over levels: with the first genre, and with 16 groups that k-means finds in the
# film vectors of the shipped SASRec.

# %%
ask(
    "films",
    "Codes of films' texts that may move: do more people get a hit than with codes that stay?",
    ["more", "the intervals overlap", "fewer"],
)

# %% id="films"
from rectutor.analysis.moving_films import NAME as MOVING

record = read_record(MOVING)
print(record.said())
table = record.table.set_index("way")
print(table[["HR@10", "low", "high", "moved", "genre", "behaviour"]].round(3).to_string())
stay, move = table.loc["texts, stay"], table.loc["texts, move"]
is_more, is_fewer = move["low"] > stay["high"], move["high"] < stay["low"]
reveal("films", "more" if is_more else "fewer" if is_fewer else "the intervals overlap")

# %% [markdown]
# Some 8 % of the codes moved, and by these intervals no difference shows (one training each). Nor do codes agree more with what
# people do. The planted world had 48 films and one code each, films have 1,119 and eight each, and training was short; which of these
# matters was not measured. That a mechanism works in a world made for it says that it is built right, not that it helps you. Starting by lot,
# it did not get as far as codes of texts that moved: by lot fewer codes moved, and they still say nothing of genres.

# %% [markdown]
# ## 6. One id for two tasks
#
# A model that writes ids (TIGER, lesson 10) can do more than recommend. Give it a query in place of a history, and it writes
# the id of what was asked for: that is search. Penha et al. (2025) ask which ids such a model should have: made from the
# vectors of search, of recommendation, or of both?
#
# For the record one model learned both tasks on each of four tables of ids. Histories are those of films. A query is four
# words of a film's one sentence, drawn by lot; six of each film were learned, another one is asked. Texts are the vectors of
# search here, behaviour (SASRec's) those of recommendation, and both stand side by side.

# %%
ask(
    "search",
    "Ids by lot say nothing of a film. For search, how do ids from behaviour do beside them?",
    ["better, beyond noise", "as well, within noise", "worse, beyond noise"],
)

# %% id="two-tasks"
from rectutor import charts
from rectutor.analysis.records import read_record

record = read_record("joint_ids")
tasks = record.table.set_index("ids from")
columns = [task + end for task in ("recommendation", "search") for end in ("", " low", " high")]
print(tasks[columns].round(3).to_string())
print(record.said())
lot, own = tasks.loc["by lot"], tasks.loc["behaviour"]
apart = own["search low"] > lot["search high"], own["search high"] < lot["search low"]
names = ["better, beyond noise", "worse, beyond noise", "as well, within noise"]
reveal("search", names[[*apart, True].index(True)])

# %% id="figure-two-tasks"
need(globals(), "record", cell="6. One id for two tasks")
charts.two_tasks(record.table)

# %% [markdown]
# HR@10 of 2,400 people and of 1,119 queries, one training of each. Ids from text are best for search and poor for
# recommendation; ids from behaviour are best for recommendation and serve search no better than a lot would. What is found by a
# lot is learned by heart: the model has read six queries of each film. Both side by side lie between the two by their means. They
# recommend far better than text and search worse than it, beyond noise; from behaviour alone they cannot be told apart in either
# task, for the intervals overlap. So the two tasks want different things of an id. That a joint one is worth its compromise is the
# paper's finding on its data; here it is not shown.
#
# ## 7. A table that you bring
#
# The report card of lesson 09 takes any codes, from any project. The next cell writes a file as you may get it from somebody else, with
# codes as tokens, and with one fault; put the path of your own file in its place.

# %% id="file"
import json
import tempfile
from pathlib import Path

need(globals(), "made", cell="1. Codes side by side")
theirs = made["residual"].codes // [1, 8, 1]  # somebody's second level
tokens = {
    str(film): [f"<{'abc'[level]}_{code}>" for level, code in enumerate(own)]
    for film, own in zip(split.item_ids[1:].tolist(), theirs.tolist(), strict=True)
}
path = Path(tempfile.mkdtemp()) / "codes.json"
path.write_text(json.dumps(tokens), encoding="utf-8")
print(path.read_text(encoding="utf-8")[:90])

# %%
ask(
    "card",
    "Of 1,119 films, how many share all codes with another, now that level 2 has 8 codes of 64? (It was 42)",
)

# %% id="card"
from rectutor.analysis.report_card import report_card
from rectutor.data.codes import read_codes

need(globals(), "path", cell="7. A table that you bring")
given = read_codes(path)
order = pd.Index(split.item_ids[1:].astype(str)).get_indexer(given.item_ids)
card = report_card(given.codes, K, {"genre": genre[order]})
print(card.levels.round(2).to_string(index=False), card.said(), sep="\n")
reveal("card", round(card.whole["collisions"] * len(order)), within=40)
lot = report_card(made["by lot"].codes, K, {"genre": genre})
agrees = lot.levels["genre"].abs().max()
print(f"by lot: {lot.said()}; agreement with genres at most {agrees:.2f}")

# %% [markdown]
# Mind the last line. As far as *use* and collisions go, the card has nothing to say against codes by lot: all are in use, and no two ids
# are alike. Only the column that compares them with something known shows that they mean nothing. Always bring such a
# column. On the command line, `rectutor report --codes codes.json --items items.csv` writes the same card as a page, with the explorer.
#
# ## What this miniature leaves out
#
# - **Pretraining.** VQ-Rec learns on several catalogues, by contrast, and adapts its codes to a new one; here it had one. Its
#   authors' settings have 32 codes of 256 for an item, here 8 of 16.
# - **Contrast.** HiD-VAE also pulls entries towards the texts of their tags.
# - **A generator.** Differentiable ids were made for models that write codes; ours adds up vectors of codes.
# - **Tuned vectors and real queries.** Penha et al. tune one encoder for both tasks; here two sets of vectors stand side by
#   side, each made for its own. Nobody wrote our queries, each asks for one film, and the model reads a query as one vector.
# - **More than one training** of each kind: small differences in these tables are nothing to lean on.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("09b")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** Give out ids without conflict, in rounds, as `next_nearest` does. In a round every item without an
# id asks for the first of its wishes that nobody had when the round began. If several ask for the same id, the one with the smallest
# gap gets it (a gap says how far a wish is from the item); of equal gaps the first item. What was given is kept. There are ids enough.


# %% exercise="give_out"
def give_out(wishes: list[list[tuple[int, ...]]], gaps: list[list[float]]) -> list[tuple[int, ...]]:
    """Return each item's id; item i's wishes are in order, gaps[i] says how far off each one is."""
    ### BEGIN SOLUTION
    got: list[tuple[int, ...]] = [()] * len(wishes)
    while () in got:
        gone, asked = set(got), {}
        for item, own in enumerate(wishes):
            if not got[item]:
                place = next(place for place, one in enumerate(own) if one not in gone)
                asked.setdefault(own[place], []).append((gaps[item][place], item))
        for one, askers in asked.items():
            got[min(askers)[1]] = one
    return got
    ### END SOLUTION


# %%
lesson09b.give_out.hint(1)  # 2 and 3 tell more

# %% check="give_out" points=4
result = lesson09b.give_out.check(give_out)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** Items as sums: add up one vector of each level.


# %% exercise="item_vectors"
def item_vectors(codes: list[list[int]], vectors: list[list[list[float]]]) -> list[list[float]]:
    """Return a vector for each row of codes; vectors[l][c] belongs to code c of level l."""
    ### BEGIN SOLUTION
    found = []
    for own in codes:
        chosen = [level[code] for level, code in zip(vectors, own, strict=True)]
        found.append([sum(numbers) for numbers in zip(*chosen, strict=True)])
    return found
    ### END SOLUTION


# %%
lesson09b.item_vectors.hint(1)  # 2 and 3 tell more

# %% check="item_vectors" points=1
result = lesson09b.item_vectors.check(item_vectors)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Name each code by the commonest tag among its items, of equally common ones the first by
# alphabet. Some tags are not known; a code of whose items none is known gets no name.


# %% exercise="name_codes"
def name_codes(codes: list[int], tags: list[str | None]) -> dict[int, str]:
    """Return a name for each code; codes[i] and tags[i] belong to item i, None is not known."""
    ### BEGIN SOLUTION
    members: dict[int, list[str]] = {}
    for code, tag in zip(codes, tags, strict=True):
        if tag is not None:
            members.setdefault(code, []).append(tag)
    return {code: min(own, key=lambda tag: (-own.count(tag), tag)) for code, own in members.items()}
    ### END SOLUTION


# %%
lesson09b.name_codes.hint(1)  # 2 and 3 tell more

# %% check="name_codes" points=1
result = lesson09b.name_codes.check(name_codes)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson09b.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 10, in which a model writes codes.
