"""Why a Fetch brought no page: one closed list, kept on the row, and the error that carries it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from monitoring.fetch.exchange import Evidence


class Reason(StrEnum):
    """One cause of a failed Fetch.

    is_transient: the same request may well succeed soon; only these are tried again within a batch.
    shows_sick_host: the host as a whole seems to be in trouble; enough of these in a row open its breaker.
    meaning: one sentence for the people who read the row.
    """

    is_transient: bool
    shows_sick_host: bool
    meaning: str

    def __new__(cls, value: str, meaning: str, is_transient: bool = False, shows_sick_host: bool = False) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.is_transient, member.shows_sick_host = meaning, is_transient, shows_sick_host
        return member

    # Before anything is sent
    INVALID_URL = (
        "invalid_url",
        "The address cannot be fetched: only http and https on ports 80 and 443, without credentials.",
    )
    FORBIDDEN_ADDRESS = (
        "forbidden_address",
        "The host lies in a private or special network, where documents are never fetched from.",
    )
    ROBOTS = "robots", "The site's robots.txt asks not to fetch this page."
    ROBOTS_UNREACHABLE = (
        "robots_unreachable",
        "The site's robots.txt answers with an error, so nothing is fetched for now.",
        True,
    )
    BREAKER_OPEN = "breaker_open", "The host failed several times in a row and is left alone for a while.", True
    POSTPONED = "postponed", "There was no time left for this page: its host takes one page at a time.", True

    # On the way
    DNS_NOT_FOUND = "dns_not_found", "There is no host of this name."
    DNS_FAILED = "dns_failed", "The name of the host could not be looked up just now.", True, True
    CONNECTION_REFUSED = "connection_refused", "The host refuses connections.", True, True
    UNREACHABLE = "unreachable", "There is no way through the network to the host.", True, True
    CONNECTION_BROKEN = "connection_broken", "The connection broke before the whole page had arrived.", True, True
    TIMEOUT = "timeout", "The page had not arrived in the time allowed.", True, True
    TLS = "tls", "The host could not prove that it is the one in the address."
    BAD_HTTP = "bad_http", "The answer is not proper HTTP."
    TOO_MANY_REDIRECTS = "too_many_redirects", "The address redirects too many times."
    BAD_REDIRECT = "bad_redirect", "The address redirects to somewhere that is not followed."

    # What the server answered
    UNAUTHORIZED = "unauthorized", "The page asks for a sign-in (HTTP 401)."
    FORBIDDEN = "forbidden", "The server forbids the page (HTTP 403)."
    NOT_FOUND = "not_found", "There is no page at this address (HTTP 404)."
    GONE = "gone", "The page was removed for good (HTTP 410)."
    RATE_LIMITED = "rate_limited", "The server asks for fewer requests (HTTP 429).", True
    LEGALLY_BLOCKED = "legally_blocked", "The page is withheld for legal reasons (HTTP 451)."
    CLIENT_ERROR = "client_error", "The server does not accept the request (another HTTP 4xx)."
    SERVER_ERROR = "server_error", "The server failed (HTTP 5xx).", True, True
    UNEXPECTED_STATUS = "unexpected_status", "The server answered with a status that brings no page."
    BOT_WALL = "bot_wall", "The site shows a check against robots in place of the page."

    # What the body turned out to be
    TOO_LARGE = "too_large", "The answer is larger than allowed."
    WRONG_TYPE = "wrong_type", "The answer is neither HTML, plain text, Markdown nor PDF."
    BAD_ENCODING = "bad_encoding", "The compressed body is broken, cut short or compressed twice."
    EMPTY_BODY = "empty_body", "The server answered with nothing at all.", True

    # Our own side
    FAULT = "fault", "The fetcher itself failed on this page; its log says more."

    # JavaScript pages
    BROWSER_MISSING = "browser_missing", "The page needs a browser and there is none on this machine."
    BROWSER_FAILED = "browser_failed", "The browser could not show the page.", True


class FetchError(Exception):
    """A Source that was not brought home, with the reason as a field and a message that names the page and the fix."""

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        status: int | None = None,
        retry_after_seconds: float | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.evidence = evidence

    @property
    def is_transient(self) -> bool:
        return self.reason.is_transient

    def __repr__(self) -> str:
        return f"FetchError({self.reason.value}: {self.message})"
