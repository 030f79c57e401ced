# ---
# jupyter:
#   rectutor:
#     lesson: "06"
#     title: How much of the answer is the prompt?
#     minutes: 75
#     budget_seconds: 100
#     budget_mb: 2000
# ---

# %% [markdown]
# # 06 · How much of the answer is the prompt?
#
# The models of the lessons before this one were trained to recommend. It is tempting to train
# nothing: describe a person in words, list some films, and ask. The answer then depends on the
# films, the person, the model, and on **how you asked**. In this lesson you measure the last part,
# and find out how much of a published number it can be.
#
# After this lesson you can
#
# - write a ranking prompt, switch its conventions on and off, and measure what each does;
# - find position bias and order blindness in any ranker, and say what shuffling does about the bias;
# - tell a better template from a lucky one, and a shift of all scores from a change of their order.
#
# **Before**: lessons 01 (HR) and 02b (intervals). **Time**: 75 minutes of study, about a minute to
# run. **Not reproduced**: no paper's own table. The decoder here is tiny; it knows the titles of
# 1,119 films and little else.

# %% id="settings"
from textwrap import fill

import numpy as np
import pandas as pd

from rectutor import charts
from rectutor.course import ask, calibration, closed_book, expect, lesson06, need, reveal
from rectutor.data import load
from rectutor.training.assets import fit_or_load, split_of

C, K = 20, 5  # candidates, and how long a list counts as a hit
CHANCE = K / C


def on_page(text: str) -> str:
    """Break long lines of a prompt for the page; what goes on is indented."""
    return "\n".join(fill(line, 100, subsequent_indent="    ") for line in text.split("\n"))


# %% [markdown]
# ## 1. A person as a prompt
#
# Liu et al. (2023) and Hou et al. (ECIR 2024) ask a model that was never tuned: **zero-shot**. Four
# conventions have become usual: say the task, say that the history runs from oldest to newest, list
# the candidates, demand a format. Each is a switch here. (`on_page` breaks long lines, and
# indents what goes on.)

# %% id="prompt"
from rectutor.analysis.position_bias import list_cases
from rectutor.lm.yes_no import dated_titles
from rectutor.prompts import Conventions, ranking_prompt

films, split = load("films"), split_of("films")
titles = dated_titles(films.items, split.item_ids)
cases = list_cases(split, titles, n=40, n_candidates=C)
one = cases[0]
print(on_page(ranking_prompt(one.history, one.candidates[:4], Conventions())))

# %% id="prompt-bare"
need(globals(), "one", cell="1. A person as a prompt")
bare = Conventions(says_task=False, says_order=False, demands_format=False)
print(on_page(ranking_prompt(one.history, one.candidates[:4], bare)))

# %% [markdown]
# > **Protocol.** In this lesson 20 candidates replace the full catalogue, one of them the film that
# > came next. A random order has HR@5 = 0.25. Lesson 03 showed why such numbers must not be put
# > beside those of a full ranking.
#
# ## 2. First test the instrument
#
# Before a measurement says something about a model, it must show that it can find a fault that is
# certainly there. So here is a **scripted ranker**. Its taste is that of SASRec (lesson 02): the
# cosine of two films. Its faults are dials.

# %% id="scripted"
from rectutor.lm.biased import Faults, biased_ranker

sasrec = fit_or_load("sasrec-films")
vectors = sasrec.items.weight.detach().numpy()
vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
row = {title: place for place, title in enumerate(titles)}


def affinity(past: str, title: str) -> float:
    """Return how well one film leads to another, about -3 to 3."""
    return float(3 * vectors[row[past]] @ vectors[row[title]])


# %% [markdown]
# The dial *position* adds something to every film for where it stands on the list: the whole dial
# at the first place, nothing at the last. Each list is shown in 16 random orders, so every film
# stands in many places.

# %%
ask(
    "slots",
    "With the dial at 1, in what share of lists does the film in the first place win? "
    "(20 places, so 0.05 is fair)",
)

# %% id="slots"
from rectutor.analysis.position_bias import draw_orders, listwise_scores, pick_rate_by_slot

