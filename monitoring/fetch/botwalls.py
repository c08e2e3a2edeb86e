"""Knowing a check against robots when one is served in place of the page, by the marks of the products that serve them.

Conservative: a mark must belong to the challenge itself, never to the scripts such products add to ordinary pages.
"""

from __future__ import annotations

from collections.abc import Mapping

_CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-vercel-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("sg-captcha", "challenge"),
)
_CHALLENGE_MARKS = (
    b"window._cf_chl_opt",
    b"cf-browser-verification",
    b"/cdn-cgi/challenge-platform/h/",
    b"captcha-delivery.com",
    b"_incapsula_resource",
    b"incapsula incident id",
    b"px-captcha",
    b"_pxappid",
    b"awswafcookiedomainlist",
    b"token.awswaf.com",
    b"/.well-known/sgcaptcha/",
    b"errors.edgesuite.net",
    b"vercel security checkpoint",
    b"check.ddos-guard.net",
    b"sucuri website firewall",
    b"x-kpsdk-",
    b"<title>just a moment...</title>",
    b"<title>pardon our interruption</title>",
    b"<title>attention required!",
    b"<title>access to this page has been denied</title>",
    b"please verify you are a human",
    b"verify you are human by completing",
    b"checking your browser before accessing",
    b"enable javascript and cookies to continue",
)
_CHALLENGE_STATUSES = frozenset({202, 401, 403, 405, 406, 429, 503})
_MARK_WITHIN_BYTES = 64 * 1024
_SMALL_PAGE_BYTES = 16 * 1024


def mark(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Return the mark by which an answer shows itself as a bot wall, or "".

    Pages served with 200 are searched only when they are too small to be a document with such a wall's script in it.
    """
    for name, value in _CHALLENGE_HEADERS:
        if headers.get(name, "").lower() == value:
            return f"{name}: {value}"
    if status not in _CHALLENGE_STATUSES and not (status == 200 and len(body) <= _SMALL_PAGE_BYTES):
        return ""
    start = body[:_MARK_WITHIN_BYTES].lower()
    return next((found.decode() for found in _CHALLENGE_MARKS if found in start), "")
