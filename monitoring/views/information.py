"""Pages about this service itself: how it reads, who fetches, and how programs ask."""

import json
from datetime import date
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from billing import plans
from monitoring import attributions, knowledge

MEASURED = Path(__file__).resolve().parent.parent / "measured.json"


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    context = {
        "interval": _spoken(settings.FETCH_INTERVAL_SECONDS),
        "measured": _measured(),
        "taxonomy": knowledge.taxonomy(),
    }
    return render(request, "monitoring/methodology.html", context)


def _spoken(seconds: float) -> str:
    """Return a period in whole hours, or in minutes or seconds where it is shorter than one of those."""
    hours, minutes, rest = round(seconds / 3600), round(seconds / 60), round(seconds)
    if seconds >= 3600:
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    if seconds >= 60:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    return ngettext("%(number)s second", "%(number)s seconds", rest) % {"number": rest}


@cache
def _measured() -> dict[str, Any]:
    """Return the figures that `python -m bench.measured --write` keeps, with their day and command."""
    found = json.loads(MEASURED.read_text(encoding="utf8"))
    return found | {"measured_on": date.fromisoformat(found["measured_on"])}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/about.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/contact.html", {"contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/terms.html", {"contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/privacy.html", {"contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]})


@require_safe
def attributed(request: HttpRequest) -> HttpResponse:
    """Name whose data the archive builds on: the imported collections, and the programs."""
    return render(request, "monitoring/attributions.html", {"collections": attributions.of_all()})


@require_safe
def crawler(request: HttpRequest) -> HttpResponse:
    context = {
        "user_agent": settings.FETCH_USER_AGENT,
        "interval": _spoken(settings.FETCH_INTERVAL_SECONDS),
        "host_interval_seconds": settings.FETCH_HOST_INTERVAL_SECONDS,
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "monitoring/crawler.html", context)


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/api.html", {"site": settings.SITE_URL, "plans": plans.PLANS})


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/problems.html")


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/webhooks.html", {"site": settings.SITE_URL})