need(globals(), "affinity", cell="2. First test the instrument")
orders = draw_orders(16, len(cases), C, seed=1)  # [S, B, C]
dials, rates = (0.0, 1.0, 4.0), {}
for dial in dials:
    scores = listwise_scores(biased_ranker(affinity, Faults(dial)), cases, orders)
    rates[f"dial {dial:g}"] = pick_rate_by_slot(scores, orders)
reveal("slots", round(rates["dial 1"][0], 2), within=0.05)

# %% id="slots-figure"
charts.pick_rates(
    pd.DataFrame(
        [(name, place, share) for name, own in rates.items() for place, share in enumerate(own, 1)],
        columns=["ranker", "place", "share"],
    )
)

# %% [markdown]
# The instrument finds nothing where nothing is, and the more the more was put in. Now the cure that
# Hou et al. propose: show each list in several orders and average the ranks ("bootstrapping").

# %%
ask(
    "cure",
    "The dial at 2. Are four orders enough to get the hits of an unbiased ranker back, within noise?",
    ["yes", "no"],
)

# %% id="cure"
from rectutor.analysis.position_bias import hits, mean_rank_scores

need(globals(), "affinity", cell="2. First test the instrument")
more = list_cases(split, titles, n=160, n_candidates=C)  # forty people are too few for this
many = draw_orders(64, len(more), C, seed=1)
fair = hits(listwise_scores(biased_ranker(affinity, Faults()), more, many[:1])[0], more, K)
cured = {}
for dial in (2, 4):
    scores = listwise_scores(biased_ranker(affinity, Faults(float(dial))), more, many)
    for n in (1, 4, 16, 64):
        cured[dial, n] = hits(mean_rank_scores(scores[:n], many[:n]), more, K)

# %% id="cure-said"
from rectutor.metrics import paired_difference

need(globals(), "cured", cell="2. First test the instrument")
is_below = {case: paired_difference(own, fair, seed=0).high < 0 for case, own in cured.items()}
verdicts = {True: "below it, beyond noise", False: "within noise of it"}
rows = [(*case, own.mean(), verdicts[is_below[case]]) for case, own in cured.items()]
columns = ["dial", "orders", f"HR@{K}", "against the unbiased one"]
print(f"the unbiased ranker has HR@{K} {fair.mean():.2f}")
print(pd.DataFrame(rows, columns=columns).round(2).to_string(index=False))
reveal("cure", "no" if is_below[2, 4] else "yes")

# %% [markdown]
# Averaging works against the bias, but slowly: four orders are no better than one, sixteen come within
# noise of the unbiased ranker, and each order costs one more call. Hou et al. say "alleviate".

# %% [markdown]
# The second fault: does the model read the **order** of the history? Turn every history round, and
# see whether the ranking changes. (Kendall's tau: 1 the same order, 0 unrelated, -1 reversed. Jaccard:
# what both lists of ten have in common, over what is in either; two random tens of 20 have 0.34.)

# %% id="blindness"
from rectutor.analysis.position_bias import order_blindness

for is_blind in (False, True):
    scripted = biased_ranker(affinity, Faults(is_order_blind=is_blind))
    found = order_blindness(scripted, cases, orders)
    print(f"blind by its dial: {is_blind!s:5}  tau {found.kendall_tau:.2f}, "
          f"same first choice {found.same_first:.2f}  Jaccard {found.jaccard:.2f}")  # fmt: skip

# %% [markdown]
# ## 3. The tiny decoder, zero-shot
#
# Now a real language model: a decoder of a few million weights that was trained on texts about
# these films. It was never told what a recommendation is.
#
# It need not write anything. For each candidate we ask how probable it is that the answer begins with
# "1." and that title; the most probable is ranked first. So there are hits to count even where a
# written reply would be useless. (Long titles have a handicap.)

# %%
ask("tiny", "Its HR@5 among 20 candidates, never tuned? (a random order has 0.25)")

# %% id="tiny"
from rectutor.lm.loading import language_model
from rectutor.metrics import mean_interval

