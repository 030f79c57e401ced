"""Prompt tuning and prefix tuning: vectors that are learned in the place of words.

Lester, Al-Rfou and Constant, "The Power of Scale for Parameter-Efficient Prompt Tuning", EMNLP
2021, section 2: n made-up tokens stand in front of a prompt, and their input vectors are all that
is trained. Li and Liang, "Prefix-Tuning: Optimizing Continuous Prompts for Generation", ACL 2021,
section 4: the states of these tokens are trained in every block.

The tokens are real entries of the tokenizer, so a tuned model reads prompts that begin with
`SoftTokens.text`, and prompts that do not as before.

**Departures.** Of a prefix the states that enter each block are trained, and keys and values
follow from them; the paper trains keys and values themselves, through a network that is thrown away
afterwards. Vectors start from those of words drawn by lot.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from rectutor.lm.causal import CausalLM

__all__ = ["SoftTokens", "add_soft_tokens"]


class SoftTokens(nn.Module):
    """Frozen vectors of words, and trained ones for n tokens behind the vocabulary.

    Args:
        base: the vectors of words [V, D]; kept, not copied, and frozen.
        n: how many tokens are added, at least 1.
        n_blocks: in how many blocks their states are trained, 1 for prompt tuning.
        generator: draws the words they start from; torch's own when None.
    """

    def __init__(
        self, base: nn.Embedding, n: int, n_blocks: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        words = torch.randint(base.num_embeddings, (n_blocks, n), generator=generator)
        self.states = nn.Parameter(base.weight.detach()[words].clone())  # [blocks, n, D]
        self._number = torch.zeros(0, 0, dtype=torch.long)  # of each token, below 0 for a word

    @property
    def weight(self) -> Tensor:
        """The vectors [V + n, D] that enter the first block."""
        return torch.cat([self.base.weight, self.states[0]])

    @property
    def text(self) -> str:
        """What a prompt has to begin with."""
        return "".join(_names(self.states.shape[1]))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the vectors [..., D] of tokens [...]."""
        self._number = tokens - self.base.num_embeddings
        vectors: Tensor = self.base(tokens.clamp(max=self.base.num_embeddings - 1))
        return self.put(vectors, 0)

    def put(self, hidden: Tensor, block: int) -> Tensor:
        """Replace the states [..., D] of the added tokens by those trained for a block."""
        own = self.states[block][self._number.clamp(min=0)]
        return torch.where((self._number >= 0)[..., None], own, hidden)


def add_soft_tokens(model: CausalLM, n: int, deep: bool = False, seed: int = 0) -> SoftTokens:
    """Give a decoder n tokens whose vectors can be learned; everything else is frozen.

    Args:
        model: its network is changed in place, and it gets a tokenizer that knows the tokens.
        n: tokens, at least 1.
        deep: train their states in every block (prefix tuning), not at the input alone.
        seed: of the words that they start from.

    Returns:
        The new part; prompts have to begin with its `text`.

    Raises:
        ValueError: `n` is below 1, or the model has such tokens already.
    """
    if n < 1:
        raise ValueError(f"n must be 1 or more tokens, got {n}; 8 to 100 is usual")
    network = model.model
    words = network.get_input_embeddings()
    if isinstance(words, SoftTokens):
        raise ValueError("the model has soft tokens already; load it again")
    network.requires_grad_(False)
    blocks = network.model.layers if deep else network.model.layers[:1]
    soft = SoftTokens(words, n, len(blocks), torch.Generator().manual_seed(seed))
    network.set_input_embeddings(soft)
    for place, block in enumerate(blocks):
        if place:
            block.register_forward_pre_hook(_putting(soft, place))
    model.tokenizer = _with_names(model.tokenizer, n)
    return soft


def _putting(soft: SoftTokens, block: int) -> Any:
    """Return a hook that trains the states entering a block."""

    def hook(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        return (soft.put(args[0], block), *args[1:])

    return hook


def _names(n: int) -> list[str]:
    return [f"<soft {place}>" for place in range(1, n + 1)]


def _with_names(tokenizer: PreTrainedTokenizerBase, n: int) -> PreTrainedTokenizerBase:
    """Return a copy of a tokenizer with n entries more."""
    longer = copy.deepcopy(tokenizer)
    longer.add_special_tokens({"additional_special_tokens": _names(n)})
    return longer
