"""Logs: one line a record, secrets masked (row 70 of the check table)."""

import json
import logging

import pytest

from conductatlas.logs import JsonFormatter, LineFormatter


def record(message, *args, error=None):
    info = (type(error), error, None) if error else None
    return logging.LogRecord("monitoring.fetch", logging.WARNING, __file__, 1, message, args, info)


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
@pytest.mark.parametrize("evil", ["a\r\nb", "a\nERROR root: forged", "a\x1b[2Jb", "a\u2028b", "a\x00b"])
def test_a_value_from_outside_cannot_start_a_line_of_its_own(formatter, evil):
    line = formatter.format(record("user agent %s", evil))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer ca_ab12cd34_0123456789abcdef0123456789abcdef",
        "password=hunter2hunter2",
        "sk_live_51Habcdefghijklmnop",
        "whsec_0123456789abcdef",
        '{"api_key": "0123456789abcdef"}',
        "postgresql://ca:s3cr3tword@db:5432/x",
    ],
)
def test_secrets_are_masked(formatter, secret):
    line = formatter.format(record("got %s", secret))
    for part in ("0123456789abcdef", "hunter2", "51Habc", "s3cr3tword"):
        assert part not in line
    assert "***" in line


def test_json_carries_the_traceback_in_the_same_line():
    line = JsonFormatter().format(record("failed", error=ValueError("two\nlines")))
    assert "two\nlines" in json.loads(line)["exception"]
    assert "\n" not in line
