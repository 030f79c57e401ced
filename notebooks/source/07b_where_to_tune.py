# ---
# jupyter:
#   rectutor:
#     lesson: "07b"
#     title: Where to put few trained weights
#     minutes: 50
#     budget_seconds: 60
#     budget_mb: 1800
# ---

# %% [markdown]
# # 07b · Where do few trained weights do most?
#
# LoRA (lesson 07) puts its few weights beside the query and value projections. Others put them behind
# attention and feed-forward in each block (adapters), in front of the prompt with states trained in every block
# (prefix), or in front of the prompt alone (prompt tuning). Here all four get the same number of weights, the
# same questions, and a step size that was chosen for each. Then comes the other side of tuning: what the model
# forgets, and what reading on beside it keeps.
#
# After this half lesson you can
#
# - write a bottleneck adapter and a soft prompt, and count the weights of each;
# - say what each costs when it is used, and how it is taken off again;
# - test "prefix and prompt tuning underperform LoRA" at equal size;
# - measure forgetting, and mix texts into the loss without drowning the answers.
#
# **Before**: lesson 07 (LoRA, AUC within people, the quiz). **Time**: 50 minutes of study, half a minute to
# run. **Not reproduced**: the papers' models, hundreds to thousands of times as large. Prompt tuning is said
# to catch up with size (Lester et al., EMNLP 2021, figure 1), so mind that ours is small.

# %% id="settings"
from textwrap import fill

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional as F

from rectutor import charts
from rectutor.analysis.records import read_record
from rectutor.course import ask, calibration, closed_book, lesson07b, need, reveal
from rectutor.lm.lora import n_trainable
from rectutor.training.taste import decoder

D, blocks = 192, 4  # width and number of blocks of the shipped decoder

# %% [markdown]
# ## 1. Four places for the same number of weights
#
# - **LoRA**, rank r, on query and value projections: r (in + out) for each of two layers of a block;
# - **adapters** (Houlsby et al., 2019), m wide, behind attention and feed-forward: 2 m D for each;
# - **prefix** (Li and Liang, 2021), n tokens whose states are trained in every block: n D a block;
# - **prompt** (Lester et al., 2021), n tokens whose input vectors are trained: n D, once.

# %%
ask(
    "budget",
    "LoRA of rank 8 trains 24,576 numbers here. How many soft tokens does a prompt get for as many?",
)

