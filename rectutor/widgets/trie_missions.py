"""The three missions of the trie stepper, worked out from the searches that are shown."""

from __future__ import annotations

from dataclasses import replace

from rectutor.widgets.trie_state import BY_HAND, TrieState, nth
from rectutor.widgets.view import Act, Explain, Missions, Predict, percent

__all__ = ["narrow", "trie_missions", "width_needed"]


def narrow(widths: list[int]) -> int:
    """Return the width that the first mission asks about: two, or the narrowest there is."""
    return 2 if 2 in widths else min(width for width in widths if width != BY_HAND)


def width_needed(state: TrieState) -> int:
    """Return the smallest width that finds the person's true item, 0 where none does."""
    tried = [replace(state, width=width) for width in state.widths if width != BY_HAND]
    return next((one.width for one in tried if one.asked.target and not one.lost_at), 0)


def trie_missions(state: TrieState) -> Missions:
    """Ask where two beams lose the true item, for the width that finds it, and why."""
    few = replace(state, width=narrow(state.widths))
    noun, needed = state.searched.catalogue.noun, width_needed(state)
    true = f"the true {noun}"
    if not state.asked.target:
        return _without_target(few)
    title = state.searched.catalogue.titles[state.asked.target - 1]
    beams = f"{few.width} beam{'s' if few.width > 1 else ''}"
    ends = [f"at step {at}" for at in range(1, few.n_levels + 1)]
    return Missions(
        Predict(
            f"The model keeps the {beams} that are most probable at each step. Where does it drop "
            f"{true}, {title}?",
            (*ends, "It keeps it"),
            few.lost_at - 1 if few.lost_at else len(ends),
            _what_happened(few),
        ),
        _act(few, needed),
        Explain(
            f"An exact search writes every {noun} and then sorts. Why can its first be missing "
            "from a beam?",
            f"A step compares beginnings, and a beginning holds what all {noun}s below it hold "
            f"together. One strong {noun} among weak ones loses against many middling ones, and "
            "what is dropped never comes back. " + _far_apart(few),
        ),
    )


def _what_happened(few: TrieState) -> str:
    """Say at which step the true item went, and how near it was to staying."""
    if not few.lost_at:
        return f"Set the beams to {few.width} and step on: its beginning is kept every time."
    look = few.looks[few.lost_at - 1]
    return (
        f"At step {few.lost_at} its beginning was {nth(look.true_rank)} with "
        f"{percent(look.true_p)} of the probability; the last one kept had "
        f"{percent(look.kept[-1].p)}. Set the beams to {few.width} and step there."
    )


def _act(few: TrieState, needed: int) -> Act:
    """Ask for the smallest width that finds the true item, or to watch it go."""
    noun, end = few.searched.catalogue.noun, few.n_levels
    setting = (few.model, few.person, few.temperature, few.is_held)

    def is_there(s: TrieState) -> bool:
        return (s.model, s.person, s.temperature, s.is_held) == setting

    if needed <= few.width:
        step = few.lost_at or end
        return Act(
            f"Step through the search of {few.width} beams up to step {step}, and watch the path "
            f"of the true {noun}.",
            lambda s: is_there(s) and s.width == few.width and s.read == step,
            "No width that was tried finds it." if not needed else "It was never in danger.",
        )
    return Act(
        f"Find the smallest number of beams that keeps the true {noun} up to step {end}.",
        lambda s: is_there(s) and s.width == needed and s.read == end,
        f"{needed} beams find it. Each costs as much as another one, and some people need more.",
    )


def _far_apart(few: TrieState) -> str:
    """Say both ranks of the true item, if it has an exact one."""
    rank = few.searched.exact_rank(few.person, few.temperature, few.asked.target)
    fate = f"was dropped at step {few.lost_at}" if few.lost_at else "was kept"
    return f"Here the true one is {nth(rank)} by exact score and {fate}." if rank else ""


def _without_target(few: TrieState) -> Missions:
    """Ask about the cut of the trie where nobody knows what came next."""
    cuts = [look.cut for look in few.looks]
    most = max(range(len(cuts)), key=cuts.__getitem__)
    noun = few.searched.catalogue.noun
    return Missions(
        Predict(
            f"At which step does most of the probability go to codes that no {noun} has?",
            tuple(f"at step {at}" for at in range(1, few.n_levels + 1)),
            most,
            ", ".join(f"step {at}: {percent(cut)}" for at, cut in enumerate(cuts, 1)) + ".",
        ),
        Act(
            f"Step to the end of a search with {few.width} beams.",
            lambda s: s.width == few.width and s.read == few.n_levels,
            f"Every beam is a {noun} now." if few.is_held else "Not every beam must be an item.",
        ),
        Explain(
            "Where does the probability go that the trie cuts off?",
            "Nowhere: scores are not divided by what is left, so a beginning whose children take "
            "all of its probability gains on one that wastes half of it.",
        ),
    )
