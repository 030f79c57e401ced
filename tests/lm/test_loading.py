"""Models by folder and by name: the same scores again, no network, and errors that help."""

import json
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from transformers import BertConfig, BertForMaskedLM, LlamaModel

from rectutor.lm import hub
from rectutor.lm.causal import CausalLM
from rectutor.lm.loading import language_model
from rectutor.lm.seq2seq import Seq2SeqLM
from rectutor.lm.transformer import TransformerLM

PROMPTS = ["Would this person enjoy the film?", "Yes"]
CONTINUATIONS = [[" Yes", " No, because"], ["?"]]


def save(lm: TransformerLM, folder: Path) -> Path:
    lm.model.save_pretrained(folder)
    lm.tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def saved(llama: CausalLM, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(llama, tmp_path_factory.mktemp("models") / "saved-llama")


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Path:
    """A copy of the saved model, to be damaged."""
    return shutil.copytree(saved, tmp_path / "copied")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """An empty cache, a hub that is not switched off, and no network; attempts are listed."""
    attempts: list[str] = []

    def refuse(*_args, **_options):
        attempts.append("network")
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return attempts


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_model_that_was_saved_scores_and_continues_as_before(lm, tmp_path, calls):
    again = language_model(save(lm, tmp_path / "a-model"), batch_tokens=512)
    assert type(again) is type(lm)
    assert (again.name, again.batch_tokens) == ("a-model", 512)
    pairs = zip(again.score(PROMPTS, CONTINUATIONS), lm.score(PROMPTS, CONTINUATIONS), strict=True)
    for found, wanted in pairs:
        np.testing.assert_array_equal(found, wanted)
    assert again.generate(PROMPTS, 5) == lm.generate(PROMPTS, 5)
    assert calls == []


def test_a_model_that_was_downloaded_before_is_found_by_its_name(saved, tmp_path, calls):
    place = tmp_path / "cache" / "models--someone--tiny"
    shutil.copytree(saved, place / "snapshots" / "abc")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("abc")
    lm = language_model("someone/tiny")
    assert isinstance(lm, CausalLM)
    assert lm.name == "someone/tiny"
    assert calls == []


@pytest.mark.parametrize("name", ["nobody/nothing", "./no-such-folder", "not a name at all"])
def test_a_missing_model_fails_at_once_and_says_where_it_was_looked_for(name, calls, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        language_model(name)
    said = str(error.value)
    assert f"language model {name!r} was not found" in said
    assert str(Path(name).absolute()) in said
    assert str(tmp_path / "cache") in said
    assert 'take "tiny-decoder", which ships with the project, or a folder' in said
    assert "download=True" in said
    assert calls == []


def test_a_download_is_asked_for_only_when_it_is_wanted(saved, monkeypatch):
    asked = []

    def fetch(name, **options):
        asked.append((name, options["local_files_only"], options["allow_patterns"]))
        return str(saved)

    monkeypatch.setattr(hub, "snapshot_download", fetch)
    assert language_model("someone/tiny").name == "someone/tiny"
    assert language_model("someone/tiny", download=True).name == "someone/tiny"
    assert [(name, local) for name, local, _ in asked] == [
        ("someone/tiny", True),
        ("someone/tiny", False),
    ]
    assert not any(pattern.endswith(("bin", "py", "*")) for pattern in asked[1][2])


def test_a_download_that_fails_names_the_model_and_the_offline_way(calls):
    with pytest.raises(
        ConnectionError, match=r"'nobody/nothing' cannot be fetched .*take .tiny-decoder"
    ):
        language_model("nobody/nothing", download=True)


def test_a_folder_without_config_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"no model in {tmp_path}: it has no config.json"):
        language_model(tmp_path)


def test_a_folder_without_tokenizer_is_named(copied):
    for path in copied.glob("tokenizer*"):
        path.unlink()
    with pytest.raises(ValueError, match=f"in {copied} cannot be loaded .*tokenizer"):
        language_model(copied)


def test_weights_that_are_pickled_are_not_read(copied, llama):
    (copied / "model.safetensors").unlink()
    torch.save(llama.model.state_dict(), copied / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"no file named model\.safetensors"):
        language_model(copied)


@pytest.mark.parametrize("n_bytes", [0, 100, 20_000])
def test_weights_that_were_cut_are_an_error(copied, n_bytes):
    path = copied / "model.safetensors"
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=f"in {copied} cannot be loaded .*save_pretrained"):
        language_model(copied)


def test_a_config_that_is_no_json_is_an_error(copied):
    (copied / "config.json").write_text('{"model_type": ')
    with pytest.raises(ValueError, match=f"in {copied} cannot be loaded .*Expecting value"):
        language_model(copied)


def test_a_config_of_other_sizes_is_an_error_that_names_a_tensor(copied):
    change_config(copied, intermediate_size=48)
    with pytest.raises(
        ValueError, match=r"lacks 6 tensors .*model\.layers\.0\.mlp\.down_proj\.weight"
    ):
        language_model(copied)


def test_a_model_without_output_layer_is_not_completed_at_random(copied, llama):
    LlamaModel(llama.model.config).save_pretrained(copied)
    with pytest.raises(ValueError, match=r"lacks 1 tensors of a LlamaForCausalLM.*lm_head\.weight"):
        language_model(copied)


def test_a_model_that_fills_gaps_is_refused(copied, llama):
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(llama.tokenizer), intermediate_size=16, **sizes)
    BertForMaskedLM(config).save_pretrained(copied)
    with pytest.raises(ValueError, match=r"config\.json describes a BertForMaskedLM"):
        language_model(copied)


def test_code_that_comes_with_a_model_is_not_run(copied, tmp_path):
    trace = tmp_path / "was-run"
    (copied / "theirs.py").write_text(f"open({str(trace)!r}, 'w').close()")
    change_config(
        copied, model_type="theirs", auto_map={"AutoConfig": "theirs.C", "AutoModel": "theirs.M"}
    )
    with pytest.raises(ValueError, match="model_type that transformers knows, got 'theirs'"):
        language_model(copied)
    change_config(copied, model_type="llama")  # a known kind is loaded by the known code
    assert type(language_model(copied).model).__module__.startswith("transformers.")
    assert not trace.exists()


def test_loading_shows_no_progress_bar(saved, capfd):
    assert not isinstance(language_model(saved), Seq2SeqLM)
    assert capfd.readouterr() == ("", "")
