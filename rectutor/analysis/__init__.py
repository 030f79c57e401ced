"""Measurements of models, arrays in, tables out; long ones are recorded."""

from rectutor.analysis.records import Record, read_record, write_record

__all__ = ["Record", "read_record", "write_record"]
