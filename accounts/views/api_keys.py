"""The page of an organization's API keys: list, make one (shown once), revoke."""

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
from accounts.forms import ApiKeyForm
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
    may_write = entitlements.plan_of(request.organization, now=now).includes(Feature.API_WRITE)
    form = ApiKeyForm(request.POST or None, may_write=may_write)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        _row, new_key = api_keys.create(
            organization=request.organization,
            name=form.cleaned_data["name"],
            scope=Scope(form.cleaned_data["scope"]),
            expires_at=form.expires_at(now=now),
            actor=audit.actor_of(request),
            now=now,
        )
        form = ApiKeyForm(may_write=may_write)
    rows = ApiKey.objects.for_organization(request.organization).filter(revoked_at=None).order_by("-created_at", "-id")
    context = {"form": form, "new_key": new_key, "keys": [(key, key.has_expired_at(now)) for key in rows]}
    context["requests_per_hour"] = entitlements.api_rate(request.organization, now=now)
    return render(request, "accounts/api_keys.html", context)


@require_POST
@may(Permission.KEYS)
def revoke(request: MemberRequest, key_id: int) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.for_organization(request.organization), pk=key_id)
    if api_keys.revoke(key, now=timezone.now(), actor=audit.actor_of(request)):
        messages.success(request, _("The key “%(name)s” was revoked. It no longer works.") % {"name": key.name})
    return redirect("accounts:api_keys")
