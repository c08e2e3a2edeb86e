"""Feeds: what happened, newest first, for readers of feeds and for calendars; and the private ones of watchlists.

A private feed is opened by whoever knows its token: 256 random bits in its address, kept as SHA-256 only.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit, organizations, rls
from billing import entitlements
from monitoring import watchlists
from monitoring.models import Change, Document, Feed, Platform, Revision, Significance, Watchlist
from monitoring.models.changes import ChangeQuerySet
from monitoring.notice import NOTICE

ENTRIES = 50
_TOLD = (
    "observed_at", "recorded_at", "fate", "direction", "stance", "previous__stance", "provision__provision_type",
    "provision__document__name", "provision__document__slug",
    "provision__document__platform__name", "provision__document__platform__slug",
)  # fmt: skip
MARKS = {"better": "▲", "worse": "▼", "neutral": "◆"}
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `lines` are plain sentences; `in_force` is the day that the text states, if any."""

    id: str
    title: str
    url: str
    at: datetime
    recorded_at: datetime
    lines: tuple[str, ...]
    tags: tuple[str, ...]
    in_force: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A feed as it is read: what it is about, the page that says the same, and its entries, newest first."""

    title: str
    page_url: str
    entries: tuple[Entry, ...]
    about: str = NOTICE

    @property
    def updated_at(self) -> datetime | None:
        return max((entry.recorded_at for entry in self.entries), default=None)


def of_everything() -> Read:
    return Read(_("What AI platforms changed"), _url(reverse("monitoring:changes")), _changes(_rows()))


def of_platform(platform: Platform) -> Read:
    rows = _rows().filter(document__platform=platform)
    title = _("What %(name)s changed") % {"name": platform.name}
    return Read(title, _url(platform.get_absolute_url()), _changes(rows))


def of_document(document: Document) -> Read:
    return Read(str(document), _url(document.get_absolute_url()), _changes(_rows().filter(document=document)))


def of_provision_type(key: str, name: str) -> Read:
    """Return what documents came to say, say anew or no longer say on one provision type."""
    rows = Revision.objects.events().filter(provision__provision_type=key).exclude(version__change=None)
    found = rows.with_provision().select_related("previous").only(*_TOLD).newest_first()[:ENTRIES]
    return Read(name, _url(reverse("monitoring:provision_type", args=[key])), tuple(map(_revision, found)))


def of_watchlist(watchlist: Watchlist, *, now: datetime) -> Read:
    """Return what happened to what a watchlist looks at, as far back as the plan shows."""
    organization = watchlist.organization
    documents = watchlists.documents_watched(organization=organization, watchlist=watchlist, now=now)
    rows = _rows().filter(document__in=documents)
    if since := entitlements.timeline_since(organization, now=now):
        rows = rows.since(since)
    title = f"{watchlist.name} · {organization.name}"
    return Read(title, _url(reverse("monitoring:watchlist")), _changes(rows))


def make(watchlist: Watchlist, *, now: datetime, actor: audit.Actor) -> str:
    """Return the token of a new private feed of `watchlist`, which takes the place of the one before; seen this once."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        organizations.locked(watchlist.organization)  # two that make one at once: the later one stands
        revoke(watchlist, now=now, actor=actor)
        feed = Feed.objects.create(
            organization=watchlist.organization, watchlist=watchlist, digest=_digest(token),
            created_by_id=actor.user_id, created_at=now,
        )  # fmt: skip
        _record(feed, "feed.made", now=now, actor=actor)
    return token


def revoke(watchlist: Watchlist, *, now: datetime, actor: audit.Actor) -> bool:
    """End the private feed of `watchlist` from this moment on. Returns False when there is none."""
    with transaction.atomic():
        rows = Feed.objects.for_organization(watchlist.organization).filter(watchlist=watchlist, revoked_at=None)
        feed = rows.select_for_update().first()
        if feed is None:
            return False
        rows.update(revoked_at=now)
        _record(feed, "feed.revoked", now=now, actor=actor)
    return True


def find(token: str) -> Feed | None:
    """Return the private feed of `token`, with watchlist and organization; None for a wrong or revoked one."""
    if not TOKEN.fullmatch(token):
        return None
    with rls.as_worker():  # a token tells its organization only when it is found
        rows = Feed.objects.filter(digest=_digest(token), revoked_at=None)
        row: Feed | None = rows.select_related("watchlist__organization__subscription").first()
    return row


def _rows() -> ChangeQuerySet:
    """Return the changes that are told of at all: housekeeping is left to the pages."""
    rows = Change.objects.in_lists().exclude(significance="housekeeping").order_by("-observed_at", "-id")
    return rows.annotate(updated_date=F("after__updated_date"))


def _changes(rows: ChangeQuerySet) -> tuple[Entry, ...]:
    return tuple(_change(row) for row in rows[:ENTRIES])


def _change(change: Change) -> Entry:
    document = change.document
    named = {"platform": document.platform.name, "document": document.as_object}
    return Entry(
        id=f"change-{change.pk}",
        title=_("%(platform)s changed %(document)s") % named,
        url=_url(change.get_absolute_url()),
        at=change.observed_at,
        recorded_at=change.recorded_at,
        lines=_lines(change),
        tags=(str(change.significance), document.terms_type),
        in_force=change.effective_date,
    )


def _lines(change: Change) -> tuple[str, ...]:
    """Return what its page says at the top, in plain sentences."""
    said = [str(Significance(change.significance).label).capitalize() + "."]
    updated_date = change.updated_date  # type: ignore[attr-defined]  # of _rows
    if updated_date:
        said.append(_("The text states the date %(day)s.") % {"day": date_format(updated_date, "j M Y")})
    if change.effective_date:
        said.append(_("In force from %(day)s.") % {"day": date_format(change.effective_date, "j M Y")})
    return (*said, *([change.summary["headline"]] if change.summary.get("headline") else ()))


def _revision(row: Revision) -> Entry:
    provision = row.provision
    document = provision.document
    mark = MARKS[row.direction]
    named = {"mark": mark, "platform": document.platform.name, "document": document.own_name}
    standing = provision.type.stance(row.stance).meaning if row.stance else ""
    said = _("The text %(said)s.") % {"said": standing} if standing else _("The text says nothing of it any more.")
    before = row.previous
    meant = provision.type.stance(before.stance).meaning if before and before.stance else ""
    was = (_("Before, it said: the text %(said)s.") % {"said": meant},) if meant and meant != standing else ()
    return Entry(
        id=f"revision-{row.pk}",
        title=_("%(mark)s %(platform)s: %(document)s") % named,
        url=_url(provision.get_absolute_url()),
        at=row.observed_at,
        recorded_at=row.recorded_at,
        lines=(said, *was),
        tags=(str(row.fate), str(row.direction)),
    )


def _record(feed: Feed, verb: str, *, now: datetime, actor: audit.Actor) -> None:
    after = {"watchlist": feed.watchlist.name}
    audit.record(organization=feed.organization, verb=verb, target=feed, actor=actor, after=after, now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def dated(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries whose text states a day, by that day."""
    return tuple(sorted((entry for entry in entries if entry.in_force), key=lambda entry: (entry.in_force, entry.id)))
