"""Any two versions of a document beside each other: kept for an hour, and so many new ones a minute for each visitor."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis import RedisError

from monitoring import attributions, between
from monitoring.models import Change, Document, Version

NEW_A_MINUTE = 10
VIEWS = ("inline", "side")


@require_safe
def compare(request: HttpRequest, platform_slug: str, document_slug: str, before: int, after: int) -> HttpResponse:
    """Show what lies between two versions, the earlier first; neighbours have a page of their own: their Change."""
    rows = Document.objects.with_platform().filter(organization=None)
    document = get_object_or_404(rows, platform__slug=platform_slug, slug=document_slug)
    versions = Version.objects.without_text().filter(document=document)
    earlier, later = (get_object_or_404(versions, sequence=sequence) for sequence in (before, after))
    if earlier == later:
        return redirect("monitoring:version", platform_slug, document_slug, before)
    if (later.observed_at, later.sequence) < (earlier.observed_at, earlier.sequence):
        return redirect("monitoring:between", platform_slug, document_slug, after, before)
    if own := Change.objects.filter(before=earlier, after=later).first():
        return redirect(own)
    return _page(request, document, earlier, later)


def _page(request: HttpRequest, document: Document, earlier: Version, later: Version) -> HttpResponse:
    context = {
        "document": document,
        "change": Change(before=earlier, after=later),  # what the parts of a change's page read
        "view": request.GET.get("view") if request.GET.get("view") in VIEWS else "inline",
        "changes": _changes(document, earlier, later),
        "attributions": attributions.of_documents([document.pk]),
    }
    try:
        found = between.kept(earlier, later) or _made(request, earlier, later)
    except between.TooLong as refused:
        return render(request, "monitoring/between.html", {**context, "refused": str(refused)})
    except RedisError:  # neither kept nor counted while the cache is away
        found = None
    if found is None:
        return render(request, "monitoring/between.html", {**context, "is_busy": True}, status=429)
    return render(request, "monitoring/between.html", {**context, "between": found})


def _made(request: HttpRequest, earlier: Version, later: Version) -> between.Between | None:
    """Return a new comparison; None when this visitor asks for too many of them."""
    if not _has_room(request):
        return None
    texts = Version.objects.in_bulk([earlier.pk, later.pk])
    return between.of(texts[earlier.pk], texts[later.pk])


def _has_room(request: HttpRequest) -> bool:
    """Count one more new comparison of this visitor in this minute; return whether there is room for it."""
    minute = int(timezone.now().timestamp()) // 60
    key = f"between-rate:{get_adapter(request).get_client_ip(request)}:{minute}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) <= NEW_A_MINUTE


def _changes(document: Document, earlier: Version, later: Version) -> list[Change]:
    rows = Change.objects.without_texts().filter(
        document=document, observed_at__gt=earlier.observed_at, observed_at__lte=later.observed_at
    )
    return list(rows[:100])
