"""A small T5 with random weights, for models that read and write tokens of their own.

Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
JMLR 21, 2020, section 2.1: encoder and decoder share their token vectors, and the output layer
uses them too.
"""

from __future__ import annotations

from transformers import T5Config, T5ForConditionalGeneration

__all__ = ["tiny_t5"]


def tiny_t5(
    n_tokens: int, width: int = 64, *, n_heads: int = 4, n_layers: int = 2, dropout: float = 0.1
) -> T5ForConditionalGeneration:
    """Build the model under torch's own random state.

    Args:
        n_tokens: V, padding included; token 0 is padding, and starts every answer.
        width: D, a multiple of `n_heads`.
        n_heads: H.
        n_layers: of the encoder, and of the decoder.
        dropout: share, 0 to 1.

    Raises:
        ValueError: `width` is not a multiple of `n_heads`.
    """
    if width % n_heads:
        raise ValueError(f"width must be a multiple of n_heads, got {width} and {n_heads}")
    config = T5Config(
        vocab_size=n_tokens,
        d_model=width,
        d_kv=width // n_heads,
        d_ff=4 * width,
        num_layers=n_layers,
        num_decoder_layers=n_layers,
        num_heads=n_heads,
        dropout_rate=dropout,
        pad_token_id=0,
        decoder_start_token_id=0,
        eos_token_id=None,
        use_cache=False,
    )
    return T5ForConditionalGeneration(config)
