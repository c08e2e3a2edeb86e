"""Pages of a list: a cursor says where the next one starts, so that a page costs the same at any depth."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.views import APIView

from monitoring import timeline

DEFAULT, MOST = 50, 200


class CursorPagination(pagination.CursorPagination):
    """Newest first unless a view says otherwise; `limit` up to 200."""

    ordering = "-id"
    page_size = DEFAULT
    page_size_query_param = "limit"
    max_page_size = MOST
    offset_cutoff = 1_000_000  # so many rows may share one moment
    invalid_cursor_message = "Take `next` or `previous` of a page as it was given."
    page_size_query_description = "How many entries a page has: 1 to 200, 50 when not given."
    cursor_query_description = "Where the page starts, as `next` and `previous` give it."

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        """Return the entries of the page. Raises ValidationError for a cursor that no page of this list gave."""
        if view is not None and hasattr(view, "ordering"):
            self.ordering = view.ordering
        first = self.ordering if isinstance(self.ordering, str) else self.ordering[0]
        self._field = queryset.model._meta.get_field(first.lstrip("-"))
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor: Any = super().decode_cursor(request)
            if cursor is None or cursor.position is None:
                return cursor
            return cursor._replace(position=_position(cursor.position, self._field))
        except (exceptions.NotFound, DjangoValidationError, ValueError, OverflowError):
            raise exceptions.ValidationError({"cursor": [self.invalid_cursor_message]}) from None

    def get_page_size(self, request: Request) -> int:
        return limit_of(request)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page: the framework's own words for "or null" are of an older OpenAPI."""
        address = {"type": ["string", "null"], "format": "uri"}
        pages = {"next": address, "previous": address}
        return {"type": "object", "required": [*pages, "results"], "properties": {**pages, "results": schema}}


def _position(text: str, field: Any) -> str:
    """Return `text` as the position that it is in the column of `field`. Raises what `field` does, or ValueError."""
    value = field.to_python(text)
    if isinstance(value, datetime):
        return str(value.astimezone(UTC))
    if "\x00" in text:
        raise ValueError("a null character")
    return str(value)


def limit_of(request: Request) -> int:
    """Return the page size asked for. Raises ValidationError, naming what is allowed, for anything but 1 to 200."""
    asked = request.query_params.get("limit")
    if asked is None:
        return DEFAULT
    if asked.isascii() and asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= MOST:
        return int(asked)
    raise exceptions.ValidationError({"limit": [f"Write a number from 1 to {MOST}."]})


def place_of(request: Request) -> timeline.Place | None:
    """Return where a page of a timeline starts; None for the newest. Raises ValidationError for a cursor of nobody."""
    asked = request.query_params.get("cursor")
    if asked is None:
        return None
    try:
        return timeline.place(asked)
    except timeline.BadCursor as error:
        raise exceptions.ValidationError({"cursor": [str(error)]}) from None


def next_address(request: Request, place: timeline.Place | None) -> str | None:
    """Return the address of the page that starts at `place`; None when there is none."""
    if place is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = timeline.cursor(place)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
