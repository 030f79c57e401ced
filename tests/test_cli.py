import argparse
import json
import os
import re
import subprocess
import sys
import types

import numpy as np
import pytest

from rectutor import __version__, cli
from rectutor.files import sha256
from rectutor.models.unique_codes import with_suffix


def module_with(monkeypatch, name, **contents):
    """Put a made-up module where `import` finds it."""
    module = types.ModuleType(name)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)
    parent, _, child = name.rpartition(".")
    monkeypatch.setattr(__import__(parent, fromlist=["_"]), child, module, raising=False)


@pytest.fixture(autouse=True)
def untouched_environment(monkeypatch):
    """Undo what `main` sets for torch."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(
        name in shown for name in ("tour", "lab", "lessons", "data", "report", "audit", "doctor")
    )
    assert "Importing it" not in shown  # that is for those who read the package


def test_every_option_says_what_it_is_for():
    unsaid, waiting = [], [cli.build_parser()]
    while waiting:
        for action in waiting.pop()._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()
            elif not action.help:
                unsaid.append(action.dest)
    assert unsaid == []


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"rectutor {__version__}\n"


@pytest.mark.parametrize("words", [[], ["dance"], ["data"], ["data", "burn"], ["lessons"]])
def test_an_unknown_or_missing_word_ends_with_code_two(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage: rectutor" in capsys.readouterr().err


def test_the_module_runs_as_a_command_and_shows_no_traceback():
    words = [sys.executable, "-m", "rectutor", "data", "show", "atlantis"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("rectutor: ")
    assert 'got "atlantis"' in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_tour_gets_what_was_asked_for(monkeypatch, tmp_path):
    asked = []
    module_with(
        monkeypatch,
        "rectutor.course.walk",
        run=lambda *given, **named: asked.append((given, named)),
    )
    assert cli.main(["tour", "--data", "ml-latest-small", "--folder", str(tmp_path), "--all"]) == 0
    assert asked == [
        (
            ("ml-latest-small",),
            {"folder": tmp_path, "without_limit": True, "out": cli.Path("rectutor-tour")},
        )
    ]


def test_training_threads_sleep_unless_the_user_says_otherwise(monkeypatch):
    module_with(monkeypatch, "rectutor.course.walk", run=lambda *given, **named: None)
    os.environ.pop("OMP_WAIT_POLICY", None)
    cli.main(["tour"])
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    os.environ["OMP_WAIT_POLICY"] = "ACTIVE"
    cli.main(["tour"])
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


@pytest.mark.parametrize("error", [ValueError("k must be 1"), FileNotFoundError("no such file")])
def test_a_mistake_of_the_user_is_one_message_and_code_two(monkeypatch, capsys, error):
    def fail(*given, **named):
        raise error

    module_with(monkeypatch, "rectutor.course.walk", run=fail)
    assert cli.main(["tour"]) == 2
    assert capsys.readouterr().err == f"rectutor: {error}\n"


def test_a_defect_of_the_program_is_not_hidden(monkeypatch):
    def fail(*given, **named):
        raise KeyError("HR@10")

    module_with(monkeypatch, "rectutor.course.walk", run=fail)
    with pytest.raises(KeyError, match="HR@10"):
        cli.main(["tour"])


def test_an_interrupted_tour_ends_quietly(monkeypatch, capsys):
    def interrupt(*given, **named):
        raise KeyboardInterrupt

    module_with(monkeypatch, "rectutor.course.walk", run=interrupt)
    assert cli.main(["tour"]) == 130
    assert capsys.readouterr().err == "\nrectutor: stopped\n"


def test_lessons_are_handed_out_and_listed(monkeypatch, tmp_path, capsys):
    asked = []

    def hand_out(folder, solved, force):
        asked.append((folder, solved, force))
        return [folder / "00_ready.ipynb"]

    module_with(monkeypatch, "rectutor.course.handout", hand_out=hand_out)
    assert cli.main(["lessons", str(tmp_path), "--solved"]) == 0
    assert asked == [(tmp_path, True, False)]
    assert capsys.readouterr().out.splitlines()[0] == str(tmp_path / "00_ready.ipynb")


def test_the_lab_opens_the_first_lesson_in_the_folder_of_the_learner(monkeypatch, tmp_path):
    started = []
    module_with(monkeypatch, "rectutor.course.handout", hand_out=lambda folder: [])
    monkeypatch.chdir(tmp_path)  # and back, after the test
    monkeypatch.setattr(os, "execve", lambda *given: started.append((*given, os.getcwd())))
    cli.main(["lab", "--folder", str(tmp_path), "--no-browser", "--port", "9999"])
    ((program, words, environment, folder),) = started
    assert program == sys.executable
    assert words[1:4] == ["-P", "-m", "jupyterlab"]  # -P: a random.py there hides nothing
    assert words[-1] == "00_ready.ipynb"
    assert {"--no-browser", "--ServerApp.port=9999"} < set(words)
    assert "--LabApp.default_url=/lab/tree/00_ready.ipynb" in words  # in the printed address
    assert "--allow-root" not in words
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert folder == str(tmp_path)


def started_lab(monkeypatch, folder, *words):
    """Run `rectutor lab` on a folder, and return the words and the environment of JupyterLab."""
    started = []
    module_with(monkeypatch, "rectutor.course.handout", hand_out=lambda folder: [])
    monkeypatch.chdir(folder)
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given[1:]))
    cli.main(["lab", "--folder", str(folder), *words])
    return started[0]


def test_root_may_open_the_lab_when_it_says_so(monkeypatch, tmp_path):
    words, _ = started_lab(monkeypatch, tmp_path, "--allow-root")
    assert "--allow-root" in words


def test_the_lab_keeps_its_files_beside_the_lessons_when_home_is_closed(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(cli.Path, "home", lambda: tmp_path / "closed")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        os.environ.pop(name, None)
    os.environ["IPYTHONDIR"] = "mine"
    _, environment = started_lab(monkeypatch, tmp_path)
    kept = tmp_path.resolve() / ".jupyter"
    assert environment["JUPYTER_CONFIG_DIR"] == str(kept / "jupyter_config_dir")
    assert environment["JUPYTER_DATA_DIR"] == str(kept / "jupyter_data_dir")
    assert environment["IPYTHONDIR"] == "mine"
    assert f"Jupyter keeps its files in {kept}" in capsys.readouterr().out


def test_the_lab_leaves_an_open_home_to_jupyter(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(cli.Path, "home", lambda: tmp_path)
    os.environ.pop("JUPYTER_DATA_DIR", None)
    _, environment = started_lab(monkeypatch, tmp_path)
    assert "JUPYTER_DATA_DIR" not in environment
    assert capsys.readouterr().out == ""


def test_the_lab_leaves_work_of_the_learner_alone(monkeypatch, tmp_path, capsys):
    def hand_out(folder):
        raise FileExistsError("holds work of yours")

    module_with(monkeypatch, "rectutor.course.handout", hand_out=hand_out)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", lambda *given: None)
    cli.main(["lab", "--folder", str(tmp_path)])
    assert capsys.readouterr().out == f"going on with your work in {tmp_path}\n"


def test_every_data_set_is_listed(capsys):
    assert cli.main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["tiny", "films"]
    assert "12 people, 12 films" in lines[0]
    assert "books              800 people, 573 books, 20,308 interactions" in lines
    assert lines[-1].startswith("amazon-2023 ")


def test_a_table_of_ones_own_is_shown_with_its_column_names(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("person,film,stars,when\n7,31,4.0,1000\n7,32,5.0,2000\n8,31,3.0,1500\n")
    columns = ["user_id=person", "item_id=film", "rating=stars", "timestamp=when"]
    words = ["data", "show", "mine.csv", "--folder", str(tmp_path)]
    assert cli.main([*words, *(word for pair in columns for word in ("--column", pair))]) == 0
    assert "2 people, 2 films, 3 interactions" in capsys.readouterr().out


def test_products_are_not_called_films(tmp_path, capsys):
    review = {"reviewerID": "u", "asin": "p", "overall": 5.0, "unixReviewTime": 1}
    (tmp_path / "All_Beauty_5.json").write_text(json.dumps(review))
    assert cli.main(["data", "show", "amazon-2018", "--folder", str(tmp_path)]) == 0
    assert "amazon-2018: 1 people, 1 products, 1 interactions" in capsys.readouterr().out


def test_a_column_without_its_partner_is_named(tmp_path, capsys):
    assert cli.main(["data", "show", "mine.csv", "--column", "user_id"]) == 2
    assert 'OURS=THEIRS, such as user_id=person, got "user_id"' in capsys.readouterr().err


def test_shipped_data_are_as_they_were_made(capsys):
    assert cli.main(["data", "check"]) == 0
    assert capsys.readouterr().out.count("as it was made") == 6


def test_the_options_of_a_new_world_reach_its_maker(monkeypatch):
    asked = []
    module_with(monkeypatch, "rectutor.data.make_worlds", main=asked.append)
    assert cli.main(["data", "make", "--hidden", "5", "--out", "coursework"]) == 0
    assert asked == [["--hidden", "5", "--out", "coursework"]]


@pytest.mark.parametrize(("is_ready", "code"), [(True, 0), (False, 1)])
def test_the_doctor_says_by_its_code_whether_the_machine_is_ready(
    monkeypatch, capsys, is_ready, code
):
    module_with(
        monkeypatch,
        "rectutor.course.doctor",
        read=lambda folder: folder,
        examine=lambda readings: [readings],
        report=lambda findings: "all that was found",
        is_ready=lambda findings: is_ready,
    )
    assert cli.main(["doctor"]) == code
    assert capsys.readouterr().out == "all that was found\n"


def test_the_doctor_asks_for_a_folder_that_exists(tmp_path, capsys):
    assert cli.main(["doctor", "--folder", str(tmp_path / "nowhere")]) == 2
    assert f"there is no folder {tmp_path / 'nowhere'}; name" in capsys.readouterr().err


@pytest.fixture
def own_files(tmp_path):
    """Lists of two people, with one fault each, and what they watched."""
    (tmp_path / "log.csv").write_text(
        "user_id,item_id,timestamp\n1,10,1\n1,20,2\n1,30,3\n2,20,1\n2,10,2\n"
    )
    (tmp_path / "recs.csv").write_text(
        "user_id,item_id,rank\n1,30,1\n1,10,2\n2,<b>99,1\n2,30,2\n3,20,1\n"
    )
    (tmp_path / "items.csv").write_text("item_id,title\n10,Up\n20,<i>Heat\n30,Alien\n40,Emma\n")
    return tmp_path


def audited(folder, *words):
    files = ["--recs", folder / "recs.csv", "--interactions", folder / "log.csv"]
    return cli.main(["audit", *map(str, [*files, "--out", folder / "out", *words])])


def test_an_audit_prints_and_writes_the_same_numbers(own_files, capsys):
    assert audited(own_files, "--items", own_files / "items.csv", "--k", "2") == 0
    said = capsys.readouterr().out
    assert "HR@2 0.5000 [0.0000, 1.0000]" in said
    assert "- 1 of 5 places hold an item that the catalogue does not have (1 lists)" in said
    found = json.loads((own_files / "out" / "report.json").read_text())
    by_name = {row["measure"]: row["value"] for row in found["measures"]}
    assert by_name["HR@2"] == 0.5 and by_name["coverage"] == 0.75  # 10, 20 and 30 of four
    assert found["people"]["users with a list and a held-out item"] == 2
    assert [row["file"] for row in found["made from"]] == ["recs.csv", "log.csv", "items.csv"]
    assert found["made from"][0]["SHA-256"] == sha256(own_files / "recs.csv")
    assert "catalogue has 4 items (items.csv)" in " ".join(found["how"])


def test_the_page_of_an_audit_stands_alone_and_shows_no_markup_of_strangers(own_files):
    audited(own_files, "--items", own_files / "items.csv")
    page = (own_files / "out" / "report.html").read_text()
    assert page.count("data:image/png;base64,") == page.count('<img alt="') == 2
    assert "http" not in page and "<script" not in page
    assert "&lt;i&gt;Heat" in page and "<i>Heat" not in page
    assert "The held-out item of each user is the last interaction in the log" in page
    assert sha256(own_files / "log.csv") in page


def test_an_audit_takes_what_was_held_out_from_a_file(own_files, capsys):
    (own_files / "test.csv").write_text("user_id,item_id\n1,10\n2,30\n3,20\n")
    assert audited(own_files, "--truth", own_files / "test.csv") == 0
    assert "HR@10 1.0000" in capsys.readouterr().out
    found = json.loads((own_files / "out" / "report.json").read_text())
    assert found["how"][0] == "The held-out items are those of test.csv."
    assert any("1 of the 3 held-out interactions stand in the log too" in h for h in found["how"])


def test_an_audit_of_ids_that_do_not_meet_ends_with_one_message(own_files, capsys):
    (own_files / "recs.csv").write_text("user_id,item_id\nu1,10\n")
    assert audited(own_files) == 2
    assert 'none of the 1 user_ids of the lists is known, such as "u1"' in capsys.readouterr().err


@pytest.fixture
def own_codes(tmp_path):
    """Codes of forty items: level 1 is the kind, level 2 hardly used, level 3 counts."""
    kinds, middle = np.arange(40) % 4, (np.arange(40) % 8 >= 4).astype(int)
    rows = with_suffix(np.stack([kinds, 7 * middle], axis=1))
    tokens = {
        f"i{n}": [f"<{x}_{c}>" for x, c in zip("abc", row, strict=True)]
        for n, row in enumerate(rows)
    }
    (tmp_path / "codes.json").write_text(json.dumps(tokens))
    names = ["Crime", "Drama", "War", "Comedy"]
    lines = [f"i{n},<b>Film {n},{names[kind]}" for n, kind in enumerate(kinds)]
    (tmp_path / "items.csv").write_text("\n".join(["item_id,title,genres", *lines]) + "\n")
    vectors = np.stack([kinds, middle], axis=1).astype(np.float32)
    np.savez(tmp_path / "v.npz", embeddings=vectors)
    return tmp_path


def reported(folder, *words):
    files = ["--codes", folder / "codes.json", "--out", folder / "out"]
    return cli.main(["report", *map(str, [*files, *words])])


def test_a_report_card_says_what_codes_use_mean_and_keep(own_codes, capsys):
    words = ["--items", own_codes / "items.csv", "--vectors", own_codes / "v.npz"]
    assert reported(own_codes, *words) == 0
    said = capsys.readouterr().out
    assert "- level 2 uses 2 of 8 codes" in said
    assert "- 40 of 40 items share all codes with another item" in said
    found = json.loads((own_codes / "out" / "report.json").read_text())
    assert [row["used"] for row in found["levels"]] == [4, 2]
    assert found["levels"][0]["genres"] == pytest.approx(1)
    assert found["levels"][1]["error"] == pytest.approx(0, abs=1e-9)  # two levels say it all
    how = " ".join(found["how"])
    assert "Level 3 only counts the items of one tuple, up to 5" in how
    assert "Each level is taken to have 8 codes" in how and "compared with genres" in how


def test_the_page_of_a_report_card_stands_alone_and_shows_no_markup_of_strangers(own_codes):
    reported(own_codes, "--items", own_codes / "items.csv", "--codebook-size", "16")
    page = (own_codes / "out" / "report.html").read_text()
    assert "level 1 uses 4 of 16 codes, the commonest for 10 items" in page
    assert page.count("data:image/png;base64,") == 1
    assert "<h2>Look at them</h2>" in page and page.count("<script") == 2
    assert not re.findall(r"""(?:src|href)=["']?http""", page)
    assert "&lt;b&gt;Film 0" in page and "\\u003cb>Film 0" in page and "<b>Film" not in page
    assert sha256(own_codes / "codes.json") in page
    assert "Without --vectors, errors and neighbours are not measured." in page


