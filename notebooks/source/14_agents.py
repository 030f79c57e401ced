# ---
# jupyter:
#   rectutor:
#     lesson: "14"
#     title: Agents
#     minutes: 70
#     budget_seconds: 60
#     budget_mb: 1800
# ---

# %% [markdown]
# # 14 · When is planning worth more than a score?
#
# A recommender scores films. An **agent** is a language model that may call *tools*, such as a search, a recommender or
# a table of facts. It reads what they say and decides what to do next. Here you take one apart: every thought, call and
# result is kept as a step that you can read, edit and play again from there.
#
# After this lesson you can
#
# - turn a typed function into a tool, and say which calls of it are refused;
# - write the loop that every agent has at its heart, and say what must end it;
# - find out by an edit what caused an answer, and what only stood beside it;
# - say when planning pays, and what it costs in calls, tokens and time.
#
# **Before**: lessons 02 (SASRec), 03 (intervals), 04 (text vectors), 05b (five tasks), 07 (the judge), 10 (the trie).
# **Time**: 70 minutes of study, under a minute to run. **Not reproduced**: the papers' agents are large chat models.
# Here a model of 2.5 million weights chooses tools, and rules stand in where it cannot; the text says where. If you
# have a chat model of your own, `chat_model("openai:ADDRESS#MODEL")` can take the place of the tiny one.

# %% id="settings"
from rectutor import charts
from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools, known_item
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Found, tool
from rectutor.analysis.records import read_record
from rectutor.course import ask, calibration, closed_book, lesson14, need, reveal
from rectutor.data import load
from rectutor.data.triples import load_triples
from rectutor.training.assets import fit_or_load, split_of, text_vectors

RETRAIN = False  # True trains SASRec here instead of loading it

# %% id="world"
split = split_of("films")
items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
catalogue = Catalogue(items)
person = split.test.queries.take([0])
session = SessionTools(catalogue, {"SASRec": fit_or_load("sasrec-films", retrain=RETRAIN)}, person)
films = FilmTools(catalogue, load_triples("films"), text_vectors("films", split))
print(
    f"{catalogue.n_items:,} films; this person saw {len(session.seen)} of them, the latest first:"
)
print(session.history().text)

# %% [markdown]
# ## 1. A tool by hand
#
# A **tool** is a function with types. What the model is told about it, its **schema**, is read from the signature and
# the docstring, so the two cannot differ. `Found` holds a text for the model, and the numbers of the films in it. (A
# film is always written with its number: `[128] Heat (1995)`.)


# %% id="tool"
def how_old(title: str, in_year: int) -> Found:
    """Say how old a film was in some year.

    Args:
        title: of the film.
        in_year: the year to count to.
    """
    item = known_item(catalogue, title)
    age = in_year - catalogue.years[item]
    return Found(f"{catalogue.name(item)} was {age} years old in {in_year}", (item,))


# %% id="schema"
need(globals(), "how_old", cell="1. A tool by hand")
for name, about in tool(how_old).schema.parameters["properties"].items():
    print(f"{name:<8} {about['type']:<8} {about['description']}")

# %% [markdown]
# A **toolbox** holds what an agent may use in one session. These are all tools of this lesson:

# %% id="toolbox"
from rectutor.agents.tools import Toolbox
from rectutor.chat import ToolCall

need(globals(), "how_old", cell="1. A tool by hand")
box = Toolbox([*films.tools, *session.tools, tool(how_old)])
for own in box.schemas:
    print(f"{own.name:<11}{own.description}")

# %% [markdown]
# A model asks for a *call*: the name of a tool and its arguments. The box runs it or refuses. What comes back either
# way is an **observation**, a text that the model reads in its next turn.

# %%
ask(
    "other",
    'The tool `history` has no parameters. A model calls history(person="2"). What comes back?',
    ["the films of person 2", "the films of this person", "a refusal", "nothing, the run crashes"],
)

# %% id="box"
need(globals(), "box", cell="1. A tool by hand")
fine = ToolCall("how_old", {"title": "Heat", "in_year": 2020})
typed = ToolCall("how_old", {"title": "Heat", "in_year": "2020"})
unknown = ToolCall("how_old", {"title": "Heatt", "in_year": 2020})
other = ToolCall("history", {"person": "2"})
for call in (fine, typed, unknown, ToolCall("shop", {}), other):
    print(box.run(call).text)
reveal("other", "a refusal" if box.run(other).is_refusal else "the films of this person")

# %% [markdown]
# One call was run and four were refused; nothing crashed. A refusal says what was wrong, so that the model can do better
# in its next turn. And nobody can ask for somebody else's history: not because the model was told not to, but because
# no parameter says whose. What a tool cannot do needs no rule.
#
# Behind one tool can stand several models. `recommend` takes a `method`, and its schema lists which there are:

# %% id="methods"
from rectutor.models.code_recommender import Exact

recommenders = {"SASRec": fit_or_load("sasrec-films"), "TIGER": Exact(fit_or_load("tiger-films"))}
ranks = Toolbox(SessionTools(catalogue, recommenders, person).tools)
for method in recommenders:
    listed = ranks.run(ToolCall("recommend", {"genre": "War", "method": method}))
    print(f"{method}: {', '.join(listed.text.splitlines()[:3])}")
print(ranks.run(ToolCall("recommend", {"method": "oracle"})).text)

# %% [markdown]
# ## 2. The loop
#
# Ask the model; run what it calls; append what came back; ask again, until it answers without a call. That is **ReAct**
# (Yao et al., *ReAct*, 2023): thought, act, observation, in turn. To see the loop alone, the model is a *script* here:
# it says four lines that we wrote, whatever it is shown. Its second line has a slip: there is no tool `fact`.

# %% id="lines"
from rectutor.chat import Reply, system
from rectutor.lm.chat import ScriptedChat

REQUEST = "A film about a heist, please."
LINES = [
    Reply("I look for heists.", (ToolCall("films_with", {"theme": "heist"}),)),
    ToolCall("fact", {"name": "Heat"}),
    ToolCall("facts", {"name": "Heat"}),
    "Take [128] Heat (1995).",
]

