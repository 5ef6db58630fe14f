"""Logs are JSON lines, and what could name a person does not get into them."""

import json
import logging

from config.logs import ALLOWED_FIELDS, keep_allowed_fields, logging_config

PERSONAL = {"email": "ana@example.org", "ip": "10.0.0.1", "address": "Str. Unirii 5", "user": "ana"}


def test_fields_that_nobody_allowed_are_dropped_and_counted() -> None:
    kept = keep_allowed_fields(None, "info", {"event": "placed", "rows": 3, **PERSONAL})
    assert kept == {"event": "placed", "rows": 3, "dropped": 4}


def test_no_allowed_field_is_personal() -> None:
    assert not ALLOWED_FIELDS & set(PERSONAL)


def test_a_plain_log_record_becomes_one_json_line() -> None:
    settings = logging_config(level="INFO")["formatters"]["json"]
    formatter = settings["()"](
        foreign_pre_chain=settings["foreign_pre_chain"], processors=settings["processors"]
    )
    record = logging.LogRecord("zones", logging.WARNING, "x.py", 1, "slow %s", ("bake",), None)
    record.email = "ana@example.org"
    line = json.loads(formatter.format(record))
    assert (line["event"], line["level"], line["logger"]) == ("slow bake", "warning", "zones")
    assert "ana@example.org" not in json.dumps(line)
