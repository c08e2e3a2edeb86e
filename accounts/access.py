"""Who may enter a page: a member of an organization, and one whose role carries the permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts import permissions
from accounts.models import Membership, Organization
from accounts.permissions import Permission

View = Callable[..., HttpResponseBase]


class MemberRequest(HttpRequest):
    """What a view behind `member_required` receives; for type checkers only."""

    organization: Organization
    membership: Membership
    memberships: tuple[Membership, ...]


def member_required(view: View) -> View:
    """Let in who is signed in and has a current organization; send others to sign in or to make one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "organization", None) is None:
            return redirect("accounts:organization_start")
        return view(request, *args, **kwargs)

    return login_required(guarded)


def may(permission: Permission) -> Callable[[View], View]:
    """Let in members whose role carries `permission`; a member without it gets a 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not permissions.may(request.membership.role, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return member_required(guarded)

    return decorate
