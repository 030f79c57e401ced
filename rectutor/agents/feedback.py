"""The agentic feedback loop: a recommender agent and a user agent exchange offers and reasons.

Cai et al., "Agentic Feedback Loop Modeling Improves Recommendation and User Simulation", 2024. The
recommender agent offers one of the candidates and says why; the user agent accepts it or says what
is wrong with it; both keep the exchange in memory, and the next offer is built on it. The loop ends
at the first offer that is accepted, or after a number of rounds.

**Departures.** The recommender agent names all candidates in its order, the offer first, where the
paper has one name: that gives a list for every round. Who takes part is left open; two agents by
rule are in `feedback_agents`, where the paper has large language models and, for the user agent, a
trained recommender beside it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.chat_rec import prompt_of
from rectutor.agents.react import items_named
from rectutor.agents.reranking import in_order
from rectutor.agents.trace import Answer, Observation, Step, Trace
from rectutor.chat import ChatModel, Reply, ToolCall, system, user

__all__ = ["ANSWER", "BECAUSE", "MEMORY", "OFFERED", "Looped", "feedback_rounds"]

MEMORY, OFFERED, BECAUSE, ANSWER = "\n\nMemory:\n", "Offered:", "Because:", "Answer:"
_TASK_OF_OFFERS = (
    "Recommend to one person. Name the candidates by their number in square brackets, the best "
    f"first: that one is offered. Then write a line that begins with {BECAUSE} Heed the memory."
)
_TASK_OF_ANSWERS = (
    "You are this person. Say Yes if you want the film that is offered; else say No, and what you "
    "want less and more of, such as: No. less genre Horror; more genre Comedy."
)


class Looped(NamedTuple):
    """What came out of the loop."""

    orders: tuple[tuple[int, ...], ...]  # [n_rounds + 1] all candidates, best first, by round
    accepted: int | None  # the item that was accepted
    n_calls: int  # turns of both agents
    trace: Trace  # each offer as a call, each answer as its observation


def feedback_rounds(
    agents: tuple[ChatModel, ChatModel],
    catalogue: Catalogue,
    history: Sequence[int],
    candidates: Sequence[int],
    n_rounds: int = 4,
) -> Looped:
    """Let both agents act in turn.

    Args:
        agents: who offers, and who answers.
        catalogue: of the items.
        history: item indices, oldest first.
        candidates: distinct item indices, in the retriever's order.
        n_rounds: offers at most.

    Returns:
        The order before anything was said and after each round; once an offer was accepted it
        stays. What an agent does not name follows in the retriever's order.

    Raises:
        ValueError: there are no candidates.
        ChatError: an agent gave no reply.
    """
    if not candidates:
        raise ValueError("feedback_rounds needs one candidate or more, got none; retrieve some")
    shown = prompt_of(catalogue, history, candidates, "")
    saw = "You saw:\n" + "\n".join(catalogue.name(item) for item in history)
    memory, steps = list[str](), list[Step]()
    orders, accepted = list[tuple[int, ...]](), None
    for turn in range(n_rounds + 1):
        so_far = MEMORY + "\n".join(memory) if memory else ""
        reply, ms = _asked(agents[0], _TASK_OF_OFFERS, shown + so_far)
        named, _, because = reply.text.partition(BECAUSE)
        orders.append(in_order(items_named(named), candidates))
        if turn == n_rounds:
            steps.append(Step(_answer(catalogue, orders[-1]), reply.usage, ms))
            break
        offer = {"item": catalogue.name(orders[-1][0]), "because": because.strip()}
        steps.append(Step(ToolCall("offer", offer), reply.usage, ms))
        said = f"{OFFERED} {offer['item']}\n{BECAUSE} {offer['because']}"
        reply, ms = _asked(agents[1], _TASK_OF_ANSWERS, f"{saw}{so_far}\n\n{said}")
        steps.append(Step(Observation(reply.text), reply.usage, ms))
        if reply.text.startswith("Yes"):
            accepted = orders[-1][0]
            steps.append(Step(_answer(catalogue, orders[-1])))
            break
        memory += [said, f"{ANSWER} {reply.text}"]
    n_calls = len(steps) - (accepted is not None)
    orders += [orders[-1]] * (n_rounds + 1 - len(orders))
    who = f"Feedback loop, {agents[0].name} and {agents[1].name}"
    return Looped(tuple(orders), accepted, n_calls, Trace(who, "", tuple(steps)))


def _asked(model: ChatModel, task: str, text: str) -> tuple[Reply, float]:
    """Let a model take its turn, and say how many milliseconds it took."""
    began = time.perf_counter()
    reply = model.chat([system(task), user(text)])
    return reply, 1000 * (time.perf_counter() - began)


def _answer(catalogue: Catalogue, order: tuple[int, ...]) -> Answer:
    return Answer(", ".join(catalogue.name(item) for item in order), order)
