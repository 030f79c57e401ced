# ---
# jupyter:
#   rectutor:
#     lesson: "00"
#     title: Are the machine and the reader ready?
#     minutes: 20
#     budget_seconds: 10
#     budget_mb: 500
# ---

# %% [markdown]
# # 00 · Are the machine and the reader ready?
#
# This course walks from "what is given, what is predicted?" to recommenders built on language
# models. Each lesson asks one question, lets you commit to an answer, and then measures it in
# front of you. This first one takes **twenty minutes**. It checks two things: that your machine
# can run the lessons, and that five ideas the lessons lean on are in your hands.
#
# After this you can
#
# 1. tell whether this machine will run the course, and mend it if it will not;
# 2. commit to a prediction, read a check, ask for a hint, and start afresh;
# 3. say what a dot product, a softmax, a token, attention and beam search are, or know which
#    of the five to read up on here.
#
# **You need** a little Python and NumPy (`a + b`, `a @ b`, indexing). **It runs** in about ten
# seconds. **What is not here:** no recommender yet. They begin in lesson 01.
#
# ### How to run it
#
# | you want to | do this |
# |---|---|
# | run a cell and go to the next | click into it, then Shift+Enter |
# | run everything from the top | menu *Run* → *Run All Cells* |
# | start afresh | menu *Kernel* → *Restart Kernel*: variables are gone, your text stays |
# | see what a function takes | put `?` behind its name, as in `reveal?`, and run |
# | get a clean copy of a lesson | `rectutor lessons --force FOLDER` in a terminal; your version is kept as a backup |
# | ask whether the installation is sound | `rectutor doctor` in a terminal |
#
# Cells build on each other, so run them from the top. If you jump ahead, a cell says by name
# which one it misses. `make lab` and `rectutor lab` give you a working copy whose answers are
# closed.

# %% id="start"
import numpy as np

from rectutor.course import ask, calibration, closed_book, doctor, lesson00, reveal
from rectutor.data import load
from rectutor.widgets import PrimerView

# %% [markdown]
# ## 1. The machine
#
# The next cell looks at Python, packages, memory, disk, threads, folders, and the checksums of
# every shipped file. Lines that begin with `ok` need nothing. A line with `warn` or `fail` says
# what to do. What you see is **your** machine; nothing below is compared with it.

# %% id="doctor" tags=["nbval-ignore-output"]
print(doctor.report(doctor.examine(doctor.read())))

# %% [markdown]
# And a sign of life: the smallest shipped world, twelve films and twelve invented people, fits on
# one page. It is the world in which we work things out on paper.

# %% id="sign-of-life"
tiny = load("tiny")
people, films = (tiny.interactions[column].nunique() for column in ("user_id", "item_id"))
print(f"{tiny.name}: {len(tiny.interactions)} ratings, {people} people, {films} films")
print("film 4 is", tiny.titles(np.array(4)))

# %% [markdown]
# ## 2. How a lesson works
#
# ### Predictions
#
# Before a number is shown, you are asked for yours. Choose, say how sure you are, press *Commit*.
# It costs ten seconds, and it is the difference between reading and learning: a wrong guess that
# you made yourself stays with you, a right number that you were told does not. Nobody sees your
# answers. The key (here `blind`) joins the question to its reveal further down.
#
# Here is one to practise on.

# %% id="ask-blind"
ask(
    "blind",
    "A blind recommender shows you 10 of 1,000 films, drawn by lot, every evening. In how many "
    "of 100 evenings is the film that you will watch next among them?",
)

# %% [markdown]
# Now we measure. Five thousand evenings: draw the film you will watch, draw the ten that are
# shown, and count.

# %% id="measure-blind"
rng = np.random.default_rng(0)
evenings = 5000
hits = sum(rng.integers(1000) in rng.choice(1000, 10, replace=False) for _ in range(evenings))
per_hundred = 100 * hits / evenings
print(f"{hits} hits on {evenings} evenings")

# %%
reveal("blind", round(per_hundred, 1), within=0.5, unit="in 100 evenings")

# %% [markdown]
# If the cell says that there is *nothing to compare with yet*, you have not answered: the
# measured value stays closed until you do.
#
# Ten of a thousand is one in a hundred, and no cleverness is involved. Keep this figure in mind:
# it is the **floor** of everything that follows. A recommender that hits one time in ten sounds
# poor, and is ten times better than blind.

