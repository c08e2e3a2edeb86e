"""The public timeline: what happened, by month."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from monitoring import attributions
from monitoring import timeline as events
from monitoring.models import Platform
from monitoring.views.changes import address, place_or_404
from monitoring.views.filters import TimelineFilter


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    slug = request.GET.get("platform")
    platform = get_object_or_404(Platform, slug=slug) if slug else None
    form = TimelineFilter(request.GET or None, platform=platform)
    document = form.cleaned_data.get("document") if form.is_valid() else None
    cursor = request.GET.get("before")
    page = events.page(platform=platform, document=document, before=place_or_404(cursor) if cursor else None)
    months = groupby(page.events, key=lambda event: event.at.date().replace(day=1))
    context = {
        "form": form,
        "platform": platform,
        "months": [(month, list(happened)) for month, happened in months],
        "attributions": attributions.of_documents(event.document.pk for event in page.events),
        "older": address(request, before=events.cursor(page.next)) if page.next else "",
    }
    return render(request, "monitoring/timeline.html", context)
