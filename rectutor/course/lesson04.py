"""The exercises of lesson 04."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np

from rectutor.course.checks import Exercise

__all__ = ["QUESTIONS", "contrastive_loss", "recency_mean", "zero_shot"]

QUESTIONS = [  # here and not in the notebook, where the answers could be read above the fold
    (
        "04",
        "A model reads items as text. Name two places where that helps, and one where it does not.",
        "New items, and another catalogue; not where every item has many events.",
    ),
    (
        "03",
        "Why must a comparison on cold items rank all items, not the cold ones alone?",
        "Among cold items alone a model of ids is at chance; among all it never names one of them.",
    ),
    (
        "01",
        "What is held out under leave-one-out, and who is asked?",
        "The last item of each user; every user is asked once.",
    ),
]

_Vectors = list[list[float]]


def _cosine(a: list[float], b: list[float]) -> float:
    lengths = sqrt(sum(x * x for x in a)) * sqrt(sum(y * y for y in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / lengths


def _recency_mean(vectors: _Vectors, decay: float) -> list[float]:
    """Weigh the newest by 1, the one before by decay, and so on; divide by the weights' sum."""
    weights = [decay ** (len(vectors) - 1 - n) for n in range(len(vectors))]
    return [
        sum(w * vector[d] for w, vector in zip(weights, vectors, strict=True)) / sum(weights)
        for d in range(len(vectors[0]))
    ]


def _zero_shot(
    texts: dict[int, list[float]], history: list[int], decay: float, k: int
) -> list[int]:
    """Rank the unseen items by their cosine with the mean of the history; smaller numbers first."""
    wish = _recency_mean([texts[item] for item in history], decay)
    unseen = sorted(item for item in texts if item not in history)
    return sorted(unseen, key=lambda item: -_cosine(texts[item], wish))[:k]


def _catalogues(
    rng: np.random.Generator,
) -> list[tuple[dict[int, list[float]], list[int], float, int]]:
    """Draw vectors of unlike lengths, histories in order, and one history with a double."""
    cases = []
    for n, decay in ((14, 0.5), (10, 1.0), (8, 0.1)):
        lengths = rng.uniform(0.3, 4.0, size=n)
        vectors = rng.normal(size=(n, 3)) * lengths[:, None]
        numbers = (1 + rng.permutation(3 * n)[:n]).tolist()
        texts = {item: vectors[row].round(3).tolist() for row, item in enumerate(numbers)}
        cases.append((texts, numbers[:4], decay, 5))
    cases.append((texts, numbers[:1], 0.5, n))  # fewer unseen than asked for
    return cases


zero_shot = Exercise(
    name="zero_shot",
    reference=_zero_shot,
    cases=_catalogues,
    hints=(
        "Three steps: one vector for the person, one score for each item that is not in the "
        "history, the best k. Nothing is trained.",
        "The person is the weighted mean of the vectors of the history, the newest (the last) "
        "with weight 1, the one before with decay, then decay ** 2. The score is a cosine: divide "
        "by both lengths, since vectors may be long or short.",
        "weights = [decay ** (len(history) - 1 - n) for n in range(len(history))]; wish[d] = "
        "sum(w * texts[i][d]) / sum(weights); then `sorted(unseen, key=lambda i: -cosine(i))[:k]`.",
    ),
)


def _few_vectors(rng: np.random.Generator) -> list[tuple[_Vectors, float]]:
    drawn = rng.normal(size=(4, 3)).round(2).tolist()
    return [(drawn, 0.5), (drawn, 1.0), (drawn[:1], 0.3), (drawn, float(rng.uniform(0.2, 0.8)))]


recency_mean = Exercise(
    name="recency_mean",
    reference=_recency_mean,
    cases=_few_vectors,
    hints=(
        "The last vector is the newest. With decay 1 all weigh alike.",
        "Vector number n of T has weight decay ** (T - 1 - n). Divide by the sum of the weights, "
        "so that a long history is no longer vector than a short one.",
        "`total = sum(weights)`; `[sum(w * v[d] for w, v in zip(weights, vectors)) / total for d "
        "in range(len(vectors[0]))]`.",
    ),
)


def _contrastive_loss(cosines: _Vectors, temperature: float) -> float:
    """Mean cross-entropy of each row's own column among all columns."""
    total = 0.0
    for n, row in enumerate(cosines):
        logits = [cosine / temperature for cosine in row]
        highest = max(logits)
        total += highest + log(sum(exp(x - highest) for x in logits)) - logits[n]
    return total / len(cosines)


def _cosine_tables(rng: np.random.Generator) -> list[tuple[_Vectors, float]]:
    cases = []
    for n, temperature in ((4, 0.2), (3, 1.0), (2, 0.001)):
        table = rng.uniform(-0.5, 0.9, size=(n, n)).round(2)
        table[0, 1] = 0.85  # at the lowest temperature more than exp can take
        cases.append((table.tolist(), temperature))
    return cases


contrastive_loss = Exercise(
    name="contrastive_loss",
    reference=_contrastive_loss,
    cases=_cosine_tables,
    hints=(
        "Each row is a question with one right column: its own. You know the loss for that.",
        "Divide the row by the temperature, take softmax, take minus the log of the right one, "
        "and average over rows. Take the largest logit off first, or exp overflows.",
        "For row n: `m = max(logits); m + log(sum(exp(x - m) for x in logits)) - logits[n]`.",
    ),
)