need(globals(), "cases", cell="1. A person as a prompt")
need(globals(), "orders", "hits", cell="2. First test the instrument")
decoder = language_model(batch_tokens=8192)
few = orders[:3]
scores = listwise_scores(decoder, cases, few)  # [S, B, C]
per_person = np.mean([hits(own, cases, K) for own in scores], axis=0)
got = mean_interval(per_person, seed=0)
reveal("tiny", round(got.mean, 2), within=0.08)
print("its interval holds chance:", got.low <= CHANCE <= got.high)
expect("HR@5 of the frozen decoder among 20 candidates", got.mean)

# %% id="tiny-faults"
need(globals(), "decoder", cell="3. The tiny decoder, zero-shot")
slots = pick_rate_by_slot(scores, few)
seen = order_blindness(decoder, cases[:20], few[:, :20])
noise = 4 * np.sqrt(0.05 * 0.95 / few[..., 0].size)
print("every place is picked within four standard errors of 0.05:", abs(slots - 0.05).max() < noise)
print(f"history turned round: tau {seen.kendall_tau:.1f}, Jaccard of ten {seen.jaccard:.1f}")
print("it hardly notices the order:", seen.kendall_tau > 0.7)

# %% [markdown]
# It cannot be told from chance, so its missing position bias is no merit: the places do not matter
# because hardly anything does. It is also order-blind. **A fault can be judged only beside an
# ability.** That is why the instrument was tested on the scripted ranker first.
#
# ### What each convention does
#
# All sixteen mixtures of the four switches, for the decoder and for a scripted ranker that chats
# where no format is demanded. Every effect is averaged over the other three switches.

# %%
ask(
    "conventions",
    "The decoder is asked to write its ranking. In what share of replies can no candidate be found, "
    "with all four conventions on?",
)

# %% id="conventions"
from rectutor.analysis.conventions import convention_outcomes, factorial_effects

need(globals(), "decoder", cell="3. The tiny decoder, zero-shot")
need(globals(), "affinity", cell="2. First test the instrument")
rankers = {"scripted": biased_ranker(affinity, Faults(1.0)), "decoder": decoder}
outcomes = {name: convention_outcomes(model, cases[:16]) for name, model in rankers.items()}
failed = {name: own[Conventions()]["parse failures"].mean() for name, own in outcomes.items()}
reveal("conventions", round(failed["decoder"], 2), within=0.1)
effects = factorial_effects(outcomes["scripted"])

# %% id="conventions-figure"
charts.prompt_effects(effects, "the scripted ranker")

# %% id="conventions-said"
need(globals(), "outcomes", cell="3. The tiny decoder, zero-shot")
for name, own in outcomes.items():
    rows = factorial_effects(own)
    lost = rows[rows["outcome"] == "parse failures"].set_index("convention")["value"]
    print(
        f"{name:9} failures: list {lost['lists_candidates']:+.2f}, format {lost['demands_format']:+.2f}"
    )
    effect = rows[rows["outcome"] == "HR@5"]
    n_real = int(((effect["low"] > 0) | (effect["high"] < 0)).sum())
    print(f"{name:9} conventions that change HR@5 beyond noise: {n_real} of 4")
reply = decoder.generate([ranking_prompt(one.history, one.candidates, Conventions())], 20)[0]
print("the decoder writes:", repr(reply))

# %% [markdown]
# The scripted ranker needs the list *and* the format: it fails in three of four mixtures, so each
# switch alone, averaged over the other, saves one half. (An effect of 0 on HR@5 with a wide interval
# means "none seen", not "none".) The decoder fails
# whatever is switched: it goes on as its texts went on. A model must have read instructions before
# instructions can help.
#
# ### Examples in the prompt
#
# **In-context learning**: show the task solved once, here on the person's own past. It costs tokens,
# so lists have ten films here.

# %% id="in-context"
from rectutor.metrics import paired_difference
from rectutor.prompts import self_example

prompts = {"without": [], "with": []}
short = list_cases(split, titles, n=40, n_candidates=10)  # the decoder reads 512 tokens at most
for case in short:
    shown = self_example(case.history, [t for t in one.candidates[:5] if t not in case.history])
    plain = ranking_prompt(case.history, case.candidates, Conventions())
    prompts["without"].append(plain)
    prompts["with"].append(ranking_prompt(case.history, case.candidates, Conventions(), [shown]))
