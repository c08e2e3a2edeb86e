"""The channels of the visitor's organization: add, test, rotate, switch off, remove; what went out and what did not."""

from functools import partial
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from billing import entitlements
from monitoring import tasks
from monitoring.alerts import confirmations as asking
from monitoring.alerts import delivery, endpoints, health
from monitoring.models import Channel, Delivery, Feed, Watchlist
from monitoring.views import confirmations
from monitoring.views.changes import pages

LOG_PAGE = 25


class EndpointForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What it is for, so that you know what stops when you remove it."),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput,
        help_text=gettext_lazy("Begins with https:// and can be reached from the Internet."),
    )


class AddressForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Who reads there: a team, a shared mailbox.")
    )
    url = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


@require_safe
@member_required
def channels(request: MemberRequest) -> HttpResponse:
    """Show where the organization is told, and how each channel fares."""
    now = timezone.now()
    rows = list(Channel.objects.for_organization(request.organization).select_related("user"))
    plan = entitlements.plan_of(request.organization, now=now)
    counted = health.by_channel(rows)
    feeds = {
        row.watchlist_id: row for row in Feed.objects.for_organization(request.organization).filter(revoked_at=None)
    }
    context = {
        "rows": [(row, endpoints.state(row, plan), counted.get(row.pk, {})) for row in rows],
        "may_change": permissions.may(request.membership.role, Permission.CHANNELS),
        "has_webhooks": endpoints.is_in_plan(Channel(kind=Channel.Kind.WEBHOOK), plan),
        "health": health.of_organization(request.organization, now=now),
        "watchlists": [(row, feeds.get(row.pk)) for row in Watchlist.objects.for_organization(request.organization)],
        "may_watch": permissions.may(request.membership.role, Permission.WATCH),
    }
    return render(request, "monitoring/channels/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.CHANNELS)
@never_cache
@reauthentication_required(allow_get=True)
def add(request: MemberRequest, kind: str) -> HttpResponse:
    """Show the form; a POST adds the channel, and shows the secret of a webhook in its own answer and nowhere else."""
    if kind not in Channel.Kind.values:
        raise Http404
    form = (EndpointForm if kind in Channel.ENDPOINTS else AddressForm)(request.POST or None)
    context: dict[str, Any] = {"form": form, "kind": kind}
    if request.method != "POST" or not form.is_valid():
        return render(request, "monitoring/channels/add.html", context, status=200 if request.method != "POST" else 400)
    try:
        added = _add(request, kind, **form.cleaned_data)
    except endpoints.EndpointRefused as refused:
        form.add_error("url", str(refused))
        return render(request, "monitoring/channels/add.html", context, status=400)
    except entitlements.NotInPlan as refusal:
        return render(request, "monitoring/channels/add.html", context | {"refusal": refusal}, status=403)
    if not added.secret:
        return redirect(added.channel)
    return render(request, "monitoring/channels/secret.html", {"channel": added.channel, "secret": added.secret})


@require_safe
@member_required
def channel(request: MemberRequest, channel_id: int) -> HttpResponse:
    """Show one channel with its log: every message, and every attempt to hand it over."""
    row = _own(request, channel_id)
    now = timezone.now()
    log = Delivery.objects.for_organization(request.organization).filter(channel=row)
    log = log.prefetch_related("tries", "items__change__document__platform").order_by("-id")
    shown = Paginator(log, LOG_PAGE).get_page(request.GET.get("page"))
    context = {
        "channel": row,
        "state": endpoints.state(row, entitlements.plan_of(request.organization, now=now)),
        "counted": health.by_channel([row]).get(row.pk, {}),
        "log": shown,
        **pages(request, shown),
        "is_overlapping": row.overlap_ends_at is not None and row.overlap_ends_at > now,
        "may_change": permissions.may(request.membership.role, Permission.CHANNELS),
    }
    return render(request, "monitoring/channels/channel.html", context)


@require_POST
@may(Permission.CHANNELS)
def test(request: MemberRequest, channel_id: int) -> HttpResponse:
    row = _own(request, channel_id)
    try:
        endpoints.send_test(row, now=timezone.now())
    except endpoints.TestedJustNow:
        messages.error(request, _("A test was sent just now. Try again in a minute."))
    else:
        _ring()
        messages.success(request, _("A test is on its way; its answer appears below."))
    return redirect(row)


@require_POST
@may(Permission.CHANNELS)
@never_cache
@reauthentication_required
def rotate(request: MemberRequest, channel_id: int) -> HttpResponse:
    """Make a new signing secret and show it in this answer and nowhere else."""
    row = _own(request, channel_id)
    if row.kind != Channel.Kind.WEBHOOK:
        raise Http404
    secret = endpoints.rotate(row, now=timezone.now(), actor=audit.actor_of(request))
    return render(request, "monitoring/channels/secret.html", {"channel": row, "secret": secret, "is_rotated": True})


@require_POST
@may(Permission.CHANNELS)
def switch_off(request: MemberRequest, channel_id: int) -> HttpResponse:
    row = _own(request, channel_id)
    endpoints.switch_off(row, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("Nothing more is sent to %(name)s.") % {"name": row})
    return redirect(row)


@require_POST
@may(Permission.CHANNELS)
def remove(request: MemberRequest, channel_id: int) -> HttpResponse:
    row = _own(request, channel_id)
    endpoints.remove(row, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("%(name)s was removed, with its log.") % {"name": row})
    return redirect("monitoring:channels")


@require_POST
@may(Permission.CHANNELS)
def release(request: MemberRequest, channel_id: int) -> HttpResponse:
    """Send everything that is parked for the channel."""
    row = _own(request, channel_id)
    number = delivery.release(row, now=timezone.now(), actor=audit.actor_of(request))
    _ring()
    messages.success(request, _("Released: %(number)s.") % {"number": number})
    return redirect(row)


@require_POST
@may(Permission.CHANNELS)
def again(request: MemberRequest, delivery_id: int) -> HttpResponse:
    """Send one message once more."""
    rows = Delivery.objects.for_organization(request.organization).select_related("channel", "organization")
    row = get_object_or_404(rows, pk=delivery_id)
    try:
        delivery.again(row, now=timezone.now(), actor=audit.actor_of(request))
    except delivery.NotAgain as refused:
        messages.error(request, str(refused))
    else:
        _ring()
        messages.success(request, _("The message goes out once more, under the same id."))
    return redirect(row.channel)


@require_safe
@member_required
def delivery_health(request: MemberRequest) -> HttpResponse:
    """Show what waits, what went out, what fails and what is parked."""
    now = timezone.now()
    rows = Channel.objects.for_organization(request.organization)
    context = {
        "health": health.of_organization(request.organization, now=now),
        "failing": rows.open().exclude(failing_since=None),
        "disabled": rows.exclude(disabled_at=None),
        "parked": health.parked(request.organization)[:LOG_PAGE],
        "may_change": permissions.may(request.membership.role, Permission.CHANNELS),
    }
    return render(request, "monitoring/channels/health.html", context)


def _add(request: MemberRequest, kind: str, *, name: str, url: str) -> endpoints.Added:
    """Add a channel of `kind`. Raises endpoints.EndpointRefused and entitlements.NotInPlan."""
    acts: Any = {"organization": request.organization, "now": timezone.now(), "actor": audit.actor_of(request)}
    if kind == Channel.Kind.EMAIL:
        if not confirmations.may_ask(request, url):
            raise endpoints.EndpointRefused(_("That was much for one hour. Try again later."))
        return endpoints.Added(asking.add(name=name, address=url, **acts), "")
    added = endpoints.add(kind=kind, name=name, url=url, **acts)
    _ring()
    return added


def _own(request: MemberRequest, channel_id: int) -> Channel:
    """Return the organization's channel; another one's is a 404."""
    rows = Channel.objects.for_organization(request.organization).select_related("organization", "user")
    return get_object_or_404(rows, pk=channel_id)


def _ring() -> None:
    """Hurry along what was put into the outbox, once it is there."""
    for task in (tasks.deliver_due, tasks.post_due):
        transaction.on_commit(partial(task.delay))
