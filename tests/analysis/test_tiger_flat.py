"""Equal time for both: what is counted, and that training helps."""

import numpy as np

from rectutor.analysis.tiger_flat import for_equal_time
from rectutor.models.tiger import TIGER, TIGERConfig
from rectutor.models.tiger_t5 import TIGERT5, TIGERT5Config
from tests.models.worlds import cycle_world

CODES = np.stack([np.arange(36) // 6, np.arange(36) % 6], axis=1)


def test_each_model_gets_a_row_and_stops_by_epochs_or_time():
    split = cycle_world(n_users=96, n_items=36)
    sizes = {"max_length": 3, "width": 16, "dropout": 0.0}
    models = {
        "one": lambda: TIGER(CODES, TIGERConfig(**sizes)),
        "flat": lambda: TIGERT5(CODES, TIGERT5Config(**sizes, n_user_tokens=1)),
    }
    table = for_equal_time(split, models, 1e6, epochs=10).set_index("model")
    assert table["epochs"].tolist() == [10, 10] and (table["weights"] > 1000).all()
    assert table.loc["one", "value"] > table.loc["one", "untrained"] + 0.2
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    brief = for_equal_time(split, models, 0.0, epochs=10)
    assert brief["epochs"].max() <= 1  # an epoch that has begun is finished
