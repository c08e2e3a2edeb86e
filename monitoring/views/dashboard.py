"""Where a signed-in person lands. Before the first watch it leads there: choose a platform, see its last year, done."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.access import MemberRequest, member_required
from accounts.permissions import Permission
from billing import entitlements
from monitoring import dashboard, timeline
from monitoring.models import Change, Platform
from monitoring.views.watchlist import add

YEAR = timedelta(days=365)
EVENTS_SHOWN = 6
CHOICES_SHOWN = 24


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def show(request: MemberRequest) -> HttpResponse:
    """Show what changed, what waits and how the watches fare; a POST of the guide watches the chosen platform."""
    if request.method == "POST":
        return _watch(request)
    shown = dashboard.of(request.organization, member=request.membership, now=timezone.now())
    may_watch = permissions.may(request.membership.role, Permission.WATCH)
    context = {"dashboard": shown, "may_watch": may_watch}
    if not shown.watches and may_watch:
        context |= _guide(request)
    return render(request, "monitoring/dashboard.html", context)


def _watch(request: MemberRequest) -> HttpResponse:
    if not permissions.may(request.membership.role, Permission.WATCH):
        raise PermissionDenied
    platform = get_object_or_404(Platform.objects.current(), slug=request.POST.get("platform", ""))
    try:
        add(request, platform=platform, now=timezone.now())
    except entitlements.PlanRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("monitoring:watchlist")
    messages.success(
        request, _("You watch %(name)s. Its next real change comes to you, with the words.") % {"name": platform}
    )
    return redirect("monitoring:dashboard")


def _choices(platforms: QuerySet[Platform], name: str) -> dict[str, object]:
    """Return some of the platforms, those with `name` in their name or vendor where one is asked for, and how many there are."""
    wanted = platforms.filter(Q(name__icontains=name) | Q(vendor__icontains=name)).order_by("name")
    return {
        "platforms": wanted.with_freshness()[:CHOICES_SHOWN],  # type: ignore[attr-defined]
        "number": wanted.count(),
        "is_long": platforms.count() > CHOICES_SHOWN,
        "q": name,
    }


def _guide(request: MemberRequest) -> dict[str, object]:
    """Return the platforms to choose from, or the chosen one with its last year."""
    platforms = Platform.objects.current()
    chosen = platforms.filter(slug=request.GET.get("platform", "")).first() if "platform" in request.GET else None
    if chosen is None:
        return _choices(platforms, request.GET.get("q", "").strip()[:80])
    since = timezone.now() - YEAR
    changes = Change.objects.filter(document__platform=chosen).since(since)
    return {
        "chosen": chosen,
        "year": changes.count(),
        "substantive": changes.substantive().count(),
        "events": timeline.page(platform=chosen, since=since, limit=EVENTS_SHOWN).events,
    }