asked = [[f"\n1. {title}" for title in case.candidates] for case in short]
hit = {name: hits(np.array(decoder.score(own, asked)), short, K) for name, own in prompts.items()}
tokens = {name: np.mean([*map(len, decoder.prompt_tokens(own))]) for name, own in prompts.items()}

# %% id="in-context-said"
need(globals(), "hit", cell="3. The tiny decoder, zero-shot")
gain = paired_difference(hit["with"], hit["without"], seed=0)
print(f"one example makes a prompt {tokens['with'] / tokens['without']:.1f} times as long")
print("it changes HR@5 among ten beyond noise:", gain.is_real)

# %% [markdown]
# ### A person in one sentence
#
# Zhou, Dai and Joachims (2024) put a short **profile** in the place of the titles. You can read it,
# and change a word of it. Here it is made by counting genres.

# %% id="profile"
from collections import Counter

from rectutor.data.describe import by_index
from rectutor.data.phrases import genre_label
from rectutor.prompts import profile_text

need(globals(), "decoder", "scores", cell="3. The tiny decoder, zero-shot")
genres = [[], *by_index(films.items["genres"].tolist(), films.items, split.item_ids)]
kinds = [Counter(genre_label(g) for t in case.history for g in genres[row[t]]) for case in cases]
profiles = [profile_text(counts) for counts in kinds]
edited = [profile_text({**counts, "musical": 99}) for counts in kinds]
print(profiles[0], edited[0], sep="\n")

# %% id="profile-said"
told = {}
for name, sentences in {"profile": profiles, "edited": edited}.items():
    people = [case._replace(history=[text]) for case, text in zip(cases, sentences, strict=True)]
    told[name] = listwise_scores(decoder, people, few[:1])[0]  # [B, C]
gap = paired_difference(hits(told["profile"], cases, K), hits(scores[0], cases, K), seed=0)
same = (told["profile"].argmax(axis=1) == told["edited"].argmax(axis=1)).mean()
print("a profile instead of titles changes HR@5 beyond noise:", gap.is_real)
print("after the edit more than half of the first choices are the same:", same > 0.5)

# %% [markdown]
# ## 4. One question, many wordings
#
# Rankings are coarse. A yes/no question says more: *will this person like this film?* The score is
# the **log-odds** of "Yes" against "No" as the next words, log P(Yes) - log P(No): above 0 it says
# yes. The measure is the **AUC**: the chance that a film which was liked scores above one which was
# not; a coin has 0.5. The two words of the answer are the **label words**. Here are three of 24 ways to ask:

# %% id="wordings"
from rectutor.prompts import YES_NO

for template in (YES_NO[0], YES_NO[4], YES_NO[10]):
    print(f"--- {template.name}\n{on_page(template.text)}")

# %% [markdown]
# 200 people are asked one question each, half of them about a film that they liked. The answers of
# three models to every wording were recorded; a cell below asks one wording again, to see that the
# record tells the truth.

# %% id="record"
from rectutor.analysis.prompt_sensitivity import MODELS, read_lab

lab = read_lab()
print(fill(lab.said, 100))
frozen, tuned, many_templates = MODELS
print(f"{len(lab.asked.is_liked)} people, then {len(lab.fresh.is_liked)} others")

# %% id="again"
from rectutor.lm.yes_no import log_odds, prompts_of

need(globals(), "decoder", cell="3. The tiny decoder, zero-shot")
again = log_odds(decoder, prompts_of(lab.fresh.take(slice(0, 40)), titles, YES_NO[0]))
kept = lab.answers[frozen]["fresh"][0, :40]
print("asked again, the recorded answers come back:", np.allclose(again, kept, atol=0.01))

# %%
ask(
    "spread",
    "The frozen model's AUC over 24 wordings: how far is the best from the worst?",
)

# %% id="spread"
from rectutor.analysis.luck import luck_band, resampled_aucs

