"""Tagged codes: losses by hand, what a gradient moves, and a planted tag that codes read as."""

import numpy as np
import pytest
import torch

from rectutor.metrics.codes import adjusted_nmi
from rectutor.models.rqvae import RQVAE, RQVAEConfig
from rectutor.models.tagged_codes import TaggedConfig, TaggedRQVAE
from rectutor.training.codebooks import fit_codes

SIZES = {"width": 3, "inner": 8, "n_levels": 2, "codebook_size": 5}
TAGS = np.array([[0, 3], [1, 2], [1, -1], [-1, -1], [0, 0], [1, 1]])


def small(tags=TAGS, seed=0, **settings) -> TaggedRQVAE:
    return TaggedRQVAE(TaggedConfig(4, **(SIZES | settings)), tags, seed)


def items(n=6, n_inputs=4, seed=0) -> torch.Tensor:
    return torch.randn(n, n_inputs, generator=torch.Generator().manual_seed(seed))


def planted(n=600, seed=0):
    """Items with a broad and a fine tag in 4 of 24 columns, and a loud grouping in the others."""
    rng = np.random.default_rng(seed)
    broad, loud = rng.integers(4, size=n), rng.integers(8, size=n)
    fine = 2 * broad + rng.integers(2, size=n)
    quiet = 2 * np.eye(4)[broad] + rng.normal(size=(8, 4))[fine] / 2
    columns = [quiet, 2 * rng.normal(size=(8, 20))[loud]]
    points = np.concatenate(columns, axis=1) + rng.normal(scale=0.3, size=(n, 24))
    return points.astype(np.float32), np.stack([broad, fine], axis=1)


def test_a_tags_loss_is_the_cross_entropy_of_its_reader_over_known_tags_by_hand():
    model, batch = small(), items()
    with torch.no_grad():
        found = model.quantise(model.encode(batch))
        losses = model.tag_losses(found, torch.from_numpy(TAGS))
        for level, known in ((0, [0, 1, 2, 4, 5]), (1, [0, 1, 4, 5])):
            said = found.entries[:, : level + 1].sum(dim=1)
            shares = model.readers[level](said).softmax(dim=1)
            wanted = -np.mean([np.log(shares[i, TAGS[i, level]].item()) for i in known])
            assert losses[level].item() == pytest.approx(wanted, abs=1e-5)


def test_a_batch_without_any_known_tag_pays_nothing():
    model = small()
    found = model.quantise(model.encode(items()))
    assert model.tag_losses(found, torch.full((6, 2), -1)).tolist() == [0, 0]


def test_a_tags_gradient_moves_entries_encoder_and_reader():
    model = small()
    found = model.quantise(model.encode(items()))
    model.tag_losses(found, torch.from_numpy(TAGS))[0].backward()
    assert model.codebooks.grad[0].any() and not model.codebooks.grad[1].any()
    assert model.encoder[0].weight.grad.any() and model.readers[0].weight.grad.any()
    assert not model.readers[1].weight.grad.any()


def test_items_with_the_same_codes_pay_for_their_cosine_above_the_margin():
    model = small()
    middle = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0], [3.0, 0.0]])
    codes = torch.tensor([[1, 2], [1, 2], [1, 2], [1, 3]])
    pairs = [0.5**0.5 - 0.5, 0, 0.5**0.5 - 0.5]  # 0 and 1, 0 and 2, 1 and 2
    likeness = model._likeness_of_twins(middle, codes)
    assert likeness.item() == pytest.approx(sum(pairs) / 3, abs=1e-6)
    assert model._likeness_of_twins(middle[2:], codes[2:]).item() == 0


def test_without_weights_it_is_the_plain_model():
    plain, batch = RQVAE(RQVAEConfig(4, **SIZES)), items()
    tagged = small(tag_weight=0.0, unique_weight=0.0)
    rows = torch.arange(6)
    torch.testing.assert_close(tagged.losses(batch, rows).total, plain.losses(batch).total)


def fitted(model, points):
    knobs = {"epochs": 30, "batch_size": 64, "learning_rate": 3e-3, "progress": False}
    return fit_codes(model, points, **knobs)[0].codes


def test_level_one_reads_as_the_planted_tag_where_plain_codes_follow_what_is_louder():
    points, tags = planted()
    n_old = 500  # the others are new: nobody tells their tags
    sizes = {"width": 6, "inner": 32, "n_levels": 2, "codebook_size": 8}
    plain = RQVAE(RQVAEConfig(24, **sizes))
    tagged = TaggedRQVAE(TaggedConfig(24, **sizes, tag_weight=30.0), tags[:n_old])
    one, other = (
        adjusted_nmi(fitted(model, points[:n_old])[:, 0], tags[:n_old, 0])
        for model in (plain, tagged)
    )
    assert one < 0.3 and other > 0.6
    codes = tagged.codes_of(torch.from_numpy(points))
    is_right = tagged.tags_of(codes) == tags
    assert is_right[:n_old, 0].mean() > 0.9 and is_right[:n_old, 1].mean() > 0.6
    assert is_right[n_old:, 0].mean() > 0.8
    assert np.array_equal(tagged.tags_of(codes[:, :1]), tagged.tags_of(codes)[:, :1])


def test_the_penalty_turns_the_middles_of_twins_away_from_each_other():
    model, batch = small(), items(40)
    optimiser = torch.optim.SGD(model.encoder.parameters(), lr=0.3)
    codes = torch.zeros(40, 2, dtype=torch.int64)  # everybody's, so the pairs stay the same
    paid = []
    for _ in range(30):
        loss = model._likeness_of_twins(model.encode(batch), codes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        paid.append(loss.item())
    assert paid[-1] < 0.7 * paid[0]


def test_tags_that_do_not_fit_are_refused():
    for tags, came in (
        (np.zeros((6, 3), int), r"int64 \[6, 3\]"),
        (np.zeros((6, 1)), r"float64 \[6, 1\]"),
        (np.full((6, 1), -2), r"int64 \[6, 1\]"),
    ):
        with pytest.raises(ValueError, match=rf"tags must be .* n of 1\.\.2, .*, got {came}"):
            small(tags)
    for rows in (None, torch.tensor([5, 6])):
        with pytest.raises(ValueError, match="needs `rows`, which of the 6 items with tags"):
            small().losses(items(2), rows)
