"""The welcome: once for each reader by mail, at their first watch, what happened there within twelve months."""

from datetime import datetime, timedelta

from accounts.models import Organization, User
from monitoring.models import Channel, Delivery

BACK = timedelta(days=365)


def greet(*, organization: Organization, user: User, now: datetime) -> None:
    """Let `user` be sent the welcome at once, where there was none yet. Safe to run twice: the constraint holds."""
    channel = Channel.objects.for_organization(organization).filter(user=user, kind=Channel.Kind.EMAIL).first()
    if channel is None:
        return
    Delivery.objects.bulk_create(
        [
            Delivery(
                organization=organization,
                channel=channel,
                kind=Delivery.Kind.WELCOME,
                since_at=now - BACK,
                due_at=now,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
