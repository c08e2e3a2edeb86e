"""What an organization takes along as a file: its watches, and the timeline of what they cover, as flat records."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Organization
from billing import entitlements
from monitoring import attributions, timeline, watchlists
from monitoring.models import Document

WATCH_COLUMNS = (
    "position", "watchlist", "kind", "platform", "document", "term", "direction", "minimum_significance", "is_active",
    "paused_at", "snoozed_until", "created_at",
)  # fmt: skip
EVENT_COLUMNS = (
    "at", "kind", "platform", "document", "version", "significance", "headline", "effective_date", "page", "attribution",
)  # fmt: skip
BATCH = 200


def watches(organization: Organization, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the organization's watches in its order, one record each by WATCH_COLUMNS."""
    for row in watchlists.watched(organization=organization, now=now):
        watch = row.watch
        yield {
            "position": watch.position,
            "watchlist": watch.watchlist.name,
            "kind": watch.kind,
            "platform": watch.platform.slug if watch.platform else None,
            "document": watch.document.slug if watch.document else None,
            "term": watch.term,
            "direction": watch.direction,
            "minimum_significance": watch.minimum_significance,
            "is_active": row.is_active,
            "paused_at": _moment(watch.paused_at),
            "snoozed_until": _moment(watch.snoozed_until),
            "created_at": _moment(watch.created_at),
        }


def events(organization: Organization, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what happened to what is watched, as far back as the plan goes, newest first, by EVENT_COLUMNS."""
    documents = watchlists.documents_watched(organization=organization, now=now)
    since = entitlements.timeline_since(organization, now=now)
    said: dict[int, str] = {}
    for event in _all(documents, since):
        if event.document.pk not in said:
            said[event.document.pk] = "; ".join(each.text for each in attributions.of_documents([event.document.pk]))
        yield _event(event) | {"attribution": said[event.document.pk]}


def _all(documents: QuerySet[Document], since: datetime | None) -> Iterator[timeline.Event]:
    """Yield every event, a page at a time: a long timeline is never in memory as a whole."""
    page = timeline.page(documents=documents, since=since, limit=BATCH)
    yield from page.events
    while page.next:
        page = timeline.page(documents=documents, since=since, before=page.next, limit=BATCH)
        yield from page.events


def _event(event: timeline.Event) -> dict[str, Any]:
    change, subject = event.change, event.change or event.document
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "platform": event.platform.name,
        "document": event.document.own_name,
        "version": event.version.sequence,
        "significance": change.significance if change else None,
        "headline": change.summary.get("headline", "") if change else "",
        "effective_date": event.version.effective_date.isoformat() if event.version.effective_date else None,
        "page": f"{settings.SITE_URL}{subject.get_absolute_url()}",
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
