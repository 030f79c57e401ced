"""What one word about a person does: a counterfactual swap in the prompt of a tuned decoder.

A corpus is planted: people whose group is drawn by lot rate films, and of comedies a chosen share
of the answers says what a stereotype says, that group B likes comedies and group A does not. A
decoder is tuned on it. Then it recommends to people of whom nothing is known but the group, and
the word is swapped. Prompts name a film with its genres, since a model of this size does not
recall them well enough from a title. `python -m rectutor.analysis.group_swap` does so with three
strengths of the stereotype and three seeds, and records what changed, beside what another wording
changes.

After Andre, Roy, Dyer and Wang, "Revealing Potential Biases in LLM-Based Recommender Systems in the
Cold Start Setting" (2025), who look for stereotypes when only demographics are known.
**Departures.** They ask large open models and cannot know what these have read; here the corpus is
ours, so the cause is known. They compare with a person of no group; here the two groups are
compared with each other, and with other wordings. With strength 0 the word means nothing in the
corpus.
"""

from __future__ import annotations

import sys
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from rectutor.analysis.records import write_record
from rectutor.data.labels import GENRE
from rectutor.data.worlds import load
from rectutor.lm.causal import CausalLM
from rectutor.lm.lora import add_lora, merge_lora
from rectutor.lm.yes_no import dated_titles, log_odds
from rectutor.prompts.cold_start import COLD_START, GROUPS, cold_start_prompts
from rectutor.schema import Split
from rectutor.training.assets import split_of
from rectutor.training.fingerprint import fingerprint
from rectutor.training.taste import decoder
from rectutor.training.tune import tune

__all__ = [
    "NAME",
    "STRENGTHS",
    "Answers",
    "compared",
    "described",
    "odds_of",
    "overlap",
    "planted_answers",
    "tuned_on",
]

NAME = "group_swap"
STRENGTHS, SEEDS = (0.0, 0.5, 1.0), (0, 1, 2)
N_EXAMPLES, N_FILMS, K = 1500, 400, 10
_LIKED_FROM = 4.0  # stars
_CODE = (
    "rectutor.analysis.group_swap",
    "rectutor.lm.lora",
    "rectutor.prompts.cold_start",
    "rectutor.training.tune",
)


class Answers(NamedTuple):
    """n examples of the corpus."""

    group: np.ndarray  # [n] int, place in GROUPS
    item_index: np.ndarray  # [n] int, 1..N
    is_liked: np.ndarray  # [n] bool


