"""One document: its text as it stands or as an old version had it, and what proves it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from monitoring import attributions, coverage, typesetting
from monitoring.models import Document, Screening, Snapshot, Version

VERSIONS_SHOWN = 100
HELD_SHOWN = 20


@require_safe
def document(request: HttpRequest, platform_slug: str, document_slug: str) -> HttpResponse:
    row = _found(platform_slug, document_slug)
    latest = row.versions.select_related("screening", "change").newest_first().first()
    versions = row.versions.without_text().select_related("change").newest_first()
    context = {
        "document": row,
        "coverage": coverage.of([row])[0],
        "checks": coverage.checks(row),
        "versions": versions[:VERSIONS_SHOWN],
        "held": Screening.objects.held().filter(document=row)[:HELD_SHOWN],
        "siblings": _siblings(row),
        "attributions": attributions.of_documents([row.pk]),
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
    }
    return render(request, "monitoring/version.html", context | _text(found))


def _found(platform_slug: str, document_slug: str) -> Document:
    rows = Document.objects.with_platform().filter(organization=None)
    return get_object_or_404(rows, platform__slug=platform_slug, slug=document_slug)


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
