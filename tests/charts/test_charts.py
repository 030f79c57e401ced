import json
import re

import numpy as np
import pandas as pd
import pytest
import vl_convert

from rectutor import charts
from rectutor.charts.encodings import aligned, in_lines, spread
from rectutor.charts.sweeps import flips_of
from rectutor.charts.theme import ALTAIR, PLOTLY, short

VEGALITE = "application/vnd.vegalite.v5+json"
BOARD = pd.DataFrame(
    {
        "model": ["Random", "Oracle", "Markov"],
        "value": [0.01, 0.4, 0.2],
        "low": [0.005, 0.35, 0.1834],
        "high": [0.015, 0.45, 0.2166],
    }
)
TENTHS = pd.DataFrame(
    {"popularity": [1, 2], "interactions": [0.7, 0.3], "exposure": [0.9, 0.1]}
    | {"exposure low": [0.85, 0.05], "exposure high": [0.95, 0.15]}
)


def curve(name: str, power: int) -> pd.DataFrame:
    shares = np.linspace(0, 1, 301)
    return pd.DataFrame({"model": name, "items": shares, "exposure": shares**power, "gini": 0.5})


STEPS = pd.DataFrame(
    [("ReAct", 1, "call", "search(text='heat')", 12), ("ReAct", 2, "answer", "x" * 80, 0)],
    columns=["agent", "step", "kind", "what", "tokens"],
)
TASKS = pd.DataFrame(
    [("text", 0.1, 0.08, 0.12, 0.5, 0.4, 0.6), ("behaviour", 0.3, 0.28, 0.32, 0.1, 0.05, 0.15)],
    columns=[
        "ids from",
        *(f"{task}{end}" for task in ("recommendation", "search") for end in ("", " low", " high")),
    ],
)
SNAPS = pd.DataFrame(
    [
        ("exact", 1, "", np.nan, "no such title"),
        ("fewest edits", 1, "Heat", 0.25, "too far"),
        ("fewest edits", 2, "A title that is longer than any line has room for", 0.5, "too far"),
    ],
    columns=["way", "place", "title", "value", "verdict"],
)
BEAMS = pd.DataFrame(
    [
        (1, 1, "0", 0.5, "4 films", "kept", False),
        (1, 2, "2", 0.3, "2 films", "dropped", True),
        (2, 1, "0 · 3", 0.25, "Heat", "kept", False),
    ],
    columns=["step", "rank", "codes", "p", "below", "fate", "is true"],
)


PLACES = pd.DataFrame(
    {
        "panel": ["first code", "first code", "kind", "kind"],
        "x": [0.1, 0.9] * 2,
        "y": [0.5, 0.2] * 2,
    }
    | {"group": ["3", "0", "home", "bar"]}
)