# %% [markdown]
# ### Exercises, checks and hints
#
# An exercise is a cell with a gap. You fill it; the check below calls your function on a few
# cases and compares what it **does**. How you write it is up to you. Try this one: among films
# with scores, name the best. If you are stuck, the hints go from "where to look" (1) to "nearly
# the answer" (3).


# %% exercise="top_film"
def top_film(scores: dict[str, float]) -> str:
    """Return the title with the highest score."""
    ### BEGIN SOLUTION
    return max(scores, key=scores.get)
    ### END SOLUTION


# %% id="top-film-hint"
lesson00.top_film.hint(1)  # 2 and 3 tell more

# %% check="top_film" points=1
result = lesson00.top_film.check(top_film)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# A check answers in one of three ways: *not answered yet*, *right*, or what came and what was
# expected. A check that could not fail would be worth nothing, so here is one failing: this
# answer takes the last title in the alphabet.

# %% id="a-check-that-fails"
print(lesson00.top_film.check(lambda scores: max(scores)))

# %% [markdown]
# ### Closed-book questions
#
# Each lesson ends with three questions to answer **without scrolling up**: one about the lesson,
# one about the one before, one about a much earlier one. The answer is folded away. Say yours
# aloud first. Here is a taste:

# %% id="closed-book-taste"
closed_book(lesson00.TASTE)

# %% [markdown]
# ## 3. The reader: five primers
#
# Each primer begins with one question. Answer it, go to its reveal, and **if you were right and
# sure, skip to the next**. If not, the primer takes three minutes. At the end of the section two
# short exercises tell you whether you may call yourself ready.

# %% [markdown]
# ### 3.1 Dot product
#
# Films and people can be written as lists of numbers, *vectors*. In this picture the first number
# says "suspense", the second "romance".

# %% id="ask-dot"
ask("dot", "A person is (2, 1) and a film is (3, -1). What is their dot product?")

# %% [markdown]
# **In words:** multiply place by place, add up. It is large when both are large in the same
# places, 0 when they have nothing to say to each other, negative when they disagree. That makes
# it the commonest score of all: *how well does this film fit this person?* With $u$ and $v$ of
# $D$ numbers,
#
# $$u \cdot v = u_1 v_1 + u_2 v_2 + \dots + u_D v_D .$$

# %% id="dot-by-hand"
person, film = np.array([2, 1]), np.array([3, -1])
by_hand = 2 * 3 + 1 * (-1)
assert person @ film == by_hand  # @ is NumPy's dot product
reveal("dot", by_hand)

# %% [markdown]
# One more step, used all the time: the scores of one person for *all* films at once are a matrix
# times a vector, `films @ person`. A catalogue of $N$ films gives $N$ scores.

# %% [markdown]
# ### 3.2 Softmax
#
# Scores can be any numbers. Often we want probabilities: none below 0, sum 1.

# %% id="ask-softmax"
ask(
    "shift",
    "Every score rises by 100. What happens to the softmax of the scores?",
    ["Nothing", "The best film gets nearly everything", "All films become equal"],
)

# %% [markdown]
# **In words:** raise $e$ to the power of each score, then divide by the sum. *Differences* of
# scores become *ratios* of probabilities: a film that scores 1 more is 2.7 times as probable. So
# adding the same number everywhere changes nothing. Dividing the scores by a **temperature**
# $\tau$ before makes the differences larger ($\tau < 1$) or smaller ($\tau > 1$):
#
# $$p_i = \frac{e^{s_i/\tau}}{\sum_j e^{s_j/\tau}} .$$

# %% id="softmax-by-hand"
scores = np.array([2.0, 1.0, -1.0])
before = np.exp(scores) / np.exp(scores).sum()
after = np.exp(scores + 100) / np.exp(scores + 100).sum()
print("before:", before.round(3), "  after:", after.round(3))
reveal("shift", "Nothing" if np.allclose(before, after) else "something else")

# %% [markdown]
# Turn it yourself. The black arrow is a person, the others are films; a score is their dot product, the
# bars are its softmax. Answer the question in the view first: it opens the other knob.

# %% id="primer-view" tags=["nbval-ignore-output"]
view = PrimerView()
view

# %% id="primer-view-words"
print(view)  # run again after you have turned the knobs

# %% id="primer-view-table"
view.twin().table  # the same in numbers, also for readers without the view

# %% [markdown]
# ### 3.3 Tokens
#
# A model of language does not read letters or words. It reads **tokens**: numbers that stand for
# pieces of text out of a fixed list, its vocabulary.

