"""The style guide: every part of the pages with made-up content, the pictures included."""

from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitoring import drawing, pictures

START, END = date(2025, 1, 1), date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LANES = (
    drawing.Lane(
        "Example AI: Terms of Service",
        (
            drawing.Point(date(2025, 2, 3), "first", "first record", "#"),
            drawing.Point(date(2025, 8, 28), "worse", "retention 30 → 90 days", "#"),
            drawing.Point(date(2025, 9, 2), "minor", "one clause reworded", "#"),
            drawing.Point(date(2026, 3, 3), "substantive", "arbitration added", "#"),
            drawing.Point(date(2026, 6, 10), "better", "class actions permitted again", "#"),
        ),
        "#",
    ),
    drawing.Lane(
        "Example AI: Privacy Policy",
        (
            drawing.Point(date(2025, 2, 3), "first", "first record", "#"),
            drawing.Point(date(2026, 1, 15), "housekeeping", "the date of the document alone", "#"),
            drawing.Point(date(2026, 8, 2), "law", "an obligation came into force"),
            drawing.Point(date(2026, 10, 9), "withdrawn", "the clause on exports went", "#"),
        ),
    ),
)
MOMENTS = tuple(
    (datetime(2026, month, 5, tzinfo=UTC), significance)
    for month, significance in (
        (1, "minor"), (3, "substantive"), (3, "substantive"), (3, "housekeeping"), (6, "minor"), (9, "substantive"),
        (9, "minor"), (11, "housekeeping"),
    )
)  # fmt: skip


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    names = (_("never"), _("opt in"), _("de-identified only"), _("opt out"), _("by default, without a choice"))
    context = {
        "lanes": pictures.lanes(LANES, start=START, end=END, title=_("What happened to two documents")),
        "year": pictures.year_of_changes(MOMENTS, now=NOW),
        "bars": pictures.adoption(
            [drawing.Bar(name, count, rank) for rank, (name, count) in enumerate(zip(names, (9, 4, 3, 17, 6), strict=True), 1)],
            title=_("Use of content to train models"),
        ),
        "exposure": pictures.exposure(41, 66),
        "sparkline": drawing.sparkline((0, 1, 3, 0, 0, 2, 1, 0, 0, 4, 1, 1), title=_("12 changes in a year")),
        "cells": [(name, pictures.stance(rank, of=5, title=name)) for rank, name in enumerate(names, 1)]
        + [(_("unclear"), pictures.stance(None, of=5, title=_("unclear")))]
        + [(_("not determined"), drawing.cell("absent", title=_("not determined")))],
    }  # fmt: skip
    return render(request, "styleguide.html", context)
