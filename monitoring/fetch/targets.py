"""Where a request may go: the rules on a URL, applied to the first address and to every redirect alike."""

from __future__ import annotations

import re

from yarl import URL

from monitoring.fetch import addresses
from monitoring.fetch.reasons import FetchError, Reason

_SCHEMES = ("http", "https")
_PORTS = (80, 443)
_LONGEST = 4096
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


def parsed(text: str, *, allow_private: frozenset[tuple[str, int]]) -> URL:
    """Return the URL without its fragment; raise FetchError (INVALID_URL, FORBIDDEN_ADDRESS) saying what is wrong."""
    url = _url(text)
    fault = _fault(url, allow_private=allow_private)
    if fault:
        raise FetchError(Reason.INVALID_URL, f"{_shown(text)}: {fault}")
    _vet_literal(url, allow_private=allow_private)
    return url.with_fragment(None) if url.raw_fragment else url


def joined(base: URL, location: str, *, allow_private: frozenset[tuple[str, int]]) -> URL:
    """Return where a redirect from `base` leads, or raise FetchError (BAD_REDIRECT, FORBIDDEN_ADDRESS)."""
    try:
        url = parsed(str(base.join(_url(location))), allow_private=allow_private)
    except FetchError as error:
        if error.reason is Reason.FORBIDDEN_ADDRESS:
            raise
        raise FetchError(Reason.BAD_REDIRECT, f"{base} redirects to {error.message}") from error
    if base.scheme == "https" and url.scheme == "http":
        raise FetchError(Reason.BAD_REDIRECT, f"{base} redirects to {url}: from https to http is not followed")
    return url


def authority(url: URL) -> str:
    """Return what stands for the host in clocks and breakers: its name, with the port unless it is 80 or 443."""
    host = url.raw_host or ""
    return host if url.port in _PORTS else f"{host}:{url.port}"


def is_exempt(host: str, port: int, *, allow_private: frozenset[tuple[str, int]]) -> bool:
    return bool(allow_private) and (host, port) in allow_private


def _url(text: str) -> URL:
    if len(text) > _LONGEST or _CONTROL_CHARACTERS.search(text):
        raise FetchError(Reason.INVALID_URL, f"{_shown(text)}: has control characters or is too long")
    try:
        return URL(text.strip(" "))
    except ValueError as error:
        raise FetchError(Reason.INVALID_URL, f"{_shown(text)}: {error}") from error


def _fault(url: URL, *, allow_private: frozenset[tuple[str, int]]) -> str:
    if url.scheme not in _SCHEMES:
        return "only http and https are fetched"
    if not url.raw_host:
        return "names no host"
    if url.raw_user is not None or url.raw_password is not None:
        return "carries credentials"
    port = url.port or 0
    if port not in _PORTS and not is_exempt(url.raw_host, port, allow_private=allow_private):
        return f"port {port} is not 80 or 443"
    return ""


def _vet_literal(url: URL, *, allow_private: frozenset[tuple[str, int]]) -> None:
    host, port = url.raw_host or "", url.port or 0
    if not addresses.is_literal(host) or is_exempt(host, port, allow_private=allow_private):
        return
    objection = addresses.objection(host)
    if objection:
        raise FetchError(Reason.FORBIDDEN_ADDRESS, f"{url}: {host} is not fetched from ({objection})")


def _shown(text: str) -> str:
    """A URL fit for a message: one line, not endless, and without a password."""
    shown = "".join(character if character.isprintable() else "?" for character in text[:200])
    scheme, separator, rest = shown.partition("://")
    authority_part, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority_part.rpartition('@')[2]}{slash}{path}"
