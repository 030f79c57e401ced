"""Conversations in which one person recommends films to another."""

import gzip
import json

import pytest

from rectutor.data.redial import Mention, read_redial, turns

SAID = {"suggested": 1, "seen": 2, "liked": 1}
TALK = {
    "conversationId": 7,
    "initiatorWorkerId": 1,
    "respondentWorkerId": 2,
    "messages": [
        {"senderWorkerId": 1, "text": "I liked @10"},
        {"senderWorkerId": 2, "text": "Then see @20 or @30, and @20 again, not @40"},
        {"senderWorkerId": 1, "text": "@20 I know"},
        {"senderWorkerId": 2, "text": "@10 is like @20"},
    ],
    "movieMentions": {
        "10": "Heat  (1995)",
        "20": "Collateral (2004)",
        "30": None,
        "40": "Up (2009)",
    },
    "initiatorQuestions": {
        "10": {"suggested": 0, "seen": 1, "liked": 1},
        "20": SAID,
        "30": SAID,
        "40": {"suggested": 2, "seen": 0, "liked": 2},
    },
    "respondentQuestions": [],
}


def written(tmp_path, *talks, packed=True):
    text = "".join(json.dumps(talk) + "\n" for talk in talks)
    if packed:
        (tmp_path / "valid_data.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    else:
        (tmp_path / "valid_data.jsonl").write_text(text)
    return tmp_path


@pytest.mark.parametrize("packed", [True, False])
def test_a_talk_is_its_messages_and_what_was_said_afterwards(tmp_path, packed):
    (talk,) = read_redial(written(tmp_path, TALK, packed=packed))
    assert talk.dialogue_id == "7"
    assert [utterance.by_seeker for utterance in talk.utterances] == [True, False, True, False]
    assert talk.utterances[1].films == (20, 30, 20, 40)
    assert talk.mentions[10] == Mention("Heat (1995)", False, True, True)
    assert talk.mentions[40] == Mention("Up (2009)", None, False, None)
    assert talk.readable("@10, @30 and @99") == "Heat (1995), @30 and @99"


def test_recommendations_are_what_was_suggested_and_repeats_are_known(tmp_path):
    first, second = turns(read_redial(written(tmp_path, TALK)))
    assert (first.n_before, first.films, first.is_repeat) == (1, (20, 30), (False, False))
    assert (second.n_before, second.films, second.is_repeat) == (3, (20,), (True,))
    assert [utterance.text for utterance in first.known] == ["I liked @10"]


def test_all_that_is_mentioned_may_count(tmp_path):
    first, second = turns(read_redial(written(tmp_path, TALK)), only_suggested=False)
    assert first.films == (20, 30, 40)
    assert (second.films, second.is_repeat) == ((10, 20), (True, True))


def test_forms_that_nobody_filled_in_are_empty(tmp_path):
    (talk,) = read_redial(written(tmp_path, {**TALK, "initiatorQuestions": []}))
    assert talk.mentions[20] == Mention("Collateral (2004)", None, None, None)
    assert list(turns([talk])) == []


def test_a_folder_without_it_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"needs .*valid_data\.jsonl or"):
        read_redial(tmp_path)


@pytest.mark.parametrize("broken", ["{", "[]", '{"conversationId": 1}'])
def test_a_broken_line_is_named(tmp_path, broken):
    path = tmp_path / "valid_data.jsonl"
    path.write_text(json.dumps(TALK) + "\n" + broken + "\n")
    with pytest.raises(ValueError, match=r"line 2 of .*valid_data\.jsonl must be one conversation"):
        read_redial(tmp_path)


def test_real_talks_are_as_their_authors_say(real_data):
    if not (real_data / "redial").is_dir():
        pytest.skip("ReDial is not beside the real ratings")
    talks = read_redial(real_data / "redial")
    assert len(talks) == 1000
    assert sum(len(talk.utterances) for talk in talks) == 12395
    for only_suggested, expected in ((True, (3576, 119)), (False, (3863, 279))):
        found = turns(talks, only_suggested)
        repeats = [again for turn in found for again in turn.is_repeat]
        assert (len(repeats), sum(repeats)) == expected
