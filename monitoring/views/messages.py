"""When an organization is told, what was sent to its people, how the next digest would read, and a test."""

from datetime import datetime
from zoneinfo import ZoneInfo

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, organizations, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.forms import HoursForm
from accounts.permissions import Permission
from billing import entitlements
from monitoring import watchlists
from monitoring.alerts import endpoints, gathering, preferences, previews
from monitoring.alerts import messages as composing
from monitoring.alerts.channels.message import Message
from monitoring.models import Channel, Delivery
from monitoring.views.mailbox import OF_A_MAIL
from monitoring.views.preferences import PreferencesForm, initial_of

SHOWN = 30


@require_safe
@member_required
def overview(request: MemberRequest) -> HttpResponse:
    """Show when the organization is told, what the visitor hears, and the last messages."""
    return _page(request)


@require_POST
@may(Permission.ORGANIZATION)
def hours(request: MemberRequest) -> HttpResponse:
    """Set time zone, weekday and hours; open digests move with them."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, hours_form=form, status=400)
    now = timezone.now()
    changed = organizations.change(request.organization, **form.cleaned_data, actor=audit.actor_of(request), now=now)
    gathering.reschedule(changed, now=now)
    messages.success(request, _("Saved."))
    return redirect("monitoring:messages")


@require_POST
@member_required
def own(request: MemberRequest) -> HttpResponse:
    """Set what the visitor hears by mail; who heard nothing so far is told from now on."""
    now, actor = timezone.now(), audit.actor_of(request)
    form = PreferencesForm(request.POST, plan=entitlements.plan_of(request.organization, now=now))
    if not form.is_valid():
        return _page(request, own_form=form, status=400)
    channel = watchlists.ensure_channel(request.organization, request.user, now)  # type: ignore[arg-type]
    preferences.change(channel, **form.cleaned_data, now=now, actor=actor)
    messages.success(request, _("Saved."))
    return redirect("monitoring:messages")


@require_POST
@member_required
def test(request: MemberRequest) -> HttpResponse:
    """Send the visitor a test: what an alert looks like where they read it."""
    channel = _own_channel(request)
    if channel is None:
        messages.error(request, _("You are told nothing by mail yet: save what you hear first."))
        return redirect("monitoring:messages")
    try:
        endpoints.send_test(channel, now=timezone.now())
    except endpoints.TestedJustNow:
        messages.error(request, _("A test was sent just now. Try again in a minute."))
    else:
        messages.success(request, _("A test is on its way to %(address)s.") % {"address": channel.address})
    return redirect("monitoring:messages")


@require_safe
@member_required
def one(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """Show one message as it reads now."""
    delivery = _delivery(request, delivery_id)
    return _shown(request, delivery, timezone.now())


@require_safe
@member_required
@xframe_options_sameorigin
@csp(OF_A_MAIL)  # type: ignore[arg-type]
def one_html(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """Return the HTML of one message, for the frame of `one`."""
    return HttpResponse(_composed(_delivery(request, delivery_id), timezone.now()).html)


@require_safe
@member_required
def upcoming(request: MemberRequest) -> HttpResponse:
    """Show how the visitor's next digest would read if it were sent now."""
    channel, now = _own_channel(request), timezone.now()
    if channel is None:
        return redirect("monitoring:messages")
    return _shown(request, previews.next_digest(channel, now=now), now)


@require_safe
@member_required
@xframe_options_sameorigin
@csp(OF_A_MAIL)  # type: ignore[arg-type]
def upcoming_html(request: MemberRequest) -> HttpResponse:
    """Return the HTML of the next digest, for the frame of `upcoming`."""
    channel, now = _own_channel(request), timezone.now()
    if channel is None:
        return redirect("monitoring:messages")
    return HttpResponse(_composed(previews.next_digest(channel, now=now), now).html)


def _shown(request: MemberRequest, delivery: Delivery, now: datetime) -> HttpResponse:
    context = {"delivery": delivery, "message": _composed(delivery, now), "is_next": not delivery.sent_at}
    return render(request, "monitoring/message.html", context)


def _composed(delivery: Delivery, now: datetime) -> Message:
    """Return the message as any member may read it: its last line leads to this page, and not to the reader's choices."""
    here = f"{settings.SITE_URL}{reverse('monitoring:messages')}"
    return composing.compose(delivery, now=now, preferences_url=here)


def _delivery(request: MemberRequest, delivery_id: int) -> Delivery:
    """Return a message by mail of the organization; another one's is a 404."""
    rows = Delivery.objects.for_organization(request.organization).filter(channel__kind=Channel.Kind.EMAIL)
    return get_object_or_404(rows.select_related("channel", "organization"), pk=delivery_id)


def _own_channel(request: MemberRequest) -> Channel | None:
    rows = Channel.objects.for_organization(request.organization).select_related("organization")
    found: Channel | None = rows.filter(user=request.user.pk, kind=Channel.Kind.EMAIL).first()
    return found


def _next_due(channel: Channel | None, now: datetime) -> datetime | None:
    """Return when a change that is seen now is told there, in the organization's time; None where nothing is told."""
    if channel is None or channel.paused_at is not None:
        return None
    return previews.next_due(channel, now=now).astimezone(ZoneInfo(channel.organization.time_zone))


def _page(
    request: MemberRequest,
    *,
    hours_form: HoursForm | None = None,
    own_form: PreferencesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, organization = timezone.now(), request.organization
    channel = _own_channel(request)
    plan = entitlements.plan_of(organization, now=now)
    may_change = permissions.may(request.membership.role, Permission.ORGANIZATION)
    context = {
        "hours_form": hours_form or (HoursForm.of(organization) if may_change else None),
        "own_form": own_form or PreferencesForm(plan=plan, initial=initial_of(channel) if channel else {"hears_notices": True}),
        "channel": channel,
        "sent": previews.latest(organization, limit=SHOWN),
        "next_due": _next_due(channel, now),
        "plan": plan,
    }  # fmt: skip
    return render(request, "monitoring/messages.html", context, status=status)
