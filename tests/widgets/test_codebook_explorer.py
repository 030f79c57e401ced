"""Ten films in two heaps, two codes each: every group can be worked out on paper."""

import json

import numpy as np
import pytest

from rectutor.models.residual_codes import CodeTable, residual_kmeans
from rectutor.training.codebooks import CodeReport
from rectutor.widgets import CodebookExplorer
from rectutor.widgets.codebook_catalogue import Catalogue, Meaning, common_share, nearest_items
from rectutor.widgets.codebook_missions import options_of
from rectutor.widgets.codebook_state import CodebookState, chips
from rectutor.widgets.codebook_table import Coded
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
CODES = np.array([[0, 0], [0, 2], *[[0, 1]] * 3, *[[1, 0]] * 3, *[[1, 1]] * 2])
SPACE, HORROR, HEISTS, ACTION, REVENGE = (
    ("theme", "space"),
    ("genre", "horror"),
    ("theme", "heists"),
    ("genre", "action"),
    ("theme", "revenge"),
)
FACTS = (
    *[(SPACE, HORROR)] * 2,
    *[(HEISTS, HORROR)] * 3,
    *[(SPACE, ACTION)] * 3,
    *[(REVENGE, ACTION)] * 2,
)
HEIGHTS = [-1, -2, 1, 1.5, 2, -1, -1.5, -2, 1, 0]  # their mean is -0.2
VECTORS = np.array([[-4 if i < 5 else 4, y] for i, y in enumerate(HEIGHTS)], dtype=np.float32)
CODEBOOKS = np.array([[[-4, 0], [4, 0], [0, 9], [9, 9]], [[0, -1], [0, 1], [0, -2], [9, 9]]])
LEARNED = CodeTable(CODEBOOKS.astype(np.float32), CODES)
SHUFFLED = np.array([[i % 2, i % 3] for i in range(10)])
USAGE = [
    [[10, 0, 0, 0], [10, 0, 0, 0]],
    [[4, 6, 0, 0], [5, 5, 0, 0]],
    [[5, 5, 0, 0], [4, 5, 1, 0]],
]


def trace() -> CodeReport:
    """Three epochs in which codes wake up."""
    usage = [np.array(one) for one in USAGE]
    return CodeReport([3.0, 2.0, 1.0], [[1.0, 1.0]] * 3, [[1.0, 1.0], [2.0, 2.0], [2.0, 2.6]],
                      usage=usage)  # fmt: skip


def view(titles: tuple[str, ...] = TITLES, **options) -> CodebookExplorer:
    given = {"facts": FACTS, "vectors": VECTORS, "traces": {"learned": trace()}, **options}
    return CodebookExplorer.of(titles, {"learned": LEARNED, "shuffled": SHUFFLED}, **given)


def state(**fields) -> CodebookState:
    catalogue = Catalogue(TITLES, FACTS, VECTORS)
    learned = Coded("learned", CODES, 4, catalogue, LEARNED, None, trace())
    shuffled = Coded("shuffled", SHUFFLED, 3, catalogue)
    return CodebookState(catalogue, (learned, shuffled), **fields)


def bare(**options) -> CodebookExplorer:
    """Codes alone: neither vectors nor facts nor a training."""
    return CodebookExplorer.of(TITLES, {"given": CODES}, **options)


# What a prefix stands for


def test_a_prefix_holds_the_films_whose_ids_begin_so():
    assert state(item=3, depth=0).members == list(range(10))
    assert state(item=3, depth=1).members == [0, 1, 2, 3, 4]
    assert state(item=3, depth=2).members == [2, 3, 4]
    assert state(item=3).prefix == (0,) and state(item=3).semantic_id == (0, 1)


