"""The `rectutor` command: tour, lab, lessons, data, report, audit, chat and doctor.

Each subcommand imports what it needs when it is called, so `rectutor --help` answers at once.
A mistake of the user ends with one message on standard error and exit code 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import rectutor
from rectutor.own_data import add_commands
from rectutor.terminal import add_chat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rectutor.data import Dataset

__all__ = ["build_parser", "main"]

_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}  # must stand before torch loads
_FIRST_LESSON = "00_ready.ipynb"
_JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
_ABOUT = "Recommendation with language models, learned by touching it: lessons, data and a tour."
_MAKE_WORLD = "make a world: see `rectutor data make --help`"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand.

    Args:
        arguments: the words after `rectutor`; by default those of this process.

    Returns:
        The exit code: 0 all well, 1 the doctor found a fault, 2 a mistake in the request,
        130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name, value in _THREADS.items():
        os.environ.setdefault(name, value)
    try:
        if words[:2] == ["data", "make"]:  # its options are the simulator's own
            return _make_world(words[2:])
        given = build_parser().parse_args(words)
        result: int = given.run(given)
        return result
    except (ValueError, OSError) as error:
        print(f"rectutor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nrectutor: stopped", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Describe every subcommand and option, for `main` and for the test of the README."""
    parser = argparse.ArgumentParser(prog="rectutor", description=_ABOUT)
    parser.add_argument("--version", action="version", version=f"rectutor {rectutor.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    tour = commands.add_parser("tour", help="train every model and print one leaderboard")
    tour.add_argument("--data", metavar="NAME", default="films", help="default: films")
    tour.add_argument("--folder", metavar="PATH", type=Path, help="where real data lie")
    tour.add_argument("--all", action="store_true", help="train without the limit of time")
    out = "for the table, the figures and the report; default: rectutor-tour"
    tour.add_argument("--out", metavar="DIR", type=Path, default=Path("rectutor-tour"), help=out)
    tour.set_defaults(run=_tour)

    lab = commands.add_parser("lab", help="open JupyterLab at lesson 00, on your own copy")
    copies = "your copies of the lessons; default: my-lessons"
    lab.add_argument("--folder", metavar="DIR", type=Path, default=Path("my-lessons"), help=copies)
    lab.add_argument("--no-browser", action="store_true", help="print the address only")
    lab.add_argument("--port", type=int, default=8888, help="default: 8888, or the next free one")
    lab.add_argument("--allow-root", action="store_true", help="in a container that runs as root")
    lab.set_defaults(run=_lab)

    lessons = commands.add_parser("lessons", help="copy the lessons, without outputs, into DIR")
    lessons.add_argument("folder", metavar="DIR", type=Path, help="made when it is missing")
    lessons.add_argument("--solved", action="store_true", help="with solutions, for lecturers")
    lessons.add_argument(
        "--force", action="store_true", help="replace changed copies, keep backups"
    )
    lessons.set_defaults(run=_lessons)

    _add_data(commands.add_parser("data", help="list, show, check, fetch or make data sets"))

    add_commands(commands)
    add_chat(commands)

    doctor = commands.add_parser("doctor", help="check this machine and say what to mend")
    where = "of your notebooks; default: here"
    doctor.add_argument("--folder", metavar="DIR", type=Path, default=Path(), help=where)
    doctor.set_defaults(run=_doctor)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="every data set by name").set_defaults(run=_list_data)
    show = actions.add_parser("show", help="what one data set holds")
    show.add_argument("name", metavar="NAME", help="of `rectutor data list`, or of a CSV file")
    show.add_argument("--folder", metavar="PATH", type=Path, help="where data that do not ship lie")
    show.add_argument(
        "--column",
        metavar="OURS=THEIRS",
        action="append",
        default=[],
        help="for a CSV file of your own, once for each column: --column user_id=person",
    )
    show.set_defaults(run=_show_data)
    check = actions.add_parser("check", help="compare every shipped file with its checksum")
    check.set_defaults(run=_check_data)
    fetch = actions.add_parser("fetch", help="download ml-latest-small from its publisher")
    fetch.add_argument("folder", metavar="DIR", type=Path, help="made when it is missing")
    fetch.set_defaults(run=_fetch_data)
    actions.add_parser("make", help=_MAKE_WORLD, add_help=False)


