"""The page that the link of an invitation opens. Looking changes nothing: a mail scanner joins no organization."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import audit, invitations, organizations, rls
from accounts.middleware import CHOSEN
from accounts.models import Invitation
from billing import entitlements


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, organization_id: int, secret: str) -> HttpResponse:
    """Show what is offered; a POST by the person of that address accepts it. One that has ended is a 404."""
    now = timezone.now()
    row = invitations.find(organization_id=organization_id, secret=secret, now=now)
    if row is None:
        return render(request, "accounts/invitation_ended.html", status=404)
    is_mine = request.user.is_authenticated and invitations.is_for(row, user=request.user)
    if request.method == "POST" and is_mine:
        return _accepted(request, row)
    status = 403 if request.method == "POST" else 200
    return render(request, "accounts/invitation.html", {"invitation": row, "is_mine": is_mine}, status=status)


def _accepted(request: HttpRequest, row: Invitation) -> HttpResponse:
    now = timezone.now()
    with rls.acting_for(row.organization):
        seats = entitlements.plan_of(row.organization, now=now).seats
    try:
        membership = invitations.accept(
            row,
            user=request.user,  # type: ignore[arg-type]
            seats=seats,
            actor=audit.actor_of(request),
            now=now,
        )
    except organizations.SeatsTaken:
        context = {"invitation": row, "is_mine": True, "is_full": True}
        return render(request, "accounts/invitation.html", context, status=403)
    except invitations.InvitationRefused:
        return render(request, "accounts/invitation_ended.html", status=404)
    request.session[CHOSEN] = membership.organization_id
    messages.success(request, _("You now belong to %(name)s.") % {"name": membership.organization.name})
    return redirect("accounts:organization")
