"""Ratings as yes/no questions."""

import numpy as np
import pytest

from rectutor.data.judgements import Judgements, balanced, judgements, later_events
from rectutor.schema import Events


def events_of(*stars_of_users: list[float]) -> Events:
    """Number the events of several users one after the other; item = place in the user's list."""
    lengths = [len(stars) for stars in stars_of_users]
    users = np.repeat(np.arange(len(lengths)), lengths)
    items = np.concatenate([np.arange(1, n + 1) for n in lengths])
    stars = np.concatenate([np.array(s, dtype=np.float32) for s in stars_of_users])
    return Events(users, items, stars, np.arange(len(users)), np.cumsum([0, *lengths]))


def all_of(events: Events) -> np.ndarray:
    return np.ones(len(events.rating), dtype=bool)


def test_a_question_tells_the_newest_likes_and_dislikes_before_it_oldest_first():
    asked = judgements(events_of([5, 1, 4, 2, 4.5, 3.5]), np.arange(6) == 5, n_told=2)
    assert asked.liked.tolist() == [[3, 5]]
    assert asked.disliked.tolist() == [[2, 4]]
    assert (asked.item_index.tolist(), asked.is_liked.tolist()) == ([6], [False])


def test_four_stars_are_a_yes_and_three_and_a_half_a_no():
    asked = judgements(events_of([5, 1, 4, 3.5]), all_of(events_of([5, 1, 4, 3.5])), n_told=1)
    assert asked.is_liked.tolist() == [True, False]


def test_nothing_is_told_of_another_user_nor_of_the_event_itself():
    events = events_of([5, 5, 1, 1], [5, 1, 4])
    asked = judgements(events, all_of(events), n_told=1)
    assert asked.user_index.tolist() == [0, 1]
    assert asked.liked.tolist() == [[2], [1]]
    assert asked.disliked.tolist() == [[3], [2]]
    assert asked.item_index.tolist() == [4, 3]


def test_who_has_only_likes_before_is_not_asked():
    events = events_of([5, 5, 5, 1])
    assert len(judgements(events, all_of(events), n_told=1).item_index) == 0


@pytest.mark.parametrize("n_told", [1, 3])
def test_every_question_matches_a_plain_loop_over_events(n_told):
    rng = np.random.default_rng(0)
    events = events_of(*(list(rng.choice([1, 3, 4, 5], size=n)) for n in (3, 9, 14, 1)))
    expected = []
    for place, user in enumerate(events.user_index):
        before = range(events.offsets[user], place)
        likes = [int(events.item_index[e]) for e in before if events.rating[e] >= 4]
        others = [int(events.item_index[e]) for e in before if events.rating[e] < 4]
        if len(likes) >= n_told and len(others) >= n_told:
            item = int(events.item_index[place])
            expected.append((int(user), likes[-n_told:], others[-n_told:], item))
    asked = judgements(events, all_of(events), n_told)
    columns = (asked.user_index, asked.liked, asked.disliked, asked.item_index)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


def test_the_newest_share_of_each_user_is_marked():
    events = events_of([5] * 8, [5] * 3)
    assert later_events(events, 0.25).tolist() == [False] * 6 + [True] * 2 + [False] * 3


def test_balanced_questions_have_as_many_likes_as_dislikes_of_each_user():
    events = events_of([5, 1, *[4] * 9, 1, 2], [1, 5, 1, 1, 1])
    asked = judgements(events, all_of(events), n_told=1)
    kept = balanced(asked, np.random.default_rng(0))
    assert kept.user_index.tolist() == [0] * 4
    assert sorted(kept.is_liked.tolist()) == [False, False, True, True]
    assert (np.diff(kept.item_index) > 0).all()


def test_which_questions_stay_depends_on_the_generator():
    events = events_of([5, 1, *[4] * 40, 1, 2])
    asked = judgements(events, all_of(events), n_told=1)
    one, same, other = (
        balanced(asked, np.random.default_rng(seed)).item_index.tolist() for seed in (0, 0, 1)
    )
    assert one == same
    assert one != other


def test_nobody_with_both_answers_leaves_nothing():
    events = events_of([5, 1, 4, 4])
    asked = judgements(events, all_of(events), n_told=1)
    assert len(balanced(asked, np.random.default_rng(0)).item_index) == 0
    assert isinstance(balanced(asked, np.random.default_rng(0)), Judgements)


def test_wrong_input_is_named():
    events = events_of([5, 1, 4])
    with pytest.raises(ValueError, match="n_told must be 1 or more, got 0"):
        judgements(events, all_of(events), n_told=0)
    with pytest.raises(ValueError, match="got 2 for 3 events"):
        judgements(events, np.ones(2, dtype=bool))
    with pytest.raises(ValueError, match=r"got 0\.0 at event 1"):
        judgements(events_of([5, 0, 4]), all_of(events))
    with pytest.raises(ValueError, match=r"below 1, got 1\.5"):
        later_events(events, 1.5)