def test_a_fact_weighs_its_count_times_the_logarithm_of_its_lift():
    # Of five films with code 0 all are horror, as 5 of 10 are: lift 2, weight 5 log 2. Three have
    # heists, as 3 of 10 have: lift 2, weight 3 log 2. Two have space, fewer than by chance.
    assert state(item=2).meaning == [
        Meaning("genre horror", 5, pytest.approx(2)),
        Meaning("theme heists", 3, pytest.approx(2)),
    ]
    assert [m.fact for m in state(item=9).meaning] == [
        "genre action",
        "theme revenge",  # 2 log 2
        "theme space",  # 3 log 1.2
    ]
    assert state(item=2, depth=2).meaning[0] == Meaning("theme heists", 3, pytest.approx(10 / 3))


def test_what_one_film_has_or_all_have_stands_out_nowhere():
    assert state(item=0, depth=2).meaning == []
    assert state(depth=0).meaning == []


def test_meanings_agree_with_a_count_by_hand_on_random_facts():
    rng = np.random.default_rng(0)
    facts = tuple(
        tuple(("t", str(f)) for f in np.flatnonzero(rng.random(6) < 0.4)) for _ in range(60)
    )
    catalogue = Catalogue(tuple(map(str, range(60))), facts)
    groups = rng.integers(0, 7, 60)
    for group, meaning in enumerate(catalogue.meanings(groups)):
        members = np.flatnonzero(groups == group)
        wanted = {}
        for f in range(6):
            n = sum(("t", str(f)) in facts[i] for i in members)
            lift = n / len(members) / (sum(("t", str(f)) in own for own in facts) / 60)
            if n >= 2 and lift >= 1.1:
                wanted[f"t {f}"] = (n, pytest.approx(lift))
        assert {m.fact: (m.n_items, m.lift) for m in meaning} == wanted
        weights = [m.n_items * np.log(m.lift) for m in meaning]
        assert weights == sorted(weights, reverse=True)


def test_the_same_code_is_shown_under_each_parent_the_own_first():
    rows = state(item=9, depth=2).elsewhere()
    assert [(row.prefix, row.items) for row in rows] == [((1, 1), [8, 9]), ((0, 1), [2, 3, 4])]
    assert [row.meaning.fact for row in rows] == ["theme revenge", "theme heists"]
    assert state(item=9, depth=1).elsewhere() == []
    assert state(item=0, depth=2).elsewhere()[0].meaning is None  # Alien alone has 0 · 0


# The item and its neighbours


def test_what_is_left_over_is_a_share_of_the_squared_distance_to_the_mean():
    # Aliens lies at (-4, -2), the mean at (0, -0.2): 16 + 3.24. Code 0 says (-4, 0): 4 are left.
    assert state().coded.left[1].tolist() == [100, round(100 * 4 / 19.24), 0]
    assert state().coded.how == "its entries, added up"


def test_codes_without_codebooks_are_read_back_by_the_means_of_what_was_left():
    shuffled = state(table=1).coded
    assert shuffled.how == "means of what was left over"
    mean = VECTORS.mean(axis=0)
    even = VECTORS[SHUFFLED[:, 0] == 0].mean(axis=0)
    assert shuffled.said[1][0] == pytest.approx(even, abs=1e-5)
    total = [((VECTORS - said) ** 2).sum() for said in shuffled.said]
    assert total[0] == pytest.approx(((VECTORS - mean) ** 2).sum(), rel=1e-5)
    assert total == sorted(total, reverse=True)


def test_the_means_of_learned_codes_leave_no_more_than_their_codebooks():
    points = np.random.default_rng(1).normal(size=(80, 5)).astype(np.float32)
    table = residual_kmeans(points, 1, 6)
    catalogue = Catalogue(tuple(map(str, range(80))), ((),) * 80, points)
    own, means = (Coded("a", table.codes, 6, catalogue, t) for t in (table, None))
    assert means.whole["left over"] <= own.whole["left over"] + 1e-6
    assert means.whole["left over"] == pytest.approx(own.whole["left over"], abs=0.02)


