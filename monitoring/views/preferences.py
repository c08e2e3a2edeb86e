"""The pages that a mail's own links open, without signing in: what the reader hears, how often, or nothing at all.

Looking changes nothing: scanners follow links. The one-click address (RFC 8058) is posted to by mail programs, which have
neither cookie nor token of ours; the signature in the address stands for both.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import rls
from billing import entitlements
from billing.plans import Cadence, Plan
from monitoring.alerts import preferences
from monitoring.models import CADENCES, Channel
from monitoring.views.watchlist import MINIMUMS


class PreferencesForm(forms.Form):
    """What one reader hears. `plan` says which cadences are offered."""

    cadence = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    minimum_significance = forms.ChoiceField(label=gettext_lazy("Tell me of"), choices=MINIMUMS)
    hears_notices = forms.BooleanField(
        label=gettext_lazy("Also of documents that are new, moved or gone"), required=False
    )
    is_paused = forms.BooleanField(label=gettext_lazy("Pause everything"), required=False)

    def __init__(self, *args: object, plan: Plan, **kwargs: object) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)  # type: ignore[arg-type]
        offered = [(value, label) for value, label in CADENCES if plan.allows(Cadence(value))]
        soonest = [("", _("As soon as the plan allows")), *offered]
        self.fields["cadence"].choices = soonest  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def centre(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the reader of this channel hears and how often; a POST changes it."""
    channel = _channel(token)
    with rls.acting_for(channel.organization):
        plan = entitlements.plan_of(channel.organization, now=timezone.now())
    form = PreferencesForm(request.POST if request.method == "POST" else None, plan=plan, initial=initial_of(channel))
    if request.method == "POST" and form.is_valid():
        preferences.change(channel, **form.cleaned_data, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("monitoring:preferences", token)
    status = 400 if request.method == "POST" else 200
    return render(request, "monitoring/preferences.html", {"form": form, "channel": channel}, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Offer a button to who opens the link; a POST, by that button or by a mail program, pauses every message."""
    channel = _channel(token)
    if request.method == "POST":
        preferences.pause(channel, now=timezone.now())
    context = {"channel": channel, "preferences_url": preferences.centre_url(channel)}
    return render(request, "monitoring/unsubscribe.html", context)


def _channel(token: str) -> Channel:
    """Return the channel of a mail's link. Raises Http404 for a forged or outlived one."""
    channel = preferences.find(token)
    if channel is None:
        raise Http404
    return channel


def initial_of(channel: Channel) -> dict[str, Any]:
    """Return what the form shows for a channel."""
    names = ("cadence", "minimum_significance", "hears_notices")
    return {name: getattr(channel, name) for name in names} | {"is_paused": channel.paused_at is not None}
