"""Celery: ids in, one call, nothing out. Each may run twice or be lost: the rows are the queue, `sweep` finds them."""

from datetime import UTC, datetime

from celery import shared_task
from django.conf import settings

from billing import notices, webhooks


def now() -> datetime:
    return datetime.now(UTC)


@shared_task
def apply_event(*, event_id: int, **_: object) -> None:
    """Apply one event of Stripe and send the mails that follow from it."""
    webhooks.apply(event_id, now=now())
    notices.send_waiting(now=now())


@shared_task
def sweep(**_: object) -> None:
    """Apply events that still wait, write what time calls for, send what is unsent."""
    if settings.BILLING == "stripe":
        webhooks.apply_waiting(now=now())
        notices.of_time(now=now())
        notices.send_waiting(now=now())


@shared_task
def reconcile(**_: object) -> None:
    """Every night: find events that never came and subscriptions that differ from Stripe's."""
    if settings.BILLING == "stripe":
        webhooks.reconcile(now=now())
