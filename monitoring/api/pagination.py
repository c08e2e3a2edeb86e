"""Pages of a list: a cursor says where the next one starts, so that a page costs the same at any depth."""

from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Newest first unless a view says otherwise; `limit` up to 200."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 200
