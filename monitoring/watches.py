"""What happens to watches that are there: weighed anew, paused, snoozed, told to some people only, one or many at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Organization
from monitoring import watchlists
from monitoring.models import Channel, Recipient, Watch


def change(
    watch: Watch,
    *,
    minimum_significance: str,
    direction: str,
    recipients: Sequence[Channel],
    now: datetime,
    actor: audit.Actor = audit.SYSTEM,
) -> None:
    """Tell of changes from that weight and in that direction from now on, through `recipients` (none: all channels)."""
    rows = Recipient.objects.for_organization(watch.organization).filter(watch=watch)
    with transaction.atomic():
        before = sorted(rows.values_list("channel__address", flat=True))
        rows.delete()
        Recipient.objects.bulk_create(
            Recipient(organization=watch.organization, watch=watch, channel=channel) for channel in recipients
        )
        after = sorted(channel.address for channel in recipients)
        fields = {"minimum_significance": minimum_significance, "direction": direction}
        _set([watch], fields, also=({"told": before}, {"told": after}), now=now, actor=actor)


def weigh(watches: Iterable[Watch], *, minimum_significance: str, now: datetime, actor: audit.Actor) -> int:
    """Tell of changes from `minimum_significance` upwards from now on; return how many watches that changed."""
    return _set(watches, {"minimum_significance": minimum_significance}, now=now, actor=actor)


def pause(watches: Iterable[Watch], *, now: datetime, actor: audit.Actor) -> int:
    """Tell nothing until somebody resumes; return how many watches that changed."""
    awake = [watch for watch in watches if watch.paused_at is None]
    return _set(awake, {"paused_at": now}, now=now, actor=actor)


def snooze(watches: Iterable[Watch], *, until: datetime, now: datetime, actor: audit.Actor) -> int:
    """Tell nothing until then; return how many watches that changed. What happens meanwhile is not told later."""
    return _set(watches, {"snoozed_until": until}, now=now, actor=actor)


def resume(watches: Iterable[Watch], *, now: datetime, actor: audit.Actor) -> int:
    """Listen again, whether paused or snoozed; return how many watches that changed."""
    return _set(watches, {"paused_at": None, "snoozed_until": None}, now=now, actor=actor)


def remove(watches: Iterable[Watch], *, now: datetime, actor: audit.Actor) -> int:
    """Remove the watches; return how many there were."""
    rows = list(watches)
    with transaction.atomic():
        for watch in rows:
            watchlists.unwatch(watch=watch, now=now, actor=actor)
    return len(rows)


def channels_offered(organization: Organization) -> list[Channel]:
    """Return the channels that a watch may be told through: those that are verified, of people who still belong."""
    rows = Channel.objects.for_organization(organization).filter(disabled_at=None).exclude(verified_at=None)
    return list(rows.filter(watchlists.still_belongs("user")).order_by("kind", "address"))


def _set(
    watches: Iterable[Watch],
    after: dict[str, Any],
    *,
    now: datetime,
    actor: audit.Actor,
    also: tuple[dict[str, Any], dict[str, Any]] = ({}, {}),
) -> int:
    """Write `after` into the watches where it differs, each with its event; `also` is told beside, before and after."""
    changed = 0
    with transaction.atomic():
        for watch in watches:
            before = {name: getattr(watch, name) for name in after}
            if before == after and also[0] == also[1]:
                continue
            Watch.objects.for_organization(watch.organization).filter(pk=watch.pk).update(**after)
            for name, value in after.items():
                setattr(watch, name, value)
            told = (_plain(before | also[0]), _plain(after | also[1]))
            watchlists.record(watch, "watch.changed", now=now, actor=actor, before=told[0], after=told[1])
            changed += 1
    return changed


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