def test_a_decoder_reads_the_first_codes_back():
    seen = []

    def decoder(codes):
        seen.append(codes.shape)
        return VECTORS - 1.0 / codes.shape[1]

    coded = Coded("x", CODES, 4, Catalogue(TITLES, FACTS, VECTORS), LEARNED, decoder)
    assert coded.how == "its decoder"
    gaps = 2 * np.array([1.0, 0.25]) / ((VECTORS[0] - VECTORS.mean(axis=0)) ** 2).sum()
    assert coded.left[0, 1:].tolist() == np.rint(100 * gaps).astype(int).tolist()
    assert seen == [(10, 1), (10, 2)]


def test_neighbours_by_id_share_the_longest_beginning():
    assert state(item=3).near_by_id() == {2: 2, 4: 2, 0: 1, 1: 1}
    assert state(item=0).near_by_id() == {1: 1, 2: 1, 3: 1, 4: 1}


def test_true_neighbours_are_the_nearest_by_distance():
    points = np.random.default_rng(2).normal(size=(700, 4)).astype(np.float32)  # two chunks
    rows = [0, 350, 699]
    gaps = ((points[rows, None] - points[None]) ** 2).sum(axis=2)
    assert np.array_equal(nearest_items(points, rows), gaps.argsort(axis=1)[:, 1:9])


def test_the_common_share_counts_items_that_stand_in_the_same_row():
    assert common_share(np.array([[1, 2], [3, 4]]), np.array([[2, 9], [4, 3]])) == 0.75


def test_films_with_the_same_id_are_its_twins():
    assert state(item=3).twins == [2, 4] and state(item=0).twins == []


# Steps and choices


def test_a_step_goes_to_the_film_nearest_to_the_mean_of_its_group():
    # Of those with code 1 the mean height is -0.7: Solaris at -1 is nearest.
    one = state(item=0).step(1)
    assert (one.item, one.prefix) == (5, (1,))
    assert state(item=0).step(0, 1).item == 3


def test_a_step_along_the_own_id_keeps_the_film():
    assert state(item=4).step(0, 1).item == 4 and state(item=4).step(0).item == 4


def test_an_impossible_step_lists_what_could_come():
    with pytest.raises(ValueError, match=r"code 3 cannot come first in learned; legal: \[0, 1\]"):
        state().step(3)
    with pytest.raises(ValueError, match=r"code 2 cannot come after 1 in learned; legal: \[0, 1\]"):
        state().step(1, 2)
    with pytest.raises(ValueError, match=r"code 0 cannot come after .* legal: \[\]"):
        state().step(1, 0, 0)


def test_an_unknown_title_and_one_of_two_films_are_named():
    with pytest.raises(ValueError, match='no film is called "Alie"; the closest titles are'):
        state().choose("Alie")
    twice = view((*TITLES[:9], "Heat"))
    with pytest.raises(ValueError, match=r'"Heat" is the title of films \[2, 9\]'):
        twice.choose("Heat")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table": 2}, r"table must be 0\.\.1, got 2"),
        ({"depth": 3}, r"depth must be 0\.\.2, got 3"),
        ({"item": 10}, r"item must be 0\.\.9, got 10"),
        ({"part": 4}, r"part must be 0\.\.3, got 4"),
        ({"epoch": 0}, r"epoch must be 1\.\.3, got 0"),
    ],
)
def test_a_value_outside_its_range_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        state(**change)


def test_a_table_of_fewer_levels_is_read_to_its_end():
    both = {"learned": LEARNED, "short": CODES[:, :1]}
    one = CodebookExplorer.of(TITLES, both, FACTS, start=3)
    one.depth, one.table = 2, 1
    assert one.state.prefix == (0,) and len(one.state.members) == 5


# In words