need(globals(), "lab", cell="4. One question, many wordings")
first = lab.grid(frozen)[:, 0, 0, 0]  # [24, 200]: Yes/No, oldest first, 4 told
aucs = resampled_aucs(first, lab.asked.is_liked, lab.asked.user_index)
luck = luck_band(aucs)
reveal("spread", round(aucs[0].max() - aucs[0].min(), 2), within=0.04)
print(f"best of 24: {luck.best[-1]:.3f}, by luck {luck.low[-1]:.3f} to {luck.high[-1]:.3f}")
print("the best is no more than luck:", luck.low[-1] <= luck.best[-1] <= luck.high[-1])

# %% [markdown]
# How is the **luck band** made? Move every wording to the mean AUC of all, draw the people anew,
# take the best. Repeat. What is best then is best by luck. A spread says nothing before it is held
# against that band.
#
# ## 5. The prompt-sensitivity lab
#
# Each dot is one way to ask, with its interval; columns change the label words, the order of the
# history and how much of it is told. Do the three missions, then write a template of your own. Once
# you have answered the first, a table *What moves the answer* opens in the running view (the stored
# picture does not have it). Its last column, *null*, is what a change without meaning does: the same
# prompt with its lists reshuffled.

# %% id="lab" tags=["nbval-ignore-output"]
from rectutor.widgets import PromptLab

need(globals(), "lab", "decoder", cell="4. One question, many wordings")
view = PromptLab.from_lab(lab, live={frozen: decoder})
view

# %% id="lab-twin" tags=["nbval-ignore-output"]
grid = view.twin().table.rename(columns={"value": "AUC"})
grid.head(8)  # the first of the 24 templates in numbers; `grid` holds all 192 ways to ask

# %% [markdown]
# ## 6. Does tuning remove sensitivity, or hide it?
#
# Lesson 07 tunes this decoder on some thousand answered questions. Here it has been done twice:
# with **one** template, and with **sixteen** that take turns. First, does it still matter how you
# ask? Two things can change: all scores may **shift**, which flips answers and leaves the order;
# or the **order** may change, which no threshold repairs. Compare all pairs of 24 wordings:

# %%
ask(
    "flips",
    "Tuned on one template: of 200 people above or below the median, how many change sides when "
    "the wording changes? (share; unrelated answers would give 0.5)",
)

# %% id="flips"
from itertools import combinations

from rectutor.analysis.prompt_effects import flip_rate, kendall_tau

need(globals(), "lab", cell="4. One question, many wordings")
rows = {}
for model in MODELS:
    wordings, reshuffled = lab.grid(model)[:, 0, 0, 0], lab.answers[model]["shuffles"]
    for name, own in {"wordings": wordings, "reshuffled": reshuffled}.items():
        pairs = list(combinations(own, 2))
        raw, sides = (np.mean([flip_rate(*two, mode) for two in pairs]) for mode in (False, True))
        rows[model, name] = raw, sides, np.mean([kendall_tau(*two) for two in pairs[::5]])
compared = pd.DataFrame(rows, index=["answers", "sides", "tau"]).T
reveal("flips", round(compared.loc[(tuned, "wordings"), "sides"], 2), within=0.07)

# %% id="flips-table"
need(globals(), "compared", cell="6. Does tuning remove sensitivity, or hide it?")
print(compared.round(2).to_string())

# %% [markdown]
# Read the table from the left first: by *answers*, the frozen model is the most robust of all. It
# says no to nearly everybody under nearly every wording. *Sides* takes that shift away: nearly half of
# the people change sides between two wordings, where unrelated answers would give a half.
# *Tau* says the same of the whole order. Reshuffling the lists leaves most of it; another wording
# leaves next to nothing, frozen or tuned on one template. Tuned on sixteen, the wordings agree
# more, and are still far from what a reshuffle does.

# %% [markdown]
# Which factor makes the differences? Each column below adds up to 1. First block: of all differences
# in the *mean* score, how much each factor makes. Second block: the same for what moves some people
# and not others. ("question": what stays whatever the wording; "rest": mixtures of factors; "order":
# that of the history.)

# %% id="shares"
from rectutor.analysis.prompt_effects import variance_shares
from rectutor.analysis.prompt_sensitivity import FACTORS