def test_vectors_of_other_items_and_too_few_codes_are_refused(own_codes, capsys):
    assert reported(own_codes, "--codebook-size", "7") == 2
    assert "above the highest code, 7, got 7" in capsys.readouterr().err
    np.savez(own_codes / "v.npz", embeddings=np.zeros((41, 2)))
    assert reported(own_codes, "--vectors", own_codes / "v.npz") == 2
    assert "embeddings [40, D], a row for each item" in capsys.readouterr().err
    np.savez(own_codes / "v.npz", embeddings=np.eye(40), codebooks=np.zeros((3, 8, 40)))
    assert reported(own_codes, "--vectors", own_codes / "v.npz") == 2
    assert "needs codebooks [2, 8, 40], got [3, 8, 40]" in capsys.readouterr().err


def test_codebooks_that_come_with_the_vectors_are_the_ones_judged(own_codes):
    books = np.zeros((2, 8, 2), dtype=np.float32)
    vectors = np.load(own_codes / "v.npz")["embeddings"]
    np.savez(own_codes / "v.npz", embeddings=vectors, codebooks=books)
    reported(own_codes, "--vectors", own_codes / "v.npz")
    found = json.loads((own_codes / "out" / "report.json").read_text())
    assert [row["error"] for row in found["levels"]] == [1, 1]  # entries of 0 say nothing
    assert "Errors are those of the codebooks that came with the vectors." in found["how"]
