"""Celery: the erasing of what was closed."""

from datetime import UTC, datetime

from celery import shared_task

from accounts import leaving
from billing import subscriptions


@shared_task
def erase_due(**_: object) -> None:
    """Erase the organizations and people whose fortnight is over."""
    leaving.erase_due(now=datetime.now(UTC), end_payment=subscriptions.cancel_for_leaving)
