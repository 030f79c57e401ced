"""The views a learner touches; each is a state in Python and a page that draws it."""

from rectutor.widgets.attention_map import AttentionMap
from rectutor.widgets.attention_state import AttentionCase
from rectutor.widgets.codebook_explorer import CodebookExplorer
from rectutor.widgets.epsilon_dial import EpsilonDial
from rectutor.widgets.five_tasks import FiveTasks
from rectutor.widgets.gini_lab import GiniLab
from rectutor.widgets.grounding_lab import GroundingLab
from rectutor.widgets.grounding_state import Space as GroundingSpace
from rectutor.widgets.guessing import GuessingGame
from rectutor.widgets.item_names import ItemNames
from rectutor.widgets.loss_explorer import LossExplorer
from rectutor.widgets.neighbour_state import overlap_of_all
from rectutor.widgets.neighbours import Neighbours
from rectutor.widgets.primer import PrimerView
from rectutor.widgets.prompt_bench import Bench
from rectutor.widgets.prompt_lab import PromptLab
from rectutor.widgets.rank_slider import RankSlider
from rectutor.widgets.rounds import Round, draw_rounds
from rectutor.widgets.sampled_negatives import SampledNegatives
from rectutor.widgets.title_decoder import TitleDecoder
from rectutor.widgets.trace_viewer import TraceViewer
from rectutor.widgets.trie_stepper import TrieStepper
from rectutor.widgets.tuning_explorer import TuningExplorer
from rectutor.widgets.view import Act, Explain, Missions, Predict

__all__ = [
    "Act",
    "AttentionCase",
    "AttentionMap",
    "Bench",
    "CodebookExplorer",
    "EpsilonDial",
    "Explain",
    "FiveTasks",
    "GiniLab",
    "GroundingLab",
    "GroundingSpace",
    "GuessingGame",
    "ItemNames",
    "LossExplorer",
    "Missions",
    "Neighbours",
    "Predict",
    "PrimerView",
    "PromptLab",
    "RankSlider",
    "Round",
    "SampledNegatives",
    "TitleDecoder",
    "TraceViewer",
    "TrieStepper",
    "TuningExplorer",
    "draw_rounds",
    "overlap_of_all",
]
