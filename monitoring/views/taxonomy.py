"""What is looked for, and which law may bear on it: provision types with who says what, and the regulation library."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring import assess, compare, knowledge, today
from monitoring.assess import composition, obligations
from monitoring.models import Platform
from monitoring.views import comparing


@require_safe
def provision_types(request: HttpRequest) -> HttpResponse:
    taxonomy, counts = knowledge.taxonomy(), today.counts()
    groups = [
        (name, [(row, counts.get(row.key, 0)) for row in taxonomy.types.values() if row.group == key])
        for key, name in taxonomy.groups
    ]
    context = {"taxonomy": taxonomy, "groups": groups, "most": max(counts.values(), default=0)}
    return render(request, "monitoring/provision_types.html", context)


@require_safe
def taxonomy_json(request: HttpRequest) -> JsonResponse:
    return _published(knowledge.published.taxonomy())


@require_safe
def library_json(request: HttpRequest) -> JsonResponse:
    return _published(knowledge.published.library())


def _published(data: dict[str, Any]) -> JsonResponse:
    headers = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
    return JsonResponse(data, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def provision_type(request: HttpRequest, key: str) -> HttpResponse:
    """Show a type with its stances, how many platforms take each, and who says what in which words."""
    row = knowledge.taxonomy().types.get(key)
    if row is None:
        raise Http404
    asked = comparing.Asked((key,), Platform.objects.current().order_by("name"), compare.Choice())
    on, library = timezone.now().date(), knowledge.library().obligations
    context = {
        "group": dict(knowledge.taxonomy().groups)[row.group],
        "obligations": [composition.reference(library[entry], on) for entry in row.obligations],
        "levels": knowledge.taxonomy().levels,
        **comparing.one_type(request, asked),
    }
    return render(request, "monitoring/provision_type.html", context)


@require_safe
def regulations(request: HttpRequest) -> HttpResponse:
    """List the regulation library by place, with the status of each entry today."""
    library, on = knowledge.library(), timezone.now().date()
    entries = tuple(library.obligations.values())
    places = [
        (place, [(name, list(group)) for name, group in groupby(_told(found, on), key=_instrument)])
        for place, found in obligations.by_jurisdiction(entries)
    ]
    return render(request, "monitoring/regulations.html", {"library": library, "places": places})


def _told(entries: tuple[knowledge.Obligation, ...], on: date) -> list[assess.Reference]:
    return [composition.reference(entry, on) for entry in entries]


def _instrument(reference: assess.Reference) -> str:
    return reference.obligation.instrument


@require_safe
def regulation(request: HttpRequest, key: str) -> HttpResponse:
    """Show one entry: its duty, status and sanction, and the provisions of today that it may bear on."""
    library = knowledge.library()
    entry = library.obligations.get(key)
    if entry is None:
        raise Http404
    types = knowledge.taxonomy().types
    context = {
        "library": library,
        "entry": entry,
        "reference": composition.reference(entry, timezone.now().date()),
        "types": [types[each] for each in entry.provision_types],
        "bearing": today.bearing(entry),
        "shown": today.BEARING_SHOWN,
    }
    return render(request, "monitoring/regulation.html", context)