def every_chart() -> dict[str, charts.Figure]:
    line = pd.DataFrame(
        {"model": ["EASE", "EASE", "Markov", "Markov"], "m": [1, 99, 1, 99]}
        | {"value": [0.9, 0.2, 0.8, 0.3]}
    )
    trained = BOARD.assign(n_negatives=[1, 4, 16])
    groups = BOARD.assign(stratum=["short", "short", "long"], users=[10, 10, 5])
    popular = pd.DataFrame({"data": ["a", "a"], "items": [0.0, 1.0], "interactions": [0.0, 1.0]})
    return {
        "leaderboard": charts.leaderboard(BOARD),
        "against_examples": charts.against_examples(BOARD.assign(n=[16, 64, 256]), "AUC"),
        "against_epsilon": charts.against_epsilon(
            BOARD.rename(columns={"model": "setting"}).assign(exposure=[5.0, 2.0, 1.4]), 1.4
        ),
        "frontier": charts.frontier(BOARD.assign(gini=[0.1, 0.4, 0.8])),
        "costs": charts.costs(BOARD.rename(columns={"model": "who", "value": "HR@10"}), ["HR@10"]),
        "code_training": charts.code_training(
            pd.DataFrame(
                {"epoch": [1, 1, 2, 2], "level": [1, 2] * 2, "perplexity": [1.0, 2, 3, 4]}
            ).assign(used=4, error=0.5)
        ),
        "code_use": charts.code_use(
            pd.DataFrame({"level": [1, 1, 2, 2], "code": [0, 1] * 2, "items": [3, 2, 5, 0]}),
            "Two levels.",
        ),
        "beam_steps": charts.beam_steps(BEAMS, "Two steps."),
        "differences": charts.differences(BOARD.rename(columns={"model": "pair"})),
        "strata": charts.strata(groups),
        "lorenz": charts.lorenz(curve("Popularity", 3)),
        "popularity": charts.popularity(popular),
        "tenths": charts.tenths(TENTHS),
        "against_negatives": charts.against_negatives(trained),
        "against_people": charts.against_people(BOARD.assign(people=[10, 10, 100])),
        "against_steps": charts.against_steps(line.rename(columns={"m": "steps"})),
        "order_of_models": charts.order_of_models(line),
        "answers": charts.answers(
            pd.DataFrame({"wording": ["a", "b"], "answer": ["Up", "Big"], "right": [True, False]}),
            "Up is right.",
        ),
        "films_left": charts.films_left(
            pd.DataFrame({"scheme": ["a", "b"], "films left": [9, 1], "same kind": [0.5, np.nan]}),
            12,
            "Nine films are left.",
        ),
        "rank_histogram": charts.rank_histogram(pd.DataFrame({"model": "EASE", "rank": [1, 7]})),
        "pick_rates": charts.pick_rates(
            pd.DataFrame({"ranker": "a", "place": [1, 2], "share": [0.8, 0.2]})
        ),
        "place_map": charts.place_map(PLACES, "Four places."),
        "prompt_effects": charts.prompt_effects(
            BOARD.rename(columns={"model": "convention"}).assign(outcome="HR@5")
        ),
        "prompt_grid": charts.prompt_grid(
            BOARD.rename(columns={"model": "template"}).assign(
                labels="Yes/No", order="oldest-first", told=4
            ),
            "frozen",
            "Three ways to ask.",
        ),
        "reliability": charts.reliability(pd.DataFrame({"confidence": [0.9], "correct": [True]})),
        "snapped": charts.snapped(SNAPS, "Three ways."),
        "steps_chart": charts.steps_chart(STEPS, "Two steps."),
        "two_tasks": charts.two_tasks(TASKS),
        "tool_confusion": charts.tool_confusion(
            pd.DataFrame({"meant": ["a", "a"], "called": ["a", "b"], "n": [7, 2]})
        ),
        "title_lengths": charts.title_lengths(
            pd.DataFrame({"tokens": ["2", "3"], "titles": "all", "share": [0.4, 0.6]})
        ),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, charts.Figure]:
    return every_chart()


def test_every_chart_brings_an_interactive_form_a_picture_and_a_sentence(drawn):
    for figure in drawn.values():
        data, _ = figure._repr_mimebundle_()
        interactive, picture, words = data
        assert interactive in (VEGALITE, "application/vnd.plotly.v1+json")
        assert picture == "image/png" and data[picture].startswith(b"\x89PNG")
        assert data[words] == figure.alt == repr(figure) and figure.alt.endswith(".")


def test_a_chart_drawn_twice_is_the_same_to_the_letter(drawn):
    again = every_chart()
    for name, figure in drawn.items():
        assert json.dumps(again[name].spec) == json.dumps(figure.spec)
    assert again["leaderboard"].png == drawn["leaderboard"].png


def test_no_chart_asks_the_network_and_each_is_small(drawn):
    for figure in drawn.values():
        text = json.dumps(figure.spec)
        assert text.count("http") == text.count("https://vega.github.io/schema/vega-lite/v5.json")
        assert len(text) < 20_000


def test_text_is_never_smaller_than_thirteen_pixels():
    sizes = [
        v
        for part in ALTAIR.values()
        if isinstance(part, dict)
        for k, v in part.items()
        if k.lower().endswith("fontsize")
    ]
    assert sizes and min(sizes) >= 13
    assert PLOTLY["layout"]["font"]["size"] >= 13


def test_the_leaderboard_says_the_models_from_best_to_worst():
    assert charts.leaderboard(BOARD, "HR@10").alt == (
        "HR@10, best first: Oracle 0.4 [0.35, 0.45], Markov 0.2 [0.183, 0.217] "
        "and Random 0.01 [0.005, 0.015]."
    )


