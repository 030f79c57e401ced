"""Prompts of the papers: values in, text out, and the ranking in a reply found again."""

from rectutor.prompts.p5 import FAMILIES, FIELDS, TASKS, Pair, Task, tasks
from rectutor.prompts.profile import profile_text
from rectutor.prompts.ranking import Conventions, Example, ranking_prompt, self_example
from rectutor.prompts.replies import ParsedRanking, parse_ranking
from rectutor.prompts.template import Template, check_template
from rectutor.prompts.titles import one_line
from rectutor.prompts.yes_no import (
    HELD_OUT,
    HISTORY,
    HISTORY_LABELS,
    LABEL_WORDS,
    OPTIONAL,
    REQUIRED,
    TALLREC,
    TUNING,
    YES_NO,
    LabelWords,
    yes_no_prompt,
)

__all__ = [
    "FAMILIES",
    "FIELDS",
    "HELD_OUT",
    "HISTORY",
    "HISTORY_LABELS",
    "LABEL_WORDS",
    "OPTIONAL",
    "REQUIRED",
    "TALLREC",
    "TASKS",
    "TUNING",
    "YES_NO",
    "Conventions",
    "Example",
    "LabelWords",
    "Pair",
    "ParsedRanking",
    "Task",
    "Template",
    "check_template",
    "one_line",
    "parse_ranking",
    "profile_text",
    "ranking_prompt",
    "self_example",
    "tasks",
    "yes_no_prompt",
]
