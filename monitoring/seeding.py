"""The demo world: its past through the real pipeline, two people who can sign in, and what they watch.

One moment, `began_at`, governs everything: history lies before it, the live script after it. It is kept in a file, so
that the next start goes on with the same world.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from accounts import people
from accounts.models import User
from billing import entitlements, plans, subscriptions
from billing.plans import Plan, WatchKind
from monitoring import catalog, fetch, pipeline, watchlists
from monitoring.alerts import delivery, matching, welcome
from monitoring.archive import captures as records
from monitoring.archive import catalog as catalog_records
from monitoring.archive import partitions
from monitoring.demo import captures, declarations
from monitoring.models import Document, Platform, Snapshot, Source, Version

PASSWORD = "atlas demo 2026"  # noqa: S105 - of two people of a demo world
PEOPLE = (
    ("professional@demo.example", "Demo desk", plans.PROFESSIONAL, 6),
    ("free@demo.example", "Demo reader", plans.FREE, 1),
)
# What is listened for on a plan that has watches of these kinds.
LISTENED = (
    (WatchKind.RULE, "data_retention days rises"),
    (WatchKind.RULE, "model_training_use becomes less favourable"),
    (WatchKind.PROVISION_TYPE, "mandatory_arbitration"),
)
TOLD_SINCE = timedelta(
    days=45
)  # what changed later than this has been told to the two, so their mailboxes are not empty


def began_at(folder: Path, *, now: datetime) -> datetime:
    """Return when the demo world of this folder began: now, at the first call."""
    file = folder / "began_at"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(now.isoformat())
    return datetime.fromisoformat(file.read_text().strip())


def seed(folder: Path, *, base_url: str, now: datetime) -> tuple[str, ...]:
    """Bring the demo world into the archive, once, and return what a visitor needs to know, line by line.

    The catalog is written anew at every call, since the publisher's port may have moved.
    """
    began = began_at(folder, now=now)
    declarations.write_declarations(folder / "declarations", base_url)
    catalog_records.sync(catalog.load(folder / "declarations"), now=now)
    if not Version.objects.exists():
        _live_through(began, base_url, now)
    sign_ins = (f"{email}  {PASSWORD}   ({plan.name})" for email, _, plan, _ in PEOPLE)
    return ("Sign in with", *sign_ins)


def _live_through(began: datetime, base_url: str, now: datetime) -> None:
    past = list(captures.captures(began_at=began))
    partitions.ensure(now=now, since=past[0].at)
    told_since = began - TOLD_SINCE
    _take([capture for capture in past if capture.at < told_since], base_url, now)
    matching.match_all(now=now)  # nobody watches yet
    for email, name, plan, watched in PEOPLE:
        _settle(email, name, plan, watched, told_since)
    _take([capture for capture in past if capture.at >= told_since], base_url, now)
    matching.match_all(now=now)
    delivery.open_missing_digests(now=now)
    delivery.deliver_due(now=now)


def _take(past: Sequence[captures.Capture], base_url: str, now: datetime) -> None:
    """Feed captures through the pipeline: the first of each document together, then the second of each, and so on."""
    sources = _sources()
    for batch in _rounds(past):
        taken = []
        for capture in batch:
            source = sources[_key(capture)]
            source.schedule.refresh_from_db()
            taken.append(records.Capture(source, capture.at, _answer(capture, base_url), Snapshot.Origin.DEMO))
        records.record(taken, now=now)
        pipeline.read(now=now, limit=len(batch))


def _rounds(past: Sequence[captures.Capture]) -> Iterator[list[captures.Capture]]:
    by_document: dict[object, list[captures.Capture]] = defaultdict(list)
    for capture in past:
        by_document[_key(capture)].append(capture)
    for number in range(max(map(len, by_document.values()), default=0)):
        yield [taken[number] for taken in by_document.values() if number < len(taken)]


def _key(capture: captures.Capture) -> tuple[str, ...]:
    return capture.platform_slug, capture.terms_type, capture.region, capture.language, capture.audience


def _sources() -> dict[tuple[str, ...], Source]:
    rows = Source.objects.current().select_related("document__platform", "schedule")
    return {_variant(row.document): row for row in rows}


def _variant(document: Document) -> tuple[str, ...]:
    return document.platform.slug, document.terms_type, document.region, document.language, document.audience


def _answer(capture: captures.Capture, base_url: str) -> fetch.Response | fetch.FetchError:
    return fetch.archived(
        url=f"{base_url}{capture.url_path}", status=capture.status, content_type=capture.content_type, body=capture.body
    )


def _settle(email: str, name: str, plan: Plan, watched: int, now: datetime) -> User:
    """Register a person on `plan` who watches the first platforms of the catalog and, where the plan has that, listens."""
    user = people.register(email=email, password=PASSWORD, now=now, name=name)
    organization = user.memberships.get(organization__is_personal=True).organization
    subscriptions.grant(organization=organization, plan=plan, now=now)
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    for platform in Platform.objects.current().order_by("name")[:watched]:
        watchlists.watch(watchlist=watchlist, platform=platform, user=user, now=now)
    for kind, term in LISTENED:
        if entitlements.covers(plan, kind):
            watchlists.watch(watchlist=watchlist, platform=None, kind=kind, term=term, user=user, now=now)
    welcome.greet(organization=organization, user=user, now=now)
    return user
