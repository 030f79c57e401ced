import pandas as pd
import pytest

from rectutor import files
from rectutor.course.agent_rows import BY_RULE
from rectutor.course.readme import fill, markdown, save_table

TABLE = pd.DataFrame(
    {
        "model": ["Markov", "Oracle | bound"],
        "HR@10": [0.1344262, None],
        "HR@10 low": [0.108, None],
        "HR@10 high": [0.161, None],
        "Gini": [0.8512, 0.5],
        "users": [610, 610],
        "training seconds": [1234.5, 0.0],
    }
)
EXPECTED = """\
| model | HR@10 | Gini | users | training seconds |
|---|---|---|---|---|
| Markov | 0.134 [0.108, 0.161] | 0.851 | 610 | 1,234 |
| Oracle \\| bound | – | 0.5 | 610 | 0 |

Measured: date 2026-01-31; command make tour."""


def test_a_table_keeps_its_numbers_its_intervals_and_where_it_came_from(tmp_path):
    path = tmp_path / "leaderboard-films.csv"
    save_table(TABLE, path, {"date": "2026-01-31", "command": "make tour"})
    assert markdown(path.read_text(encoding="utf-8")) == EXPECTED


def test_only_what_stands_between_the_markers_changes(tmp_path):
    save_table(TABLE, tmp_path / "leaderboard-films.csv", {"date": "2026-01-31"})
    readme = "before\n<!-- leaderboard:films -->\nold\n<!-- end -->\nafter\n"
    once = fill(readme, tmp_path)
    assert once.startswith("before\n<!-- leaderboard:films -->\n| model | HR@10 |")
    assert once.endswith("Measured: date 2026-01-31.\n<!-- end -->\nafter\n")
    assert "old" not in once
    assert fill(once, tmp_path) == once


def test_a_table_that_was_never_measured_is_named(tmp_path):
    readme = "<!-- leaderboard:ml-1m -->\n<!-- end -->\n"
    with pytest.raises(FileNotFoundError, match=r"README\.md shows leaderboard-ml-1m\.csv, which"):
        fill(readme, tmp_path)


@pytest.mark.parametrize("name", ["films", "ml-latest-small"])
def test_agents_stand_in_the_measured_tables_with_calls_and_below_their_ceiling(name):
    path = files.shipped("figures") / f"leaderboard-{name}.csv"
    table = pd.read_csv(path, comment="#").set_index("model")
    agents = table[table["calls"].notna()]
    wanted = {"Chat-Rec (TALLRec)", *BY_RULE} | ({"ReAct (tiny)"} if name == "films" else set())
    assert set(agents.index) == wanted
    how = r"^reranks 20 of SASRec \(CE\): (0\.\d{3}) as found, ceiling (0\.\d{3})$"
    told = agents["how"].str.extract(how).astype(float)
    assert (told[0] < told[1]).all() and (agents["HR@10"] <= told[1] + 5e-4).all()
    if name == "films":  # an agent that can only hand on what it was given
        assert round(agents.loc["ReAct (tiny)", "HR@10"], 3) == told.loc["ReAct (tiny)", 0]
    assert agents["calls"].str.fullmatch(r"\d\.\d model(, \d\.\d tool)?").all()
    judge = table.loc["TALLRec on SASRec (CE)"]
    for column in ("HR@10", "NDCG@10", "how", "users"):  # the same judge, candidates and people
        assert judge[column] == agents.loc["Chat-Rec (TALLRec)", column]
