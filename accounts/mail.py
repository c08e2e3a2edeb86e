"""How a mail is made from its folder: templates/email/<name>/{subject.txt, body.txt, body.html}."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string

# Line breaks end a header; U+2028 and U+2029 pass Django's own check.
BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def message(
    name: str,
    *,
    to: Sequence[str],
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
    from_email: str | None = None,
) -> EmailMultiAlternatives:
    """Return the unsent mail `name` with a text and an HTML body.

    Every template also receives `site_url`. The subject is one line whatever the context holds.
    """
    context = {"site_url": settings.SITE_URL, **context}
    subject, text = (_plain(f"email/{name}/{part}", context) for part in ("subject.txt", "body.txt"))
    mail = EmailMultiAlternatives(one_line(subject), text.strip() + "\n", from_email, list(to), headers=headers)
    mail.attach_alternative(render_to_string(f"email/{name}/body.html", context), "text/html")
    return mail


def _plain(template: str, context: dict[str, Any]) -> str:
    """Return the text of `template` with nothing escaped for HTML."""
    return get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]


def one_line(text: str) -> str:
    """Return `text` as it may stand in a header: breaks and runs of white space become single spaces."""
    return " ".join(BREAKS.sub(" ", text).split())
