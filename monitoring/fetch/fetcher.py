"""The Fetcher: many Requests at once, each polite, vetted, bounded, and answered by a Response or by a reason."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self, TypeVar

from yarl import URL

from monitoring.fetch import answers, memory, targets
from monitoring.fetch.breaker import Breaker
from monitoring.fetch.clock import Clock
from monitoring.fetch.exchange import Request, Response
from monitoring.fetch.memory import Memory
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.render import Browser
from monitoring.fetch.resolver import Lookup, system_lookup
from monitoring.fetch.robots import Robots, Rules
from monitoring.fetch.settings import FetchSettings
from monitoring.fetch.shared import Shared
from monitoring.fetch.transport import Answer, Transport

logger = logging.getLogger(__name__)

T = TypeVar("T")
Outcome = tuple[Request, Response | FetchError]
_LONGEST_HOLD_SECONDS = 3600.0


class Fetcher:
    """An async context manager, one for each batch: `async with Fetcher(settings) as fetcher: …`.

    Its life is `batch_seconds` long at most: what cannot be finished in it fails as POSTPONED.
    lookup: how names are resolved; remembered: what this process knows of hosts from earlier batches.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        lookup: Lookup = system_lookup,
        remembered: Memory = memory.OF_THIS_PROCESS,
    ) -> None:
        self._settings = settings
        self._memory = remembered
        self._transport = Transport(settings, lookup=lookup)
        self._browser = Browser(settings, transport=self._transport)

    async def __aenter__(self) -> Self:
        settings = self._settings
        await self._transport.__aenter__()
        shared = self._shared = Shared(settings.valkey_url, memory=self._memory)
        self._clock = Clock(shared, memory=self._memory)
        self._breaker = Breaker(shared, memory=self._memory, settings=settings)
        self._robots = Robots(shared, memory=self._memory, settings=settings, ask=self._robots_answer)
        self._slots = asyncio.Semaphore(settings.in_flight)
        self._robots_slots = asyncio.Semaphore(settings.in_flight)  # apart: a redirected page waits for these
        self._loop = asyncio.get_running_loop()
        self._ends_at = self._loop.time() + settings.batch_seconds
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._robots.close()
        await self._browser.close()
        await self._shared.close()
        await self._transport.__aexit__(kind, error, trace)

    async def get(self, request: Request) -> Response:
        """Return the page of one Request, or raise FetchError."""
        async with AsyncExitStack() as slot:
            return await self._got(request, slot)

    async def get_many(self, requests: Iterable[Request]) -> AsyncIterator[Outcome]:
        """Yield every Request with its Response or FetchError, as they finish.

        At most `in_flight` are under way and about as many wait to be taken, so the caller's pace bounds the memory.
        Pages of one host are begun in the order given, `in_flight_per_host` at a time. Leaving early cancels the rest.
        """
        lanes = self._lanes(requests)
        await self._breaker.load(host for host, _ in lanes)
        finished: asyncio.Queue[Outcome | None] = asyncio.Queue()
        room = asyncio.Semaphore(self._settings.in_flight)
        work = asyncio.gather(*(self._run_lane(queue, finished, room) for _, queue in lanes))
        work.add_done_callback(lambda _: finished.put_nowait(None))
        try:
            while (outcome := await finished.get()) is not None:
                room.release()
                yield outcome
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    def _lanes(self, requests: Iterable[Request]) -> list[tuple[str, deque[Request]]]:
        """One queue a host, named as often as the host may be asked at once."""
        queues: dict[str, deque[Request]] = {}
        for request in requests:
            queues.setdefault(_host(request, self._settings), deque()).append(request)
        at_once = self._settings.in_flight_per_host
        return [(host, queue) for host, queue in queues.items() for _ in range(min(at_once, len(queue)))]

    async def _run_lane(
        self, queue: deque[Request], finished: asyncio.Queue[Outcome | None], room: asyncio.Semaphore
    ) -> None:
        while queue:
            request = queue.popleft()
            async with AsyncExitStack() as slot:  # kept until there is room, so that bodies cannot pile up
                outcome = await self._outcome(request, slot)
                await room.acquire()
                finished.put_nowait((request, outcome))

    async def _outcome(self, request: Request, slot: AsyncExitStack) -> Response | FetchError:
        try:
            return await self._got(request, slot)
        except FetchError as error:
            return error
        except Exception as error:  # one odd page must not stop the others of its batch
            logger.exception("fetching %s failed in an unexpected way", request.url)
            return FetchError(Reason.FAULT, f"{request.url}: {type(error).__name__}: {error}")

    async def _got(self, request: Request, slot: AsyncExitStack) -> Response:
        url = targets.parsed(request.url, allow_private=self._settings.allow_private)
        host = targets.authority(url)
        if request.render:
            self._browser.fail_if_missing()
        is_probe = await self._breaker.admit(host)
        interval = self._interval_seconds(await self._permitted(url))

        async def attempt() -> Response:
            if not is_probe and self._breaker.is_open(host):
                raise self._breaker.refusal(host)
            return await self._attempted(request, url)

        return await self._tried(attempt, host=host, interval_seconds=interval, slots=self._slots, slot=slot)

    async def _permitted(self, url: URL) -> Rules:
        """Return the robots.txt rules of a page that may be fetched; raise FetchError otherwise."""
        rules = await self._robots.rules(url)
        _fail_on_rules(rules, url)
        return rules

    async def _permit_redirect(self, url: URL) -> None:
        await self._permitted(url)

    async def _attempted(self, request: Request, url: URL) -> Response:
        began = self._loop.time()
        headers = answers.conditions(request)
        seconds = self._settings.request_seconds
        answer = await self._transport.ask(url, headers=headers, seconds=seconds, permit=self._permit_redirect)
        response = answers.response(answer, request=request, duration_seconds=self._loop.time() - began)
        return await self._browser.rendered(response, request) if request.render else response

    async def _tried(
        self,
        attempt: Callable[[], Awaitable[T]],
        *,
        host: str,
        interval_seconds: float,
        slots: asyncio.Semaphore,
        slot: AsyncExitStack,
    ) -> T:
        """Attempt in the host's turn, and again after a pause while that has a chance.

        One of `slots` is taken for each attempt, and `slot` still holds it on return.
        """
        tries = 0
        while True:
            await self._wait_for_turn(host, interval_seconds)
            await slot.enter_async_context(slots)
            try:
                result = await attempt()
            except FetchError as error:
                await self._learn_from(error, host)
                pause = self._pause_seconds(error, tries)
                if pause is None:
                    raise
                await slot.aclose()
                await asyncio.sleep(pause)
                tries += 1
            else:
                await self._breaker.record(host, None)
                return result

    async def _wait_for_turn(self, host: str, interval_seconds: float) -> None:
        left = self._left_seconds()
        if left < 0:
            raise FetchError(Reason.POSTPONED, f"{host}: its batch has no time left", retry_after_seconds=0.0)
        wait = await self._clock.turn(host, interval_seconds=interval_seconds, most_seconds=left)
        if wait > 0:
            await asyncio.sleep(wait)

    async def _learn_from(self, error: FetchError, host: str) -> None:
        await self._breaker.record(host, error)
        if error.retry_after_seconds and error.status in (429, 503):
            await self._clock.hold(host, seconds=min(error.retry_after_seconds, _LONGEST_HOLD_SECONDS))

    def _pause_seconds(self, error: FetchError, tries: int) -> float | None:
        """How long to pause before the next try: full jitter, never less than the server asks. None: give up."""
        if not error.is_transient or error.reason is Reason.BREAKER_OPEN or tries >= self._settings.retries:
            return None
        most = self._settings.max_retry_seconds
        pause = random.uniform(0, min(most, self._settings.retry_base_seconds * 2**tries))
        pause = max(pause, error.retry_after_seconds or 0.0)
        return pause if pause <= min(most, self._left_seconds()) else None

    def _left_seconds(self) -> float:
        """How much of the batch remains for waiting, when one more attempt has to fit in afterwards."""
        return self._ends_at - self._loop.time() - self._settings.request_seconds

    def _interval_seconds(self, rules: Rules) -> float:
        """The gap the host gets: ours, or the longer one its robots.txt asks for, within reason."""
        if self._settings.host_interval_seconds <= 0:
            return 0.0
        asked = min(rules.crawl_delay_seconds, self._settings.max_crawl_delay_seconds)
        return max(self._settings.host_interval_seconds, asked)

    async def _robots_answer(self, url: URL) -> Answer:
        settings = self._settings

        async def attempt() -> Answer:
            return await self._transport.ask(
                url, headers={}, seconds=settings.request_seconds, cut_at_bytes=settings.max_robots_bytes
            )

        async with AsyncExitStack() as slot:
            return await self._tried(
                attempt,
                host=targets.authority(url),
                interval_seconds=settings.host_interval_seconds,
                slots=self._robots_slots,
                slot=slot,
            )


def _host(request: Request, settings: FetchSettings) -> str:
    try:
        return targets.authority(targets.parsed(request.url, allow_private=settings.allow_private))
    except FetchError:
        return ""


def _fail_on_rules(rules: Rules, url: URL) -> None:
    if rules.is_down:
        raise FetchError(
            Reason.ROBOTS_UNREACHABLE, f"{url.origin()}/robots.txt answers with an error, so {url} is left alone"
        )
    if not rules.allows(str(url)):
        raise FetchError(Reason.ROBOTS, f"{url}: robots.txt asks not to fetch it")
