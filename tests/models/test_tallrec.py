"""A language model as a scorer of items, and a list that it puts into its own order."""

import numpy as np
import pytest

from rectutor.data.events import queries_from_histories
from rectutor.lm.scripted import ScriptedLM
from rectutor.lm.yes_no import log_odds
from rectutor.models.tallrec import Reranker, TALLRec
from rectutor.prompts import TALLREC, yes_no_prompt
from rectutor.schema import Recommender, Scorer
from rectutor.training.taste import decoder

TITLES = ["", "Up", "Heat", "Alien", "Big", "Jaws"]


def rated(ratings: list[list[float]], histories: list[list[int]]):
    queries = queries_from_histories(histories)
    return queries._replace(ratings=np.array(ratings, dtype=np.float32))


def judge(log_odds_of: dict[str, float]) -> ScriptedLM:
    """A model whose log-odds depend on the title that is asked about."""

    def log_probability(prompt: str, word: str) -> float:
        text = prompt + word
        odds = log_odds_of[text.split("New: ")[1].split("\n")[0]]
        return -1.0 + min(odds, 0) if text.endswith(" Yes") else -1.0 - max(odds, 0)

    return ScriptedLM(log_probability)


def test_each_candidate_is_asked_about_with_the_newest_likes_and_dislikes():
    asked = []
    model = ScriptedLM(lambda prompt, word: asked.append(prompt + word) or -1.0)
    queries = rated([[5, 1, 4, 2]], [[1, 2, 3, 4]])
    TALLRec(model, TITLES, n_told=1).score(queries, np.array([[5]]))
    assert "Liked: Alien\nDisliked: Big\nNew: Jaws" in asked[0]


def test_what_prompts_share_is_read_once_and_changes_no_score():
    model = decoder()
    titles = ["", *(f"{title} ({1980 + i})" for i, title in enumerate(TITLES[1:]))]
    queries = rated([[5, 2], [4, 1]], [[1, 2], [3, 4]])
    scores = TALLRec(model, titles).score(queries, np.array([[3, 5], [1, 5]]))
    for row, (liked, disliked, items) in enumerate(([1, 2, (3, 5)], [3, 4, (1, 5)])):
        texts = [
            yes_no_prompt(TALLREC, [titles[liked]], [titles[disliked]], titles[item])
            for item in items
        ]
        assert scores[row] == pytest.approx(log_odds(model, texts), abs=1e-3)


def test_fewer_likes_than_told_are_told_alone_and_none_reads_none():
    asked = []
    model = ScriptedLM(lambda prompt, word: asked.append(prompt + word) or -1.0)
    TALLRec(model, TITLES).score(rated([[0, 5, 4]], [[1, 2]])._replace(
        history=np.array([[0, 1, 2]])), np.array([[5]]))  # fmt: skip
    assert "Liked: Up; Heat\nDisliked: none\n" in asked[0]


def test_without_ratings_everything_counts_as_liked():
    asked = []
    model = ScriptedLM(lambda prompt, word: asked.append(prompt + word) or -1.0)
    TALLRec(model, TITLES).score(queries_from_histories([[2, 1]]), np.array([[5]]))
    assert "Liked: Heat; Up\nDisliked: none\n" in asked[0]


def test_a_person_without_ratings_is_read_alike_alone_and_beside_others():
    asked = []
    model = ScriptedLM(lambda prompt, word: asked.append(prompt + word) or -1.0)
    both = rated([[0, 0], [5, 1]], [[2, 1], [3, 4]])
    TALLRec(model, TITLES).score(both, np.array([[5], [5]]))
    assert any("Liked: Heat; Up\nDisliked: none\n" in text for text in asked)
    assert any("Liked: Alien\nDisliked: Big\n" in text for text in asked)


def test_scores_are_log_odds_and_the_whole_catalogue_has_no_padding():
    odds = {title: float(i) - 2 for i, title in enumerate(TITLES[1:])}
    scorer = TALLRec(judge(odds), TITLES)
    assert isinstance(scorer, Scorer)
    queries = rated([[5], [1]], [[1], [2]])
    assert scorer.score(queries, np.array([[3, 5], [4, 1]])).tolist() == [[0, 2], [1, -2]]
    whole = scorer.score(queries)
    assert whole.shape == (2, 6) and whole[0, 1:].tolist() == [-2, -1, 0, 1, 2]
    assert whole[:, 0].tolist() == [-np.inf, -np.inf]


class Fixed:
    """Scores every item by its number, the highest first."""

    name = "numbers"

    def score(self, queries, candidates=None):
        scores = np.tile(np.arange(6, dtype=np.float32), (len(queries.history), 1))
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


def test_a_reranker_orders_what_the_first_model_found_and_nothing_else():
    odds = {"Up": 9.0, "Heat": 2.0, "Alien": 1.0, "Big": 3.0, "Jaws": 0.0}
    lists = Reranker(Fixed(), TALLRec(judge(odds), TITLES), n=3)
    assert isinstance(lists, Recommender)
    queries = rated([[5]], [[5]])  # Jaws is seen; found are Big, Alien, Heat, never Up
    assert lists.candidates(queries).tolist() == [[4, 3, 2]]
    assert lists.recommend(queries, 2).tolist() == [[4, 2]]
    assert lists.recommend(queries, 5).tolist() == [[4, 2, 3, 0, 0]]
    assert lists.how == "reranks 3 of numbers"


def test_a_reranker_needs_a_candidate():
    with pytest.raises(ValueError, match="n must be 1 or more candidates, got 0"):
        Reranker(Fixed(), Fixed(), n=0)
