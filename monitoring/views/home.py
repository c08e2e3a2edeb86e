"""The front page: what this is, what changed last, and the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring import redline
from monitoring.models import Change, Document, Platform

CHANGES_SHOWN = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    latest = list(Change.objects.substantive().in_lists().with_touches()[:CHANGES_SHOWN])
    context = {
        "changes": latest,
        "specimen": _specimen(latest[0].pk) if latest else None,
        "platforms": Platform.objects.current().count(),
        "documents": Document.objects.current().count(),
    }
    return render(request, "monitoring/home.html", context)


def _specimen(change_id: int) -> tuple[Change, redline.Marked]:
    """Return the newest change with the edit that shows it best: a weighty rewording, else its first."""
    change = Change.objects.with_versions().get(pk=change_id)
    marked = redline.of(change)
    weighty = [edit for edit in marked if edit.significance == change.significance] or list(marked)
    return change, next((edit for edit in weighty if edit.kind == "reworded"), weighty[0])
