"""A T5 writes codes: the same odds as transformers gives, whoever shares what with whom."""

import numpy as np
import pytest
import torch
from transformers import T5Config, T5ForConditionalGeneration
from transformers.utils import logging

from rectutor.decoding import TrieProcessor, beam_search, exact_scores, items_of, prefix_function
from rectutor.lm.t5_writer import T5Writing
from rectutor.schema import seeded
from rectutor.trie import Trie

L, K, N, V = 3, 6, 60, 25
SOURCE = torch.tensor([[3, 9, 4, 20, 21], [7, 5, 0, 0, 0], [19, 2, 2, 8, 0]])  # 0 is padding
TOKENS = torch.arange(1, 1 + L * K).view(L, K)
KINDS = [{}, {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}, {"d_kv": 10}]


def codes():
    """Draw the ids of N items, [N, L]."""
    everything = np.stack(np.unravel_index(np.arange(K**L), (K,) * L), axis=1)
    return np.random.default_rng(0).permutation(everything)[:N]


def token_trie():
    """Build the trie of the items' tokens; no code is token 0, so that may close what is none."""
    return Trie(TOKENS.numpy()[np.arange(L), codes()])


def small(**knobs):
    """Make a T5 whose random weights leave its odds far from equal."""
    sizes = {"d_model": 16, "d_kv": 4, "d_ff": 32, "num_layers": 3, "num_heads": 4}
    special = {"pad_token_id": 0, "decoder_start_token_id": 0, "eos_token_id": None}
    with seeded(0):
        config = T5Config(vocab_size=V, num_decoder_layers=2, **(sizes | special | knobs))
        model = T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        model.decoder.final_layer_norm.weight.fill_(5.0 if config.scale_decoder_outputs else 1.2)
        model.decoder.block[0].layer[0].SelfAttention.relative_attention_bias.weight.mul_(10.0)
    return model


@torch.inference_mode()
def writing(model, source=SOURCE, tokens=TOKENS):
    is_real = source != 0
    states = model.encoder(input_ids=source, attention_mask=is_real.long()).last_hidden_state
    return T5Writing(model, states, is_real, tokens)


@torch.inference_mode()
def brute_force(model, table):
    """Return the log-probability of every item for every question, [B, N], without a cache."""
    written = TOKENS[torch.arange(L), torch.from_numpy(table)]  # [N, L]
    answers = torch.cat([torch.zeros(len(table), 1, dtype=torch.long), written[:, :-1]], dim=1)
    rows = []
    for source in SOURCE:
        read = source.expand(len(table), -1)
        out = model(input_ids=read, attention_mask=(read != 0).long(), decoder_input_ids=answers)
        log_p = out.logits.log_softmax(dim=2).gather(2, written[:, :, None])
        rows.append(log_p[:, :, 0].sum(dim=1))
    return torch.stack(rows).numpy()


def generated(model, n_beams, **door):
    """Search with the beams of transformers; return items and scores [B, W]."""
    logging.set_verbosity_error()
    out = model.generate(
        input_ids=SOURCE,
        attention_mask=(SOURCE != 0).long(),
        num_beams=n_beams,
        num_return_sequences=n_beams,
        max_new_tokens=L,
        do_sample=False,
        length_penalty=0.0,
        early_stopping=False,
        return_dict_in_generate=True,
        output_scores=True,
        **door,
    )
    shape = (len(SOURCE), n_beams)
    items = items_of(token_trie(), out.sequences.unflatten(0, shape), end_token=0)
    return items, out.sequences_scores.view(shape)


@pytest.mark.parametrize("knobs", KINDS)
@pytest.mark.parametrize("n_beams", [2, 8, 40])
def test_its_beams_and_their_scores_are_those_of_generate(knobs, n_beams):
    model = small(**knobs)
    with torch.inference_mode():
        ours = beam_search(Trie(codes()), writing(model), n_beams)
    trie = token_trie()
    for door in (
        {"prefix_allowed_tokens_fn": prefix_function(trie, end_token=0)},
        {"logits_processor": [TrieProcessor(trie, end_token=0)]},
    ):
        items, scores = generated(model, n_beams, **door)
        assert np.array_equal(ours.items, items)
        assert ours.scores == pytest.approx(scores.numpy(), abs=1e-4)


@pytest.mark.parametrize("knobs", KINDS)
def test_every_item_gets_the_score_that_it_has_without_a_memory(knobs):
    model, table = small(**knobs), codes()
    expected = brute_force(model, table)
    with torch.inference_mode():
        scores = exact_scores(Trie(table), writing(model))
        beams = beam_search(Trie(table), writing(model), n_beams=N)
    assert scores[:, 1:] == pytest.approx(expected, abs=1e-4)
    assert np.array_equal(beams.items, np.argsort(-expected, axis=1) + 1)
    assert np.ptp(expected, axis=1).min() > 1  # there is something to tell apart


def test_odds_are_of_the_whole_vocabulary():
    model = small()
    with torch.inference_mode():
        some = writing(model).first()
        every = writing(model, tokens=torch.arange(V)[None]).first()
    assert every.exp().sum(dim=2).squeeze().tolist() == pytest.approx([1.0] * 3, abs=1e-5)
    torch.testing.assert_close(some, every[:, :, 1 : 1 + K])
    assert (some.exp().sum(dim=2) < 1).all()


def test_a_step_from_other_beams_is_what_each_would_have_written_alone():
    model = small()
    parents, added = torch.tensor([[2, 0], [0, 0], [1, 2]]), torch.tensor([[5, 1], [0, 3], [4, 4]])
    begun = torch.tensor([[0, 1, 2]]).expand(3, -1)
    with torch.inference_mode():
        together = writing(model)
        together.first()
        together.then(torch.zeros_like(begun), begun)
        found = together.then(parents, added)
        for b in range(3):
            for w in range(2):
                alone = writing(model, SOURCE[b : b + 1])
                alone.first()
                alone.then(torch.zeros(1, 1, dtype=torch.long), begun[b, parents[b, w]].view(1, 1))
                one = alone.then(torch.zeros(1, 1, dtype=torch.long), added[b, w].view(1, 1))
                torch.testing.assert_close(found[b, w], one[0, 0])


def test_many_answers_are_scored_part_by_part(monkeypatch):
    model = small()
    with torch.inference_mode():
        whole = exact_scores(Trie(codes()), writing(model))
        monkeypatch.setattr("rectutor.lm.t5_writer._LOGITS_AT_ONCE", 7 * V)
        parts = exact_scores(Trie(codes()), writing(model))
    assert parts == pytest.approx(whole, abs=1e-5)


def test_weights_are_used_where_they_lie():
    model = small()
    with torch.inference_mode():
        before = writing(model).first()
        begun = writing(model)
        model.lm_head.weight.mul_(2.0)
        assert not torch.allclose(begun.first(), before)


def test_a_model_in_training_is_refused():
    with pytest.raises(ValueError, match=r"got one in training, .*; call `model.eval\(\)` first"):
        T5Writing(small().train(), torch.zeros(1, 2, 16), torch.ones(1, 2), TOKENS)
