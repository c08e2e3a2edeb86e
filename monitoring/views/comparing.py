"""Platforms beside each other: a group of types as a matrix, or one type with the words; today or, by plan, at a past day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.plans import Feature
from monitoring import compare as reading
from monitoring import knowledge, provisions, today
from monitoring.models import Comparison, Document, Platform, Revision
from monitoring.templatetags import records
from monitoring.views.changes import address, pages
from monitoring.views.filters import LongSelect
from monitoring.views.parts import may_see

PAGE = 50
PAGE_OF_WORDS = 25
ALL = "all"
PAGE_OF_ALL = 20
DENSE = 12  # columns: beyond, a cell is a mark without its word


class CompareForm(forms.Form):
    type = forms.ChoiceField(label=_("On what"), required=False, widget=LongSelect)
    audience = forms.ChoiceField(label=_("Readers"), required=False)
    category = forms.ChoiceField(label=_("Kind of platform"), required=False)
    at = forms.DateField(label=_("As it stood on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taxonomy = knowledge.taxonomy()
        by_group = [
            (name, [(row.key, row.name) for row in taxonomy.types.values() if row.group == key])
            for key, name in taxonomy.groups
        ]
        groups = [*taxonomy.groups, (ALL, _("All types, as marks"))]
        self._offer("type", [(_("Groups of types"), groups), *by_group])
        audiences = Document.objects.current().exclude(audience="").order_by("audience")
        self._offer(
            "audience", [("", _("Everybody")), *((one, one.capitalize()) for one in _distinct(audiences, "audience"))]
        )
        categories = Platform.objects.current().exclude(category="").order_by("category")
        self._offer(
            "category", [("", _("All kinds")), *((one, records.kind(one)) for one in _distinct(categories, "category"))]
        )

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def _distinct(rows: QuerySet[Any], column: str) -> Iterator[str]:
    yield from rows.values_list(column, flat=True).distinct()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comparison is about: these platforms on these types, as `choice` says.

    is_refused: the past was asked for, and the plan does not show it. is_narrowed: to some of the platforms.
    """

    types: tuple[str, ...]
    platforms: QuerySet[Platform]
    choice: reading.Choice
    is_refused: bool = False
    is_narrowed: bool = False

    @property
    def is_one(self) -> bool:
        return len(self.types) == 1

    @property
    def is_of_all(self) -> bool:
        """Whether it is about all platforms and all documents, today."""
        return self.choice.at is None and not self.choice.audience and not self.is_narrowed

    @property
    def is_dense(self) -> bool:
        """Whether the matrix has room for marks only."""
        return len(self.types) > DENSE


def asked_by(request: HttpRequest, form: CompareForm) -> Asked:
    """Return what the address asks for; what makes no sense falls back to the first group, today, of all."""
    wanted = form.cleaned_data if form.is_valid() else {}
    taxonomy = knowledge.taxonomy()
    on = wanted.get("type") or taxonomy.groups[0][0]
    types = tuple(key for key, row in taxonomy.types.items() if on in (ALL, row.group, key))
    platforms = Platform.objects.current().order_by("name")
    if category := wanted.get("category"):
        platforms = platforms.filter(category=category)
    at = end_of_day(wanted.get("at"))
    is_refused = at is not None and not may_see(request, Feature.PAST_COMPARISON)
    choice = reading.Choice(at=None if is_refused else at, audience=wanted.get("audience") or "")
    return Asked(types, platforms, choice, is_refused, is_narrowed=bool(category))


def end_of_day(day: Any) -> datetime | None:
    """Return the last moment of a past day; None for today, for a day to come and for none."""
    if day is None or day >= timezone.now().date():
        return None
    return datetime.combine(day, time(), UTC) + timedelta(days=1, microseconds=-1)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    form = CompareForm(request.GET or None)
    asked = asked_by(request, form)
    context = {"form": form, "asked": asked, "saved": saved_of(request), "query": address(request)}
    if asked.is_one:
        return render(request, "monitoring/compare_type.html", context | one_type(request, asked))
    return render(request, "monitoring/compare.html", context | matrix(request, asked))


