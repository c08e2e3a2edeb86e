"""The monthly partitions of Fetch: made ahead, and for the past when history is brought in."""

from datetime import datetime, timedelta

from django.db import connection

from accounts import rls
from monitoring.models import Fetch


def ensure(*, now: datetime, since: datetime | None = None) -> None:
    """Make the partitions from the month of `since` (or `now`) to the month after `now`, where they are missing."""
    month = _first_of_month(since or now)
    end = _next(_next(_first_of_month(now)))
    with rls.as_owner(), connection.cursor() as cursor:
        while month < end:
            cursor.execute(_sql(month))
            month = _next(month)


def _sql(month: datetime) -> str:
    """`IF NOT EXISTS` warns where two make the same one at once; the advisory lock lets the second wait and find it."""
    table = Fetch._meta.db_table
    return (
        f"SELECT pg_advisory_xact_lock(hashtext('{table}')); "
        f"CREATE TABLE IF NOT EXISTS {table}_{month:%Y_%m} PARTITION OF {table} "
        f"FOR VALUES FROM ('{month.isoformat()}') TO ('{_next(month).isoformat()}')"
    )


def _first_of_month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _first_of_month(month + timedelta(days=32))
