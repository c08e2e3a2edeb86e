"""What comes in by the address: each parameter read once, and refused by name when it is not as it should be."""

from datetime import UTC, datetime, time

from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from monitoring.catalog import terms_types
from monitoring.models import Document, Platform, Significance

PLATFORM = OpenApiParameter("platform", str, description="Slug of a platform.")
DOCUMENT = OpenApiParameter("document", int, description="Number of a document.")
SIGNIFICANCE = OpenApiParameter("significance", str, enum=Significance.values[:3], description="Of the change.")
SINCE = OpenApiParameter(
    "since",
    OpenApiTypes.DATETIME,
    description="ISO 8601, a day or a moment (UTC where it says no zone): nothing older.",
)
LIMIT = OpenApiParameter("limit", int, description="How many entries a page has: 1 to 200, 50 when not given.")
CURSOR = OpenApiParameter("cursor", str, description="Where the page starts; take `next` as it was given.")


def platform_of(request: Request) -> Platform | None:
    """Return the platform that `?platform=` names; None without one. Raises ValidationError for an unknown slug."""
    slug = request.query_params.get("platform")
    if slug is None:
        return None
    if row := Platform.objects.filter(slug=_clean("platform", slug)).first():
        return row
    raise exceptions.ValidationError(
        {"platform": [f"There is no platform “{slug[:80]}”: see /api/v1/platforms/ for the slugs."]}
    )


def document_of(request: Request) -> Document | None:
    """Return the document that `?document=` names; None without one. Raises ValidationError for an unknown number."""
    number = request.query_params.get("document")
    if number is None:
        return None
    rows = Document.objects.filter(organization=None).with_platform()
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    if is_number and (row := rows.filter(pk=int(number)).first()):
        return row
    raise exceptions.ValidationError({"document": ["There is no document of this number: see /api/v1/documents/."]})


def significance_of(request: Request) -> str | None:
    value = request.query_params.get("significance")
    if value is None or value in Significance.values[:3]:
        return value
    raise exceptions.ValidationError(
        {"significance": [f"Write {', '.join(Significance.values[:2])} or {Significance.values[2]}."]}
    )


def terms_type_of(request: Request) -> str | None:
    """Return the terms type that `?terms_type=` names; None without one. Raises ValidationError for one there is not."""
    value = request.query_params.get("terms_type")
    if value is None or value in terms_types.BY_KEY:
        return value
    raise exceptions.ValidationError({"terms_type": [f"Write one of {', '.join(sorted(terms_types.BY_KEY))}."]})


def flag_of(request: Request, name: str) -> bool:
    """Return whether `?name=true`; False without it. Raises ValidationError for anything but true and false."""
    value = request.query_params.get(name, "false").lower()
    if value not in ("true", "false"):
        raise exceptions.ValidationError({name: ["Write true or false."]})
    return value == "true"


def since_of(request: Request) -> datetime | None:
    """Return the moment of `?since=`, aware; None without one. Raises ValidationError."""
    value = request.query_params.get("since")
    if value is None:
        return None
    try:
        moment = parse_datetime(value)
        if moment is None and (date := parse_date(value)):
            moment = datetime.combine(date, time())
        if moment is not None:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no such day; a moment before the first year in UTC
        pass
    raise exceptions.ValidationError({"since": ["Write a day (2026-11-22) or a moment (2026-11-22T06:12:00Z)."]})


def _clean(name: str, value: str) -> str:
    if "\x00" in value:
        raise exceptions.ValidationError({name: ["Null characters are not allowed."]})
    return value
