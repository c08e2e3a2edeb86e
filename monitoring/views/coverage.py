"""How fresh the archive is: every document with its last check, and why one is behind."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring import coverage as freshness
from monitoring.models import Document, Schedule
from monitoring.views.changes import pages

PAGE = 50


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    rows = Document.objects.current().filter(organization=None).with_platform()
    page = Paginator(rows.order_by("platform__name", "name", "id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "covered": freshness.of(page.object_list),
        "total": page.paginator.count,
        **Schedule.objects.aggregate(
            failing=_with(~Q(reason="")), held=_with(~Q(held_at=None)), waiting=_with(Q(last_success_at=None))
        ),
        **pages(request, page),
    }
    return render(request, "monitoring/coverage.html", context)


def _with(schedule: Q) -> Count:
    """Return how many documents have such a schedule."""
    return Count("source__document", distinct=True, filter=schedule)
