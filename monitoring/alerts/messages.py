"""What a Delivery says: subject, text and HTML from templates/email/<name>/, in the same order as the change page."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet

from billing import entitlements
from billing.plans import Feature
from monitoring import watchlists
from monitoring.alerts import gathering, preferences, rendering, telling
from monitoring.alerts.channels.message import Message
from monitoring.models import (
    Alert,
    Change,
    Delivery,
    DeliveryItem,
    Document,
    Proposal,
    Schedule,
    Screening,
    Significance,
)

STILL_SO = ("", Proposal.Closing.ACCEPTED)
WELCOME_CHANGES = 40  # shared among the platforms, but not fewer than three of each
QUIET_SHOWN = 10
DIGEST_IN_FULL = 8  # further changes are named with their headline: mail programs cut what is longer than 100 kB
_TEMPLATES = {
    Delivery.Kind.DIGEST: "digest",
    Delivery.Kind.NOTICE: "notice",
    Delivery.Kind.WELCOME: "welcome",
}
# What these say rests on archived records alone, which never change: rendered once for all who are told the same.
_SHARED = ("change",)


def compose(delivery: Delivery, *, now: datetime, preferences_url: str = "") -> Message:
    """Return the message of `delivery` as it reads at `now`; of one that is not saved, what it would read like.

    preferences_url: what its last line leads to, where others than its reader look at it: the reader's own link would let
    them change what the reader hears.
    """
    name = _template(delivery)
    plan = entitlements.plan_of(delivery.organization, now=now)
    context = _GATHER[name](delivery, now) | {
        "site_url": settings.SITE_URL,
        "has_summaries": plan.includes(Feature.CHANGE_SUMMARIES),
        "has_analysis": plan.includes(Feature.INSTITUTIONAL_ANALYSIS),
        "has_accepted": plan.includes(Feature.ACCEPTED_VERSIONS),
        "is_test": delivery.kind == Delivery.Kind.TEST,
        "cadence": entitlements.cadence_within(plan, delivery.channel.cadence),
    }
    personal = {
        "organization": str(delivery.organization),
        "preferences_url": preferences_url or preferences.centre_url(delivery.channel),
    }
    mail = rendering.rendered(name, context, personal=personal, is_shared=name in _SHARED)
    return Message(str(delivery.message_id), mail.subject, mail.text, mail.html, headers=_one_click(delivery))


def _template(delivery: Delivery) -> str:
    """Return the folder of the mail's templates; a test reads like an alert, or like a digest before there is a Change."""
    if delivery.kind == Delivery.Kind.TEST and not Change.objects.exists():
        return "digest"
    return _TEMPLATES.get(Delivery.Kind(delivery.kind), "change")


