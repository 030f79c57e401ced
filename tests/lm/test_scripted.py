"""The scripted model, and the questions that every language model refuses alike."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rectutor.lm.scripted import ScriptedLM
from rectutor.schema import LanguageModel


def prefers_the_first_letter(prompt: str, continuation: str) -> float:
    """Say yes to what begins like the prompt, three times in four."""
    return math.log(0.75 if continuation[0] == prompt[0] else 0.25)


def test_its_scores_are_those_of_the_function_in_the_order_asked():
    lm = ScriptedLM(prefers_the_first_letter, name="biased")
    assert isinstance(lm, LanguageModel)
    first, second, none = lm.score(["ab", "b", "c"], [["a", "b"], ["a", "b", "b"], []])
    np.testing.assert_allclose(np.exp(first), [0.75, 0.25])
    np.testing.assert_allclose(np.exp(second), [0.25, 0.75, 0.75])
    assert (first.dtype, none.shape) == (np.float32, (0,))


def test_what_cannot_happen_has_log_probability_minus_infinity():
    assert ScriptedLM(lambda p, c: -math.inf).score(["a"], [["b"]])[0].tolist() == [-math.inf]


def test_replies_come_from_the_list_in_order_over_several_calls():
    lm = ScriptedLM(replies=["{bad json", "Yes", ""])
    assert lm.generate(["a", "b"], max_new_tokens=1) == ["{bad json", "Yes"]
    assert lm.generate(["c"], max_new_tokens=1) == [""]
    with pytest.raises(ValueError, match="scripted was given 3 replies and is asked for number 5"):
        lm.generate(["d", "e"], max_new_tokens=1)


def test_replies_come_from_a_function_of_the_prompt():
    lm = ScriptedLM(replies=str.upper)
    assert lm.generate(["yes", "no"], max_new_tokens=1) == ["YES", "NO"]


def test_embeddings_are_read_off_a_hash_and_the_same_on_every_machine():
    lm = ScriptedLM(width=4)
    vectors = lm.embed(["western", "Western  western", "musical", ""])
    # the first bytes of SHAKE-256("western"), 0..255 laid out over -1..1
    bytes_of_western = np.array([94, 177, 165, 241])
    np.testing.assert_allclose(vectors[0], bytes_of_western / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert not np.allclose(vectors[0], vectors[2], atol=0.1)
    assert vectors[3].tolist() == [0, 0, 0, 0]
    assert vectors.dtype == np.float32


def test_texts_that_share_words_are_nearer_than_others():
    one, near, far = ScriptedLM(width=256).embed(
        ["a western by a woman", "a comedy by a woman", "two films about rain"]
    )
    assert np.linalg.norm(one - near) < 0.7 * np.linalg.norm(one - far)


def test_what_is_no_log_probability_is_refused_with_its_pair():
    with pytest.raises(ValueError, match=r"at most 0, odd was given 0\.5 for 'a' and 'b'"):
        ScriptedLM(lambda p, c: 0.5, name="odd").score(["a"], [["b"]])
    with pytest.raises(ValueError, match="scripted was given nan"):
        ScriptedLM(lambda p, c: math.nan).score(["a"], [["b"]])
    with pytest.raises(ValueError, match="mute was made without log_probability"):
        ScriptedLM(name="mute").score(["a"], [["b"]])


def test_a_logits_processor_is_not_ignored_in_silence():
    with pytest.raises(ValueError, match="scripted has no tokens to process, got <function"):
        ScriptedLM(replies=["a"]).generate(["a"], 1, logits_processor=lambda t, s: s)


@pytest.mark.parametrize(
    ("prompts", "continuations", "error", "message"),
    [
        (
            "ab",
            [["a"], ["b"]],
            TypeError,
            r"prompts must be a list of strings, got the string 'ab'",
        ),
        (["a"], ["bc"], TypeError, r"continuations\[0\] must be a list .* got the string 'bc'"),
        (["a", 3], [["b"]] * 2, TypeError, "prompts must be strings, got int at position 1"),
        (["a", "b"], [["a"]], ValueError, "got 1 lists for 2 prompts"),
        (["a", "b"], [["a"], ["b", ""]], ValueError, r"continuations\[1\]\[1\] is empty"),
    ],
)
def test_a_malformed_question_is_refused_with_its_place(prompts, continuations, error, message):
    with pytest.raises(error, match=message):
        ScriptedLM(prefers_the_first_letter).score(prompts, continuations)


def test_the_other_questions_are_checked_too():
    lm = ScriptedLM(replies=["a"])
    with pytest.raises(TypeError, match="texts must be a list of strings, got the string 'ab'"):
        lm.embed("ab")
    with pytest.raises(TypeError, match="prompts must be a list of strings, got the string 'ab'"):
        lm.generate("ab", 1)
    with pytest.raises(ValueError, match="n_beams must be 1 or more, got 0"):
        lm.generate(["a"], 1, n_beams=0)


def test_it_needs_neither_torch_nor_transformers():
    code = (
        "import sys, rectutor.lm.scripted\n"
        "print(sorted({'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert out.stdout.strip() == "[]"
