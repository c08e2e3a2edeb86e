"""The front page: what this is, what changed last, and the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.models import Change, Document, Platform

CHANGES_SHOWN = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    latest = Change.objects.substantive().without_texts()[:CHANGES_SHOWN]
    context = {
        "changes": latest,
        "platforms": Platform.objects.current().count(),
        "documents": Document.objects.current().count(),
    }
    return render(request, "monitoring/home.html", context)
