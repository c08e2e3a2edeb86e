"""Archived pages through the very same pipeline, in time order: what would a default subscriber have been told?"""

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts import people
from billing import plans, subscriptions
from monitoring import fetch, pipeline, watchlists
from monitoring.alerts import matching
from monitoring.archive import captures
from monitoring.archive import catalog as records
from monitoring.catalog import DocumentDeclaration, PlatformDeclaration, SourceDeclaration
from monitoring.models import Platform, Schedule, Snapshot, Source


class ReplayError(Exception):
    """A folder of archived pages cannot be read. The message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class Page:
    """One archived capture of one document of the folder."""

    slug: str
    seq: int
    at: datetime
    url: str
    mime: str
    html: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of one capture, in the words of the scorer's file format."""

    slug: str
    seq: int
    outcome: str
    alert: bool
    significance: str | None
    reasons: tuple[str, ...]


def pages(folder: Path) -> list[Page]:
    """Return the captures of all documents of the folder, in time order. Raises ReplayError."""
    files = sorted(folder.glob("*.jsonl.xz"))
    found = [page for file in files if not file.name.startswith("labelled_") for page in _pages_of(file)]
    if not found:
        raise ReplayError(f"{folder}: no <slug>.jsonl.xz files: give a folder of archived pages")
    return sorted(found, key=lambda page: (page.at, page.slug, page.seq))


def selectors(file: Path) -> dict[str, SourceDeclaration]:
    """Return what to select and remove, by slug. Raises ReplayError."""
    try:
        rows = json.loads(file.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise ReplayError(f"{file}: {error}") from error
    return {
        slug: SourceDeclaration(url="", select=tuple(row.get("select", ())), remove=tuple(row.get("remove", ())))
        for slug, row in rows.items()
    }


def prepare(found: list[Page], chosen: dict[str, SourceDeclaration]) -> dict[str, Source]:
    """Declare one platform with one document per slug, watched by a default subscriber; return the sources by slug."""
    began = found[0].at
    slugs = {page.slug: page for page in reversed(found)}
    records.sync([_declaration(page, chosen.get(slug)) for slug, page in sorted(slugs.items())], now=began)
    user = people.register(email="reader@replay.invalid", password="", now=began)
    organization = user.memberships.get().organization
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=began)
    watchlist = watchlists.default_watchlist(organization=organization, now=began)
    for platform in Platform.objects.all():
        watchlists.watch(watchlist=watchlist, platform=platform, user=user, now=began)
    return {source.document.platform.slug: source for source in Source.objects.select_related("document__platform")}


def run(found: list[Page], sources: dict[str, Source]) -> Iterator[Decision]:
    """Yield the decision on each capture, in time order."""
    for page in found:
        yield decide(page, sources[page.slug])


def decide(page: Page, source: Source) -> Decision:
    """Record one capture as if it had been fetched, read it, match it, and say what came of it."""
    source = Source.objects.select_related("schedule").get(pk=source.pk)
    capture = captures.Capture(source, page.at, _response(page), Snapshot.Origin.IMPORTED)
    captures.record([capture], now=page.at)
    readings, changes = pipeline.read(now=page.at, document_ids=[source.document_id])
    alerts = sum(matching.match(change, now=page.at) for change in changes)
    if not readings:
        is_waiting = Schedule.objects.filter(source=source).exclude(unread_at=None).exists()
        outcome, why = ("error", "reading failed: see the log") if is_waiting else ("unchanged", "same bytes")
        return Decision(page.slug, page.seq, outcome, False, None, (why,))
    verdict = readings[0].verdict
    outcome = "change" if verdict.outcome.value == "news" else verdict.outcome.value
    reasons = tuple(f"{finding.reason.value}: {finding.detail}" for finding in verdict.findings)
    significance = changes[0].significance if changes else None
    weighed = tuple(f"{ground['why']}: {ground['detail']}" for change in changes for ground in change.reasons)
    return Decision(page.slug, page.seq, outcome, alerts > 0, significance, reasons + weighed)


def _pages_of(file: Path) -> Iterator[Page]:
    try:
        with lzma.open(file, "rt", encoding="utf8") as lines:
            for line in lines:
                row = json.loads(line)
                yield Page(
                    slug=file.name.removesuffix(".jsonl.xz"),
                    seq=row["seq"],
                    at=datetime.fromisoformat(row["fetched_at"]),
                    url=row["url"] or "",
                    mime=row["mime"] or "text/html",
                    html=row["html"],
                )
    except (OSError, ValueError, KeyError, lzma.LZMAError) as error:
        raise ReplayError(f"{file}: {type(error).__name__}: {error}") from error


def _declaration(page: Page, chosen: SourceDeclaration | None) -> PlatformDeclaration:
    source = SourceDeclaration(
        url=page.url or f"https://{page.slug}.invalid/",
        select=chosen.select if chosen else (),
        remove=chosen.remove if chosen else (),
    )
    document = DocumentDeclaration(
        terms_type="", name=page.slug, region="", language="", audience="", sources=(source,)
    )
    return PlatformDeclaration(
        slug=page.slug,
        name=page.slug,
        vendor="",
        home_page="",
        legal_hub="",
        category="",
        documents=(document,),
        path=Path(),
    )


def _response(page: Page) -> fetch.Response:
    return fetch.Response(
        status=200,
        body=page.html.encode(),
        content_type=f"{page.mime}; charset=utf-8",
        charset="utf-8",
        url=page.url,
        etag="",
        last_modified="",
        evidence=fetch.Evidence(),
        is_not_modified=False,
        duration_seconds=0.0,
    )
