"""One row a run, and one record over all seeds."""

import numpy as np
import pandas as pd

from rectutor.analysis import tuned_runs
from rectutor.analysis.judged import judged_row
from rectutor.lm.scripted import ScriptedLM
from tests.analysis.test_judged import ASKED

QUIZ = pd.DataFrame(
    {
        "question": ["Up?"],
        "neutral": ["this film?"],
        "choices": [("one", "other")],
        "answer": ["one"],
        "kind": ["genre"],
    }
)


def test_a_row_tells_of_the_run_then_of_its_answers_then_of_the_quiz(capsys):
    model = ScriptedLM(lambda prompt, text: 0.0 if (prompt, text) == ("Up?", " one") else -1.0)
    odds = np.array([2.0, 1.0, 0.0, 0.0])
    row = tuned_runs.row_of_run({"way": "LoRA"}, odds, ASKED, model, QUIZ)
    assert row == {"way": "LoRA", **judged_row(odds, ASKED), "genre": 1.0}
    assert list(row) == ["way", *judged_row(odds, ASKED), "genre"]
    assert capsys.readouterr().err == f"{row}\n"


def test_a_record_holds_all_seeds_and_names_the_module_that_writes_it(monkeypatch):
    written = []
    monkeypatch.setattr(tuned_runs, "write_record", lambda *parts: written.append(parts))

    def measured(taste, seed):
        return pd.DataFrame({"people": [len(set(taste.judged.user_index))], "seed": [seed]})

    tuned_runs.record_runs("tuning_ways", measured, (3, 5), ("rectutor.lm.lora",))
    ((name, table, command, _),) = written
    assert table["seed"].tolist() == [3, 5]
    assert (table["people"] == tuned_runs.N_PEOPLE).all()
    assert (name, command) == ("tuning_ways", "python -m rectutor.analysis.tuning_ways")
