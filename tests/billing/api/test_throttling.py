from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from billing.api import throttling
from tests.caches import AWAY

HOUR_BEGINS = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def ask(organization, monkeypatch):
    """A function that asks at a moment and returns (allowed, seconds to wait)."""

    def ask_(at, times=1):
        monkeypatch.setattr(throttling.timezone, "now", lambda: at)
        for _ in range(times):
            throttle = throttling.PlanThrottle()
            allowed = throttle.allow_request(SimpleNamespace(organization=organization), None)
        return allowed, throttle.wait()

    return ask_


def test_nobody_is_refused_while_the_cache_is_away(ask, settings, caplog):
    settings.CACHES = AWAY
    assert ask(HOUR_BEGINS, times=61) == (True, None)
    assert "not counted" in caplog.text


def test_free_has_sixty_requests_an_hour(ask):
    at = HOUR_BEGINS + timedelta(minutes=30)
    assert ask(at, times=60) == (True, None)
    assert ask(at) == (False, 1860)  # a minute of the next hour, so that one of the sixty weighs no more


def test_the_hour_before_counts_by_what_of_it_is_left(ask):
    ask(HOUR_BEGINS, times=60)
    assert ask(HOUR_BEGINS + timedelta(hours=1)) == (False, 60)
    later = HOUR_BEGINS + timedelta(hours=1, minutes=30)
    assert ask(later, times=30)[0]  # 30 of the 60 still weigh
    assert not ask(later)[0]


def test_two_hours_later_nothing_weighs(ask):
    ask(HOUR_BEGINS, times=80)
    assert ask(HOUR_BEGINS + timedelta(hours=2), times=60)[0]


def test_no_limit_counts_nothing(ask, settings):
    settings.BILLING = "none"
    assert ask(HOUR_BEGINS, times=200)[0]


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
@pytest.mark.parametrize("before", [0, 20, 60])
def test_who_waits_as_long_as_told_is_let_in_however_often_the_answer_was_no(ask, minute, before):
    if before:
        ask(HOUR_BEGINS - timedelta(minutes=1), times=before)
    at = HOUR_BEGINS + timedelta(minutes=minute)
    allowed, wait = ask(at, times=300)
    assert not allowed
    assert ask(at + timedelta(seconds=wait))[0]
    assert wait == 1 or not ask(at + timedelta(seconds=wait - 2))[0]
