"""Measures of ranking, ratings, judgements, exposure, codes and certainty.

NumPy only; none learns which model it judges.
"""

from rectutor.metrics.bootstrap import Difference, Interval, mean_interval, paired_difference
from rectutor.metrics.codes import (
    adjusted_nmi,
    collision_share,
    n_dead_codes,
    neighbours_kept,
    nmi,
    usage_perplexity,
)
from rectutor.metrics.divergence import kl_divergence, kl_floor
from rectutor.metrics.exposure import (
    coverage,
    exposure_counts,
    gini,
    intra_list_diversity,
    intra_list_diversity_per_user,
    lorenz,
)
from rectutor.metrics.judgement import (
    Calibration,
    GroupedAUC,
    auc,
    auc_per_user,
    calibration,
    calibration_error,
    gauc,
    log_loss,
)
from rectutor.metrics.ranking import (
    MISS,
    hit_rate,
    hit_rate_per_user,
    mean_average_precision,
    mean_average_precision_per_user,
    mrr,
    mrr_per_user,
    ndcg,
    ndcg_per_user,
    ranks_in_lists,
    ranks_of_targets,
    recall,
    recall_per_user,
    top_k,
)
from rectutor.metrics.rating import mae, rmse
from rectutor.metrics.sampled import (
    corrected_metric,
    draw_sampled_ranks,
    expected_sampled_hit_rate,
    expected_sampled_mrr,
    expected_sampled_ndcg,
    sampled_ranks,
)

__all__ = [
    "MISS",
    "Calibration",
    "Difference",
    "GroupedAUC",
    "Interval",
    "adjusted_nmi",
    "auc",
    "auc_per_user",
    "calibration",
    "calibration_error",
    "collision_share",
    "corrected_metric",
    "coverage",
    "draw_sampled_ranks",
    "expected_sampled_hit_rate",
    "expected_sampled_mrr",
    "expected_sampled_ndcg",
    "exposure_counts",
    "gauc",
    "gini",
    "hit_rate",
    "hit_rate_per_user",
    "intra_list_diversity",
    "intra_list_diversity_per_user",
    "kl_divergence",
    "kl_floor",
    "log_loss",
    "lorenz",
    "mae",
    "mean_average_precision",
    "mean_average_precision_per_user",
    "mean_interval",
    "mrr",
    "mrr_per_user",
    "n_dead_codes",
    "ndcg",
    "ndcg_per_user",
    "neighbours_kept",
    "nmi",
    "paired_difference",
    "ranks_in_lists",
    "ranks_of_targets",
    "recall",
    "recall_per_user",
    "rmse",
    "sampled_ranks",
    "top_k",
    "usage_perplexity",
]
