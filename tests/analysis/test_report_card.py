"""The report card of a table of codes: what it says of good ones, and of each fault."""

import numpy as np
import pytest

from rectutor.analysis.report_card import report_card
from rectutor.models.residual_codes import residual_kmeans
from tests.models.test_residual_codes import planted


def test_a_table_without_faults_gets_no_warning():
    codes = np.stack(np.meshgrid(np.arange(8), np.arange(8)), axis=-1).reshape(-1, 2)
    card = report_card(codes)
    assert card.warnings == () and card.said().startswith("nothing odd")
    assert card.whole == {"items": 64.0, "collisions": 0.0}
    assert card.levels["perplexity"].tolist() == pytest.approx([8, 8])


def test_dead_codes_an_uneven_level_and_collisions_are_said_in_words():
    uneven = np.repeat([0, 1, 2, 3], [97, 1, 1, 1])
    codes = np.stack([np.zeros(100, dtype=int), uneven], axis=1)
    card = report_card(codes, codebook_size=4)
    assert card.warnings == (
        "level 1 uses 1 of 4 codes",
        "level 2 uses its 4 codes unevenly: as if there were 1",
        "97 of 100 items share all codes with another item",
    )
    assert card.levels["used"].tolist() == [1, 4] and card.levels["dead"].tolist() == [3, 0]


def test_levels_are_compared_with_what_items_have_in_common():
    points, owner = planted(each=20)
    table = residual_kmeans(points, n_levels=2, codebook_size=5)
    luck = np.random.default_rng(0).permutation(owner)
    card = report_card(table.codes, groups={"kind": owner, "shuffled": luck})
    assert card.levels["kind"][0] == pytest.approx(1) and card.levels["kind"][1] < 0.5
    assert card.levels["shuffled"].abs().max() < 0.2


def test_with_vectors_the_errors_fall_and_neighbours_are_counted():
    points = np.random.default_rng(0).normal(size=(300, 6))
    table = residual_kmeans(points, n_levels=3, codebook_size=32)
    card = report_card(table.codes, embeddings=points, codebooks=table.codebooks)
    errors = card.levels["error"].tolist()
    assert errors == sorted(errors, reverse=True) and 0 < errors[-1] < errors[0] < 1
    assert 10 / 299 < card.whole["neighbours kept"] < 1


def test_what_does_not_belong_to_the_items_is_refused():
    codes = np.zeros((3, 2), dtype=int)
    with pytest.raises(ValueError, match="genre must have a value for each of the 3 items, got 2"):
        report_card(codes, groups={"genre": np.zeros(2)})
    with pytest.raises(ValueError, match=r"embeddings must have .* 3 items, got 4"):
        report_card(codes, embeddings=np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"whole numbers \[N, L\] .*, got float64 \[3, 2\]"):
        report_card(codes.astype(float))
