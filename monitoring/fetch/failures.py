"""From what the network library raises to our closed list of reasons."""

from __future__ import annotations

import errno
import ssl

import aiohttp
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from monitoring.fetch.exchange import Evidence
from monitoring.fetch.reasons import FetchError, Reason

_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EHOSTDOWN})


def translated(
    error: Exception, *, url: URL, seconds: float, redirects: tuple[tuple[int, str], ...] = ()
) -> FetchError:
    """Return the FetchError that says what `error` means; unknown ones count as a broken connection."""
    reason, told = _told(error, seconds=seconds)
    return FetchError(reason, f"{url}: {told}", evidence=Evidence(redirects=redirects))


def with_evidence(error: FetchError, *, url: URL, evidence: Evidence, status: int | None = None) -> FetchError:
    """Return the error with what is known of the exchange, unless it brings evidence of its own."""
    if error.evidence not in (None, Evidence()):
        return error
    message = error.message if str(url) in error.message else f"{url}: {error.message}"
    return FetchError(
        error.reason, message, status=status, retry_after_seconds=error.retry_after_seconds, evidence=evidence
    )


def _told(error: Exception, *, seconds: float) -> tuple[Reason, str]:
    match error:
        case TimeoutError():
            return Reason.TIMEOUT, str(error) or f"not complete within {seconds:g} s"
        case aiohttp.ClientConnectorCertificateError():
            return Reason.TLS, _certificate_fault(error.certificate_error)
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return Reason.TLS, f"TLS failed: {error}"
        case aiohttp.ClientConnectorError():
            return _connection_fault(error.os_error)
        case aiohttp.ClientResponseError():
            return _protocol_fault(error)
        case aiohttp.InvalidURL():
            return Reason.INVALID_URL, str(error)
    return Reason.CONNECTION_BROKEN, f"connection broken: {error or type(error).__name__}"


def _certificate_fault(error: Exception) -> str:
    told = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
    return f"certificate not accepted: {told.rstrip('.')}"


def _connection_fault(error: OSError) -> tuple[Reason, str]:
    if error.errno == errno.ETIMEDOUT:
        return Reason.TIMEOUT, "no answer to the attempt to connect"
    if error.errno == errno.ECONNREFUSED:
        return Reason.CONNECTION_REFUSED, "connection refused"
    if error.errno in _UNREACHABLE:
        return Reason.UNREACHABLE, f"unreachable: {error.strerror}"
    return Reason.CONNECTION_BROKEN, f"no connection: {error}"


def _protocol_fault(error: aiohttp.ClientResponseError) -> tuple[Reason, str]:
    if isinstance(error.__cause__, LineTooLong) or error.message.startswith(("Got more than", "Too many headers")):
        return Reason.TOO_LARGE, f"headers larger than allowed: {error.message.splitlines()[0]}"
    return Reason.BAD_HTTP, f"not proper HTTP: {' '.join(error.message.split())[:200]}"
