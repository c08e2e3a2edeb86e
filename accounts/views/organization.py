"""The page of the current organization, choosing another one, and the way back for a person who belongs to none."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, organizations, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.forms import OrganizationForm
from accounts.middleware import CHOSEN
from accounts.models import Membership
from accounts.permissions import Permission


@require_http_methods(["GET", "POST"])
def organization(request: HttpRequest) -> HttpResponse:
    """Show the organization; a POST by who may changes its name and time zone."""
    return save(request) if request.method == "POST" else show(request)


@member_required
def show(request: MemberRequest, form: OrganizationForm | None = None) -> HttpResponse:
    if form is None and permissions.may(request.membership.role, Permission.ORGANIZATION):
        form = OrganizationForm.of(request.organization)
    mine = organizations.memberships(user=request.user)  # type: ignore[arg-type]
    context = {
        "form": form,
        "people": request.organization.memberships.select_related("user").order_by("created_at", "id"),
        "others": [other for other in mine if other.organization_id != request.organization.pk],
    }
    return render(request, "accounts/organization.html", context)


@may(Permission.ORGANIZATION)
def save(request: MemberRequest) -> HttpResponse:
    form = OrganizationForm(request.POST)
    if not form.is_valid():
        return show(request, form)
    organizations.change(
        request.organization,
        name=form.cleaned_data["name"],
        time_zone=form.cleaned_data["time_zone"],
        actor=audit.actor_of(request),
        now=timezone.now(),
    )
    messages.success(request, _("Saved."))
    return redirect("accounts:organization")


@require_POST
@login_required
def switch(request: HttpRequest, organization_id: int) -> HttpResponse:
    membership = get_object_or_404(Membership, user=request.user, organization_id=organization_id)
    request.session[CHOSEN] = membership.organization_id
    return redirect("/")


@require_http_methods(["GET", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Offer the personal organization to who has none: an operator made by command line, a person who left the last."""
    if request.method == "POST":
        own = organizations.personal_organization(user=request.user, now=timezone.now())  # type: ignore[arg-type]
        request.session[CHOSEN] = own.pk
        return redirect("/")
    return render(request, "accounts/organization_start.html")
