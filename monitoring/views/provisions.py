"""One provision: what a document says on a type, in its own words, since when, and what that means."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.plans import Feature
from monitoring import (
    applicability,
    assess,
    attributions,
    compare,
    corrections,
    coverage,
    drawing,
    knowledge,
    pictures,
    provisions,
    today,
)
from monitoring.archive import revisions
from monitoring.assess import obligations
from monitoring.models import Document, Provision, Revision, Schedule, Version
from monitoring.views.parts import may_see

WHY = {
    "document": _("the same kind of document"),
    "readers": _("for the same readers"),
    "platform": _("the same kind of platform"),
    "region": _("the same region"),
}


FATES = {"new": ("first", _("stated")), "withdrawn": ("withdrawn", _("no longer stated"))}  # mark and meaning


class MomentForm(forms.Form):
    at = forms.DateField(label=_("As it stood on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True, slots=True)
class Standing:
    """A Provision at a moment. revision: None before it was first seen; said: the last that says something."""

    revision: Revision | None
    said: Revision | None

    @property
    def is_withdrawn(self) -> bool:
        return self.revision is not None and self.revision.fate == Revision.Fate.WITHDRAWN


@require_safe
def provision(request: HttpRequest, platform_slug: str, document_slug: str, provision_type: str) -> HttpResponse:
    """Show a provision as it stands, or as it stood at the end of a day; where there is none, why not."""
    if provision_type not in knowledge.taxonomy().types:
        raise Http404
    of = Provision.objects.with_document().filter(provision_type=provision_type, document__organization=None)
    row = of.filter(document__platform__slug=platform_slug, document__slug=document_slug).first()
    if row is None:
        return _silent(request, document_or_404(platform_slug, document_slug), provision_type)
    document = row.document
    form, at = moment_of(request)
    stood = _standing(row, at)
    context = {
        "provision": row,
        "document": document,
        "type": row.type,
        "form": form,
        "at": at,
        "standing": stood,
        "schedules": _schedules(document),
        "attributions": attributions.of_documents([document.pk]),
        "site": settings.SITE_URL,
        **_course(row, at),
    }
    if stood.said is not None:
        context |= _said(request, stood.said, at)
    return render(request, "monitoring/provision.html", context)


def document_or_404(platform_slug: str, document_slug: str) -> Document:
    rows = Document.objects.with_platform().filter(organization=None)
    return get_object_or_404(rows, platform__slug=platform_slug, slug=document_slug)


def moment_of(request: HttpRequest) -> tuple[MomentForm, datetime | None]:
    """Return the form, and the end of the day asked for; None for today, and for a day that cannot be read."""
    form = MomentForm(request.GET or None)
    day: date | None = form.cleaned_data["at"] if form.is_valid() else None
    if day is None or day >= timezone.now().date():
        return form, None
    return form, datetime.combine(day, time(), UTC) + timedelta(days=1, microseconds=-1)


def _standing(row: Provision, at: datetime | None) -> Standing:
    rows = row.revisions.select_related("version").newest_first()
    if at is not None:
        rows = rows.filter(observed_at__lte=at)
    revision = said = rows.first()
    if revision is not None and revision.fate == Revision.Fate.WITHDRAWN:
        said = rows.exclude(fate=Revision.Fate.WITHDRAWN).first()
    if said is not None:
        said.provision, said.version.document = row, row.document
    return Standing(revision, said)


def _schedules(document: Document) -> list[Schedule]:
    """Return when the sources of a document were last read; each with its source."""
    rows = Schedule.objects.filter(source__document=document, source__retired_at=None).select_related("source")
    return list(rows.order_by("source__position"))


def _course(row: Provision, at: datetime | None) -> dict[str, Any]:
    """Return the events, newest first, when it was first seen, how often it changed since, and its last move."""
    events = [(event, moved) for event, moved in provisions.course(row) if at is None or event.observed_at <= at]
    moves = [(event, moved) for event, moved in events if moved.direction != Revision.Direction.NEUTRAL]
    return {
        "events": events[::-1],
        "drawn": _drawn(row, events, at),
        "first_seen": events[0][0].observed_at if events else None,
        "times": max(len(events) - 1, 0),
        "moved": moves[-1][0] if moves else None,
    }


def _drawn(
    row: Provision, events: Sequence[tuple[Revision, provisions.Movement]], at: datetime | None
) -> drawing.Picture | None:
    """Return the events on one lane, from the first until the day that is shown; None for a single one."""
    if len(events) < 2:
        return None
    points = tuple(_point(event, moved) for event, moved in events)
    end = (at or timezone.now()).date()
    return pictures.lanes(
        [drawing.Lane(row.type.name, points)],
        start=points[0].day,
        end=end,
        title=str(_("What became of this provision")),
    )


def _point(event: Revision, moved: provisions.Movement) -> drawing.Point:
    mark, label = FATES.get(moved.fate) or (moved.direction, event.get_direction_display())
    return drawing.Point(event.observed_at.date(), mark, str(label), f"?at={event.observed_at:%Y-%m-%d}")


def _said(request: HttpRequest, said: Revision, at: datetime | None) -> dict[str, Any]:
    """Return the reading of a Revision: its words, what follows from them, and how others handle it."""
    on, document = (at or timezone.now()).date(), said.provision.document
    beside = Revision.objects.filter(provision__document=document).standing(said.observed_at)
    found = provisions.quotes(said)
    main = provisions.quote(said)
    reading = provisions.assessment(said, on=on, beside=beside)
    return {
        "revision": said,
        "version": said.version,
        "reading": reading,
        "quote": main,
        "more_quotes": [each for each in found if each != main],
        "clause": _clause(said.version, main),
        "exceptions": provisions.exceptions(said),
        "parameters": [
            (stated, provisions.sentence(said, start, end)) for stated, start, end in provisions.parameters(said)
        ],
        "corrections": corrections.upheld(said),
        "teasers": _teasers(reading),
        "matrix": obligations.matrix(),
        "may_analyse": may_see(request, Feature.INSTITUTIONAL_ANALYSIS),
        "may_map": may_see(request, Feature.REGULATORY_MAPPING),
        "may_act": may_see(request, Feature.ACTION_ITEMS),
        **_bearing(request, reading),
        **_others(request, said, at),
    }


def _bearing(request: HttpRequest, reading: assess.Assessment) -> dict[str, Any]:
    """Return the entries of law, sorted by what the organization stated of itself where it did."""
    stated = applicability.of(getattr(request, "organization", None))
    if stated is None:
        return {"bearing": None, "shown_references": reading.references}
    bearing = applicability.sort(reading.references, stated)
    return {"bearing": bearing, "shown_references": bearing.kept}


def _clause(version: Version, quote: provisions.Quote | None) -> tuple[str, str]:
    """Return path and name of the clause that a quotation stands in; its own heading, else that above it."""
    if quote is None:
        return "", ""
    _digest, path, number, heading, *_rest = version.outline[quote.clause]
    return path, ", ".join(dict.fromkeys(part for part in (heading, number) if part))


def _teasers(reading: assess.Assessment) -> dict[str, Any]:
    """Return what a visitor without Professional sees of the institutional analysis: how much there is, and a sentence."""
    return {
        "entries": len(reading.references),
        "places": len(reading.jurisdiction_flags),
        "sentence": f"{reading.contract_and_vendor.split('. ')[0].rstrip('.')}.",
        "actions": len(reading.actions),
    }


def _others(request: HttpRequest, said: Revision, at: datetime | None) -> dict[str, Any]:
    """Return the nearest peers with their words, and how many platforms take which position; at a past date by plan."""
    if at is not None and not may_see(request, Feature.PAST_COMPARISON):
        return {"peers": None}
    key, choice = said.provision.provision_type, compare.Choice(at=at)
    nearest = compare.peers(said, choice=choice)
    rows = Revision.objects.filter(pk__in=[peer.said.revision_id for peer in nearest])
    words = provisions.excerpts(rows)
    positions = compare.positions(key, choice=choice) if at else today.positions(key)
    return {
        "peers": [
            (peer.said, words.get(peer.said.revision_id), [WHY[reason] for reason in peer.why]) for peer in nearest
        ],
        "speaking": len(positions),
        "alike": Counter(positions.values())[said.stance],
    }


def _silent(request: HttpRequest, document: Document, provision_type: str) -> HttpResponse:
    """Say that no such clause was found, or that nothing can be said of this text."""
    latest = Version.objects.without_text().filter(document=document).newest_first().first()
    context = {
        "document": document,
        "type": knowledge.taxonomy().types[provision_type],
        "latest": latest,
        "is_readable": latest is not None and revisions.is_readable(latest),
        "coverage": coverage.of([document])[0],
    }
    return render(request, "monitoring/provision_silent.html", context)
