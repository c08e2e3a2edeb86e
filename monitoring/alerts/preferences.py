"""What a reader may set without signing in: the signed links of a mail, and what they change.

The signature is the authority: it names one channel of one organization, and whoever holds the mail may turn it down.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts import audit, rls
from monitoring.alerts import gathering
from monitoring.models import Channel

_SIGNER = signing.Signer(salt="monitoring.preferences", sep="~")


def token(channel: Channel) -> str:
    """Return what stands in the links of a mail to `channel`; it holds as long as the channel."""
    return _SIGNER.sign(f"{channel.organization_id}-{channel.pk}")


def find(token: str) -> Channel | None:
    """Return the channel that `token` was signed for, with its organization; None for a forged or outlived one."""
    try:
        organization_id, channel_id = map(int, _SIGNER.unsign(token).split("-"))
    except (signing.BadSignature, ValueError):
        return None
    with rls.acting_for(organization_id):
        rows = Channel.objects.filter(organization_id=organization_id, pk=channel_id)
        row: Channel | None = rows.select_related("organization", "organization__subscription").first()
    return row


def centre_url(channel: Channel) -> str:
    """Return the address of the preference centre of `channel`."""
    return f"{settings.SITE_URL}{reverse('monitoring:preferences', args=[token(channel)])}"


def unsubscribe_url(channel: Channel) -> str:
    """Return the address that a mail program posts to for one-click unsubscribing (RFC 8058)."""
    return f"{settings.SITE_URL}{reverse('monitoring:unsubscribe', args=[token(channel)])}"


def change(
    channel: Channel,
    *,
    cadence: str,
    minimum_significance: str,
    hears_notices: bool,
    is_paused: bool,
    now: datetime,
    actor: audit.Actor = audit.SYSTEM,
) -> None:
    """Set how often and of what `channel` is told, and let its digest come when it then should."""
    paused_at = (channel.paused_at or now) if is_paused else None
    after = {
        "cadence": cadence,
        "minimum_significance": minimum_significance,
        "hears_notices": hears_notices,
        "paused_at": paused_at,
    }
    _write(channel, after, now=now, actor=actor)


def pause(channel: Channel, *, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Tell `channel` nothing from now on, until who reads there resumes. Safe to run twice."""
    if channel.paused_at is None:
        _write(channel, {"paused_at": now}, now=now, actor=actor)


def _write(channel: Channel, after: dict[str, Any], *, now: datetime, actor: audit.Actor) -> None:
    before = {name: getattr(channel, name) for name in after}
    if before == after:
        return
    with rls.acting_for(channel.organization), transaction.atomic():
        Channel.objects.for_organization(channel.organization).filter(pk=channel.pk).update(**after)
        audit.record(
            organization=channel.organization,
            verb="channel.changed",
            target=channel,
            actor=actor,
            before=_plain(before),
            after=_plain(after),
            now=now,
        )
        gathering.reschedule(channel.organization, now=now)
    for name, value in after.items():
        setattr(channel, name, value)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
