import pytest

from rectutor.prompts.cold_start import COLD_START, GROUPS, cold_start_prompts


@pytest.mark.parametrize("template", COLD_START, ids=lambda template: template.name)
def test_a_swap_changes_one_word_and_nothing_else(template):
    a, b = (cold_start_prompts(template, group, ["Up (2009)"])[0] for group in GROUPS)
    assert template.fields == ("group", "title") or set(template.fields) == {"group", "title"}
    assert a != b and a.replace("roup A", "roup B").replace("roup: A", "roup: B") == b
    assert "Up (2009)" in a and a == a.rstrip()


def test_there_is_one_prompt_for_each_title_in_order():
    prompts = cold_start_prompts(COLD_START[0], "A", ["Up", "Heat"])
    assert ["Up" in prompts[0], "Heat" in prompts[1], len(prompts)] == [True, True, 2]


def test_another_group_is_refused():
    with pytest.raises(ValueError, match="group must be one of A, B, got 'C'"):
        cold_start_prompts(COLD_START[0], "C", ["Up"])


def test_a_blank_title_is_refused():
    with pytest.raises(ValueError, match="got ' ' at position 1"):
        cold_start_prompts(COLD_START[0], "A", ["Up", " "])
