"""Mails about the plan to those who may pay for it: written as rows with what they tell of, sent from there.

The row makes each occasion be told once; a mail that could not be sent stays a waiting row.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from accounts import mail, permissions
from accounts.models import Membership, Organization
from accounts.permissions import Permission
from billing import entitlements, plans
from billing.models import Notice, Source, Status, Subscription
from billing.plans import Plan

TRIAL_NOTICE = timedelta(days=3)
GRACE_NOTICE = timedelta(days=2)  # before the grace is over
ATTEMPTS = 8
SEND_AT_ONCE = 50
logger = logging.getLogger(__name__)


def of_subscription(before: Subscription | None, after: Subscription, *, plan_before: Plan, now: datetime) -> None:
    """Write the notices that a change of the row calls for, in its transaction."""
    if after.past_due_at and (before is None or before.past_due_at is None):
        _payment_failed(after, now=now)
    plan_after = entitlements.plan_under(after, now=now)
    if plan_after != plan_before:
        _plan_changed(after, plan_before, plan_after, key=now.isoformat(), now=now)


def of_time(*, now: datetime) -> int:
    """Write the notices that time alone calls for (trials and graces about to end, graces over); return how many."""
    rows = Subscription.objects.filter(source=Source.STRIPE).select_related("organization")
    trials = rows.filter(
        status=Status.TRIALING, trial_ends_at__gt=now, trial_ends_at__lte=now + TRIAL_NOTICE, cancels_at=None
    )
    overdue = rows.filter(status=Status.PAST_DUE, past_due_at__lte=now - entitlements.GRACE + GRACE_NOTICE)
    return sum(_trial_ending(row, now=now) for row in trials) + sum(_grace(row, now=now) for row in overdue)


def send_waiting(*, now: datetime) -> int:
    """Send what waits to every owner; return how many notices went out. Each row is claimed, so two runs send one."""
    sent = 0
    for _ in range(SEND_AT_ONCE):
        with transaction.atomic():
            waiting = Notice.objects.filter(sent_at=None, attempts__lt=ATTEMPTS, created_at__gt=now - timedelta(days=3))
            row = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("attempts", "created_at").first()
            if row is None or (row.attempts and not _is_due(row, now=now)):
                return sent
            sent += _send(row, now=now)
    return sent


def _is_due(row: Notice, *, now: datetime) -> bool:
    """Return whether a mail that failed may be tried again: after 1, 2, 4 … minutes."""
    return now >= row.created_at + timedelta(minutes=2**row.attempts)


def _send(row: Notice, *, now: datetime) -> int:
    """Send one notice; a mail server that refuses is recorded on the row."""
    to = recipients(row.organization)
    try:
        if to:
            mails = [mail.message(row.kind, to=[address], context=context(row)) for address in to]
            get_connection().send_messages(mails)
    except Exception as error:  # a mail that cannot be written keeps no other waiting
        logger.warning("notice %s was not sent: %s", row.pk, error, exc_info=True)
        Notice.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, error=str(error)[:200])
        return 0
    Notice.objects.filter(pk=row.pk).update(sent_at=now, attempts=F("attempts") + 1, error="")
    return 1


def recipients(organization: Organization) -> list[str]:
    """Return the addresses of those who may pay."""
    roles = [role for role in permissions.Role if permissions.may(role, Permission.BILLING)]
    rows = Membership.objects.filter(organization=organization, role__in=roles, user__is_active=True)
    return list(rows.order_by("id").values_list("user__email", flat=True))


def context(row: Notice) -> dict[str, Any]:
    """Return what the mail's templates read: the facts with plans and moments as such."""
    facts = dict(row.facts)
    for name in ("plan", "plan_before", "plan_after"):
        if name in facts:
            facts[name] = plans.named(facts[name])
    if "at" in facts:
        facts["at"] = parse_datetime(facts["at"])
    return {"organization": row.organization, **facts}


def _trial_ending(row: Subscription, *, now: datetime) -> int:
    assert row.trial_ends_at
    return _write(
        row, Notice.Kind.TRIAL_ENDING, row.trial_ends_at.isoformat(), {"plan": row.plan, "at": row.trial_ends_at}, now
    )


def _payment_failed(row: Subscription, *, now: datetime) -> int:
    assert row.past_due_at
    ends_at = row.past_due_at + entitlements.GRACE
    return _write(row, Notice.Kind.PAYMENT_FAILED, row.past_due_at.isoformat(), {"plan": row.plan, "at": ends_at}, now)


def _grace(row: Subscription, *, now: datetime) -> int:
    """Remind while the grace runs; when it is over tell that the plan rests."""
    assert row.past_due_at
    ends_at, key = row.past_due_at + entitlements.GRACE, row.past_due_at.isoformat()
    if now < ends_at:
        return _write(row, Notice.Kind.GRACE_ENDING, key, {"plan": row.plan, "at": ends_at}, now)
    return _plan_changed(row, plans.named(row.plan), plans.FREE, key=f"grace {key}", now=now)


def _plan_changed(row: Subscription, before: Plan, after: Plan, *, key: str, now: datetime) -> int:
    facts = {
        "plan_before": before.key,
        "plan_after": after.key,
        "is_larger": plans.PLANS.index(after) > plans.PLANS.index(before),
        "is_unpaid": row.status in (Status.PAST_DUE, Status.UNPAID),
        "is_trial": row.status == Status.TRIALING,
    }
    return _write(row, Notice.Kind.PLAN_CHANGED, key, facts, now)


def _write(row: Subscription, kind: Notice.Kind, key: str, facts: dict[str, Any], now: datetime) -> int:
    facts = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    _row, created = Notice.objects.get_or_create(
        organization=row.organization, kind=kind, key=key, defaults={"facts": facts, "created_at": now}
    )
    return int(created)
