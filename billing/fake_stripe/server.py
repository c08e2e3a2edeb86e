"""The fake Stripe over HTTP: keys, idempotency, faults on demand, API and pages, and the ticking of its time."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from billing.fake_stripe import endpoints, forms, lifecycle, pages
from billing.fake_stripe.deliveries import Deliveries
from billing.fake_stripe.world import Refused, Thing, World

TICK_SECONDS = 1.0
SLOW_SECONDS = 60.0


@dataclass
class Fault:
    """What the next `times` calls of `method` under `path` meet: a status, "timeout", "drop" (done, not told), "json"."""

    kind: str
    method: str = ""
    path: str = "/v1/"
    times: int = 1

    def takes(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in ("", method) and path.startswith(self.path)


@dataclass
class FakeStripe:
    """A running fake: `url`, its `world`, its `deliveries`, the `calls` it had, and `faults` that wait."""

    port: int = 0
    webhook_url: str = ""
    webhook_secret: str = "whsec_fake"  # noqa: S105 (everybody may know it)
    file: Path | None = None
    slow_seconds: float = SLOW_SECONDS
    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, idempotency key

    def start(self) -> "FakeStripe":
        self.deliveries = Deliveries(self.webhook_url, self.webhook_secret)
        self.world = World(file=self.file, tell=self.deliveries.tell)
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.fake = self
        self.url = self.world.base_url = f"http://127.0.0.1:{self._server.server_port}"
        self._is_over = threading.Event()
        self.deliveries.start()
        for run in (partial(self._server.serve_forever, poll_interval=0.05), self._tick):
            threading.Thread(target=run, daemon=True).start()
        return self

    def stop(self) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self.deliveries.stop()

    def fail(self, kind: str, *, method: str = "", path: str = "/v1/", times: int = 1) -> None:
        self.faults.append(Fault(kind, method, path, times))

    def advance(self, *, days: float) -> None:
        """Let the world's time run ahead."""
        with self.world.lock:
            endpoints.advance(self.world, {"seconds": days * lifecycle.DAY})

    def fault_for(self, method: str, path: str) -> str:
        """Return the fault that this call meets, and use it up; "" for none."""
        for fault in self.faults:
            if fault.takes(method, path):
                fault.times -= 1
                return fault.kind
        return ""

    def _tick(self) -> None:
        while not self._is_over.wait(TICK_SECONDS):
            with self.world.lock:
                before = len(self.world.things["events"])
                lifecycle.run_due(self.world)
                if len(self.world.things["events"]) != before:
                    self.world.save()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeStripe


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, *args: Any) -> None:
        """Say nothing: the calls are in `calls`."""

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        fields = forms.parse(parts.query) | forms.parse(body)
        if parts.path.startswith(("/v1/", "/control/")):
            self._api(parts.path, fields, body)
        else:
            self._page(parts.path, fields)

    # --- API
    def _api(self, path: str, fields: Thing, body: str) -> None:
        fake, key = self.server.fake, self.headers.get("Idempotency-Key", "")
        fake.calls.append((self.command, path, key))
        fault = fake.fault_for(self.command, path) if path.startswith("/v1/") else ""
        if fault.isdecimal():
            kind = "rate_limit_error" if fault == "429" else "api_error"
            return self._json(int(fault), _error(Refused(int(fault), f"The fake answers {fault}.", kind=kind)))
        if fault == "timeout":
            time.sleep(fake.slow_seconds)
        if fault == "json":
            return self._send(200, b"{not json", "application/json")
        status, document = self._answer(path, fields, body, key)
        if fault == "drop":  # done, but nobody hears of it
            self.close_connection = True
            self.connection.close()
            return None
        return self._json(status, document)

    def _answer(self, path: str, fields: Thing, body: str, key: str) -> tuple[int, Thing]:
        world = self.server.fake.world
        if path.startswith("/v1/") and not self.headers.get("Authorization", "").startswith("Bearer sk_"):
            return 401, _error(Refused(401, "You did not provide an API key."))
        print_of = hashlib.sha256(f"{self.command} {path} {body}".encode()).hexdigest()
        with world.lock:
            if key and (kept := world.answers.get(key)):
                return _again(kept, print_of)
            status, document = _ask(world, self.command, path, fields)
            if key and status < 500:
                world.answers[key] = (print_of, status, document)
            if self.command != "GET":
                world.save()
        return status, document

    # --- pages
    def _page(self, path: str, fields: Thing) -> None:
        world = self.server.fake.world
        with world.lock:
            try:
                act = self.command == "POST"
                status, text, address = pages.act(world, path, fields) if act else pages.show(world, path)
                world.save()
            except Refused as refused:
                status, text, address = refused.status, pages.refusal(refused), ""
        self._send(status, text.encode(), "text/html; charset=utf-8", location=address)

    def _json(self, status: int, document: Thing) -> None:
        self._send(status, json.dumps(document).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, *, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


def _ask(world: World, method: str, path: str, fields: Thing) -> tuple[int, Thing]:
    """Return status and document; what was refused half-way leaves no trace but its events."""
    try:
        # A copy: the answer that is kept for an idempotency key must stay as it was given.
        return 200, json.loads(json.dumps(endpoints.answer(world, method, path, fields)))
    except Refused as refused:
        return refused.status, _error(refused)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        return 400, _error(Refused(400, f"The fake misses or cannot read a parameter: {error!r}"))


def _again(kept: Any, print_of: str) -> tuple[int, Thing]:
    """Return the kept answer of an idempotency key; another request under the same key is refused."""
    if kept[0] != print_of:
        message = "Keys for idempotent requests can only be used with the same parameters."
        return 400, _error(Refused(400, message, kind="idempotency_error"))
    return kept[1], kept[2]


def _error(refused: Refused) -> Thing:
    return {"error": {"type": refused.kind, "message": str(refused), "code": refused.code or None}}
