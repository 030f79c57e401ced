"""A chat model of transformers on this machine, and the same one behind a real server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from rectutor.chat import ChatError, ChatModel, Message, user
from rectutor.lm.chat import chat_model
from rectutor.lm.chat.local import LocalChat
from rectutor.lm.chat.server import ServerChat
from tests.lm.chat.tools import ASKED, HEAT, LOOK


def test_the_models_own_template_writes_the_prompt(chat_folder):
    model = LocalChat(chat_folder)
    seen = [*ASKED, Message("assistant", "", (HEAT,)), Message("tool", "Mann")]
    assert model.prompt(ASKED) == "<user>Who made Heat?<assistant>"
    assert (
        model.prompt(seen, [LOOK]) == "[look]<user>Who made Heat?<assistant><tool>Mann<assistant>"
    )


def test_a_call_that_the_model_writes_is_read(chat_folder):
    model = chat_model(f"hf:{chat_folder}")
    assert isinstance(model, ChatModel)
    reply = model.chat(ASKED, [LOOK])
    assert reply.calls == (HEAT,)
    assert reply.text == ""
    assert reply.usage.prompt_tokens == len(
        model.lm.tokenizer("[look]<user>Who made Heat?<assistant>").input_ids
    )
    assert list(model.stream(ASKED, [LOOK])) == [reply]


def test_without_tools_the_same_words_are_words(chat_folder, monkeypatch):
    model = LocalChat(chat_folder)
    text = '<tool_call>{"name": "look"}</tool_call>'
    monkeypatch.setattr(model.lm, "generate", lambda prompts, n: [text])
    assert model.chat(ASKED).text == text


def test_a_prompt_that_does_not_fit_is_refused(chat_folder):
    with pytest.raises(
        ChatError, match=r"knows-heat reads at most 256 tokens, and .* has \d{3,}; "
    ) as raised:
        LocalChat(chat_folder).chat([user("Who? " * 300)])
    assert raised.value.kind == "refused"


def test_a_template_that_refuses_a_conversation_is_quoted(chat_folder, monkeypatch):
    model = LocalChat(chat_folder)
    refuses = "{{ raise_exception('System role not supported') }}"
    monkeypatch.setattr(model.lm.tokenizer, "chat_template", refuses)
    with pytest.raises(
        ChatError, match=r"template of knows-heat does not .* \(System role not supported\)"
    ) as raised:
        model.chat(ASKED)
    assert raised.value.kind == "refused"


def test_nothing_is_no_reply(chat_folder, monkeypatch):
    model = LocalChat(chat_folder)
    monkeypatch.setattr(model.lm, "generate", lambda prompts, n: ["  "])
    with pytest.raises(ChatError, match="must say or call something"):
        model.chat(ASKED)


def test_a_model_without_a_template_was_not_tuned_for_chat():
    with pytest.raises(ValueError, match="tiny-decoder has no chat template"):
        LocalChat("tiny-decoder")


@pytest.fixture(scope="module")
def served(chat_folder):
    """Start transformers' own server for the model; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(chat_folder)]
    words += ["--port", str(port), "--device", "cpu"]
    quiet = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    log = chat_folder.parent / "server.log"
    with log.open("wb") as file, subprocess.Popen(words, stdout=file, stderr=file, env=quiet) as at:
        try:
            for _ in range(600):
                if at.poll() is not None or answers(f"http://127.0.0.1:{port}/health"):
                    break
                time.sleep(0.1)
            assert at.poll() is None, log.read_text()
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            at.terminate()


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.slow
def test_a_real_server_says_what_the_model_says_here(served, chat_folder):
    model = ServerChat(served, str(chat_folder), timeout=60)
    here = LocalChat(chat_folder).chat(ASKED, [LOOK])
    there = model.chat(ASKED, [LOOK])
    assert [(call.name, call.arguments) for call in there.calls] == [("look", {"title": "Heat"})]
    assert there.usage.prompt_tokens == here.usage.prompt_tokens
    streamed = list(model.stream(ASKED, [LOOK]))[-1]
    assert streamed.calls[0].arguments == {"title": "Heat"}


@pytest.mark.slow
def test_a_real_server_refuses_a_model_that_it_does_not_have(served):
    with pytest.raises(ChatError) as raised:
        ServerChat(served, "another", n_retries=0).chat(ASKED)
    assert raised.value.kind in {"refused", "busy"}