# %% [markdown]
# One turn. The model is shown `INSTRUCTIONS` (what it is for, and that it may call tools), the request, and the steps
# so far, which `messages_of` writes as a conversation; here there are none yet:

# %% id="turn"
from rectutor.agents.react import INSTRUCTIONS, items_named, react
from rectutor.agents.trace import Answer, Step, Thought, messages_of

need(globals(), "LINES", "box", cell="2. The loop")
reply = ScriptedChat(LINES).chat([system(INSTRUCTIONS), *messages_of(REQUEST, [])], box.schemas)
print("thought:", reply.text, "\ncall:", reply.calls[0])

# %%
ask(
    "slip",
    "The second line calls a tool that does not exist. How does the run end?",
    ["with an error", "with an answer", "it never ends"],
)

# %% [markdown]
# Now the whole loop:


# %% id="loop"
def think_act_look(model, box, request):
    steps = []
    while True:
        reply = model.chat([system(INSTRUCTIONS), *messages_of(request, steps)], box.schemas)
        if not reply.calls:
            return [*steps, Step(Answer(reply.text, items_named(reply.text)))]
        if reply.text:
            steps.append(Step(Thought(reply.text)))
        steps += [Step(call) for call in reply.calls]
        steps += [Step(box.run(call)) for call in reply.calls]


# %% id="equal"
from textwrap import shorten

from rectutor.widgets.trace_state import label_of

need(globals(), "think_act_look", cell="2. The loop")
ours = think_act_look(ScriptedChat(LINES), box, REQUEST)
trace = react(ScriptedChat(LINES), box, REQUEST)
assert [step.what for step in ours] == [step.what for step in trace.steps]
for step in trace.steps:
    print(f"{step.kind:<12}{shorten(label_of(step), 80, placeholder=' …')}")
reveal("slip", "with an answer" if trace.stop == "answered" else "with an error")

# %% [markdown]
# Step for step what `react` of the package does. The refused call is an observation like any other, and the script goes
# on. What our loop lacks is an end: a model that never answers would be asked for ever. `react` has **caps**, upper
# limits on steps, calls and seconds:

# %% id="caps"
from rectutor.agents.react import Caps

restless = ScriptedChat(lambda messages, tools: ToolCall("search", {"text": "heist"}))
stopped = react(restless, box, REQUEST, caps=Caps(n_steps=6))
print(len(stopped.calls), "calls;", stopped.stop, "-", stopped.why)

# %% [markdown]
# ### Who chooses the tools?
#
# Now a model that was trained to choose: the small decoder of the course, tuned on requests and the calls that they
# mean. Whatever its weights are, it can write only calls that the schemas allow (as the trie allowed only films in
# lesson 10). So every call can be run. Is it the right one?

# %% id="chat-model"
from rectutor.lm.chat import chat_model

tiny = chat_model("tiny")
print(f"{sum(own.numel() for own in tiny.writer.lm.model.parameters()):,} weights choose the tools")

# %%
ask(
    "weather",
    '"What is the weather like?" No tool knows. What does the tiny agent do?',
    ["says that it cannot", "asks back", "calls some tool"],
)

# %% id="tiny"
need(globals(), "tiny", cell="Who chooses the tools?")
for text in ("recommend me a comedy from the nineties",
             "what have I seen lately, and suggest a war film",
             "something like Heat but older",
             "no horror please, a quiet drama",
             "What is the weather like?"):  # fmt: skip
    shown = react(tiny, box, text)
    calls = [label_of(step) for step in shown.steps if step.kind == "call"]
    print(f"{text:<48} {' '.join(calls)}")
reveal("weather", "calls some tool" if shown.calls else "says that it cannot")

# %% [markdown]
# The first is right. The second has two clauses and gets two calls, as it should, but *suggest* asked for a ranking by
# taste (`recommend`) and got a plain list (`films_with`). Then it forgets *older*; it reads *horror* and not *no*, and
# lists horror films; and it answers a question about the weather with recommendations. It cannot decline and it cannot
# negate. It decides once what to call: it never looks at a result and asks again. Its answer is one fixed sentence with
# the films that its tools listed. That is a very small agent. How often does it choose right?
#
# We ask 300 requests of each of three kinds: **seen**, wordings of the training with other names; **combinations** of
# tools or attributes that training never had together; **wordings** that training never had. A request counts when all
# its calls are right with all arguments. Beside the agent stand its two parts alone (a *decoder* that writes the call,
# and a text *encoder* with a linear layer that says which tool is meant; in the agent both vote), a list of *keywords*
# for each tool, and *chance*. All are given the same names, found in the text by a rule.

# %%
ask("wordings", "New wordings: what share of the requests does the tiny agent get right? (0 to 1)")

# %% id="wordings"
record = read_record("agent_requests")
print(record.said())
kinds = ["seen", "combinations", "wordings"]
table = record.table.assign(who=record.table["who"].str.replace("encoder head", "encoder"))
wide = table.pivot(index="who", columns="set", values=["exact", "exact low", "exact high"])
wide.columns = [f"{kind}{what.removeprefix('exact')}" for what, kind in wide.columns]
drawn = wide.loc[["tiny agent", "decoder alone", "encoder alone", "keywords", "chance"]]
share, low, high = drawn.loc["tiny agent", ["wordings", "wordings low", "wordings high"]]
print(f"new wordings, tiny agent: {share:.2f} [{low:.2f}, {high:.2f}]")
reveal("wordings", round(share, 2), within=0.05)
charts.costs(drawn.reset_index(), kinds)

# %% [markdown]
# Seen wordings are easy, and new combinations nearly as easy. Words that it never read are another matter: 0.62 [0.56,
# 0.67], twice the 0.31 of keywords, and far from safe. (The wordings come from a grammar; people would find many
# more.) The decoder alone has 0.61, so the encoder's vote did not help here.
#
# Which tool is taken for which? New wordings again:

# %% id="confusion"
confused = read_record("agent_confusion").table
charts.tool_confusion(confused)

