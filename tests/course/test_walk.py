"""The walk: what it prints, writes and promises, on quick models."""

import math
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rectutor.agents.reranking import Ordered, Reranking
from rectutor.analysis.words_or_ids import fewer_people
from rectutor.course import walk
from rectutor.course.agent_rows import BY_RULE
from rectutor.course.contestants import COUNTING, Contestant, contestants
from rectutor.course.readme import markdown
from rectutor.course.report import write_report
from rectutor.data.interactions import Dataset
from rectutor.data.worlds import load
from rectutor.evaluation import evaluate
from rectutor.models.popularity import Popularity
from rectutor.models.tallrec import Reranker
from rectutor.training import fit
from rectutor.training.assets import fit_or_load, split_of
from tests.models.worlds import cycle_world


def quick(split, *_, **__):
    """Only the models that count."""
    for kind in COUNTING:
        yield Contestant(kind.name, "counted here", partial(_counted, kind, split))


def _counted(kind, split):
    model = kind()
    return model, fit(model, split).seconds


def test_the_walk_prints_one_table_and_writes_a_report(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(walk, "contestants", quick)
    table = walk.run(out=tmp_path / "tour")
    said = capsys.readouterr().out
    assert table["model"].tolist()[-1] == "Random"
    assert "the last item of each user is held out" in said
    assert "Popularity − Random: +0.0" in said and "make lab" in said
    names = {path.name for path in (tmp_path / "tour").iterdir()}
    assert names == {
        "leaderboard.csv", "leaderboard.png", "differences.png", "exposure.png", "report.html",
    }  # fmt: skip
    page = (tmp_path / "tour" / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 3
    assert "http" not in page.replace(load("films").source, "")
    assert "| Markov |" in markdown((tmp_path / "tour" / "leaderboard.csv").read_text())


def test_everybody_competes_on_films_and_only_there_come_checkpoints_and_oracles():
    split, items = split_of("films"), load("films").items
    films = {entry.name: entry.weights for entry in contestants(split, items, "films")}
    real = {entry.name: entry.weights for entry in contestants(split, items, None)}
    assert films["SASRec (CE)"] == "trained here" and films["BERT4Rec"] == "shipped"
    assert films["oracle (knows the simulator)"] == "the simulator's own"
    oracles = {name for name in films if name.startswith("oracle")}
    titles = {"BIGRec", "BIGRec (title trie)"}
    assert set(films) - set(real) == oracles | titles | {"TIGER (exact)", "ReAct (tiny)"}
    for name in ("RPG", "TIGER (split codes)"):
        assert films[name] == "shipped" and real[name] == "trained here"
    assert films["P5 (succession ids)"] == films["TALLRec on SASRec (CE)"] == "shipped"
    assert set(real.values()) == {"counted here", "trained here", "by rule"}
    assert films["ToolRec"] == real["Feedback loop"] == "by rule"
    assert films["Chat-Rec (TALLRec)"] == films["ReAct (tiny)"] == "shipped"
    assert films["UniSRec (text)"] == films["Two-tower"] == "shipped"
    silent = {entry.name for entry in contestants(split, items[["item_id"]], None)}
    readers = {"UniSRec (text)", "Two-tower", "TALLRec on SASRec (CE)"}
    assert set(real) - silent == readers | {"Chat-Rec (TALLRec)", *BY_RULE}
    clicks = split._replace(train=split.train._replace(rating=0 * split.train.rating))
    without_stars = {entry.name for entry in contestants(clicks, items, None)}
    judges = {"TALLRec on SASRec (CE)", "Chat-Rec (TALLRec)"}
    assert set(real) - without_stars == judges | {"RecMind"}


def test_on_other_ratings_p5_is_trained_and_the_decoder_is_tuned(monkeypatch):
    split, items = fewer_people(split_of("films"), 0.02, seed=0), load("films").items
    monkeypatch.setattr("rectutor.course.contestants._FEW_EXAMPLES", 8)
    by_name = {one.name: one for one in contestants(split, items, None, max_seconds=1e-9)}
    judge, seconds = by_name["TALLRec on SASRec (CE)"].prepare()
    assert judge.how == "reranks 20 of SASRec (CE)" and seconds > 0
    assert judge.first is by_name["SASRec (CE)"].prepare()[0]  # trained once
    speaks, seconds = by_name["Chat-Rec (TALLRec)"].prepare()
    assert speaks.first is judge.first and math.isnan(seconds)  # its judge's seconds are told above
    few = split.test.take(np.arange(5))  # the same judge, so the same order
    assert np.array_equal(speaks.recommend(few.queries, 3), judge.recommend(few.queries, 3))
    p5, _ = by_name["P5 (succession ids)"].prepare()
    few = split.test.take(np.arange(5))
    assert p5.recommend(few.queries, 3).shape == judge.recommend(few.queries, 3).shape == (5, 3)
    tiger, _ = by_name["TIGER"].prepare()
    assert tiger.recommend(few.queries, 3).shape == (5, 3)
    assert len(tiger.codes) == split.n_items + 1 and tiger.trie.n_levels == 2
    crab, seconds = by_name["TIGER (split codes)"].prepare()
    assert len(crab.parents) > tiger.trie.codebook_size == crab.parents.max() + 1
    assert crab.recommend(few.queries, 3).shape == (5, 3)
    assert by_name["TIGER"].prepare()[0] is tiger and seconds > by_name["TIGER"].prepare()[1]
    rpg, seconds = by_name["RPG"].prepare()
    assert rpg.codes.shape == (split.n_items + 1, 16) and seconds > 0


def test_a_slow_model_is_asked_about_one_fixed_sample(monkeypatch):
    split = cycle_world(n_users=80, n_items=30)

    class Slow(Popularity):
        def score(self, queries, candidates=None):
            time.sleep(0.002 * len(queries.user_index))
            return super().score(queries, candidates)

    monkeypatch.setattr(walk, "SLOW_MS", 1.0)
    monkeypatch.setattr(walk, "SAMPLE", 20)
    quickly, slow, again = Popularity(), Slow(), Slow()
    for model in (quickly, slow, again):
        fit(model, split)
    monkeypatch.setattr(walk, "evaluate", partial(walk.evaluate, k=5))
    one, other = walk.judged(slow, split), walk.judged(again, split)
    assert len(one.user_index) == 20 and np.array_equal(one.user_index, other.user_index)
    monkeypatch.setattr(walk, "SLOW_MS", math.inf)
    assert len(walk.judged(quickly, split).user_index) == 80


def agent(split, says=lambda query, found: Ordered(found[::-1], 2, 1)):
    first = Popularity()
    fit(first, split)
    return Reranking("agent", first, says, n=20)


def test_agents_are_asked_about_the_sample_of_slow_models_and_have_a_ceiling(monkeypatch):
    split = cycle_world(n_users=80, n_items=30)
    monkeypatch.setattr(walk, "SAMPLE", 20)
    one = walk.judged(agent(split), split)
    everybody = split.test.queries.user_index
    sample = np.random.default_rng(0).permutation(everybody)[:20]
    assert set(one.user_index) == set(sample)
    found = Reranker(agent(split).first, agent(split).first, 20).candidates(split.test.queries)
    is_there = found == split.test.targets[:, :1]  # [B, 20]
    as_found, ceiling = (
        is_there[sample, :10].any(axis=1).mean(),
        is_there[sample].any(axis=1).mean(),
    )
    assert one.how == f"reranks 20 of Popularity: {as_found:.3f} as found, ceiling {ceiling:.3f}"
    assert 0 < as_found < ceiling < 1


def test_the_ceiling_of_a_retriever_without_ties_is_its_own_hit_rate():
    split, sasrec = split_of("films"), fit_or_load("sasrec-films")
    own = walk.judged(Reranking("agent", sasrec, lambda *_: Ordered((), 0, 0)), split)
    assert len(own.user_index) == walk.SAMPLE
    same = evaluate(sasrec, split, k=20, users=own.user_index)
    both = f"{same.mean('HR@10'):.3f} as found, ceiling {same.mean('HR@20'):.3f}"
    assert own.how == f"reranks 20 of SASRec (CE): {both}"
    assert own.mean("HR@10") == same.mean("HR@10") < same.mean("HR@20")  # it said nothing


def test_calls_stand_in_the_table_for_agents_alone(capsys):
    split = cycle_world()
    entries = [*quick(split), Contestant("agent", "by rule", lambda: (agent(split), math.nan))]
    _, table = walk.measured(entries, split)
    calls = table.set_index("model")["calls"]
    assert calls.pop("agent") == "2.0 model, 1.0 tool"
    assert set(calls) == {""}
    assert "agent                         HR@10 1.000 (by rule)" in capsys.readouterr().out
    assert "| 2.0 model, 1.0 tool | by rule | – |" in markdown(table.to_csv(index=False))
    assert " 2.0 model, 1.0 tool " in walk._text(table)


def test_a_model_that_is_slow_only_at_first_is_asked_about_everybody(monkeypatch):
    split = cycle_world(n_users=80, n_items=30)

    class Hesitant(Popularity):
        waits = 0.5

        def score(self, queries, candidates=None):
            time.sleep(self.waits)
            self.waits = 0.0
            return super().score(queries, candidates)

    monkeypatch.setattr(walk, "SLOW_MS", 5.0)
    monkeypatch.setattr(walk, "SAMPLE", 20)
    model = Hesitant()
    fit(model, split)
    monkeypatch.setattr(walk, "evaluate", partial(walk.evaluate, k=5))
    assert len(walk.judged(model, split).user_index) == 80


def test_titles_and_sources_are_text_not_markup(tmp_path: Path):
    evil = "<img src=x onerror=alert(1)></script>"
    films = load("tiny")
    dataset = Dataset(evil, films.interactions, films.items, source=evil)
    split = cycle_world()
    _, table = walk.measured(list(quick(split)), split)
    table["model"] = evil
    write_report(tmp_path / "r.html", dataset, split, table, {})
    page = (tmp_path / "r.html").read_text()
    assert "<img" not in page and "</script>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.slow
@pytest.mark.real_data
def test_the_same_walk_runs_on_real_ratings(real_data, tmp_path, monkeypatch, capsys):
    slow = ("P5 (succession ids)", "TALLRec on SASRec (CE)", "Chat-Rec (TALLRec)")
    monkeypatch.setattr(walk, "REAL_SECONDS", 1e-9)
    monkeypatch.setattr(
        walk,
        "contestants",
        lambda *asked: (one for one in contestants(*asked) if one.name not in slow),
    )
    table = walk.run("ml-latest-small", folder=real_data / "ml-latest-small", out=tmp_path)
    assert len(table) == len(COUNTING) + 13
    markov = table.set_index("model").loc["Markov"]
    assert markov["HR@10"] == pytest.approx(0.146, abs=0.002)  # counting: no processor dependence
    assert markov["users"] == 610
    assert "89,054 training events, 610 users, 3,650 items" in capsys.readouterr().out
