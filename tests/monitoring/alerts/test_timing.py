"""When messages are due, in zones that change their clocks in every way there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.plans import Cadence
from monitoring.alerts import timing

# Clocks that change at midnight (Santiago, Cairo), by half an hour (Lord Howe), by two (Troll), backwards in winter
# (Dublin), for a month of fasting (Casablanca); offsets of 45 minutes and of 14 hours; a day that never was (Apia 2011).
ZONES = [
    "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago",
    "Africa/Cairo", "Africa/Casablanca", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "Antarctica/Troll",
    "Pacific/Kiritimati", "Pacific/Apia",
]  # fmt: skip
moments = st.datetimes(datetime(2010, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))


def berlin(*parts, fold=0):
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=60)
@given(after=moments, at=hours, weekday=st.integers(0, 6))
def test_a_weekly_digest_comes_once_in_each_week_on_its_day_and_at_its_hour(zone, after, at, weekday):
    place, moment = ZoneInfo(zone), after
    days = []
    for _ in range(30):
        following = timing.following(moment, zone=zone, at=at, weekday=weekday)
        assert following > moment
        local = following.astimezone(place)
        if not _is_left_out(local.date(), at, place):
            assert (local.time(), local.date().weekday(), local.fold) == (at, weekday, 0)
        days.append(local.date())
        moment = following
    gaps = {(later - earlier).days for earlier, later in pairwise(days)}
    assert gaps <= {6, 7, 8}
    assert gaps == {7} or any(_is_left_out(day, at, place) for day in days)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=40)
@given(after=moments, at=hours)
def test_a_daily_digest_comes_once_on_each_day_that_there_is(zone, after, at):
    place, moment = ZoneInfo(zone), after
    days = []
    for _ in range(40):
        moment = timing.following(moment, zone=zone, at=at)
        days.append(moment.astimezone(place).date())
    every = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]
    assert sorted(set(days)) == days
    assert set(every) - set(days) <= {date(2011, 12, 30)} | {day for day in every if _is_left_out(day, at, place)}


def _is_left_out(day, at, place):
    """Whether clocks of `place` never show `at` on that day or the one before (a jump over midnight)."""
    return any(
        datetime.combine(each, at, tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None, fold=0)
        != datetime.combine(each, at)
        for each in (day, day - timedelta(days=1))
    )


def test_row_68_an_hour_that_the_clocks_leave_out_comes_as_much_later_as_they_jump():
    saturday = berlin(2027, 3, 27, 12)
    due = timing.following(saturday, zone="Europe/Berlin", at=time(2, 30), weekday=6)
    assert due == berlin(2027, 3, 28, 3, 30)
    assert timing.following(due, zone="Europe/Berlin", at=time(2, 30), weekday=6) == berlin(2027, 4, 4, 2, 30)


def test_row_68_an_hour_that_comes_twice_counts_once():
    first = timing.following(berlin(2026, 10, 24, 12), zone="Europe/Berlin", at=time(2, 30))
    assert first == berlin(2026, 10, 25, 2, 30, fold=0) < berlin(2026, 10, 25, 2, 30, fold=1)
    assert timing.following(first, zone="Europe/Berlin", at=time(2, 30)) == berlin(2026, 10, 26, 2, 30)


def test_a_year_ends_and_a_leap_day_comes():
    new_year = timing.following(datetime(2027, 12, 31, 20, tzinfo=UTC), zone="Pacific/Kiritimati", at=time(8))
    assert new_year == datetime(2028, 1, 1, 18, tzinfo=UTC)  # 2 January, 08:00 there: 1 January had begun already
    leap = timing.following(datetime(2028, 2, 28, 20, tzinfo=UTC), zone="UTC", at=time(8))
    assert leap == datetime(2028, 2, 29, 8, tzinfo=UTC)


def test_the_very_moment_belongs_to_the_digest_before():
    due = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert timing.following(due, zone="UTC", at=time(8), weekday=0) == due + timedelta(days=7)
    assert timing.following(due - timedelta(seconds=1), zone="UTC", at=time(8), weekday=0) == due


@pytest.mark.parametrize(
    ("cadence", "same_day", "wait"),
    [
        (Cadence.IMMEDIATE, None, timedelta(0)),
        (Cadence.SAME_DAY, None, timing.SAME_DAY_AFTER),
        (Cadence.SAME_DAY, time(17), timedelta(hours=4)),
        (Cadence.DAILY, None, timedelta(hours=19)),
        (Cadence.WEEKLY, None, timedelta(days=1, hours=19)),
    ],
)
def test_each_cadence_has_its_hour(cadence, same_day, wait):
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)  # 13:00 in Berlin
    berlin_hours = timing.Hours(zone="Europe/Berlin", weekday=1, digest=time(8), same_day=same_day)
    due = timing.due_at(cadence, berlin_hours, now=sunday)
    assert due == sunday + wait


def test_what_belongs_to_a_burst_waits_for_the_rest_of_it_within_the_promised_minute():
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert timing.due_at(Cadence.IMMEDIATE, timing.Hours(), now=now, is_in_burst=True) - now < timedelta(minutes=1)