def test_the_sentence_says_the_group_the_film_and_the_epoch():
    assert state(item=3, depth=2, epoch=2).sentence() == (
        f"learned, {chips((0, 1))}: 3 films, theme heists in 3 of them (3.33 times its share of "
        f"all). Ronin is {chips((0, 1))}, which leaves 1 % over; 2 others have this id. "
        "After epoch 2 of 3 its levels used 2, 2 of 4 codes."
    )


def test_a_group_of_one_and_all_films_are_said_too():
    said = state(item=0, depth=2).sentence()
    assert said.startswith(f"learned, {chips((0, 0))}: 1 film. Alien is {chips((0, 0))}")
    assert "; no other has this id." in said
    assert state(table=1, depth=0).sentence().startswith("shuffled: 10 films, 2 codes each of 3. ")


def test_codes_alone_say_what_they_can():
    one = bare(start="Ronin", noun="book")
    assert repr(one) == (f"given, 0: 5 books. Ronin is {chips((0, 1))}; 2 others have this id.")
    table = one.page["tables"][0]
    assert (one.page["map"], table["steps"], table["how"]) == (None, [], "")
    assert one.page["near"] == [[]] * 10 and table["trace"] is None
    assert list(one.twin().table.columns) == ["codes", "in use", "perplexity", "share an id"]


def test_the_report_card_has_a_row_for_each_table():
    card = state().card().to_dict("records")
    assert card[0]["codes"] == "learned"
    assert card[0]["in use"] == f"{chips((2, 3))} of 4".replace("\u00a0", " ")
    assert card[0]["agrees with genre"].startswith("1.00 · ")
    assert card[0]["share an id"] == "80.0 %" and card[1]["share an id"] == "80.0 %"
    left = ((VECTORS - state().coded.said[-1]) ** 2).sum()
    whole = ((VECTORS - VECTORS.mean(axis=0)) ** 2).sum()
    assert card[0]["left over"] == f"{100 * left / whole:.0f} %"


def test_a_kind_that_few_films_have_is_not_compared_with_codes():
    facts = ((("series", "Alien"), *FACTS[0]), (("series", "Alien"), *FACTS[1]), *FACTS[2:])
    assert list(Catalogue(TITLES, facts).labels) == ["theme", "genre"]


# The page and the view


def test_the_page_says_for_every_group_of_two_or_more_what_python_says():
    page = view().page
    for at, table in enumerate(page["tables"]):
        for item in range(10):
            for depth in range(3):
                here = state(table=at, item=item, depth=depth)
                group = table["groups"].get(" ".join(map(str, here.prefix)))
                assert (group is None) == (len(here.members) == 1)
                if group:
                    assert group["said"] == here.group_said()
                    assert group["typical"] in here.members
                    facts = [page["facts"][fact] for fact, _, _ in group["meaning"]]
                    assert facts == [one.fact for one in here.meaning]


def test_the_page_holds_facts_neighbours_steps_and_what_is_left():
    page, coded = view().page, state().coded
    named = [[page["facts"][fact] for fact in own] for own in page["owned"]]
    assert list(map(sorted, named)) == [sorted(" ".join(fact) for fact in own) for own in FACTS]
    assert page["near"] == state().catalogue.nearest.tolist()
    assert page["tables"][0]["left"] == coded.left[:, 1:].tolist()
    assert page["tables"][0]["anywhere"][0]["1"][0] == page["facts"].index("theme heists")
    start, *_, end = page["tables"][0]["steps"][1]  # two codes say Aliens wholly
    assert end == page["map"]["at"][1] and start != end
    assert page["map"]["spread"] == 1 and page["map"]["kept"] == 1  # a plane is all there is


def test_the_map_fills_a_square_and_keeps_its_proportions():
    at = np.array(view().page["map"]["at"])
    assert at.min() == 0 and at.max() == 1000
    drawn, true = (
        np.linalg.norm(places[:, None] - places, axis=2) for places in (at, VECTORS)
    )  # of a plane nothing is lost
    assert drawn / drawn.max() == pytest.approx(true / true.max(), abs=0.003)


