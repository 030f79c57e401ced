"""The tiny agent ships as the difference to the shipped decoder, in eight bits a number.

`python -m rectutor.training.shipped_agent` tunes it again, in some two minutes of one core, and
writes `rectutor/assets/tiny-agent/`: the difference, the linear head over the text encoder, config,
card, checksums. How much the encoder counts is chosen on validation. Test requests are not looked
at here; `rectutor.analysis.agent_requests` measures them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor

from rectutor.chat import ToolCall
from rectutor.data.requests import SCHEMAS, Request, Twist, requests
from rectutor.data.worlds import load
from rectutor.files import ASSETS, sha256
from rectutor.lm.causal import CausalLM
from rectutor.lm.chat.linking import Linker
from rectutor.lm.chat.tiny import NAME
from rectutor.lm.chat.writer import CallWriter
from rectutor.lm.loading import text_encoder
from rectutor.training.agent import examples, fit_head, noisy
from rectutor.training.checkpoint import save_tensors
from rectutor.training.fingerprint import code_fingerprint
from rectutor.training.shipped import is_stale, write_facts
from rectutor.training.shipped_titles import eight_bits
from rectutor.training.taste import decoder
from rectutor.training.tune import tune

__all__ = ["make_agent", "right", "stale", "today"]

N_REQUESTS, EPOCHS, SEED = 9000, 1, 0
SHARES = (0.0, 0.25, 0.5)  # of the encoder, tried on validation
_VALIDATED = 100  # requests of each kind
_CODE = (
    "rectutor.data.request_clauses",
    "rectutor.data.request_wordings",
    "rectutor.data.requests",
    "rectutor.data.spoken",
    "rectutor.lm.chat.clauses",
    "rectutor.lm.chat.evidence",
    "rectutor.lm.chat.linking",
    "rectutor.lm.chat.notation",
    "rectutor.lm.chat.writer",
    "rectutor.training.agent",
    "rectutor.training.shipped_agent",
    "rectutor.training.step",
    "rectutor.training.tune",
)


def today() -> str:
    """Return the fingerprint that the asset would have now: of both models and the code."""
    models = (
        sha256(ASSETS / own / "model.safetensors") for own in ("tiny-decoder", "text-encoder")
    )
    return " ".join([code_fingerprint(_CODE), *(own[:12] for own in models)])


def stale() -> bool:
    """Tell whether the agent was made from other models or code than today's."""
    return is_stale(ASSETS / NAME, today())


def right(said: Sequence[ToolCall], request: Request) -> bool:
    """Tell whether calls are those that a request means, with all arguments, in any order."""
    wanted = sorted((call.name, sorted(call.arguments.items())) for call in request.calls)
    return sorted((call.name, sorted(call.arguments.items())) for call in said) == wanted


def make_agent(into: Path = ASSETS, n_requests: int = N_REQUESTS) -> Path:
    """Tune, fit, choose, and write a folder: tensors, config, card, checksums.

    Args:
        into: where the folder goes.
        n_requests: to learn from.
    """
    began, items = time.process_time(), load("films").items
    linker, rng = Linker(items), np.random.default_rng(SEED)
    found = examples(linker, requests(items, "train", "seen", n_requests, SEED), rng)
    plain, labels = [own.prompt for own in found], [own.label for own in found]
    prompts = noisy(plain, items["synopsis"].tolist(), rng)
    lm, frozen, encoder = decoder(), decoder(), text_encoder()
    lm.model.requires_grad_(True)
    ends = lm.tokenizer.eos_token
    report = tune(
        lm.model,
        lm.tokenizer,
        prompts,
        [own.answer(ends) for own in found],
        epochs=EPOCHS,
        seed=SEED,
        progress=sys.stderr.isatty(),
    )
    head = fit_head(encoder, plain + prompts, labels + labels, decay=1e-5)
    tensors = _shortened(lm, frozen)
    tensors |= {f"head.{part}": torch.from_numpy(own) for part, own in head._asdict().items()}
    tried = {share: _judged(CallWriter(lm, encoder, head, share), linker) for share in SHARES}
    share = max(SHARES, key=lambda own: (round(sum(tried[own].values()), 6), -own))
    folder = into / NAME
    save_tensors(folder / "difference.safetensors", tensors, {})
    facts = {
        "fingerprint": today(),
        "seed": SEED,
        "requests": n_requests,
        "examples": len(found),
        "losses": [round(loss, 4) for loss in report.losses],
        "cpu_seconds": round(time.process_time() - began),
        "share": share,
        "validation": {str(own): values for own, values in tried.items()},
    }
    write_facts(folder, facts, _card(facts))
    return folder


@torch.no_grad()
def _shortened(lm: CausalLM, frozen: CausalLM) -> dict[str, Tensor]:
    """Return the difference in eight bits, and give the decoder the weights that ship."""
    base, tensors = dict(frozen.model.named_parameters()), dict[str, Tensor]()
    for name, tuned in lm.model.named_parameters():
        steps, size = eight_bits(tuned.detach() - base[name].detach())
        tensors |= {f"{name}.steps": steps, f"{name}.size": size}
        tuned.copy_(base[name] + steps.float() * size)
    return tensors


def _judged(writer: CallWriter, linker: Linker) -> Mapping[str, float]:
    """Return the share of validation requests, by kind, whose calls are all right."""
    found = {}
    for twist in get_args(Twist):
        asked = requests(load("films").items, "validation", twist, _VALIDATED, SEED)
        said = writer.calls([linker.link(own.text) for own in asked], SCHEMAS)
        found[twist] = float(np.mean([right(*own) for own in zip(said, asked, strict=True)]))
    return found


def _card(facts: dict[str, Any]) -> str:
    """Write the model card."""
    chosen = facts["validation"][str(facts["share"])]
    return f"""# {NAME}

`tiny-decoder` after it has learned to write what a request to a film agent means as calls of seven
tools: the difference of all weights, in eight bits a number, and a linear head over `text-encoder`
that counts {facts["share"]:g} of the choice of a tool (chosen on validation). Made by
`python -m rectutor.training.shipped_agent` in {facts["cpu_seconds"]} processor seconds on one
thread, validation included: {facts["examples"]:,} stretches of {facts["requests"]:,} requests of a
grammar, once each. Seed {facts["seed"]}.

Share of {_VALIDATED} validation requests of each kind whose calls are all right, arguments too:
wordings and combinations of training {chosen["seen"]:.2f}, new combinations
{chosen["combinations"]:.2f}, new wordings {chosen["wordings"]:.2f}. Names are new in all three.
`python -m rectutor.analysis.agent_requests` measures the test requests.

For teaching. It knows the sentences of a grammar that one hand wrote, English only, and films of
one catalogue. Whether a call is right is another question than whether it can be read: every call
can. Another processor trains slightly other weights; compare measures with a tolerance.
"""


if __name__ == "__main__":
    if stale() or "again" in sys.argv[1:]:
        print(make_agent())
    else:
        print(f"{NAME}: made from today's models and code, kept")