need(globals(), "lab", cell="4. One question, many wordings")
shares = {model: variance_shares(lab.grid(model), FACTORS).set_index("factor") for model in MODELS}
for part, title in {"shift": "differences of the mean", "change": "between people"}.items():
    print(title)
    print(pd.DataFrame({model: own[part] for model, own in shares.items()}).round(2).to_string())
    print()

# %% id="shares-said"
need(globals(), "shares", cell="6. Does tuning remove sensitivity, or hide it?")
means = {model: lab.grid(model)[:, 0, 0, 0].mean(axis=1) for model in MODELS}
for model, own in means.items():
    print(f"{model:22} mean log-odds of the 24 wordings: {own.min():5.1f} to {own.max():4.1f}")
print("on the sixteen it was tuned on, all means within 1:", np.ptp(means[many_templates][:16]) < 1)
asked_so = lab.grid(many_templates)[:, 0, 0, 0]
for name, own in {"sixteen tuned on": asked_so[:16], "eight never seen": asked_so[16:]}.items():
    print(f"{name}: tau {np.mean([kendall_tau(*pair) for pair in combinations(own, 2)]):.2f}")

# %% [markdown]
# So the answer is: **both**. Tuning on many templates makes the mean score nearly the same for every
# *template* (the small shift that is left comes from the label words, hence their 0.95). But two
# wordings still put people in different orders; and as the scores now lie near the threshold, more
# answers change than before. A paper that reports only the share of yes would call this robust.
#
# ### Better, or lucky?
#
# The template that looked best on 200 people, asked of 200 others; leads are over the mean of all 24:

# %% id="fresh"
need(globals(), "view", cell="5. The prompt-sensitivity lab")
for measured in view.state.models:
    chosen, fresh = measured.lead()
    best = YES_NO[int(measured.luck.which[-1])].name
    print(f"{measured.name:22} {best:14} leads by {chosen:.2f}, on fresh people by {fresh:+.2f}")
kept_half = [own.lead()[1] >= own.lead()[0] / 2 for own in view.state.models]
print("models whose best template keeps half of its lead:", sum(kept_half))

# %% [markdown]
# ### Label words
#
# The words of the answer are a part of the prompt too. Two controls: *reversed* words, where
# "No" stands for a like (a model that goes by what the words mean then falls below 0.5), and
# *meaningless* ones.

# %% id="labels"
from rectutor.analysis.luck import auc_intervals
from rectutor.analysis.prompt_sensitivity import PARTS

need(globals(), "lab", cell="4. One question, many wordings")
people = lab.asked.is_liked, lab.asked.user_index
table = auc_intervals(resampled_aucs(lab.answers[tuned]["label words"], *people))
words = [cell.labels for cell in PARTS["label words"]]
table.insert(0, "words", [f"{one.positive}/{one.negative} {one.control}" for one in words])
print(table.rename(columns={"value": "AUC"}).round(2).to_string(index=False))

# %% id="labels-fresh"
need(globals(), "view", cell="5. The prompt-sensitivity lab")
again = view.state.models[1].fresh_aucs.iloc[0]
print(f"Yes/No on the fresh people: {again['value']:.2f} [{again['low']:.2f}, {again['high']:.2f}]")
print("its interval holds 0.5:", again["low"] <= 0.5 <= again["high"])

# %% [markdown]
# Of the first people one would say: the tuned model knows something in the words it was tuned with,
# goes by the words themselves (reversed, it falls below 0.5), and knows nothing in others. Then the
# fresh people: there nothing is left that 200 of them could show. So do not tell this story.
#
# ## 7. On real people
#
# The frozen decoder on MovieLens ml-latest-small, if its folder is there; it has read about some of
# these films and not about most.

# %% id="real-parts"
import os

from rectutor.data.events import number_events
from rectutor.data.judgements import balanced, judgements, later_events
from rectutor.metrics.judgement import auc

