"""Targets of links: absolute, and of schemes that only lead somewhere; everything else is dropped."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*:")
_CONTROL = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")


def target(href: str, base: str) -> str:
    """Return the absolute target of a link, "" when it is none of http, https, mailto and tel."""
    bare = _CONTROL.sub("", href)
    scheme = _SCHEME.match(bare)
    if scheme:
        if scheme[0].lower() not in ("http:", "https:", "mailto:", "tel:"):
            return ""
        found = bare
    elif bare.startswith("#") or not bare:
        found = bare
    else:
        found = _joined(bare, base)
    return found.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace('"', "%22")


def _joined(href: str, base: str) -> str:
    try:
        joined = urljoin(base, href)
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""
