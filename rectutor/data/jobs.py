"""Invented jobs: a small table that is no film, to show that an agent's code is not about films.

No job, employer or place of work in it exists; all are drawn from short lists by a seed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["LEVELS", "SKILLS", "invented_jobs"]

LEVELS = ("Trainee", "Junior", "Senior", "Lead")
# fmt: off
SKILLS = (
    "archery", "basket-weaving", "beekeeping", "bell-founding", "bookkeeping",
    "bread-baking", "cabinet-making", "cartography", "diving", "dyeing",
    "first-aid", "glass-blowing", "lock-repair", "night-watch", "pattern-cutting",
    "piano-tuning", "river-piloting", "sail-making", "sign-language",
    "stone-carving", "surveying", "thatching", "tree-felling", "well-drilling",
)
# fmt: on
_ROLES = ("Assistant", "Inspector", "Keeper", "Maker", "Planner", "Teacher")
_FIRST = ("Amber", "Birch", "Cobalt", "Drift", "Elder", "Fern", "Granite", "Hazel")
_LAST = ("Bridge Works", "Field Society", "Hill Company", "Quay Traders")
_PLACES = ("Argentina", "Canada", "Ireland", "Japan", "Spain", "Sweden")


def invented_jobs(n: int = 90, seed: int = 0) -> pd.DataFrame:
    """Draw a table of jobs, all of them invented.

    Args:
        n: jobs.
        seed: the same gives the same table.

    Returns:
        item_id, title (all differ), levels, skills (two or three) and employers as tuples, place,
        posted (a year) and description.

    Example:
        >>> invented_jobs(2)["title"].is_unique
        True
    """
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(1, n + 1):
        skills = tuple(str(own) for own in rng.permutation(SKILLS)[: int(rng.integers(2, 4))])
        employer = f"{_one(rng, _FIRST)} {_one(rng, _LAST)}"
        role = f"{skills[0].replace('-', ' ').title()} {_one(rng, _ROLES)} No {number}"
        words = " and ".join(skill.replace("-", " ") for skill in skills)
        rows.append(
            {
                "item_id": number,
                "title": role,
                "levels": (_one(rng, LEVELS),),
                "skills": skills,
                "employers": (employer,),
                "place": _one(rng, _PLACES),
                "posted": int(rng.integers(2015, 2025)),
                "description": f"{employer} has work for somebody who knows {words}.",
            }
        )
    return pd.DataFrame(rows)


def _one(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    """Draw one."""
    return options[int(rng.integers(len(options)))]
