"""Five films, four facts each, and the tools over them."""

import numpy as np
import pandas as pd

from rectutor.agents.catalogue import Catalogue
from rectutor.agents.film_tools import FilmTools
from rectutor.agents.session_tools import SessionTools
from rectutor.agents.tools import Toolbox
from rectutor.data.triples import derive
from rectutor.schema import Queries

ITEMS = pd.DataFrame(
    {
        "item_id": [1, 2, 3, 4, 5],
        "title": ["Heat", "Collateral", "Up", "Heat", "Airplane!"],
        "year": pd.array([1995, 2004, 2009, 1986, 1980], dtype="Int64"),
        "directors": [
            ("Michael Mann",),
            ("Michael Mann",),
            ("Pete Docter",),
            ("Dick Richards",),
            (),
        ],
        "leads": [("Al Pacino",), ("Tom Cruise",), (), ("Burt Reynolds",), ("Leslie Nielsen",)],
        "genres": [("Crime", "Drama"), ("Crime",), ("Children",), ("Action",), ("Comedy",)],
        "country": ["USA", "USA", "USA", "USA", "USA"],
        "synopsis": [
            "A thief and a detective meet.",
            "A driver takes a killer through the night.",
            "A widower flies his house to the falls.",
            "A bodyguard gambles in Las Vegas.",
            "A pilot who fears flying must land.",
        ],
    }
)
QUERY = Queries(  # person 7 saw Up and then Heat (1995)
    np.array([7]), np.array([[0, 3, 1]]), np.zeros((1, 3)), np.zeros((1, 3), int), np.array([0])
)


class ByNumber:
    """Scores an item by its number."""

    name = "by number"

    def score(self, queries, candidates=None):
        scores = np.arange(6, dtype=np.float32)[None].repeat(len(queries.history), 0)
        scores[:, 0] = -np.inf
        return scores


class Backwards(ByNumber):
    name = "backwards"

    def score(self, queries, candidates=None):
        scores = -super().score(queries)
        scores[:, 0] = -np.inf
        return scores


def catalogue():
    return Catalogue(ITEMS)


def toolbox():
    own = catalogue()
    recommenders = {"number": ByNumber(), "backwards": Backwards()}
    session = SessionTools(own, recommenders, QUERY)
    return Toolbox([*FilmTools(own, derive(ITEMS)).tools, *session.tools])
