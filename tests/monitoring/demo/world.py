"""What the tests of the demo world share: its beginning, its documents and its events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from monitoring.demo import pages, script, timeline
from monitoring.demo.script import Document, Event

BEGAN_AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=1)

DOCUMENTS = [document for platform in script.world().platforms for document in platform.documents]
EVENTS = [(document, event) for document in DOCUMENTS for event in document.events]


def document(name: str) -> Document:
    platform, key = name.split("/")
    return script.world().platform(platform).document(key)


def events(*kinds: str) -> list[tuple[Document, Event]]:
    return [(document, event) for document, event in EVENTS if event.kind in kinds]


def event_id(value: object) -> str:
    return value.name if isinstance(value, Document | Event) else str(value)


def state(document: Document, at: datetime, **more: bool) -> timeline.State:
    return timeline.state(document, at, began_at=BEGAN_AT, **more)  # type: ignore[arg-type]


def around(document: Document, event: Event) -> tuple[timeline.State, timeline.State]:
    """The states a moment before an event and a moment after it."""
    at = BEGAN_AT - event.ago
    return state(document, at - MOMENT), state(document, at + MOMENT)


def page(document: Document, at: datetime) -> pages.Page:
    return pages.page(script.world().platform(document.platform), document, at=at, began_at=BEGAN_AT, is_live=False)


def words(html: bytes | str) -> str:
    """The visible words of a page, in order, white space made even."""
    tree = LexborHTMLParser(html if isinstance(html, str) else html.decode())
    for hidden in tree.css("script, style, head"):
        hidden.decompose()
    return " ".join(tree.text(separator=" ").split())
