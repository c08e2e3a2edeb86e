"""The list of changes, and one change with its words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from monitoring import attributions, redline, timeline
from monitoring.models import Change
from monitoring.views import parts, reviewing
from monitoring.views.filters import ChangeFilter

PAGE = 40
LINES_SHOWN = 8
GROUNDS_SHOWN = 5
VIEWS = ("inline", "side")
UNCHANGED_SHOWN = 60_000  # characters: beyond, the folded clauses are read on the page of the version


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """List changes, newest first; a cursor in the address makes every page as cheap as the first."""
    form = ChangeFilter(request.GET or None)
    rows = Change.objects.in_lists().with_touches()
    if form.is_valid():
        if platform := form.cleaned_data["platform"]:
            rows = rows.filter(document__platform=platform)
        if significance := form.cleaned_data["significance"]:
            rows = rows.filter(significance=significance)
    if cursor := request.GET.get("before"):
        rows = rows.older_than(place_or_404(cursor))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = address(request, before=timeline.cursor((last.observed_at, last.pk))) if last else ""
    context = {
        "form": form,
        "changes": found[:PAGE],
        "older": older,
        "attributions": attributions.of_documents(row.document_id for row in found[:PAGE]),
    }
    return render(request, "monitoring/changes.html", context)


@require_safe
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    row = get_object_or_404(Change.objects.with_versions(), pk=change_id)
    marked = redline.of(row)
    laid = redline.in_order(row, marked)
    lines = _weightiest(row, marked)
    context = {
        "change": row,
        "document": row.document,
        "attributions": attributions.of_documents([row.document_id]),
        "lines": lines[:LINES_SHOWN],
        "more_lines": lines[LINES_SHOWN:],
        "laid": laid,
        "shows_unchanged": len(row.after.text) <= UNCHANGED_SHOWN,
        "grounds": _grounds(row),
        "counts": tuple(Counter(edit.kind for edit in marked if not edit.is_quiet).items()),
        "quiet": [edit for edit in marked if edit.is_quiet],
        "view": request.GET.get("view") if request.GET.get("view") in VIEWS else "inline",
        "unchanged": sum(len(part.clauses) for part in laid if isinstance(part, redline.Run)),
        **reviewing.panel(request, row),
    }
    return render(request, "monitoring/change.html", context | parts.touched(request, row))


def _weightiest(change: Change, marked: Sequence[redline.Marked]) -> list[dict[str, object]]:
    """Return the lines of the summary, those of the change's own significance first."""
    significances = {edit.place: edit.significance for edit in marked}
    lines = change.summary.get("lines", [])
    return sorted(lines, key=lambda line: significances.get(line["edit"]) != change.significance)


def _grounds(change: Change) -> list[dict[str, str]]:
    """Return why the change is weighed as it is: each reason once, with its first words, the first five."""
    first = {reason["why"]: reason for reason in reversed(change.reasons)}
    order = dict.fromkeys(reason["why"] for reason in change.reasons)
    return [first[why] for why in list(order)[:GROUNDS_SHOWN]]


def place_or_404(cursor: str) -> timeline.Place:
    try:
        return timeline.place(cursor)
    except timeline.BadCursor as error:
        raise Http404(str(error)) from None


def address(request: HttpRequest, **changed: str) -> str:
    """Return the query of this page with `changed` values; what is empty is left out."""
    values = {name: value for name, value in request.GET.items() if value} | changed
    return f"?{urlencode(values)}"


def pages(request: HttpRequest, page: Page) -> dict[str, Any]:
    """Return the page and the addresses of its neighbours, empty at an end."""
    return {
        "page": page,
        "newer": address(request, page=str(page.previous_page_number())) if page.has_previous() else "",
        "older": address(request, page=str(page.next_page_number())) if page.has_next() else "",
    }
