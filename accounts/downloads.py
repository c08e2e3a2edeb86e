"""Rows as a file to keep: CSV in which no spreadsheet finds a formula, and JSON. Written while it is sent."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run or swallow at the start of a cell

Record = dict[str, Any]  # JSON-ready values by column


def as_csv(name: str, columns: Sequence[str], records: Iterable[Record]) -> StreamingHttpResponse:
    """Return `records` as the file <name>.csv, with these columns in this order."""
    return _file(f"{name}.csv", "text/csv; charset=utf-8", _csv_lines(columns, records))


def as_json(name: str, records: Iterable[Record]) -> StreamingHttpResponse:
    """Return `records` as the file <name>.json: one array."""
    return _file(f"{name}.json", "application/json", _json_lines(records))


def cell(value: Any) -> str:
    """Return `value` as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class _Line:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(columns: Sequence[str], records: Iterable[Record]) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield writer.writerow(columns)
    for record in records:
        yield writer.writerow([cell(record[column]) for column in columns])


def _json_lines(records: Iterable[Record]) -> Iterator[str]:
    yield "["
    for number, record in enumerate(records):
        yield (",\n" if number else "\n") + json.dumps(record, ensure_ascii=False)
    yield "\n]\n"


def _file(name: str, content_type: str, lines: Iterator[str]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)
