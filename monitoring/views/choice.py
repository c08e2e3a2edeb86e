"""After a downgrade: which platforms stay watched. The others rest, in their order, and nothing is deleted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.access import MemberRequest, may
from accounts.permissions import Permission
from billing import entitlements
from monitoring import watchlists


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.WATCH)
def choice(request: MemberRequest) -> HttpResponse:
    """Show the watched platforms, the active ones ticked; a POST puts the ticked ones first."""
    if request.method != "POST":
        return _page(request)
    chosen = [int(each) for each in request.POST.getlist("platform") if each.isdecimal() and len(each) < 19]
    try:
        watchlists.keep(
            organization=request.organization, platform_ids=chosen, now=timezone.now(), actor=audit.actor_of(request)
        )
    except entitlements.PlanLimitReached as refusal:
        return _page(request, refusal=refusal, chosen=chosen)
    messages.success(request, _("Saved. What you chose stays watched."))
    return redirect("monitoring:watchlist")


def _page(
    request: MemberRequest, *, refusal: entitlements.PlanLimitReached | None = None, chosen: list[int] | None = None
) -> HttpResponse:
    now = timezone.now()
    rows = watchlists.watched(organization=request.organization, now=now)
    active = {row.watch.platform_id for row in rows if row.is_active and row.watch.platform_id}
    platforms = {row.watch.platform.pk: row.watch.platform for row in rows if row.watch.platform}
    ticked = active if chosen is None else set(chosen)
    context = {
        "platforms": [(platform, platform.pk in ticked) for platform in platforms.values()],
        "plan": entitlements.plan_of(request.organization, now=now),
        "refusal": refusal,
    }
    return render(request, "monitoring/choice.html", context, status=403 if refusal else 200)
