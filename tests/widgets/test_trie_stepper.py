"""Ten films with two codes each, and odds that can be worked out on paper."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rectutor.decoding.beam import beam_search
from rectutor.decoding.processor import TrieProcessor
from rectutor.decoding.recorder import BeamRecorder
from rectutor.decoding.sweeps import sweep
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.schema import Queries
from rectutor.trie import Trie
from rectutor.widgets import TrieStepper
from rectutor.widgets.codebook_state import chips
from rectutor.widgets.trie_cases import telling
from rectutor.widgets.trie_hand import by_hand
from rectutor.widgets.trie_missions import width_needed
from rectutor.widgets.trie_paths import Ids, read_search
from tests.decoding.small_models import N_TOKENS, SmallT5, generate, tuples
from tests.decoding.tables import HistoryWriter, TableWriter
from tests.widgets.samples import HOSTILE

TITLES = (
    "Alien",
    "Aliens",
    "Heat",
    "Ronin",
    "Rififi",
    "Solaris",
    "Moon",
    "Gravity",
    "Carrie",
    "Oz",
)
CODES = np.array([*[[0, k] for k in range(4)], [1, 0], [1, 1], [1, 2], [2, 1], [2, 2], [3, 3]])
FIRST = [0.4, 0.3, 0.2, 0.1]
SECOND = [
    [0.3, 0.28, 0.22, 0.2],  # Alien .12, Aliens .112, Heat .088, Ronin .08
    [0.2, 0.3, 0.1, 0.4],  # Rififi .06, Solaris .09, Moon .03; .12 goes nowhere
    [0.05, 0.9, 0.03, 0.02],  # Gravity .18, Carrie .006; .014 goes nowhere
    [0.1, 0.1, 0.1, 0.7],  # Oz .07; .03 goes nowhere
]
FLAT = [[0.22, 0.26, 0.24, 0.28]] * 4
FACTS = tuple((("genre", "space"),) if i % 2 else (("genre", "crime"),) for i in range(10))
GRAVITY, ALIENS, CARRIE = 8, 2, 9  # found by three beams, by one, by none of up to five


class Table:
    """A model whose odds stand in tables, the same for everyone."""

    def __init__(self, first=FIRST, second=SECOND):
        self.trie, self.odds = Trie(CODES), (first, second)

    def write(self, queries):
        return TableWriter(*self.odds, n_questions=len(queries.now))


def queries(n):
    """Everyone has seen Alien, and nothing else."""
    zeros = np.zeros((n, 3))
    history = zeros.astype(np.int64)
    history[:, 2] = 1
    return Queries(np.arange(n), history, zeros, history * 0, np.zeros(n, dtype=np.int64))


def view(titles=TITLES, **options):
    models = {"trained": Table(), "untrained": Table(FLAT[0], FLAT)}
    targets = np.array([ALIENS, GRAVITY, CARRIE])
    given = {"facts": FACTS, "widths": (1, 2, 3, 5), "temperatures": (1.0, 2.0), **options}
    return TrieStepper.of(models, queries(3), targets, titles, **given)


@pytest.fixture(scope="module")
def made():
    return view()


@pytest.fixture
def state(made):
    return made._start


def at(state, **fields):
    """Go elsewhere, with two beams unless told."""
    return replace(state, **{"width": 2, **fields})


def codes(candidates):
    return [one.prefix for one in candidates]


# A search, read


def test_a_step_keeps_the_best_and_shows_the_best_of_the_others(state):
    first, second = at(state).looks
    assert codes(first.kept) == [(0,), (1,)] and codes(first.pruned) == [(2,), (3,)]
    assert [one.p for one in first.pruned] == pytest.approx([0.2, 0.1])
    assert codes(second.kept) == [(0, 1), (1, 1)]
    assert [one.p for one in second.kept] == pytest.approx([0.112, 0.09])
    assert codes(second.pruned) == [(0, 2), (0, 3), (1, 0), (1, 2)]  # Alien was seen
    assert second.parents == (0, 1)


def test_what_the_trie_cuts_off_is_shared_by_the_weight_of_the_beams(state):
    first, second = at(state).looks
    assert (first.n_legal, first.cut, first.cuts) == (4, 0, (0,))
    assert (second.n_legal, second.n_seen) == (7, 1)
    assert second.cuts == pytest.approx((0, 0.4), abs=1e-6)
    assert second.cut == pytest.approx(0.3 * 0.4 / 0.7)


def test_the_true_item_is_ranked_until_a_beam_loses_it(state):
    lost, found = at(state).looks, at(state, width=3).looks
    assert [(look.true_rank, look.is_kept) for look in lost] == [(3, False), (0, False)]
    assert [(look.true_rank, look.is_kept) for look in found] == [(3, True), (1, True)]
    assert lost[0].true_p == pytest.approx(0.2) and np.isnan(lost[1].true_p)
    assert (at(state).lost_at, at(state, width=3).lost_at) == (1, 0)


def test_without_the_trie_impossible_ids_take_part(state):
    free = at(state, width=3, is_held=False, step=2)
    second = free.looks[1]
    assert codes(second.kept) == [(2, 1), (1, 3), (0, 1)]
    assert [one.node >= 0 for one in second.kept] == [True, False, True]
    assert free.n_no_item == 1
    assert free.searched.below(second.kept[1]) == "no such film"


def test_ids_are_read_back_from_the_trie_and_so_are_the_items_below():
    rng = np.random.default_rng(0)
    table = np.unique(rng.integers(0, 5, (60, 3)), axis=0)
    table = table[rng.permutation(len(table))]
    ids = Ids(Trie(table))
    assert np.array_equal(ids.codes, table)
    for level in (0, 1, 2, 3):
        for node in np.unique(ids.groups[level]):
            below = ids.below(level, node) - 1
            same = (table[:, :level] == table[below[0], :level]).all(axis=1)
            assert np.array_equal(np.flatnonzero(same), below)


def test_every_look_agrees_with_the_candidates_counted_one_by_one():
    rng = np.random.default_rng(1)
    table = np.unique(rng.integers(0, 6, (50, 3)), axis=0)
    trie, seen = Trie(table, 6), np.array([0, 4, 9])
    writer = HistoryWriter(2, 6)
    beams = beam_search(trie, writer, 4, np.stack([seen] * 2))
    true_id = table[20].tolist()
    looks = read_search(trie, beams, 1, true_id, seen, True)
    prefixes, scores = [()], [0.0]
    for level, (look, step) in enumerate(zip(looks, beams.steps, strict=True)):
        rows = {tuple(row[: level + 1]) for row in table.tolist()}
        gone = {tuple(table[i - 1].tolist()) for i in seen if i and level == 2}
        p = {
            (*prefix, k): np.exp(score + float(step.log_p[1, v, k]))
            for v, (prefix, score) in enumerate(zip(prefixes, scores, strict=True))
            for k in range(6)
            if (*prefix, k) in rows - gone
        }
        order = sorted(p, key=lambda one: -p[one])
        assert codes(look.kept) == order[:4] and codes(look.pruned) == order[4:9]
        wanted = tuple(true_id[: level + 1])
        assert look.true_rank == (order.index(wanted) + 1 if wanted in p else 0)
        assert look.n_legal - look.n_seen == len(p)
        prefixes, scores = order[:4], [np.log(p[one]) for one in order[:4]]


def test_beams_in_another_order_and_repeated_ones_are_sorted_out():
    trie = Trie(CODES)
    beams = beam_search(trie, TableWriter(FIRST, SECOND), 3)
    first, second = beams.steps
    turned = first._replace(
        parents=first.parents[:, [2, 0, 1, 0]], codes=first.codes[:, [2, 0, 1, 0]],
        nodes=first.nodes[:, [2, 0, 1, 0]],
        scores=np.where([True, True, True, False], first.scores[:, [2, 0, 1, 0]], -np.inf),
    )  # fmt: skip
    moved = second._replace(
        parents=np.array([1, 2, 0])[second.parents], log_p=second.log_p[:, [2, 0, 1, 0]]
    )
    mixed = beams._replace(steps=(turned, moved))
    seen = np.zeros(1, dtype=np.int64)
    for one, other in zip(
        read_search(trie, beams, 0, (2, 1), seen, True),
        read_search(trie, mixed, 0, (2, 1), seen, True),
        strict=True,
    ):
        assert one == other


# What is said


def test_each_step_says_beams_children_cut_and_the_fate_of_the_true_film(state):
    said = [at(state, step=step).sentence() for step in range(3)]
    head = "trained, person 1, temperature 1. Step "
    assert said == [
        f"{head}0 of 2: nothing is written; 4 of 4 codes begin a film; the true film is Gravity, "
        f"{chips((2, 1))}.",
        f"{head}1 of 2: 2 beams, 4 legal children, 0 % of the probability had nowhere to go; the "
        "true film is 3rd and was dropped.",
        f"{head}2 of 2: 2 beams, 7 legal children (1 known already), 17 % of the probability had "
        "nowhere to go; the true film was dropped at step 1.",
    ]
    assert "the true film is 1st (1st by exact score) and is kept." in (
        at(state, width=3, step=2).sentence()
    )


def test_one_beam_and_the_trie_that_is_off_are_said_so(state):
    assert ": 1 beam, 4 legal children (1 known already), 0 %" in (
        at(state, width=1, step=2).sentence()
    )
    free = at(state, width=3, is_held=False, step=2).sentence()
    assert free.startswith("trained, person 1, temperature 1, trie off. Step 2 of 2: 3 beams, 1 of")
    assert "1 of them (33 %) no such film; the true film is 1st" in free
    assert "0 of them (0 %) the beginning of no film" in at(state, is_held=False, step=1).sentence()


def test_exact_ranks_leave_out_what_was_seen_and_follow_the_temperature(state):
    kept = at(state, width=5).looks[1].kept
    assert [at(state).exact_rank(one) for one in kept] == [1, 2, 3, 4, 5]
    assert state.searched.exact_rank(0, 1.0, 1) == 0  # Alien
    first = np.sqrt(FIRST) / np.sqrt(FIRST).sum()
    odds = np.sqrt(SECOND) / np.sqrt(SECOND).sum(axis=1, keepdims=True)
    p = (first[:, None] * odds)[CODES[:, 0], CODES[:, 1]]
    order = [i for i in np.argsort(-p) + 1 if i != 1]
    ranks = [state.searched.exact_rank(0, 2.0, item) for item in order]
    assert ranks == list(range(1, 10))


def test_a_beginning_says_how_many_films_and_what_stands_out(state):
    two = next(one for one in at(state).looks[0].pruned if one.prefix == (2,))
    assert state.searched.below(two) == "2 films"
    assert state.searched.items(two) == [8, 9]
    facts = tuple((("genre", "space" if code == 0 else "crime"),) for code in CODES[:, 0])
    planted = view(facts=facts)._start
    first = at(planted).looks[0].kept[0]
    assert planted.searched.below(first) == "4 films, genre space in 4"


def test_the_most_chosen_films_stand_for_a_beginning():
    chosen = view(counts=np.arange(10))._start
    assert chosen.searched.typical(at(chosen).looks[0].kept[0]) == [4, 3]


# By hand


def test_by_hand_the_two_best_keep_what_a_beam_of_two_keeps(state):
    turns = at(state, width=0, hand=(0, 1, 0, 1)).turns
    assert codes(turns[0].shown) == [(0,), (1,), (2,), (3,)]
    assert [codes(turn.kept) for turn in turns] == [codes(look.kept) for look in at(state).looks]
    assert turns[-1].is_over


def test_by_hand_a_sentence_says_what_is_left_to_do_and_what_was_found(state):
    said = [
        at(state, width=0, hand=hand).sentence() for hand in [(), (2,), (2, 0, 0, 1), (0, 1, 0, 1)]
    ]
    head = "trained, person 1, by hand. "
    assert said == [
        f"{head}Step 1 of 2: keep 2 beginnings.",
        f"{head}Step 1 of 2: 1 of 2 beginnings kept.",
        f"{head}You found Gravity and Aliens; the true film, Gravity, {chips((2, 1))}, is among "
        "them.",
        f"{head}You found Aliens and Solaris; the true film, Gravity, {chips((2, 1))}, is dropped "
        "at step 1.",
    ]


def test_a_choice_that_cannot_be_made_ends_the_turn(state):
    tree = state.searched.trees[0]
    assert codes(by_hand(tree, 2, (0, 0, 1))[0].kept) == [(0,)]
    assert len(by_hand(tree, 2, (0, 5, 1, 1))) == 1


# Which people are shown


def test_the_person_whose_good_film_a_narrow_beam_loses_comes_first(made):
    model, asked = Table(), queries(4)
    found = sweep(model.trie, lambda: model.write(asked), (1, 2, 3, 5), seen=asked.history,
                  is_brief=True)  # fmt: skip
    assert telling(found, [ALIENS, GRAVITY, CARRIE, 4], 4) == [1, 3, 0, 2]
    assert telling(found, [ALIENS, GRAVITY, CARRIE, 4], 3) == [1, 0, 2]
    assert telling(found, [ALIENS, ALIENS, CARRIE, CARRIE], 2) == [0, 1]
    assert [one.person for one in made.state.cases] == ["person 1", "person 0", "person 2"]


def test_the_width_needed_is_the_first_that_finds_the_true_film(state):
    assert [width_needed(at(state, person=p)) for p in range(3)] == [3, 1, 0]


# Missions


def test_the_prediction_is_the_step_at_which_two_beams_drop_the_film(made):
    predict = made.page["missions"]["predict"]
    assert predict["options"] == ["at step 1", "at step 2", "It keeps it"]
    assert predict["answer"] == 0
    assert (
        "its beginning was 3rd with 20 % of the probability; the last one kept had 30 %"
        in (predict["reply"])
    )


def test_the_act_asks_for_the_smallest_width_seen_to_the_end(made):
    first_person = made.page["models"][0]["searches"][0]
    goals = [search["goals"] for search in first_person[0][0]]
    assert goals == [[False] * 3, [False] * 3, [False, False, True], [False] * 3]
    assert "3 beams find it." in made.page["missions"]["act"]["reply"]


def test_where_no_width_helps_the_act_is_to_watch():
    never = TrieStepper.of({"m": Table()}, queries(1), np.array([CARRIE]), TITLES, widths=(1, 2, 5))
    assert never.page["missions"]["act"]["reply"] == "No width that was tried finds it."
    easy = TrieStepper.of({"m": Table()}, queries(1), np.array([ALIENS]), TITLES, widths=(1, 2, 5))
    assert easy.page["missions"]["act"]["reply"] == "It was never in danger."
    assert easy.page["missions"]["predict"]["answer"] == 2


# The page


def test_the_page_holds_what_the_state_says(made):
    page = made.page
    model = page["models"][1]
    s = at(made._start, model=1, person=2, temperature=2.0, is_held=False, width=5, step=2)
    search = model["searches"][2][page["temperatures"].index(2.0)][1][3]
    assert search["said"][2] == f"{s.step_said()}{s.true_said()}"
    ids = [model["beginnings"][row[0]][0] for row in search["steps"][1]["kept"]]
    assert ids == [list(one.prefix) for one in s.looks[1].kept]
    assert page["cases"][0] == ["person 1", [1], GRAVITY]


def test_each_beginning_is_described_once(made):
    for model in made.page["models"]:
        known = [tuple(prefix) for prefix, _, _ in model["beginnings"]]
        assert len(set(known)) == len(known)


def test_four_people_on_a_catalogue_of_a_thousand_take_less_than_a_megabyte():
    rng = np.random.default_rng(0)
    table = np.stack(np.unravel_index(rng.choice(32**3, 1000, replace=False), (32,) * 3), axis=1)
    small = TIGERConfig(max_length=3, width=8, n_heads=2, n_encoder_blocks=1)
    titles, targets = [f"Film {i}" for i in range(1000)], np.array([5, 6, 7, 8])
    big = TrieStepper.of({"TIGER": TIGER(table, small)}, queries(4), targets, titles)
    assert len(json.dumps(big.page)) < 750_000


# A model of the course, and a search from elsewhere


def test_a_wide_beam_of_tiger_ranks_as_the_exact_scores_do():
    rng = np.random.default_rng(0)
    table = rng.permutation(np.stack(np.unravel_index(np.arange(12), (2, 3, 2)), axis=1))
    model = TIGER(table, TIGERConfig(max_length=3, width=8, n_heads=2, n_encoder_blocks=1))
    made = TrieStepper.of({"TIGER": model}, queries(2), np.array([3, 4]), list("abcdefghijkl"),
                          widths=(2, 12), temperatures=(1.0,))  # fmt: skip
    made.width, made.step = 12, 3
    rows = made.state.table()
    last = rows[(rows["step"] == 3) & (rows["fate"] == "kept")]
    assert last["exact rank"].tolist() == list(range(1, 12))  # one of twelve was seen
    assert made.state.lost_at == 0


def test_a_search_from_elsewhere_has_one_width_and_no_exact_ranks():
    trie = Trie(CODES)
    beams = beam_search(trie, TableWriter(FIRST, SECOND), 3)
    made = TrieStepper.of_beams(trie, beams, TITLES, targets=np.array([GRAVITY]), name="T5")
    assert (made.width, made.state.widths, made.state.holds) == (3, [3], [True])
    made.step = 2
    assert repr(made) == (
        "T5, question 0, temperature 1. Step 2 of 2: 3 beams, 9 legal children, 15 % of the "
        "probability had nowhere to go; the true item is 1st and is kept."
    )
    assert (made.state.table()["exact rank"] == 0).all()


def test_a_recorded_search_of_transformers_opens_like_one_of_ours():
    small, table = SmallT5(), tuples(40)
    trie = Trie(table, N_TOKENS)
    recorder = BeamRecorder(TrieProcessor(trie, small.begin))
    sequences, _ = generate(small, 5, 3, logits_processor=[recorder])
    beams = recorder.beams(sequences)
    made = TrieStepper.of_beams(trie, beams, [f"Item {i}" for i in range(1, 41)],
                                targets=beams.items[:, 2])  # fmt: skip
    made.step = 3
    assert len(made.state.cases) == len(beams.items)
    names = made.state.table().query("step == 3 and fate == 'kept'")["below"].tolist()
    best = beams.items[0][np.argsort(-beams.scores[0], kind="stable")]
    assert names == [f"Item {i}" for i in best]
    assert "the true item is" in repr(made) and repr(made).endswith("and is kept.")


def test_where_nobody_knows_what_came_next_the_missions_ask_about_the_trie():
    trie = Trie(CODES)
    beams = beam_search(trie, TableWriter(FIRST, SECOND), 3, is_held=False)
    made = TrieStepper.of_beams(trie, beams, TITLES, is_held=False)
    assert made.page["missions"]["predict"]["answer"] == 1
    assert made.page["missions"]["predict"]["reply"] == "step 1: 0 %, step 2: 15 %."
    made.step = 2
    assert repr(made).endswith("3 beams, 1 of them (33 %) no such item.")
    assert made.twin().table["is true"].sum() == 0


def test_the_twin_of_the_game_by_hand_is_the_search_of_two_beams(made):
    table = made.twin().table
    kept = table[table["fate"] == "kept"]
    assert kept["codes"].tolist() == ["0", "1", chips((0, 1)), chips((1, 1))]
    assert table.loc[table["is true"], ["step", "rank", "fate"]].to_numpy().tolist() == [
        [1, 3, "dropped"]
    ]


# What is refused


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"width": 4}, r"width must be one of \[0, 1, 2, 3, 5\], got 4"),
        ({"temperature": 0.7}, r"temperature must be one of \[1.0, 2.0\], got 0.7"),
        ({"model": 2}, "model must be 0..1, got 2"),
        ({"person": -1}, "person must be 0..2, got -1"),
        ({"step": 3}, "step must be 0..2, got 3"),
        ({"hand": (6,)}, r"2 of 6 beginnings .* 2 steps, .* places 0..5, got \(6,\)"),
        ({"hand": (0,) * 5}, r"got \(0, 0, 0, 0, 0\)"),
    ],
)
def test_a_setting_that_was_not_run_is_named(state, fields, words):
    with pytest.raises(ValueError, match=words):
        at(state, **fields)


def test_the_trie_can_only_be_switched_where_both_were_run():
    beams = beam_search(Trie(CODES), TableWriter(FIRST, SECOND), 3)
    made = TrieStepper.of_beams(Trie(CODES), beams, TITLES)
    with pytest.raises(ValueError, match=r"is_held must be one of \[True\], got False"):
        made.is_held = False


def test_parts_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="got 2 targets for 3 questions"):
        TrieStepper.of({"m": Table()}, queries(3), np.array([1, 2]), TITLES)
    with pytest.raises(ValueError, match="must name the 10 films of m, got 11; leave out the pad"):
        TrieStepper.of({"m": Table()}, queries(1), np.array([2]), ("", *TITLES))
    with pytest.raises(ValueError, match=r"one for each of 10 titles, got \[11\]"):
        TrieStepper.of({"m": Table()}, queries(1), np.array([2]), TITLES, counts=np.zeros(11))


def test_hostile_titles_are_written_without_control_characters():
    evil = view((*HOSTILE, *"abcde"))
    assert not {"\x1b", "\x07", "\u202e"} & set(json.dumps(evil.page, ensure_ascii=False))
