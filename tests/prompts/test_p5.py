import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectutor.prompts import FAMILIES, FIELDS, TASKS, Pair, Task, Template, tasks

VALUES = {name: f"<{name}>" for name in FIELDS}
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_five_wordings_or_more_and_keeps_one_of_them_back(family):
    trained, kept = tasks(family), tasks(family, held_out=True)
    assert len(trained) + len(kept) >= 5
    assert [task.name for task in kept] == [f"{family}-held-out"]
    assert {task.family for task in trained + kept} == {family}


def test_the_held_out_wordings_and_the_others_are_all_there_are():
    assert Counter(tasks()) + Counter(tasks(held_out=True)) == Counter(TASKS)
    assert len(tasks(held_out=True)) == len(FAMILIES)


def test_names_and_sources_are_unique():
    assert len({task.name for task in TASKS}) == len({task.source.text for task in TASKS})
    assert len({task.name for task in TASKS}) == len(TASKS)


@pytest.mark.parametrize(
    ("family", "targets"),
    [
        ("rating", {"{stars}": 4, "{answer}": 2}),
        ("sequential", {"{item}": 6, "{answer}": 2}),
        ("explanation", {"{explanation}": 7}),
        ("review", {"{summary}": 4, "{stars}": 2}),
        ("direct", {"{item}": 4, "{answer}": 2}),
    ],
)
def test_each_family_asks_its_kinds_of_question(family, targets):
    assert Counter(task.target.text for task in TASKS if task.family == family) == targets


@pytest.mark.parametrize("family", FAMILIES)
def test_a_held_out_wording_asks_what_the_first_wording_of_its_family_asks(family):
    assert tasks(family, held_out=True)[0].target.text == tasks(family)[0].target.text


def test_every_gap_is_used_by_some_wording():
    used = {name for task in TASKS for name in task.source.fields + task.target.fields}
    assert used == set(FIELDS)


def test_some_explanations_are_about_a_feature_and_some_are_not():
    about = Counter("feature" in task.source.fields for task in tasks("explanation"))
    assert about == {True: 3, False: 3}


@every_task
def test_a_source_is_short_and_does_not_hold_its_answer(task):
    assert len(re.findall(r"[\w']+", re.sub(r"\{\w+\}", "", task.source.text))) <= 25
    assert set(task.source.fields).isdisjoint(task.target.fields)


@every_task
def test_a_filled_task_holds_the_values_of_its_gaps_and_no_others(task):
    source, target = task.fill(VALUES)
    for name in FIELDS:
        assert (f"<{name}>" in source) == (name in task.source.fields)
    assert f"<{task.target.fields[0]}>" == target
    assert "{" not in source


def test_a_task_picks_what_it_needs_and_puts_it_on_one_line():
    values = {"user": "user_7", "title": "{Up}", "review": "Fine.\n Indeed.", "summary": "fine"}
    summary = next(task for task in TASKS if task.name == "review-summary-title")
    expected = Pair("Sum up what user_7 says of {Up}: Fine. Indeed.", "fine")
    assert summary.fill(values | {"stars": "5"}) == expected


@given(st.text().filter(str.strip))
def test_any_title_stays_on_its_line(title):
    pair = tasks("rating")[1].fill({"user": "u", "title": title, "stars": "3"})
    assert pair.source == f"u is about to rate {' '.join(title.split())}. Predict the stars."


def test_a_missing_value_is_named():
    wanted = "'rating-stars' needs a value for {user}, {item}, got none for {item}; pass item=..."
    with pytest.raises(ValueError, match=re.escape(wanted)):
        TASKS[0].fill({"user": "user_7", "stars": "4"})


def test_a_blank_value_is_named():
    wanted = "task 'sequential-next' needs text for {history}, got ' '; leave this case out"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        tasks("sequential")[0].fill({"user": "user_7", "history": " ", "item": "item_1"})


def test_a_value_that_is_no_text_is_named():
    wanted = "{stars} of template 'rating-stars' must be a string, got float; turn it into text"
    with pytest.raises(TypeError, match=re.escape(wanted)):
        TASKS[0].fill({"user": "user_7", "item": "item_1", "stars": 4.5})


def test_an_unknown_family_is_answered_with_the_known_ones():
    wanted = "family must be one of rating, sequential, explanation, review, direct, got 'reviews'"
    with pytest.raises(ValueError, match=wanted):
        tasks("reviews")
    with pytest.raises(ValueError, match=wanted):
        Task("reviews", "own", Template("own", "Ask {user}"), Template("own", "{item}"))


def test_an_unknown_gap_is_answered_with_the_known_ones():
    wanted = "a placeholder must be one of {user}, {item}, {title}"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        Task("direct", "own", Template("own", "Ask {person}"), Template("own", "{item}"))
