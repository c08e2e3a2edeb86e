"""The links of a page, with the words a reader sees on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitoring import fetch

_MOST_LINKS = 3000
_LONGEST_TEXT = 200
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its address, absolute and without fragment, and its words in one line ("" for a bare picture)."""

    url: str
    text: str


def links(body: bytes, *, content_type: str, url: str) -> tuple[Link, ...]:
    """Return the web links of an HTML page in reading order, each address once with its most telling words.

    url: where the page was served; a <base> counts. At most 3,000. Empty for anything without links. Raises nothing.
    """
    text, _ = fetch.decode(body, content_type)
    tree = LexborHTMLParser(text)
    base = _base(tree, url)
    found: dict[str, str] = {}
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        address = _address(node.attributes.get("href") or "", base)
        if address:
            found[address] = max(found.get(address, ""), _words(node), key=_telling)
    return tuple(Link(address, words) for address, words in found.items())


def _base(tree: LexborHTMLParser, url: str) -> str:
    declared = tree.css_first("base[href]")
    return _joined(url, declared.attributes.get("href") or "") if declared else url


def _address(href: str, base: str) -> str:
    address = _joined(base, href).partition("#")[0]
    is_web = address.startswith(("https://", "http://")) and len(address) <= _LONGEST_URL
    return address if is_web and _has_host(address) and not _is_within(href) else ""


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _is_within(href: str) -> bool:
    return href.strip().startswith("#")


def _words(node: LexborNode) -> str:
    """Return what the link says: its text, else its label or the picture's."""
    spoken: Iterator[str] = (
        " ".join(words.split())
        for words in (
            node.text(separator=" "),
            node.attributes.get("aria-label") or "",
            node.attributes.get("title") or "",
        )
    )
    return next((words[:_LONGEST_TEXT] for words in spoken if words), "")


def _telling(words: str) -> int:
    """Return how much a link's words tell: longer ones more, but not whole paragraphs."""
    return len(words) if len(words) <= 90 else 1
