import numpy as np
import pytest
import torch

from rectutor.course.checks import LEARNER, Exercise, learner_seed

add = Exercise(
    name="add",
    reference=lambda left, right: left + right,
    cases=lambda rng: [(int(rng.integers(1, 1000)), 2), (0, 0)],
    hints=("look at the sign", "use plus", "return left + right"),
)
pair = Exercise(
    name="pair",
    reference=lambda values: np.sort(values)[:2],
    cases=lambda rng: [(np.array([3.0, 1.0, 2.0]),)],
    hints=("", "", ""),
)


def test_a_right_answer_is_true_and_says_so():
    result = add.check(lambda left, right: right + left)
    assert result
    assert repr(result) == str(result) == "add: right."


def test_a_wrong_answer_says_what_was_called_what_came_and_what_was_expected():
    result = Exercise("add", add.reference, lambda rng: [(1, 2)], add.hints).check(lambda a, b: 4)
    assert not result
    assert str(result) == "add(left=1, right=2): came 4, expected 3"


@pytest.mark.parametrize(
    "stub",
    [None, ..., lambda a, b: None, lambda a, b: ...],
    ids=["None", "Ellipsis", "returns None", "returns Ellipsis"],
)
def test_a_stub_is_not_answered_yet(stub):
    result = add.check(stub)
    assert (result.state, str(result)) == ("not answered yet", "add: not answered yet.")


def test_a_stub_that_raises_is_not_answered_yet():
    def stub(left, right):
        raise NotImplementedError

    assert add.check(stub).state == "not answered yet"


def test_an_exception_becomes_a_sentence_with_the_learner_s_line():
    def answer(left, right):
        return left / 0

    result = pair.check(lambda values: answer(1, 2))
    assert result.state == "wrong"
    assert str(result).startswith("pair(values=[3.0, 1.0, 2.0]) raised ZeroDivisionError: ")
    assert str(result).endswith('"return left / 0"')


def test_a_function_of_other_parameters_is_told_so():
    assert "raised TypeError" in str(add.check(lambda left: left))


def test_an_answer_that_changes_its_argument_does_not_change_the_case():
    def answer(values):
        values.sort()
        return values[:2]

    assert pair.check(answer)


@pytest.mark.parametrize("answer", [[1.0, 2.0], (1, 2), torch.tensor([1.0, 2.0]) + 1e-9])
def test_lists_and_tensors_stand_for_arrays(answer):
    assert pair.check(lambda values: answer)


def test_a_tensor_with_a_gradient_is_read():
    assert pair.check(lambda values: torch.tensor([1.0, 2.0], requires_grad=True))


def test_another_shape_is_named():
    said = str(pair.check(lambda values: values))
    assert "came shape (3,), expected shape (2,); came [3.0, 1.0, 2.0]" in said


@pytest.mark.parametrize("answer", ["three", object(), [[1], [2, 3]], {"a": 1}, np.nan, True])
def test_an_answer_of_another_kind_is_wrong_and_does_not_raise(answer):
    three = Exercise("three", lambda x: 3, lambda rng: [(1,)], add.hints)
    assert three.check(lambda x: answer).state == "wrong"


def test_text_and_truth_values_are_compared_as_they_are():
    name = Exercise("name", lambda x: "EASE", lambda rng: [(1,)], add.hints)
    yes = Exercise("yes", lambda x: True, lambda rng: [(1,)], add.hints)
    assert name.check("EASE")
    assert not name.check(lambda x: 3)
    assert yes.check(np.bool_(True))
    assert str(yes.check(1)) == "yes: came 1, expected True"


def test_sets_agree_whatever_their_order():
    films = Exercise("films", lambda x: {3, 1, 2}, lambda rng: [(1,)], add.hints)
    assert films.check({2, 3, 1})
    assert not films.check({2, 3})


def test_a_value_is_compared_with_the_learner_s_own_case():
    left, right = add.case("Ada")
    assert add.check(left + right, "Ada")
    assert str(add.check(left, "Ada")) == f"add: came {left}, expected {left + 2}"


def test_a_case_is_a_copy_that_may_be_changed():
    pair.case()[0][:] = 0
    assert pair.case()[0].tolist() == [3.0, 1.0, 2.0]


def test_every_learner_gets_other_data_and_always_the_same():
    assert add.case("Ada") == add.case(" ada ")
    assert add.case("Ada") != add.case("Grace")


def test_the_seed_is_the_same_on_every_machine(monkeypatch):
    monkeypatch.delenv(LEARNER, raising=False)
    assert learner_seed() == 0xE3B0C442  # the first 32 bits of SHA-256 of nothing
    monkeypatch.setenv(LEARNER, "Ada")
    assert learner_seed() == learner_seed("ada") != 0xE3B0C442


def test_hints_come_one_at_a_time(capsys):
    add.hint(2)
    assert capsys.readouterr().out == "Hint 2 of 3: use plus\n"
    with pytest.raises(ValueError, match="from 1 to 3, got 4"):
        add.hint(4)


def test_a_long_value_is_cut_in_the_message():
    long = Exercise("long", lambda x: 1, lambda rng: [(list(range(1000)),)], add.hints)
    assert len(str(long.check(lambda x: 2))) < 400


def test_two_numbers_that_round_alike_are_told_apart():
    third = Exercise("third", lambda: 1 / 3, lambda rng: [()], ("a", "b", "c"))
    assert str(third.check(0.3334)) == f"third: came 0.3334, expected {1 / 3}"
