"""A page of the demo world as served at a moment: the document in its platform's frame, with all the noise of the wild.

Noise is drawn from the moment itself, so the same moment gives the same bytes; a platform that sends an ETag has none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random
from string import Template

from markdown_it import MarkdownIt

from monitoring.demo import disturbances, script, timeline
from monitoring.demo.script import Document, Platform

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_NO_TOKEN = "0" * 32
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of the publisher."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def page(
    platform: Platform,
    document: Document,
    *,
    at: datetime,
    began_at: datetime,
    fired: Sequence[timeline.Firing] = (),
    is_live: bool = True,
) -> Page:
    """Return what the publisher serves for a document at a moment, before or after the world began."""
    state = timeline.state(document, at, began_at=began_at, fired=fired, is_live=is_live)
    random = Random(document.name if platform.has_etag else f"{document.name} {at.isoformat()}")
    token = random.randbytes(16).hex()
    served = disturbances.served(
        state.serve,
        disturbances.Situation(
            body=_document_html(platform, document, state),
            platform=platform.name,
            home=html(platform.home, ()),
            other_language=_other_language(platform, document, at, began_at=began_at),
            token=token,
        ),
    )
    frame = _Frame(document.title, document.language, state.layout, served.html)
    framed = _framed(platform, frame, random, token) if served.is_framed else served.html
    return _answer(platform, served.status, _with_addresses(framed, platform, token), token)


def published(platform: Platform, *, at: datetime, began_at: datetime) -> tuple[Document, ...]:
    """Return the documents that a platform has at a moment, those that came while the world was watched last."""
    came = (each for each in platform.newcomers if each.appears_after and began_at + each.appears_after <= at)
    return (*platform.documents, *came)


def home(platform: Platform, documents: Sequence[Document]) -> Page:
    """Return the home page of a platform, which lists these of its documents: its legal hub."""
    links = "".join(f'<li><a href="{each.url_path}">{each.title}</a></li>\n' for each in documents)
    return _plain(platform, 200, f"{html(platform.home, ())}\n<h2>Legal</h2>\n<ul>\n{links}</ul>")


def not_found(platform: Platform) -> Page:
    """Return what a platform answers for an address it does not have."""
    served = disturbances.served("not-found", disturbances.Situation("", platform.name, "", "", _NO_TOKEN))
    return _plain(platform, served.status, served.html)


def _plain(platform: Platform, status: int, body: str) -> Page:
    framed = _framed(platform, _Frame(platform.tagline, "en", "layout.html", body), Random(platform.slug), _NO_TOKEN)
    return _answer(platform, status, _with_addresses(framed, platform, _NO_TOKEN), _NO_TOKEN)


@cache
def html(text: str, links: tuple[tuple[str, str], ...]) -> str:
    """Return Markdown as HTML, with mail addresses and the names of the platform's other documents as links."""
    rendered: str = _MARKDOWN.render("\n".join(_linked(line, links) for line in text.split("\n")))
    return rendered.strip()


def _linked(line: str, links: tuple[tuple[str, str], ...]) -> str:
    if line.startswith("#"):
        return line
    for phrase, path in links:
        line = line.replace(phrase, f"[{phrase}](link:{path})")
    return re.sub(r"[\w.]+@[\w.]+\w", lambda match: f"[{match[0]}](mailto:{match[0]})", line)


def _document_html(platform: Platform, document: Document, state: timeline.State) -> str:
    updated = _shown_date(state.updated_date, document.language, platform.date_style)
    others = tuple(link for link in platform.links if link[1] != document.path)
    return html(state.text.replace("{updated}", updated), others)


def _shown_date(day: date, language: str, style: str) -> str:
    month = _MONTHS[language].split()[day.month - 1]
    if language == "de":
        return f"{day.day}. {month} {day.year}"
    return f"{day.day} {month} {day.year}" if style == "day-first" else f"{month} {day.day}, {day.year}"


