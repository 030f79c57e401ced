"""A chat model that knows one conversation by heart, saved as models are published."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from rectutor.schema import seeded
from tests.lm.chat.tools import ASKED, LOOK
from tests.lm.small import sizes, tokenizer

CALL = '<tool_call>{"name": "look", "arguments": {"title": "Heat"}}</tool_call>'
TEMPLATE = (
    "{{ bos_token }}"
    "{% for tool in tools or [] %}[{{ tool.function.name }}]{% endfor %}"
    "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


@pytest.fixture(scope="session")
def chat_folder(tmp_path_factory):
    """Train a decoder until it answers `ASKED`, with the tool on offer, by calling it."""
    words = tokenizer()
    words.chat_template = TEMPLATE
    config = LlamaConfig(**{**sizes(len(words)), "max_position_embeddings": 256})
    with seeded(0):
        model = LlamaForCausalLM(config)
    prompt = f"[{LOOK.name}]<user>{ASKED[0].text}<assistant>"
    tokens = torch.tensor([[*words(prompt)["input_ids"], *words(CALL)["input_ids"][1:], 2]])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(120):
        optimizer.zero_grad()
        loss = model(input_ids=tokens, labels=tokens).loss
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01
    folder = tmp_path_factory.mktemp("models") / "knows-heat"
    model.eval().save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
