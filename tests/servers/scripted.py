"""A web server on the loopback whose every answer is scripted down to the byte, well-behaved or not.

    with scripted.serve({"/terms": scripted.page("<p>Terms</p>")}) as server:
        fetch.get_one(server.url("/terms"), settings=...)
        assert server.asked[0].headers["user-agent"]

A handler takes what was asked and the stream to write to; the makers below cover the usual good and bad manners. Paths
without a handler answer 404, and so does /robots.txt unless it is scripted.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


_NOTHING = Asked("", "", {}, b"", 0.0)
Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A running server: where it is, and what it was asked so far in order of arrival."""

    port: int
    scheme: str
    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    @property
    def pair(self) -> tuple[str, int]:
        return self.host, self.port

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]


@contextlib.contextmanager
def serve(handlers: Mapping[str, Handler], *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve from a thread with a loop of its own; "*" handles every path that has no handler."""
    loop = asyncio.new_event_loop()
    server = Server(port=0, scheme="https" if tls else "http")
    started = threading.Event()

    async def run() -> None:
        listening = await asyncio.start_server(
            lambda reader, writer: _converse(server, handlers, reader, writer), "127.0.0.1", 0, ssl=tls
        )
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        with contextlib.suppress(asyncio.CancelledError):
            await listening.serve_forever()

    running = loop.create_task(run())
    thread = threading.Thread(target=_run, args=(loop, running), daemon=True)
    thread.start()
    assert started.wait(10), "the scripted server did not start"
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(running.cancel)
        thread.join(10)


def page(
    body: str | bytes,
    *,
    status: int = 200,
    content_type: str | None = HTML,
    headers: Mapping[str, str] | None = None,
) -> Handler:
    """Answer with a whole body and the right Content-Length."""
    content = body.encode() if isinstance(body, str) else body
    fields = {} if content_type is None else {"Content-Type": content_type}
    raw = _head(status, {**fields, "Content-Length": str(len(content)), **(headers or {})}) + content
    return raw_answer(raw)


def raw_answer(raw: bytes, *, hang_up: bool = False) -> Handler:
    """Answer with exactly these bytes."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        if hang_up:
            writer.close()

    return handle


def redirect(location: str, *, status: int = 302, headers: Mapping[str, str] | None = None) -> Handler:
    return page(b"", status=status, content_type=None, headers={"Location": location, **(headers or {})})


def in_turn(*handlers: Handler) -> Handler:
    """Answer the first request with the first handler, and so on; the last one stays."""
    left = list(handlers)

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        handler = left.pop(0) if len(left) > 1 else left[0]
        await handler(asked, writer)

    return handle


def revalidating(body: str, *, etag: str, last_modified: str = "") -> Handler:
    """Answer 304 to those who know the ETag, and the page to all others."""
    marks = {"ETag": etag, **({"Last-Modified": last_modified} if last_modified else {})}

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers.get("if-none-match") == etag:
            await raw_answer(_head(304, marks))(asked, writer)
        else:
            await page(body, headers=marks)(asked, writer)

    return handle


def hanging_up() -> Handler:
    """Close the connection without a word."""
    return raw_answer(b"", hang_up=True)


def silent() -> Handler:
    """Take the request and never answer."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    return handle


def dripping(start: bytes, drop: bytes, *, every_seconds: float = 0.05) -> Handler:
    """Write `start` and then one drop after another, for ever."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every_seconds)

    return handle


def endless(*, announced: bool = False) -> Handler:
    """A body without end, as fast as it is taken."""
    fields = {"Content-Length": "1000000000000"} if announced else {}
    return dripping(_head(200, {"Content-Type": HTML, **fields}), b"<p>more</p>" * 10_000, every_seconds=0)


def gzip_bomb(decoded_megabytes: int, *, encoding: str = "gzip") -> Handler:
    """A small body that becomes huge; made while it is sent, a megabyte at a time."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(200, {"Content-Type": HTML, "Content-Encoding": encoding}))
        packer = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
        for _ in range(decoded_megabytes):
            writer.write(packer.compress(b" " * 1_000_000))
            await writer.drain()
        writer.write(packer.flush())
        writer.close()

    return handle


def compressed(body: bytes, *, encoding: str = "gzip", keep: float = 1.0) -> Handler:
    """A gzip body, or the first `keep` of it under a Content-Length that matches the stump."""
    packed = gzip.compress(body)
    return page(packed[: int(len(packed) * keep)], headers={"Content-Encoding": encoding})


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "surrogateescape")


def _run(loop: asyncio.AbstractEventLoop, running: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(running)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()


async def _converse(
    server: Server, handlers: Mapping[str, Handler], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    missing = handlers.get("*", page("not here", status=404, content_type="text/plain"))
    gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError)
    with contextlib.closing(writer), contextlib.suppress(*gone):
        while not writer.is_closing():
            first = await reader.readexactly(1)
            if first == b"\x16":  # a TLS greeting on a plain port
                return await page("plain HTTP only", status=400)(_NOTHING, writer)
            asked = await _asked(first, reader)
            server.asked.append(asked)
            default = handlers.get("/robots.txt", page("", status=404)) if asked.path == "/robots.txt" else missing
            await handlers.get(asked.path, default)(asked, writer)


async def _asked(first_byte: bytes, reader: asyncio.StreamReader) -> Asked:
    head = (first_byte + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    at = time.monotonic()
    request_line, *lines = head.rstrip().split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body, at)