# %% tags=["nbval-ignore-output"]
need(globals(), "number_events", cell="7. On real people")
if os.environ.get("RECTUTOR_REAL_DATA"):
    real = load("ml-latest-small", folder=os.environ["RECTUTOR_REAL_DATA"] + "/ml-latest-small")
    events, _, ids = number_events(real.interactions, "lesson 06")
    rated = balanced(judgements(events, later_events(events, 0.25)), np.random.default_rng(0))
    rated, names = rated.take(slice(0, 400)), dated_titles(real.items, ids)
    for template in YES_NO[:6]:
        scores = log_odds(decoder, prompts_of(rated, names, template))
        print(f"{template.name:16} AUC {auc(scores, rated.is_liked):.3f}")
else:
    print("Set RECTUTOR_REAL_DATA to the folder that holds ml-latest-small/ to measure it here.")

# %% [markdown]
# ## What this miniature leaves out
#
# - **A large model.** What is at chance here may not be there. `language_model(name,
#   download=True)` takes any decoder of the hub; every cell above then runs unchanged.
# - **Stronger tuning.** The tuned models here have seen 4,096 questions. Their AUC on their own
#   template is little above chance, so this lesson compares orders and not AUCs.
# - **Sampling.** Every answer here is the model's own probability. Replies that are drawn vary
#   from call to call as well, and that belongs in the null column.
# - **Search for prompts.** Optimising a prompt on validation people is choosing the best of m. The
#   luck band and fresh people are what it must be held against.

# %% [markdown]
# ## Claims
#
# Before you read what the survey says about prompting:
# - a number for one template, without the spread over others, cannot be compared with anything;
# - position bias was found by Hou et al. in large models; here it exists where it was dialled in;
# - averaging shuffles works against it at a price in calls, and the price grows with the bias.

# %% id="claims"
from rectutor.course import show_claims

show_claims("06")

# %% [markdown]
# ## Exercises
#
# **Flagship (25 minutes).** You have several replies for one person, each to another order of the
# same list. Some replies name only a part of it, one may name nothing. Average the ranks.


# %% exercise="averaged_ranking"
def averaged_ranking(rankings: list[list[int]], candidates: list[int]) -> list[int]:
    """Return all candidates, the best mean rank first; of equal ones the smaller number first.

    The first of a reply has rank 1. Who is not named in a reply has rank C, the number of
    candidates, in it.
    """
    ### BEGIN SOLUTION
    total = dict.fromkeys(candidates, 0)
    for ranking in rankings:
        for candidate in candidates:
            named = candidate in ranking
            total[candidate] += ranking.index(candidate) + 1 if named else len(candidates)
    return sorted(candidates, key=lambda candidate: (total[candidate], candidate))
    ### END SOLUTION


# %%
lesson06.averaged_ranking.hint(1)  # 2 and 3 tell more

# %% check="averaged_ranking" points=4
result = lesson06.averaged_ranking.check(averaged_ranking)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** The pick rate of each place. `shown` holds the lists as they were shown,
# `picked` what was ranked first in each.


# %% exercise="pick_rates"
def pick_rates(shown: list[list[int]], picked: list[int]) -> list[float]:
    """Return for each place of the list the share of lists in which it held the pick."""
    ### BEGIN SOLUTION
    places = [row.index(pick) for row, pick in zip(shown, picked, strict=True)]
    return [places.count(place) / len(shown) for place in range(len(shown[0]))]
    ### END SOLUTION


# %%
lesson06.pick_rates.hint(1)  # 2 and 3 tell more

# %% check="pick_rates" points=1
result = lesson06.pick_rates.check(pick_rates)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** The share of people who change sides between two prompts: above the
# median of the one and not above that of the other, or the reverse.

# %% exercise="flips"
from statistics import median


def flips(one: list[float], other: list[float]) -> float:
    """Return the share of questions on other sides of their own prompt's median."""
    ### BEGIN SOLUTION
    edges = median(one), median(other)
    changed = [(a > edges[0]) != (b > edges[1]) for a, b in zip(one, other, strict=True)]
    return sum(changed) / len(changed)
    ### END SOLUTION


# %%
lesson06.flips.hint(1)  # 2 and 3 tell more

# %% check="flips" points=1
result = lesson06.flips.check(flips)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson06.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 07 tunes the decoder itself, and asks how few examples and weights suffice.
