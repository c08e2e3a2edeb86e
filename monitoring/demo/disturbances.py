"""What the wild serves in place of a document: each a status and some HTML, in the platform's frame or without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Situation:
    """What a disturbance is made of: the document's HTML, the platform, its home page and the other language."""

    body: str
    platform: str
    home: str
    other_language: str
    token: str


@dataclass(frozen=True, slots=True)
class Served:
    """A status and HTML; `is_framed` when it stands in the platform's page frame."""

    status: int
    html: str
    is_framed: bool = True


def served(kind: str, situation: Situation) -> Served:
    """Return what is served for a kind of disturbance; the document itself for the empty kind. Raises KeyError."""
    return _KINDS[kind](situation)


def kinds() -> tuple[str, ...]:
    """Return the names of the disturbances."""
    return tuple(kind for kind in _KINDS if kind)


def _document(situation: Situation) -> Served:
    return Served(200, situation.body)


def _error_page(situation: Situation) -> Served:
    return Served(
        200,
        "<h1>Something went wrong</h1>\n"
        "<p>This page is not available right now. Please try again in a few minutes.</p>\n"
        f"<p>Reference: <code>{situation.token[:12]}</code></p>\n"
        f'<p><a href="link:/">Back to {situation.platform}</a></p>',
    )


def _not_found(situation: Situation) -> Served:
    way_out = f'<a href="link:/">Go to {situation.platform}</a>'
    return Served(404, f"<h1>Page not found</h1>\n<p>There is nothing here. {way_out}</p>")


def _server_error(situation: Situation) -> Served:
    return Served(503, "<h1>Service unavailable</h1>\n<p>We are carrying out maintenance and will be back soon.</p>")


def _too_many(situation: Situation) -> Served:
    return Served(429, "<h1>Too many requests</h1>\n<p>Please slow down.</p>")


def _bot_wall(situation: Situation) -> Served:
    return Served(
        200,
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Just a moment…</title><meta name="robots" content="noindex"></head>
<body><h1>Checking your browser</h1>
<p>Please wait while we verify that you are not a robot.
Enable JavaScript and cookies to continue to {situation.platform}.</p>
<noscript><p>This check needs JavaScript.</p></noscript>
<p>Ray ID: {situation.token[:16]}</p></body></html>
""",
        is_framed=False,
    )


def _forbidden(situation: Situation) -> Served:
    return Served(403, _bot_wall(situation).html, is_framed=False)


def _consent_wall(situation: Situation) -> Served:
    return Served(
        200,
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Before you continue</title></head>
<body><main><h1>Before you continue to {situation.platform}</h1>
<p>We and our 143 partners store and read information on your device, such as cookies and unique identifiers,
to measure how our sites are used, to keep them safe and to show content that fits you.
You can accept all, reject all or choose.</p>
<form><button>Accept all</button> <button>Reject all</button> <button>More options</button></form></main></body></html>
""",
        is_framed=False,
    )


def _home_page(situation: Situation) -> Served:
    return Served(200, situation.home)


def _truncated(situation: Situation) -> Served:
    """The first third of the paragraphs, as when a cache has kept a broken answer."""
    blocks = situation.body.split("\n<")
    return Served(200, "\n<".join(blocks[: len(blocks) // 3]))


def _doubled(situation: Situation) -> Served:
    return Served(200, f"{situation.body}\n{situation.body}")


def _locale(situation: Situation) -> Served:
    return Served(200, situation.other_language or situation.body)


def _empty_shell(situation: Situation) -> Served:
    return Served(200, '<div id="root" data-state="loading"></div>\n<noscript>This page needs JavaScript.</noscript>')


_KINDS: dict[str, Callable[[Situation], Served]] = {
    "": _document,
    "error-page": _error_page,
    "not-found": _not_found,
    "server-error": _server_error,
    "too-many-requests": _too_many,
    "bot-wall": _bot_wall,
    "forbidden": _forbidden,
    "consent-wall": _consent_wall,
    "home-page": _home_page,
    "truncated": _truncated,
    "doubled": _doubled,
    "locale": _locale,
    "empty-shell": _empty_shell,
}