def test_a_difference_is_higher_lower_or_within_noise_where_its_interval_holds_zero():
    frame = pd.DataFrame(
        {
            "pair": ["a - b", "c - d", "e - f"],
            "value": [0.1, 0.1, -0.2],
            "low": [0.05, -0.01, -0.3],
            "high": [0.2, 0.3, -0.1],
        }
    )
    figure = charts.differences(frame)
    assert "a - b 0.1 [0.05, 0.2], higher" in figure.alt
    assert "c - d 0.1 [-0.01, 0.3], within noise" in figure.alt
    assert "e - f -0.2 [-0.3, -0.1], lower" in figure.alt


def test_numbers_beside_rows_have_as_many_decimals_each():
    rows = pd.DataFrame({"value": [0.22, 0.0488], "low": [0.204, np.nan], "high": [0.236, np.nan]})
    assert aligned(rows) == ["0.220 [0.204, 0.236]", "0.049"]
    assert aligned(100 * rows) == ["22.0 [20.4, 23.6]", "4.9"]


def domains(spec) -> list[list[float]]:
    """Collect the ends of every vertical scale in a chart."""
    own = spec.get("encoding", {}).get("y", {}).get("scale", {}).get("domain")
    parts = [part for key in ("layer", "vconcat") for part in spec.get(key, [])]
    return [own] * (own is not None) + [ends for part in parts for ends in domains(part)]


def test_no_layer_of_an_auc_drags_its_scale_to_zero(drawn):
    frame = BOARD.assign(n=[16, 64, 256], value=[0.5, 0.55, 0.6], low=0.48, high=0.65)
    ends = domains(charts.against_examples(frame).spec)
    assert len(ends) >= 5 and all(one == ends[0] for one in ends) and ends[0][0] == 0.45


def test_directions_of_an_update_stand_below_the_curves():
    frame = BOARD.assign(n=[16, 64, 256])
    figure = charts.against_examples(frame, directions=[0.75, 0.25])
    assert figure.alt.endswith("Directions of the update: 75%, 25%.")
    assert len(figure.spec["vconcat"]) == 2 and "vconcat" not in charts.against_examples(frame).spec


def test_the_popularity_sentence_reads_the_curve_at_one_tenth():
    frame = pd.DataFrame(
        {"data": "films", "items": [0.0, 0.1, 1.0], "interactions": [0.0, 0.42, 1.0]}
    )
    assert "tenth of the items takes 42 % in films" in charts.popularity(frame).alt


def test_the_lorenz_table_holds_one_gini_for_each_model():
    figure = charts.lorenz(pd.concat([curve("Popularity", 5), curve("Random", 1)]))
    assert figure.table.to_dict("list") == {"model": ["Popularity", "Random"], "Gini": [0.5, 0.5]}


def test_lines_that_cross_are_found_where_the_new_order_begins():
    table = pd.DataFrame(
        {
            "m": [1, 10, 100] * 2,
            "model": ["A"] * 3 + ["B"] * 3,
            "value": [0.9, 0.5, 0.1, 0.8, 0.5, 0.2],
        }
    )
    assert flips_of(table).to_dict("list") == {"m": [100], "overtakes": ["B"], "overtaken": ["A"]}
    assert "B passes A at m = 100" in charts.order_of_models(table).alt


def test_lines_that_never_cross_are_said_to_keep_their_places():
    table = pd.DataFrame({"m": [1, 9] * 2, "model": list("AABB"), "value": [0.9, 0.5, 0.8, 0.4]})
    assert "No two models change places" in charts.order_of_models(table).alt


def test_ranks_are_counted_in_bins_that_double():
    figure = charts.rank_histogram(pd.DataFrame({"model": "EASE", "rank": [1, 1, 5, 11]}))
    assert figure.table.to_dict("list") == {
        "model": ["EASE"], "1": [0.5], "2-5": [0.25], "6-10": [0.0], "11-20": [0.25],
    }  # fmt: skip
    assert "median rank: EASE 3." in figure.alt


def test_a_learner_who_is_too_sure_is_told():
    frame = pd.DataFrame({"confidence": [0.9, 0.9], "correct": [True, False]})
    assert charts.reliability(frame).alt == (
        "Over 2 guesses the mean confidence was 90 % and 50 % were right: too sure."
    )


