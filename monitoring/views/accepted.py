"""The version we accepted: a page of them all with their drift, marking one, and taking the mark away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, permissions
from accounts.access import MemberRequest, may
from accounts.permissions import Permission
from billing.plans import Feature
from monitoring import acceptances, reviews, watchlists
from monitoring.models import Acceptance, Document, Version
from monitoring.views.reviewing import with_feature

in_plan = with_feature(
    Feature.ACCEPTED_VERSIONS,
    name=gettext_lazy("Accepted versions"),
    what=gettext_lazy(
        "Mark the version of a document that your contract refers to, read what has changed from then to now, and be told"
        " when the text drifts from it."
    ),
)


class AcceptForm(forms.Form):
    accepted_date = forms.DateField(
        label=gettext_lazy("Accepted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False,
        help_text=gettext_lazy("The contract it belongs to, or who signed."),
    )  # fmt: skip


@require_safe
@in_plan
def accepted(request: MemberRequest) -> HttpResponse:
    """List what was accepted with its drift, and what is watched without being marked."""
    now, organization = timezone.now(), request.organization
    standings = acceptances.standings(organization)
    watched = watchlists.documents_watched(organization=organization, now=now).select_related("platform")
    marked = [standing.acceptance.document_id for standing in standings]
    context = {
        "standings": standings,
        "drifted": sum(standing.has_drifted for standing in standings),
        "unmarked": _with_latest(list(watched.exclude(pk__in=marked).order_by("platform__name", "name"))),
        "may_review": permissions.may(request.membership.role, Permission.REVIEW),
    }
    return render(request, "monitoring/accepted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.REVIEW)
@in_plan
def mark(request: MemberRequest, version_id: int) -> HttpResponse:
    """Ask when and why this version was accepted; a POST marks it."""
    now, organization = timezone.now(), request.organization
    rows = Version.objects.without_text().filter(document__organization=None).select_related("document__platform")
    version = get_object_or_404(rows, pk=version_id)
    form = AcceptForm(request.POST or None, initial={"accepted_date": reviews.today(organization, now=now)})
    if request.method == "POST" and form.is_valid():
        try:
            acceptances.mark(
                organization=organization, version=version, actor=audit.actor_of(request), now=now, **form.cleaned_data
            )
        except acceptances.DayToCome as refused:
            form.add_error("accepted_date", str(refused))
        else:
            said = _("Version %(number)d of %(name)s is the one you accepted.")
            messages.success(request, said % {"number": version.sequence, "name": version.document})
            return redirect("monitoring:accepted")
    context = {
        "form": form,
        "version": version,
        "document": version.document,
        "earlier": acceptances.of_document(organization, version.document),
    }
    return render(request, "monitoring/accepted_mark.html", context, status=400 if form.errors else 200)


@require_POST
@may(Permission.REVIEW)
def unmark(request: MemberRequest, acceptance_id: int) -> HttpResponse:
    rows = Acceptance.objects.for_organization(request.organization).select_related(
        "organization", "document__platform"
    )
    row = get_object_or_404(rows, pk=acceptance_id)
    acceptances.unmark(acceptance=row, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("No version of %(name)s is marked any longer.") % {"name": row.document})
    return redirect("monitoring:accepted")


def _with_latest(documents: list[Document]) -> list[tuple[Document, Any]]:
    """Return the documents that were captured with their latest versions. One query."""
    rows = Version.objects.without_text().filter(document__in=documents)
    newest = rows.order_by("document_id", "-observed_at", "-sequence").distinct("document_id")
    latest = {row.document_id: row for row in newest}
    return [(document, latest[document.pk]) for document in documents if document.pk in latest]
