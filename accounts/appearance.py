"""The visitor's choice between light and dark, kept in a cookie so that the first paint is right without a script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "theme"
THEMES = ("light", "dark")  # anything else follows the system
ONE_YEAR_SECONDS = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "" (as the system has it)."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


def remember(response: HttpResponse, theme: str) -> None:
    """Keep `theme` for a year; anything but light and dark forgets the choice."""
    if theme not in THEMES:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, theme, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
