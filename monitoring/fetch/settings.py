"""The limits under which documents are fetched, handed in as one value so that nothing here reads the environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Every limit of a Fetch; the defaults suit the public web.

    user_agent: names the program and a page that says who is asking; `user_agent(contact_url)` makes one.
    valkey_url: shared clocks, breakers and robots.txt, as redis-py writes it; empty means this process only.
    allow_private: exact (host, port) pairs that are exempt from the rules on addresses and ports, and nothing else is.
    ca_file: a PEM file of further trusted authorities; empty means the system's.

    request_seconds covers one attempt as a whole: name look-up, connection, headers, body and every redirect.
    batch_seconds covers the life of a Fetcher: what does not fit is POSTPONED.
    host_interval_seconds is the polite gap between two requests to one host; 0 switches it off (benches and tests).
    max_robots_bytes is what RFC 9309 asks a reader to accept at least.
    """

    user_agent: str
    valkey_url: str = ""
    allow_private: frozenset[tuple[str, int]] = frozenset()
    ca_file: str = ""
    accept_language: str = "en"

    request_seconds: float = 30.0
    connect_seconds: float = 10.0
    dns_seconds: float = 5.0
    batch_seconds: float = 200.0

    max_body_bytes: int = 10 * MEGABYTE
    max_decoded_bytes: int = 25 * MEGABYTE
    max_header_bytes: int = 128 * 1024
    max_redirects: int = 5

    in_flight: int = 16
    in_flight_per_host: int = 4
    host_interval_seconds: float = 2.0
    max_crawl_delay_seconds: float = 30.0
    retries: int = 1
    retry_base_seconds: float = 2.0
    max_retry_seconds: float = 20.0

    breaker_failures: int = 5
    breaker_seconds: float = 900.0

    robots_seconds: float = 86_400.0
    robots_retry_seconds: float = 900.0
    max_robots_bytes: int = 500 * 1024

    browser_path: str = ""
    render_seconds: float = 45.0
    render_settle_seconds: float = 5.0
    max_render_requests: int = 200
    max_render_bytes: int = 25 * MEGABYTE
    rendered_at_once: int = 2

    def __post_init__(self) -> None:
        if self.batch_seconds <= self.request_seconds:
            raise ValueError(
                f"batch_seconds ({self.batch_seconds:g}) must be more than request_seconds ({self.request_seconds:g})"
            )

    @property
    def product(self) -> str:
        """The name robots.txt files call us by: the user agent up to its version."""
        return self.user_agent.partition("/")[0].strip()


def user_agent(contact_url: str) -> str:
    """Return how the fetcher introduces itself: the program, and the page that says who asks and how to reach them."""
    return f"ConductAtlas/1.0 (+{contact_url})"


def private_pairs(pairs: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Return "host:port" texts as `allow_private` wants them; raise ValueError naming one that is not a pair."""
    return frozenset(_pair(text.strip()) for text in pairs if text.strip())


def _pair(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]").lower()
    if not host or "/" in host or not port.isdecimal():
        raise ValueError(f'"{text}" is not a host:port pair: write for instance 127.0.0.1:8900')
    return host, int(port)
