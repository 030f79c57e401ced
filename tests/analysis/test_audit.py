"""The audit of somebody else's lists: faults counted by hand, intervals that keep their word."""

import numpy as np
import pandas as pd
import pytest

from rectutor.analysis.audit import _ranks, audit, popularity_tenths
from rectutor.analysis.audit_words import how_measured, what_is_odd
from rectutor.analysis.given_lists import EMPTY, FINE, REPEATED, SEEN, UNKNOWN, number_lists
from rectutor.metrics.exposure import gini
from rectutor.metrics.ranking import ndcg_per_user, ranks_in_lists, recall_per_user


def table(*pairs, **columns):
    users, items = zip(*pairs, strict=True)
    return pd.DataFrame({"user_id": users, "item_id": items, **columns})


# ann watched p, q, then r; bob q, then p; cy only s. Their last ones are held out.
LOG = table(
    ("ann", "p"), ("ann", "q"), ("ann", "r"), ("bob", "q"), ("bob", "p"), ("cy", "s"),
    timestamp=[1, 2, 3, 1, 2, 1],
)  # fmt: skip
LISTS = table(
    ("ann", "s"), ("ann", "r"), ("ann", "s"),  # a hit on place 2, then a repeated item
    ("bob", "x"), ("bob", "q"), ("bob", "p"),  # unknown, seen, a hit on place 3
    ("dan", "q"),  # somebody without interactions, whose list is short
)  # fmt: skip


def test_every_place_is_judged_for_what_it_holds():
    lists = number_lists(LISTS, LOG, k=3)
    assert lists.user_ids.tolist() == ["ann", "bob", "dan"]
    assert lists.state.tolist() == [
        [FINE, FINE, REPEATED], [UNKNOWN, SEEN, FINE], [FINE, EMPTY, EMPTY],
    ]  # fmt: skip
    shown = [[lists.item_ids[i] for i in row] for row in lists.top]
    assert shown == [["s", "r", ""], ["", "q", "p"], ["q", "", ""]]
    assert lists.is_hit.astype(int).tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert lists.n_held.tolist() == [1, 1, 0]
    popular = dict(zip(lists.item_ids[1:], lists.popularity, strict=True))
    assert popular == {"p": 1, "q": 2, "r": 0, "s": 0}  # what is held out does not count
    assert lists.facts == {
        "users with a list": 3,
        "users with interactions, but without a list": 1,
        "users with a list, but without interactions": 1,
        "users with a list and a held-out item": 2,
        "held-out interactions": 3,
    }


