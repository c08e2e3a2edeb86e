"""The watchlist of the visitor's organization: add, order, weigh, remove."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from billing import entitlements
from monitoring import timeline, watchlists
from monitoring.models import Document, Platform, Significance, Watch
from monitoring.views import mailbox

EVENTS_SHOWN = 12
MINIMUMS = (
    (Significance.SUBSTANTIVE, gettext_lazy("substantive changes")),
    (Significance.MINOR, gettext_lazy("minor ones too")),
    (Significance.HOUSEKEEPING, gettext_lazy("every change")),
)


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
    try:
        watch = _add(request, form.cleaned_data)
    except entitlements.PlanRefusal as refusal:
        return _page(request, form, refusal=refusal, status=403)
    messages.success(request, _("%(name)s is on your watchlist.") % {"name": watch})
    return redirect("monitoring:watchlist")


@require_POST
@may(Permission.WATCH)
def move(request: MemberRequest, watch_id: int) -> HttpResponse:
    watchlists.move(
        watch=_own(request, watch_id),
        places=-1 if request.POST.get("to") == "up" else 1,
        now=timezone.now(),
        actor=audit.actor_of(request),
    )
    return redirect("monitoring:watchlist")


@require_POST
@may(Permission.WATCH)
def set_significance(request: MemberRequest, watch_id: int) -> HttpResponse:
    watch = _own(request, watch_id)
    wanted = request.POST.get("minimum_significance", "")
    if wanted in Significance.values[:3]:
        watchlists.set_minimum_significance(
            watch=watch, minimum_significance=wanted, now=timezone.now(), actor=audit.actor_of(request)
        )
        messages.success(request, _("Saved for %(name)s.") % {"name": watch})
    return redirect("monitoring:watchlist")


@require_POST
@may(Permission.WATCH)
def remove(request: MemberRequest, watch_id: int) -> HttpResponse:
    watch = _own(request, watch_id)
    watchlists.unwatch(watch=watch, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("%(name)s is no longer on your watchlist.") % {"name": watch})
    return redirect("monitoring:watchlist")


def _add(request: MemberRequest, wanted: dict[str, Any]) -> Watch:
    now, actor = timezone.now(), audit.actor_of(request)
    return watchlists.watch(
        watchlist=watchlists.default_watchlist(organization=request.organization, now=now, actor=actor),
        platform=wanted["platform"],
        document=wanted["document"],
        minimum_significance=wanted["minimum_significance"] or Significance.SUBSTANTIVE,
        user=request.user,  # type: ignore[arg-type]
        actor=actor,
        now=now,
    )


def _own(request: MemberRequest, watch_id: int) -> Watch:
    """Return the organization's watch; another one's is a 404."""
    rows = Watch.objects.for_organization(request.organization).select_related(
        "platform", "document__platform", "organization"
    )
    return get_object_or_404(rows, pk=watch_id)


def _page(
    request: MemberRequest, form: WatchForm, *, refusal: entitlements.PlanRefusal | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    organization = request.organization
    documents = watchlists.documents_watched(organization=organization, now=now)
    since = entitlements.timeline_since(organization, now=now)
    rows = watchlists.watched(organization=organization, now=now)
    used = len({row.watch.platform_id for row in rows})
    (meter,) = entitlements.meters(organization, used={"platforms": used}, now=now)
    context = {
        "form": form,
        "refusal": refusal,
        "watched": rows,
        "resting": len({row.watch.platform_id for row in rows if not row.is_active and row.watch.paused_at is None}),
        "meter": meter,
        "used": used,
        "plan": entitlements.plan_of(organization, now=now),
        "may_watch": permissions.may(request.membership.role, Permission.WATCH),
        "minimums": MINIMUMS,
        "has_mailbox": mailbox.is_open(),
        "events": timeline.page(documents=documents, since=since, limit=EVENTS_SHOWN).events,
        "since": since,
    }
    return render(request, "monitoring/watchlist.html", context, status=status)
