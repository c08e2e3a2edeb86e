"""What a site's robots.txt asks of us (RFC 9309), read through the same wall as everything else and kept for a day."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable

from protego import Protego
from yarl import URL

from monitoring.fetch.memory import Memory
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.settings import FetchSettings
from monitoring.fetch.shared import Shared
from monitoring.fetch.transport import Answer

_FAILURE_IS_REMEMBERED_SECONDS = 60.0
_STORED = "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}"
_OPEN, _DOWN, _RULES = b"O", b"D", b"R"


class Rules:
    """One parsed robots.txt as one product reads it. `is_down`: it is served as an error, so nothing is allowed."""

    def __init__(self, text: str | None, *, product: str, is_down: bool = False) -> None:
        self._parsed = Protego.parse(text) if text else None
        self._product = product
        self.is_down = is_down
        delay = self._parsed.crawl_delay(product) if self._parsed else None
        self.crawl_delay_seconds = float(delay or 0.0)

    def allows(self, url: str) -> bool:
        return not self.is_down and (self._parsed is None or self._parsed.can_fetch(url, self._product))


class Robots:
    """Finds the rules of an origin: in this process, else in Valkey, else at the site; one request at a time for each.

    ask: gets the answer for a robots.txt URL, politely; its FetchError is passed on, so an unreachable site is reported
    as what it is and nothing of it is fetched.
    """

    def __init__(
        self, shared: Shared, *, memory: Memory, settings: FetchSettings, ask: Callable[[URL], Awaitable[Answer]]
    ) -> None:
        self._shared = shared
        self._memory = memory
        self._settings = settings
        self._ask = ask
        self._under_way: dict[str, asyncio.Task[Rules]] = {}
        self._failed: dict[str, tuple[float, FetchError]] = {}

    async def rules(self, url: URL) -> Rules:
        """Return the rules for the origin of `url`; raise FetchError when they cannot be had."""
        origin = str(url.origin())
        found = self._memory.rules(origin, now=time.monotonic())
        if found is not None:
            return found
        self._fail_again(origin)
        task = self._under_way.get(origin)
        if task is None:
            task = self._under_way[origin] = asyncio.ensure_future(self._found(origin))
            task.add_done_callback(lambda done: self._settle(origin, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        for task in list(self._under_way.values()):
            task.cancel()

    async def _found(self, origin: str) -> Rules:
        stored, milliseconds = await self._shared.run(_STORED, key=f"robots:{origin}") or (None, 0)
        seconds = milliseconds / 1000
        if stored is None:
            stored, seconds = await self._read_from_site(origin)
            await self._shared.put(f"robots:{origin}", stored, seconds=seconds)
        rules = _unpacked(stored, product=self._settings.product)
        self._memory.keep_rules(origin, rules, good_until=time.monotonic() + seconds)
        return rules

    async def _read_from_site(self, origin: str) -> tuple[bytes, float]:
        """The packed rules and how long they hold. A 4xx allows everything, a 5xx nothing for the time being."""
        try:
            answer = await self._ask(URL(origin) / "robots.txt")
        except FetchError as error:
            if error.reason is not Reason.TOO_MANY_REDIRECTS:
                raise
            return _OPEN, self._settings.robots_seconds
        if answer.status >= 500:
            return _DOWN, self._settings.robots_retry_seconds
        if answer.status != 200:
            return _OPEN, self._settings.robots_seconds
        return _RULES + zlib.compress(answer.body, 1), self._settings.robots_seconds

    def _fail_again(self, origin: str) -> None:
        """A site that did not answer a moment ago is not asked for each of its pages."""
        until, error = self._failed.get(origin, (0.0, None))
        if error is not None and time.monotonic() < until:
            raise FetchError(
                error.reason,
                error.message,
                status=error.status,
                retry_after_seconds=error.retry_after_seconds,
                evidence=error.evidence,
            )

    def _settle(self, origin: str, done: asyncio.Task[Rules]) -> None:
        self._under_way.pop(origin, None)
        error = None if done.cancelled() else done.exception()
        if isinstance(error, FetchError):
            self._failed[origin] = (time.monotonic() + _FAILURE_IS_REMEMBERED_SECONDS, error)


def _unpacked(stored: bytes, *, product: str) -> Rules:
    kind, packed = stored[:1], stored[1:]
    if kind == _RULES:
        return Rules(zlib.decompress(packed).decode("utf-8-sig", "replace"), product=product)
    return Rules(None, product=product, is_down=kind == _DOWN)