def test_the_prediction_has_one_film_with_the_same_first_code_and_one_near_that_has_not():
    opened = state(item=2)
    options, answer = options_of(opened)
    shares = [int(CODES[i, 0]) == 0 for i in options]
    assert sum(shares) == 1 and shares[answer]
    assert options[answer] == 3 and 8 in options  # Ronin is nearest; Carrie across the border
    predict = view().page["missions"]["predict"]
    assert predict["options"][predict["answer"]] == "Ronin"
    assert "Code 0 of learned: 5 films, genre horror in 5 of them" in predict["reply"]
    assert "is among its nearest, yet begins with 1" in predict["reply"]


def test_where_all_share_the_first_code_the_prediction_asks_how_many():
    one = CodebookExplorer.of(TITLES, {"collapsed": np.zeros((10, 2), dtype=int)}, FACTS)
    predict = one.page["missions"]["predict"]
    assert predict["options"][predict["answer"]] == "All of them"
    assert one.page["asked"] == [0]


def test_the_act_asks_for_two_films_with_all_codes_and_ends_at_one_of_those_groups():
    page = view().page
    assert "share all 2 codes" in page["missions"]["act"]["ask"]
    done = [key for key, group in page["tables"][0]["groups"].items() if group["goal"]]
    assert done == ["0 1", "1 0", "1 1"]
    assert not any(group["goal"] for group in page["tables"][1]["groups"].values())


def test_where_no_two_ids_are_alike_the_act_asks_for_the_longest_common_beginning():
    apart = np.c_[CODES, [0, 0, 0, 1, 2, 0, 1, 2, 0, 1]]
    page = CodebookExplorer.of(TITLES, {"apart": apart}, FACTS).page
    assert "share their first 2 of 3 codes" in page["missions"]["act"]["ask"]


def test_the_explanation_names_two_meanings_of_one_code():
    assert (
        view()
        .page["missions"]["explain"]["ask"]
        .startswith(
            f"In learned, {chips((0, 1))} has theme heists 3.33 times as often as all, "
            f"{chips((1, 1))} theme revenge 5 times."
        )
    )


def test_the_explanation_compares_what_codes_of_both_levels_tell_alone():
    levels = state().coded.card.levels
    reply = view().page["missions"]["explain"]["reply"]
    assert reply.endswith(
        f"codes of level 2 agree with the theme to {levels['theme'][1]:.2f}, those of level 1 to "
        f"{levels['theme'][0]:.2f} (0 is luck)."
    )
    assert bare().page["missions"]["explain"]["reply"].endswith("another rest under each parent.")


def test_without_two_meanings_the_explanation_says_where_to_look():
    ask = bare().page["missions"]["explain"]["ask"]
    assert ask.startswith("Look at one code of level 2 under two parents (given).")
    one_level = CodebookExplorer.of(TITLES, {"flat": CODES[:, :1]}).page
    assert one_level["missions"]["explain"]["ask"].startswith("Look at one code")


def test_codes_that_group_nothing_are_refused():
    alone = np.arange(10)[:, None]
    with pytest.raises(ValueError, match="no two films share a first code in alone; put a code"):
        CodebookExplorer.of(TITLES, {"alone": alone})


def test_it_opens_at_the_typical_film_of_the_code_with_the_weightiest_meaning():
    assert view().state.catalogue.titles[view().item] == "Heat"
    assert view(start="Moon").item == 6 and view(start=8).item == 8


def test_knobs_change_the_state_and_the_line():
    one = view()
    one.choose("Moon")
    one.depth, one.part, one.epoch = 2, 3, 1
    assert one.state.prefix == (1, 0) and (one.state.part, one.state.epoch) == (3, 1)
    assert "Moon is" in repr(one) and "After epoch 1 of 3 its levels used 1, 1" in repr(one)
    one.step(0)
    assert (one.item, one.depth) == (2, 1)