# %% id="budget"
lora = blocks * 2 * 8 * (D + D)
adapters = blocks * 4 * 8 * D
prefix = blocks * 32 * D
print(f"LoRA of rank 8: {lora:,}; adapters of width 8: {adapters:,}; prefix of 32: {prefix:,}")
reveal("budget", lora // D)

# %% [markdown]
# ## 2. An adapter by hand
#
# Behind a frozen layer, states go through a narrow layer and back, and what comes out is *added*. As with
# LoRA, the last matrix starts at zero, so at first nothing changes:


# %% id="adapter"
class Adapter(nn.Module):
    """y + up · silu(down · y) behind a frozen layer."""

    def __init__(self, base: nn.Linear, size: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(size, base.out_features) / base.out_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.base(x)
        return y + F.silu(y @ self.down.T) @ self.up.T


# %% id="adapter-in"
need(globals(), "Adapter", cell="2. An adapter by hand")
model = decoder()
question = ["Does this person like Jaws (1975)? Answer:"]
before = model.score(question, [[" Yes", " No"]])[0]
model.model.requires_grad_(False)  # freeze everything
for block in model.model.model.layers:
    block.self_attn.o_proj = Adapter(block.self_attn.o_proj, 8)
    block.mlp.down_proj = Adapter(block.mlp.down_proj, 8)
print(
    "nothing has changed yet:", np.array_equal(model.score(question, [[" Yes", " No"]])[0], before)
)
print(f"trained: {n_trainable(model.model):,}")

# %% [markdown]
# LoRA is a *linear* detour around a layer, so it can be merged into the layer's weights. Between the two
# matrices of an adapter stands a function that is not linear (SiLU), so no single matrix can replace it. It costs
# time as long as it is used.
#
# ## 3. Words that nobody uses
#
# A soft prompt is a row of made-up tokens. The tokenizer gets entries for them, and their vectors, which
# start as those of other tokens, drawn by lot, are all that is trained.

# %% id="soft"
from rectutor.lm.soft_tokens import add_soft_tokens

model = decoder()
n_words = len(model.tokenizer)
soft = add_soft_tokens(model, 4, seed=2)
tokens = model.prompt_tokens([soft.text + question[0]])[0]
print(soft.text)
print([model.tokenizer.decode([token]) for token in tokens[:7]])
print(
    f"{n_words:,} words, {len(model.tokenizer):,} with the new ones; {n_trainable(model.model)} trained"
)

# %% id="soft-words"
need(globals(), "soft", cell="3. Words that nobody uses")
words = soft.base.weight
nearest = (F.normalize(soft.states[0], dim=1) @ F.normalize(words, dim=1).T).argmax(dim=1)
print("they start as:", [model.tokenizer.decode([token]) for token in nearest.tolist()])
plain, with_soft = (
    model.score([text + question[0]], [[" Yes", " No"]])[0] for text in ("", soft.text)
)
print("a prompt without them is read as before:", np.array_equal(plain, before))
print("and with them otherwise:", not np.allclose(with_soft, before))

# %% [markdown]
# Four tokens in front of the question, and other scores: any words would do that (lesson 06). Training
# looks for vectors that no word has.
#
# A **prefix** goes deeper. A soft prompt's states are computed, block by block, from its input vectors. In a
# prefix the states that *enter each block* are trained too, so every block gets its own notes to look at.
#
# ## 4. The exam
#
# 2,048 questions about taste as in lesson 07, each read twice. A comparison under one step size would be a
# comparison of step sizes, so two were tried in each place, and the one that did better on 2,000 *other* questions
# counts (its AUC is in the column `elsewhere`). All AUCs are within people. A fifth place, a prompt of 16 tokens, has an eighth of
# the weights and is outside the question.

# %%
ask(
    "place",
    "Of the four places with 24,576 weights: how many have an AUC within people whose interval lies above a coin's "
    "0.5?",
)

# %% id="places"
from rectutor.analysis.places_to_tune import NAME as PLACES
from rectutor.analysis.places_to_tune import chosen

record = read_record(PLACES)
print(record.said())
columns = ["place", "parameters", "rate", "seconds", "elsewhere", "value", "low", "high"]
table = record.table[columns].rename(columns={"value": "AUC within", "rate": "step size"})
table["log loss"] = record.table["log_loss"]
whole = {"parameters": "{:,}".format, "seconds": "{:.0f}".format, "step size": "{:g}".format}
print(table.to_string(index=False, formatters=whole, float_format="{:.2f}".format))
places = chosen(record.table).set_index("place")
reveal("place", int((places.drop(index="prompt, 16 tokens")["low"] > 0.5).sum()))

# %% id="places-chart" tags=["nbval-ignore-output"]
need(globals(), "places", cell="4. The exam")
above = places[["value", "low", "high"]] - 0.5
shown = above.reset_index().rename(columns={"place": "pair"})
charts.differences(shown, title="AUC within people, above a coin's 0.5, with 95 % interval")

# %% [markdown]
# LoRA and adapters are above a coin, if not by much: 2,048 questions are few (lesson 07). The intervals of prefix and
# prompt hold 0.5: nothing shows that they have learned a taste. But all four intervals overlap, so this table does not
# say that one place is better than another. It says what one gets here for 24,576 weights. And mind the seconds: a
# prompt of 128 tokens makes every question twice as long, in tuning and in use, and has the least to show for it.
#
# ## 5. What it costs in use, and what can be taken off
#
# LoRA can be merged (lesson 07) and then costs nothing. The others stay in the way of every question, and so does
# LoRA as long as it is not merged, which is how it was measured here:

# %% id="answering"
need(globals(), "places", cell="4. The exam")
seconds = places["answering"].rename(index={"LoRA": "LoRA, not merged"})
print("seconds for the judged questions:")
print(seconds.to_string())

# %% [markdown]
# And what did tuning make the model forget? The quiz of lesson 07, asked **without** soft tokens in front:

# %%
ask(
    "quiz",
    "Which place forgets nothing at all?",
    ["LoRA", "adapters", "prefix and prompt", "all forget"],
)

# %% id="quiz"
need(globals(), "places", cell="4. The exam")
from rectutor.analysis.tuning_ways import NAME as WAYS

kinds = ["creator", "decade", "genre"]
ways = read_record(WAYS).table.set_index("way")  # lesson 07's record has the same quiz
quiz = pd.concat([ways.loc[["frozen"], kinds].head(1), places[kinds]])
print(quiz.round(2).to_string())
same = quiz.loc[["frozen", "prefix", "prompt"]].nunique().eq(1).all()
reveal("quiz", "prefix and prompt" if same else "all forget")

# %% [markdown]
# That is no feat of learning: no weight of the old model was touched, and it was asked without what was learned.
# All four can be taken off again: soft tokens by leaving out a line of text, the others by putting the old layers
# back. With soft tokens both models are at hand in one set of weights, and each prompt decides which.
#
# ## 6. Reading on beside it
#
# LoRA's model has forgotten much of the quiz (lesson 07). A known remedy is to mix other texts into the
# tuning, so that the model goes on reading what it should not forget. Mixing *rows* would not do: an answer is
# one token or two (lesson 07), a text some fifty. If every token counts alike, then with half of the rows nearly all counted tokens
# are of texts:

# %% id="drown"
from rectutor.lm.corpus import corpus

texts = corpus(0).documents["text"].tolist()[:2000]
tokenizer = decoder().tokenizer
mean = {}
for name, written in {"text": texts, "answer": [" Yes", " No"]}.items():
    tokens = tokenizer(written, add_special_tokens=False)["input_ids"]
    mean[name] = np.mean([*map(len, tokens)])
print(f"tokens, on average: a text {mean['text']:.0f}, an answer {mean['answer']:.1f}")
share = mean["text"] / (mean["text"] + mean["answer"])
print(f"rows half and half: {share:.1%} of the counted tokens are of texts")

# %% [markdown]
# So mix the *losses*, each averaged over its own tokens: (1 - weight) times that of the answers, plus weight times
# that of the texts.

# %%
ask(
    "mixed",
    "With weight 0.25 on the texts: is more of the quiz kept, and does it cost taste? (Same: the intervals "
    "overlap.)",
    ["more quiz, same taste", "more quiz, less taste", "no more quiz"],
)

# %% id="mixed"
from rectutor.analysis.mixed_instructions import NAME as MIXED

record = read_record(MIXED)
print(fill(record.said(), 100))
mixed = record.table.groupby("share", dropna=False).mean(numeric_only=True).drop(columns="seed")
mixed.index = ["frozen" if np.isnan(share) else f"weight {share}" for share in mixed.index]
mixed["quiz"] = mixed[["creator", "decade", "genre"]].mean(axis=1)
columns = ["seconds", "perplexity", "quiz", "value", "low", "high"]
print(mixed[columns].rename(columns={"value": "AUC within"}).round(2).to_string())
without, quarter = mixed.loc["weight 0.0"], mixed.loc["weight 0.25"]
price = "same" if quarter["high"] >= without["low"] else "less"
kept = f"more quiz, {price} taste" if quarter["quiz"] > without["quiz"] else "no more quiz"
reveal("mixed", kept)

# %% [markdown]
# Tuned on answers alone, the decoder's perplexity on texts it has not read rises to four times what it was, and the
# quiz loses a fifth of its right answers. With a quarter of the weight on texts it keeps nearly all of both, and the
# taste it has learned is the same. The price is a fifth more seconds, and that somebody has to have the texts: who
# tunes a model that others have trained seldom has what it was trained on.
#
# ## 7. On real people
#
# One adapter, tuned on 512 examples with the default step size, if you have `ml-latest-small` (lesson 01 says how to get it).

# %% id="real-parts"
import os

from rectutor.data import load
from rectutor.lm.bottleneck import add_bottlenecks
from rectutor.lm.yes_no import AS_TALLREC
from rectutor.metrics.judgement import gauc
from rectutor.training.taste import taste_in, tune_on

# %% tags=["nbval-ignore-output"]
need(globals(), "taste_in", cell="7. On real people")
if os.environ.get("RECTUTOR_REAL_DATA"):
    real = load("ml-latest-small", folder=os.environ["RECTUTOR_REAL_DATA"] + "/ml-latest-small")
    theirs, model = taste_in(real, n_people=100), decoder()
    add_bottlenecks(model.model, 8)
    tune_on(model, theirs, 512, AS_TALLREC, progress=False)
    odds = theirs.judge(model, AS_TALLREC)
    value = gauc(odds, theirs.judged.is_liked, theirs.judged.user_index).value
    print(f"adapters, 512 examples of real people: AUC within people {value:.2f}")
else:
    print("Set RECTUTOR_REAL_DATA to the folder that holds ml-latest-small/ to measure it here.")

# %% [markdown]
# ## What this miniature leaves out
#
# - **Size.** Soft prompts are said to need large models; one of 2.5 million weights cannot show where they
#   catch up.
# - **Keys and values.** Our prefix trains the states that enter a block, and keys and values follow from
#   them. The paper trains keys and values themselves, by way of a network that is thrown away.
# - **Side networks on cached states** (IISAN), which need no gradient through the big model.
# - **General instructions** as the second text: ours is the corpus that the decoder was pretrained on.
#
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("07b")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** An adapter on plain lists: y + up · relu(down · y), where y is what the frozen layer
# gave. (The bend here is ReLU, which is 0 below 0, so that you can check it by hand.)


# %% exercise="adapter_forward"
def adapter_forward(y: list[float], down: list[list[float]], up: list[list[float]]) -> list[float]:
    """Return what leaves the adapter; `down` has m rows, `up` has as many rows as y has numbers."""
    ### BEGIN SOLUTION
    narrow = [max(0.0, sum(w * v for w, v in zip(row, y, strict=True))) for row in down]
    back = [sum(w * v for w, v in zip(row, narrow, strict=True)) for row in up]
    return [whole + part for whole, part in zip(y, back, strict=True)]
    ### END SOLUTION


# %%
lesson07b.adapter_forward.hint(1)  # 2 and 3 tell more

# %% check="adapter_forward" points=4
result = lesson07b.adapter_forward.check(adapter_forward)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (5 minutes).** Count trained weights, from the formulas of section 1.


# %% exercise="n_weights"
def n_weights(place: str, size: int, width: int, blocks: int) -> int:
    """Return the weights of "LoRA" (rank), "adapters" (m), "prefix" or "prompt" (n tokens).

    All projections are width x width; LoRA stands on two of them in each block.
    """
    ### BEGIN SOLUTION
    each = {"LoRA": 4 * blocks, "adapters": 4 * blocks, "prefix": blocks, "prompt": 1}
    return each[place] * size * width
    ### END SOLUTION


# %%
lesson07b.n_weights.hint(1)  # 2 and 3 tell more

# %% check="n_weights" points=1
result = lesson07b.n_weights.check(n_weights)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** Mix losses, not rows: the mean over answers' tokens and the mean over texts' tokens,
# weighted by 1 - share and share.


# %% exercise="mixed_loss"
def mixed_loss(answers: list[float], texts: list[list[float]], share: float) -> float:
    """Return the loss; `answers` has the surprises at their tokens, `texts` those of each text."""
    ### BEGIN SOLUTION
    tokens = [surprise for text in texts for surprise in text]
    about_answers, about_texts = sum(answers) / len(answers), sum(tokens) / len(tokens)
    return (1 - share) * about_answers + share * about_texts
    ### END SOLUTION


# %%
lesson07b.mixed_loss.hint(1)  # 2 and 3 tell more

# %% check="mixed_loss" points=1
result = lesson07b.mixed_loss.check(mixed_loss)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson07b.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Next**: lesson 08, which puts what people do, not only what they say, into the prompt, is still being written.
