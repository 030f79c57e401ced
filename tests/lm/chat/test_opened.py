"""A chat model by one line of text."""

import pytest

from rectutor.lm.chat import RecordedChat, ScriptedChat, chat_model
from rectutor.lm.chat.server import ServerChat
from tests.lm.chat.tools import ASKED


def test_each_kind_is_opened(tmp_path):
    RecordedChat(tmp_path / "run.jsonl", ScriptedChat(["Hi."])).chat(ASKED)
    assert chat_model(f"replay:{tmp_path}/run.jsonl").chat(ASKED).text == "Hi."
    model = chat_model("openai:http://localhost:1/v1#qwen3:4b")
    assert isinstance(model, ServerChat)
    assert (model.base_url, model.model) == ("http://localhost:1/v1", "qwen3:4b")
    with pytest.raises(FileNotFoundError, match="'no/such-model' was not found"):
        chat_model("hf:no/such-model")


@pytest.mark.parametrize(
    "line", ["", "hf:", "gpt", "tiny:", "openai:http://localhost:1/v1", "replay:"]
)
def test_another_line_lists_the_forms(line):
    with pytest.raises(ValueError, match=f"one of tiny .* openai:BASE_URL#MODEL .* got {line!r}"):
        chat_model(line)
