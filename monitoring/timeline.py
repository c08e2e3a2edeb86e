"""What happened, in order: first records and changes of documents, newest first. A read model; no table of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from monitoring.models import Change, Document, Platform, Version

Place = tuple[datetime, int]
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)Z_(\d{1,18})")


class BadCursor(ValueError):
    """Raised by `place` for a text that `cursor` never wrote."""


def cursor(place: Place) -> str:
    """Return `place` as it stands in an address: what the next page comes after."""
    at, pk = place
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z_{pk}"


def place(cursor: str) -> Place:
    """Return the place that `cursor` names. Raises BadCursor."""
    found = _CURSOR.fullmatch(cursor)
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC), int(found[2])  # type: ignore[index]
    except (TypeError, ValueError):
        raise BadCursor("this is no cursor of ours: take the address of the next page as it was given") from None


# What a line tells; whoever asks an event's rows for more pays a query for each.
_TOLD = (
    "kind", "sequence", "effective_date", "observed_at", "document__name", "document__slug",
    "document__platform__name", "document__platform__slug", "change__significance", "change__summary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline. `change` is None for a first record."""

    at: datetime
    id: int
    kind: str
    platform: Platform
    document: Document
    version: Version
    change: Change | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and where the next page starts: (at, id), or None at the end."""

    events: tuple[Event, ...]
    next: Place | None


def page(
    *,
    documents: QuerySet[Document] | None = None,
    platform: Platform | None = None,
    document: Document | None = None,
    before: Place | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> Page:
    """Return up to `limit` events older than `before`, of all documents or of those asked for. One query.

    Constant in depth: the index on (observed_at, id) is entered where the page before ended. Technical upgrades are no
    events.
    """
    rows = versions(documents=documents, platform=platform, document=document, before=before, since=since)
    found = list(rows.select_related("document__platform", "change").only(*_TOLD)[: limit + 1])
    return _page(found, limit)


def versions(
    *,
    documents: QuerySet[Document] | None = None,
    platform: Platform | None = None,
    document: Document | None = None,
    before: Place | None = None,
    since: datetime | None = None,
) -> QuerySet[Version]:
    """Return the Versions that are events, newest first, those after `before` in that order."""
    rows = Version.objects.exclude(kind=Version.Kind.TECHNICAL)
    if document is not None:
        rows = rows.filter(document=document)
    if platform is not None:
        rows = rows.filter(document__platform=platform)
    if documents is not None:
        rows = rows.filter(document__in=documents)
    if since is not None:
        rows = rows.filter(observed_at__gte=since)
    if before is not None:
        rows = rows.extra(  # type: ignore[assignment]
            where=["(monitoring_version.observed_at, monitoring_version.id) < (%s, %s)"], params=before
        )
    return rows.order_by("-observed_at", "-id")


def _page(versions: Sequence[Version], limit: int) -> Page:
    shown = versions[:limit]
    last = shown[-1] if len(versions) > limit else None
    return Page(tuple(_event(version) for version in shown), (last.observed_at, last.pk) if last else None)


def _event(version: Version) -> Event:
    return Event(
        at=version.observed_at,
        id=version.pk,
        kind=version.kind,
        platform=version.document.platform,
        document=version.document,
        version=version,
        change=getattr(version, "change", None),
    )
