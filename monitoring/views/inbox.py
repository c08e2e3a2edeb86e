"""The inbox: the changes an organization was told of, until each is settled; one of them; and both as files."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, downloads
from accounts.access import MemberRequest
from accounts.models import Organization
from billing import entitlements
from billing.plans import Feature
from monitoring import reviews, timeline
from monitoring.models import Change, Platform, Review, Significance
from monitoring.views.changes import address, place_or_404
from monitoring.views.reviewing import MemberField, ReviewForm, may_review, members, shown, with_feature

PAGE = 40
STATES = (
    (reviews.OPEN, gettext_lazy("Open")),
    *Review.State.choices,
    (reviews.SETTLED, gettext_lazy("Settled")),
    (reviews.ALL, gettext_lazy("All")),
)


class InboxFilter(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, initial=reviews.OPEN, required=False)
    owner = MemberField(
        None, label=gettext_lazy("Owner"), empty_label=gettext_lazy("Anybody or nobody"), required=False
    )
    platform = forms.ModelChoiceField(
        Platform.objects.none(), to_field_name="slug", label=gettext_lazy("Platform"),
        empty_label=gettext_lazy("All platforms"), required=False,
    )  # fmt: skip
    significance = forms.ChoiceField(
        label=gettext_lazy("Significance"),
        choices=[("", gettext_lazy("Any")), *Significance.choices[:3]],
        required=False,
    )
    overdue = forms.BooleanField(label=gettext_lazy("Overdue only"), required=False)

    def __init__(self, data: QueryDict, *, organization: Organization) -> None:
        super().__init__({"state": reviews.OPEN, **data.dict()}, label_suffix="")
        self.fields["owner"].queryset = members(organization)  # type: ignore[attr-defined]
        self.fields["platform"].queryset = reviews.platforms(organization)  # type: ignore[attr-defined]

    def wanted(self) -> reviews.Filter:
        """Return what is asked for; a filter that makes no sense is passed over, and its field says so."""
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        owner = given.get("owner")
        return reviews.Filter(
            state=given.get("state") or reviews.OPEN,
            owner=owner.pk if owner else None,
            platform=given.get("platform"),
            significance=given.get("significance", ""),
            overdue=given.get("overdue", False),
        )


class StateForm(forms.Form):
    """What is done to several changes at once."""

    state = forms.ChoiceField(label=gettext_lazy("State of the chosen ones"), choices=Review.State.choices)


in_plan = with_feature(
    Feature.REVIEW,
    name=gettext_lazy("Inbox"),
    what=gettext_lazy(
        "Every change you are told of, with a state, an owner, a due date, notes and a decision; kept in the audit trail and"
        " exportable."
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@in_plan
def inbox(request: MemberRequest) -> HttpResponse:
    """List what is open, or what the filter asks for; a POST puts the chosen ones into one state."""
    _refuse_viewers(request)
    now, organization = timezone.now(), request.organization
    if request.method == "POST":
        return _set_state(request)
    form = InboxFilter(request.GET, organization=organization)
    rows = reviews.inbox(organization, form.wanted(), now=now)
    if cursor := request.GET.get("before"):
        rows = rows.older_than(place_or_404(cursor))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "form": form,
        "items": [(change, reviews.review_of(change, organization)) for change in found[:PAGE]],
        "counts": reviews.counts(organization, member=request.membership, now=now),
        "today": reviews.today(organization, now=now),
        "states": Review.State.choices,
        "may_review": may_review(request),
        "older": address(request, before=timeline.cursor((last.observed_at, last.pk))) if last else "",
        "query": address(request, before="").removesuffix("before=").rstrip("?&"),
    }
    return render(request, "monitoring/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_plan
def review(request: MemberRequest, change_id: int) -> HttpResponse:
    """Show one change of the inbox with its notes; a POST saves what was decided about it."""
    _refuse_viewers(request)
    now, organization = timezone.now(), request.organization
    change = reviews.find(organization, change_id)
    if change is None:
        raise Http404
    if request.method != "POST":
        return _page(request, change)
    form = ReviewForm(request.POST, review=reviews.review_of(change, organization), organization=organization)
    if not form.is_valid():
        return _page(request, change, form, status=400)
    try:
        reviews.update(
            organization=organization, change=change, wanted=form.changes, note=form.cleaned_data["note"],
            seen=form.cleaned_data["seen"], actor=audit.actor_of(request), now=now,
        )  # fmt: skip
    except reviews.ReviewRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, change, form, status=409)
    messages.success(request, _("Saved."))
    return redirect(f"{change.get_absolute_url()}#review" if "from_change" in request.POST else request.path)


@require_safe
@in_plan
def as_csv(request: MemberRequest) -> HttpResponseBase:
    """Return what the filter leaves as CSV; no cell of it is a formula to a spreadsheet."""
    rows = _records(request, Feature.CSV_EXPORT)
    return downloads.as_csv(_file_name(request), reviews.COLUMNS, rows)


@require_safe
@in_plan
def as_json(request: MemberRequest) -> HttpResponseBase:
    """Return what the filter leaves as one JSON array."""
    return downloads.as_json(_file_name(request), _records(request, Feature.JSON_EXPORT))


def _page(request: MemberRequest, change: Change, form: ReviewForm | None = None, *, status: int = 200) -> HttpResponse:
    row = reviews.review_of(change, request.organization)
    context = {"change": change, **shown(request, row, form)}
    return render(request, "monitoring/inbox_change.html", context, status=status)


def _refuse_viewers(request: MemberRequest) -> None:
    if request.method == "POST" and not may_review(request):
        raise PermissionDenied


def _set_state(request: MemberRequest) -> HttpResponse:
    """Put the chosen changes, or all that were shown, into one state, and go back to the list as it was filtered."""
    given = request.POST.getlist("shown" if "all" in request.POST else "change")
    chosen = [int(each) for each in given if each.isascii() and each.isdecimal() and len(each) < 19]
    form = StateForm(request.POST)
    if not chosen or not form.is_valid():
        messages.error(request, _("Choose at least one change and a state."))
        return redirect(_back(request))
    try:
        number = reviews.set_state(
            organization=request.organization, change_ids=chosen, state=Review.State(form.cleaned_data["state"]),
            actor=audit.actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except reviews.ReviewRefused as refused:
        messages.error(request, str(refused))
        return redirect(_back(request))
    said = ngettext("One change is now: %(state)s.", "%(number)d changes are now: %(state)s.", number)
    label = Review.State(form.cleaned_data["state"]).label
    messages.success(request, said % {"number": number, "state": label} if number else _("Nothing was to be changed."))
    return redirect(_back(request))


def _back(request: MemberRequest) -> str:
    """Return the address of the list with the filter of the page that the form stood on."""
    query = QueryDict(request.META.get("QUERY_STRING", ""))
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _records(request: MemberRequest, feature: Feature) -> Any:
    now = timezone.now()
    entitlements.check_feature(request.organization, feature, now=now)
    wanted = InboxFilter(request.GET, organization=request.organization).wanted()
    return reviews.records(request.organization, wanted, now=now)


def _file_name(request: MemberRequest) -> str:
    return f"inbox-{request.organization.slug}-{timezone.now():%Y-%m-%d}"
