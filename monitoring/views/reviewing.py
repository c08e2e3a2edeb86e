"""What the organization makes of one change: its form, and what the page of the change shows a member of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import permissions
from accounts.access import MemberRequest, View, member_required
from accounts.models import Membership, Organization
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature
from monitoring import acceptances, reviews
from monitoring.models import Change, Review


def with_feature(feature: Feature, *, name: str | Promise, what: str | Promise) -> Callable[[View], View]:
    """Let members in whose plan includes `feature`; the others read what it is and which plan has it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                entitlements.check_feature(request.organization, feature, now=timezone.now())
                return view(request, *args, **kwargs)
            except entitlements.NotInPlan as refusal:
                context = {"name": name, "what": what, "refusal": refusal}
                return render(request, "monitoring/workspace_refused.html", context, status=403)

        return member_required(guarded)

    return decorate


class MemberField(forms.ModelChoiceField):
    """One of the organization's people."""

    def label_from_instance(self, member: Any) -> str:
        return str(member.user)


class ReviewForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Review.State.choices)
    owner = MemberField(None, label=gettext_lazy("Owner"), empty_label=gettext_lazy("Nobody yet"), required=False)
    due_date = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(
        label=gettext_lazy("Add a note"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Notes stay as they were written."),
    )  # fmt: skip
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, review: Review, organization: Organization) -> None:
        given = {name: getattr(review, name) for name in ("state", "due_date", "decision")}
        super().__init__(data, initial={**given, "owner": review.owner_id, "seen": review.saves}, auto_id="review-%s")
        self.fields["owner"].queryset = members(organization)  # type: ignore[attr-defined]

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("state", "owner", "due_date", "decision")}


def panel(request: HttpRequest, change: Change) -> dict[str, Any]:
    """Return what templates/monitoring/parts/review.html shows beside `change` to a member whose workspace has it."""
    organization: Organization | None = getattr(request, "organization", None)
    now = timezone.now()
    if organization is None or not entitlements.plan_of(organization, now=now).includes(Feature.REVIEW):
        return {}
    found = reviews.find(organization, change.pk)
    if found is None:
        return {}
    return shown(request, reviews.review_of(found, organization))  # type: ignore[arg-type]


def shown(request: MemberRequest, row: Review, form: ReviewForm | None = None) -> dict[str, Any]:
    return {
        "review": row,
        "differs_from": acceptances.drifted(request.organization, row.change),
        "review_notes": reviews.notes(row),
        "review_form": form or ReviewForm(review=row, organization=request.organization),
        "review_is_overdue": row.is_overdue_on(reviews.today(request.organization, now=timezone.now())),
        "may_review": may_review(request),
    }


def members(organization: Organization) -> Any:
    rows = Membership.objects.filter(organization=organization).select_related("user")
    return rows.order_by("user__name", "user__email")


def may_review(request: MemberRequest) -> bool:
    return permissions.may(request.membership.role, Permission.REVIEW)
