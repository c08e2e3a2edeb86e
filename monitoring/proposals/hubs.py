"""The daily visits to legal hubs, as politely as documents are fetched: links that look like rules and are not known.

What a first visit finds is proposed, but is no news; what appears later is.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from monitoring import discovery, fetch, pipeline
from monitoring.models import HubVisit, Platform, Proposal, Source
from monitoring.proposals import sources

log = logging.getLogger(__name__)

RETRY = timedelta(hours=3)
LEASE = timedelta(minutes=10)
VISITS_AT_ONCE = 20
# More new links than this at once are a redesign of the hub, and no news.
NEWS_AT_ONCE = 5
# The reason of a visit whose page has no link to any rules; beside the values of fetch.Reason.
NO_LINKS = "no_links"


def claim(*, now: datetime, limit: int = VISITS_AT_ONCE) -> list[HubVisit]:
    """Lease up to `limit` hubs that are due and return them with their platforms; empty when none is due.

    A hub new to the catalog is due at once; one that is no longer declared is let go.
    """
    with transaction.atomic():
        _follow_catalog(now)
        due = HubVisit.objects.due(now).select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        HubVisit.objects.filter(pk__in=ids).update(lease_until=now + LEASE)
    return list(HubVisit.objects.filter(pk__in=ids).select_related("platform"))


def make_due(*, now: datetime, slugs: Sequence[str] = ()) -> None:
    """Make all hubs due now, or those of the platforms named."""
    _follow_catalog(now)
    rows = HubVisit.objects.filter(platform__slug__in=slugs) if slugs else HubVisit.objects.all()
    rows.update(due_at=now)


def visit(visits: Sequence[HubVisit], *, now: datetime) -> list[Proposal]:
    """Fetch the hubs, note what became of each visit, and return what was proposed; often nothing."""
    if not visits:
        return []
    known, made = sources.known_addresses(), []
    for row, answer in asyncio.run(_get(visits)):
        try:
            with transaction.atomic():
                made += _note(row, answer, known, now)
        except Exception:
            log.exception("reading the legal hub %s failed; it is visited again when its lease runs out", row.url)
    return made


def _follow_catalog(now: datetime) -> None:
    """Keep one visit per declared hub; at a new address the hub is read as if for the first time."""
    declared = dict(Platform.objects.current().exclude(legal_hub="").values_list("pk", "legal_hub"))
    known = dict(HubVisit.objects.values_list("pk", "url"))
    HubVisit.objects.filter(pk__in=[pk for pk, url in known.items() if declared.get(pk) != url]).delete()
    HubVisit.objects.bulk_create(
        [HubVisit(platform_id=pk, url=url, due_at=now) for pk, url in declared.items() if known.get(pk) != url],
        ignore_conflicts=True,
    )


async def _get(visits: Sequence[HubVisit]) -> list[tuple[HubVisit, fetch.Response | fetch.FetchError]]:
    by_id = {row.pk: row for row in visits}
    requests = [
        fetch.Request(row.pk, row.url, etag=row.etag, last_modified=row.last_modified, render=row.needs_browser)
        for row in visits
    ]
    async with fetch.Fetcher(pipeline.fetch_settings()) as fetcher:
        return [(by_id[request.key], answer) async for request, answer in fetcher.get_many(requests)]


def _note(row: HubVisit, answer: fetch.Response | fetch.FetchError, known: set[str], now: datetime) -> list[Proposal]:
    """Write down one visit and return what it proposes."""
    row.visited_at, row.lease_until = now, None
    if isinstance(answer, fetch.FetchError):
        _fail(row, answer.reason.value, now + (RETRY if answer.is_transient else _interval()))
        return []
    if answer.is_not_modified:
        _still_there([each.pk for each in _proposed(row) if each.last_seen_at == row.succeeded_at], now)
        _succeed(row, answer, row.links, now)
        return []
    found = _rules_on(row, answer)
    if not found:
        _find_nothing(row, now)
        return []
    made = _propose(row, [each for each in found if discovery.identity(each.url) not in known], now)
    _succeed(row, answer, len(found), now)
    return made


def _fail(row: HubVisit, reason: str, due_at: datetime) -> None:
    row.reason, row.failures, row.due_at = reason, row.failures + 1, due_at
    row.save()


def _succeed(row: HubVisit, answer: fetch.Response, links: int, now: datetime) -> None:
    row.succeeded_at, row.due_at, row.links = now, now + _interval(), links
    row.reason, row.failures = "", 0
    row.etag, row.last_modified = answer.etag[:500], answer.last_modified[:100]
    row.save()


def _find_nothing(row: HubVisit, now: datetime) -> None:
    """A page without links to rules may be made by scripts: it is tried in a browser, once more as if for the first time."""
    due_at = now + _interval() if row.needs_browser else now
    if not row.needs_browser:
        row.needs_browser, row.succeeded_at, row.etag, row.last_modified = True, None, "", ""
    _fail(row, NO_LINKS, due_at)


def _rules_on(row: HubVisit, answer: fetch.Response) -> tuple[discovery.Unknown, ...]:
    """Return everything on the hub that looks like rules, known or not."""
    own = Source.objects.filter(document__platform=row.platform_id).order_by().values_list("url", flat=True)
    links = discovery.links(answer.body, content_type=answer.content_type, url=answer.url)
    sites = {discovery.site(url) for url in (*own, answer.url)}
    return discovery.unknown(links, hub_url=row.url, known=(), own_sites=sites)


def _proposed(row: HubVisit) -> list[Proposal]:
    return list(row.platform.proposals.filter(kind=Proposal.Kind.NEW).order_by("created_at"))


def _propose(row: HubVisit, found: Sequence[discovery.Unknown], now: datetime) -> list[Proposal]:
    """Propose what was never proposed before, whatever became of that; note that the rest is still there."""
    earlier = {discovery.identity(proposal.url): proposal.pk for proposal in _proposed(row)}
    names = [discovery.identity(each.url) for each in found]
    _still_there([earlier[name] for name in names if name in earlier], now)
    fresh = [each for each, name in zip(found, names, strict=True) if name not in earlier]
    is_news = row.succeeded_at is not None and len(fresh) <= NEWS_AT_ONCE
    return Proposal.objects.bulk_create(_proposal(row, each, is_news=is_news, now=now) for each in fresh)


def _proposal(row: HubVisit, found: discovery.Unknown, *, is_news: bool, now: datetime) -> Proposal:
    return Proposal(
        platform=row.platform,
        kind=Proposal.Kind.NEW,
        url=found.url,
        title=found.title[:200],
        terms_type=found.terms_type,
        evidence={"hub": row.url},
        is_news=is_news,
        began_at=now,
        last_seen_at=now,
        created_at=now,
    )


def _interval() -> timedelta:
    return timedelta(seconds=settings.HUB_INTERVAL_SECONDS)


def _still_there(ids: Sequence[int], now: datetime) -> None:
    Proposal.objects.open().filter(pk__in=ids).update(last_seen_at=now)
