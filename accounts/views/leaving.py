"""The page of going: leave, hand over, export, close, and take that back; for an organization and for a person."""

import tempfile
from collections.abc import Iterable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, exporting, leaving, memberships, permissions, rls, transfers
from accounts.access import MemberRequest, may, member_required
from accounts.forms import ConfirmForm, TransferForm
from accounts.middleware import CHOSEN
from accounts.models import Membership, Role, Transfer
from accounts.permissions import Permission

IN_MEMORY_BYTES = 8 * 1024 * 1024


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@member_required
@reauthentication_required
def leave(request: MemberRequest) -> HttpResponse:
    try:
        memberships.leave(request.membership, now=timezone.now(), actor=audit.actor_of(request))
    except memberships.OwnerStays as refused:
        messages.error(request, str(refused))
        return redirect("accounts:leaving")
    request.session.pop(CHOSEN, None)
    messages.success(request, _("You no longer belong to %(name)s.") % {"name": request.organization.name})
    return redirect("/")


@require_POST
@may(Permission.OWN)
@reauthentication_required
def offer_transfer(request: MemberRequest) -> HttpResponse:
    form = TransferForm(request.POST, giver=request.membership)
    if not form.is_valid():
        return _page(request, transfer_form=form, status=400)
    receiver: Membership = form.cleaned_data["receiver"]
    transfers.offer(giver=request.membership, receiver=receiver, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("%(name)s was asked to take over.") % {"name": receiver.user})
    return redirect("accounts:leaving")


@require_POST
@member_required
@reauthentication_required
def accept_transfer(request: MemberRequest) -> HttpResponse:
    """Take over. An offer to somebody else is a 404, as none would be."""
    offer = _offer(request)
    if offer.receiver_id != request.membership.pk:
        raise Http404
    try:
        transfers.accept(offer, receiver=request.membership, now=timezone.now(), actor=audit.actor_of(request))
    except transfers.TransferRefused as refused:  # withdrawn, or the giver owns no more
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is yours now.") % {"name": request.organization.name})
    return redirect("accounts:leaving")


@require_POST
@member_required
def end_transfer(request: MemberRequest) -> HttpResponse:
    """Withdraw one's own offer or decline one made to oneself."""
    offer = _offer(request)
    if request.membership.pk not in (offer.giver_id, offer.receiver_id):
        raise Http404
    transfers.end(offer, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("The organization stays with its owner."))
    return redirect("accounts:leaving")


@require_POST
@may(Permission.OWN)
@reauthentication_required
def export_organization(request: MemberRequest) -> HttpResponseBase:
    organization = request.organization
    now = timezone.now()
    audit.record(
        organization=organization,
        verb="organization.exported",
        target=organization,
        actor=audit.actor_of(request),
        now=now,
    )
    return _zip(exporting.organization_tables(organization), subject=organization.slug)


@require_POST
@may(Permission.OWN)
@reauthentication_required
def close_organization(request: MemberRequest) -> HttpResponse:
    form = ConfirmForm(request.POST, word=request.organization.slug, prefix="organization")
    if not form.is_valid():
        return _page(request, organization_form=form, status=400)
    leaving.close(request.organization, now=timezone.now(), actor=audit.actor_of(request))
    return redirect("accounts:leaving")


@require_POST
@may(Permission.OWN)
def keep_organization(request: MemberRequest) -> HttpResponse:
    leaving.keep(request.organization, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("%(name)s stays.") % {"name": request.organization.name})
    return redirect("accounts:leaving")


@require_POST
@login_required
@reauthentication_required
def export_account(request: HttpRequest) -> HttpResponseBase:
    user = request.user
    with rls.as_worker():  # what a person has lies in all organizations that they belong to
        return _zip(exporting.person_tables(user), subject=user.email)  # type: ignore[arg-type,union-attr]


@require_POST
@login_required
@reauthentication_required
def close_account(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST, word=request.user.email, prefix="account")  # type: ignore[union-attr]
    if not form.is_valid():
        return _page(request, account_form=form, status=400)
    try:
        leaving.close_person(request.user, now=timezone.now(), actor=audit.actor_of(request))  # type: ignore[arg-type]
    except leaving.StillNeeded as needed:
        messages.error(request, str(needed))
    return redirect("accounts:leaving")


@require_POST
@login_required
def keep_account(request: HttpRequest) -> HttpResponse:
    leaving.keep_person(request.user, now=timezone.now(), actor=audit.actor_of(request))  # type: ignore[arg-type]
    messages.success(request, _("Your account stays."))
    return redirect("accounts:leaving")


def _offer(request: MemberRequest) -> Transfer:
    offer = transfers.open_offer(request.organization, now=timezone.now())
    if offer is None:
        raise Http404
    return offer


def _zip(tables: Iterable[exporting.Table], *, subject: str) -> FileResponse:
    now = timezone.now()
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (the response closes it)
    exporting.write(file, tables, subject=subject, now=now)
    file.seek(0)
    name = f"conductatlas-{slugify(subject.replace('@', '-at-'))}-{now:%Y-%m-%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    request: HttpRequest,
    *,
    transfer_form: TransferForm | None = None,
    organization_form: ConfirmForm | None = None,
    account_form: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show what there is to leave. `User.closes_at` and `Organization.closes_at` say what is under way."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    context = {
        "account_form": account_form or ConfirmForm(word=request.user.email, prefix="account"),  # type: ignore[union-attr]
        "may_own": membership is not None and permissions.may(membership.role, Permission.OWN),
    }
    if membership is not None:
        others = membership.organization.memberships.exclude(pk=membership.pk)
        context |= {
            "offer": transfers.open_offer(membership.organization, now=timezone.now()),
            "transfer_form": transfer_form or TransferForm(giver=membership),
            "has_others": others.exists(),
            "may_leave": membership.role != Role.OWNER or others.filter(role=Role.OWNER).exists(),
            "organization_form": organization_form
            or ConfirmForm(word=membership.organization.slug, prefix="organization"),
        }
    return render(request, "accounts/leaving.html", context, status=status)
