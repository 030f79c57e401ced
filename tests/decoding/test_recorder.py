"""A search of transformers, recorded: it is the search that our own beams make."""

import numpy as np
import pytest
import torch

from rectutor.decoding.beam import beam_search
from rectutor.decoding.processor import TrieProcessor
from rectutor.decoding.recorder import BeamRecorder
from rectutor.decoding.trace import cut_off
from rectutor.trie import Trie
from tests.decoding.small_models import N_TOKENS, PROMPTS, SmallLlama, SmallT5, generate, tuples


@pytest.fixture(scope="module", params=[SmallT5, SmallLlama], ids=["T5", "Llama"])
def small(request):
    return request.param()


class SmallWriter:
    """A small model as the writer of our own search; it reads everything again at each step."""

    def __init__(self, small):
        self.small = small
        self.written = torch.zeros(len(PROMPTS), 1, 0, dtype=torch.long)

    def first(self):
        return self._probabilities()

    def then(self, parents, codes):
        kept = self.written.gather(1, parents[:, :, None].expand(-1, -1, self.written.shape[2]))
        self.written = torch.cat([kept, codes[:, :, None]], dim=2)
        return self._probabilities()

    def _probabilities(self):
        B, V, _ = self.written.shape
        prompts = PROMPTS.repeat_interleave(V, dim=0)
        return self.small.log_p(prompts, self.written.flatten(0, 1))[:, -1].view(B, V, -1)


def recorded(small, trie, n_beams, n_new=3, **how):
    recorder = BeamRecorder(TrieProcessor(trie, small.begin), **how)
    free = {} if recorder.is_held else {"min_new_tokens": 3}
    sequences, scores = generate(small, n_beams, n_new, logits_processor=[recorder], **free)
    return recorder.beams(sequences), scores


@pytest.mark.parametrize("n_new", [3, 4], ids=["ends at the last code", "with a closing token"])
def test_the_recorded_search_is_our_own(small, n_new):
    trie = Trie(tuples(40), N_TOKENS)
    ours = beam_search(trie, SmallWriter(small), n_beams=5)
    theirs, _ = recorded(small, trie, 5, n_new)
    best = np.argsort(-theirs.scores, axis=1)  # a closing token may have changed the order
    assert np.array_equal(np.take_along_axis(theirs.items, best, axis=1), ours.items)
    assert np.take_along_axis(theirs.scores, best, axis=1) == pytest.approx(ours.scores, abs=1e-4)
    for level in range(3):
        one, other = ours.steps[level], theirs.steps[level]
        assert other.log_p == pytest.approx(one.log_p, abs=1e-4)
        assert cut_off(trie, theirs, level) == pytest.approx(cut_off(trie, ours, level), abs=1e-4)
        if level < 2:
            for field in ("parents", "codes", "nodes"):
                assert np.array_equal(getattr(one, field), getattr(other, field))
            assert other.scores == pytest.approx(one.scores, abs=1e-4)


def test_scores_are_those_of_generate_where_no_closing_token_follows(small):
    beams, scores = recorded(small, Trie(tuples(40), N_TOKENS), 5)
    assert beams.scores == pytest.approx(scores, abs=1e-4)


def test_what_beams_repeat_is_no_beam(small):
    trie = Trie(np.array([[5, 7, 9], [5, 7, 8]]), N_TOKENS)  # one way to begin, for four beams
    beams, _ = recorded(small, trie, 4)
    for step, n_beams in zip(beams.steps, (1, 1, 2), strict=True):
        assert (step.scores > -np.inf).sum(axis=1).tolist() == [n_beams] * 3
        assert (step.nodes[step.scores == -np.inf] == -1).all()
    assert np.sort(beams.items, axis=1).tolist() == [[0, 0, 1, 2]] * 3
    assert (beams.written()[beams.items == 1] == [5, 7, 9]).all()


def test_looking_on_shows_what_is_no_item(small):
    trie = Trie(tuples(40), N_TOKENS)
    beams, _ = recorded(small, trie, 6, is_held=False)
    free = beam_search(trie, WithoutEnd(SmallWriter(small)), n_beams=6, is_held=False)
    assert np.array_equal(beams.items, free.items)
    assert np.array_equal(beams.written(), free.written())
    assert beams.scores == pytest.approx(free.scores, abs=1e-4)
    assert (beams.items == 0).any()
    assert (beams.scores > -np.inf).all()


class WithoutEnd:
    """A writer that cannot write the closing token, as `min_new_tokens` has it."""

    def __init__(self, writer):
        self.writer = writer

    def first(self):
        return self._forbid(self.writer.first())

    def then(self, parents, codes):
        return self._forbid(self.writer.then(parents, codes))

    @staticmethod
    def _forbid(log_p):
        log_p[:, :, 1] = -torch.inf
        return log_p


def test_a_second_search_takes_the_place_of_the_first(small):
    trie = Trie(tuples(40), N_TOKENS)
    recorder = BeamRecorder(TrieProcessor(trie, small.begin))
    generate(small, 3, 3, logits_processor=[recorder])
    sequences, _ = generate(small, 5, 3, logits_processor=[recorder])
    again, _ = recorded(small, trie, 5)
    assert np.array_equal(recorder.beams(sequences).items, again.items)


def test_the_best_sequences_alone_are_enough(small):
    trie = Trie(tuples(40), N_TOKENS)
    recorder = BeamRecorder(TrieProcessor(trie, small.begin))
    sequences, _ = generate(small, 5, 3, logits_processor=[recorder])
    whole, part = recorder.beams(sequences), recorder.beams(sequences[:, :2])
    assert np.array_equal(whole.items[:, :2], part.items)
    assert part.steps[0].scores.shape == (3, 5)


def test_a_search_that_was_not_recorded_is_refused(small):
    trie = Trie(tuples(40), N_TOKENS)
    recorder = BeamRecorder(TrieProcessor(trie, small.begin))
    with pytest.raises(ValueError, match=r"3 levels make an item, 0 were recorded; .*=3"):
        recorder.beams(torch.zeros(3, 5, 4, dtype=torch.long))
    sequences, _ = generate(small, 5, 3, logits_processor=[recorder])
    with pytest.raises(ValueError, match="written at level 3 does not go on"):
        recorder.beams(torch.full_like(sequences, 19))


def test_a_trie_of_another_vocabulary_is_refused(small):
    recorder = BeamRecorder(TrieProcessor(Trie(tuples(40), N_TOKENS + 3), small.begin))
    with pytest.raises(ValueError, match=r"built for 23 tokens, the model has 20; .*size=20\)"):
        generate(small, 2, 3, logits_processor=[recorder])
