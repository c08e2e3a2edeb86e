"""What people ask the catalog for: the public queue, asking, and voting for what others asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, permissions
from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from monitoring import requests
from monitoring.models import Request

PAGE = 40
MOST_PAGES = 250
State = Request.State
SHOWN = {"open": (State.ASKED, State.PLANNED), "added": (State.ADDED,), "declined": (State.DECLINED,)}


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What is missing"), choices=Request.Kind.choices)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Of the platform, or of platform and document."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=500,
        help_text=gettext_lazy("Of the platform’s home page, or of the document itself."),
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("Why it matters to you"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Read by us only. Name and address are shown to everybody."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponseBase:
    """Show the queue to everybody; a POST of a member asks for something."""
    return (
        _ask(request)
        if request.method == "POST"
        else _page(request, RequestForm(initial={"name": request.GET.get("name", "")[:120]}))
    )


@member_required
def _ask(request: MemberRequest) -> HttpResponse:
    if not permissions.may(request.membership.role, Permission.WATCH):
        raise PermissionDenied
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        asked = requests.ask(
            organization=request.organization, user=request.user,  # type: ignore[arg-type]
            actor=audit.actor_of(request), now=timezone.now(), **form.cleaned_data,
        )  # fmt: skip
    except requests.InCatalog as found:
        return _page(request, form, found=found.found, status=409)
    except requests.TooManyRequests as refused:
        return _page(request, form, refused=str(refused), status=429)
    except requests.RequestRefused as refused:
        form.add_error("address", str(refused))
        return _page(request, form, status=400)
    messages.success(request, _said(asked))
    return redirect("monitoring:requests")


@require_POST
@may(Permission.WATCH)
def vote(request: MemberRequest, request_id: int) -> HttpResponse:
    wanted = get_object_or_404(Request.objects.shown(), pk=request_id)
    try:
        is_new = requests.vote(
            organization=request.organization, request=wanted, user=request.user,  # type: ignore[arg-type]
            actor=audit.actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except requests.TooManyRequests as refused:
        messages.error(request, str(refused))
    else:
        said = _("Your organization wants %(name)s too.") if is_new else _("Your organization had voted for %(name)s.")
        messages.success(request, said % {"name": wanted.name})
    return redirect("monitoring:requests")


def _said(asked: requests.Asked) -> str:
    name = {"name": asked.request.name}
    if asked.is_new:
        return _("%(name)s is on the list. You are told by mail what becomes of it.") % name
    if asked.request.state == State.DECLINED:
        return _("%(name)s was asked for before and declined: %(reason)s") % {**name, "reason": asked.request.reason}
    return _("Somebody had asked for %(name)s: your organization’s vote is with it now.") % name


def _page(
    request: HttpRequest, form: RequestForm, *, found: Any = None, refused: str = "", status: int = 200
) -> HttpResponse:
    shown = request.GET.get("state", "open")
    shown = shown if shown in SHOWN else "open"
    number = _page_number(request)
    rows = requests.queue(SHOWN[shown], start=PAGE * (number - 1), limit=PAGE + 1)
    organization = getattr(request, "organization", None)
    membership = getattr(request, "membership", None)
    context = {
        "form": form,
        "found": found,
        "refused": refused,
        "requests": rows[:PAGE],
        "shown": shown,
        "voted": requests.voted(organization) if organization else set(),
        "may_ask": bool(membership and permissions.may(membership.role, Permission.WATCH)),
        "newer": f"?state={shown}&page={number - 1}" if number > 1 else "",
        "older": f"?state={shown}&page={number + 1}" if len(rows) > PAGE else "",
    }
    return render(request, "monitoring/requests.html", context, status=status)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
