"""What an audit found, in sentences: how it was measured, and what is odd."""

from __future__ import annotations

from rectutor.analysis.audit import Audit
from rectutor.analysis.given_lists import NumberedLists

__all__ = ["how_measured", "what_is_odd"]

_MUCH = 1.2  # exposure above this multiple of its share of interactions is worth a word
_FEW = 0.1  # coverage below this, too
_FAULT = {
    "repeated": "repeat an item that stands higher in the same list",
    "off the catalogue": "hold an item that the catalogue does not have",
    "already in the log": "hold an item that the log has for the same user",
}


def how_measured(lists: NumberedLists, truth: str, catalogue: str, order: str) -> list[str]:
    """Say on what the numbers rest.

    Args:
        lists: from `number_lists`.
        truth: the file of held-out interactions; "" where the log's last ones were taken.
        catalogue: the file that lists the items, or the words for what stands in for it.
        order: what decided the order within a list.
    """
    facts, k = lists.facts, lists.top.shape[1]
    judged = facts["users with a list and a held-out item"]
    held = (
        f"The held-out items are those of {truth}."
        if truth
        else "The held-out item of each user is the last interaction in the log, and does not "
        "count as seen. That is right only if whoever made the lists did not see it; otherwise "
        "name the held-out interactions with --truth."
    )
    return [
        held,
        f"Accuracy is over the {judged:,} users who have a list and a held-out item. Users "
        "without a list are counted below, not as misses.",
        "Beside accuracy stands popularity: the same measure of the most popular items that each "
        "user has not seen.",
        f"Judged are the first {k} places of each list (order: {order}). A place with a repeated "
        "or unknown item stays a place and hits nothing.",
        f"The catalogue has {len(lists.popularity):,} items ({catalogue}); items in no list count "
        "as 0 in coverage and Gini.",
        "Intervals are 95 % over users: a bootstrap for accuracy, a jackknife for all else.",
        *(f"{note[:1].upper()}{note[1:]}." for note in lists.notes),
    ]


def what_is_odd(audit: Audit, lists: NumberedLists) -> list[str]:
    """Say what a maker of these lists should look into; nothing where nothing is odd."""
    said = []
    faults = {row["fault"]: row for row in audit.faults.to_dict("records")}
    filled = lists.state.size - faults["empty"]["places"]
    for fault, words in _FAULT.items():
        places, n_lists = faults[fault]["places"], faults[fault]["lists"]
        if places:
            said.append(f"{places:,} of {filled:,} places {words} ({n_lists:,} lists)")
    if n_short := faults["empty"]["lists"]:
        said.append(f"{n_short:,} lists have fewer than {lists.top.shape[1]} items")
    for fact in (
        "users with interactions, but without a list",
        "users with a list, but without interactions",
    ):
        if lists.facts[fact]:
            said.append(f"{lists.facts[fact]:,} {fact}")
    first = audit.measures.iloc[0]
    if first["value"] <= first["popularity"]:
        said.append(
            f"{first['measure']} is {first['value']:.3f}; the most popular unseen items reach "
            f"{first['popularity']:.3f}"
        )
    covered = float((audit.exposure > 0).mean())
    if covered < _FEW:
        said.append(f"only {covered:.1%} of the catalogue stand in any list")
    top = audit.tenths.to_dict("records")[0]
    if top["exposure"] > _MUCH * top["interactions"]:
        said.append(
            f"the most popular {_group(len(audit.tenths))} of the items takes "
            f"{top['exposure']:.0%} of the places and {top['interactions']:.0%} of the "
            "interactions"
        )
    return said


def _group(n_groups: int) -> str:
    return "tenth" if n_groups == 10 else f"of {n_groups} groups"
