import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from monitoring.fetch import Evidence, FetchError, Reason, Request, answers
from monitoring.fetch.transport import Answer

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
URL = "https://example.com/terms"


def answer(status, body=b"<p>x</p>", **headers):
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Answer(status, CIMultiDictProxy(named), body, URL, Evidence())


def error_for(status, body=b"no", request=None, **headers):
    with pytest.raises(FetchError) as caught:
        answers.response(answer(status, body, **headers), request=request or Request(1, URL), duration_seconds=0.1)
    return caught.value


@pytest.mark.parametrize(
    ("status", "reason", "is_transient"),
    [
        (400, Reason.CLIENT_ERROR, False),
        (401, Reason.UNAUTHORIZED, False),
        (403, Reason.FORBIDDEN, False),
        (404, Reason.NOT_FOUND, False),
        (406, Reason.CLIENT_ERROR, False),
        (408, Reason.TIMEOUT, True),
        (410, Reason.GONE, False),
        (418, Reason.CLIENT_ERROR, False),
        (429, Reason.RATE_LIMITED, True),
        (451, Reason.LEGALLY_BLOCKED, False),
        (500, Reason.SERVER_ERROR, True),
        (503, Reason.SERVER_ERROR, True),
        (599, Reason.SERVER_ERROR, True),
        (204, Reason.UNEXPECTED_STATUS, False),
        (206, Reason.UNEXPECTED_STATUS, False),
        (300, Reason.UNEXPECTED_STATUS, False),
        (999, Reason.UNEXPECTED_STATUS, False),
    ],
)
def test_every_status_that_brings_no_page_has_a_reason(status, reason, is_transient):
    error = error_for(status)
    assert (error.reason, error.is_transient, error.status) == (reason, is_transient, status)
    assert URL in error.message


def test_a_failure_keeps_the_evidence_and_when_to_come_back():
    error = error_for(503, Retry_After="120")
    assert error.retry_after_seconds == 120
    assert error.evidence == Evidence()


def test_an_empty_page_is_an_error_and_never_an_empty_document():
    assert error_for(200, b"").reason is Reason.EMPTY_BODY


def test_a_bot_wall_is_told_from_a_plain_refusal():
    assert error_for(403, cf_mitigated="challenge").reason is Reason.BOT_WALL


def test_a_rendered_page_is_never_asked_for_conditionally():
    request = Request(1, URL, etag='"v1"', render=True)
    assert answers.conditions(request) == {}
    assert error_for(304, b"", request).reason is Reason.UNEXPECTED_STATUS


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("99999999999999999999", 7 * 86_400),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("1.5", None),
        ("٣", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    assert answers.retry_after_seconds(value, now=NOW) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_survived(value):
    seconds = answers.retry_after_seconds(value, now=NOW)
    assert seconds is None or 0 <= seconds <= 7 * 86_400
