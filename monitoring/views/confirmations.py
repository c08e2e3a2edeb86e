"""The page by which a mail address beside those of the organization's people is confirmed, without signing in."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, may
from accounts.permissions import Permission
from monitoring.alerts import confirmations, endpoints
from monitoring.models import Channel

RATES = {"ask": "3/h/key,20/d/user"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show who wants to tell the address; a POST agrees. Scanners that open the link change nothing."""
    channel = confirmations.find(token)
    if channel is None:
        raise Http404
    if request.method == "POST":
        confirmations.confirm(channel, now=timezone.now())
    is_done = request.method == "POST"
    return render(request, "monitoring/channels/confirm.html", {"channel": channel, "is_done": is_done})


@require_POST
@may(Permission.CHANNELS)
def ask(request: MemberRequest, channel_id: int) -> HttpResponse:
    """Send the mail that confirms an address, once more."""
    rows = Channel.objects.for_organization(request.organization).select_related("organization")
    channel = get_object_or_404(rows, pk=channel_id, kind=Channel.Kind.EMAIL)
    if not may_ask(request, channel.address):
        messages.error(request, _("That was much for one hour. Try again later."))
        return redirect(channel)
    try:
        confirmations.ask(channel)
    except endpoints.EndpointRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("A mail is on its way to %(address)s.") % {"address": channel.address})
    return redirect(channel)


def may_ask(request: HttpRequest, address: str) -> bool:
    """Return whether another mail may go to `address`: nobody is flooded through us."""
    return bool(ratelimit.consume(request, app="monitoring", action="ask", config=RATES, key=address.lower()))
