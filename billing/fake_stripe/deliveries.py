"""How events reach the program: signed, in the background, tried again. Tests hold them back, double and shuffle them."""

import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TRIES = 4


def signature(body: bytes, secret: str, *, at: int) -> str:
    """Return the Stripe-Signature header of `body`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


@dataclass
class Deliveries:
    """Sends events to `url` one after the other; with `holds` it only keeps them in `held`."""

    url: str = ""
    secret: str = "whsec_fake"  # noqa: S105 (everybody may know it)
    holds: bool = False
    clock: Callable[[], float] = time.time  # what time the receiver has; a test that moves it on says so here
    held: list[dict[str, Any]] = field(default_factory=list)
    _queue: "queue.Queue[dict[str, Any] | None]" = field(default_factory=queue.Queue)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        self._queue.put(None)

    def tell(self, event: dict[str, Any]) -> None:
        if self.holds:
            self.held.append(event)
        elif self.url:
            self._queue.put(event)

    def wait(self) -> None:
        """Return when everything told so far has been delivered or given up."""
        self._queue.join()

    def deliver(self, event: dict[str, Any]) -> int:
        """Send one event now and return the status of the answer; 0 when there was none."""
        body = json.dumps(event).encode()
        headers = {"Content-Type": "application/json"}
        headers["Stripe-Signature"] = signature(body, self.secret, at=int(self.clock()))
        parts = urlsplit(self.url)
        asking = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            asking.request("POST", parts.path, body, headers)
            return asking.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            asking.close()

    def _run(self) -> None:
        while (event := self._queue.get()) is not None:
            for attempt in range(TRIES):
                if 200 <= self.deliver(event) < 300:
                    break
                time.sleep(0.2 * 2**attempt)
            self._queue.task_done()
        self._queue.task_done()
