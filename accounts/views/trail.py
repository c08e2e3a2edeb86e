"""The audit trail of an organization: a page with filters, and the same rows as CSV or JSON."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit, downloads
from accounts.access import MemberRequest, may
from accounts.forms import TrailForm
from accounts.models import AuditEvent
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature

PAGE = 50
BATCH = 2000
COLUMNS = (
    "id", "at", "verb", "actor_id", "actor", "api_key_id", "api_key", "address", "target_kind", "target_id",
    "before", "after",
)  # fmt: skip


@require_safe
@may(Permission.TRAIL)
def trail(request: MemberRequest) -> HttpResponse:
    """Show a page of the trail, the newest first; `before` is the event that the page before ended with."""
    if refusal := _refusal(request):
        return _refused(request, refusal)
    form = _form(request)
    rows = _older_than(_filtered(request, form), request.GET.get("before", ""))
    page = list(rows[: PAGE + 1])
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "events": [(event, audit.words(event.verb), list(audit.differences(event))) for event in page[:PAGE]],
        "query": urlencode(query),
        "older": f"?{urlencode({**query, 'before': page[PAGE - 1].pk})}" if len(page) > PAGE else "",
        "newer": f"?{urlencode(query)}" if request.GET.get("before") else "",
    }
    return render(request, "accounts/trail.html", context)


@require_safe
@may(Permission.TRAIL)
def as_csv(request: MemberRequest) -> HttpResponseBase:
    """Return what the filters leave as CSV; no cell of it is a formula to a spreadsheet."""
    if refusal := _refusal(request):
        return _refused(request, refusal)
    return downloads.as_csv(_name(request), COLUMNS, _records(request))


@require_safe
@may(Permission.TRAIL)
def as_json(request: MemberRequest) -> HttpResponseBase:
    """Return what the filters leave as one JSON array."""
    if refusal := _refusal(request):
        return _refused(request, refusal)
    return downloads.as_json(_name(request), _records(request))


def _records(request: MemberRequest) -> Iterator[downloads.Record]:
    """Yield what the filters leave, in batches."""
    return map(audit.as_record, _filtered(request, _form(request)).iterator(chunk_size=BATCH))


def _name(request: MemberRequest) -> str:
    return f"audit-trail-{request.organization.slug}-{timezone.now():%Y-%m-%d}"


def _refused(request: MemberRequest, refusal: entitlements.PlanRefusal) -> HttpResponse:
    return render(request, "accounts/trail.html", {"refusal": refusal}, status=403)


def _form(request: MemberRequest) -> TrailForm:
    rows = AuditEvent.objects.for_organization(request.organization).order_by()
    verbs = sorted(rows.values_list("verb", flat=True).distinct())
    people = rows.filter(actor__email__isnull=False).values_list("actor", "actor__email").distinct()
    return TrailForm(request.GET, verbs=verbs, people=sorted(people, key=lambda pair: pair[1]))


def _filtered(request: MemberRequest, form: TrailForm) -> QuerySet[AuditEvent]:
    """Return the events that fit the form; a filter that makes no sense finds nothing."""
    if not form.is_valid():
        return AuditEvent.objects.none()
    wanted = form.cleaned_data
    return audit.events(
        request.organization,
        verb=wanted["verb"],
        person=int(wanted["person"]) if wanted["person"] else None,
        since=wanted["since"],
        until=wanted["until"],
    )


def _older_than(rows: QuerySet[AuditEvent], before: str) -> QuerySet[AuditEvent]:
    if not (before.isascii() and before.isdecimal() and len(before) < 19):
        return rows
    return rows.filter(pk__lt=int(before))


def _refusal(request: MemberRequest) -> entitlements.PlanRefusal | None:
    try:
        entitlements.check_feature(request.organization, Feature.AUDIT_TRAIL, now=timezone.now())
    except entitlements.PlanRefusal as refusal:
        return refusal
    return None
