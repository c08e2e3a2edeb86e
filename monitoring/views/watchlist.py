"""The watchlist of the visitor's organization: add, order, pause, snooze, remove, one or many at once."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from billing import entitlements
from monitoring import timeline, watches, watchlists
from monitoring.alerts import welcome
from monitoring.models import Document, Platform, Significance, Watch
from monitoring.views import mailbox

EVENTS_SHOWN = 12
MINIMUMS = (
    (Significance.SUBSTANTIVE, gettext_lazy("substantive changes")),
    (Significance.MINOR, gettext_lazy("minor ones too")),
    (Significance.HOUSEKEEPING, gettext_lazy("every change")),
)
ACTS: dict[str, Callable[..., int]] = {
    "pause": watches.pause,
    "resume": watches.resume,
    "week": lambda rows, *, now, actor: watches.snooze(rows, until=now + timedelta(days=7), now=now, actor=actor),
    "month": lambda rows, *, now, actor: watches.snooze(rows, until=now + timedelta(days=30), now=now, actor=actor),
    "remove": watches.remove,
    **{
        value: lambda rows, *, now, actor, value=value: watches.weigh(
            rows, minimum_significance=value, now=now, actor=actor
        )
        for value, _label in MINIMUMS
    },
}


class WatchForm(forms.Form):
    platform = forms.ModelChoiceField(
        Platform.objects.current(),
        to_field_name="slug",
        label=gettext_lazy("Platform"),
        empty_label=gettext_lazy("Choose a platform"),
    )
    minimum_significance = forms.ChoiceField(
        label=gettext_lazy("Tell me of"), choices=MINIMUMS, initial=Significance.SUBSTANTIVE, required=False
    )
    document = forms.ModelChoiceField(Document.objects.current(), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        wanted = super().clean() or {}
        platform, document = wanted.get("platform"), wanted.get("document")
        if platform and document and document.platform_id != platform.pk:
            raise forms.ValidationError(gettext_lazy("That document is another platform's."))
        return wanted


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def watchlist(request: MemberRequest) -> HttpResponse:
    """Show what is watched and what happened there; a POST adds one watch, or says why the plan refuses it."""
    if request.method != "POST":
        return _page(request, WatchForm(initial=request.GET.dict()))
    if not permissions.may(request.membership.role, Permission.WATCH):
        return _page(request, WatchForm(), status=403)
    form = WatchForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    wanted = form.cleaned_data
    wanted["minimum_significance"] = wanted["minimum_significance"] or Significance.SUBSTANTIVE
    try:
        watch = add(request, now=timezone.now(), **wanted)
    except entitlements.PlanRefusal as refusal:
        return _page(request, form, refusal=refusal, status=403)
    messages.success(request, _("%(name)s is on your watchlist.") % {"name": watch})
    return redirect("monitoring:watchlist")


def add(request: MemberRequest, *, now: datetime, **wanted: Any) -> Watch:
    """Return the watch that the visitor asked for, on their first watchlist, and greet who watches for the first time."""
    actor = audit.actor_of(request)
    watch = watchlists.watch(
        watchlist=watchlists.default_watchlist(organization=request.organization, now=now, actor=actor),
        user=request.user,  # type: ignore[arg-type]
        actor=actor,
        now=now,
        **wanted,
    )
    welcome.greet(organization=request.organization, user=request.user, now=now)  # type: ignore[arg-type]
    return watch


@require_POST
@may(Permission.WATCH)
def move(request: MemberRequest, watch_id: int) -> HttpResponse:
    watchlists.move(
        watch=own(request, watch_id),
        places=-1 if request.POST.get("to") == "up" else 1,
        now=timezone.now(),
        actor=audit.actor_of(request),
    )
    return redirect("monitoring:watchlist")


@require_POST
@may(Permission.WATCH)
def remove(request: MemberRequest, watch_id: int) -> HttpResponse:
    watch = own(request, watch_id)
    watchlists.unwatch(watch=watch, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("%(name)s is no longer on your watchlist.") % {"name": watch})
    return redirect("monitoring:watchlist")


@require_POST
@may(Permission.WATCH)
def act(request: MemberRequest) -> HttpResponse:
    """Do one of ACTS with the ticked watches, or snooze them until a day; say what is missing where something is."""
    wanted, now = ACTS.get(request.POST.get("act", "")), timezone.now()
    if request.POST.get("act") == "until":
        wanted = _snooze_until(request, now)
        if wanted is None:
            messages.error(request, _("Write a day to come, until which the watches shall rest."))
            return redirect("monitoring:watchlist")
    chosen = [int(each) for each in request.POST.getlist("watch") if each.isdecimal() and len(each) < 19]
    rows = list(_rows(request).filter(pk__in=chosen))
    if wanted is None or not rows:
        messages.error(request, _("Tick at least one watch and choose what to do with it."))
        return redirect("monitoring:watchlist")
    count = wanted(rows, now=now, actor=audit.actor_of(request))
    said = ngettext("%(number)d watch was changed.", "%(number)d watches were changed.", count)
    messages.success(request, said % {"number": count})
    return redirect("monitoring:watchlist")


def _snooze_until(request: MemberRequest, now: datetime) -> Callable[..., int] | None:
    """Return what snoozes until the day of the form begins where the organization is; None for no day to come."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return None
    until = datetime.combine(day, time(), ZoneInfo(request.organization.time_zone))
    return partial(watches.snooze, until=until) if until > now else None


def own(request: MemberRequest, watch_id: int) -> Watch:
    """Return the organization's watch; another one's is a 404."""
    return get_object_or_404(_rows(request), pk=watch_id)


def _rows(request: MemberRequest) -> QuerySet[Watch]:
    rows = Watch.objects.for_organization(request.organization)
    return rows.select_related("platform", "document__platform", "organization").order_by("position", "id")


def _page(
    request: MemberRequest, form: WatchForm, *, refusal: entitlements.PlanRefusal | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    organization = request.organization
    since = entitlements.timeline_since(organization, now=now)
    rows = watchlists.watched(organization=organization, now=now)
    prefetch_related_objects([row.watch for row in rows], "recipients__channel")
    used = len(_platforms(rows))
    (meter,) = entitlements.meters(organization, used={"platforms": used}, now=now)
    context = {
        "form": form,
        "refusal": refusal,
        "watched": rows,
        "resting": len(_platforms(rows, is_resting=True) - _platforms(rows, is_resting=False)),
        "meter": meter,
        "used": used,
        "plan": entitlements.plan_of(organization, now=now),
        "may_watch": permissions.may(request.membership.role, Permission.WATCH),
        "minimums": MINIMUMS,
        "has_mailbox": mailbox.is_open(),
        "events": timeline.page(documents=watchlists.documents_of(rows), since=since, limit=EVENTS_SHOWN).events,
        "since": since,
    }
    return render(request, "monitoring/watchlist.html", context, status=status)


def _platforms(rows: list[watchlists.Watched], *, is_resting: bool | None = None) -> set[int]:
    """Return the platforms of the watches; of those that rest, or do not, where that is asked."""
    wanted = [row for row in rows if is_resting in (None, row.is_resting)]
    return {row.watch.platform_id for row in wanted if row.watch.platform_id is not None}
