"""What goes into a Fetch and what comes out of it: values that cross the folder's edge."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One Source to get.

    key: whatever tells the caller which Source this was; never read here.
    etag, last_modified: what the server said last time, as it said it; with either, the request is conditional.
    render: the page needs a browser. Rendered pages are never asked for conditionally.
    language: the wanted language as in Accept-Language ("de"); empty means the settings' default.
    """

    key: Hashable
    url: str
    etag: str = ""
    last_modified: str = ""
    render: bool = False
    language: str = ""

    @property
    def is_conditional(self) -> bool:
        return bool(self.etag or self.last_modified) and not self.render


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stranger needs to judge where a page came from.

    redirects: (status, URL) of every answer that sent us on, in order; the final URL is not among them.
    headers: of the final answer, in the order and spelling served.
    server_address: "address:port" that was connected to.
    tls_certificate: the server's certificate in DER; empty for plain http.
    """

    redirects: tuple[tuple[int, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    server_address: str = ""
    tls_certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A page brought home, or word that it has not changed.

    body: after content decoding; empty when `is_not_modified`.
    content_type: what the body is, which may correct what the server called it; a charset the server named is kept.
    charset: as named by the server, lower case; empty when it named none. `charset.decode` knows what to do.
    etag, last_modified: to be sent back next time; empty for rendered pages.
    duration_seconds: of the attempt that succeeded, without the wait for the host's turn.
    """

    status: int
    body: bytes
    content_type: str
    charset: str
    url: str
    etag: str
    last_modified: str
    evidence: Evidence
    is_not_modified: bool
    duration_seconds: float
