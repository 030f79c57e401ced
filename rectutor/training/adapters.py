"""Tunings of the shipped decoder that ship with the project: only what LoRA has learned.

`python -m rectutor.training.adapters [NAME ...]` makes them again, in some minutes each; without a
name (or `make assets`) it makes those that are missing or stale. Each lies in
`rectutor/assets/NAME/`: the update, config, card, checksums. One that was made from another
decoder, other ratings or other code than today's is stale, and loading it is an error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rectutor.files import ASSETS, ASSETS_REMEDY, sha256
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora, load_lora_tensors, lora_tensors, merge_lora, n_trainable
from rectutor.lm.yes_no import AS_TALLREC, Style
from rectutor.metrics.judgement import auc, gauc
from rectutor.prompts.yes_no import LABEL_WORDS, TUNING
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.fingerprint import fingerprint
from rectutor.training.shipped import check_shipped, is_stale, left_to_make, write_facts
from rectutor.training.taste import Taste, decoder, few_shot, taste_of

__all__ = ["ADAPTERS", "load_tuned", "make_adapter", "stale"]

ADAPTERS = {
    "tallrec-films": AS_TALLREC,
    "tallrec-many-films": Style(TUNING, LABEL_WORDS[0]),
}
N_EXAMPLES, RANK, SEED = 4096, 8, 0
_JUDGED_PEOPLE = 400
_CODE = (
    "rectutor.data.events",
    "rectutor.data.judgements",
    "rectutor.lm.lora",
    "rectutor.lm.pairs",
    "rectutor.lm.side_by_side",
    "rectutor.lm.yes_no",
    "rectutor.prompts.titles",
    "rectutor.prompts.yes_no",
    "rectutor.prompts.yes_no_wordings",
    "rectutor.training.step",
    "rectutor.training.taste",
    "rectutor.training.tune",
)


def load_tuned(name: str, retrain: bool = False) -> CausalLM:
    """Load the shipped decoder with a shipped tuning merged into it, or tune it here and now.

    Args:
        name: one of `ADAPTERS`.
        retrain: tune instead of loading, some minutes; nothing is written.

    Raises:
        ValueError: there is no such tuning, or it is damaged or stale.
    """
    _check(name)
    if retrain:
        model, _ = few_shot(taste_of(n_people=1), N_EXAMPLES, ADAPTERS[name], seed=SEED)
    else:
        folder = ASSETS / name
        check_shipped(
            folder, f"tuning {name!r}", "another decoder, data or code", _fingerprint(name)
        )
        tensors, _ = load_tensors(folder / "adapter.safetensors", ASSETS_REMEDY)
        model = decoder()
        add_lora(model.model, RANK, 2 * RANK)
        load_lora_tensors(model.model, tensors)
    merge_lora(model.model)
    model.name = name
    return model


def stale(name: str) -> bool:
    """Tell whether a tuning was made from another decoder, other data or code than today's."""
    return is_stale(ASSETS / name, _fingerprint(name))


def make_adapter(name: str, into: Path = ASSETS, taste: Taste | None = None) -> Path:
    """Tune, and write a folder: the update, config, card, checksums.

    Args:
        name: one of `ADAPTERS`.
        into: where the folder goes.
        taste: the questions; those of films when None.

    Raises:
        ValueError: there is no such tuning.
    """
    _check(name)
    taste = taste or taste_of(n_people=_JUDGED_PEOPLE, seed=SEED)
    style = ADAPTERS[name]
    n = min(N_EXAMPLES, len(taste.tuning.item_index))
    progress = sys.stderr.isatty()
    model, report = few_shot(taste, n, style, rank=RANK, seed=SEED, progress=progress)
    trained = n_trainable(model.model)
    odds = taste.judge(model, AS_TALLREC)
    within = gauc(odds, taste.judged.is_liked, taste.judged.user_index)
    folder = into / name
    save_tensors(folder / "adapter.safetensors", lora_tensors(model.model), {"rank": RANK})
    facts = {
        "fingerprint": _fingerprint(name),
        "templates": [template.name for template in style.templates],
        "labels": style.labels.continuations,
        "examples": n,
        "rank": RANK,
        "trained_parameters": trained,
        "seed": SEED,
        "losses": [round(loss, 3) for loss in report.losses],
        "cpu_seconds": round(report.seconds),
        "judged": {
            "questions": len(odds),
            "people": within.n_users,
            "AUC": round(auc(odds, taste.judged.is_liked), 3),
            "AUC within people": round(within.value, 3),
        },
    }
    write_facts(folder, facts, _card(name, facts))
    return folder


def _check(name: str) -> None:
    if name not in ADAPTERS:
        raise ValueError(f"tuning must be one of {', '.join(ADAPTERS)}, got {name!r}")


def _fingerprint(name: str) -> str:
    """Hash the decoder, the ratings and the code that decide a tuning."""
    weights = sha256(ASSETS / "tiny-decoder" / "model.safetensors")[:16]
    return f"{fingerprint('films', _CODE)} {weights} {name} {N_EXAMPLES} {RANK} {SEED}"


def _card(name: str, facts: dict[str, Any]) -> str:
    """Write the model card."""
    judged, templates = facts["judged"], facts["templates"]
    used = "one wording" if len(templates) == 1 else f"{len(templates)} wordings in turn"
    return f"""# {name}

What LoRA of rank {facts["rank"]} on the query and value projections has learned on top of
`tiny-decoder`: {facts["trained_parameters"]:,} numbers, tuned on {facts["examples"]:,} yes/no
questions about ratings of films by simulated people, put in {used}. Made by
`python -m rectutor.training.adapters {name}` in {facts["cpu_seconds"]} processor seconds on one
thread, seed {facts["seed"]}.

On {judged["questions"]:,} questions about the newest ratings of {judged["people"]} people, as many
likes as dislikes of each, asked in the paper's wording: AUC {judged["AUC"]:.3f}, within people
{judged["AUC within people"]:.3f}; a coin has 0.5. Lesson 07 shows what counting reaches.

For teaching. Another processor trains slightly other weights; compare measures with a tolerance.
"""


if __name__ == "__main__":
    for _name in left_to_make(sys.argv[1:], ADAPTERS, stale):
        print(make_adapter(_name))