def _other_language(platform: Platform, document: Document, at: datetime, *, began_at: datetime) -> str:
    if not document.locale:
        return ""
    other = platform.document(document.locale)
    return _document_html(platform, other, timeline.state(other, at, began_at=began_at))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What fills the page frame of a platform."""

    title: str
    language: str
    layout: str
    body: str


def _framed(platform: Platform, frame: _Frame, random: Random, token: str) -> str:
    return _template(platform.slug, frame.layout).substitute(
        language=frame.language,
        title=frame.title,
        name=platform.name,
        vendor=platform.vendor,
        tagline=platform.tagline,
        body=frame.body,
        sections=_sections(frame.body),
        navigation=_navigation(platform),
        nonce=token if "nonce" in platform.ambient else "",
        build=token[:8] if "build-id" in platform.ambient else "1",
        related=_related(platform, random),
        banner=_banner(platform, random),
    )


@cache
def _template(slug: str, layout: str) -> Template:
    return Template((script.CONTENT / slug / layout).read_text(encoding="utf-8"))


def _sections(body: str) -> str:
    """The same words one heading level down, each section in an element of its own, as a redesign would have it."""
    parts = re.split(r"(?=<h2>)", body.replace("h3>", "h4>"))
    return "\n".join(
        f'<section class="clause" id="part-{index}"><div>\n{part.replace("h2>", "h3>")}</div></section>'
        for index, part in enumerate(parts)
    )


def _navigation(platform: Platform) -> str:
    return "".join(f'<a href="link:{each.path}">{each.title}</a>\n' for each in platform.documents)


def _related(platform: Platform, random: Random) -> str:
    if "related" not in platform.ambient:
        return ""
    items = "\n".join(_related_item(title, random) for title in random.sample(platform.related, k=3))
    return f"<h2>More from {platform.name}</h2>\n<ul>\n{items}\n</ul>"


def _related_item(title: str, random: Random) -> str:
    number, minutes = random.randrange(10_000), random.randint(2, 14)
    return f'<li><a href="link:/blog/{number}">{title}</a> <small>{minutes} min</small></li>'


def _banner(platform: Platform, random: Random) -> str:
    if "banner" not in platform.ambient or random.random() < 0.3:
        return ""
    return (
        '<div class="cookie-banner" role="dialog" aria-label="Cookies">'
        f"<p>We and our {random.randint(40, 60)} partners use cookies to make {platform.name} work, to measure visits "
        "and to show our ads elsewhere. You can change your mind at any time.</p>"
        "<button>Accept all</button><button>Reject all</button><button>Settings</button></div>"
    )


def _with_addresses(page_html: str, platform: Platform, token: str) -> str:
    """Turn `link:/path` into an address of the platform, with its rotating ids or tracking parameters.

    The front page and what is not found have plain ones: a list of documents names each as it is.
    """
    if token == _NO_TOKEN:
        return page_html.replace('href="link:', f'href="/{platform.slug}')
    identifier = f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:28]}"
    before = f"/{platform.slug}/r/{identifier}" if "rotating-links" in platform.ambient else f"/{platform.slug}"
    after = f"?utm_source=legal&amp;sid={token[:10]}" if "tracking" in platform.ambient else ""
    return re.sub(r'href="link:([^"]*)"', lambda match: f'href="{before}{match[1]}{after}"', page_html)


def _answer(platform: Platform, status: int, page_html: str, token: str) -> Page:
    body = page_html.encode()
    headers = [("Content-Type", "text/html; charset=utf-8")]
    if platform.has_etag:
        headers += [("ETag", f'"{hashlib.sha256(body).hexdigest()[:20]}"'), ("Cache-Control", "no-cache")]
    if "nonce" in platform.ambient:
        headers += [("Content-Security-Policy", f"script-src 'nonce-{token}'"), ("Set-Cookie", f"session={token}")]
    if status in {429, 503}:
        headers += [("Retry-After", "60")]
    return Page(status, tuple(headers), body)
