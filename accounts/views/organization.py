"""The page of the current organization, making or choosing another one, and the way back for who belongs to none."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, organizations, people, permissions, rls
from accounts.access import MemberRequest, may, member_required
from accounts.forms import NewOrganizationForm, OrganizationForm
from accounts.middleware import CHOSEN
from accounts.models import Membership, Organization, Role, User
from accounts.permissions import Permission
from billing import entitlements


@require_http_methods(["GET", "POST"])
def organization(request: HttpRequest) -> HttpResponseBase:
    """Show the organization; a POST by who may changes its name and short name."""
    return save(request) if request.method == "POST" else show(request)


@member_required
def show(request: MemberRequest, form: OrganizationForm | None = None) -> HttpResponse:
    if form is None and permissions.may(request.membership.role, Permission.ORGANIZATION):
        form = OrganizationForm.of(request.organization)
    others = [other for other in request.memberships if other.organization_id != request.organization.pk]
    return render(request, "accounts/organization.html", {"form": form, "others": others})


@may(Permission.ORGANIZATION)
def save(request: MemberRequest) -> HttpResponseBase:
    form = OrganizationForm(request.POST)
    if not form.is_valid():
        return show(request, form)
    try:
        organizations.change(
            request.organization, **form.cleaned_data, actor=audit.actor_of(request), now=timezone.now()
        )
    except organizations.SlugTaken:
        form.add_error("slug", _("Another organization has this short name."))
        return show(request, form)
    messages.success(request, _("Saved."))
    return redirect("accounts:organization")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Offer another organization; a POST makes it and goes on there. One Free organization a person."""
    form = NewOrganizationForm(request.POST or None)
    user: User = request.user  # type: ignore[assignment]
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/organization_new.html", {"form": form, "free": _free_one(user)})
    with transaction.atomic():
        people.locked(user)
        if free := _free_one(user):
            return render(request, "accounts/organization_new.html", {"form": form, "free": free}, status=403)
        made = organizations.create(
            name=form.cleaned_data["name"], owner=user, actor=audit.actor_of(request), now=timezone.now()
        )
    request.session[CHOSEN] = made.pk
    messages.success(request, _("%(name)s was made. You work there now.") % {"name": made.name})
    return redirect("accounts:organization")


def _free_one(user: User) -> Organization | None:
    """Return an organization that `user` owns and that has no plan; None when all have one."""
    owned = [row.organization for row in organizations.memberships(user=user) if row.role == Role.OWNER]
    with rls.as_worker():  # all that the person owns, not only the current one
        free = entitlements.on_free([row.pk for row in owned], now=timezone.now())
    return next((row for row in owned if row.pk in free), None)


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
