"""A writer whose probabilities stand in a table, by the code before: it can be worked out."""

import numpy as np
import torch

CODES = np.array([[1, 3], [1, 4], [2, 3], [2, 4]])  # items 1..4, two levels; K = 5
FIRST = [1e-9, 0.6, 0.3, 0.05, 0.05]
SECOND = [
    [0.2] * 5,
    [0.0, 0.1, 0.1, 0.4, 0.4],
    [0.0, 0.05, 0.05, 0.85, 0.05],
    [0.2] * 5,
    [0.2] * 5,
]


class TableWriter:
    """A `rectutor.decoding.Writer` for B questions with the same probabilities, or their own."""

    def __init__(self, first=FIRST, *later, n_questions=1):
        self.first_log_p = torch.log(torch.tensor(first)).expand(n_questions, 1, -1)
        self.later = [torch.log(torch.tensor(table)) for table in (later or (SECOND,))]
        self.level = 0

    def first(self):
        return self.first_log_p

    def then(self, parents, codes):
        self.level += 1
        return self.later[self.level - 1][codes]


class HistoryWriter:
    """Odds that depend on everything written so far, so that a wrong parent changes them."""

    def __init__(self, n_questions, n_codes, seed=0):
        self.written = torch.zeros(n_questions, 1, 0, dtype=torch.long)
        self.n_codes, self.seed = n_codes, seed

    def first(self):
        return self._probabilities()

    def then(self, parents, codes):
        kept = self.written.gather(1, parents[:, :, None].expand(-1, -1, self.written.shape[2]))
        self.written = torch.cat([kept, codes[:, :, None]], dim=2)
        return self._probabilities()

    def _probabilities(self):
        n_questions, _, n_levels = self.written.shape
        weights = torch.tensor([7.0, 3.0, 11.0, 5.0])[:n_levels]
        own = torch.arange(n_questions)[:, None] * 2.0 + self.seed
        said = (self.written * weights).sum(dim=2) + own
        codes = torch.arange(self.n_codes)
        return torch.sin(said[:, :, None] * 1.3 + codes * (codes + 1.7)).mul(2).log_softmax(dim=-1)
