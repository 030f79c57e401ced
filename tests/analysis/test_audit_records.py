"""The records behind the audits of providers and groups."""

import pytest

from rectutor.analysis import group_audit, group_swap, provider_prompts, provider_skew
from rectutor.analysis.records import read_record
from rectutor.training.fingerprint import fingerprint


@pytest.mark.parametrize("made_by", [group_audit, group_swap, provider_prompts, provider_skew])
def test_records_are_made_from_todays_code_and_data(made_by):
    record = read_record(made_by.NAME)
    assert record.fingerprint == fingerprint("films", made_by._CODE)
    assert record.command == f"python -m {made_by.__name__}"
