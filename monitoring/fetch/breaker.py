"""One breaker per host, shared between workers: a host in trouble is left alone, then probed by one request."""

from __future__ import annotations

import time
from collections.abc import Iterable

from monitoring.fetch.memory import Memory
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.settings import FetchSettings
from monitoring.fetch.shared import Shared

_COUNT = "return tonumber(redis.call('HGET', KEYS[1], 'failures')) or 0"
_FAIL = """
local time = redis.call('TIME')
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
if failures >= tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'probe_at', time[1] + ARGV[2]) end
redis.call('EXPIRE', KEYS[1], math.ceil(ARGV[2]) + 86400)
return failures
"""
_ASK = """
local time = redis.call('TIME')
if (tonumber(redis.call('HGET', KEYS[1], 'failures')) or 0) < tonumber(ARGV[1]) then return 0 end
local wait = (tonumber(redis.call('HGET', KEYS[1], 'probe_at')) or 0) - time[1]
if wait > 0 then return math.ceil(wait) end
redis.call('HSET', KEYS[1], 'probe_at', time[1] + ARGV[2])
return 0
"""
_FORGET = "return redis.call('DEL', KEYS[1])"
_SAYS_NOTHING = frozenset({Reason.POSTPONED, Reason.BREAKER_OPEN, Reason.ROBOTS, Reason.FAULT, Reason.BROWSER_MISSING})


class Breaker:
    """Open after so many failures in a row, half-open some minutes later, closed again by the first success.

    A healthy host costs no traffic: counts are read once per Fetcher, for all hosts together, and written only on
    failure and on the first success after one. The mirror in `memory` serves while Valkey is away.
    """

    def __init__(self, shared: Shared, *, memory: Memory, settings: FetchSettings) -> None:
        self._shared = shared
        self._memory = memory
        self._threshold = settings.breaker_failures
        self._rest_seconds = settings.breaker_seconds
        self._probe_seconds = 2 * max(settings.request_seconds, settings.render_seconds)
        self._failures: dict[str, int] = {}

    async def load(self, hosts: Iterable[str]) -> None:
        """Read how many times hosts failed last; one round trip for all of them."""
        wanted = [host for host in dict.fromkeys(hosts) if host not in self._failures]
        counts = await self._shared.run_each(_COUNT, keys=[_key(host) for host in wanted])
        for position, host in enumerate(wanted):
            local = self._memory.failures.get(host, (0, 0.0))[0]
            self._failures[host] = local if counts is None else int(counts[position])

    async def admit(self, host: str) -> bool:
        """Return whether this request is the probe of a half-open breaker; raise FetchError (BREAKER_OPEN) if open."""
        if host not in self._failures:
            await self.load([host])
        if not self.is_open(host):
            return False
        wait = await self._shared.run(_ASK, key=_key(host), args=[self._threshold, self._probe_seconds])
        wait = self._asked_locally(host) if wait is None else float(wait)
        if wait > 0:
            raise self.refusal(host, wait)
        return True

    def is_open(self, host: str) -> bool:
        """Return whether the host has failed too often, as far as this Fetcher has seen."""
        return self._failures.get(host, 0) >= self._threshold

    def refusal(self, host: str, wait_seconds: float | None = None) -> FetchError:
        wait = self._rest_seconds if wait_seconds is None else wait_seconds
        told = f"{host}: {self._failures.get(host, 0)} failures in a row; tried again in {wait:.0f} s"
        return FetchError(Reason.BREAKER_OPEN, told, retry_after_seconds=wait)

    async def record(self, host: str, error: FetchError | None) -> None:
        """Count one attempt: None or a failure of the page alone speaks for the host, a sign of sickness against it."""
        if error is not None and error.reason in _SAYS_NOTHING:
            return
        if error is not None and error.reason.shows_sick_host:
            await self._count_failure(host)
        elif self._failures.get(host):
            self._failures[host] = 0
            self._memory.failures.pop(host, None)
            await self._shared.run(_FORGET, key=_key(host))

    async def _count_failure(self, host: str) -> None:
        local = self._memory.failures.get(host, (0, 0.0))[0] + 1
        self._memory.failures[host] = (local, time.monotonic() + self._rest_seconds)
        count = await self._shared.run(_FAIL, key=_key(host), args=[self._threshold, self._rest_seconds])
        self._failures[host] = local if count is None else int(count)

    def _asked_locally(self, host: str) -> float:
        with self._memory.lock:
            count, probe_at = self._memory.failures.get(host, (0, 0.0))
            now = time.monotonic()
            if count < self._threshold:
                return 0.0
            if now >= probe_at:
                self._memory.failures[host] = (count, now + self._probe_seconds)
            return max(0.0, probe_at - now)


def _key(host: str) -> str:
    return f"breaker:{host}"
