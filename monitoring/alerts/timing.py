"""When a message is due: at once, at an hour, on a weekday, in an organization's own time. Values in, moments out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from billing.plans import Cadence

# What is told the same day waits so long for the rest of a burst; the promise is an hour.
SAME_DAY_AFTER = timedelta(minutes=15)
# Once a burst has begun, its further messages of the next minutes wait this long for each other; the promise is a minute.
BURST = timedelta(minutes=5)
IN_BURST_AFTER = timedelta(seconds=30)


class Hours(NamedTuple):
    """When an organization wants to be told, in the time of its zone. same_day: None is "within an hour of being seen"."""

    zone: str = "UTC"
    weekday: int = 0
    digest: time = time(8)
    same_day: time | None = None


def due_at(cadence: Cadence, hours: Hours, *, now: datetime, is_in_burst: bool = False) -> datetime:
    """Return when what is seen at `now` is told. is_in_burst: the same reader was told of the same platform just now."""
    match cadence:
        case Cadence.WEEKLY:
            return following(now, zone=hours.zone, at=hours.digest, weekday=hours.weekday)
        case Cadence.DAILY:
            return following(now, zone=hours.zone, at=hours.digest)
        case Cadence.SAME_DAY if hours.same_day is not None:
            return following(now, zone=hours.zone, at=hours.same_day)
        case Cadence.SAME_DAY:
            return now + SAME_DAY_AFTER
        case _:
            return now + IN_BURST_AFTER if is_in_burst else now


def following(after: datetime, *, zone: str, at: time, weekday: int | None = None) -> datetime:
    """Return the first moment after `after` when clocks of `zone` show `at`, on that weekday (None: any day); in UTC.

    Once for each day: an hour that the clocks go through twice counts the first time, one that they leave out counts as
    much later as they jump (02:30 becomes 03:30). weekday: as `date.weekday()` counts. Raises ZoneInfoNotFoundError.
    """
    place = ZoneInfo(zone)
    day = after.astimezone(place).date() - timedelta(days=1)
    while True:
        moment = datetime.combine(day, at, tzinfo=place).astimezone(UTC)
        if moment > after and weekday in (None, day.weekday()):
            return moment
        day += timedelta(days=1)
