"""Declarations into Platform, Document, Source and Schedule rows: idempotent; what is gone is retired, never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Model
from django.utils.text import slugify

from monitoring.catalog import DocumentDeclaration, PlatformDeclaration, SourceDeclaration
from monitoring.models import Document, Platform, Schedule, Source


@dataclass
class Report:
    """What a sync did, by lines such as "platform Anthropic"; all empty when nothing had changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@transaction.atomic
def sync(declared: Sequence[PlatformDeclaration], *, now: datetime, retire: bool = True) -> Report:
    """Make the rows say what `declared` says, and return what that took. Sources new to us are due at once.

    Without `retire` platforms and documents are only added: those that are known stay as they are, declared or not.
    """
    report = Report()
    known = {platform.slug: platform for platform in Platform.objects.all()}
    for declaration in declared:
        _sync_platform(declaration, known.get(declaration.slug), report, now, retire)
    gone = set(known) - {declaration.slug for declaration in declared} if retire else set()
    for slug in sorted(gone):
        _retire(known[slug], f"platform {known[slug].name}", report, now)
    _sync_schedules(now)
    return report


def _sync_platform(
    declared: PlatformDeclaration, row: Platform | None, report: Report, now: datetime, retire: bool
) -> None:
    values = {
        "name": declared.name,
        "vendor": declared.vendor,
        "home_page": declared.home_page,
        "legal_hub": declared.legal_hub,
        "category": declared.category,
        "retired_at": None,
    }
    if row is None:
        row = Platform.objects.create(slug=declared.slug, created_at=now, **values)
        report.added.append(f"platform {row.name}")
    elif retire:
        _update(row, values, f"platform {row.name}", report)
    _sync_documents(row, declared.documents, report, now, retire)


def _sync_documents(
    platform: Platform, declared: Sequence[DocumentDeclaration], report: Report, now: datetime, retire: bool
) -> None:
    rows = {
        (row.terms_type, row.region, row.language, row.audience): row
        for row in platform.documents.filter(organization=None)
    }
    for declaration in declared:
        values = {"name": declaration.name, "retired_at": None}
        row = rows.pop(declaration.variant, None)
        label = f"document {platform.name}: {declaration.name}"
        if row is None:
            terms_type, region, language, audience = declaration.variant
            row = Document.objects.create(
                platform=platform, terms_type=terms_type, region=region, language=language, audience=audience,
                name=declaration.name, slug=_free_slug(platform, declaration), created_at=now,
            )  # fmt: skip
            report.added.append(label)
        elif retire:
            _update(row, values, label, report)
        else:
            continue
        _sync_sources(row, declaration.sources, label, report, now)
    for row in rows.values() if retire else ():
        _retire(row, f"document {platform.name}: {row.name}", report, now)


def _sync_sources(
    document: Document, declared: Sequence[SourceDeclaration], label: str, report: Report, now: datetime
) -> None:
    rows = {row.position: row for row in document.sources.filter(retired_at=None)}
    for position, declaration in enumerate(declared):
        row = rows.pop(position, None)
        if row is not None and row.url != declaration.url:
            _retire(row, f"{label}: source {row.url}", report, now)
            row = None
        values = {
            "select": list(declaration.select),
            "remove": list(declaration.remove),
            "filters": list(declaration.filters),
            "render": declaration.render,
        }
        if row is None:
            row = Source.objects.create(
                document=document, position=position, url=declaration.url, created_at=now, **values
            )
            report.added.append(f"{label}: source {row.url}")
        else:
            _update(row, values, f"{label}: source {row.url}", report)
    for row in rows.values():
        _retire(row, f"{label}: source {row.url}", report, now)


def past_source(document: Document, position: int, declared: SourceDeclaration, *, now: datetime) -> Source:
    """Return the source of an earlier declaration: the row that says the same, or else a new one, retired from the start."""
    selectors = {"select": list(declared.select), "remove": list(declared.remove)}
    alike = document.sources.filter(position=position, url=declared.url, **selectors)
    row = alike.order_by(F("retired_at").desc(nulls_first=True), "id").first()
    return row or Source.objects.create(
        document=document, position=position, url=declared.url, filters=list(declared.filters), render=declared.render,
        created_at=now, retired_at=now, **selectors,
    )  # fmt: skip


def _sync_schedules(now: datetime) -> None:
    """Make current sources due, and let go of the schedules of all others."""
    current = Source.objects.filter(
        retired_at=None, document__retired_at=None, document__platform__retired_at=None
    ).values_list("pk", flat=True)
    Schedule.objects.exclude(source__in=current).delete()
    Schedule.objects.bulk_create(Schedule(source_id=pk, due_at=now) for pk in current.filter(schedule=None))


def _update(row: Model, values: Mapping[str, object], label: str, report: Report) -> None:
    different = [name for name, value in values.items() if getattr(row, name) != value]
    if not different:
        return
    for name in different:
        setattr(row, name, values[name])
    row.save(update_fields=different)
    report.changed.append(f"{label} ({', '.join(different)})")


def _retire(row: Platform | Document | Source, label: str, report: Report, now: datetime) -> None:
    if row.retired_at is None:
        row.retired_at = now
        row.save(update_fields=["retired_at"])
        report.retired.append(label)


def _free_slug(platform: Platform, declaration: DocumentDeclaration) -> str:
    """Return a slug of the terms type and the variant; a number follows in the rare case that it is taken."""
    _, region, language, audience = declaration.variant
    variant = [part for part in (region, audience, language if language not in ("", "en") else "") if part]
    base = slugify(" ".join([declaration.terms_type, *variant]))[:100]
    taken = set(platform.documents.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in [base, *(f"{base}-{n}" for n in range(2, 1000))] if slug not in taken)