def test_the_picture_is_shown_at_its_size_on_screen():
    sharp, plain = charts.leaderboard(BOARD), every_chart()["against_steps"]
    for figure, scale in ((sharp, 2), (plain, 1)):
        width = int.from_bytes(figure.png[16:20], "big")
        assert figure._repr_mimebundle_()[1]["image/png"] == {"width": width // scale}


LONG = "A model whose name is rather long, with its settings (loss CE, 512 negatives)"


def long_names() -> dict[str, charts.Figure]:
    board = BOARD.replace("Oracle", LONG)
    line = pd.DataFrame({"model": [LONG] * 2 + ["EASE"] * 2, "m": [1, 99] * 2, "value": 0.5})
    return {
        "leaderboard": charts.leaderboard(board),
        "differences": charts.differences(board.rename(columns={"model": "pair"}), LONG),
        "strata": charts.strata(board.assign(stratum=["a", "a", "b"], users=5)),
        "order_of_models": charts.order_of_models(line),
    }


@pytest.mark.parametrize("name", ["leaderboard", "differences", "strata", "order_of_models"])
def test_a_long_name_is_written_whole_and_the_chart_still_fits_a_cell(name):
    figure = long_names()[name]
    svg = vl_convert.vegalite_to_svg(figure.spec, vl_version="5.20")
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, flags=re.S)
    written = " ".join(re.sub(r"<[^>]*>", " ", text).strip() for text in texts)
    assert LONG in re.sub(r"\s+", " ", written)
    assert "…" not in written
    assert figure.metadata["image/png"]["width"] <= 900


def test_words_beside_a_row_stand_right_of_everything_drawn():
    difference = charts.differences(BOARD.rename(columns={"model": "pair"}))
    for figure in (charts.leaderboard(BOARD), difference):
        (text,) = (layer for layer in figure.spec["layer"] if layer["mark"]["type"] == "text")
        assert text["encoding"]["x"] == {"value": figure.spec["width"] + 12}


def test_a_name_is_broken_between_words_and_never_at_a_hyphen():
    assert in_lines("Item-kNN minus Item-kNN, 200 people", 20) == (
        "Item-kNN minus\nItem-kNN, 200 people"
    )
    assert in_lines("EASE", 20) == "EASE"


def test_a_difference_that_is_not_between_models_says_what_it_is():
    frame = BOARD.rename(columns={"model": "pair"})
    figure = charts.differences(frame, title="estimate less truth, over draws")
    assert figure.alt.startswith("estimate less truth, over draws: Random 0.01 [0.005, 0.015]")
    assert "users" not in json.dumps(figure.spec)


def test_the_scale_of_a_share_ends_at_one():
    frame = pd.DataFrame({"model": ["A", "A"], "m": [1, 9], "value": [1.0, 0.5]})
    assert '"domain": [0, 1.0]' in json.dumps(charts.order_of_models(frame).spec)
    frame["value"] /= 10
    assert '"domain": [0, 0.11]' in json.dumps(charts.order_of_models(frame).spec)


def test_crossings_are_explained_where_there_are_any():
    words = "dashed: two models change places"
    assert words in json.dumps(every_chart()["order_of_models"].spec)
    alone = pd.DataFrame({"model": ["A", "A"], "m": [1, 9], "value": [0.9, 0.5]})
    assert words not in json.dumps(charts.order_of_models(alone).spec)


def test_each_picture_has_a_palette_and_takes_a_few_kilobytes(drawn):
    for name, figure in drawn.items():
        depth, kind = figure.png[24:26]  # of the header
        assert (depth, kind) == (8, 3), name
        assert len(figure.png) < 30_000, name


def test_the_plotly_form_holds_plain_rounded_lists():
    frame = pd.DataFrame({"model": "EASE", "steps": [1, 2], "value": [1 / 3, 2 / 3]})
    trace = charts.against_steps(frame).plotly["data"][0]
    assert (trace["x"], trace["y"]) == ([1, 2], [0.3333, 0.6667])


def test_the_leader_is_named_for_every_number_of_people():
    frame = pd.DataFrame({"model": ["A", "B", "A", "B"], "people": [10, 10, 99, 99]})
    values = pd.Series([0.1, 0.2, 0.4, 0.3])
    frame = frame.assign(value=values, low=values - 0.05, high=values + 0.05)
    words = charts.against_people(frame).alt
    assert "with 10 people B leads with 0.2" in words
    assert "with 99 people A leads with 0.4" in words


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"leaderboard needs the columns .* missing: \['low'\]"):
        charts.leaderboard(BOARD.drop(columns="low"))


