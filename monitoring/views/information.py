"""Pages about this service itself: how it reads, who fetches, and how programs ask."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import plans


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    return render(
        request, "monitoring/methodology.html", {"interval_hours": round(settings.FETCH_INTERVAL_SECONDS / 3600, 1)}
    )


@require_safe
def crawler(request: HttpRequest) -> HttpResponse:
    context = {
        "user_agent": settings.FETCH_USER_AGENT,
        "interval_hours": settings.FETCH_INTERVAL_SECONDS / 3600,
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
