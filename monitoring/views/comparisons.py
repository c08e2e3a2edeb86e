"""Comparisons that an organization keeps, and the one on the screen as CSV."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, downloads, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature
from monitoring import compare as reading
from monitoring import comparisons as operations
from monitoring import knowledge, provisions
from monitoring.models import Comparison, Platform, Revision
from monitoring.views import comparing

BATCH = 25
COLUMNS = (
    "platform", "provision_type", "state", "stance", "exceptions", "parameters", "exposure", "level", "confidence",
    "document", "stands_since", "quote", "other_documents_differ", "documents_read", "checked_at", "page",
)  # fmt: skip


class ComparisonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    platforms = forms.MultipleChoiceField(label=gettext_lazy("Platforms"), widget=forms.CheckboxSelectMultiple)
    provision_types = forms.MultipleChoiceField(
        label=gettext_lazy("Provision types"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taxonomy = knowledge.taxonomy()
        current = Platform.objects.current().order_by("name")
        self.fields["platforms"].choices = list(current.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["provision_types"].choices = [  # type: ignore[attr-defined]
            (name, [(row.key, row.name) for row in taxonomy.types.values() if row.group == key])
            for key, name in taxonomy.groups
        ]

    def clean_platforms(self) -> list[int]:
        return [int(each) for each in self.cleaned_data["platforms"][:100]]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new(request: MemberRequest) -> HttpResponse:
    """Offer platforms and types to choose from; a POST keeps them under a name."""
    may_save = permissions.may(request.membership.role, Permission.WATCH)
    form = ComparisonForm(request.POST or None)
    if request.method != "POST":
        return render(request, "monitoring/comparison_new.html", {"form": form, "may_save": may_save})
    if not may_save or not form.is_valid():
        return render(
            request,
            "monitoring/comparison_new.html",
            {"form": form, "may_save": may_save},
            status=400 if may_save else 403,
        )
    try:
        saved = operations.save(
            organization=request.organization,
            **form.cleaned_data,
            user=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            actor=audit.actor_of(request),
        )
    except operations.NameTaken as error:
        form.add_error("name", str(error))
        return render(request, "monitoring/comparison_new.html", {"form": form, "may_save": may_save}, status=400)
    return redirect(saved)


@require_safe
@member_required
def comparison(request: MemberRequest, comparison_id: int) -> HttpResponse:
    """Show a saved matrix, as it stands or by plan as it stood."""
    saved = _own(request, comparison_id)
    form = comparing.CompareForm(request.GET or None)
    asked = asked_of(request, saved, form)
    context = {"form": form, "asked": asked, "comparison": saved, "saved": comparing.saved_of(request)}
    context |= comparing.matrix(request, asked)
    return render(request, "monitoring/compare.html", context)


def asked_of(request: HttpRequest, saved: Comparison, form: comparing.CompareForm) -> comparing.Asked:
    """Return what a saved matrix asks for, with the day and readers of the address; types that are gone are left out."""
    asked = comparing.asked_by(request, form)
    known = knowledge.taxonomy().types
    types = tuple(key for key in saved.provision_types if key in known)
    platforms = Platform.objects.filter(pk__in=saved.platforms).order_by("name")
    return comparing.Asked(types, platforms, asked.choice, asked.is_refused, is_narrowed=True)


@require_POST
@may(Permission.WATCH)
def remove(request: MemberRequest, comparison_id: int) -> HttpResponse:
    saved = _own(request, comparison_id)
    operations.remove(comparison=saved, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("“%(name)s” is no longer kept.") % {"name": saved.name})
    return redirect("monitoring:compare")


@require_safe
@member_required
def as_csv(request: MemberRequest) -> HttpResponseBase:
    """Return what the address asks for as CSV."""
    return _csv(request, comparing.asked_by(request, comparing.CompareForm(request.GET or None)), "comparison")


@require_safe
@member_required
def saved_as_csv(request: MemberRequest, comparison_id: int) -> HttpResponseBase:
    saved = _own(request, comparison_id)
    return _csv(request, asked_of(request, saved, comparing.CompareForm(request.GET or None)), f"comparison-{saved.pk}")


def _own(request: MemberRequest, comparison_id: int) -> Comparison:
    """Return the organization's comparison; another one's is a 404."""
    return get_object_or_404(Comparison.objects.for_organization(request.organization), pk=comparison_id)


def _csv(request: MemberRequest, asked: comparing.Asked, name: str) -> HttpResponseBase:
    try:
        entitlements.check_feature(request.organization, Feature.CSV_EXPORT, now=timezone.now())
    except entitlements.NotInPlan as refusal:
        return render(request, "monitoring/compare_refused.html", {"refusal": refusal}, status=403)
    day = f"{asked.choice.at or timezone.now():%Y-%m-%d}"
    site = request.build_absolute_uri("/").rstrip("/")
    return downloads.as_csv(f"{name}-{day}", COLUMNS, _lines(asked, site))


def _lines(asked: comparing.Asked, site: str) -> Iterator[downloads.Record]:
    """Yield the lines, some platforms at a time: their words are loaded and let go."""
    platforms = list(asked.platforms)
    for start in range(0, len(platforms), BATCH):
        rows = reading.matrix(platforms[start : start + BATCH], asked.types, choice=asked.choice)
        yield from _records(rows, asked.types, site)


def _records(rows: Sequence[reading.Row], types: Sequence[str], site: str) -> Iterator[downloads.Record]:
    stated = [cell.said.revision_id for row in rows for cell in row.cells if cell.said]
    revisions = {row.pk: row for row in Revision.objects.filter(pk__in=stated)}
    words = provisions.excerpts(revisions.values())
    for row in rows:
        about = {"documents_read": row.documents, "checked_at": row.checked_at.isoformat() if row.checked_at else ""}
        for key, cell in zip(types, row.cells, strict=True):
            head = {"platform": row.platform.name, "provision_type": key, "state": cell.state.value, **about}
            rest = dict.fromkeys(COLUMNS, "")
            if cell.said:
                pk = cell.said.revision_id
                rest = _said(cell, cell.said, revisions[pk], words.get(pk), site)
            yield rest | head


def _said(
    cell: reading.Cell, said: reading.Said, revision: Revision, quote: provisions.Quote | None, site: str
) -> downloads.Record:
    return {
        "stance": said.stance,
        "exceptions": ", ".join(revision.exceptions),
        "parameters": revision.values or "",
        "exposure": said.score,
        "level": said.level,
        "confidence": f"{said.confidence:.2f}",
        "document": said.document,
        "stands_since": said.observed_at.isoformat(),
        "quote": quote.text if quote else "",
        "other_documents_differ": "yes" if cell.differs else "no",
        "page": site + said.url,
    }
