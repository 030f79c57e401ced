"""The language models' benchmark: its texts are as it says, both sides compute the same."""

import lm_common as shared
import lm_worker
import numpy as np
import peft_worker
import pytest
from run_lm import SCORING, agreement, per_candidate, per_million_tokens

from rectutor.lm.causal import CausalLM


def test_texts_have_the_lengths_that_are_stated():
    words = shared.tokenizer()
    asked = shared.yes_or_no(400, seed=0)
    lengths = [len(ids) for ids in words(asked.prompts)["input_ids"]]
    answers = words(asked.answers, add_special_tokens=False)["input_ids"]
    assert (min(lengths), max(lengths)) == (40, 120)
    assert np.median(lengths) == pytest.approx(68, abs=3)
    assert {len(ids) for ids in answers} == {1}
    assert shared.n_tokens(asked) == sum(lengths) + 400
    for prompt, answer in zip(*asked, strict=True):
        assert ("west" in prompt.split()) == (answer == " yes")


def test_candidates_have_about_six_tokens_behind_about_120():
    words, (prompts, candidates) = shared.tokenizer(), shared.titles(seed=0)
    assert {len(texts) for texts in candidates} == {20}
    n_tokens = {len(words.tokenize(text)) for texts in candidates for text in texts}
    assert n_tokens == {5, 6, 7}
    assert all(112 <= len(words.tokenize(prompt)) <= 128 for prompt in prompts)


def test_scores_without_a_shared_prefix_are_those_with_it():
    words, (prompts, candidates) = shared.tokenizer(), shared.titles(seed=0)
    model = shared.model().eval()
    naive = peft_worker.scored(model, words, prompts[0], candidates[0])
    (ours,) = CausalLM(model, words, "x").score(prompts[:1], candidates[:1])
    np.testing.assert_allclose(ours, naive, rtol=0, atol=1e-4)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_peft_takes_the_same_steps_as_we_do():
    report, _ = lm_worker.tuned(20, seed=1)  # a whole batch and a part of one
    losses, _ = peft_worker.tuned(20, seed=1)
    assert len(losses) == shared.EPOCHS
    assert report.losses == pytest.approx(losses, abs=1e-5)


def test_costs_are_per_million_tokens_and_per_candidate():
    assert per_million_tokens({"seconds": 3.0, "tokens": 500_000}) == 6.0
    assert per_candidate({"seconds": 3.0, "candidates": 1_500}) == 2.0  # milliseconds


def test_sides_must_agree_before_their_times_are_compared():
    answers = [{"mean": -50.0}, {"mean": -50.0001}, {"mean": -49.0}, {"mean": -49.0005}]
    (row,) = agreement(SCORING, answers)
    assert (row["ours"], row["peer"], row["rounds"]) == (-49.0, -49.0005, 2)
    with pytest.raises(AssertionError, match=r"mean differs: \[\(-50\.0, -50\.1\)\]"):
        agreement(SCORING, [{"mean": -50.0}, {"mean": -50.1}])
