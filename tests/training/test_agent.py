"""What the tiny agent learns from, and that what ships was made from today's code."""

import json

import numpy as np
import pytest

from rectutor.chat import ToolCall
from rectutor.data.requests import Request, requests
from rectutor.data.worlds import load
from rectutor.files import ASSETS, write_sums
from rectutor.lm.chat.evidence import LABELS
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.notation import NOTHING, SEVERAL
from rectutor.lm.chat.tiny import NAME
from rectutor.lm.loading import text_encoder
from rectutor.training import shipped_agent
from rectutor.training.agent import examples, fit_head, noisy

ITEMS = load("films").items
TEXT = 'Hi, what is like "Heat"? and tell me, please, about Tom Hanks'
LIKE, FACTS = ToolCall("similar", {"title": "Heat"}), ToolCall("facts", {"name": "Tom Hanks"})
PLACES = (
    (4, TEXT.index("?")),
    (TEXT.index("tell"), len(TEXT)),
)


def test_every_stretch_is_a_clause_several_or_nothing():
    request = Request(TEXT, (LIKE, FACTS), PLACES, (), ())
    seen = set()
    for seed in range(40):
        found = examples(Linker(ITEMS), [request], np.random.default_rng(seed))
        seen |= {(own.prompt, own.answer("<end>")) for own in found}
    assert ("what is like film 1 =", " like 1<end>") in seen
    assert ("hi, what is like film 1 =", " like 1<end>") in seen
    assert ("tell me, please, about person 1 =", " about 1<end>") in seen
    assert ("hi =", " not<end>") in seen
    assert ("tell me =", " not<end>") in seen
    assert ("what is like film 1? and tell me =", " not<end>") in seen  # the second is cut
    assert ("what is like film 1? and tell me, please, about person 2 =", " both<end>") in seen


def test_a_clause_whose_name_is_not_found_is_left_out():
    unknown = ToolCall("similar", {"title": "Nobody's Film"})
    request = Request(TEXT, (unknown, FACTS), PLACES, (), ())
    found = examples(Linker(ITEMS), [request], np.random.default_rng(0))
    assert sorted(own.symbols[0] for own in found) == ["facts", NOTHING, SEVERAL]


def test_noise_spares_marks_and_about_half_of_all_prompts():
    prompt = "please tell me something about film 1 and person 2 ="
    done = noisy([prompt] * 400, ITEMS["synopsis"].tolist(), np.random.default_rng(0), share=0.2)
    assert all("film 1" in own and "person 2" in own for own in done)
    assert 0.4 < np.mean([own == prompt for own in done]) < 0.6
    words = [len(own.split()) for own in done if own != prompt]
    assert np.mean(words) == pytest.approx(11 - 0.2 * 6, abs=0.4)  # a fifth of six words is dropped


def test_a_head_learns_what_words_tell():
    prompts = ["show my history", "my history again", "films like film 1", "more like film 1"]
    labels = [LABELS.index(own) for own in ("history", "history", "similar", "similar")]
    head = fit_head(text_encoder(), prompts, labels)
    said = head.read(text_encoder(), ["the history", "like film 1"]).argmax(axis=1)
    assert [LABELS[own] for own in said] == ["history", "similar"]


def test_calls_are_right_in_any_order_and_with_all_arguments():
    request = Request(TEXT, (LIKE, FACTS), PLACES, (), ())
    assert shipped_agent.right([FACTS, LIKE], request)
    assert not shipped_agent.right([LIKE], request)
    assert not shipped_agent.right([LIKE, FACTS, FACTS], request)
    assert not shipped_agent.right([LIKE, FACTS._replace(arguments={"name": "Heat"})], request)


def test_what_ships_was_made_from_todays_models_and_code():
    assert not shipped_agent.stale(), "run `python -m rectutor.training.shipped_agent`"


def test_what_ships_is_small_and_says_what_was_measured():
    folder = ASSETS / NAME
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5e6
    facts = json.loads((folder / "config.json").read_text())
    chosen = facts["validation"][str(facts["share"])]
    best = max(sum(values.values()) for values in facts["validation"].values())
    assert sum(chosen.values()) == pytest.approx(best)
    assert chosen["seen"] > 0.9 and chosen["combinations"] > 0.9
    assert f"new wordings {chosen['wordings']:.2f}" in (folder / "README.md").read_text()


def test_an_older_one_is_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped_agent, "ASSETS", tmp_path)
    monkeypatch.setattr(shipped_agent, "today", lambda: "new")
    assert shipped_agent.stale()
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "config.json").write_text('{"fingerprint": "old"}')
    write_sums(tmp_path / NAME)
    assert shipped_agent.stale()
    (tmp_path / NAME / "config.json").write_text('{"fingerprint": "new"}')
    assert not shipped_agent.stale()


def test_it_still_does_on_a_few_requests_what_its_card_says():
    from rectutor.data.requests import SCHEMAS
    from rectutor.lm.chat.tiny import shipped_writer

    asked = requests(ITEMS, "validation", "combinations", 20, seed=11)
    linker = Linker(ITEMS)
    said = shipped_writer().calls([linker.link(own.text) for own in asked], SCHEMAS)
    right = [shipped_agent.right(*own) for own in zip(said, asked, strict=True)]
    assert np.mean(right) >= 0.8
