"""Search over the texts of all times and what became of them, and what a phrase's history looks like."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitoring import attributions, drawing, pictures, redline, search
from monitoring.models import Change
from monitoring.views.changes import address
from monitoring.views.filters import SearchFilter

PAGE = 10
CHANGES = 5
LANES_FROM = 2


@require_safe
def searching(request: HttpRequest) -> HttpResponse:
    """Show the changes that tell of the words, and the documents whose texts have them, in context, first and last seen."""
    form = SearchFilter(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    start = _start(request)
    results = search.find(query, form.wanted, start=start, limit=PAGE) if query else search.Results()
    changes = search.changes(query, form.wanted, limit=CHANGES + 1) if query and not start else ()
    context = {
        "form": form,
        "query": query,
        "results": results,
        **_in_context(query, results.found, changes[:CHANGES]),
        "has_more_changes": len(changes) > CHANGES,
        "types": search.types(query),
        "lanes": _lanes(results.found),
        "attributions": attributions.of_documents(each.document.pk for each in results.found),
        "newer": address(request, page=str(start // PAGE)) if start else "",
        "older": address(request, page=str(start // PAGE + 2)) if results.has_more else "",
    }
    return render(request, "monitoring/search.html", context)


def _start(request: HttpRequest) -> int:
    """Return how many documents the pages before this one show."""
    page = request.GET.get("page", "1")
    return PAGE * (int(page) - 1) if page.isascii() and page.isdecimal() and 0 < len(page) < 4 and int(page) else 0


def _in_context(query: str, found: Sequence[search.Found], changes: Sequence[Change]) -> dict[str, object]:
    """Return each document with its hits and each change, with the marked parts: what a template can walk. One query."""
    texts = [_plain(hit.text) for each in found for hit in each.hits]
    marked = iter(search.in_context(query, [*texts, *map(search.summary_of, changes)]))
    return {
        "found": [(each, [(hit, next(marked)) for hit in each.hits]) for each in found],
        "changes": [(change, next(marked)) for change in changes],
    }


def _plain(text: str) -> str:
    return "".join(piece.text for piece in redline.readable([redline.Piece("same", text)]))


def _lanes(rows: Sequence[search.Found]) -> drawing.Picture | None:
    """Return when the words came and went in the documents of this page; None where words say it as well."""
    if len(rows) < LANES_FROM or not any(each.brought or each.took for each in rows):
        return None
    end = pictures.day_of(timezone.now())
    start = min(pictures.day_of(each.first.observed_at) for each in rows) - timedelta(days=7)
    return pictures.lanes([_lane(each) for each in rows], start=start, end=end, title=_("When the words came and went"))


def _lane(found: search.Found) -> drawing.Lane:
    came = drawing.Point(
        pictures.day_of(found.first.observed_at),
        found.brought.significance if found.brought else "first",
        _("came with a change") if found.brought else _("there from the first record on"),
        found.brought.get_absolute_url() if found.brought else found.first.get_absolute_url(),
    )
    gone = (
        drawing.Point(
            pictures.day_of(found.took.observed_at), "withdrawn", _("went with a change"), found.took.get_absolute_url()
        ),
    ) if found.took else ()  # fmt: skip
    return drawing.Lane(str(found.document), (came, *gone), found.document.get_absolute_url())