def test_the_measures_are_those_one_counts_by_hand():
    found = audit(number_lists(LISTS, LOG, k=3))
    value = found.measures.set_index("measure")["value"]
    assert value["HR@3"] == value["recall@3"] == 1  # of ann and bob
    assert value["NDCG@3"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(4)) / 2)
    assert value["MRR@3"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert value["coverage"] == 1 and value["Gini"] == pytest.approx(gini(np.array([1, 2, 1, 1])))
    assert found.measures["users"].tolist() == [2, 2, 2, 2, 3, 3]
    popular = found.measures["popularity"].tolist()  # r comes first for ann, p for bob
    assert popular[:4] == [1, 1, 1, 1] and np.isnan(popular[4:]).all()
    faults = found.faults.set_index("fault")
    assert faults["places"].tolist() == [1, 1, 1, 2] and faults["lists"].tolist() == [1, 1, 1, 1]
    assert faults["share"].tolist() == pytest.approx([1 / 7, 1 / 7, 1 / 7, 2 / 9])


def test_items_of_the_catalogue_that_nobody_chose_count_as_shown_to_nobody():
    catalogue = np.array(["p", "q", "r", "s", "t", "u", "v", "w"])
    found = audit(number_lists(LISTS, LOG, catalogue, k=3))
    value = found.measures.set_index("measure")["value"]
    assert value["coverage"] == 4 / 8
    assert value["Gini"] == pytest.approx(gini(np.array([1, 2, 1, 1, 0, 0, 0, 0])))


def test_only_the_first_k_places_are_judged():
    found = audit(number_lists(LISTS, LOG, k=1))
    assert found.measures["value"][0] == 0 and found.measures["measure"][0] == "HR@1"
    assert found.faults["places"].tolist() == [0, 1, 0, 0]


def test_held_out_items_of_ones_own_are_taken_and_leave_the_log():
    truth = table(("ann", "s"), ("ann", "q"), ("bob", "z"))
    lists = number_lists(LISTS, LOG, truth=truth, k=3)
    assert lists.is_hit.astype(int).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert lists.n_held.tolist() == [2, 1, 0]
    assert lists.state.tolist()[:2] == [[FINE, SEEN, REPEATED], [UNKNOWN, SEEN, SEEN]]
    assert lists.notes == (
        "1 of the 3 held-out interactions stand in the log too; they are left out of it here, but "
        "whoever made the lists may have seen them",
    )
    assert audit(lists).measures["value"][3] == pytest.approx((1 / 2 + 0) / 2)  # recall


def test_a_held_out_item_outside_the_catalogue_is_told():
    lists = number_lists(LISTS, LOG, np.array(["p", "q", "s"]), k=3)
    assert lists.notes == ("1 held-out items are outside the catalogue: nobody can hit them",)
    assert lists.state[0].tolist() == [FINE, UNKNOWN, REPEATED] and not lists.is_hit[0].any()


def test_ranks_from_hits_are_those_from_lists():
    rng = np.random.default_rng(0)
    top = np.stack([rng.permutation(12)[:5] + 1 for _ in range(40)])
    targets = np.stack([rng.permutation(12)[:4] + 1 for _ in range(40)])
    targets[rng.random(targets.shape) < 0.3] = 0
    targets[:, 0] = np.where((targets > 0).any(axis=1), targets[:, 0], 1)
    is_hit = (top[:, :, None] == targets[:, None, :]).any(axis=2)
    ours, theirs = _ranks(is_hit, (targets > 0).sum(axis=1)), ranks_in_lists(top, targets)
    for metric in (ndcg_per_user, recall_per_user):
        assert metric(ours, 5).tolist() == metric(theirs, 5).tolist()


def test_tenths_have_equal_numbers_of_items_and_shares_that_add_up():
    rng = np.random.default_rng(0)
    popularity = rng.integers(0, 50, 104)
    tenth = popularity_tenths(popularity)
    assert np.bincount(tenth)[1:].tolist() == [11] * 4 + [10] * 6
    assert popularity[tenth == 1].min() >= popularity[tenth == 2].max()
    found = audit(number_lists(LISTS, LOG, k=3)).tenths
    assert found[["interactions", "exposure"]].sum().tolist() == pytest.approx([1, 1])
    by_item = found.set_index("popularity")  # q, p, then r and s, which nobody chose
    assert by_item["exposure"].tolist() == pytest.approx([2 / 5, 1 / 5, 1 / 5, 1 / 5])
    assert by_item["ratio"].tolist()[:2] == pytest.approx([0.4 / (2 / 3), 0.2 / (1 / 3)])
    assert by_item["ratio"].isna().tolist() == [False, False, True, True]


def drawn(rng, chances, n_users, k):
    """Draw lists of k different items each; popular ones stand in more of them."""
    keys = np.log(chances) + rng.gumbel(size=(n_users, len(chances)))
    top = np.argsort(-keys, axis=1)[:, :k]
    users = np.repeat(np.arange(n_users), k).astype(str)
    return pd.DataFrame({"user_id": users, "item_id": top.ravel().astype(str)})


def test_intervals_of_coverage_and_gini_hold_the_truth_nineteen_times_in_twenty():
    rng, N = np.random.default_rng(0), 200
    chances = 1 / np.arange(1, N + 1)
    log = table(*[("0", str(i)) for i in range(N)], timestamp=0)
    found = []
    for _ in range(40):
        measures = audit(number_lists(drawn(rng, chances, 150, 5), log, k=5)).measures
        found.append(measures.iloc[4:, 1:4].to_numpy(dtype=float))  # coverage and Gini
    value, low, high = np.moveaxis(np.array(found), 2, 0)  # [40, 2] each
    expected = value.mean(axis=0)
    held = ((low <= expected) & (expected <= high)).mean(axis=0)
    assert held.min() >= 0.85  # 0.95, less three standard errors of 40 draws
    spread = 2 * 1.96 * value.std(axis=0)
    assert ((high - low).mean(axis=0) / spread).max() < 2.5  # a jackknife errs upwards


def test_one_user_gives_no_interval():
    found = audit(number_lists(table(("ann", "r")), LOG, k=1))
    measures = found.measures.set_index("measure")
    assert measures.loc["HR@1", "value"] == 1
    assert np.isnan(measures.loc["coverage", "value low"])


def test_what_is_odd_is_said_with_its_numbers():
    lists = number_lists(LISTS, LOG, np.array([*range(40), *"pqrs"]), k=3)
    said = what_is_odd(audit(lists), lists)
    assert said[:6] == [
        "1 of 7 places repeat an item that stands higher in the same list (1 lists)",
        "1 of 7 places hold an item that the catalogue does not have (1 lists)",
        "1 of 7 places hold an item that the log has for the same user (1 lists)",
        "1 lists have fewer than 3 items",
        "1 users with interactions, but without a list",
        "1 users with a list, but without interactions",
    ]
    assert said[6] == "only 9.1% of the catalogue stand in any list"
    alone = number_lists(LISTS, LOG, k=3)
    said = what_is_odd(audit(alone), alone)
    assert "HR@3 is 1.000; the most popular unseen items reach 1.000" in said


def test_lists_that_crowd_on_the_popular_are_told_from_those_that_do_not():
    users = [f"u{i}" for i in range(40)]
    log = table(*[(u, f"i{i % 20}") for i, u in enumerate(users)], timestamp=0)
    log = pd.concat([log, log.assign(user_id="v", item_id="i0")], ignore_index=True)
    crowd = number_lists(table(*[(u, "i0") for u in users]), log, truth=log.iloc[:0], k=1)
    assert what_is_odd(audit(crowd), crowd)[-1].startswith(
        "the most popular tenth of the items takes 100% of the places and 55% of the interactions"
    )
    each = table(*[(u, f"i{i % 20}") for i, u in enumerate(users)])
    even = number_lists(each, log, truth=log.iloc[:0], k=1)
    assert not any("takes" in line for line in what_is_odd(audit(even), even))


def test_how_it_was_measured_names_the_truth_and_the_catalogue():
    lists = number_lists(LISTS, LOG, k=3)
    said = " ".join(how_measured(lists, "", "items.csv", "rank, lowest first"))
    assert "last interaction in the log" in said and "4 items (items.csv)" in said
    assert "over the 2 users" in said and "first 3 places of each list (order: rank" in said
    assert how_measured(lists, "t.csv", "", "")[0] == "The held-out items are those of t.csv."


def test_ids_that_do_not_meet_and_a_k_of_nothing_are_refused():
    with pytest.raises(ValueError, match=r'none of the 3 user_ids .* such as "ann"; .* "7"'):
        number_lists(LISTS, table(("7", "p"), timestamp=1))
    with pytest.raises(ValueError, match=r'none of the 5 item_ids .* such as "s"; .* "1"'):
        number_lists(LISTS, LOG, np.array([1, 2]))
    with pytest.raises(ValueError, match="k of 1 or more places, got 0"):
        number_lists(LISTS, LOG, k=0)