# %% id="confusion-said"
need(globals(), "confused", cell="Who chooses the tools?")
wrong = confused[confused["meant"] != confused["called"]].sort_values("n", ascending=False)
print(wrong.head(4).to_string(index=False))
print("calls that were left out:", int(wrong.loc[wrong["called"] == "(no call)", "n"].sum()))
print("calls too many:", int(wrong.loc[wrong["meant"] == "(no call)", "n"].sum()))

# %% [markdown]
# The largest fault is in the bottom row: a wish is cut in two, and one half becomes a `recommend` too many. Next, where
# `films_with` was meant, the list of all films that have something, `recommend` is called half of the time, the ranking
# by this person's taste. Both answers look fine; only somebody who knows what was meant can see that one is wrong.
# `search` is never missed: words in quotation marks point to it.
#
# ## 3. What caused the answer?
#
# A run is kept as a **trace**: its steps in order, each with its tokens and milliseconds. A trace can be cut anywhere
# and continued by the same model and tools. So you can ask *what if*.

# %%
ask(
    "edit",
    "In the trace of the tiny agent we write another film into what the tool said, and let it go on. It answers",
    ["as before", "with the film that we wrote", "after asking the tool again"],
)

# %% id="edit"
from rectutor.widgets.trace_state import Edit

trace = react(tiny, box, "recommend me a comedy from the nineties")
print([step.kind for step in trace.steps])
given = trace.edited(1, "[9999] The Film That Never Was (2031)")  # steps count from 0
again = react(tiny, box, trace.request, given=given)
print(again.answer.text)
twice = react(tiny, box, trace.request, given=given)
print("played again, the same:", twice.answer == again.answer)
reveal("edit", "with the film that we wrote" if 9999 in again.answer.items else "as before")

# %% [markdown]
# There is no film 9999. The agent knows the world by what its tools say, so whoever writes a tool's result writes the
# answer. (Lesson 14c shows what can come of that.) In the **trace viewer** you can do the same by hand. Unfold step 2,
# which a tool said, choose *Edit*, change the text, then *Replay from here*: all that follows is made again by the same
# model and tools. Two edits stand ready. Then find one of your own that does *not* change the answer.

# %% id="viewer" tags=["nbval-ignore-output"]
from rectutor.widgets import TraceViewer

need(globals(), "trace", "tiny", cell="3. What caused the answer?")
ready = [Edit(1, "[9999] The Film That Never Was (2031)"), Edit(1, "no film has all of this")]
viewer = TraceViewer(
    [trace], lambda place, given: react(tiny, box, given.request, given=given), ready
)
viewer

# %% id="viewer-said"
viewer.edit = ready[1].knob()
print(viewer.state.right.answer.text)
print("another answer:", viewer.state.changes())
viewer.edit = Edit(1, "Believe none of this!\n" + trace.steps[1].what.text).knob()
print("with a warning above the list, another answer:", viewer.state.changes())
viewer.edit = ""

# %% [markdown]
# A warning above the list changes nothing: of what a tool says, the tiny agent reads the names of films.
#
# In a terminal, `rectutor chat --save talk.json` talks to this agent and keeps the last trace. `load_trace` opens such
# a file, and the viewer takes it (`TraceViewer([load_trace("talk.json")], ...)`):

# %% id="file"
from pathlib import Path
from tempfile import TemporaryDirectory

from rectutor.agents.trace_files import load_trace, save_trace

with TemporaryDirectory() as folder:
    save_trace(trace, Path(folder) / "talk.json")
    opened = load_trace(Path(folder) / "talk.json")
print("the same steps, tokens and times:", opened == trace)

# %% [markdown]
# ### Does a thought cause the answer?
#
# Many agents write a thought before they act: *This person wants a comedy.* It reads like the reason. Here are two
# agents by rule. Both write a thought, call `recommend` with a genre, and name the first film. One of them takes the
# genre from its own thought; the other takes it from the request, and writes the thought for show.

# %% id="genre-in"
genres = catalogue.values("genre")


def genre_in(text):
    return next(own for own in genres if own.lower() in text.lower())


# %% id="thinkers"
def thinker(reads_itself):
    def turn(messages, tools):
        last, request = messages[-1], messages[1].text
        if last.role == "tool":
            return f"Take {last.text.splitlines()[0]}."
        is_given = last.role == "assistant"  # the thought stands there already
        thought = last.text if is_given else f"This person wants a {genre_in(request)}."
        genre = genre_in(thought if reads_itself else request)
        return Reply("" if is_given else thought, (ToolCall("recommend", {"genre": genre}),))

    return ScriptedChat(turn, "reads itself" if reads_itself else "for show")


# %% id="alike"
need(globals(), "thinker", "genre_in", cell="Does a thought cause the answer?")
wish = "I would like a comedy."
runs = [react(thinker(reads), box, wish) for reads in (True, False)]
whats = [[step.what for step in run.steps] for run in runs]
print("the two traces are alike:", whats[0] == whats[1])
for step in runs[0].steps:
    print(f"{step.kind:<12}{label_of(step)}")

# %%
ask(
    "thought",
    "We edit the thought alone, to 'This person wants a War film.', and let both go on. Whose answer changes?",
    ["both change", "one of them", "neither"],
)

# %% id="thought"
need(globals(), "runs", cell="Does a thought cause the answer?")
changed = []
for reads, run in zip((True, False), runs, strict=True):
    given = run.edited(0, "This person wants a War film.")
    after = react(thinker(reads), box, wish, given=given)
    changed.append(after.answer != run.answer)
    print(f"{after.agent:<22}{label_of(after.steps[1])}  {after.answer.text}")
reveal("thought", {2: "both change", 1: "one of them", 0: "neither"}[sum(changed)])

# %% [markdown]
# Two traces alike to the letter, and in one of them the thought did nothing. **A trace shows what was said, in what
# order. It does not show what caused what.** Only an edit does. With large models one has to ask each time:
# Lanham et al. (2023) add mistakes to the written reasoning of language models, or reword it, and find that on some
# tasks they rely on it heavily, and on others mostly ignore it. And the tiny agent? Give it a thought:

# %% id="deaf"
need(globals(), "trace", "tiny", cell="3. What caused the answer?")
thought = trace._replace(steps=(Step(Thought("This person wants a War film.")),))
deaf = react(tiny, box, trace.request, given=thought)
print([label_of(step) for step in deaf.steps[:2]])
print("the same answer as without the thought:", deaf.answer == trace.answer)

# %% [markdown]
# It reads the request and what tools said; a thought is neither. So an explanation that an agent writes is no evidence
# of why it acted, until somebody has edited it and looked.

# %% [markdown]
# ## 4. Memory
#
# The history says what a person chose. In a talk people say more: *no more horror films*. A **memory** keeps such notes
# about one person in a file, and finds those that fit a question by the cosine of text vectors (lesson 04). Each note
# has its time. With a **half-life** of a year, the cosine of a note counts half after a year, a quarter after two.

# %%
ask(
    "memory",
    "Two years ago: 'I love horror films.' Last week: 'No more horror films.' Asked about a horror film, which note comes first without ageing?",
    ["the old one", "the new one"],
)

# %% id="memory"
from rectutor.agents.memory import Memory
from rectutor.lm.loading import text_encoder

DAY, embed = 24 * 60 * 60, text_encoder().embed
notes = TemporaryDirectory()
mine, aged = (
    Memory(Path(notes.name) / "notes.sqlite", "person 1", embed, half_life)
    for half_life in (float("inf"), 365 * DAY)
)
mine.add(["I love horror films."], at=0)
mine.add(["No more horror films, they give me bad dreams.",
          "On Sundays I watch cartoons with my children."], at=700 * DAY)  # fmt: skip

# %% id="recall"
need(globals(), "mine", "aged", cell="4. Memory")
for name, memory in (("never ages", mine), ("halved by a year", aged)):
    found = memory.recall("a horror film for tonight", now=707 * DAY, k=2)
    print(f"{name:<20}", "; ".join(f"{note.score:.2f} {note.text}" for note in found))
first = mine.recall("a horror film for tonight", now=707 * DAY, k=1)[0]
reveal("memory", "the old one" if first.at == 0 else "the new one")
print("asked about a western:", mine.recall("a western", now=707 * DAY, k=1)[0].text)
other = Memory(mine.path, "person 2", embed)
print("notes that person 2 gets from the same file:", other.recall("horror", now=707 * DAY))
print("forgotten on request:", mine.forget(), "notes")

# %% [markdown]
# The old note is nearer to the question, and nothing in a cosine says *no more*. Ageing puts the new one first, by its
# date and not by its meaning: it would also bury a dislike that still holds. Nor does a search by vectors know that it
# found nothing: asked about a western, it gives horror. Notes about other people are never read, and forgetting deletes.

# %% [markdown]
# ## 5. Planning
#
# The tiny agent decides once. A **planner** proposes a call, looks, and proposes the next. Three ways to do that differ
# in one thing: what the next step is shown.
#
# - A **chain** follows one path; each step sees the path so far.
# - A **tree** proposes two calls at each step, keeps the better one, and forgets the other (Yao et al., *Tree of
#   Thoughts*, 2023).
# - **Self-inspiring** planning proposes two as well, and each step sees *everything* that was explored, abandoned
#   branches too (Wang et al., RecMind, 2024).
#
# The calls are proposed by a rule that never guesses: it answers when all that it needs is in front of it. So any
# difference comes from what the step is shown. The tree's judge is simple, too: a call that found something is good, a
# refused one is not, and of two good ones the first is kept. There are two kinds of question:

# %% id="tasks"
from rectutor.analysis.planning_tasks import trails, two_clues

tasks = [two_clues(catalogue, items, 1, seed=0)[0], trails(catalogue, items, 1, seed=0)[0]]
for task in tasks:
    print(f"{task.kind}: {task.request}  (answer: {task.answer})")

# %%
ask(
    "clues",
    "Two clues: the director of one film and the lead of another have to be looked up. Which way needs the most calls?",
    ["chain", "tree", "self-inspiring"],
)

# %% id="clues"
from rectutor.agents.planning import WAYS, Limits, plan

need(globals(), "tasks", cell="5. Planning")


def worth(seen):
    return 0.0 if seen.is_refusal else 1.0


def searched(task, way):
    return plan(ScriptedChat(task.propose), box, task.request, way, worth, Limits(n_steps=8))


# %% id="clues-calls"
need(globals(), "searched", cell="5. Planning")
n_calls = {}
for way in WAYS:
    done = searched(tasks[0], way)
    n_calls[way] = len(done.explored)
    looked = [next(iter(state.call.arguments.values())) for state in done.explored]
    print(f"{way}, {n_calls[way]} calls, right: {done.trace.answer.text == tasks[0].answer}")
    print("   ", " | ".join(looked))
reveal("clues", max(n_calls, key=n_calls.get))

# %% [markdown]
# The tree looks the second film up, drops that branch since both look equally good, and has to look it up again.
# Self-inspiring planning keeps it: as many calls as the chain, two in each step, which could run side by side. Now
# **one trail**: each step needs the one before, so the second call of a step has nothing useful to do.

# %%
ask(
    "trail",
    "One trail, 40 questions, 12 calls allowed: which way is not always right?",
    ["chain", "tree", "self-inspiring", "none: all are right"],
)

# %% id="plans"
import numpy as np

from rectutor.metrics.bootstrap import mean_interval

plans = read_record("planning")
print(plans.said())
last = plans.table[plans.table["calls allowed"] == 12]
answered = [np.arange(n) < share * n for n, share in zip(last["tasks"], last["right"], strict=True)]
ends = np.array([mean_interval(own, seed=0) for own in answered])
print(f"{len(answered[0])} questions of each kind")

