"""The exercises of lesson 12c."""

from __future__ import annotations

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "keep_places", "over_due", "share_of_lots"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "12c",
        "A provider has 1.3 times its share of interactions in the lists, with a narrow interval "
        "over people. What can still be wrong with 'the model favours this provider'?",
        "The interval treats its films as fixed: providers made by lot may reach 1.3, too. And "
        "interactions are one expectation of several; the films and the good films are others.",
    ),
    (
        "12",
        "A Gini of exposure is reported. Which Gini must stand beside it?",
        "That of chance, with as many people, places and items; places per item set that floor.",
    ),
    (
        "06",
        "Another wording of a prompt changes half of a list. What does that say of a change of one "
        "word that you care about?",
        "That half is the noise to beat: compare the word with wordings that should not matter.",
    ),
]


def _gap(values: list[float], is_in: list[bool]) -> float:
    inside = [value for value, mine in zip(values, is_in, strict=True) if mine]
    outside = [value for value, mine in zip(values, is_in, strict=True) if not mine]
    return sum(inside) / len(inside) - sum(outside) / len(outside)


def _share_of_lots(values: list[float], is_in: list[bool], lots: list[list[bool]]) -> float:
    """Return the share of lots with a gap at least as large, whatever its sign."""
    found = abs(_gap(values, is_in))
    return sum(abs(_gap(values, lot)) >= found - 1e-12 for lot in lots) / len(lots)


def _audits(rng: np.random.Generator) -> list[tuple[list[float], list[bool], list[list[bool]]]]:
    """Draw people whose group is served better, worse, or no differently.

    In the last case a lot has exactly the group's gap, with the other sign.
    """
    cases = []
    for n, n_in, shift in ((12, 4, 0.0), (30, 6, -0.35), (40, 10, 0.3)):
        is_in = np.arange(n) < n_in
        values = np.round(rng.random(n) + shift * is_in, 2)
        lots = [rng.permutation(is_in).tolist() for _ in range(60)]
        cases.append((values.tolist(), is_in.tolist(), lots))
    twins = [True, False, False, True]
    cases.append(([0.0, 1.0, 1.0, 0.5], twins, [[not mine for mine in twins], twins[1:] + twins[:1],
                  [True, True, False, False]]))  # fmt: skip
    return cases


share_of_lots = Exercise(
    name="share_of_lots",
    reference=_share_of_lots,
    cases=_audits,
    hints=(
        "A gap is a mean of the group minus a mean of the others. Compute it for the true labels "
        "and for each lot.",
        "A lot counts when its gap is as large as the true one or larger, with either sign: "
        "compare absolute values with >= and allow for rounding (1e-12).",
        "`sum(abs(gap(values, lot)) >= abs(gap(values, is_in)) - 1e-12 for lot in lots) / "
        "len(lots)`.",
    ),
)

_Items = tuple[list[int], list[int], list[bool], list[bool], str]


def _over_due(
    shown: list[int], chosen: list[int], is_good: list[bool], is_mine: list[bool], due: str
) -> float:
    """Return share of places over the share that a question makes the due."""
    weights: list[int] = {
        "amplified": chosen,
        "per film": [1] * len(shown),
        "per good film": [int(good) for good in is_good],
    }[due]
    mine = [place for place, own in enumerate(is_mine) if own]
    places = sum(shown[item] for item in mine) / sum(shown)
    return places / (sum(weights[item] for item in mine) / sum(weights))


def _catalogues(rng: np.random.Generator) -> list[_Items]:
    cases = []
    for n, due in ((8, "amplified"), (10, "per film"), (12, "per good film"), (9, "amplified")):
        chosen = rng.integers(1, 50, size=n)
        shown = rng.integers(0, 2 * chosen)
        shown[0] += 1
        is_good = rng.random(n) < 0.4
        is_good[[0, 1, n - 1]] = True
        is_mine = np.arange(n) % 3 == 0
        columns = (shown.tolist(), chosen.tolist(), is_good.tolist(), is_mine.tolist())
        cases.append((*columns, due))
    return cases


over_due = Exercise(
    name="over_due",
    reference=_over_due,
    cases=_catalogues,
    hints=(
        "The numerator is the same three times: the provider's places over all places.",
        "The denominator is a share, too: of the choices, of the films, or of the good films.",
        "`weights = {'amplified': chosen, 'per film': [1] * len(shown), 'per good film': is_good}"
        "[due]`; then sum the weights of your own films and divide by the sum of all.",
    ),
)


def _keep_places(ranked: list[int], is_mine: list[bool], k: int, quota: int) -> list[int]:
    """Return the k best, with `quota` of the provider's among them if there are as many."""
    kept = [item for item in ranked if is_mine[item]][:quota]
    rest = [item for item in ranked if item not in kept][: k - len(kept)]
    return [item for item in ranked if item in kept or item in rest]


def _rankings(rng: np.random.Generator) -> list[tuple[list[int], list[bool], int, int]]:
    """Draw rankings: too few, enough, and not even as many as the quota."""
    cases = []
    for n, own, k, quota in ((9, (6, 8), 4, 1), (12, (7, 9, 11), 5, 2), (10, (0, 1, 2), 4, 2),
                             (8, (6,), 3, 2)):  # fmt: skip
        ranked = rng.permutation(n)
        is_mine = np.isin(np.arange(n), ranked[list(own)])
        cases.append((ranked.tolist(), is_mine.tolist(), k, quota))
    return cases


keep_places = Exercise(
    name="keep_places",
    reference=_keep_places,
    cases=_rankings,
    hints=(
        "Which of the provider's films are sure of a place? The best `quota` of them.",
        "The other k minus as many places go to the best of all that is left, the provider's "
        "other films included. Then put both together in the old order.",
        "`kept = [x for x in ranked if is_mine[x]][:quota]`; `rest = [x for x in ranked if x not "
        "in kept][:k - len(kept)]`; the answer goes through `ranked` and takes what is in either.",
    ),
)
