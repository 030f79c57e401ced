"""The small models, made once; no test changes them for good."""

import pytest

from rectutor.lm.causal import CausalLM
from rectutor.lm.seq2seq import Seq2SeqLM
from tests.lm.small import small_llama, small_t5


@pytest.fixture(scope="session")
def llama() -> CausalLM:
    return small_llama()


@pytest.fixture(scope="session")
def t5() -> Seq2SeqLM:
    return small_t5()


@pytest.fixture(params=["llama", "t5"])
def lm(request) -> CausalLM | Seq2SeqLM:
    """Either of them: what a test says holds for both."""
    return request.getfixturevalue(request.param)
