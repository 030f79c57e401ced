"""A run that is recorded once and played back."""

import json

import pytest

from rectutor.chat import ChatError, ChatModel, Message, Reply, ToolCall, Usage, user
from rectutor.lm.chat.recorded import RecordedChat, key_of
from rectutor.lm.chat.scripted import ScriptedChat
from tests.lm.chat.tools import ASKED, HEAT, LOOK, SEEN

REPLY = Reply("Let me see.", (HEAT,), Usage(4, 3))


def test_what_was_recorded_is_played_back_without_the_model(tmp_path):
    path = tmp_path / "run.jsonl"
    inner = ScriptedChat([REPLY, "Michael Mann."])
    model = RecordedChat(path, inner)
    assert isinstance(model, ChatModel)
    assert model.chat(ASKED, [LOOK]) == REPLY
    assert model.chat(SEEN, [LOOK]).text == "Michael Mann."
    assert model.chat(ASKED, [LOOK]) == REPLY  # from the file
    assert len(inner.asked) == 2
    again = RecordedChat(path)
    assert len(again) == 2
    assert again.chat(SEEN, [LOOK]).text == "Michael Mann."  # in any order
    assert list(again.stream(ASKED, [LOOK])) == ["Let", " me", " see.", REPLY]


def test_another_word_is_another_question(tmp_path):
    path = tmp_path / "run.jsonl"
    RecordedChat(path, ScriptedChat(["Yes."])).chat(ASKED)
    with pytest.raises(
        ChatError, match=r"run\.jsonl has no answer .* ends with 'Who made Seven\?'"
    ):
        RecordedChat(path).chat([user("Who made Seven?")])


def test_keys_see_words_tools_and_arguments_but_no_ids():
    with_id = [Message("assistant", "", (ToolCall("look", {"title": "Heat"}, "id-9"),))]
    without = [Message("assistant", "", (HEAT,))]
    assert key_of(with_id, ()) == key_of(without, ())
    keys = {key_of(ASKED, ()), key_of(ASKED, [LOOK]), key_of(SEEN, ()), key_of(without, ())}
    assert len(keys) == 4
    assert all(len(key) == 32 for key in keys)


def test_without_recording_and_model_there_is_nothing_to_play(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no recording at .*none\.jsonl"):
        RecordedChat(tmp_path / "none.jsonl")


def test_a_damaged_line_is_named(tmp_path):
    path = tmp_path / "run.jsonl"
    good = {"key": "a", "text": "Yes.", "calls": [], "usage": [1, 1]}
    path.write_text(json.dumps(good) + '\n{"key": "b", "te')
    with pytest.raises(ValueError, match=r"line 2 of .*run\.jsonl .* got '{\"key\": \"b\", \"te'"):
        RecordedChat(path)
    path.write_text('{"key": "b"}\n')
    with pytest.raises(ValueError, match="line 1 of"):
        RecordedChat(path)


def test_a_reply_that_does_not_come_is_not_recorded(tmp_path):
    path = tmp_path / "run.jsonl"
    with pytest.raises(ChatError, match="wait"):
        RecordedChat(path, ScriptedChat([ChatError("busy", "wait")])).chat(ASKED)
    assert not path.exists()


@pytest.mark.parametrize("text", ["one\u2028two", "one\x85two", "half \ud83d", "Amélie"])
def test_whatever_was_said_can_be_played_back(tmp_path, text):
    path = tmp_path / "run.jsonl"
    asked = [user(text)]
    RecordedChat(path, ScriptedChat([text])).chat(asked)
    assert RecordedChat(path).chat(asked).text == text


def test_lines_that_were_written_with_other_line_ends_in_them_are_one_line(tmp_path):
    path = tmp_path / "run.jsonl"
    line = {"key": key_of(ASKED, ()), "text": "a\u2028b", "calls": [], "usage": [1, 1]}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    assert RecordedChat(path).chat(ASKED).text == "a\u2028b"
