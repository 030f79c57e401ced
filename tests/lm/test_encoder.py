"""Text encoders: unit vectors, pooling, the contrastive loss, and how they are opened."""

import json
import math

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from rectutor.lm.encoder import EncoderConfig, TextEncoder, info_nce, item_vectors, small_encoder
from rectutor.lm.loading import language_model, text_encoder
from tests.lm.small import tokenizer

TEXTS = ["The viewer liked it.", "A thriller from the seventies, directed by a woman.", "No."]


@pytest.fixture(scope="module")
def encoder():
    own = tokenizer()
    config = EncoderConfig(len(own), max_length=40, width=24, n_layers=2, n_heads=2, inner=32)
    return TextEncoder(small_encoder(config, seed=3), own, "small")


def test_vectors_have_length_one_whatever_else_is_in_the_batch(encoder):
    together = encoder.embed(TEXTS)
    alone = np.vstack([encoder.embed([text]) for text in TEXTS])
    assert together.shape == (3, encoder.width) == (3, 24)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(3), abs=1e-6)
    assert together == pytest.approx(alone, abs=1e-5)
    assert abs(together[0] @ together[1]) < 0.999


def test_the_mean_is_taken_over_real_tokens_only(encoder):
    tokens = torch.from_numpy(encoder.sequences(TEXTS[:1])[0])[None]
    with torch.inference_mode():
        states = encoder.model(input_ids=tokens).last_hidden_state[0]
    expected = states.mean(dim=0) / states.mean(dim=0).norm()
    assert encoder.embed(TEXTS)[0] == pytest.approx(expected.numpy(), abs=1e-5)


def test_a_text_longer_than_the_model_reads_is_cut_at_its_end(encoder):
    long = "The viewer liked the western. " * 40
    assert len(encoder.sequences([long])[0]) == 40
    assert encoder.embed([long]) == pytest.approx(encoder.embed([long + "No."]), abs=1e-6)


def test_the_row_of_padding_is_zero(encoder):
    vectors = item_vectors(encoder, TEXTS)
    assert vectors.shape == (4, 24)
    assert not vectors[0].any()
    assert vectors[1:] == pytest.approx(encoder.embed(TEXTS), abs=1e-6)


def test_one_string_is_not_a_list_of_texts(encoder):
    with pytest.raises(TypeError, match=r"texts must be a list of strings, got the string 'No\.'"):
        encoder.embed("No.")


def test_info_nce_by_hand():
    one = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    other = torch.tensor([[0.8, 0.6], [0.0, 1.0]])
    # cosines / 0.5: [[1.6, 0.0], [1.2, 2.0]]; partners stand on the diagonal
    rows = [math.log(1 + math.exp(0.0 - 1.6)), math.log(1 + math.exp(1.2 - 2.0))]
    columns = [math.log(1 + math.exp(1.2 - 1.6)), math.log(1 + math.exp(0.0 - 2.0))]
    expected = (sum(rows) / 2 + sum(columns) / 2) / 2
    assert float(info_nce(one, other, 0.5)) == pytest.approx(expected, abs=1e-6)


def saved(encoder, folder):
    encoder.model.save_pretrained(folder)
    encoder.tokenizer.save_pretrained(folder)
    return folder


def test_a_saved_encoder_comes_back_with_the_same_vectors(encoder, tmp_path):
    again = text_encoder(saved(encoder, tmp_path / "mine"))
    assert again.name == "mine"
    assert again.embed(TEXTS) == pytest.approx(encoder.embed(TEXTS), abs=1e-6)


def test_half_precision_is_stored_and_single_precision_computed_with(encoder, tmp_path):
    half = TextEncoder(BertModel(encoder.model.config, add_pooling_layer=False), None, "half")
    half.model.load_state_dict(encoder.model.state_dict())
    half.model.half()
    half.tokenizer = encoder.tokenizer
    again = text_encoder(saved(half, tmp_path / "half"))
    assert again.model.dtype == torch.float32
    assert again.embed(TEXTS) == pytest.approx(encoder.embed(TEXTS), abs=5e-3)


@pytest.mark.parametrize("key", ["pooling_mode_mean_tokens", "pooling_mode_cls_token"])
def test_the_pooling_of_sentence_transformers_is_read(encoder, tmp_path, key):
    folder = saved(encoder, tmp_path / "mine")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 24, key: True, "pooling_mode_max_tokens": False})
    )
    assert text_encoder(folder).pooling == ("mean" if "mean" in key else "first")


def test_an_unknown_pooling_is_named(encoder, tmp_path):
    folder = saved(encoder, tmp_path / "mine")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}')
    with pytest.raises(ValueError, match="or for the first, got pooling_mode_max_tokens;"):
        text_encoder(folder)


def test_the_first_state_differs_from_the_mean(encoder):
    first = TextEncoder(encoder.model, encoder.tokenizer, "first", pooling="first")
    assert not np.allclose(first.embed(TEXTS), encoder.embed(TEXTS), atol=0.01)


def test_an_encoder_is_no_language_model(encoder, tmp_path):
    folder = saved(encoder, tmp_path / "mine")
    with pytest.raises(ValueError, match="describes a BertModel, which continues no text;"):
        language_model(folder)


def test_a_missing_encoder_names_the_one_that_ships():
    with pytest.raises(FileNotFoundError) as error:
        text_encoder("nobody/nothing")
    assert "text encoder 'nobody/nothing' was not found" in str(error.value)
    assert 'take "text-encoder", which ships with the project' in str(error.value)


def test_random_weights_follow_the_seed():
    config = EncoderConfig(30, max_length=8, width=8, n_layers=1, n_heads=2, inner=8)
    one, again, other = (small_encoder(config, seed) for seed in (1, 1, 2))
    weights = [m.embeddings.word_embeddings.weight for m in (one, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert isinstance(one.config, BertConfig)
