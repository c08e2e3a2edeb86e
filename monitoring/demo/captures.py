"""The past of the demo world as an archive would have captured it, for seeding a history through the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, takewhile

from monitoring.demo import pages, script
from monitoring.demo.script import Document, Event, Platform

_EVERY = timedelta(days=45)
_AFTER_EVENT = timedelta(hours=6)
_DURING_FLAP = timedelta(days=4)
_LATEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of the publisher in the past; platform, terms type, region, language and audience name a document."""

    platform_slug: str
    terms_type: str
    region: str
    language: str
    audience: str
    url_path: str
    at: datetime
    status: int
    content_type: str
    body: bytes


def captures(*, began_at: datetime) -> Iterator[Capture]:
    """Yield what would have been captured of every document before the world began, oldest first.

    Each document has one capture every few weeks, one soon after each event and one after each passing event is over.
    """
    planned = [
        (at, platform, document)
        for platform in script.world().platforms
        for document in platform.documents
        for at in _moments(document, began_at)
    ]
    for at, platform, document in sorted(planned, key=lambda each: (each[0], each[2].name)):
        yield _capture(platform, document, at, began_at)


def _moments(document: Document, began_at: datetime) -> list[datetime]:
    first = began_at - document.first_ago + timedelta(minutes=len(document.name))
    latest = began_at - _LATEST
    regular = takewhile(lambda at: at < latest, (first + _EVERY * step for step in count()))
    eventful = (at for event in document.events for at in _moments_of(event, began_at))
    return sorted({at for at in (*regular, *eventful, latest) if first <= at <= latest})


def _moments_of(event: Event, began_at: datetime) -> Iterator[datetime]:
    start = began_at - event.ago
    yield start + _AFTER_EVENT
    if event.lasts is None:
        return
    if event.kind == "flapping":
        days = range(_DURING_FLAP.days, event.lasts.days, _DURING_FLAP.days)
        yield from (start + timedelta(days=day, hours=48 * (index % 2)) for index, day in enumerate(days))
    yield start + event.lasts + _AFTER_EVENT


def _capture(platform: Platform, document: Document, at: datetime, began_at: datetime) -> Capture:
    page = pages.page(platform, document, at=at, began_at=began_at, is_live=False)
    return Capture(
        platform_slug=platform.slug,
        terms_type=document.terms_type,
        region=document.region,
        language=document.language,
        audience=document.audience,
        url_path=document.url_path,
        at=at,
        status=page.status,
        content_type=dict(page.headers)["Content-Type"],
        body=page.body,
    )