# %% id="ask-tokens"
ask(
    "tokens",
    "A vocabulary holds 'Alien' and 's' but not 'Aliens', the sequel. Can the model read 'Aliens'?",
    ["Yes, as two tokens", "No, it is unknown", "Only after training again"],
)

# %% [markdown]
# **In words:** take the longest piece of the vocabulary that the text begins with, cut it off, go
# on. With single letters in the vocabulary nothing is ever unreadable; rare words only become
# long.

# %% id="tokens-by-hand"
letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrtuvwxyz "
vocabulary = ["Terminator", "Alien", " 2", "s", *letters]
lengths = {}
for text in ("Alien", "Aliens", "Terminator 2", "Heat"):
    tokens, rest = [], text
    while rest:
        piece = max((p for p in vocabulary if rest.startswith(p)), key=len)
        tokens, rest = [*tokens, piece], rest[len(piece) :]
    lengths[text] = len(tokens)
    print(f"{text:<13} {len(tokens)} tokens: {tokens}")

# %%
reveal("tokens", "Yes, as two tokens" if lengths["Aliens"] == 2 else "something else")

# %% [markdown]
# Recommenders have a second way. In lessons 01 to 03 **each film is one token**: film 4 is number
# 4, and a history is a sentence of such numbers. That is short, and it says nothing about a film
# that nobody has watched. Later lessons spell films in several tokens, from words or from learned
# codes. Much of this course is about that choice.

# %% [markdown]
# ### 3.4 Attention
#
# A history has many films. Which of them matter for what comes next? Attention is a *weighted
# mean* whose weights are computed from the data.

# %% id="ask-attention"
ask(
    "attention",
    "Three films in a history get exactly the same attention score. What does attention return?",
    ["The mean of their values", "The value of the newest film", "Zero"],
)

# %% [markdown]
# **In words:** one film asks (its *query*), every film answers (its *key*). The dot product of
# query and key, divided by $\sqrt D$ to keep it moderate, is the attention score; a softmax turns
# the scores into weights; the result is the weighted mean of what the films have to say (their
# *values*):
#
# $$\text{out} = \sum_t w_t\, v_t, \qquad w = \text{softmax}\!\left(\frac{q \cdot k_t}{\sqrt D}\right).$$
#
# Below, the newest film asks, and three films can answer.

# %% id="attention-by-hand"
keys = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])  # [T, D], oldest first
values = np.array([[10.0, 0.0], [0.0, 10.0], [5.0, 5.0]])
for name, query in (("asks for suspense", [3.0, 0.0]), ("asks for nothing", [0.0, 0.0])):
    attention_scores = keys @ np.array(query) / np.sqrt(2)
    weights = np.exp(attention_scores) / np.exp(attention_scores).sum()
    print(f"{name}: weights {weights.round(2)}, out {(weights @ values).round(2)}")

# %%
is_mean = np.allclose(weights @ values, values.mean(axis=0))
reveal("attention", "The mean of their values" if is_mean else "something else")

# %% [markdown]
# Two things to remember. A model that predicts the next film must **not look ahead**: forbidden
# places get the score $-\infty$ before the softmax, so their weight is 0 and the rest still sums
# to 1. And a high weight says where the model looked. Whether that film *mattered* is another
# question, which lesson 02 answers by deleting it.

# %% [markdown]
# ### 3.5 Beam search
#
# A model that spells its answer piece by piece has to choose at each step.

# %% id="ask-beam"
ask(
    "beam",
    "At each step you keep only the most probable piece. Do you always end at the most probable whole?",
    ["Yes", "No"],
)

# %% [markdown]
# **In words:** keep the best $W$ beginnings (*beams*) instead of one, extend each by every legal
# piece, keep the best $W$ again. With $W = 1$ this is called greedy. A beginning that looks
# second best can lead to the best end. Here a film is spelt with a letter and a digit:

# %% id="beam-by-hand"
first = {"A": 0.5, "B": 0.4, "C": 0.1}
second = {"A": [0.4, 0.3, 0.3], "B": [0.9, 0.1, 0.0], "C": [0.4, 0.3, 0.3]}
winners = {}
for width in (1, 2, 3):
    beams = sorted(first, key=first.get, reverse=True)[:width]
    ends = {f"{a}{n}": first[a] * p for a in beams for n, p in enumerate(second[a], 1)}
    winners[width] = max(ends, key=ends.get)
    print(f"width {width}: keeps {beams}, ends at {winners[width]}: {ends[winners[width]]:.2f}")