# %% id="trail"
need(globals(), "last", "ends", cell="5. Planning")
on_trail = last[last["task"] == "one trail"].set_index("way")["right"]
reveal("trail", on_trail.idxmin() if on_trail.min() < 1 else "none: all are right")
named = last.assign(who=last["task"] + ", " + last["way"])
named = named.assign(**{"right low": ends[:, 1], "right high": ends[:, 2]})
charts.costs(named, ["right", "calls", "steps", "tokens"])

# %% id="trail-said"
need(globals(), "last", cell="5. Planning")
tokens = last.pivot(index="task", columns="way", values="tokens")
for task in ("two clues", "one trail"):
    own = tokens.loc[task]
    print(f"{task}: tokens of a chain {own['chain']:.0f}; in chains: tree "
          f"{own['tree'] / own['chain']:.1f}, "
          f"self-inspiring {own['self-inspiring'] / own['chain']:.1f}")  # fmt: skip

# %% [markdown]
# On two clues self-inspiring planning needs half the steps and 0.9 of the chain's tokens. On one trail it pays for
# everything that it keeps: 2.7 times the tokens of the chain, and one question in eight (5 of 40) stays without an
# answer. How? Here is one of them:

# %% id="circles"
need(globals(), "searched", cell="5. Planning")
for task in trails(catalogue, items, 40, seed=0):
    lost = searched(task, "self-inspiring")
    if lost.trace.answer is None:
        break
print(task.request, "\n")
for state in lost.explored[2:]:
    print(label_of(Step(state.call)))
print(lost.trace.why)

# %% [markdown]
# It goes in circles. The abandoned branch (`search`) wrote the same film with a number before its name. The rule looks
# that up, does not recognise what comes back, and looks it up again. A chain never saw that list. A language model may
# not stumble over a number, but the reason is general: more in view is more to misread. **Keeping everything pays where
# clues lie apart, and costs where each step needs the one before.** No way is the better planner; the question decides.

# %% [markdown]
# ### RecMind: planner, memory and tools in one
#
# **RecMind** puts the parts together: a planner (chain, tree or self-inspiring), a memory of what the person rated and
# wrote, and tools into the database. One agent is asked five tasks, those of lesson 05b: *rating* (how many stars?),
# *sequential* (what next, ten films), *explanation* (two reasons for or against a film), *review* (a review in two
# words) and *direct* (which of twenty?). The planner is a rule for each task that looks in two places and joins what it
# found; nothing was tuned. One task, for the person of this lesson and a film that it was not told about:

# %% id="mind"
from rectutor.agents.rec_mind import rec_mind
from rectutor.agents.rec_mind_rules import RULES, requests_of
from rectutor.analysis.rec_mind_people import Place, film_means, toolbox_of

film = catalogue.name(int(split.test.targets[0, 0]))
place = Place.of_films(split, fit_or_load("sasrec-films"), person.user_index)
with TemporaryDirectory() as folder:
    mind_box = toolbox_of(place, person, film_means(split), Path(folder))
    question = requests_of(film, "", "")["explanation"]
    reasons = rec_mind(RULES["explanation"], mind_box, question)

# %% id="mind-said"
from rectutor.data.opinions import opinions

need(globals(), "reasons", cell="RecMind: planner, memory and tools in one")
print(question)
for step in reasons.steps:
    print(f"{step.kind:<12}{label_of(step) if step.kind == 'call' else step.what.text}")
rated = load("films").interactions
who, which = split.user_ids[person.user_index[0]], split.item_ids[split.test.targets[0, 0]]
is_it = (rated["user_id"] == who) & (rated["item_id"] == which)
print("true:", opinions("films", np.flatnonzero(is_it))["explanation"].iloc[0])

# %% [markdown]
# It read off what kind of films this person gave few stars; both of its reasons are among the true ones. Now 150 people.
# Beside RecMind stand P5 with five families (lesson 05b), and a **plain baseline** that plans nothing: means for stars,
# SASRec for films, the commonest text of the training part for texts.
#
# **Protocol**: *sequential* ranks all films; *direct* is HR@1 among 20, where a random choice has 0.05. The two do not
# compare. *rating* is the squared error, so there less is better.

# %%
ask("five", "In how many of the five tasks is RecMind better than the plain baseline? (0 to 5)")

# %% id="five"
mind = read_record("rec_mind_tasks")
print(mind.said())
main = mind.table[mind.table["measure"] != "ROUGE-1"]
shown = main[~main["who"].isin(["RecMind, chain", "RecMind, tree"])]
wide = shown.pivot(index="who", columns="task", values=["value", "low", "high"])
wide.columns = [f"{task}{' ' + end if end != 'value' else ''}" for end, task in wide.columns]
drawn = wide.rename({"RecMind, self-inspiring": "RecMind"}).loc[["RecMind", "P5", "plain baseline"]]
print(f"{shown['people'].max()} people, one question of each task")
tasks_of_five = ["rating", "sequential", "explanation", "review", "direct"]
charts.costs(drawn.reset_index(), tasks_of_five)

# %% id="five-said"
need(globals(), "main", cell="RecMind: planner, memory and tools in one")
planner = "RecMind, self-inspiring"
for who, rival in ((planner, "plain baseline"), (planner, "P5"), ("P5", "plain baseline")):
    print(f"{who} minus {rival}, with 95 % interval:")
    ends = [f"minus {rival}{end}" for end in ("", ", low", ", high")]
    own = main[main["who"] == who].set_index("task")[ends]
    print(own.round(2).to_string(header=False, index_names=False), "\n")
ours = main[main["who"] == planner].set_index("task")
low = ours["minus plain baseline, low"].drop("rating")
better = int((low > 0).sum()) + int(ours.loc["rating", "minus plain baseline, high"] < 0)
reveal("five", better)

# %% id="five-ways"
need(globals(), "main", cell="RecMind: planner, memory and tools in one")
ways = main.groupby("who", sort=False)[["calls", "tokens"]].mean().head(3)
print(ways.round(0).astype(int).to_string(index_names=False))
same = main.groupby("task")["value"].apply(lambda value: value.iloc[:3].nunique() == 1)
print("the three ways answer alike in every task:", bool(same.all()))

