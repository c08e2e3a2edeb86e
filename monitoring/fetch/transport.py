"""The one vetted way out: a request over aiohttp with every hop checked, every size bounded, one deadline over all."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from monitoring.fetch import failures, targets
from monitoring.fetch.decompression import ACCEPTED, Body
from monitoring.fetch.exchange import Evidence
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.resolver import Lookup, VettingResolver, system_lookup
from monitoring.fetch.settings import FetchSettings

Permit = Callable[[URL], Awaitable[None]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/markdown;q=0.9,text/plain;q=0.9,*/*;q=0.1"
_ERROR_PAGE_BYTES = 64 * 1024
_READ_BUFFER_BYTES = 256 * 1024
_LONGEST_HEADER_BYTES = 32 * 1024
_MOST_HEADERS = 256
_DNS_CACHE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server finally said, whatever its status; `body` is decoded, and cut for error pages."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    url: str
    evidence: Evidence


class Transport:
    """An async context manager around one connection pool; the only place that opens sockets for documents."""

    def __init__(self, settings: FetchSettings, *, lookup: Lookup = system_lookup) -> None:
        self._settings = settings
        self._lookup = lookup

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._resolver = VettingResolver(
            allow_private=settings.allow_private, dns_seconds=settings.dns_seconds, lookup=self._lookup
        )
        self._session = aiohttp.ClientSession(
            connector=_connector(self._resolver, ca_file=settings.ca_file),
            headers=_default_headers(settings),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            response_class=_Response,
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_READ_BUFFER_BYTES,
            max_line_size=_LONGEST_HEADER_BYTES,
            max_field_size=_LONGEST_HEADER_BYTES,
            max_headers=_MOST_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self._resolver.close()

    async def ask(
        self,
        url: URL,
        *,
        headers: Mapping[str, str],
        seconds: float,
        method: str = "GET",
        data: bytes | None = None,
        cut_at_bytes: int | None = None,
        permit: Permit | None = None,
    ) -> Answer:
        """Return the final answer after following redirects, within `seconds` in all.

        url: as `targets.parsed` returned it. cut_at_bytes: keep that much of the body instead of refusing a larger one.
        permit: asked about every redirect's target; it refuses by raising FetchError.
        Raises FetchError with the evidence gathered so far; a status is never an error here.
        """
        trail: list[tuple[int, str]] = []
        try:
            async with asyncio.timeout(seconds):
                return await self._followed(
                    url, trail, headers=headers, method=method, data=data, cut_at_bytes=cut_at_bytes, permit=permit
                )
        except FetchError as error:
            raise failures.with_evidence(error, url=url, evidence=Evidence(redirects=tuple(trail))) from error
        except (aiohttp.ClientError, OSError) as error:
            raise failures.translated(error, url=url, seconds=seconds, redirects=tuple(trail)) from error

    async def _followed(
        self, url: URL, trail: list[tuple[int, str]], *, cut_at_bytes: int | None, permit: Permit | None, **request: Any
    ) -> Answer:
        cookies: dict[str, dict[str, str]] = {}
        for _ in range(self._settings.max_redirects + 1):
            async with self._sent(url, cookies=cookies.get(url.raw_host or "", {}), **request) as response:
                location = response.headers.get("Location") if response.status in _REDIRECTS else None
                if location is None:
                    return await self._answer(response, trail, cut_at_bytes=cut_at_bytes)
                trail.append((response.status, str(url)))
                _remember_cookies(cookies, response)
                url = targets.joined(url, location, allow_private=self._settings.allow_private)
                request = _request_after_redirect(request, response.status)
            if permit is not None:
                await permit(url)
        raise FetchError(
            Reason.TOO_MANY_REDIRECTS, f"more than {self._settings.max_redirects} redirects, the last to {url}"
        )

    @contextlib.asynccontextmanager
    async def _sent(
        self, url: URL, *, cookies: dict[str, str], method: str, headers: Mapping[str, str], data: bytes | None
    ) -> AsyncIterator[_Response]:
        if cookies:
            headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        async with self._session.request(method, url, headers=headers, data=data, allow_redirects=False) as response:
            _fail_on_large_headers(response, limit=self._settings.max_header_bytes)
            yield response  # type: ignore[misc]  # the session makes our response class

    async def _answer(self, response: _Response, trail: list[tuple[int, str]], *, cut_at_bytes: int | None) -> Answer:
        headers = _headers(response)
        evidence = Evidence(tuple(trail), tuple(headers.items()), response.server_address, response.tls_certificate)
        try:
            if response.status >= 400 and cut_at_bytes is None:
                body = await self._error_page(response)
            else:
                body = await self._body(response, cut_at_bytes=cut_at_bytes)
        except FetchError as error:
            raise failures.with_evidence(error, url=response.url, evidence=evidence, status=response.status) from error
        return Answer(response.status, headers, body, str(response.url), evidence)

    async def _error_page(self, response: _Response) -> bytes:
        """The beginning of an error page, good enough to know a bot wall; a broken one is as good as none."""
        try:
            return await self._body(response, cut_at_bytes=_ERROR_PAGE_BYTES)
        except (FetchError, aiohttp.ClientError):
            return b""

    async def _body(self, response: _Response, *, cut_at_bytes: int | None) -> bytes:
        most_raw = self._settings.max_body_bytes
        if cut_at_bytes is None and (response.content_length or 0) > most_raw:
            raise FetchError(Reason.TOO_LARGE, f"{response.content_length} bytes announced, {most_raw} allowed")
        encoding = _headers(response).get("Content-Encoding", "")
        most_decoded = cut_at_bytes or self._settings.max_decoded_bytes
        body = Body(encoding, max_decoded_bytes=most_decoded, cut=cut_at_bytes is not None)
        raw = 0
        async for piece in response.content.iter_any():
            raw += len(piece)
            if raw > most_raw:
                raise FetchError(Reason.TOO_LARGE, f"the body goes on after the {most_raw} bytes allowed")
            body.add(piece)
            if body.is_full:
                break
        return body.whole()


class _Response(aiohttp.ClientResponse):
    """Notes who is at the other end while the connection is still ours."""

    server_address = ""
    tls_certificate = b""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        transport = connection.transport
        if transport is not None:
            self.server_address = _address(transport.get_extra_info("peername"))
            tls = transport.get_extra_info("ssl_object")
            self.tls_certificate = (tls.getpeercert(binary_form=True) or b"") if tls is not None else b""
        return await super().start(connection)


def _connector(resolver: VettingResolver, *, ca_file: str) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=resolver.socket_for,
        ssl=_tls_context(ca_file),
        limit=0,
        ttl_dns_cache=_DNS_CACHE_SECONDS,
    )


@lru_cache(maxsize=4)
def _tls_context(ca_file: str) -> ssl.SSLContext:
    """Certificates and host names are always checked. Loading the authorities takes a while, hence once per process."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _default_headers(settings: FetchSettings) -> dict[str, str]:
    return {
        "User-Agent": settings.user_agent,
        "Accept": _ACCEPT,
        "Accept-Language": settings.accept_language,
        "Accept-Encoding": ACCEPTED,
    }


