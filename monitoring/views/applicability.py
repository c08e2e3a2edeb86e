"""Where the organization operates, whose data it handles, what it uses AI for: its own statement, which sorts the law."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import audit, permissions
from accounts.access import MemberRequest, member_required
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature
from monitoring import applicability as operations
from monitoring.models import Applicability


class ApplicabilityForm(forms.Form):
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where you operate, or where the people are whose data you handle"),
        choices=operations.places,
        widget=forms.CheckboxSelectMultiple,
    )
    whose_data = forms.MultipleChoiceField(
        label=gettext_lazy("Whose data you handle"), choices=Applicability.Whose.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    uses = forms.MultipleChoiceField(
        label=gettext_lazy("What you use AI for"), choices=Applicability.Use.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def applicability(request: MemberRequest) -> HttpResponse:
    """Show what the organization stated; a POST states it anew."""
    stated = operations.of(request.organization)
    said = {name: getattr(stated, name) for name in ("places", "whose_data", "uses")} if stated else {}
    form = ApplicabilityForm(request.POST or None, initial=said)
    context = {"form": form, "stated": stated, "may_state": permissions.may(request.membership.role, Permission.WATCH)}
    if request.method != "POST":
        return render(request, "monitoring/applicability.html", context)
    if not context["may_state"]:
        return render(request, "monitoring/applicability.html", context, status=403)
    try:
        entitlements.check_feature(request.organization, Feature.REGULATORY_MAPPING, now=timezone.now())
    except entitlements.NotInPlan as refusal:
        return render(request, "monitoring/applicability.html", context | {"refusal": refusal}, status=403)
    if not form.is_valid():
        return render(request, "monitoring/applicability.html", context, status=400)
    operations.state(
        organization=request.organization,
        **form.cleaned_data,
        user=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        actor=audit.actor_of(request),
    )
    messages.success(request, _("Saved. The law on every provision is sorted by it."))
    return redirect("monitoring:applicability")