def test_an_empty_table_is_refused():
    with pytest.raises(ValueError, match="leaderboard needs one row or more, got an empty table"):
        charts.leaderboard(BOARD.iloc[:0])


def test_one_metric_is_taken_out_of_a_leaderboard_table():
    table = pd.DataFrame({"model": ["A"], "HR@10": [0.5], "HR@10 low": [0.4], "HR@10 high": [0.6]})
    assert charts.intervals(table, "HR@10").to_dict("records") == [
        {"model": "A", "value": 0.5, "low": 0.4, "high": 0.6}
    ]


def test_a_page_carries_the_picture_and_escapes_a_hostile_name(tmp_path):
    figure = charts.leaderboard(BOARD.replace("Markov", "<img src=x onerror=alert(1)>"))
    page = figure.html()
    assert "<img src=x" not in page and "&lt;img src=x onerror=alert(1)&gt;" in page
    figure.save(tmp_path / "board.png")
    assert (tmp_path / "board.png").read_bytes() == figure.png


def test_labels_are_spread_without_changing_their_order():
    places = spread([0.5, 0.5, 0.5, 0.1], gap=0.1, low=0.0, high=1.0)
    assert places[3] < places[0] < places[1] < places[2]
    assert min(np.diff(sorted(places))) >= 0.1 - 1e-9


def test_numbers_keep_three_significant_digits():
    assert [short(x) for x in (0.12345, 123456, 0, float("inf"))] == [
        0.123,
        123000,
        0,
        float("inf"),
    ]


def test_pick_rates_say_the_first_place_and_a_fair_share():
    frame = pd.DataFrame({"ranker": "dial 2", "place": [1, 2, 3, 4], "share": [0.7, 0.1, 0.1, 0.1]})
    figure = charts.pick_rates(frame)
    assert figure.alt.endswith("whose first place is picked (fair: 0.25): dial 2 0.7.")


def test_effects_of_a_prompt_say_each_change_with_its_interval():
    frame = BOARD.rename(columns={"model": "convention"}).assign(
        outcome=["HR@5"] * 2 + ["failures"]
    )
    figure = charts.prompt_effects(frame)
    assert figure.alt.startswith("Random changes HR@5 by 0.01 [0.005, 0.015]; Oracle changes")
    assert len(figure.spec["hconcat"]) == 2


def test_a_prompt_grid_has_a_panel_for_each_column_and_fits_a_cell():
    rows = [
        {"template": t, "labels": labels, "order": "oldest-first", "told": told}
        | {"value": 0.5, "low": 0.4, "high": 0.6}
        for t in ("first-person", "symbols")
        for labels in ("Yes/No", "good/bad")
        for told in (1, 2, 3, 4)
    ]
    figure = charts.prompt_grid(pd.DataFrame(rows), "frozen", "Sixteen ways.")
    assert figure.spec["hconcat"][0]["title"]["text"] == ["Yes/No", "oldest", "1 told"]
    assert len(figure.spec["hconcat"]) == 8 and figure.alt == "Sixteen ways."
    assert figure.metadata["image/png"]["width"] <= 900


def test_a_model_is_said_what_came_at_each_probability_and_not_told_how_sure_it_should_be():
    frame = pd.DataFrame({"confidence": [0.1, 0.1, 0.9], "correct": [False, True, True]})
    said = charts.reliability(frame, "P").alt
    assert (
        said
        == "What came against what P said, over 3 answers: 50% at 10%, 100% at 90%.".replace(
            "%", " %"
        )
    )
    assert charts.reliability(frame).alt.startswith("Over 3 guesses the mean confidence was 37 %")


def test_codes_are_drawn_the_most_used_first_and_the_unused_crossed():
    frame = pd.DataFrame({"level": 2, "code": [0, 1, 2], "items": [1, 0, 4]})
    figure = charts.code_use(frame, "One level.")
    (panel,) = figure.spec["vconcat"]
    assert panel["title"] == "level 2: 2 of 3 codes in use"
    bars, dead = ([row["code"] for row in rows] for rows in figure.spec["datasets"].values())
    assert (bars, dead) == ([2, 0, 1], [1])
    assert [layer["mark"]["type"] for layer in panel["layer"]] == ["bar", "point"]