def test_two_hundred_rapid_events_end_in_the_last_state():
    one = view()
    for i in range(200):
        one.item, one.depth, one.table = i % 10, i % 3, i % 2
    assert repr(one) == state(item=9, depth=1, table=1, epoch=3).sentence()


def test_its_twin_draws_every_code_and_crosses_the_unused():
    figure, table = view().twin()
    assert figure.alt == repr(view())
    assert figure.table["items"].tolist() == [5, 5, 0, 0, 4, 5, 1, 0]
    panels = figure.spec["vconcat"]
    assert [one["title"] for one in panels] == [
        "level 1: 2 of 4 codes in use",
        "level 2: 3 of 4 codes in use",
    ]
    assert list(table["codes"]) == ["learned", "shuffled"]
    assert figure.metadata["image/png"]["width"] <= 900


def test_its_training_is_drawn_where_it_is_on_record():
    figure = view().training()
    assert figure.alt == (
        "learned: over 3 epochs level 1 goes from 1 codes in use to 2 (perplexity 1 and 2) and "
        "level 2 goes from 1 codes in use to 3 (perplexity 1 and 2.6)."
    )
    other = view()
    other.table = 1
    with pytest.raises(ValueError, match=r"no training of shuffled .*, only of \['learned'\]"):
        other.training()


def test_a_shorter_training_stays_at_its_end():
    long = CodeReport([1.0] * 5, [[1.0]] * 5, [[1.0, 1.0]] * 5, usage=[np.array(USAGE[0])] * 5)
    one = view(traces={"learned": trace(), "shuffled": long})
    assert one.epoch == 5 and "After epoch 3 of 3" in repr(one)


def test_parts_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="the explorer needs 9 books or more, got 3"):
        CodebookExplorer.of(TITLES[:3], {"a": CODES[:3]}, noun="book")
    with pytest.raises(
        ValueError, match=r"facts must have one row for each of 10 .*, got those of 2"
    ):
        view(facts=FACTS[:2])
    with pytest.raises(ValueError, match=r"vectors must be finite numbers \[10, E\], got \[4, 2\]"):
        view(vectors=VECTORS[:4])
    with pytest.raises(ValueError, match="codes a must have one row for each of 10 titles, got 4"):
        CodebookExplorer.of(TITLES, {"a": CODES[:4]})
    with pytest.raises(ValueError, match=r"codes a must be 0\.\.2, got -1\.\.2"):
        CodebookExplorer.of(TITLES, {"a": np.where(CODES == 0, -1, CODES)})
    with pytest.raises(ValueError, match=r"tables with names of their own, got \[\]"):
        CodebookExplorer.of(TITLES, {})


def test_decoders_and_traces_must_belong_to_a_table():
    with pytest.raises(ValueError, match=r"decoders are given for \['x'\], tables are \['learned'"):
        view(decoders={"x": lambda codes: VECTORS})
    with pytest.raises(ValueError, match=r"traces are given for \['y'\], tables are \['learned'"):
        view(traces={"y": trace()})


def test_codebooks_of_another_width_are_left_aside():
    wide = CodeTable(np.zeros((2, 4, 7), dtype=np.float32), CODES)
    one = CodebookExplorer.of(TITLES, {"latent": wide}, FACTS, VECTORS)
    assert one.state.coded.how == "means of what was left over" and one.page["tables"][0]["K"] == 4


def test_hostile_titles_stay_text_and_lose_their_control_characters():
    one = view((*HOSTILE, *TITLES[:5]), facts=[(("theme", HOSTILE[2]),)] * 10)
    text = json.dumps(one.page, ensure_ascii=False) + repr(one)
    assert one.page["titles"][0] == HOSTILE[0] and "[31mRed alert" in text
    assert not {"\x1b", "\x07", "\u202e", "\u202c"} & set(text)
