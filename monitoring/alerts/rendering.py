"""Mails rendered once for all who read the same: what differs from reader to reader is filled in afterwards.

Two mails are the same when everything their templates are given is equal, but for what is personal. So a value that a
template is given tomorrow keeps mails apart from the first day on.
"""

import functools
import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape

from accounts.mail import one_line

PARTS = ("subject.txt", "body.txt", "body.html")
# Stands for a personal value while a mail is rendered; nothing that is archived can have guessed it.
_PLACE = f"personal-{secrets.token_hex(16)}-"


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def rendered(name: str, context: Mapping[str, Any], *, personal: Mapping[str, str], is_shared: bool) -> Rendered:
    """Return the mail `name` of templates/email/ for `context` and `personal`, which templates see alike.

    is_shared: what the context holds never changes, so that a mail may be kept for the next one who reads the same.
    """
    if not is_shared:
        return Rendered(*_made(name, {**context, **personal}))
    shared = _Shared(name, tuple((key, _frozen(context[key])) for key in sorted(context)), tuple(sorted(personal)))
    subject, text, html = _once(shared)
    for key, value in personal.items():
        place = _PLACE + key
        subject, text = subject.replace(place, value), text.replace(place, value)
        html = html.replace(place, escape(value))
    return Rendered(one_line(subject), text, html)


@dataclass(frozen=True, slots=True)
class _Shared:
    """All that a mail depends on but for what is personal."""

    name: str
    context: tuple[tuple[str, Hashable], ...]
    personal: tuple[str, ...]


@functools.lru_cache(maxsize=64)
def _once(shared: _Shared) -> tuple[str, str, str]:
    places = {key: _PLACE + key for key in shared.personal}
    return _made(shared.name, {**dict(shared.context), **places})


def _made(name: str, context: dict[str, Any]) -> tuple[str, str, str]:
    subject, text, html = (render_to_string(f"email/{name}/{part}", context) for part in PARTS)
    return one_line(subject), text, html


def _frozen(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else value
