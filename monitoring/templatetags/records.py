"""Dates, digests and marked words of records, as pages and mails show them: `{% load records %}`."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitoring import screen, typesetting
from monitoring.models import Revision
from monitoring.redline import Piece

register = template.Library()

DAY = "j M Y"
_MAIL_STYLES = {
    "added": "text-decoration:underline",
    "removed": "text-decoration:line-through",
}


@register.filter
def day(value: date | datetime | str | None) -> str:
    """Return the day as a <time>; of a moment its day in UTC, of a text the day that it writes as 2026-05-01."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
        return format_html('<time datetime="{}">{}</time>', _instant(value), plain_day(value))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), plain_day(value))


@register.filter
def section(number: str) -> str:
    """Return the number of a clause as it is cited: "§ 4.2"; "(a)" as it stands."""
    return f"§ {number}" if number[:1].isdigit() else number


@register.filter
def moment(value: datetime | None) -> str:
    """Return day and minute, in UTC and saying so, as a <time>."""
    if value is None:
        return ""
    value = value.astimezone(UTC)
    return format_html('<time datetime="{}">{}, {} UTC</time>', _instant(value), plain_day(value), f"{value:%H:%M}")


@register.filter
def plain_day(value: date | datetime | None) -> str:
    """Return the day as bare text, for mails and titles."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    return _worded(value, get_language()) if value else ""


@lru_cache(maxsize=4096)
def _worded(day: date, _language: str | None) -> str:
    """Return a day in words: a page names the same few dozens of times."""
    return date_format(day, DAY)


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@register.filter
def hexadecimal(value: bytes | memoryview | None) -> str:
    return bytes(value).hex() if value else ""


@register.filter
def digest(value: bytes | memoryview | str) -> SafeString:
    """Return a digest cut to its ends, whole in its title."""
    whole = value if isinstance(value, str) else hexadecimal(value)
    return format_html('<span class="digest" title="SHA-256 {}">{}…{}</span>', whole, whole[:8], whole[-4:])


@register.filter
def host(url: str) -> str:
    """Return the host of an address: what stands for a source where there is little room."""
    return urlsplit(url).netloc or url


@register.filter
def kind(category: str) -> str:
    """Return a platform's category as words: "model-api" as "Model API"."""
    words = category.replace("-", " ").replace(" api", " API")
    return words[:1].upper() + words[1:]


@register.filter
def stance(revision: Revision) -> str:
    """Return the position that a text takes: completes "the text …"."""
    return revision.provision.type.stance(revision.stance).meaning


@register.filter
def because(reason: str) -> str:
    """Return why a text was held, as a clause."""
    return screen.Reason(reason).meaning


@register.filter
def fragment(path: str) -> str:
    """Return the part of an address that leads to the clause with this path."""
    return f"#{quote(typesetting.anchor(path))}"


@register.filter
def typeset(source: str) -> SafeString:
    """Return one block of a document's Markdown as safe HTML."""
    return mark_safe(typesetting.inline(source))  # noqa: S308 - typesetting escapes


@register.simple_tag
def redline(pieces: Iterable[Piece]) -> SafeString:
    """Return pieces with <ins> and <del>; who only listens hears where each begins and ends."""
    return _joined(pieces, _marked)


@register.simple_tag
def redline_mail(pieces: Iterable[Piece]) -> SafeString:
    """Return pieces with styles of their own, as mail programs need them."""
    return _joined(pieces, _mailed)


@register.simple_tag
def redline_text(pieces: Iterable[Piece]) -> SafeString:
    """Return pieces as [-removed-] and {+added+}; for text mails, where nothing is escaped."""
    shown = list(pieces)
    return mark_safe("".join(_written(piece) + gap for piece, gap in zip(shown, _gaps(shown), strict=True)))  # noqa: S308


def _joined(pieces: Iterable[Piece], show: Callable[[Piece], SafeString | str]) -> SafeString:
    shown = list(pieces)
    return format_html_join("", "{}{}", ((show(piece), gap) for piece, gap in zip(shown, _gaps(shown), strict=True)))


def _gaps(pieces: list[Piece]) -> list[str]:
    """Return what stands behind each piece: a space between what went and what came in its place, else nothing."""
    following = [*(piece.mark for piece in pieces[1:]), ""]
    return [
        " " if (piece.mark, mark) == ("removed", "added") else "" for piece, mark in zip(pieces, following, strict=True)
    ]


def _marked(piece: Piece) -> SafeString | str:
    if piece.mark == "gap":
        return format_html('<span class="gap" title="{}"> … </span>', _("unchanged words left out"))
    if piece.mark == "same":
        return piece.text
    tag, word = ("ins", _("added")) if piece.mark == "added" else ("del", _("removed"))
    return format_html(
        '<{}><span class="visually-hidden"> [{}: </span>{}<span class="visually-hidden">] </span></{}>',
        tag, word, piece.text, tag,
    )  # fmt: skip


def _mailed(piece: Piece) -> SafeString | str:
    tag = {"added": "ins", "removed": "del"}.get(piece.mark)
    if tag is None:
        return piece.text
    return format_html('<{} style="{}">{}</{}>', tag, _MAIL_STYLES[piece.mark], piece.text, tag)


def _written(piece: Piece) -> str:
    before, after = {"added": ("{+", "+}"), "removed": ("[-", "-]")}.get(piece.mark, ("", ""))
    return f"{before}{piece.text}{after}"
