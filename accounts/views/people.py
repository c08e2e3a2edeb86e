"""The people of an organization: who belongs to it, who is invited, and what each role may do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, invitations, memberships, organizations, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.forms import InviteForm, RoleForm
from accounts.models import Invitation, Membership, Role
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def people(request: MemberRequest) -> HttpResponse:
    """Show everyone; a POST invites one more, or says why the plan or the day's limit refuses it."""
    if request.method != "POST":
        return _page(request)
    if not permissions.may(request.membership.role, Permission.PEOPLE):
        return _page(request, status=403)
    form = InviteForm(request.POST, has_roles=_has_roles(request))
    if not form.is_valid():
        return _page(request, form, status=400)
    return _invited(request, form)


def _invited(request: MemberRequest, form: InviteForm) -> HttpResponse:
    now = timezone.now()
    try:
        row = invitations.invite(
            organization=request.organization,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            seats=entitlements.plan_of(request.organization, now=now).seats,
            actor=audit.actor_of(request),
            now=now,
        )
    except organizations.SeatsTaken as taken:
        return _page(request, form, refusal=_refusal(request, taken), status=403)
    except invitations.InvitationRefused as refused:
        form.add_error("email", str(refused))
        return _page(request, form, status=400)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": row.email})
    return redirect("accounts:people")


@require_POST
@may(Permission.PEOPLE)
def set_role(request: MemberRequest, membership_id: int) -> HttpResponse:
    member = _own(request, membership_id)
    form = RoleForm(request.POST)
    try:
        entitlements.check_feature(request.organization, Feature.ROLES, now=timezone.now())
        if form.is_valid():
            memberships.set_role(
                member, role=Role(form.cleaned_data["role"]), now=timezone.now(), actor=audit.actor_of(request)
            )
            messages.success(request, _("Saved for %(name)s.") % {"name": member.user})
    except (memberships.OwnerStays, entitlements.PlanRefusal) as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people")


@require_POST
@may(Permission.PEOPLE)
def remove(request: MemberRequest, membership_id: int) -> HttpResponse:
    member = _own(request, membership_id)
    try:
        memberships.remove(member, now=timezone.now(), actor=audit.actor_of(request))
        messages.success(request, _("%(name)s no longer belongs to the organization.") % {"name": member.user})
    except memberships.OwnerStays as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people")


@require_POST
@may(Permission.PEOPLE)
def send_again(request: MemberRequest, invitation_id: int) -> HttpResponse:
    row = _invitation(request, invitation_id)
    try:
        invitations.send_again(row, now=timezone.now(), actor=audit.actor_of(request))
        messages.success(request, _("A new mail is on its way to %(email)s.") % {"email": row.email})
    except invitations.InvitationRefused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people")


@require_POST
@may(Permission.PEOPLE)
def revoke(request: MemberRequest, invitation_id: int) -> HttpResponse:
    row = _invitation(request, invitation_id)
    if invitations.revoke(row, now=timezone.now(), actor=audit.actor_of(request)):
        messages.success(request, _("The invitation of %(email)s was revoked.") % {"email": row.email})
    return redirect("accounts:people")


def _own(request: MemberRequest, membership_id: int) -> Membership:
    """Return the organization's member; another one's is a 404."""
    rows = request.organization.memberships.select_related("user", "organization")
    return get_object_or_404(rows, pk=membership_id)


def _invitation(request: MemberRequest, invitation_id: int) -> Invitation:
    rows = Invitation.objects.for_organization(request.organization).select_related("organization")
    return get_object_or_404(rows, pk=invitation_id)


def _has_roles(request: MemberRequest) -> bool:
    return entitlements.plan_of(request.organization, now=timezone.now()).includes(Feature.ROLES)


def _refusal(request: MemberRequest, taken: organizations.SeatsTaken) -> entitlements.PlanRefusal | None:
    """Return the plan's own words for it; None when a larger plan came in between."""
    try:
        entitlements.check_seats(request.organization, used=taken.seats, now=timezone.now())
    except entitlements.PlanRefusal as refusal:
        return refusal
    return None


def _page(
    request: MemberRequest,
    form: InviteForm | None = None,
    *,
    refusal: entitlements.PlanRefusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    plan = entitlements.plan_of(request.organization, now=now)
    may_invite = permissions.may(request.membership.role, Permission.PEOPLE)
    open_rows = Invitation.objects.for_organization(request.organization).filter(accepted_at=None, revoked_at=None)
    rows = open_rows.order_by("-sent_at", "-id") if may_invite else open_rows.none()
    members = request.organization.memberships.select_related("user").order_by("created_at", "id")
    context = {
        "people": members,
        "invitations": [(row, row.is_open_at(now)) for row in rows],
        "form": form or InviteForm(has_roles=plan.includes(Feature.ROLES)),
        "may_invite": may_invite,
        "has_roles": plan.includes(Feature.ROLES),
        "given": permissions.GIVEN,
        "roles": list(Role),
        "table": permissions.rows(),
        "plan": plan,
        "refusal": refusal,
    }
    return render(request, "accounts/people.html", context, status=status)