def _tour(given: argparse.Namespace) -> int:
    from rectutor.course import walk

    walk.run(given.data, folder=given.folder, without_limit=given.all, out=given.out)
    return 0


def _lab(given: argparse.Namespace) -> NoReturn:
    from rectutor.course.handout import hand_out

    try:
        hand_out(given.folder)
    except FileExistsError:
        print(f"going on with your work in {given.folder}")
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.port={given.port}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.news_url=None"]  # nothing leaves the machine
    command += [f"--LabApp.default_url=/lab/tree/{_FIRST_LESSON}"]  # so the printed address, too
    command += ["--no-browser"] if given.no_browser else []
    command += ["--allow-root"] if given.allow_root else []
    environment = {"OMP_NUM_THREADS": "1", "PLOTLY_RENDERER": "plotly_mimetype"} | os.environ
    environment |= _instead_of_home(given.folder.resolve(), environment)
    os.chdir(given.folder)
    sys.stdout.flush()  # the next line drops what is not written yet
    os.execve(sys.executable, [*command, _FIRST_LESSON], environment)  # Ctrl-C belongs to it


def _instead_of_home(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Name folders beside the lessons for what Jupyter keeps, where the home folder is closed."""
    from rectutor.course.machine import is_writable

    unset = [name for name in _JUPYTER_FOLDERS if name not in environment]
    if not unset or is_writable(Path.home()):
        return {}
    own = folder / ".jupyter"
    print(f"your home folder cannot be written to: Jupyter keeps its files in {own}")
    return {name: str(own / name.lower()) for name in unset}


def _lessons(given: argparse.Namespace) -> int:
    from rectutor.course.handout import hand_out

    for path in hand_out(given.folder, solved=given.solved, force=given.force):
        print(path)
    print(f"open them with `rectutor lab --folder {given.folder}`")
    return 0


def _list_data(given: argparse.Namespace) -> int:
    from rectutor.data import load
    from rectutor.data.worlds import REAL, SHIPPED

    for name in SHIPPED:
        print(f"{name:<18} {_size(load(name))}")
    for name in REAL:
        print(f"{name:<18} real data, from a folder: --folder PATH")
    return 0


def _show_data(given: argparse.Namespace) -> int:
    from rectutor.data import load

    dataset = load(given.name, given.folder, _columns(given.column))
    print(f"{dataset.name}: {_size(dataset)}\n{dataset.source}")
    for note in dataset.notes:
        print(f"- {note}")
    print(dataset.interactions.head().to_string(index=False))
    print(dataset.items[["item_id", "title", "year"]].head().to_string(index=False))
    return 0


def _check_data(given: argparse.Namespace) -> int:
    from rectutor.data.worlds import SHIPPED
    from rectutor.files import check_sums, shipped

    for name in SHIPPED:
        check_sums(shipped("datasets_small", name), "install again, or restore the clone")
        print(f"{name:<18} as it was made")
    return 0


def _fetch_data(given: argparse.Namespace) -> int:
    from rectutor.data.download import download_ml_latest_small

    folder = download_ml_latest_small(given.folder)
    print(f"{folder}\ngo on with `rectutor tour --data ml-latest-small --folder {folder}`")
    return 0


def _make_world(words: list[str]) -> int:
    from rectutor.data import make_worlds

    make_worlds.main(words)
    return 0


def _doctor(given: argparse.Namespace) -> int:
    from rectutor.course.doctor import examine, is_ready, read, report

    if not given.folder.is_dir():
        raise ValueError(f"there is no folder {given.folder}; name the one of your notebooks")
    findings = examine(read(given.folder))
    print(report(findings))
    return 0 if is_ready(findings) else 1


def _columns(pairs: list[str]) -> dict[str, str] | None:
    """Turn ["user_id=person", ...] into a mapping; None when there is none."""
    for pair in pairs:
        if "=" not in pair:
            raise ValueError(f'--column needs OURS=THEIRS, such as user_id=person, got "{pair}"')
    return dict(pair.split("=", 1) for pair in pairs) or None


def _size(dataset: Dataset) -> str:
    kinds = {"authors": "books", "brand": "products"}  # told by a column of their own
    rows, items = dataset.interactions, dataset.items
    what = next((kind for column, kind in kinds.items() if column in items), "films")
    people, n_items = rows["user_id"].nunique(), rows["item_id"].nunique()
    return f"{people:,} people, {n_items:,} {what}, {len(rows):,} interactions"
