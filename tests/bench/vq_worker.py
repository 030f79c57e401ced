"""ResidualVQ of vector-quantize-pytorch: run by run_codes.py in an environment of its own.

The autoencoder around it is ours, layer by layer. Its settings are the library's own (entries move
by running means, the commitment loss weighs 1) with k-means for the first entries; it is in
training mode, and its first batch, which places them, is not counted.
"""

from __future__ import annotations

import codes_common as shared
import torch
from bench_common import answer, arguments
from torch import Tensor, nn


def mlp(n_in: int, n_out: int) -> nn.Sequential:
    """Make an encoder or a decoder."""
    return nn.Sequential(nn.Linear(n_in, shared.INNER), nn.ReLU(), nn.Linear(shared.INNER, n_out))


def main() -> None:
    """Run the only task."""
    from vector_quantize_pytorch import ResidualVQ  # its environment alone has it

    seed = arguments().seed
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    vectors = torch.from_numpy(shared.items(seed))
    vectors = (vectors - vectors.mean(dim=0)) / vectors.std(dim=0)
    encoder, decoder = mlp(shared.E, shared.WIDTH), mlp(shared.WIDTH, shared.E)
    middle = ResidualVQ(
        dim=shared.WIDTH,
        num_quantizers=shared.N_LEVELS,
        codebook_size=shared.SIZE,
        kmeans_init=True,
    )
    middle.train()

    def losses(batch: Tensor) -> Tensor:
        said, _, commitment = middle(encoder(batch)[:, None])
        errors = (decoder(said[:, 0]) - batch).pow(2).sum(dim=1).mean()
        return errors + commitment.sum()

    parameters = [*encoder.parameters(), *decoder.parameters()]
    answer(seconds=shared.seconds_a_step(losses, parameters, vectors))


if __name__ == "__main__":
    main()