def _headers(response: aiohttp.ClientResponse) -> CIMultiDictProxy[str]:
    """Return the headers as served, every value a text that can be kept: bytes that are not UTF-8 are read as Latin-1.

    The library leaves such bytes as lone surrogates, which neither a file nor a database takes.
    """
    if all(value.isascii() for value in response.headers.values()):
        return response.headers
    return CIMultiDictProxy(CIMultiDict((name, _header_text(value)) for name, value in response.headers.items()))


def _header_text(value: str) -> str:
    served = value.encode("utf-8", "surrogateescape")
    try:
        return served.decode("utf-8")
    except UnicodeDecodeError:
        return served.decode("latin-1")


def _fail_on_large_headers(response: aiohttp.ClientResponse, *, limit: int) -> None:
    size = sum(len(name) + len(value) for name, value in response.raw_headers)
    if size > limit:
        raise FetchError(Reason.TOO_LARGE, f"{size} bytes of headers, {limit} allowed")


def _remember_cookies(cookies: dict[str, dict[str, str]], response: aiohttp.ClientResponse) -> None:
    """Keep what a redirect sets for the same host of the same request; sites that check for cookies loop without."""
    if response.cookies:
        jar = cookies.setdefault(response.url.raw_host or "", {})
        jar.update((name, morsel.coded_value) for name, morsel in response.cookies.items())


def _request_after_redirect(request: dict[str, Any], status: int) -> dict[str, Any]:
    """RFC 9110: only 307 and 308 keep method and content."""
    if request["method"] == "GET" or status in (307, 308):
        return request
    return {**request, "method": "GET", "data": None}


def _address(peer: tuple[Any, ...] | None) -> str:
    if not peer:
        return ""
    host, port = peer[0], peer[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
