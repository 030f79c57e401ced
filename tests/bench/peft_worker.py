"""peft and transformers as their documentation tells: run by run_lm.py in a process of its own.

`tune`: `get_peft_model`, batches in the same order padded by transformers' own collator, logits at
every position, the model's own loss with the prompt labelled -100; AdamW, step sizes and the cut
of gradients as ours, and the same numbers to start from. `score`: the 20 candidates of a prompt
are 20 rows of one batch, each with the whole prompt; logits at the titles only.
"""

from __future__ import annotations

import time
from typing import Any

import lm_common as shared
import numpy as np
import torch
from bench_common import answer, arguments, seconds_of
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import DataCollatorForSeq2Seq, PreTrainedTokenizerFast

from rectutor.lm.lora import add_lora, lora_tensors
from rectutor.training.pretrain import share_of_rate


def adapted(seed: int) -> Any:
    """Return the decoder with peft's LoRA, whose A matrices are those that ours starts from."""
    ours = shared.model()
    add_lora(ours, shared.RANK, shared.ALPHA, shared.TARGETS, seed=seed)
    config = LoraConfig(
        r=shared.RANK,
        lora_alpha=shared.ALPHA,
        target_modules=list(shared.TARGETS),
        task_type="CAUSAL_LM",
    )
    theirs = get_peft_model(shared.model(), config)
    with torch.no_grad():
        for name, tensor in lora_tensors(ours).items():
            layer, part = name.rsplit(".", 1)
            if part == "down":
                peer = theirs.get_base_model().get_submodule(layer)
                peer.lora_A["default"].weight.copy_(tensor)
    return theirs


def examples(asked: shared.Asked, words: PreTrainedTokenizerFast) -> list[dict[str, list[int]]]:
    """Return tokens, and labels that leave the prompt out."""
    prompts = words(asked.prompts)["input_ids"]
    answers = words(asked.answers, add_special_tokens=False)["input_ids"]
    return [
        {"input_ids": p + a, "attention_mask": [1] * len(p + a), "labels": [-100] * len(p) + a}
        for p, a in zip(prompts, answers, strict=True)
    ]


def tuned(n: int, seed: int) -> tuple[list[float], float]:
    """Tune LoRA on n pairs; return losses by epoch, and the processor seconds from text on."""
    model, words, asked = adapted(seed), shared.tokenizer(), shared.yes_or_no(n, seed)
    started = time.process_time()
    pairs = examples(asked, words)
    collate = DataCollatorForSeq2Seq(words, padding=True)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=shared.RATE, weight_decay=0.0, fused=True)
    steps = shared.EPOCHS * -(-n // shared.BATCH_SIZE)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: share_of_rate(step, steps))
    losses = []
    model.train()
    for epoch in range(shared.EPOCHS):
        order = np.random.default_rng([seed, epoch]).permutation(n).tolist()
        total = 0.0
        for batch in DataLoader(pairs, shared.BATCH_SIZE, sampler=order, collate_fn=collate):
            optimiser.zero_grad(set_to_none=True)
            loss = model(**batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            rate.step()
            total += loss.item() * len(batch["labels"])  # answers have one token each
        losses.append(total / n)
    return losses, time.process_time() - started


def tuning(seed: int) -> None:
    """Tune once to warm up, then with the clock running."""
    tuned(shared.WARM_UP, seed)
    losses, seconds = tuned(shared.PAIRS, seed)
    asked = shared.yes_or_no(shared.PAIRS, seed)
    tokens = shared.EPOCHS * shared.n_tokens(asked)
    answer(seconds=seconds, tokens=tokens, first=losses[0], last=losses[-1])


@torch.inference_mode()
def scored(model: Any, words: PreTrainedTokenizerFast, prompt: str, texts: list[str]) -> np.ndarray:
    """Score candidates [C] of one prompt: every row reads the prompt again."""
    given = words(prompt)["input_ids"]
    answers = words(texts, add_special_tokens=False)["input_ids"]
    rows = [{"input_ids": given + own, "labels": [-100] * len(given) + own} for own in answers]
    batch = DataCollatorForSeq2Seq(words, padding=True)(rows)
    labels = batch.pop("labels")[:, len(given) :]  # [C, L]
    logits = model(**batch, use_cache=False, logits_to_keep=labels.shape[1] + 1).logits[:, :-1]
    losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return -losses.sum(dim=1).numpy()


def scoring(seed: int) -> None:
    """Score all candidates of all prompts."""
    model, words = shared.model().eval(), shared.tokenizer()
    asked = shared.titles(seed)

    def stage() -> list[np.ndarray]:
        return [scored(model, words, *one) for one in zip(*asked, strict=True)]

    scores = np.concatenate(stage())
    seconds = seconds_of(stage, repeats=3)
    answer(seconds=seconds, candidates=len(scores), mean=float(scores.mean()))


def main() -> None:
    """Run one task."""
    asked = arguments()
    torch.set_num_threads(1)
    {"tune": tuning, "score": scoring}[asked.task](asked.seed)


if __name__ == "__main__":
    main()
