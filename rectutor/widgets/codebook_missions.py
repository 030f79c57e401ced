"""The three missions of the codebook explorer, worked out from the codes that are shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rectutor.widgets.codebook_state import CodebookState, chips
from rectutor.widgets.view import Act, Explain, Missions, Predict, say

__all__ = ["codebook_missions", "options_of"]

_OPTIONS = 4


def options_of(state: CodebookState, seed: int = 0) -> tuple[list[int], int]:
    """Choose items, one of which shares the first code with the item of `state`.

    The nearest item with another first code is among them, where vectors tell: two may be close
    and yet lie on two sides of a border.

    Returns:
        Up to four items, and the place of the one that shares; none where no item does.
    """
    rng = np.random.default_rng(seed)
    firsts = state.coded.codes[:, 0]
    is_same = firsts == firsts[state.item]
    near = [int(i) for i in state.catalogue.nearest[state.item]]
    same = [i for i in np.flatnonzero(is_same).tolist() if i != state.item]
    other = np.flatnonzero(~is_same).tolist()
    if not same or not other:
        return [], -1
    right = next((i for i in near if is_same[i]), same[0])
    wrong = [i for i in near if not is_same[i]][:1]
    rest = [i for i in rng.permutation(other).tolist() if i not in wrong]
    options = [right, *wrong, *rest][:_OPTIONS]
    order = rng.permutation(len(options)).tolist()
    return [options[at] for at in order], order.index(0)


def codebook_missions(state: CodebookState, options: list[int], answer: int) -> Missions:
    """Ask who shares the first code, for two items with one beginning, and what a code means."""
    titles, noun = state.catalogue.titles, state.catalogue.noun
    first = replace(state, depth=1)
    shown = tuple(titles[i] for i in options) or ("None of them", "All of them")
    return Missions(
        Predict(
            f"Which of these {noun}s shares its first code with {titles[state.item]}?"
            if options
            else f"How many other {noun}s share the first code of {titles[state.item]}?",
            shown,
            answer if options else 0 if len(first.members) == 1 else 1,
            f"Code {first.prefix[0]} of {state.coded.name}: {first.group_said()}."
            + _on_the_other_side(first, options),
        ),
        _act(state),
        Explain(
            f"{_two_meanings(state)} Why does a code of level 2 not mean one thing?",
            "It describes what the code before it has left over, and that is another rest under "
            f"each parent.{_alone(state)}",
        ),
    )


def _alone(state: CodebookState) -> str:
    """Say how little a code of level 2 tells by itself, where there is something to compare."""
    levels, kinds = state.coded.card.levels, list(state.catalogue.labels)
    if not kinds or len(levels) < 2:
        return ""
    one, two = levels[kinds[0]][:2]
    return (
        f" Taken alone, codes of level 2 agree with the {kinds[0]} to {two:.2f}, those of level 1 "
        f"to {one:.2f} (0 is luck)."
    )


def _on_the_other_side(first: CodebookState, options: list[int]) -> str:
    """Name an option that is a true neighbour and yet has another first code."""
    near, members = set(first.catalogue.nearest[first.item].tolist()), set(first.members)
    for i in options:
        if i in near and i not in members:
            code = first.coded.codes[i, 0]
            return (
                f" {first.catalogue.titles[i]} is among its nearest, yet begins with {code}: "
                "every border parts neighbours."
            )
    return ""


def _act(state: CodebookState) -> Act:
    """Ask for two items with as many codes in common as any two have."""
    sizes = [int(np.bincount(groups).max()) for groups in state.coded.groups]
    deepest = max(depth for depth, size in enumerate(sizes) if size > 1)
    L, noun = state.coded.n_levels, state.catalogue.noun
    if not deepest:
        raise ValueError(
            f"no two {noun}s share a first code in {state.coded.name}; put a code first that "
            "groups items, or open another table"
        )
    what = f"all {L} codes" if deepest == L else f"their first {deepest} of {L} codes"
    return Act(
        f"Follow the bars of {state.coded.name} to {noun}s that share {what}. (The right-hand "
        "column must then hold two or more.)",
        lambda s: s.table == state.table and s.read == deepest and len(s.members) > 1,
        "A generator that writes these codes cannot tell them apart: another code must, or a "
        "retriever behind it. Look at how near they truly are."
        if deepest == L
        else "No two ids are alike here, so each names one item.",
    )


def _two_meanings(state: CodebookState) -> str:
    """Find the code of level 2 whose two largest groups with a meaning differ, and say both."""
    coded = state.coded
    best: tuple[int, str] = (0, f"Look at one code of level 2 under two parents ({coded.name}).")
    if coded.n_levels < 2:
        return best[1]
    groups, sizes = coded.groups[2], np.bincount(coded.groups[2])
    for code in np.unique(coded.codes[:, 1]):
        own = np.unique(groups[coded.codes[:, 1] == code])
        known = [g for g in own[np.argsort(-sizes[own], kind="stable")] if coded.meanings[2][g]]
        if len(known) < 2 or sizes[known[1]] <= best[0]:
            continue
        both = [(coded.codes[groups == g][0, :2], coded.meanings[2][g][0]) for g in known[:2]]
        if both[0][1].fact != both[1][1].fact:
            (a, one), (b, other) = both
            best = (
                int(sizes[known[1]]),
                f"In {coded.name}, {chips(tuple(a))} has {one.fact} {say(one.lift)} times as often "
                f"as all, {chips(tuple(b))} {other.fact} {say(other.lift)} times.",
            )
    return best[1]
