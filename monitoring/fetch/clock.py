"""One polite clock per host, shared between workers: two requests to a host keep their distance whoever sends them."""

from __future__ import annotations

import time

from monitoring.fetch.memory import Memory
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.shared import Shared

# GCRA with a burst of one: the key holds when the host is free next, in microseconds of the server's own time.
_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local start = math.max(now, tonumber(redis.call('GET', KEYS[1])) or 0)
local wait = start - now
if wait > tonumber(ARGV[2]) then return {0, wait} end
local busy = wait + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', now + busy), 'PX', math.ceil(busy / 1000) + 1000)
return {1, wait}
"""
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local free_at = math.max(now + tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1])) or 0)
redis.call('SET', KEYS[1], string.format('%.0f', free_at), 'PX', math.ceil((free_at - now) / 1000) + 1000)
return 1
"""
_MICROSECONDS = 1_000_000


class Clock:
    """Hands out turns. Without Valkey they are kept per process; with an interval of 0 Valkey is not asked at all."""

    def __init__(self, shared: Shared, *, memory: Memory) -> None:
        self._shared = shared
        self._memory = memory

    async def turn(self, host: str, *, interval_seconds: float, most_seconds: float) -> float:
        """Reserve the next turn at a host and return the seconds to wait for it.

        Raises FetchError (POSTPONED), reserving nothing, when that is more than `most_seconds`.
        """
        wait = self._local_wait(host) if interval_seconds <= 0 else None
        if wait is None:
            wait = await self._reserved(host, interval_seconds=interval_seconds, most_seconds=most_seconds)
        if wait > most_seconds:
            told = f"{host}: its next free turn is in {wait:.0f} s, {max(most_seconds, 0):.0f} s are left"
            raise FetchError(Reason.POSTPONED, told, retry_after_seconds=wait)
        return wait

    async def hold(self, host: str, *, seconds: float) -> None:
        """Let nobody reach the host for so long: it asked for that."""
        with self._memory.lock:
            free_at = max(self._memory.free_at.get(host, 0.0), time.monotonic() + seconds)
            self._memory.free_at[host] = free_at
        await self._shared.run(_HOLD, key=f"clock:{host}", args=[round(seconds * _MICROSECONDS)])

    async def _reserved(self, host: str, *, interval_seconds: float, most_seconds: float) -> float:
        interval, most = round(interval_seconds * _MICROSECONDS), round(max(most_seconds, 0) * _MICROSECONDS)
        answer = await self._shared.run(_TURN, key=f"clock:{host}", args=[interval, most])
        if answer is None:
            return self._locally_reserved(host, interval_seconds=interval_seconds, most_seconds=most_seconds)
        is_granted, wait = bool(answer[0]), int(answer[1]) / _MICROSECONDS
        if is_granted:  # so that the gap holds should Valkey go away before the next turn
            self._memory.free_at[host] = time.monotonic() + wait + interval_seconds
        return wait

    def _local_wait(self, host: str) -> float:
        free_at = self._memory.free_at.get(host)
        return 0.0 if free_at is None else max(0.0, free_at - time.monotonic())

    def _locally_reserved(self, host: str, *, interval_seconds: float, most_seconds: float) -> float:
        with self._memory.lock:
            now = time.monotonic()
            start = max(now, self._memory.free_at.get(host, 0.0))
            if start - now <= most_seconds:
                self._memory.free_at[host] = start + interval_seconds
            return start - now
