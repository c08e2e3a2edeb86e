"""Which Organization a request is about: `request.organization` and `request.membership`, None for a visitor.

`request.memberships` are all that the person has: what the switcher offers. The request then runs behind the second wall
(accounts/rls.py): in one transaction that sees its organization only.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from accounts import organizations, rls
from accounts.models import Membership, Organization

OPERATORS = "/operators/"
CHOSEN = "organization_id"  # in the session: the organization that the person chose last


class CurrentOrganization:
    """Set them from the session. One query for a person, none for a visitor.

    A program that shows an API key has no session: `api.authentication` sets the organization of its key instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        mine = _memberships(request)
        chosen_id = request.session.get(CHOSEN) if mine else None
        membership = organizations.current_membership(mine, chosen_id=chosen_id)
        request.memberships = mine  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.organization = membership.organization if membership else None  # type: ignore[attr-defined]
        with _wall(request):
            response = self.get_response(request)
            if response.status_code >= 500 and transaction.get_connection().in_atomic_block:
                transaction.set_rollback(True)  # Django has turned the exception into a page: nothing half is kept
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            content: Any = response.streaming_content
            response.streaming_content = _behind_wall(request.organization, content)  # type: ignore[attr-defined]
        return response


def _memberships(request: HttpRequest) -> tuple[Membership, ...]:
    return organizations.memberships(user=request.user) if _is_signed_in(request) else ()  # type: ignore[arg-type]


def _is_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _wall(request: HttpRequest) -> AbstractContextManager[None]:
    """Return what the request runs in. A visitor's needs no transaction: the process shows no organization anyway."""
    organization: Organization | None = request.organization  # type: ignore[attr-defined]
    if _is_operator(request):
        return rls.as_worker()
    if organization is None and "Authorization" not in request.headers and rls.is_closed():
        return nullcontext()
    return rls.acting_for(organization)


def _is_operator(request: HttpRequest) -> bool:
    """Whether these are the operators' pages, which tell of all organizations, and one of them asks."""
    return request.path.startswith(OPERATORS) and _is_signed_in(request) and request.user.is_staff


def _behind_wall(organization: Organization | None, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield `content`, which is made after the request's transaction has ended, in one of its own."""
    with rls.acting_for(organization):
        yield from content
