"""Search over the texts of all times, and what a phrase's history looks like."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitoring import attributions, drawing, pictures, redline, search
from monitoring.views.changes import address
from monitoring.views.filters import SearchFilter

PAGE = 10
LANES_FROM = 2


@require_safe
def searching(request: HttpRequest) -> HttpResponse:
    """Show the documents whose texts have the words, with the words in context, first and last seen."""
    form = SearchFilter(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    results = search.find(query, form.wanted) if query else search.Results()
    page = Paginator(results.found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "query": query,
        "results": results,
        "found": _in_context(query, list(page.object_list)),
        "types": search.types(query),
        "lanes": _lanes(page),
        "attributions": attributions.of_documents(each.document.pk for each in page.object_list),
        "newer": address(request, page=str(page.previous_page_number())) if page.has_previous() else "",
        "older": address(request, page=str(page.next_page_number())) if page.has_next() else "",
    }
    return render(request, "monitoring/search.html", context)


def _in_context(
    query: str, found: Sequence[search.Found]
) -> list[tuple[search.Found, list[tuple[search.Hit, object]]]]:
    """Return each document with its hits and the marked parts of each: what a template can walk."""
    texts = [_plain(hit.text) for each in found for hit in each.hits]
    marked = iter(search.in_context(query, texts))
    return [(each, [(hit, next(marked)) for hit in each.hits]) for each in found]


def _plain(text: str) -> str:
    return "".join(piece.text for piece in redline.readable([redline.Piece("same", text)]))


def _lanes(page: Page) -> drawing.Picture | None:
    """Return when the words came and went in the documents of this page; None where that is one line of text."""
    rows = list(page.object_list)
    if len(rows) < LANES_FROM:
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