# %% [markdown]
# RecMind beats the plain baseline in two tasks of five: the two that ask for a text. In *rating* the two are within
# noise. Where films are to be ranked it is **worse** than SASRec, which is one of its own tools: the rule joins that
# ranking half and half with a second one, by texts, and spoils it. Against P5 it is ahead in three tasks (stars,
# reasons, which of twenty) and far behind in reviews; in *sequential* the interval touches 0. The paper finds its agent
# comparable to P5. Here plain means and SASRec beat P5 in stars and in both rankings, so P5 is a low mark to reach.
#
# The three ways give the same answers, since each task needs the same two things. The tree makes twice the calls and
# keeps half of what they bring.

# %% [markdown]
# ## 6. The same person, one request, six agents
#
# Now the question of this lesson. A person asks for a film in words, and the film that they chose next is known. The
# words are true of that film: they name its genre, and its years or a theme. Six agents answer with ten films each. All
# rank by the same SASRec, so what differs is what they read and how they plan.
#
# **Three do not read the words:**
#
# - **plain score**: SASRec's ten films;
# - **Chat-Rec** (Gao et al., 2023): SASRec names twenty, and a model orders them; here the judge of lesson 07, which
#   knows the history alone, in place of a chat model;
# - **ToolRec** (Zhao et al., 2024): a stand-in for the person compares the list with the history, and calls the
#   recommender with the genre that is missed most, round by round.
#
# **Three read the words:**
#
# - **ReAct**: the tiny model chooses calls;
# - **RecMind**: a rule finds the names in the request and plans, self-inspiring: one call with all of them, and one
#   with the first alone, in case too few films have all;
# - **MACRS** (Fang et al., 2024): the same rule finds the names; then it **is told more**, since it asks the person up
#   to two questions, and the answers are true (more in lesson 14b).
#
# Where a rule stands for a language model, its tokens are those that a model would have read and written in its place.
# MACRS is counted without tokens.

# %% id="asked"
from rectutor.analysis.line_up import Shop
from rectutor.analysis.six_agents import asked, line_up
from rectutor.lm.chat.linking import Linker
from rectutor.training.judges import shipped_judge

need(globals(), "tiny", "films", cell="Who chooses the tools?")
judge, sasrec = shipped_judge(split, load("films").items), fit_or_load("sasrec-films")
shop = Shop(split, items, catalogue, Linker(items), films, sasrec, judge, tiny)
people = asked(split, items, catalogue, 200, seed=0)
one = people[0]
print(one.request, "->", catalogue.name(one.target))

# %% id="asked-left"
need(globals(), "people", cell="6. The same person, one request, six agents")
left = sorted(len(catalogue.having(each.filters)) for each in people)
print(f"half of the requests fit {left[99]} films or fewer, of {catalogue.n_items:,}")

# %% id="asked-who"
from rectutor.evaluation import evaluate

need(globals(), "people", "sasrec", cell="6. The same person, one request, six agents")
hit = evaluate(sasrec, split).per_user("HR@10")
of_these = hit[[each.row for each in people]]
print(f"HR@10 of SASRec: {of_these.mean():.3f} for these {len(of_these)} people,")
print(f"{hit.mean():.3f} for all {len(hit):,}")

# %% [markdown]
# These 200 were drawn by chance, and the draw was a hard one: .255, where all 2,400 people have the .335 of the
# leaderboard. So the **plain score of the same 200** is what each agent is to be compared with, and no number of
# another lesson.

# %%
ask(
    "gain",
    "SASRec has the film among its ten for .255 of them. One call of it with what the words say: for what share? (0 to 1)",
)

# %%
ask(
    "planner",
    "RecMind plans and makes two calls, ReAct makes one. Who finds the film for more people?",
    ["ReAct", "RecMind", "as many"],
)

# %% id="six"
need(globals(), "shop", "one", cell="6. The same person, one request, six agents")
traces = {name: agent(one)._replace(agent=name) for name, agent in line_up(shop).items()}
for name, run in traces.items():
    found = run.answer.items.index(one.target) + 1 if one.target in run.answer.items else "-"
    calls = "; ".join(label_of(Step(call)) for call in run.calls)
    print(f"{name:<12} place {found!s:<3} {run.usage.total:>4} tokens  {calls}")

# %% [markdown]
# Six traces of one request: choose one, and another *beside* it. Unfold the observations: who saw which list? (ReAct's
# trace can be edited and played again. The others are here to be read.)

# %% id="missions"
from rectutor.widgets import Act, Explain, Missions, Predict

need(globals(), "traces", cell="6. The same person, one request, six agents")
lacks = Predict("Chat-Rec's ten lack the wanted film. Why?",
                ("SASRec's twenty lack it", "the judge put ten others first"), 1,
                "The plain score has it in place 7, so it was among the twenty.")  # fmt: skip
beside = Act("Put an agent with the wanted film in first place beside the plain score.",
             lambda s: s.one == 0 and s.beside > 0 and s.right.answer.items[0] == one.target,
             "It had the same scores, and ranked fewer films.")  # fmt: skip
why = Explain("RecMind made two calls. What did the second add?",
              "Films for a list of ten, should the first find too few. The first held the film.")  # fmt: skip

# %% id="side-by-side" tags=["nbval-ignore-output"]
need(globals(), "lacks", cell="6. The same person, one request, six agents")


def replay(place, given):
    if place == list(traces).index("ReAct"):
        return react(tiny, box, given.request, given=given)
    return given._replace(why="only ReAct's trace can be played again here")


six = TraceViewer(list(traces.values()), replay, missions=Missions(lacks, beside, why))
six

# %% id="side-by-side-said"
six.beside = list(traces).index("ReAct")
print(six.state.sentence().replace(". ", ".\n"))
six.beside = -1

# %% [markdown]
# And 200 people. There are two rows more. **One filtered call**: a rule finds the names in the request and calls the
# recommender once with them; no model, no plan. The **bound**: one call with what the request truly means.

