import csv
import io
import json

import pytest

from accounts import downloads

ROWS = [{"name": "=1+1", "facts": {"a": "ü"}, "left": None}]


def text(answer):
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_prefixed(start):
    assert downloads.cell(f"{start}1") == f"'{start}1"
    assert downloads.cell(f"1{start}") == f"1{start}"


def test_csv_has_the_columns_asked_for_in_their_order():
    answer = downloads.as_csv("rows", ("left", "name", "facts"), ROWS)
    assert list(csv.reader(io.StringIO(text(answer)))) == [["left", "name", "facts"], ["", "'=1+1", '{"a": "ü"}']]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_json_is_one_array_and_empty_when_there_is_nothing():
    assert json.loads(text(downloads.as_json("rows", ROWS))) == ROWS
    assert json.loads(text(downloads.as_json("rows", []))) == []