# %%
reveal("beam", "Yes" if winners[1] == winners[3] else "No")

# %% [markdown]
# A third beam cost time and changed nothing. How wide is wide enough, and what a beam does to a
# *ranking*, is the subject of lesson 10.

# %% [markdown]
# ### What these primers leave out
#
# Real attention has several heads with learned projections of queries, keys and values; real
# vocabularies are learned from text; beam search is mostly done with logarithms, since products
# of many probabilities become too small for a computer. Each returns where it is needed.

# %% [markdown]
# ## 4. Two exercises that say "ready"
#
# Do these without looking up. If both are right, you may skip every primer with a good
# conscience. About five minutes for the first, ten for the second.


# %% exercise="softmax"
def softmax(scores: list[float], temperature: float) -> np.ndarray:
    """Return probabilities in the order of `scores`; also for scores near 1000."""
    ### BEGIN SOLUTION
    scaled = np.array(scores) / temperature
    weights = np.exp(scaled - scaled.max())
    return weights / weights.sum()
    ### END SOLUTION


# %% id="softmax-hint"
lesson00.softmax.hint(1)  # 2 and 3 tell more

# %% check="softmax" points=2
result = lesson00.softmax.check(softmax)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS


# %% exercise="attend"
def attend(query, keys, values, may_look):
    """Return the attention-weighted mean of `values`.

    query: [D], keys: [T, D], values: [T, F], may_look: [T] bool, False where it is forbidden.
    """
    ### BEGIN SOLUTION
    scores = np.where(may_look, keys @ query / np.sqrt(len(query)), -np.inf)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values
    ### END SOLUTION


# %% id="attend-hint"
lesson00.attend.hint(1)

# %% check="attend" points=3
result = lesson00.attend.check(attend)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## 5. The map
#
# One frozen data set, one split, one leaderboard with a noise band, from the first baseline to
# agents. The films are real; **the people are simulated**, by a generator whose hidden truth is
# shipped, so that each lesson can say how far from perfect a model is. What transfers from such a
# world is how things work, how they are measured and how they fail; how *large* an effect is does
# not transfer, so lessons 01 to 03 also show real ratings.
#
# | lesson | its question | what you handle |
# |---|---|---|
# | **01** | What is given, what is predicted? | a guessing game; a rank slider |
# | **02** | SASRec: what does attention add to counting? | an attention map |
# | **02b** | Architecture or loss? | quality against the number of negatives |
# | **03** | Can two HR@10 be compared? | sampled negatives: the order of models flips |
# | 04 | What do words add when ids know nothing? | neighbours in text and in behaviour |
# | 05 | Can one text model do five tasks? | one film under four ways to spell it |
# | 06 | How much of the answer is the prompt? | a prompt-sensitivity lab |
# | 07 | How few examples and parameters suffice? | rank and sample size |
# | 08 | How does behaviour enter a language model? | a prompt with signals to switch |
# | 09 | What does a semantic id know? | a codebook explorer |
# | 10 | Can a generator replace the index? | a decoder, step by step |
# | 11 | What lies between a string and an item? | a title and what it snaps to |
# | 12 | Who is shown, who is exposed? | a Gini lab |
# | 13 | Which outside knowledge helps, and when? | a subgraph; a crossover |
# | 14 | When is planning worth more than a score? | an editable trace |
# | 15 | What to reward, and who judges? | two explanations, three judges |
# | 16 | What does it take to run, and which claims survive? | a cost calculator; the ledger |
#
# Lessons in **bold** are in this version. A lesson takes 60 to 90 minutes of study and at most
# two minutes of computing.
#
# Along the way each lesson checks claims of a survey, "Large Language Models for Recommendation":
# what it says, what the original paper says where it was opened, and what was measured here.

# %% [markdown]
# ## 6. Closed book
#
# Scroll up only after you have said your answers.

# %% id="closed-book"
closed_book(lesson00.QUESTIONS)

# %% [markdown]
# And the last habit of each lesson: were you as right as you were sure? Your predictions live in
# this kernel and are gone after a restart, unless the environment variable `RECTUTOR_JOURNAL`
# names a file to keep them in.

# %% id="calibration"
calibration()

# %% [markdown]
# Ready? Then on to [lesson 01](01_first_scores.ipynb), which begins with a game.
