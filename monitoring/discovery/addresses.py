"""When two addresses are the same document: what of a URL counts, and which site it belongs to."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from publicsuffixlist import PublicSuffixList

_TRACKING = re.compile(
    r"utm_\w+|gclid|fbclid|msclkid|mc_\w+|ref|referrer|source|src|_ga|_gl|hs\w+|trk|campaign|cmpid|icid|sid|session_?id|phpsessid",
    re.IGNORECASE,
)
_LANGUAGE_KEYS = frozenset({"hl", "lang", "language", "locale", "lc"})
_LANGUAGES = re.compile(
    "ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fil?|fr|h[eiru]|i[dt]|ja|ka|kk|ko|l[tv]|ms|n[blo]|p[lt]|r[ou]|s[klrvw]|t[aehr]|ur|vi|zh"
)
"""Language codes as addresses carry them; without "uk", which is the country more often: a region's text is its own."""
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def normalised(url: str) -> str:
    """Return `url` so that two spellings of one address are equal; "" when it is no web address.

    Left out: the scheme, "www.", the default port, fragment, trailing slash, index page, tracking parameters.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = parts.hostname.lower().removeprefix("www.").rstrip(".")
    where = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = _INDEX.sub("/", quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")).rstrip("/")
    kept = sorted((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name))
    return f"{where}{path}?{urlencode(kept)}" if kept else f"{where}{path}"


def identity(url: str) -> str:
    """Return the normalised address without its language, so that a translation is known by its original."""
    address = normalised(url)
    location, _, query = address.partition("?")
    host, *segments = location.split("/")
    if segments[:1] == ["intl"]:
        segments = segments[1:]
    if segments and _is_locale(segments[0]):
        segments = segments[1:]
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0].lower() not in _LANGUAGE_KEYS]
    bare = "/".join([host, *segments]).lower()
    return f"{bare}?{'&'.join(kept)}" if kept else bare


def is_same(url: str, other: str) -> bool:
    """Return whether two addresses differ in nothing but spelling."""
    return normalised(url) == normalised(other)


def site(url: str) -> str:
    """Return the registrable domain, by the Public Suffix List; the host itself for IP addresses and bare names."""
    location = normalised(url).partition("/")[0]
    host = location.rpartition(":")[0] or location
    if not host or _is_address(host):
        return location
    return _suffixes().privatesuffix(host) or location


def _is_locale(segment: str) -> bool:
    """Return whether a segment names a language, with or without a country: "de", "pt-br", "zh_CN"."""
    language, _, country = segment.lower().replace("_", "-").partition("-")
    return bool(_LANGUAGES.fullmatch(language)) and len(country) <= 4 and (country.isalnum() or not country)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
