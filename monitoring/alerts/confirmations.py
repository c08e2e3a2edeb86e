"""Mail addresses beside those of the organization's people: used once whoever reads there has said so.

The link of the mail names the channel and the very address, and works for three days. Looking at it changes nothing.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit, mail, rls
from accounts.models import Organization
from billing import entitlements
from billing.plans import Feature
from monitoring.alerts import endpoints
from monitoring.models import Channel

log = logging.getLogger(__name__)

VALID = timedelta(days=3)
_SIGNER = signing.TimestampSigner(salt="monitoring.confirmation", sep="~")


def add(
    *, organization: Organization, name: str, address: str, now: datetime, actor: audit.Actor = audit.SYSTEM
) -> Channel:
    """Add a mail address and ask there whether it wants to be told. Raises entitlements.NotInPlan, EndpointRefused."""
    entitlements.check_feature(organization, Feature.WEBHOOKS, now=now)
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                organization=organization, kind=Channel.Kind.EMAIL, name=name, address=address.lower(), created_at=now
            )
            endpoints.record(channel, "channel.added", now=now, actor=actor, after=endpoints.facts(channel))
    except IntegrityError as error:
        raise endpoints.EndpointRefused("This address is a channel already.") from error
    with suppress(endpoints.EndpointRefused):  # its page says that it is not verified, and asks again
        ask(channel)
    return channel


def ask(channel: Channel) -> None:
    """Send the mail whose link confirms the address of `channel`. Raises EndpointRefused when it cannot be sent now."""
    signed = _SIGNER.sign_object([channel.organization_id, channel.pk, channel.address])
    url = f"{settings.SITE_URL}{reverse('monitoring:channel_confirm', args=[signed])}"
    context = {"organization": channel.organization, "url": url, "address": channel.address}
    try:
        mail.message("channel_confirm", to=[channel.address], context=context).send()
    except OSError as error:  # smtplib's errors are OSErrors
        log.warning("channel %s could not be asked: %s", channel.pk, error)
        raise endpoints.EndpointRefused("The mail could not be sent just now. Try again in some minutes.") from error


def find(token: str) -> Channel | None:
    """Return the channel that `token` confirms, with its organization; None for a forged, old or outlived one."""
    try:
        organization_id, pk, address = _SIGNER.unsign_object(token, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    with rls.acting_for(organization_id):
        rows = Channel.objects.filter(organization_id=organization_id, pk=pk, address=address)
        row: Channel | None = rows.select_related("organization").first()
    return row


def confirm(channel: Channel, *, now: datetime) -> None:
    """Tell the address from now on; also one that was switched off after a bounce. Safe to run twice."""
    with rls.acting_for(channel.organization), transaction.atomic():
        rows = Channel.objects.for_organization(channel.organization).filter(pk=channel.pk)
        rows.update(
            verified_at=channel.verified_at or now, disabled_at=None, disabled_because="", told_at=None,
            failures=0, failing_since=None,
        )  # fmt: skip
        endpoints.record(channel, "channel.confirmed", now=now, actor=audit.SYSTEM, after=endpoints.facts(channel))
