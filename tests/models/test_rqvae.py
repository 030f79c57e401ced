"""RQ-VAE: its losses by hand, its gradients, planted clusters, collapse made and cured."""

import numpy as np
import pytest
import torch

from rectutor.models.rqvae import RQVAE, RQVAEConfig
from rectutor.training.checkpoint import load_tensors, save_tensors
from rectutor.training.codebooks import fit_codes
from tests.models.test_residual_codes import is_one_to_one, planted


def small(n_inputs=4, seed=0, **settings) -> RQVAE:
    sizes = {"width": 3, "inner": 8, "n_levels": 2, "codebook_size": 5}
    return RQVAE(RQVAEConfig(n_inputs, **(sizes | settings)), seed)


def items(n=60, n_inputs=4, seed=0) -> torch.Tensor:
    return torch.randn(n, n_inputs, generator=torch.Generator().manual_seed(seed))


def test_levels_describe_what_is_left_by_the_nearest_entry():
    model = small(width=1, codebook_size=2)
    with torch.no_grad():
        model.codebooks.copy_(torch.tensor([[[0.0], [8.0]], [[-1.0], [2.0]]]))
    found = model.quantise(torch.tensor([[7.5], [1.0]]))
    assert found.codes.tolist() == [[1, 0], [0, 1]]
    assert found.left.squeeze(2).tolist() == [[7.5, -0.5], [1.0, 1.0]]
    assert found.entries.squeeze(2).tolist() == [[8.0, -1.0], [0.0, 2.0]]


def test_losses_by_hand():
    model, batch = small(commitment=0.5), items(6)
    reconstruction, levels, _ = model.losses(batch)
    with torch.no_grad():
        found = model.quantise(model.encode(batch))
        gaps = ((found.left - found.entries) ** 2).sum(dim=2).mean(dim=0)
        errors = (model.decoder(found.entries.sum(dim=1)) - batch) ** 2
    torch.testing.assert_close(levels.detach(), 1.5 * gaps)
    torch.testing.assert_close(reconstruction.detach(), errors.sum(dim=1).mean())


def test_the_decoders_gradient_goes_straight_through_to_the_encoder_and_to_no_entry():
    model, batch = small(), items(6)
    model.losses(batch)[0].backward()
    assert model.codebooks.grad is None
    assert model.encoder[0].weight.grad.abs().sum() > 0


def test_entries_are_pulled_by_the_first_half_of_the_level_loss_alone():
    model, batch = small(commitment=0.0), items(6)
    model.losses(batch)[1].sum().backward()
    assert model.encoder[0].weight.grad is None or not model.encoder[0].weight.grad.any()
    with torch.no_grad():
        found = model.quantise(model.encode(batch))
    wanted = torch.zeros_like(model.codebooks)
    for level in range(2):
        pull = 2 * (found.entries - found.left)[:, level] / 6
        wanted[level].index_add_(0, found.codes[:, level], pull)
    torch.testing.assert_close(model.codebooks.grad, wanted)


def test_an_even_use_of_entries_pays_nothing_in_the_entropy_term():
    model = small(width=2, n_levels=1, codebook_size=4)
    corners = torch.tensor([[9.0, 0.0], [-9.0, 0.0], [0.0, 9.0], [0.0, -9.0]])
    with torch.no_grad():
        model.codebooks[0] = corners
    even = model._unevenness(corners[:, None])
    uneven = model._unevenness(corners[[0, 0, 0, 1], None])
    assert even.item() == pytest.approx(0, abs=1e-5)
    shares = np.array([0.75, 0.25])
    assert uneven.item() == pytest.approx(np.log(4) + (shares * np.log(shares)).sum(), abs=1e-4)


def test_the_first_level_recovers_planted_clusters():
    points, owner = planted(each=20)
    knobs = {"learning_rate": 1e-3, "seed": 1}
    table, report = fit_codes(small(), points, epochs=20, progress=False, **knobs)
    assert is_one_to_one(table.codes[:, 0], owner)
    assert report.perplexity[-1][0] == pytest.approx(5)
    assert len(report.levels) == len(report.n_revived) == 20


