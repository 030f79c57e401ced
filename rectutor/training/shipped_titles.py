"""BIGRec in miniature ships as the difference to the shipped decoder, in eight bits a number.

`python -m rectutor.training.shipped_titles` tunes it again, in some ten minutes of one core, and
writes `rectutor/assets/bigrec-films/`: the difference, config, card, checksums. One that was made
from another decoder, other histories or other code than today's is stale, and loading it is an
error. Half as many bytes as the decoder itself; the card says what is measured with it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rectutor.files import ASSETS, ASSETS_REMEDY, sha256
from rectutor.lm.causal import CausalLM
from rectutor.lm.title_rows import TitleTokens
from rectutor.schema import Split
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.recipes import split_of
from rectutor.training.shipped import check_shipped, is_stale, write_facts
from rectutor.training.taste import decoder
from rectutor.training.titles import surprise, titles_of, tune_titles

__all__ = ["NAME", "eight_bits", "load_titles", "make_titles", "stale"]

NAME = "bigrec-films"
EPOCHS, SEED = 5, 0
_JUDGED = 500  # people of the card
_CODE = (
    "rectutor.data.batches",
    "rectutor.lm.title_rows",
    "rectutor.training.shipped_titles",
    "rectutor.training.step",
    "rectutor.training.titles",
)


def load_titles(retrain: bool = False) -> CausalLM:
    """Load the shipped decoder as it was tuned to write titles, or tune it here and now.

    Args:
        retrain: tune instead of loading, some ten minutes; nothing is written.

    Raises:
        ValueError: what ships is damaged or stale.
    """
    model = decoder()
    if retrain:
        split = split_of("films")
        model.model.requires_grad_(True)
        tune_titles(model, split, titles_of("films", split), epochs=EPOCHS, seed=SEED)
    else:
        folder = ASSETS / NAME
        check_shipped(folder, f"tuning {NAME!r}", "another decoder, data or code", _fingerprint())
        tensors, _ = load_tensors(folder / "difference.safetensors", ASSETS_REMEDY)
        _add(model, tensors)
    model.name = NAME
    return model


def stale() -> bool:
    """Tell whether the tuning was made from another decoder, other data or code than today's."""
    return is_stale(ASSETS / NAME, _fingerprint())


def eight_bits(difference: Tensor) -> tuple[Tensor, Tensor]:
    """Round numbers to 255 steps, with a step of its own for each row.

    Args:
        difference: [..., D].

    Returns:
        Steps [..., D] int8, and how large a step is, [..., 1] float32.

    Example:
        >>> steps, size = eight_bits(torch.tensor([[1.27, -0.10], [0.0, 0.0]]))
        >>> steps.tolist(), [round(s, 4) for s in size.flatten().tolist()]
        ([[127, -10], [0, 0]], [0.01, 0.0])
    """
    size = difference.abs().amax(dim=-1, keepdim=True) / 127
    steps = (difference / torch.where(size > 0, size, torch.ones_like(size))).round()
    return steps.to(torch.int8), size.float()


def make_titles(into: Path = ASSETS, split: Split | None = None, epochs: int = EPOCHS) -> Path:
    """Tune, and write a folder: the difference, config, card, checksums.

    Args:
        into: where the folder goes.
        split: the histories; those of films when None.
        epochs: passes through them.
    """
    split = split or split_of("films")
    titles, model, frozen = titles_of("films", split), decoder(), decoder()
    tokens, judged = TitleTokens(titles[1:], model.tokenizer), split.test.take(slice(_JUDGED))
    before = surprise(frozen, tokens, judged)
    model.model.requires_grad_(True)
    report = tune_titles(
        model, split, titles, epochs=epochs, seed=SEED, progress=sys.stderr.isatty()
    )
    tensors: dict[str, Tensor] = {}
    base = dict(frozen.model.named_parameters())
    for name, tuned in model.model.named_parameters():
        steps, size = eight_bits(tuned.detach() - base[name].detach())
        tensors |= {f"{name}.steps": steps, f"{name}.size": size}
    folder = into / NAME
    save_tensors(folder / "difference.safetensors", tensors, {})
    _add(frozen, tensors)  # judged as it ships
    facts = {
        "fingerprint": _fingerprint(),
        "seed": SEED,
        "losses": [round(loss, 3) for loss in report.losses],
        "validation": [round(value, 3) for value in report.validation],
        "best_epoch": report.best_epoch,
        "cpu_seconds": round(report.seconds),
        "people": len(judged.targets),
        "nats_per_title": round(surprise(frozen, tokens, judged), 2),
        "nats_per_title_frozen": round(before, 2),
    }
    write_facts(folder, facts, _card(facts))
    return folder


@torch.no_grad()
def _add(model: CausalLM, tensors: Mapping[str, Tensor]) -> None:
    """Add a difference to a decoder's weights."""
    for name, weight in model.model.named_parameters():
        weight += tensors[f"{name}.steps"].float() * tensors[f"{name}.size"]


def _fingerprint() -> str:
    """Hash the decoder, the histories and the code that decide the tuning."""
    weights = sha256(ASSETS / "tiny-decoder" / "model.safetensors")[:16]
    return f"{fingerprint('films', _CODE)} {weights}"


def _card(facts: dict[str, Any]) -> str:
    """Write the model card."""
    return f"""# {NAME}

`tiny-decoder` after it has learned to write the title of the film that comes next in a history of
simulated people, as BIGRec does (lesson 11): the difference of all weights, in eight bits a
number. Made by `python -m rectutor.training.shipped_titles` in {facts["cpu_seconds"]} processor
seconds on one thread: {len(facts["losses"])} epochs, the weights are those of epoch
{facts["best_epoch"]} (least surprise on validation). Seed {facts["seed"]}.

On {facts["people"]} test people the next title surprises it by {facts["nats_per_title"]:.2f} nats,
the decoder as it was by {facts["nats_per_title_frozen"]:.2f}; a guess among 1,119 titles has
{math.log(1119):.2f}.

For teaching. It knows simulated people only. Another processor trains slightly other weights;
compare measures with a tolerance.
"""


if __name__ == "__main__":
    if stale() or "again" in sys.argv[1:]:
        print(make_titles())
    else:
        print(f"{NAME}: made from today's data and code, kept")
