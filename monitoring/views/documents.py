"""One document: its text as it stands or as an old version had it, and what proves it."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from monitoring import attributions, coverage, pictures, quick_facts, typesetting
from monitoring.models import Document, Screening, Snapshot, Version

VERSIONS_SHOWN = 100
HELD_SHOWN = 20
DAY = timedelta(days=1)


@require_safe
def document(request: HttpRequest, platform_slug: str, document_slug: str) -> HttpResponse:
    row = _found(platform_slug, document_slug)
    now = timezone.now()
    latest = row.versions.select_related("screening", "change").newest_first().first()
    versions = list(
        row.versions.without_text().select_related("change").defer("change__words").newest_first()[:VERSIONS_SHOWN]
    )
    for version in versions:
        version.document = row
    context = {
        "document": row,
        "coverage": coverage.of([row], latest={row.pk: versions[0]} if versions else {})[0],
        "checks": coverage.checks(row),
        "versions": versions,
        "stability": pictures.stability(versions, now=now),
        "stands_for": pictures.days((now - _last_change(versions).observed_at).days) if versions else "",
        "says": quick_facts.said_in(row),
        "held": Screening.objects.held().filter(document=row)[:HELD_SHOWN],
        "siblings": _siblings(row),
        "attributions": attributions.of_documents([row.pk]),
        "today": now.date().isoformat(),
    }
    return render(request, "monitoring/document.html", context | _text(latest))


@require_safe
def version(request: HttpRequest, platform_slug: str, document_slug: str, sequence: int) -> HttpResponse:
    row = _found(platform_slug, document_slug)
    found = get_object_or_404(row.versions.select_related("screening", "change"), sequence=sequence)
    others = row.versions.without_text().newest_first()
    same_moment = Q(observed_at=found.observed_at)
    context = {
        "document": row,
        "earlier": others.filter(Q(observed_at__lt=found.observed_at) | same_moment & Q(sequence__lt=sequence)).first(),
        "attributions": attributions.of_documents([row.pk]),
        "later": others.filter(Q(observed_at__gt=found.observed_at) | same_moment & Q(sequence__gt=sequence)).last(),
        "asked": _day(request.GET.get("on", "")),
    }
    return render(request, "monitoring/version.html", context | _text(found))


@require_safe
def at(request: HttpRequest, platform_slug: str, document_slug: str, day: str = "") -> HttpResponse:
    """Lead to the version that stood at the end of a day (UTC): of the address, or of the form on the document's page."""
    row = _found(platform_slug, document_slug)
    if not day and (asked := _day(request.GET.get("day", ""))):
        return redirect("monitoring:version_at", platform_slug, document_slug, asked.isoformat())
    asked = _day(day)
    if asked is None:
        raise Http404(f"{day!r} is no day: write it as 2026-05-01")
    end = datetime.combine(asked, datetime.min.time(), tzinfo=UTC) + DAY
    stood = row.versions.without_text().filter(observed_at__lt=end).newest_first().first()
    if stood is None:
        first = row.versions.without_text().newest_first().last()
        return render(
            request, "monitoring/before_first.html", {"document": row, "asked": asked, "first": first}, status=404
        )
    stood.document = row
    return redirect(f"{stood.get_absolute_url()}?on={asked.isoformat()}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-05-01") else None
    except ValueError:
        return None


def _found(platform_slug: str, document_slug: str) -> Document:
    rows = Document.objects.with_platform().filter(organization=None)
    return get_object_or_404(rows, platform__slug=platform_slug, slug=document_slug)


def _last_change(versions: list[Version]) -> Version:
    """Return the version since which the text has been the same; technical upgrades read the same text again."""
    return next((row for row in versions if row.kind != Version.Kind.TECHNICAL), versions[-1])


def _text(version: Version | None) -> dict[str, object]:
    """Return what the text and its margin are made of; without a version there is neither."""
    if version is None:
        return {"version": None, "text": "", "contents": (), "snapshots": ()}
    return {
        "version": version,
        "text": mark_safe(typesetting.html(version.text, version.outline)),  # noqa: S308 - typesetting cleans
        "contents": typesetting.contents(version.text, version.outline),
        "snapshots": _snapshots(version),
    }


def _snapshots(version: Version) -> list[Snapshot]:
    """Return the captures that the version was read from, in order of its sources."""
    ids = version.screening.snapshot_ids
    rows = Snapshot.objects.filter(pk__in=ids).select_related("blob", "source").defer("headers", "redirects")
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in ids if pk in found]


def _siblings(document: Document) -> list[Document]:
    """Return the other variants of the same text: other regions, languages, readers."""
    rows = Document.objects.current().filter(platform=document.platform_id, terms_type=document.terms_type)
    return list(rows.select_related("platform").exclude(pk=document.pk))
