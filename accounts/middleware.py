"""Which Organization a request is about: `request.organization` and `request.membership`, None for a visitor."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import organizations
from accounts.models import Membership

CHOSEN = "organization_id"  # in the session: the organization that the person chose last


class CurrentOrganization:
    """Set both from the session. One query for a person, none for a visitor.

    A program that shows an API key has no session: `api.authentication` sets the organization of its key instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = _membership(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.organization = membership.organization if membership else None  # type: ignore[attr-defined]
        return self.get_response(request)


def _membership(request: HttpRequest) -> Membership | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return organizations.current_membership(user=request.user, chosen_id=request.session.get(CHOSEN))