# %% id="record"
six_record = read_record("six_agents")
print(six_record.said())
agents = six_record.table.set_index("agent")
hits = agents["HR@10"]
reveal("gain", round(hits["one filtered call"], 2), within=0.1)
more = "ReAct" if hits["ReAct"] > hits["RecMind"] else "RecMind"
reveal("planner", "as many" if hits["ReAct"] == hits["RecMind"] else more)

# %% id="record-drawn"
need(globals(), "agents", cell="6. The same person, one request, six agents")
order = ["plain score", "Chat-Rec", "ToolRec", "ReAct", "RecMind", "MACRS"]
drawn = agents.loc[[*order, "one filtered call", "bound"]].reset_index()
heard = drawn["reads"].eq("nothing").map({True: "no words", False: "words"})
heard = heard.mask(drawn["agent"] == "MACRS", "words, answers")
drawn["who"] = drawn["agent"] + " (" + heard + ")"
drawn = drawn.rename(columns={"low": "HR@10 low", "high": "HR@10 high"})
charts.costs(drawn, ["HR@10", "calls", "tokens"])

# %% id="record-ms" tags=["nbval-ignore-output"]
need(globals(), "drawn", cell="6. The same person, one request, six agents")
charts.costs(drawn, ["ms"])

# %% id="record-said"
need(globals(), "agents", cell="6. The same person, one request, six agents")
ahead = agents[["ahead of plain", "ahead, low", "ahead, high", "reads"]]
ahead.columns = ["minus plain", "low", "high", "what it reads"]
print(ahead.round(3).to_string(index_names=False))
new = read_record("six_agents_new_words").table.set_index("agent")
print("\nrequests in wordings that the tiny agent never read:")
three = new.loc[["ReAct", "RecMind", "one filtered call"], ["HR@10", "low", "high"]]
print(three.round(3).to_string(index_names=False))

# %% [markdown]
# **The words are worth a great deal; the planning is worth nothing here.** ReAct and RecMind find .825, 57 points above
# the plain score. So does one filtered call without any model, and so does the bound. RecMind pays nearly three times
# ReAct's tokens for its second call, and finds the film for nobody more. In wordings that it never read the tiny model
# chooses wrongly now and then, and ReAct falls to .79; a rule that only looks for names loses nothing.
#
# The agents that do not read the words gain nothing. ToolRec's rounds are within noise of the plain score. Chat-Rec's
# judge orders SASRec's twenty worse than SASRec did: .145 against .255. (A chat model in its place would read the
# request, but it could not find what the twenty lack.)
#
# MACRS finds nearly all, .995, and is no better planner for it: **it was told more**. One true answer to a question, on
# average, is worth more here than any plan, and the person pays for it with a turn.
#
# So before you say that planning helps, put beside it a plain score *that was told the same*. And remember that our
# words describe the wanted film truly: real requests do not, so these gains are upper ends. Milliseconds are computing
# time of one thread. Chat-Rec's are the most, since its judge reads twenty films.

# %% [markdown]
# ### Plan only where it pays
#
# Could one plan when a request needs it, and else call a tool? **AdaptJobRec** (Wang et al., 2025) sends simple queries
# straight to a tool and complex ones to a planner. `routed` decides by counting: a request is complex if one clause
# names two films or people, or if it has more than four clauses. It writes its reason down as a thought. (That thought
# is for us; what decided was the count.)

# %% id="planned"
from rectutor.agents.errands import for_request

need(globals(), "shop", "tasks", cell="6. The same person, one request, six agents")
rules = {task.request: ScriptedChat(task.propose) for task in tasks}
by_names = for_request(shop.linker)


def planned(request):
    return rec_mind(rules.get(request, by_names), box, request, limits=Limits(n_steps=5))


# %% id="routes"
from rectutor.agents.routing import routed

need(globals(), "planned", "one", cell="Plan only where it pays")
for request in (one.request, tasks[0].request, tasks[1].request):
    run = routed(request, shop.linker, lambda asked: react(tiny, box, asked), planned)
    print(f"{request}\n   {run.steps[0].what.text}: {run.agent}, {run.usage.total} tokens\n")

# %%
ask(
    "routed",
    "Simple requests, two clues, one trail: for how many of these three kinds does the router get more than half right? (0 to 3)",
)

# %% id="routed"
routing = read_record("routing")
print(routing.said())
of_films = routing.table[routing.table["domain"] == "films"]
order = ["simple", "two clues", "one trail", "all"]
for what in ("right", "tokens"):
    by_kind = of_films.pivot(index="way", columns="questions", values=what)[order]
    print(f"{what}:\n{by_kind.round(2).to_string(index_names=False)}\n")
is_right = of_films[of_films["way"] == "routed"].set_index("questions")["right"]
reveal("routed", int((is_right.drop("all") > 0.5).sum()))

# %% id="routed-all"
need(globals(), "of_films", cell="Plan only where it pays")
mixed = of_films[of_films["questions"] == "all"].rename(columns={"way": "who"})
ends = {"low": "right low", "high": "right high"}
charts.costs(mixed.rename(columns=ends), ["right", "calls", "tokens"])

# %% [markdown]
# Simple requests go to a tool and save three quarters of the planner's tokens; two clues go to the planner. But a trail
# looks simple, one clause with one name, so it is sent to a tool that cannot answer it, and a third of all goes wrong.
# (A third, because we asked as many of each kind.) **How much a request names does not say how many steps its answer
# needs.** And the other way round: 300 requests in new wordings, each of which one turn of calls can answer.

# %% id="needless"
from rectutor.agents.trace import Trace
from rectutor.data.requests import requests

need(globals(), "shop", cell="6. The same person, one request, six agents")
asked_new = [own.text for own in requests(items, "test", "wordings", 300, seed=0)]
sent = [
    routed(text, shop.linker, lambda _: Trace("a tool", ""), lambda _: Trace("a planner", ""))
    for text in asked_new
]
needless = [text for text, run in zip(asked_new, sent, strict=True) if "planner" in run.agent]
print(f"sent to the planner: {len(needless) / 300:.2f}, such as:")
print(needless[0])

