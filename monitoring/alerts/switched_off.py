"""Those who look after channels hear of each that was switched off by itself; the row waits until the mail is out."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from accounts import mail, permissions
from accounts.models import Membership
from accounts.permissions import Permission
from monitoring.models import Channel

log = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=3)


def tell_waiting(*, now: datetime) -> int:
    """Send the mails that are waiting; return of how many channels was told. Each row is claimed, so two runs send one."""
    rows = Channel.objects.filter(disabled_at__gte=now - LOOK_BACK, told_at=None)
    found = rows.exclude(disabled_because=Channel.Disabled.BY_HAND).values_list("pk", flat=True)
    return sum(_tell(pk, now=now) for pk in list(found))


def keepers(channel: Channel) -> list[str]:
    """Return the addresses of who may mend the channel; not the one that takes no mail."""
    members = Membership.objects.filter(organization=channel.organization_id).select_related("user").order_by("pk")
    may = [row for row in members if permissions.may(row.role, Permission.CHANNELS)]
    return [row.user.email for row in may if row.user.email != channel.address.lower()]


def _tell(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        rows = Channel.objects.select_for_update(skip_locked=True, of=("self",)).select_related("organization")
        channel = rows.filter(pk=pk, told_at=None).first()
        if channel is None:
            return False
        try:
            for address in keepers(channel):
                context = {"channel": channel, "organization": channel.organization}
                mail.message("channel_disabled", to=[address], context=context).send()
        except Exception as error:  # whatever it is, the others are told; the next sweep tries again
            log.warning("nobody could be told that channel %s was switched off: %s", pk, error, exc_info=True)
            return False
        Channel.objects.filter(pk=pk).update(told_at=now)
    return True