def _one_click(delivery: Delivery) -> dict[str, str]:
    """Return the headers by which a mail program unsubscribes its reader with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{preferences.unsubscribe_url(delivery.channel)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _change(delivery: Delivery, now: datetime) -> dict[str, object]:
    told = telling.told(_changes(delivery, now), delivery, on=now.date())
    changes = [each.change for each in told]
    return {"told": told, "change": changes[0], "platform": changes[0].document.platform, "names": _names(changes)}


def _names(changes: list[Change]) -> list[str]:
    """Return the documents that changed, each once, in the order of the message."""
    return list(dict.fromkeys(change.document.own_name for change in changes))


def _notice(delivery: Delivery, now: datetime) -> dict[str, object]:
    proposals = _proposals(delivery)
    return {"proposals": proposals, "platform": proposals[0].platform}


def _digest(delivery: Delivery, now: datetime) -> dict[str, object]:
    """Return what changed, what was checked, and what was not told: silence is said too, not implied."""
    documents = watchlists.documents_watched(organization=delivery.organization, now=now)
    schedules = Schedule.objects.filter(source__document__in=documents, source__retired_at=None)
    told = telling.told(_changes(delivery, now), delivery, on=now.date())
    told.sort(key=lambda each: watchlists.WEIGHTIEST_FIRST.index(Significance(each.change.significance)))
    full = sorted(told[:DIGEST_IN_FULL], key=_platform_name)
    return {
        "told": told,
        "in_full": full,
        "in_short": sorted(told[DIGEST_IN_FULL:], key=_platform_name),
        "by_platform": [
            (name, list(rows)) for name, rows in groupby(sorted(told, key=_platform_name), key=_platform_name)
        ],
        "proposals": [proposal for proposal in _proposals(delivery) if proposal.closed_as in STILL_SO],
        "since_at": delivery.since_at,
        "until_at": now,
        "documents_checked": documents.count(),
        "documents_failing": schedules.exclude(reason="").values("source__document").distinct().count(),
        "documents_held": schedules.exclude(held_at=None).values("source__document").distinct().count(),
        "platforms": sorted({document.platform.name for document in documents.select_related("platform")}),
        "zone": delivery.organization.time_zone,
        **_quiet(delivery, documents, told, now),
    }


def _platform_name(told: telling.Told) -> str:
    return told.change.document.platform.name


def _quiet(
    delivery: Delivery, documents: QuerySet[Document], told: list[telling.Told], now: datetime
) -> dict[str, object]:
    """Return what happened and is not told in the digest: changes below what was asked for, and mere format and noise."""
    since, until = delivery.since_at, now
    changes = Change.objects.with_document().filter(
        document__in=documents, observed_at__gt=since, observed_at__lte=until
    )
    changes = changes.exclude(pk__in=[each.change.pk for each in told]).exclude(pk__in=_alerted(delivery, since))
    formal = Screening.objects.filter(
        document__in=documents, observed_at__gt=since, observed_at__lte=until, difference__in=["format", "noise"]
    )
    return {
        "untold": changes.order_by("-observed_at", "-id")[:QUIET_SHOWN],
        "untold_count": changes.count(),
        "formal_count": formal.count(),
    }


def _welcome(delivery: Delivery, now: datetime) -> dict[str, object]:
    """Return what happened within twelve months to the platforms that are watched, newest first within each."""
    documents = watchlists.documents_watched(organization=delivery.organization, now=now)
    platforms = sorted({document.platform for document in documents.select_related("platform")}, key=str)
    rows = Change.objects.with_document().filter(document__in=documents, observed_at__gte=delivery.since_at)
    changes = list(rows.exclude(significance="housekeeping").order_by("-observed_at", "-id"))
    shown = max(3, WELCOME_CHANGES // max(1, len(platforms)))
    by_platform = [
        (platform, [row for row in changes if row.document.platform_id == platform.pk]) for platform in platforms
    ]
    return {
        "by_platform": [(platform, rows[:shown], max(len(rows) - shown, 0)) for platform, rows in by_platform],
        "platforms": [platform.name for platform in platforms],
        "changes": changes,
        "documents_checked": documents.count(),
        "hours": gathering.hours_of(delivery.organization),
        "weekday": delivery.organization.get_digest_weekday_display(),
    }


def _changes(delivery: Delivery, now: datetime) -> Iterable[Change]:
    """Return what the message carries, newest first. A test carries the newest Change that is watched, or else any."""
    rows = Change.objects.without_texts().order_by("-observed_at", "-id")
    if delivery.kind == Delivery.Kind.TEST:
        documents = watchlists.documents_watched(organization=delivery.organization, now=now)
        newest = rows.filter(document__in=documents)[:1] or rows[:1]
        return rows.filter(pk__in=[change.pk for change in newest])
    if delivery._state.adding:
        return rows.filter(pk__in=_alerted(delivery, delivery.since_at))
    carried = telling.changes([item.change_id for item in delivery.items.all() if item.change_id])
    return sorted(carried, key=lambda change: (change.observed_at, change.pk), reverse=True)


def _alerted(delivery: Delivery, since: datetime) -> list[int]:
    """Return the numbers of the Changes that the organization's watches asked for since then."""
    rows = Alert.objects.for_organization(delivery.organization).filter(created_at__gt=since)
    return list(rows.values_list("change", flat=True).distinct())


def _proposals(delivery: Delivery) -> list[Proposal]:
    if delivery._state.adding:
        return []
    rows = Proposal.objects.with_document().filter(pk__in=_items(delivery).values("proposal"))
    return list(rows.order_by("created_at", "id"))


def _items(delivery: Delivery) -> QuerySet[DeliveryItem]:
    return DeliveryItem.objects.for_organization(delivery.organization).filter(delivery=delivery)


_GATHER = {"change": _change, "notice": _notice, "digest": _digest, "welcome": _welcome}