def saved_of(request: HttpRequest) -> list[Comparison]:
    """Return what the visitor's organization has saved; empty for a visitor."""
    organization = getattr(request, "organization", None)
    return list(Comparison.objects.for_organization(organization)) if organization else []


def matrix(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return a page of platforms against the types as the HTML of a table, "" where no platform fits.

    What everybody asks for, all platforms today, is kept for some minutes.
    """
    page = Paginator(asked.platforms, PAGE_OF_ALL if asked.is_dense else PAGE).get_page(request.GET.get("page"))
    table = ""
    if page.paginator.count:
        table = (
            today.table(asked.types, page.number, lambda: _table(page, asked))
            if asked.is_of_all
            else _table(page, asked)
        )
    return {"table": table, **pages(request, page)}


def _table(page: Page, asked: Asked) -> SafeString:
    """Return the matrix; of today's whole with how many platforms speak to each type."""
    counts = today.counts() if asked.is_of_all else {}
    types = knowledge.taxonomy().types
    context = {
        "rows": reading.matrix(list(page.object_list), asked.types, choice=asked.choice),
        "types": [(types[key], counts.get(key, 0) if counts else None) for key in asked.types],
        "is_dense": asked.is_dense,
    }
    return render_to_string("monitoring/parts/matrix.html", context)


def one_type(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return a page of who says what on one type, in which words; who says nothing and who was not read, apart."""
    key = asked.types[0]
    names = dict(asked.platforms.order_by().values_list("pk", "name"))
    taken = (
        today.positions(key)
        if asked.is_of_all
        else reading.positions(key, platforms=asked.platforms, choice=asked.choice)
    )
    order = [stance.key for stance in knowledge.taxonomy().types[key].stances]
    stated = sorted(names.keys() & taken.keys(), key=lambda pk: (order.index(taken[pk]), names[pk]))
    page = Paginator(stated, PAGE_OF_WORDS).get_page(request.GET.get("page"))
    without = sorted(names.keys() - taken.keys(), key=lambda pk: names[pk])
    rows = reading.matrix(_in_order([*page.object_list, *without]), [key], choice=asked.choice)
    shown, rest = rows[: len(page.object_list)], rows[len(page.object_list) :]
    adoption = reading.adoption(key, taken, rest)
    return {
        "type": adoption.type,
        "adoption": adoption,
        "said": told([cell for row in shown for cell in row.cells], adoption),
        "silent": [row for row in rest if row.cells[0].state is reading.State.SILENT],
        "undetermined": [row for row in rest if row.cells[0].state is reading.State.UNDETERMINED],
        **pages(request, page),
    }


def _in_order(pks: Sequence[int]) -> list[Platform]:
    """Return the platforms with these ids, in their order."""
    found = Platform.objects.in_bulk(pks)
    return [found[pk] for pk in pks]


def told(cells: Sequence[reading.Cell], adoption: reading.Adoption) -> list[dict[str, Any]]:
    """Return each stated cell with its words, exceptions and parameters, and whether its position is rare. Two queries."""
    said = [(cell, cell.said) for cell in cells if cell.said]
    found = Revision.objects.filter(pk__in=[each.revision_id for _cell, each in said]).select_related("provision")
    revisions = {row.pk: row for row in found}
    words = provisions.excerpts(revisions.values())
    return [
        {
            "cell": cell,
            "said": each,
            "words": words.get(each.revision_id),
            "exceptions": [adoption.type.phrase(key) for key in revisions[each.revision_id].exceptions],
            "parameters": [stated for stated, *_span in provisions.parameters(revisions[each.revision_id])],
            "is_alone": adoption.is_alone(each.stance),
            "is_rare": adoption.is_rare(each.stance),
        }
        for cell, each in said
    ]
