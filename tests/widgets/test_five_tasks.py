"""The view of five tasks: one person and family, and what each wording is answered."""

import pytest

from rectutor.widgets import FiveTasks
from rectutor.widgets.task_state import Answer, TaskState

WORDINGS = ("known wording", "unseen wording", "vectors alone")


def three(said: str, other: str, truth: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(f"{kind}: what now?", text, text == truth)
        for kind, text in zip(WORDINGS, (said, other, said), strict=True)
    )


ANSWERS = {
    "rating": (three("4", "4", "4"), three("3", "3", "5")),
    "review": (three("good, war", "bad, war", "good, war"), three("bad", "good", "weak")),
}
TRUTHS = {"rating": ("4", "5"), "review": ("good, war", "weak")}


def view(titles: tuple[str, ...] = ()) -> FiveTasks:
    if not titles:
        return FiveTasks.of(WORDINGS, ANSWERS, TRUTHS)
    people = tuple(three(title, title, title) for title in titles)
    return FiveTasks.of(WORDINGS, {"direct": people}, {"direct": titles})


def state(family: str = "rating", person: int = 0, **parts) -> TaskState:
    own = {"wordings": WORDINGS, "answers": ANSWERS, "truths": TRUTHS} | parts
    return TaskState(family=family, person=person, **own)


def test_the_sentence_says_every_answer_and_the_truth():
    assert state("review").sentence() == (
        "Person 1, review. known wording: good, war (right); unseen wording: bad, war (wrong); "
        "vectors alone: good, war (right). True is: good, war."
    )


def test_the_table_has_a_row_for_each_wording():
    table = state("review", 1).table()
    assert table["wording"].tolist() == list(WORDINGS)
    assert table["answer"].tolist() == ["bad", "good", "bad"] and not table["right"].any()


def test_the_mission_knows_where_the_wording_changes_most():
    assert state().changed("rating", 1) == 0 and state().changed("review", 1) == 1
    predict = view().page["missions"]["predict"]
    assert predict["options"][predict["answer"]] == "review"
    assert "rating 0 %, review 100 %" in predict["reply"]


def test_the_act_is_done_where_only_the_known_wording_is_right():
    frames = view().page["frames"]
    assert [one["goal"] for one in frames["review"]] == [True, False]
    assert not any(one["goal"] for one in frames["rating"])


def test_the_act_can_be_done_where_no_wording_breaks_an_answer():
    same = view(("Up", "Big"))
    assert all(one["goal"] for one in same.page["frames"]["direct"])


def test_the_page_holds_what_it_shows():
    page = view().page
    assert page["families"] == ["rating", "review"] and page["people"] == [0, 1]
    assert page["rows"]["review"][0][1] == ["unseen wording: what now?", "bad, war", False]
    assert page["truths"]["review"] == ["good, war", "weak"]


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"family must be one of \['rating', 'review'\], got 'x'"):
        state("x")
    with pytest.raises(ValueError, match=r"person must be in 0\.\.1, got 2"):
        state(person=2)
    with pytest.raises(ValueError, match=r"'review' must have 2 true answers.*got 1"):
        state(truths=TRUTHS | {"review": ("weak",)})
    with pytest.raises(ValueError, match=r"'rating' must have 2 answers for each person.*got 3"):
        state(wordings=WORDINGS[:2])


def test_it_opens_at_the_family_that_is_asked_for():
    rows = {family: [[("q", "yes", True), ("r", "no", False)]] for family in ("rating", "review")}
    true = {family: ["yes"] for family in rows}
    assert FiveTasks.of(["plain", "unseen"], rows, true).family == "rating"
    view = FiveTasks.of(["plain", "unseen"], rows, true, family="review")
    assert view.family == "review"
    assert view.twin().figure.spec["title"]["text"] == ["Person 1, review. True is: yes"]
    with pytest.raises(ValueError, match=r"wordings must be two or more, got \['plain'\]"):
        FiveTasks.of(["plain"], rows, true)
