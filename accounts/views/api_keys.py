"""The page of an organization's API keys: list, make or rotate one (shown once), revoke."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import api_keys, audit
from accounts.access import MemberRequest, may
from accounts.forms import ApiKeyForm, RotateForm
from accounts.models import ApiKey, Scope
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import Feature


@require_http_methods(["GET", "POST"])
@may(Permission.KEYS)
@never_cache
@reauthentication_required(allow_get=True)
def keys(request: MemberRequest) -> HttpResponse:
    """Show the keys; a POST makes one and shows it in its own answer, which no cache and no later page repeats."""
    now = timezone.now()
    form = ApiKeyForm(request.POST or None, may_write=_may_write(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    _row, plain = api_keys.create(
        organization=request.organization,
        name=form.cleaned_data["name"],
        scope=Scope(form.cleaned_data["scope"]),
        expires_at=form.expires_at(now=now),
        actor=audit.actor_of(request),
        now=now,
    )
    return _page(request, new_key=plain)


@require_POST
@may(Permission.KEYS)
@never_cache
@reauthentication_required
def rotate(request: MemberRequest, key_id: int) -> HttpResponse:
    """Make a key in the place of an old one, which goes on for as long as the form says; show it once."""
    key = _own(request, key_id)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _page(request)
    try:
        _row, plain = api_keys.rotate(key, overlap=form.overlap(), now=timezone.now(), actor=audit.actor_of(request))
    except api_keys.KeyRefused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:api_keys")
    return _page(request, new_key=plain)


@require_POST
@may(Permission.KEYS)
def revoke(request: MemberRequest, key_id: int) -> HttpResponse:
    key = _own(request, key_id)
    if api_keys.revoke(key, now=timezone.now(), actor=audit.actor_of(request)):
        messages.success(request, _("The key “%(name)s” was revoked. It no longer works.") % {"name": key.name})
    return redirect("accounts:api_keys")


def _own(request: MemberRequest, key_id: int) -> ApiKey:
    """Return the organization's key; another one's is a 404."""
    rows = ApiKey.objects.for_organization(request.organization).select_related("organization")
    return get_object_or_404(rows, pk=key_id)


def _may_write(request: MemberRequest) -> bool:
    return entitlements.plan_of(request.organization, now=timezone.now()).includes(Feature.API_WRITE)


def _page(request: MemberRequest, form: ApiKeyForm | None = None, *, new_key: str = "") -> HttpResponse:
    now = timezone.now()
    rows = ApiKey.objects.for_organization(request.organization).filter(revoked_at=None).order_by("-created_at", "-id")
    context = {
        "form": form or ApiKeyForm(may_write=_may_write(request)),
        "rotate_form": RotateForm(),
        "new_key": new_key,
        "keys": [(key, key.has_expired_at(now)) for key in rows],
        "requests_per_hour": entitlements.api_rate(request.organization, now=now),
    }
    return render(request, "accounts/api_keys.html", context)
