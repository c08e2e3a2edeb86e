"""The link to Valkey, where workers share clocks, breakers and robots.txt. Polling goes on without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from monitoring.fetch.memory import Memory

logger = logging.getLogger(__name__)

PREFIX = "conductatlas:fetch:"
_AWAY_SECONDS = 30.0
_ANSWER_SECONDS = 2.0


class Shared:
    """Runs scripts and keeps small values in Valkey; every method returns None while Valkey is away or not configured.

    Being away is logged once, with the cause, and once more when it is back; in between it is tried every 30 seconds.
    """

    def __init__(self, url: str, *, memory: Memory) -> None:
        self._memory = memory
        self._client = _client(url) if url else None

    async def run(self, script: str, *, key: str, args: Sequence[str | int | float] = ()) -> Any:
        """Run a Lua script on one key and return its answer."""
        if self._client is None:
            return None
        return await self._answer(self._client.register_script(script)(keys=[PREFIX + key], args=args))

    async def run_each(self, script: str, *, keys: Sequence[str]) -> list[Any] | None:
        """Run a Lua script on each of many keys in one round trip and return the answers in order."""
        if self._client is None or not keys:
            return None
        pipeline = self._client.pipeline(transaction=False)
        registered = self._client.register_script(script)
        for key in keys:
            await registered(keys=[PREFIX + key], client=pipeline)
        answers: list[Any] | None = await self._answer(pipeline.execute())
        return answers

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        if self._client is not None:
            await self._answer(self._client.set(PREFIX + key, value, px=max(1, round(seconds * 1000))))

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _answer(self, command: Any) -> Any:
        if time.monotonic() < self._memory.valkey_away_until:
            command.close()
            return None
        try:
            answer = await command
        except (RedisError, OSError) as error:
            self._note_away(error)
            return None
        self._note_back()
        return answer

    def _note_away(self, error: Exception) -> None:
        self._memory.valkey_away_until = time.monotonic() + _AWAY_SECONDS
        if not self._memory.is_valkey_away:
            self._memory.is_valkey_away = True
            logger.warning("Valkey does not answer (%s): each worker keeps its own clocks until it is back", error)

    def _note_back(self) -> None:
        if self._memory.is_valkey_away:
            self._memory.is_valkey_away = False
            logger.info("Valkey is back: workers share their clocks again")


def _client(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url,
        socket_timeout=_ANSWER_SECONDS,
        socket_connect_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
