"""Logs: one line a record, secrets masked (row 70 of the check table)."""

import json
import logging

import pytest

from conductatlas.logs import JsonFormatter, LineFormatter
from tests.routes import routes


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
        "redis://:s3cr3tword@valkey:6379/0",
        "whsec_hunter2+a/0123456789abcdef=",
        "/accounts/password/reset/key/1-0123456789abcdef/",
        "/accounts/confirm-email/0123456789abcdef/",
    ],
)
def test_secrets_are_masked(formatter, secret):
    line = formatter.format(record("got %s", secret))
    for part in ("0123456789abcdef", "hunter2", "51Habc", "s3cr3tword"):
        assert part not in line
    assert "***" in line


SECRET_PARTS = {"token", "secret", "key"}
PUBLIC = {"monitoring:provision_type", "monitoring:regulation"}  # their keys are names
LETTING_IN = [route for route in routes() if SECRET_PARTS & set(route.words) and route.name not in PUBLIC]


@pytest.mark.parametrize("route", LETTING_IN, ids=lambda route: route.name)
def test_an_address_that_lets_somebody_in_is_masked(route):
    """Django logs the path of whatever it answers with an error."""
    path = route.address(**dict.fromkeys(SECRET_PARTS & set(route.words), "1-2~S3cr3t_T0ken:x"))
    line = LineFormatter().format(record("Forbidden: %s", path))
    assert "S3cr3t" not in line
    assert path.split("/")[1] in line


def test_those_addresses_are_known():
    assert len(LETTING_IN) >= 5


def test_json_carries_the_traceback_in_the_same_line():
    line = JsonFormatter().format(record("failed", error=ValueError("two\nlines")))
    assert "two\nlines" in json.loads(line)["exception"]
    assert "\n" not in line