def test_every_epoch_leaves_the_use_of_each_code_on_record():
    points = items(40).numpy()
    table, report = fit_codes(small(), points, epochs=4, progress=False)
    assert np.stack(report.usage).shape == (4, 2, 5)
    assert (np.stack(report.usage).sum(axis=2) == 40).all()
    last = [np.bincount(level, minlength=5).tolist() for level in table.codes.T]
    assert report.usage[-1].tolist() == last
    shares = report.usage[1][0] / 40
    logs = np.log(np.where(shares > 0, shares, 1))
    assert report.perplexity[1][0] == pytest.approx(np.exp(-(shares * logs).sum()))


def test_an_error_of_reconstruction_falls_with_a_level():
    points = items(400, 6).numpy()
    model = small(6, width=4, codebook_size=16, n_levels=3)
    table, _ = fit_codes(model, points, epochs=60, learning_rate=3e-3, progress=False)
    errors = [
        ((points - model.reconstruct(table.codes[:, :n])) ** 2).sum(axis=1).mean()
        for n in (1, 2, 3)
    ]
    assert errors == sorted(errors, reverse=True)


def test_collapse_is_made_by_leaving_out_the_cures_and_cured_by_either():
    points = 50 + items(300, 8).numpy()  # far from zero: all vectors look alike
    size = {"width": 4, "codebook_size": 32, "n_levels": 2}
    ways = {
        "none": ({"is_standardised": False}, {"kmeans_start": False, "revives": False}),
        "revives": ({}, {"kmeans_start": False, "revives": True}),
        "k-means": ({}, {"kmeans_start": True, "revives": False}),
    }
    used = {}
    for name, (settings, knobs) in ways.items():
        model = small(8, **size, **settings)
        _, report = fit_codes(model, points, epochs=15, progress=False, **knobs)
        used[name] = report.perplexity[-1][0]
    assert used["none"] < 5 and used["revives"] > 12 and used["k-means"] > 12


def test_entries_that_no_item_has_are_moved_and_counted():
    model, batch = small(n_levels=1, codebook_size=5), items(40)
    with torch.no_grad():
        model.codebooks[0, 1:] = 1e3  # nobody is near
    assert model.revive(batch, np.random.default_rng(0)) == 4
    assert len(np.unique(model.codes_of(batch))) > 1


def test_a_model_saved_and_loaded_gives_the_same_codes_also_to_new_items(tmp_path):
    model = small()
    table, _ = fit_codes(model, 5 + 3 * items().numpy(), epochs=3, progress=False)
    save_tensors(tmp_path / "rqvae.safetensors", model.state_dict(), {})
    again = small(seed=9)
    again.load_state_dict(load_tensors(tmp_path / "rqvae.safetensors", "")[0])
    assert np.array_equal(again.codes_of(5 + 3 * items()), table.codes)
    assert np.array_equal(again.codes_of(items(7, seed=3)), model.codes_of(items(7, seed=3)))
    assert bool(again.is_ready)


def test_the_same_seed_gives_the_same_codes():
    points = items().numpy()
    one, again, other = (
        fit_codes(small(), points, epochs=2, seed=seed, progress=False)[0].codes
        for seed in (0, 0, 1)
    )
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_a_trained_model_goes_on_from_where_it_is():
    points, model = items().numpy(), small()
    _, first = fit_codes(model, points, epochs=40, learning_rate=1e-2, progress=False)
    _, second = fit_codes(model, points, epochs=1, learning_rate=1e-4, progress=False)
    assert second.reconstruction[0] < 1.2 * first.reconstruction[-1] < first.reconstruction[0]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"must be \[N, 4\] as the model was built, got \[3, 5\]"):
        fit_codes(small(), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="epochs must be 1 or more, got 0"):
        fit_codes(small(), np.zeros((9, 4)), epochs=0)
    with pytest.raises(ValueError, match=r"learning_rate must be above 0, got -1\.0"):
        fit_codes(small(), np.zeros((9, 4)), learning_rate=-1.0)
    with pytest.raises(ValueError, match=r"k must be 1\.\.3, the number of points, got 5"):
        fit_codes(small(), items(3).numpy())