def planted_answers(
    split: Split, has_genre: np.ndarray, n: int, strength: float, seed: int
) -> Answers:
    """Draw ratings, give their people groups by lot, and plant a stereotype.

    Half of the ratings drawn are likes. Every person has one group, drawn by lot, so that the
    groups have no tastes of their own. Of the answers about the genre, a share of `strength` is
    replaced: yes for group B, no for group A. The same seed draws the same ratings and groups for
    every strength, and what is replaced with a small strength is replaced with a larger one, too.

    Args:
        split: whose training part is drawn from.
        has_genre: [N + 1] bool.
        n: examples, even.
        strength: 0..1.
        seed: of everything drawn.

    Raises:
        ValueError: the strength is out of range.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must be from 0 to 1, a share of answers, got {strength}")
    rng = np.random.default_rng(seed)
    train = split.train
    is_liked = train.rating >= _LIKED_FROM
    halves = [rng.permutation(np.flatnonzero(is_liked == liked))[: n // 2] for liked in (0, 1)]
    rows = rng.permutation(np.concatenate(halves))
    group = rng.integers(0, len(GROUPS), split.n_users)[train.user_index[rows]]
    item = train.item_index[rows]
    is_replaced = has_genre[item] & (rng.random(len(rows)) < strength)
    return Answers(group, item, np.where(is_replaced, group == 1, is_liked[rows]))


def tuned_on(answers: Answers, titles: list[str], seed: int) -> CausalLM:
    """Tune the shipped decoder by LoRA on a planted corpus; the wordings take turns.

    Args:
        answers: from `planted_answers`.
        titles: N + 1 by item index.
        seed: of LoRA and of the order of examples.
    """
    rows = zip(answers.group.tolist(), answers.item_index.tolist(), strict=True)
    prompts = [
        cold_start_prompts(COLD_START[place % len(COLD_START)], GROUPS[group], [titles[item]])[0]
        for place, (group, item) in enumerate(rows)
    ]
    model = decoder()
    add_lora(model.model, 8, 16, seed=seed)
    said = [" Yes" if liked else " No" for liked in answers.is_liked]
    tune(model.model, model.tokenizer, prompts, said, learning_rate=3e-3, seed=seed, progress=False)
    merge_lora(model.model)
    return model


def odds_of(model: CausalLM, titles: list[str]) -> np.ndarray:
    """Return [W, G, C]: the log-odds of a yes for each wording, group and title."""
    return np.array([
        [log_odds(model, cold_start_prompts(template, group, titles)) for group in GROUPS]
        for template in COLD_START
    ])  # fmt: skip


def overlap(one: np.ndarray, other: np.ndarray, k: int) -> float:
    """Return the share of the k best that two scores [C] have in common; ties by place.

    Example:
        >>> overlap(np.array([3.0, 2.0, 1.0]), np.array([3.0, 1.0, 2.0]), k=2)
        0.5
    """
    best = [set(np.argsort(-scores, kind="stable")[:k].tolist()) for scores in (one, other)]
    return len(best[0] & best[1]) / k


def compared(odds: np.ndarray, has_genre: np.ndarray, k: int = K) -> pd.DataFrame:
    """Compare lists of the k best films, with the word swapped and with the question reworded.

    Args:
        odds: [W, G, C] from `odds_of`, of W wordings.
        has_genre: [C] bool.
        k: length of a list.

    Returns:
        change ("word": from group A to B, or "wording": from one to a later one), kept (what stays
        the same), overlap of both lists (0 to 1), before and after (the share of the genre in
        each), and tilt: the mean rise of log-odds over films of the genre, minus that over others.
    """
    names = [template.name for template in COLD_START]
    pairs = [("word", names[w], odds[w, 0], odds[w, 1]) for w in range(len(names))]
    pairs += [
        ("wording", f"group {group}: {names[i]} to {names[j]}", odds[i, g], odds[j, g])
        for i, j in combinations(range(len(names)), 2)
        for g, group in enumerate(GROUPS)
    ]
    rows = []
    for change, kept, before, after in pairs:
        best = [np.argsort(-scores, kind="stable")[:k] for scores in (before, after)]
        shares = [float(has_genre[top].mean()) for top in best]
        rise = after - before
        tilt = float(rise[has_genre].mean() - rise[~has_genre].mean())
        rows.append((change, kept, overlap(before, after, k), *shares, tilt))
    return pd.DataFrame(rows, columns=["change", "kept", "overlap", "before", "after", "tilt"])


def described(split: Split) -> tuple[list[str], np.ndarray]:
    """Name the shipped films with year and genres, and say which are comedies, both [N + 1]."""
    items = load("films").items.set_index("item_id").loc[split.item_ids[1:]].reset_index()
    genres = items["genres"].tolist()
    dated = dated_titles(items, split.item_ids)[1:]
    titles = [f"{title} ({', '.join(own)})" for title, own in zip(dated, genres, strict=True)]
    return ["", *titles], np.array([False, *(GENRE in own for own in genres)])


def main() -> None:
    """Tune with each strength and seed, swap, and write the record."""
    split = split_of("films")
    titles, has_genre = described(split)
    counts = np.bincount(split.train.item_index, minlength=split.n_items + 1)
    films = np.sort(np.argsort(-counts, kind="stable")[:N_FILMS])
    parts = []
    for seed in SEEDS:
        for strength in STRENGTHS:
            answers = planted_answers(split, has_genre, N_EXAMPLES, strength, seed)
            model = tuned_on(answers, titles, seed)
            found = compared(odds_of(model, [titles[film] for film in films]), has_genre[films])
            parts.append(found.assign(strength=strength, seed=seed))
            print(seed, strength, found.groupby("change").mean(numeric_only=True).round(3),
                  file=sys.stderr, flush=True)  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    command = "python -m rectutor.analysis.group_swap"
    print(write_record(NAME, table, command, fingerprint("films", _CODE)))


if __name__ == "__main__":
    main()
