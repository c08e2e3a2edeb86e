"""The list of platforms, and one platform with its documents and a year of changes."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring import attributions, coverage, pictures, quick_facts
from monitoring.models import Change, Platform, Significance
from monitoring.views.changes import pages
from monitoring.views.filters import PlatformFilter

PAGE = 50
YEAR = timedelta(days=365)
CHANGES_SHOWN = 40


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    """List what the catalog declares, with how many documents each has and how fresh they are."""
    current = Platform.objects.current()
    categories = tuple(current.exclude(category="").order_by("category").values_list("category", flat=True).distinct())
    form = PlatformFilter(request.GET or None, categories=categories)
    rows = current.filter(_wanted(form)).with_freshness().order_by("name")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "monitoring/platforms.html", {"form": form, **pages(request, page)})


@require_safe
def platform(request: HttpRequest, platform_slug: str) -> HttpResponse:
    row = get_object_or_404(Platform, slug=platform_slug)
    documents = list(row.documents.filter(organization=None, retired_at=None).with_platform().order_by("name"))
    now = timezone.now()
    changes = Change.objects.filter(document__platform=row).since(now - YEAR).in_lists()
    moments = list(changes.order_by().values_list("observed_at", "significance"))
    context = {
        "platform": row,
        "covered": coverage.of(documents),
        "proposals": row.proposals.open().with_document().order_by("-is_news", "kind", "-began_at"),
        "changes": changes.with_touches()[:CHANGES_SHOWN],
        "attributions": attributions.of_documents(document.pk for document in documents),
        "facts": quick_facts.of(row),
        "year": pictures.year_of_changes(moments, now=now) if moments else None,
        "significances": _counted(significance for _, significance in moments),
    }
    return render(request, "monitoring/platform.html", context)


def _counted(significances: Iterable[str]) -> list[tuple[str, int]]:
    """Return (significance, number of changes), weightiest first; what did not happen is left out."""
    return sorted(Counter(significances).items(), key=lambda row: Significance.values.index(row[0]))


def _wanted(form: PlatformFilter) -> Q:
    if not form.is_valid():
        return Q()
    wanted = Q()
    if name := form.cleaned_data["q"]:
        wanted &= Q(name__icontains=name) | Q(vendor__icontains=name)
    if category := form.cleaned_data["category"]:
        wanted &= Q(category=category)
    return wanted
