"""Pages that only JavaScript shows: Chromium draws them, and every byte it gets comes through our own transport.

The browser itself cannot reach any network: names do not resolve in it and its proxy is a closed port. Each request of
a page is answered by the vetted transport instead, so addresses, sizes and time are bounded as for any other Fetch.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import TYPE_CHECKING

from monitoring.fetch import botwalls, content, targets
from monitoring.fetch.exchange import Request, Response
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.settings import FetchSettings
from monitoring.fetch.transport import Answer, Transport

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Route

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--dns-prefetch-disable",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_NOT_LOADED = frozenset(
    {"image", "media", "font", "texttrack", "manifest", "ping", "cspreport", "eventsource", "websocket"}
)
_NOT_PASSED_ON = frozenset({"host", "connection", "accept-encoding", "content-length", "cookie", "user-agent"})
_NOT_PASSED_BACK = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})
_HTML = "text/html; charset=utf-8"
_CLOSING_SECONDS = 10.0


def executable(path: str = "") -> str:
    """Return the browser to use: `path` when given, else the first Chromium on the PATH; "" when there is none."""
    if path:
        return path if os.access(path, os.X_OK) else ""
    return next(filter(None, map(shutil.which, _NAMES)), "")


class Browser:
    """One Chromium for a batch, started by the first page that needs it; a few pages at a time, each in its context."""

    def __init__(self, settings: FetchSettings, *, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._starting = asyncio.Lock()
        self._at_once = asyncio.Semaphore(settings.rendered_at_once)
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    def fail_if_missing(self) -> None:
        """Raise FetchError (BROWSER_MISSING), with the way to install one, when there is no browser on this machine."""
        if not executable(self._settings.browser_path):
            sought = self._settings.browser_path or ", ".join(_NAMES)
            raise FetchError(
                Reason.BROWSER_MISSING,
                f"no browser found ({sought}): apt-get install chromium, or set FETCH_CHROMIUM to the path of one",
            )

    async def rendered(self, response: Response, request: Request) -> Response:
        """Return a fetched page as it stands after its scripts ran; what is not HTML comes back as it is.

        Raises FetchError: BROWSER_FAILED when it did not get there in time or crashed, TOO_LARGE, BOT_WALL.
        """
        if not response.content_type.lower().startswith((content.HTML, content.XHTML)):
            return response
        began = asyncio.get_running_loop().time()
        seconds = self._settings.render_seconds
        try:
            async with self._at_once, asyncio.timeout(seconds):
                url, html = await self._drawn(response, request)
        except TimeoutError as error:
            raise _failed(response, Reason.BROWSER_FAILED, f"not drawn within {seconds:g} s") from error
        _fail_on_bot_wall(response, html)
        spent = asyncio.get_running_loop().time() - began
        return dataclasses.replace(
            response,
            body=html,
            content_type=_HTML,
            charset="utf-8",
            url=url,
            etag="",
            last_modified="",
            duration_seconds=response.duration_seconds + spent,
        )

    async def close(self) -> None:
        """Stop the browser, if one was started."""
        if self._chromium is not None:
            await _quietly_within(_CLOSING_SECONDS, self._chromium.close())
        if self._playwright is not None:
            await _quietly_within(_CLOSING_SECONDS, self._playwright.stop())
        self._chromium = self._playwright = None

    async def _drawn(self, response: Response, request: Request) -> tuple[str, bytes]:
        from playwright.async_api import Error

        try:
            chromium = await self._started()
            async with self._context(chromium, request) as context:
                supply = _Supply(response, transport=self._transport, settings=self._settings)
                await context.route("**/*", supply.serve)
                return await self._settled(await context.new_page(), response, supply)
        except Error as error:
            if self._chromium is None or not self._chromium.is_connected():
                await self.close()  # the next page gets a fresh one
            raise _failed(response, Reason.BROWSER_FAILED, " ".join(error.message.split())[:300]) from error

    async def _started(self) -> Chromium:
        from playwright.async_api import async_playwright  # a third of a second, only for those who render

        async with self._starting:
            if self._chromium is None:
                self._playwright = await async_playwright().start()
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=executable(self._settings.browser_path),
                    args=_ARGUMENTS,
                    chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox refuses to work for root
                    timeout=self._settings.render_seconds * 1000,
                )
            return self._chromium

    @contextlib.asynccontextmanager
    async def _context(self, chromium: Chromium, request: Request) -> AsyncIterator[BrowserContext]:
        context = await chromium.new_context(
            user_agent=self._settings.user_agent,
            locale=request.language or self._settings.accept_language.partition(",")[0],
            timezone_id="UTC",
            service_workers="block",
            accept_downloads=False,
        )
        try:
            yield context
        finally:
            await _quietly_within(_CLOSING_SECONDS, context.close())

    async def _settled(self, page: Page, response: Response, supply: _Supply) -> tuple[str, bytes]:
        """Wait until the page has its scripts and has gone quiet, or for as long as quiet may take."""
        from playwright.async_api import TimeoutError as NotQuiet

        await page.goto(response.url, wait_until="load", timeout=self._settings.render_seconds * 1000)
        with contextlib.suppress(NotQuiet):  # many pages never go quiet; what they show by then is taken
            await page.wait_for_load_state("networkidle", timeout=self._settings.render_settle_seconds * 1000)
        supply.fail_if_exceeded(response)
        chars = await page.evaluate("document.documentElement.outerHTML.length")
        if chars > self._settings.max_decoded_bytes:
            raise _failed(response, Reason.TOO_LARGE, f"{chars} characters once drawn")
        url = page.url if page.url.startswith(("http://", "https://")) else response.url
        return url, (await page.content()).encode("utf-8", "replace")


class _Supply:
    """Answers the requests of one page through the transport, within a number of requests and bytes."""

    def __init__(self, response: Response, *, transport: Transport, settings: FetchSettings) -> None:
        self._first: Response | None = response
        self._transport = transport
        self._settings = settings
        self._requests_left = settings.max_render_requests
        self._bytes_left = settings.max_render_bytes

    def fail_if_exceeded(self, response: Response) -> None:
        if self._bytes_left < 0:
            raise _failed(
                response, Reason.TOO_LARGE, f"more than {self._settings.max_render_bytes} bytes needed to draw it"
            )

    async def serve(self, route: Route) -> None:
        """Fulfil or refuse one request; a page that is gone meanwhile needs neither."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            if self._first is not None and route.request.is_navigation_request():
                await self._serve_first(route, self._first)
            elif route.request.resource_type in _NOT_LOADED or self._requests_left <= 0 or self._bytes_left < 0:
                await route.abort("blockedbyclient")
            else:
                await self._serve_another(route)

    async def _serve_first(self, route: Route, response: Response) -> None:
        self._first = None
        headers = _passed_back(response.evidence.headers)
        await route.fulfill(status=response.status, headers=headers, body=response.body)

    async def _serve_another(self, route: Route) -> None:
        self._requests_left -= 1
        try:
            answer = await self._asked(route)
        except FetchError:
            await route.abort("failed")
            return
        self._bytes_left -= len(answer.body)
        headers = _passed_back(answer.evidence.headers)
        await route.fulfill(status=answer.status, headers=headers, body=answer.body)

    async def _asked(self, route: Route) -> Answer:
        asked = route.request
        return await self._transport.ask(
            targets.parsed(asked.url, allow_private=self._settings.allow_private),
            headers={name: value for name, value in asked.headers.items() if name.lower() not in _NOT_PASSED_ON},
            seconds=self._settings.request_seconds,
            method=asked.method,
            data=asked.post_data_buffer,
        )


def _passed_back(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers as the browser takes them: one entry a name, cookies on lines of their own."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in _NOT_PASSED_BACK:
            continue
        separator = "\n" if key == "set-cookie" else ", "
        joined[key] = f"{joined[key]}{separator}{value}" if key in joined else value
    return joined


def _fail_on_bot_wall(response: Response, html: bytes) -> None:
    mark = botwalls.mark(response.status, {}, html)
    if mark:
        raise _failed(response, Reason.BOT_WALL, f'the browser is shown a check against robots ("{mark}")')


def _failed(response: Response, reason: Reason, told: str) -> FetchError:
    return FetchError(reason, f"{response.url}: {told}", status=response.status, evidence=response.evidence)


async def _quietly_within(seconds: float, closing: Awaitable[None]) -> None:
    """Close something that may hang or be gone already; what it leaves behind goes with the process."""
    from playwright.async_api import Error

    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(seconds):
            await closing
