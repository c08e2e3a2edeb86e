"""What the fetches of known sources show: a document that answers elsewhere for good, an address that has none any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from monitoring import discovery, fetch
from monitoring.models import Fetch, Proposal, Schedule, Snapshot, Source

LANDINGS_READ = 30
LOOKS_READ = 400
GONE = (fetch.Reason.NOT_FOUND, fetch.Reason.GONE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one source's history shows, ready to be proposed."""

    source: Source
    kind: Proposal.Kind
    url: str
    began_at: datetime
    is_news: bool
    evidence: Mapping[str, object]


def look_over(*, now: datetime) -> list[Proposal]:
    """Propose what has moved or vanished, settle what is no longer so, and return what was proposed; often nothing."""
    with transaction.atomic():
        found = [*_moves(), *_vanishings()]
        _settle(found, now)
        return Proposal.objects.bulk_create(
            [_proposal(finding, now) for finding in found if not _is_proposed(finding, now)], ignore_conflicts=True
        )


def known_addresses() -> set[str]:
    """Return the identity of every address that is or was a source, and of where the current ones lead."""
    declared = Source.objects.order_by().values_list("url", flat=True)
    led_to = _latest_snapshots().order_by().values_list("url", flat=True)
    return {discovery.identity(url) for url in (*declared, *led_to)}


def _latest_snapshots() -> QuerySet[Snapshot]:
    """Return the latest snapshot of each current source."""
    latest = Snapshot.objects.filter(source=OuterRef("pk")).order_by("-observed_at").values("pk")[:1]
    rows = Source.objects.filter(schedule__isnull=False).order_by().annotate(latest=Subquery(latest))
    return Snapshot.objects.filter(pk__in=[pk for pk in rows.values_list("latest", flat=True) if pk])


def _moves() -> Iterable[Finding]:
    redirected = _latest_snapshots().exclude(redirects=[]).order_by().values("source")
    for source in Source.objects.filter(pk__in=redirected).select_related("document"):
        if move := discovery.moved(source.url, _landings(source)):
            evidence = {"from": source.url, "looks": move.looks}
            yield Finding(source, Proposal.Kind.MOVED, move.url, move.began_at, move.was_elsewhere, evidence)


def _landings(source: Source) -> list[discovery.Landing]:
    """Return where the latest captures came from, oldest first; the last stands for the unchanged fetches after it."""
    rows = source.snapshots.order_by("-observed_at").values_list("observed_at", "redirects", "url")[:LANDINGS_READ]
    latest, *earlier = [
        discovery.Landing(at, tuple((status, hop) for status, hop in redirects), url) for at, redirects, url in rows
    ]
    since = Fetch.objects.filter(source=source, fetched_at__gt=latest.at, reason="").count()
    return [*reversed(earlier), discovery.Landing(latest.at, latest.redirects, latest.url, looks=1 + since)]


def _vanishings() -> Iterable[Finding]:
    failing = Schedule.objects.filter(reason__in=GONE, failures__gte=discovery.VANISHED_LOOKS)
    for schedule in failing.select_related("source__document"):
        source = schedule.source
        if gone := discovery.vanished(_looks(schedule)):
            evidence = {"status": gone.status, "looks": gone.looks}
            was_there = gone.was_there or source.snapshots.exists()
            yield Finding(source, Proposal.Kind.VANISHED, source.url, gone.began_at, was_there, evidence)


def _looks(schedule: Schedule) -> list[discovery.Look]:
    """Return the latest attempts, oldest first, from the last good one on."""
    rows = Fetch.objects.filter(source=schedule.source_id).order_by("-fetched_at")
    if schedule.last_success_at:
        rows = rows.filter(fetched_at__gte=schedule.last_success_at)
    found = rows.values_list("fetched_at", "status", "reason")[:LOOKS_READ]
    return [discovery.Look(at, status, is_good=not reason) for at, status, reason in found][::-1]


def _is_proposed(finding: Finding, now: datetime) -> bool:
    """Return whether this was proposed before; if that is still open, its evidence is brought up to date."""
    rows = Proposal.objects.filter(kind=finding.kind, source=finding.source, url=finding.url)
    if rows.open().update(last_seen_at=now, evidence=finding.evidence):
        return True
    decided = rows.exclude(closed_as=Proposal.Closing.SETTLED)
    if finding.kind == Proposal.Kind.VANISHED:
        decided = decided.filter(closed_at__gte=finding.began_at)  # it may have been back since
    return decided.exists()


def _proposal(finding: Finding, now: datetime) -> Proposal:
    document = finding.source.document
    return Proposal(
        platform_id=document.platform_id,
        kind=finding.kind,
        source=finding.source,
        url=finding.url,
        title=document.name[:200],
        terms_type=document.terms_type,
        evidence=finding.evidence,
        is_news=finding.is_news,
        began_at=finding.began_at,
        last_seen_at=now,
        created_at=now,
    )


def _settle(found: Iterable[Finding], now: datetime) -> None:
    """Close what is so no longer: a document that is back or declared at its new address, a link that is declared."""
    still = {(finding.kind.value, finding.source.pk, finding.url) for finding in found}
    declared = {
        discovery.identity(url) for url in Source.objects.filter(schedule__isnull=False).values_list("url", flat=True)
    }
    settled = [
        row.pk
        for row in Proposal.objects.open().select_related("source__schedule")
        if not _stands(row, still, declared)
    ]
    Proposal.objects.open().filter(pk__in=settled).update(closed_at=now, closed_as=Proposal.Closing.SETTLED)


def _stands(row: Proposal, still: set[tuple[str, int, str]], declared: set[str]) -> bool:
    if row.source is None:
        return discovery.identity(row.url) not in declared
    schedule: Schedule | None = getattr(row.source, "schedule", None)
    if schedule is None or row.kind == Proposal.Kind.MOVED:
        return (row.kind, row.source.pk, row.url) in still
    return schedule.last_success_at is None or schedule.last_success_at <= row.began_at
