"""Messages posted to endpoints over the vetted transport of `fetch`: every address looked up, checked and pinned.

The transport lives in a thread with an event loop of its own, so that a slow endpoint keeps nobody waiting.
"""

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from yarl import URL

from monitoring.alerts.channels.message import ChannelError
from monitoring.fetch import FetchError, FetchSettings, Reason, answers, targets
from monitoring.fetch.resolver import Lookup, system_lookup
from monitoring.fetch.transport import Answer, Transport

SECONDS = 15.0
ANSWER_BYTES = 64 * 1024
SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class Post:
    """One request: `url` may be a secret and is named in no error."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def endpoint(url: str, *, allow_private: frozenset[tuple[str, int]]) -> URL:
    """Return the address as it may be posted to: https, public, no credentials. Raises FetchError saying what is wrong.

    Only the pairs of `allow_private` may be plain http or private.
    """
    parsed = targets.parsed(url, allow_private=allow_private)
    host, port = parsed.raw_host or "", parsed.port or 0
    if parsed.scheme != "https" and not targets.is_exempt(host, port, allow_private=allow_private):
        raise FetchError(Reason.INVALID_URL, f"{parsed}: an endpoint begins with https://")
    return parsed


class Poster:
    """A context manager: `submit` hands a Post to the network and returns at once.

    The future's result is the status; it raises ChannelError for everything but a 2xx within 15 seconds.
    """

    def __init__(self, settings: FetchSettings, *, lookup: Lookup = system_lookup) -> None:
        self._settings = replace(settings, max_redirects=0)
        self._lookup = lookup

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="posting", daemon=True)
        self._thread.start()
        self._transport = Transport(self._settings, lookup=self._lookup)
        asyncio.run_coroutine_threadsafe(self._transport.__aenter__(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._transport.__aexit__(None, None, None), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def submit(self, post: Post) -> "Future[int]":
        """Start posting."""
        return asyncio.run_coroutine_threadsafe(self._posted(post), self._loop)

    async def _posted(self, post: Post) -> int:
        try:
            target = endpoint(post.url, allow_private=self._settings.allow_private)
        except FetchError as error:
            raise ChannelError(_told(error, post.url), is_permanent=True) from None
        try:
            answer = await self._transport.ask(
                target, headers=post.headers, seconds=SECONDS, method="POST", data=post.body, cut_at_bytes=ANSWER_BYTES
            )
        except FetchError as error:
            raise _failure(error, str(target)) from None
        return _status(answer)


def _status(answer: Answer) -> int:
    """Return a 2xx; raise ChannelError for all else."""
    if 200 <= answer.status < 300:
        return answer.status
    said = " ".join(answer.body.decode("utf-8", "replace").split())[:SHOWN_CHARS]
    wait = answer.headers.get("Retry-After", "") if answer.status in (429, 503) else ""
    raise ChannelError(
        f"HTTP {answer.status}{': ' if said else ''}{said}",
        status=answer.status,
        is_gone=answer.status == 410,
        retry_after_seconds=answers.retry_after_seconds(wait, now=datetime.now(UTC)) if wait else None,
    )


def _failure(error: FetchError, url: str) -> ChannelError:
    redirects = error.evidence.redirects if error.evidence else ()
    if redirects:
        return ChannelError(f"HTTP {redirects[0][0]}: redirects are not followed", status=redirects[0][0])
    return ChannelError(_told(error, url), status=error.status)


def _told(error: Exception, url: str) -> str:
    """Return what went wrong without the address, which may be a secret."""
    return str(error).replace(f"{url}: ", "").replace(url, "the address")
