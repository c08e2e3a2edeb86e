"""Where an organization is told, beside its people's mail: channels added, verified, tested, rotated, disabled, removed."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Organization
from billing import entitlements
from billing.plans import Feature, Plan
from monitoring import fetch
from monitoring.alerts.channels import posting, sealing, signing
from monitoring.models import Channel, Delivery

log = logging.getLogger(__name__)

OVERLAP = timedelta(hours=24)  # how long the old secret goes on signing beside the new one
BETWEEN_TESTS = timedelta(minutes=1)
SHOWN_OF_SECRET = 4


class EndpointRefused(Exception):
    """Raised by `add`: the address cannot be posted to, or is a channel already. The message is for the user."""


class TestedJustNow(Exception):
    """Raised by `send_test`: the last test to this mail address is not a minute old."""


class State(StrEnum):
    """How a channel fares, in the order in which it is said."""

    RESTING = "resting"  # the plan does not write to channels of this kind
    DISABLED = "disabled"
    UNVERIFIED = "unverified"
    FAILING = "failing"
    IN_ORDER = "in_order"


@dataclass(frozen=True, slots=True)
class Added:
    """A new channel, and its signing secret: seen this once (empty where nothing is signed)."""

    channel: Channel
    secret: str


def add(
    *, organization: Organization, kind: str, name: str, url: str, now: datetime, actor: audit.Actor = audit.SYSTEM
) -> Added:
    """Add a webhook or a Slack-compatible hook and send it a test; it is verified once it answers that with a 2xx.

    Raises entitlements.NotInPlan, and EndpointRefused saying what is wrong with `url`.
    """
    entitlements.check_feature(organization, Feature.WEBHOOKS, now=now)
    vetted = _vetted(url)
    secret = signing.new_secret() if kind == Channel.Kind.WEBHOOK else ""
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                organization=organization,
                kind=kind,
                name=name,
                address=vetted if kind == Channel.Kind.WEBHOOK and "?" not in vetted else _shortened(vetted),
                sealed_url=sealing.seal(vetted),
                sealed_secret=sealing.seal(secret) if secret else "",
                created_at=now,
            )
            record(channel, "channel.added", now=now, actor=actor, after=facts(channel))
            send_test(channel, now=now)
    except IntegrityError as error:
        raise EndpointRefused("This address is a channel already.") from error
    return Added(channel, secret)


def send_test(channel: Channel, *, now: datetime) -> Delivery:
    """Put a test into the outbox, due at once; what still waits from an earlier test is dropped.

    Raises TestedJustNow for a mail address: an endpoint may be tried again at once, a reader is not to be flooded.
    """
    rows = Delivery.objects.for_organization(channel.organization).filter(channel=channel, kind=Delivery.Kind.TEST)
    if not channel.is_endpoint and rows.filter(created_at__gt=now - BETWEEN_TESTS).exists():
        raise TestedJustNow("A test was sent there just now: try again in a minute.")
    rows.waiting().filter(lease_until=None).delete()
    return Delivery.objects.create(
        organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.TEST,
        since_at=now, due_at=now, created_at=now,
    )  # fmt: skip


def rotate(channel: Channel, *, now: datetime, actor: audit.Actor) -> str:
    """Return a new signing secret; for a day every message is signed with the old one too."""
    secret = signing.new_secret()
    ends_at = now + OVERLAP
    with transaction.atomic():
        row = Channel.objects.for_organization(channel.organization).select_for_update().get(pk=channel.pk)
        row.sealed_old_secret, row.overlap_ends_at = row.sealed_secret, ends_at
        row.sealed_secret = sealing.seal(secret)
        row.save(update_fields=["sealed_old_secret", "overlap_ends_at", "sealed_secret"])
        record(row, "channel.rotated", now=now, actor=actor, after={"old_secret_signs_until": ends_at.isoformat()})
    return secret


def remove(channel: Channel, *, now: datetime, actor: audit.Actor) -> None:
    """Remove the channel with what waited for it and its log; the trail keeps that it was there."""
    with transaction.atomic():
        gone, _ = Channel.objects.for_organization(channel.organization).filter(pk=channel.pk).delete()
        if gone:
            record(channel, "channel.removed", now=now, actor=actor, before=facts(channel))


def switch_off(channel: Channel, *, now: datetime, actor: audit.Actor) -> None:
    """Write to the channel no more, as a person wished; a test that is answered switches it on again."""
    disable(channel, Channel.Disabled.BY_HAND, now=now, actor=actor)


def disable(channel: Channel, because: str, *, now: datetime, actor: audit.Actor = audit.SYSTEM) -> bool:
    """Write to the channel no more; what waits is parked, to be seen and released. Returns False if it was so before."""
    with transaction.atomic():
        rows = Channel.objects.for_organization(channel.organization).filter(pk=channel.pk, disabled_at=None)
        if not rows.update(disabled_at=now, disabled_because=because, told_at=None):
            return False
        waiting = Delivery.objects.for_organization(channel.organization).filter(channel=channel).waiting()
        reason = f"the channel was disabled: {Channel.Disabled(because).label}"
        waiting.exclude(kind=Delivery.Kind.TEST).update(parked_at=now, lease_until=None, error=reason)
        waiting.delete()
        record(channel, "channel.disabled", now=now, actor=actor, after={"because": str(because)})
    log.warning("channel %s (%s) was disabled: %s", channel.pk, channel.kind, because)
    return True


def note_answer(channel: Channel, *, now: datetime) -> None:
    """Note that the channel took a message: what failed before is over. An endpoint has verified itself by that."""
    row = Channel.objects.filter(pk=channel.pk)
    row.update(failures=0, failing_since=None)
    if channel.is_endpoint:
        row.filter(verified_at=None).update(verified_at=now)
        row.update(disabled_at=None, disabled_because="", told_at=None)


def facts(channel: Channel) -> dict[str, str]:
    """Return what the audit trail keeps of a channel: an endpoint's address as people see it, and no secret."""
    return {"kind": str(channel.kind), "name": channel.name, "address": channel.address}


def state(channel: Channel, plan: Plan) -> State:
    if not is_in_plan(channel, plan):
        return State.RESTING
    if channel.disabled_at is not None:
        return State.DISABLED
    if channel.verified_at is None:
        return State.UNVERIFIED
    return State.FAILING if channel.failing_since else State.IN_ORDER


def is_in_plan(channel: Channel, plan: Plan) -> bool:
    """Return whether `plan` writes to channels of this kind; those beyond rest, and are not removed."""
    return not channel.is_endpoint or plan.includes(Feature.WEBHOOKS)


def fetch_settings() -> fetch.FetchSettings:
    """Return the limits under which endpoints are posted to."""
    return fetch.FetchSettings(
        user_agent=settings.FETCH_USER_AGENT, allow_private=fetch.private_pairs(settings.FETCH_ALLOW_PRIVATE)
    )


def _vetted(url: str) -> str:
    try:
        return str(posting.endpoint(url, allow_private=fetch_settings().allow_private))
    except fetch.FetchError as error:
        raise EndpointRefused(f"This address cannot be posted to. {error.message}") from error


def _shortened(url: str) -> str:
    """Return an address without what makes it a secret: its query, and the last part of its path but four characters."""
    base, _, last = url.partition("?")[0].rpartition("/")
    return f"{base}/…{last[-SHOWN_OF_SECRET:]}"


def record(
    channel: Channel,
    verb: str,
    *,
    now: datetime,
    actor: audit.Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write into the trail what became of a channel."""
    audit.record(
        organization=channel.organization, verb=verb, target=channel, actor=actor, before=before, after=after, now=now
    )
