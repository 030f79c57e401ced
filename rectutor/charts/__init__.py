"""Charts of the course: a DataFrame in, a figure with its picture and its sentence out."""

from rectutor.charts.agents import costs, tool_confusion
from rectutor.charts.answers import answers
from rectutor.charts.audits import provider_ratios, shares_over_time, swap_doses
from rectutor.charts.beams import beam_steps
from rectutor.charts.bundle import Figure, Twin
from rectutor.charts.codes import code_training, code_use
from rectutor.charts.comparisons import differences, intervals, leaderboard, strata
from rectutor.charts.exposure import lorenz, popularity, tenths
from rectutor.charts.frontier import frontier
from rectutor.charts.guesses import rank_histogram, reliability
from rectutor.charts.lengths import title_lengths
from rectutor.charts.names import films_left
from rectutor.charts.nearest import two_lists
from rectutor.charts.palette import LEVEL_HUES, TRUE_ITEM, ModelStyle, model_style
from rectutor.charts.places import place_map
from rectutor.charts.privacy import against_epsilon
from rectutor.charts.prompts import pick_rates, prompt_effects, prompt_grid
from rectutor.charts.snapped import snapped
from rectutor.charts.steps import steps_chart
from rectutor.charts.sweeps import (
    against_negatives,
    against_people,
    against_steps,
    order_of_models,
)
from rectutor.charts.talks import candidates_by_round, choices_by_group, recall_by_depth
from rectutor.charts.tuning import against_examples
from rectutor.charts.two_tasks import two_tasks

__all__ = [
    "LEVEL_HUES",
    "TRUE_ITEM",
    "Figure",
    "ModelStyle",
    "Twin",
    "against_epsilon",
    "against_examples",
    "against_negatives",
    "against_people",
    "against_steps",
    "answers",
    "beam_steps",
    "candidates_by_round",
    "choices_by_group",
    "code_training",
    "code_use",
    "costs",
    "differences",
    "films_left",
    "frontier",
    "intervals",
    "leaderboard",
    "lorenz",
    "model_style",
    "order_of_models",
    "pick_rates",
    "place_map",
    "popularity",
    "prompt_effects",
    "prompt_grid",
    "provider_ratios",
    "rank_histogram",
    "recall_by_depth",
    "reliability",
    "shares_over_time",
    "snapped",
    "steps_chart",
    "strata",
    "swap_doses",
    "tenths",
    "title_lengths",
    "tool_confusion",
    "two_lists",
    "two_tasks",
]