# %% [markdown]
# Six in a hundred would be planned for without need. AdaptJobRec lets a language model judge, which may know small talk
# when it reads it; but it, too, has to guess the number of steps.
#
# The router knows nothing of films. To use it in another **domain**, say which column plays which part, and what things
# are called. Here it is jobs, all of them invented:

# %% id="jobs"
from rectutor.agents.routing import JOBS, as_items, reworded
from rectutor.data.jobs import invented_jobs
from rectutor.data.triples import derive

jobs = as_items(invented_jobs(), JOBS)
job_box = reworded(Toolbox(FilmTools(Catalogue(jobs), derive(jobs)).tools), JOBS)
print({own.name: list(own.parameters["properties"]) for own in job_box.schemas})
print(job_box.run(ToolCall("jobs_with", {"skill": "beekeeping", "level": "Senior"})).text)

# %% id="jobs-record"
need(globals(), "routing", cell="Plan only where it pays")
of_jobs = routing.table[routing.table["domain"] == "invented jobs"]
print(of_jobs[["way", "questions", "right", "tokens", "n"]].round(2).to_string(index=False))

# %% [markdown]
# The same code, another field. No trail is asked here, so the router is right in all. It saves what a plan would have
# cost more on simple requests: the more of them are simple, the more it saves (check 2 below).

# %% [markdown]
# ## 7. What we saw
#
# - A tool is a typed function. The box refuses what does not fit, and a refusal is one more thing that a model can
#   read.
# - The loop is ten lines: ask, run, append. It needs a limit, or it may never end.
# - A model that can write only legal calls still writes wrong ones: 0.62 of requests right in new wordings.
# - A trace shows what was said, and when. What caused the answer shows when you edit: a tool's result did, a thought
#   may not have.
# - Keeping abandoned branches in view pays where clues lie apart, and misleads where each step needs the one before.
# - Six agents: the words of the request were worth 57 points, and one call is enough to use them. Compare agents that
#   were told the same.
# - So when is planning worth more than a score? When several things have to be looked up to answer; not when one call
#   can hold all that was said.

# %% [markdown]
# ## What this miniature leaves out
#
# - **Language.** The tiny agent writes no prose, and rules propose the planner's calls. A large model understands
#   wordings that no rule foresaw, and it costs more: a turn of ours takes milliseconds.
# - **Mistakes of planners.** Our rules never guess. A language model plans wrongly now and then, and every step is one
#   more chance to.
# - **Tools that act.** Ours only read. A tool that buys or sends needs more than a schema.

# %% [markdown]
# ## Claims

# %% id="claims"
from rectutor.course import show_claims

show_claims("14")

# %% [markdown]
# ## Exercises
#
# **Flagship (20 minutes).** Write a tool. `between_tool` is given films as (number, title, year) and returns the
# function `between`: it lists the films from a first year to a last, both included, the newest first (of one year, the
# lowest number first), each as `[12] Title (1999)` on a line of its own. Where there is none, the text is `no film`. A
# first year after the last is refused with a ValueError. Everything else that can go wrong is refused by the box, if
# your function has types and its docstring describes each argument. The check calls your tool through a box.


# %% exercise="between_tool"
def between_tool(films: list[tuple[int, str, int]]):
    """Return the function `between(first, last)`, with types, and Args in its docstring."""

    ### BEGIN SOLUTION
    def between(first: int, last: int) -> Found:
        """List films by when they came out, the newest first.

        Args:
            first: the first year.
            last: the last year, inclusive.
        """
        if first > last:
            raise ValueError(f"the first year must not be after the last, got {first} and {last}")
        own = sorted((-y, number, title) for number, title, y in films if first <= y <= last)
        lines = [f"[{number}] {title} ({-y})" for y, number, title in own]
        return Found("\n".join(lines) or "no film", tuple(number for _, number, _ in own))

    return between
    ### END SOLUTION


# %%
lesson14.between_tool.hint(1)  # 2 and 3 tell more

# %% check="between_tool" points=4
result = lesson14.between_tool.check(between_tool)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 1 (10 minutes).** Break an agent. Find a request to which the tiny agent answers with a film that is not what
# was asked for. Say what was asked for by one fact that stands in the request: return the request, a field (genre,
# theme, person or country), its value, and whether the films must have it (True) or must not (False). The agent is
# really run. *Horror* does not count: you have seen it in the lesson.


# %% exercise="break_it"
def break_it() -> tuple[str, str, str, bool]:
    """Return (request, field, value, wanted)."""
    ### BEGIN SOLUTION
    return "Recommend me anything but a Western", "genre", "Western", False
    ### END SOLUTION


# %%
lesson14.break_it.hint(1)  # 2 and 3 tell more

# %% check="break_it" points=2
result = lesson14.break_it.check(break_it, lambda request: react(tiny, box, request), catalogue)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# **Check 2 (5 minutes).** A router costs `router` tokens for every request; then a simple one costs `simple`, a complex
# one `planner`, which is more. Below which share of complex requests is that cheaper than to send every request to the
# planner? Return the share, at least 0 and at most 1.


# %% exercise="routing_pays"
def routing_pays(router: float, simple: float, planner: float) -> float:
    """Return a share, 0 to 1."""
    ### BEGIN SOLUTION
    return min(1.0, max(0.0, 1 - router / (planner - simple)))
    ### END SOLUTION


# %%
lesson14.routing_pays.hint(1)  # 2 and 3 tell more

# %% check="routing_pays" points=1
result = lesson14.routing_pays.check(routing_pays)
print(result)
### BEGIN HIDDEN TESTS
assert result
### END HIDDEN TESTS

# %% [markdown]
# ## From memory

# %%
closed_book(lesson14.QUESTIONS)

# %%
calibration()

# %% [markdown]
# **Read on**: Yao et al., *ReAct* (2023), for the loop; Wang et al., *RecMind* (2024), for planning in recommendation;
# Lanham et al., *Measuring Faithfulness in Chain-of-Thought Reasoning* (2023), for what an edited thought tells.
#
# **Next**: lesson 14b, where the agent talks with people, and 14c, where somebody else writes what it reads.