def test_beams_are_drawn_step_by_step_with_their_fate_and_the_true_film_marked():
    figure = charts.beam_steps(BEAMS, "Two steps.")
    assert [panel["title"] for panel in figure.spec["vconcat"]] == ["step 1", "step 2"]
    first, second = figure.spec["datasets"].values()
    assert [row["label"] for row in first] == [
        "kept, 50 %: 4 films",
        "★ true film, dropped, 30 %: 2 films",
    ]
    assert second[0]["row"] == "1.  0 · 3"
    ends = {layer["encoding"]["x"]["scale"]["domain"][1] for panel in figure.spec["vconcat"]
            for layer in panel["layer"]}  # fmt: skip
    assert ends == {0.5}  # one scale for all steps


def test_of_many_beams_the_first_ten_are_drawn_and_the_true_film():
    rows = [(1, i, str(i), 0.01, "1 film", "kept", i == 15) for i in range(1, 21)]
    figure = charts.beam_steps(pd.DataFrame(rows, columns=BEAMS.columns), "One step.")
    (drawn,) = figure.spec["datasets"].values()
    assert [row["rank"] for row in drawn] == [*range(1, 11), 15]
    assert len(figure.table) == 20


def test_the_training_of_codes_is_said_from_its_first_epoch_to_its_last():
    rows = [(1, 1, 1.0, 1, 9.0), (2, 1, 3.5, 4, 5.0)]
    frame = pd.DataFrame(rows, columns=["epoch", "level", "perplexity", "used", "error"])
    assert charts.code_training(frame, "RQ-VAE").alt == (
        "RQ-VAE: over 2 epochs level 1 goes from 1 codes in use to 4 (perplexity 1 and 3.5)."
    )


def test_each_map_marks_its_own_groups_by_colour_and_shape():
    figure = charts.place_map(PLACES, "Four places.")
    codes, kinds = figure.spec["hconcat"]
    assert [codes["title"], kinds["title"]] == ["first code", "kind"]
    for panel, groups in ((codes, ["3", "0"]), (kinds, ["home", "bar"])):
        for channel in ("color", "shape"):
            scale = panel["encoding"][channel]["scale"]
            assert scale["domain"] == groups and len(set(scale["range"])) == 2
    assert len(figure.table) == 4 and figure.alt == "Four places."


def test_a_map_of_nine_groups_is_refused():
    many = pd.DataFrame({"panel": "first code", "x": 0.5, "y": 0.5, "group": list("123456789")})
    with pytest.raises(ValueError, match="at most 8 groups, 'first code' has 9"):
        charts.place_map(many, "Nine.")


def test_a_snapped_text_shows_nothing_numbers_and_runners_up():
    figure = charts.snapped(SNAPS, "Three ways.")
    drawn = next(iter(figure.spec["datasets"].values()))
    assert [row["row"] for row in drawn] == ["exact", "fewest edits", "fewest edits, runner-up"]
    assert [row["label"] for row in drawn] == [
        "(no such title)",
        "Heat 0.25 (too far)",
        "A title that is longer than any l… 0.5",
    ]
    assert [row["share"] for row in drawn] == [0.0, 0.5, 1.0]


def test_lengths_of_titles_are_said_for_the_longest_and_four_sets_are_all():
    rows = [("2", "all", 0.4), ("3", "all", 0.6), ("2", "listed", 0.9), ("3", "listed", 0.1)]
    frame = pd.DataFrame(rows, columns=["tokens", "titles", "share"])
    assert charts.title_lengths(frame).alt == "Titles of 3 tokens are 60% of all and 10% of listed."
    many = pd.concat(frame.assign(titles=f"set {n}") for n in range(5))
    with pytest.raises(ValueError, match="up to 4 sets of titles, got 5"):
        charts.title_lengths(many)


def test_steps_are_rows_with_their_tokens_and_long_ones_are_cut():
    figure = charts.steps_chart(STEPS, "Two steps.")
    (rows,) = figure.spec["datasets"].values()
    assert [row["row"] for row in rows] == ["ReAct: 1 call", "ReAct: 2 answer"]
    assert rows[0]["label"] == "search(text='heat')  (12 tokens)"
    assert rows[1]["label"] == "x" * 59 + "…"


def test_two_tasks_share_a_picture_and_a_sentence():
    figure = charts.two_tasks(TASKS)
    assert figure.alt == (
        "HR@10 of recommendation and of search, by ids: text 0.1/0.5 and behaviour 0.3/0.1."
    )
    (rows,) = figure.spec["datasets"].values()
    assert rows[1]["search_high"] == 0.15
