"""BIGRec: what is written is grounded, held writing is exact, the first place stays the first."""

import numpy as np
import pytest

from rectutor.decoding import exact_scores, hallucination_rates
from rectutor.models.bigrec import BIGRec, BIGRecConfig, TitleBeam, own_states
from rectutor.schema import PAD, Queries
from rectutor.training.titles import N_TOLD
from tests.lm.small import small_llama

TITLES = ("", "western", "the critic", "a thriller", "a musical", "the critic returns")
HISTORY = np.array([[0, 2, 1], [3, 4, 5]])
COUNTS = np.array([1.0, 9.0, 3.0, 0.0, 5.0])


@pytest.fixture(scope="module")
def model():
    return small_llama()


def asked(history=HISTORY) -> Queries:
    zeros = np.zeros(len(history), dtype=np.int64)
    return Queries(zeros, history, np.zeros(history.shape, np.float32), history * 0, zeros)


class Says(BIGRec):
    """Writes what it is told to write."""

    says = ("the critic", "western!")

    def write(self, queries):
        return list(self.says[: len(queries.history)])


def test_a_title_that_exists_is_grounded_to_itself(model):
    scores = Says(model, TITLES).score(asked())
    assert scores.shape == (2, 6) and scores[:, PAD].tolist() == [-np.inf] * 2
    assert scores[0].argmax() == 2 and scores[0, 2] == pytest.approx(0, abs=1e-3)
    assert scores[1, 1:].max() < 0


def test_scores_are_minus_the_distance_of_states(model):
    rec = Says(model, TITLES)
    own, theirs = own_states(model, ["western!"]), own_states(model, TITLES[1:])
    far = np.linalg.norm(own - theirs, axis=1)
    np.testing.assert_allclose(-rec.score(asked())[1, 1:], far, rtol=1e-4)
    candidates = np.array([[3, 1], [5, 2]])
    np.testing.assert_allclose(
        rec.score(asked(), candidates)[1], -far[candidates[1] - 1], rtol=1e-4
    )


def test_texts_are_grounded_without_writing(model):
    class Mute(BIGRec):
        def write(self, queries):
            raise AssertionError("nothing is to be written")

    said = Says(model, TITLES).score(asked())
    np.testing.assert_allclose(Mute(model, TITLES).score_texts(Says.says), said, atol=1e-4)
    candidates = np.array([[3, 1], [5, 2]])
    some = Mute(model, TITLES).score_texts(Says.says, candidates)
    np.testing.assert_allclose(some, np.take_along_axis(said, candidates, axis=1), atol=1e-4)


def test_as_many_titles_are_told_as_in_the_tuning():
    assert BIGRecConfig().n_told == N_TOLD


@pytest.mark.parametrize("gamma", [0.5, 5.0, 100.0])
def test_popularity_moves_all_places_but_the_first(model, gamma):
    plain = Says(model, TITLES).score(asked())
    weighed = Says(model, TITLES, COUNTS, BIGRecConfig(gamma=gamma)).score(asked())
    assert (plain.argmax(axis=1) == weighed.argmax(axis=1)).all()
    if gamma == 100:
        assert (np.argsort(-plain[1]) != np.argsort(-weighed[1])).any()


def test_another_encoder_may_measure(model):
    def lengths(texts):
        return np.array([[float(len(text))] for text in texts])

    scores = Says(model, TITLES, embed=lengths).score(asked())
    assert scores[1].argmax() == 1  # eight letters: "western" has seven, "a musical" nine


def test_free_writing_may_end_outside_the_catalogue_and_held_writing_cannot(model):
    rec = BIGRec(model, TITLES)
    free = rec.write(asked())
    assert hallucination_rates(free, TITLES[1:])["exact"] == 1  # a random model
    found = TitleBeam(rec).search(asked(np.zeros((1, 1), dtype=np.int64)), 5)
    assert sorted(found.items[0].tolist()) == [1, 2, 3, 4, 5]


def test_a_beam_as_wide_as_the_catalogue_has_the_probability_of_each_whole_title(model):
    rec = BIGRec(model, TITLES)
    queries = asked(np.array([[1], [4]]))
    beams = TitleBeam(rec).search(queries, 8)
    exact = exact_scores(rec.trie, rec.writer(queries))
    for row in range(2):
        kept = beams.items[row] > 0
        assert sorted(beams.items[row, kept]) == sorted({1, 2, 3, 4, 5} - {[1, 4][row]})
        np.testing.assert_allclose(
            beams.scores[row, kept], exact[row, beams.items[row, kept]], atol=1e-4
        )


def test_a_title_has_the_score_that_the_model_gives_its_text(model):
    rec = BIGRec(model, TITLES)
    exact = exact_scores(rec.trie, rec.writer(asked(np.array([[3]]))))[0]
    prompt = "Watched in this order: a thriller;"
    by_text = model.score([prompt], [[f" {title};" for title in TITLES[1:]]])[0]
    np.testing.assert_allclose(exact[1:], by_text, atol=1e-3)


def test_lists_hold_unseen_items_and_end_in_padding(model):
    rec = TitleBeam(BIGRec(model, TITLES), n_beams=5)
    lists = rec.recommend(asked(), 4)
    assert lists.shape == (2, 4) and rec.how == "beam of 5"
    for items, seen in zip(lists, HISTORY, strict=True):
        assert not set(items[items > 0]) & set(seen)
    assert (lists[1] > 0).sum() == 2 and (lists[1, 2:] == PAD).all()


def test_only_the_newest_titles_are_told(model):
    long = np.array([[1, 2, 3, 4]])
    short = BIGRec(model, TITLES, config=BIGRecConfig(n_told=2))
    same = short.writer(asked(long)).first()
    assert same.equal(short.writer(asked(long[:, 2:])).first())
    assert not same.equal(BIGRec(model, TITLES).writer(asked(long)).first())


def test_states_do_not_depend_on_what_stands_beside_a_text(model):
    texts = ["western", "the critic returns; again", "", "a"]
    together = own_states(model, texts, "last")
    alone = np.concatenate([own_states(model, [text], "last") for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert own_states(model, []).shape == (0, 32)
    assert not np.allclose(together, own_states(model, texts, "mean"))


def test_what_cannot_be_is_refused(model):
    with pytest.raises(ValueError, match=r"gamma is 2\.0, .* give `popularity`"):
        BIGRec(model, TITLES, config=BIGRecConfig(gamma=2.0))
    with pytest.raises(ValueError, match='must be "mean" or "last", got \'first\''):
        own_states(model, ["a"], "first")
