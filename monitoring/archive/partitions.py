"""The monthly partitions of Fetch: made ahead, and for the past when history is brought in."""

from datetime import datetime, timedelta

from django.db import connection

from accounts import rls
from monitoring.models import Fetch

TABLE = Fetch._meta.db_table


def ensure(*, now: datetime, since: datetime | None = None) -> None:
    """Make the partitions from the month of `since` (or `now`) to the month after `now`, where they are missing.

    Rows of such a month that came before its partition wait in the default one, and move.
    """
    month = _first_of_month(since or now)
    end = _next(_next(_first_of_month(now)))
    with rls.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock(hashtext('{TABLE}'))")  # who makes the same ones waits
        while month < end:
            cursor.execute("SELECT to_regclass(%s)", [_name(month)])
            if cursor.fetchone() == (None,):
                cursor.execute(_sql(month))
            month = _next(month)


def _name(month: datetime) -> str:
    return f"{TABLE}_{month:%Y_%m}"


def _sql(month: datetime) -> str:
    """Return what makes the table, moves the rows of the month that wait in the default partition, and attaches it."""
    name, start, end = _name(month), month.isoformat(), _next(month).isoformat()
    return f"""
        CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
        WITH moved AS (
            DELETE FROM {TABLE}_default WHERE fetched_at >= '{start}' AND fetched_at < '{end}' RETURNING *
        )
        INSERT INTO {name} SELECT * FROM moved;
        ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')
    """


def _first_of_month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _first_of_month(month + timedelta(days=32))
