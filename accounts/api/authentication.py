"""Authentication of the REST API: `Authorization: Bearer ca_…`, and nothing else.

A key in an address is refused even when it is right: addresses end up in logs, histories and referrers.
"""

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import api_keys, rls
from accounts.models import ApiKey

NAMES_OF_KEYS = frozenset({"api_key", "apikey", "api-key", "access_token", "token"})


class KeyHolder:
    """`request.user` of a request signed with a key: authenticated, but no person. The key is `request.auth`."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    pk = None

    def __init__(self, key: ApiKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return str(self.key)


class ApiKeyAuthentication(BaseAuthentication):
    """Set `request.organization` and `request.api_key` from the key. Fails with 401 and a reason; no header, no key."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        _refuse_key_in_address(request)
        presented = _bearer(request)
        if presented is None:
            return None
        rls.look_around()  # a key tells its organization only when it is found
        try:
            key = api_keys.authenticate(presented, now=timezone.now())
        except api_keys.KeyRefused as refused:
            rls.enter(None)
            raise AuthenticationFailed(str(refused), code=f"api_key_{refused.reason}") from None
        rls.enter(key.organization)
        request._request.organization = key.organization  # type: ignore[attr-defined]
        request._request.api_key = key  # type: ignore[attr-defined]
        return KeyHolder(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="ConductAtlas API"'


def _bearer(request: Request) -> str | None:
    """Return what follows "Bearer"; None without the header. Another scheme is told which one is meant."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _space, presented = header.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationFailed("Write the header as: Authorization: Bearer ca_…", code="api_key_malformed")
    return presented.strip()


def _refuse_key_in_address(request: Request) -> None:
    parameters = request.query_params
    is_named = not NAMES_OF_KEYS.isdisjoint(name.lower() for name in parameters)
    is_there = any(api_keys.FORM.search(value) for values in parameters.lists() for value in values[1])
    if is_named or is_there:
        raise AuthenticationFailed(
            "An API key never goes into the address. Send it as the header Authorization: Bearer ca_…, and revoke a "
            "key that has been in an address: logs keep addresses.",
            code="api_key_in_address",
        )
