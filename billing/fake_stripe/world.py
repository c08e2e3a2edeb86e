"""What the fake Stripe knows: its objects by kind and id, its clocks, its events. One lock guards it all."""

import json
import secrets
import string
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Thing = dict[str, Any]
KINDS = (
    "customers", "products", "prices", "payment_methods", "sessions", "portals", "subscriptions", "invoices", "charges",
    "disputes", "setup_intents", "clocks", "events",
)  # fmt: skip
LETTERS = string.ascii_letters + string.digits


class Refused(Exception):
    """Raised for what Stripe would refuse: becomes its error document with `status`."""

    def __init__(self, status: int, message: str, *, code: str = "", kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status, self.code, self.kind = status, code, kind


@dataclass
class World:
    """All objects; `offset` is how far its time runs ahead of ours. `file`: where it is kept, None for nowhere."""

    file: Path | None = None
    tell: Callable[[Thing], None] = lambda event: None
    offset: float = 0.0
    things: dict[str, dict[str, Thing]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    answers: dict[str, Any] = field(default_factory=dict)  # by idempotency key
    base_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        if self.file and self.file.is_file():
            kept = json.loads(self.file.read_text())
            self.offset = kept["offset"]
            self.things |= kept["things"]

    def save(self) -> None:
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside = self.file.with_suffix(".new")
            beside.write_text(json.dumps({"offset": self.offset, "things": self.things}))
            beside.replace(self.file)

    def now(self, customer: Thing | None = None) -> int:
        """Return the time, in seconds, that a customer lives in: of its test clock, else of this world."""
        if customer and customer.get("test_clock"):
            return int(self.things["clocks"][customer["test_clock"]]["frozen_time"])
        return int(time.time() + self.offset)

    def make(self, kind: str, prefix: str, values: Thing, *, now: int, key: str = "") -> Thing:
        """Return a new object with an id, kept."""
        made = {
            "id": key or f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(16))}",
            "created": now,
            "livemode": False,
            **values,
        }
        self.things[kind][made["id"]] = made
        return made

    def get(self, kind: str, key: str) -> Thing:
        """Return the object. Raises Refused as Stripe does."""
        if found := self.things[kind].get(key):
            return found
        raise Refused(404, f"No such {kind.rstrip('s')}: '{key}'", code="resource_missing")

    def of_customer(self, kind: str, customer: str) -> list[Thing]:
        return [each for each in self.things[kind].values() if each.get("customer") == customer]

    def happened(self, kind: str, about: Thing) -> Thing:
        """Keep an event with the object as it is now, and tell it."""
        customer = self.things["customers"].get(about.get("customer") or about["id"])
        snapshot = json.loads(json.dumps(about))
        event = self.make(
            "events",
            "evt",
            {"object": "event", "type": kind, "api_version": "2026-10-28.endive", "data": {"object": snapshot}},
            now=self.now(customer),
        )
        self.tell(event)
        return event


def page(rows: Iterator[Thing] | list[Thing], asked: Thing, url: str) -> Thing:
    """Return one page of `rows`, newest first, as Stripe lists: limit, starting_after, has_more."""
    found = list(rows)[::-1]
    if after := asked.get("starting_after"):
        ids = [each["id"] for each in found]
        found = found[ids.index(after) + 1 :] if after in ids else []
    limit = int(asked.get("limit", 10))
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": found[:limit]}
